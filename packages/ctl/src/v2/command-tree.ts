/** All v2 commands with their flags. */
import type { V2Context } from './context.ts';
import type { GoFlag } from './go-flags.ts';

export interface V2Command {
  readonly name: string;
  /** Arguments in the usage line. */
  readonly synopsis?: string;
  readonly summary: string;
  readonly description?: string;
  readonly flags?: readonly GoFlag[];
  readonly commands?: readonly V2Command[];
  readonly load?: () => Promise<(context: V2Context) => Promise<void>>;
}

const bool = (names: GoFlag['names'], usage: string): GoFlag => ({ names, kind: 'bool', usage });
const text = (names: GoFlag['names'], usage: string): GoFlag => ({ names, kind: 'string', usage });
const int = (name: string, usage: string): GoFlag => ({ names: [name], kind: 'int', usage });

/** Flags before the command. */
export const globalFlags: readonly GoFlag[] = [
  bool(['debug'], 'print each request as a cURL command'),
  bool(['no-sync'], 'use the endpoints given instead of those the members publish'),
  {
    names: ['output', 'o'],
    kind: 'string',
    defaultText: 'simple',
    usage: 'output format: simple, extended or json',
  },
  text(['discovery-srv', 'D'], 'domain whose SRV records list the endpoints'),
  bool(['insecure-discovery'], 'accept SRV records of endpoints without TLS'),
  text(['peers', 'C'], 'old name of --endpoints'),
  text(['endpoint'], 'old name of --endpoints'),
  text(
    ['endpoints'],
    'URLs of the members, separated by commas (default: http://127.0.0.1:2379,http://127.0.0.1:4001)',
  ),
  text(['cert-file'], 'client certificate file'),
  text(['key-file'], 'key file of the client certificate'),
  text(['ca-file'], 'file of certificate authorities that servers are verified with'),
  text(['username', 'u'], 'name[:password] to authenticate with; asks for a missing password'),
  {
    names: ['timeout'],
    kind: 'duration',
    defaultText: '2s',
    usage: 'time an endpoint has to begin its answer',
  },
  {
    names: ['total-timeout'],
    kind: 'duration',
    defaultText: '5s',
    usage: 'time for the whole command, except watch',
  },
  bool(['version', 'v'], 'print the version'),
];

type Keys = typeof import('./keys-commands.ts');
type Cluster = typeof import('./cluster-commands.ts');
type Auth = typeof import('./auth-commands.ts');
type Run = (context: V2Context) => Promise<void>;

const keys = (pick: (code: Keys) => Run) => async (): Promise<Run> =>
  pick(await import('./keys-commands.ts'));
const cluster = (pick: (code: Cluster) => Run) => async (): Promise<Run> =>
  pick(await import('./cluster-commands.ts'));
const auth = (pick: (code: Auth) => Run) => async (): Promise<Run> =>
  pick(await import('./auth-commands.ts'));

const ttlFlag = int('ttl', 'time-to-live in seconds');
const sortFlag = bool(['sort'], 'sorted');
const quorumFlag = bool(['quorum', 'q'], 'read through consensus');
const recursiveFlag = bool(['recursive', 'r'], 'also everything below the key');
const afterIndexFlag = int('after-index', 'only changes after this index');
const rolesFlag: GoFlag = { names: ['roles'], kind: 'list', usage: 'roles, separated by commas' };
const permissionFlags: readonly GoFlag[] = [
  text(['path'], 'path, with * at its end for everything below'),
  bool(['read'], 'reading'),
  bool(['write'], 'writing'),
  bool(['readwrite', 'rw'], 'reading and writing'),
];

const keyCommands: readonly V2Command[] = [
  {
    name: 'mk',
    synopsis: '<key> <value>',
    summary: 'make a key that must not exist yet',
    flags: [bool(['in-order'], 'make a key below <key> whose name follows all earlier ones'), ttlFlag],
    load: keys((code) => code.mk),
  },
  {
    name: 'mkdir',
    synopsis: '<key>',
    summary: 'make a directory',
    flags: [ttlFlag],
    load: keys((code) => code.mkdir),
  },
  {
    name: 'rm',
    synopsis: '<key>',
    summary: 'remove a key or a directory',
    flags: [
      bool(['dir'], 'remove a key or an empty directory'),
      bool(['recursive', 'r'], 'remove the key and everything below it'),
      text(['with-value'], 'only if the key has this value'),
      int('with-index', 'only if the key was last changed at this index'),
    ],
    load: keys((code) => code.rm),
  },
  {
    name: 'rmdir',
    synopsis: '<key>',
    summary: 'remove a key or an empty directory',
    load: keys((code) => code.rmdir),
  },
  {
    name: 'get',
    synopsis: '<key>',
    summary: 'print the value of a key',
    flags: [sortFlag, quorumFlag],
    load: keys((code) => code.get),
  },
  {
    name: 'ls',
    synopsis: '[key]',
    summary: 'list a directory',
    flags: [sortFlag, recursiveFlag, bool(['p'], 'print a slash after directories'), quorumFlag],
    load: keys((code) => code.ls),
  },
  {
    name: 'set',
    synopsis: '<key> <value>',
    summary: 'set the value of a key',
    description:
      "A <value> that begins with '-' would be taken for a flag; put '--' before it: set -- <key> <value>",
    flags: [
      ttlFlag,
      text(['swap-with-value'], 'only if the key has this value'),
      int('swap-with-index', 'only if the key was last changed at this index'),
    ],
    load: keys((code) => code.set),
  },
  {
    name: 'setdir',
    synopsis: '<key>',
    summary: 'make a directory, or renew the time-to-live of one',
    flags: [ttlFlag],
    load: keys((code) => code.setdir),
  },
  {
    name: 'update',
    synopsis: '<key> <value>',
    summary: 'change the value of a key that exists',
    flags: [ttlFlag],
    load: keys((code) => code.update),
  },
  {
    name: 'updatedir',
    synopsis: '<key>',
    summary: 'renew the time-to-live of a directory that exists',
    flags: [ttlFlag],
    load: keys((code) => code.updatedir),
  },
  {
    name: 'watch',
    synopsis: '<key>',
    summary: 'wait for a change of a key',
    flags: [bool(['forever', 'f'], 'go on until interrupted'), afterIndexFlag, recursiveFlag],
    load: keys((code) => code.watch),
  },
  {
    name: 'exec-watch',
    synopsis: '<key> <command> [args...]',
    summary: 'run a command for every change of a key',
    flags: [afterIndexFlag, recursiveFlag],
    load: keys((code) => code.execWatch),
  },
];

const memberCommand: V2Command = {
  name: 'member',
  summary: 'member add, remove, update and list',
  commands: [
    { name: 'list', summary: 'list the members', load: cluster((code) => code.memberList) },
    {
      name: 'add',
      synopsis: '<name> <peerURL>',
      summary: 'add a member',
      load: cluster((code) => code.memberAdd),
    },
    {
      name: 'remove',
      synopsis: '<memberID>',
      summary: 'remove a member',
      load: cluster((code) => code.memberRemove),
    },
    {
      name: 'update',
      synopsis: '<memberID> <peerURLs>',
      summary: 'change the peer URLs of a member',
      load: cluster((code) => code.memberUpdate),
    },
  ],
};

const userCommand: V2Command = {
  name: 'user',
  summary: 'user add, get, list, remove, grant, revoke and passwd',
  commands: [
    { name: 'add', synopsis: '<user>', summary: 'add a user', load: auth((code) => code.userAdd) },
    {
      name: 'get',
      synopsis: '<user>',
      summary: 'show the roles of a user',
      load: auth((code) => code.userGet),
    },
    { name: 'list', summary: 'list all users', load: auth((code) => code.userList) },
    { name: 'remove', synopsis: '<user>', summary: 'remove a user', load: auth((code) => code.userRemove) },
    {
      name: 'grant',
      synopsis: '<user>',
      summary: 'give a user roles',
      flags: [rolesFlag],
      load: auth((code) => code.userGrant),
    },
    {
      name: 'revoke',
      synopsis: '<user>',
      summary: 'take roles from a user',
      flags: [rolesFlag],
      load: auth((code) => code.userRevoke),
    },
    {
      name: 'passwd',
      synopsis: '<user>',
      summary: 'change the password of a user',
      load: auth((code) => code.userPasswd),
    },
  ],
};

const roleCommand: V2Command = {
  name: 'role',
  summary: 'role add, get, list, remove, grant and revoke',
  commands: [
    { name: 'add', synopsis: '<role>', summary: 'add a role', load: auth((code) => code.roleAdd) },
    {
      name: 'get',
      synopsis: '<role>',
      summary: 'show the paths of a role',
      load: auth((code) => code.roleGet),
    },
    { name: 'list', summary: 'list all roles', load: auth((code) => code.roleList) },
    { name: 'remove', synopsis: '<role>', summary: 'remove a role', load: auth((code) => code.roleRemove) },
    {
      name: 'grant',
      synopsis: '<role>',
      summary: 'permit a role a path',
      flags: permissionFlags,
      load: auth((code) => code.roleGrant),
    },
    {
      name: 'revoke',
      synopsis: '<role>',
      summary: 'take a path from a role',
      flags: permissionFlags,
      load: auth((code) => code.roleRevoke),
    },
  ],
};

const authCommand: V2Command = {
  name: 'auth',
  summary: 'turn authentication on and off',
  commands: [
    { name: 'enable', summary: 'turn authentication on', load: auth((code) => code.authEnable) },
    { name: 'disable', summary: 'turn authentication off', load: auth((code) => code.authDisable) },
  ],
};

/** etcdctl, API 2. */
export const etcdctlV2: V2Command = {
  name: 'etcdctl',
  summary: 'A command line client for etcd and Quorate, API 2',
  flags: globalFlags,
  commands: [
    {
      name: 'backup',
      summary: 'copy the data of a member, to begin a new cluster with',
      description: 'Start the copy with --force-new-cluster.',
      flags: [
        text(['data-dir'], 'data directory of the member'),
        text(['wal-dir'], "the member's log, where it is not in the data directory"),
        text(['backup-dir'], 'data directory to make'),
        text(['backup-wal-dir'], 'where to make the log, if not in that directory'),
        bool(['with-v3'], 'also what API 3 stored; the member must be stopped'),
      ],
      load: async () => (await import('./backup.ts')).backup,
    },
    {
      name: 'cluster-health',
      summary: 'tell whether the members work',
      flags: [bool(['forever', 'f'], 'check every ten seconds until interrupted')],
      load: cluster((code) => code.clusterHealth),
    },
    ...keyCommands,
    memberCommand,
    userCommand,
    roleCommand,
    authCommand,
  ],
};
