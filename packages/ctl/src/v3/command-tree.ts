/** All v3 commands with their flags. Only this table is loaded at start; each command's code when it is run. */
import type { Command, Run } from '../cli/command.ts';
import type { FlagDefinition } from '../cli/flag-set.ts';
import { restoreFlags } from '../etcdutl/restore-flags.ts';
import { LOCK_TTL_SECONDS, MIRROR_TXN_OPS } from '../limits.ts';
import { globalFlags } from './global-flags.ts';
import { delFlags, getFlags, putFlags } from './key-flags.ts';
import { watchFlags } from './watch-flags.ts';

const flag = (
  name: string,
  kind: FlagDefinition['kind'],
  usage: string,
  defaultText?: string,
): FlagDefinition => (defaultText === undefined ? { name, kind, usage } : { name, kind, usage, defaultText });

const clusterFlag = flag('cluster', 'bool', 'use the client URLs of all members instead of --endpoints');
const peerUrlsFlag = flag('peer-urls', 'string', 'peer URLs of the member, separated by commas');
const permissionFlags = [
  flag('prefix', 'bool', 'all keys that begin with the key'),
  flag('from-key', 'bool', 'all keys not below the key, compared as bytes'),
];

const kv = (pick: (code: typeof import('./commands/kv.ts')) => Run) => async (): Promise<Run> =>
  pick(await import('./commands/kv.ts'));
const lease = (pick: (code: typeof import('./commands/lease.ts')) => Run) => async (): Promise<Run> =>
  pick(await import('./commands/lease.ts'));
const endpoint = (pick: (code: typeof import('./commands/endpoint.ts')) => Run) => async (): Promise<Run> =>
  pick(await import('./commands/endpoint.ts'));
const member = (pick: (code: typeof import('./commands/member.ts')) => Run) => async (): Promise<Run> =>
  pick(await import('./commands/member.ts'));
const maintenance =
  (pick: (code: typeof import('./commands/maintenance.ts')) => Run) => async (): Promise<Run> =>
    pick(await import('./commands/maintenance.ts'));
const auth = (pick: (code: typeof import('./commands/auth.ts')) => Run) => async (): Promise<Run> =>
  pick(await import('./commands/auth.ts'));
const user = (pick: (code: typeof import('./commands/user.ts')) => Run) => async (): Promise<Run> =>
  pick(await import('./commands/user.ts'));
const role = (pick: (code: typeof import('./commands/role.ts')) => Run) => async (): Promise<Run> =>
  pick(await import('./commands/role.ts'));

const keyCommands: readonly Command[] = [
  {
    name: 'get',
    synopsis: '[options] <key> [range_end]',
    summary: 'Gets a key or a range of keys',
    flags: getFlags,
    load: kv((code) => code.get),
  },
  {
    name: 'put',
    synopsis: '[options] <key> <value> (<value> may also come from standard input)',
    summary: 'Stores a value under a key',
    description: `
Stores a value under a key.

A <value> that begins with '-' would be taken for a flag; put '--' before it:

$ put <key> -- <value>
$ put -- <key> <value>

Without <value> and --ignore-value the value is read from standard input:

$ put <key> < file
`,
    flags: putFlags,
    load: kv((code) => code.put),
  },
  {
    name: 'del',
    synopsis: '[options] <key> [range_end]',
    summary: 'Deletes a key or the keys in [key, range_end)',
    flags: delFlags,
    load: kv((code) => code.del),
  },
  {
    name: 'txn',
    synopsis: '[options]',
    summary: 'Runs a transaction read from standard input',
    description: `
Reads compares, requests for the case that all hold, and requests for the other case, one a line; an empty line
ends each part:

mod("key1") > "0"

put key1 "overwrote-key1"

put key1 "created-key1"
put key2 "some extra key"

Compares: mod, create, version, value, lease (in hexadecimal) with =, !=, < or >. Requests: get, put, del.
`,
    flags: [{ name: 'interactive', short: 'i', kind: 'bool', usage: 'ask for each part' }],
    load: async () => (await import('./commands/txn.ts')).txn,
  },
  {
    name: 'compaction',
    synopsis: '[options] <revision>',
    summary: 'Discards the history before a revision',
    flags: [flag('physical', 'bool', 'wait until the old revisions are removed from the database')],
    load: kv((code) => code.compaction),
  },
  {
    name: 'watch',
    synopsis: '[options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...]',
    summary: 'Follows the changes of keys',
    flags: watchFlags,
    load: async () => (await import('./commands/watch.ts')).watch,
  },
];

const leaseCommand: Command = {
  name: 'lease',
  synopsis: '<subcommand>',
  summary: 'Leases',
  commands: [
    { name: 'grant', synopsis: '<ttl>', summary: 'Grants a lease', load: lease((code) => code.leaseGrant) },
    {
      name: 'revoke',
      synopsis: '<leaseID>',
      summary: 'Ends a lease',
      load: lease((code) => code.leaseRevoke),
    },
    {
      name: 'timetolive',
      synopsis: '<leaseID> [options]',
      summary: 'Shows what is left of a lease',
      flags: [flag('keys', 'bool', 'also list the keys attached to the lease')],
      load: lease((code) => code.leaseTimeToLive),
    },
    { name: 'list', summary: 'Lists all leases', load: lease((code) => code.leaseList) },
    {
      name: 'keep-alive',
      synopsis: '[options] <leaseID>',
      summary: 'Renews a lease until interrupted',
      flags: [flag('once', 'bool', 'renew once and end')],
      load: lease((code) => code.leaseKeepAlive),
    },
  ],
};

const endpointCommand: Command = {
  name: 'endpoint',
  synopsis: '<subcommand>',
  summary: 'Endpoints',
  sharedFlags: [clusterFlag],
  commands: [
    {
      name: 'health',
      summary: 'Tells whether the endpoints of --endpoints work',
      load: endpoint((code) => code.endpointHealth),
    },
    {
      name: 'status',
      summary: 'Shows the state of the endpoints of --endpoints',
      description: `
With --write-out=simple one line for each endpoint:
endpoint, ID, version, db size, is leader, is learner, raft term, raft index, raft applied index, errors.
`,
      load: endpoint((code) => code.endpointStatus),
    },
    {
      name: 'hashkv',
      summary: 'Shows the hash of the key history of each endpoint',
      flags: [flag('rev', 'int', 'last revision to hash; 0: all')],
      load: endpoint((code) => code.endpointHashKv),
    },
  ],
};

const memberCommand: Command = {
  name: 'member',
  synopsis: '<subcommand>',
  summary: 'Members of the cluster',
  commands: [
    {
      name: 'add',
      synopsis: '<memberName> [options]',
      summary: 'Adds a member',
      flags: [peerUrlsFlag, flag('learner', 'bool', 'add the member as a learner, without a vote')],
      load: member((code) => code.memberAdd),
    },
    {
      name: 'remove',
      synopsis: '<memberID>',
      summary: 'Removes a member',
      load: member((code) => code.memberRemove),
    },
    {
      name: 'update',
      synopsis: '<memberID> [options]',
      summary: 'Changes the peer URLs of a member',
      flags: [peerUrlsFlag],
      load: member((code) => code.memberUpdate),
    },
    {
      name: 'list',
      summary: 'Lists all members',
      description: `
With --write-out=simple one line for each member: ID, Status, Name, Peer Addrs, Client Addrs, Is Learner.
`,
      flags: [flag('consistency', 'string', 'l: linearizable, s: serializable', 'l')],
      load: member((code) => code.memberList),
    },
    {
      name: 'promote',
      synopsis: '<memberID>',
      summary: 'Gives a learner a vote',
      load: member((code) => code.memberPromote),
    },
  ],
};

const maintenanceCommands: readonly Command[] = [
  {
    name: 'alarm',
    synopsis: '<subcommand>',
    summary: 'Alarms',
    commands: [
      { name: 'disarm', summary: 'Clears all alarms', load: maintenance((code) => code.alarmDisarm) },
      { name: 'list', summary: 'Lists all alarms', load: maintenance((code) => code.alarmList) },
    ],
  },
  {
    name: 'defrag',
    summary: 'Defragments the databases of the endpoints of --endpoints',
    sharedFlags: [clusterFlag],
    load: endpoint((code) => code.defrag),
  },
  {
    name: 'move-leader',
    synopsis: '<transferee-member-id>',
    summary: 'Hands leadership to another member',
    load: maintenance((code) => code.moveLeader),
  },
  {
    name: 'snapshot',
    synopsis: '<subcommand>',
    summary: 'Snapshots of a member',
    commands: [
      {
        name: 'save',
        synopsis: '<filename>',
        summary: "Stores a member's database in a file",
        load: async () => (await import('./commands/snapshot.ts')).snapshotSave,
      },
      {
        name: 'status',
        synopsis: '<filename>',
        summary: 'Checks a snapshot file and sums it up',
        description: 'With --write-out=simple: hash, revision, total keys, total size.',
        load: async () => (await import('./commands/snapshot-file.ts')).snapshotStatus,
      },
      {
        name: 'restore',
        synopsis: '<filename> [options]',
        summary: 'Makes the data directory of a new member out of a snapshot file',
        flags: restoreFlags,
        load: async () => (await import('./commands/snapshot-file.ts')).snapshotRestore,
      },
    ],
  },
  {
    name: 'downgrade',
    synopsis: '<subcommand>',
    summary: 'Downgrading the cluster by one minor version',
    commands: [
      {
        name: 'validate',
        synopsis: '<TARGET_VERSION>',
        summary: 'Tells whether the cluster may be downgraded',
        load: maintenance((code) => code.downgradeValidate),
      },
      {
        name: 'enable',
        synopsis: '<TARGET_VERSION>',
        summary: 'Begins a downgrade',
        load: maintenance((code) => code.downgradeEnable),
      },
      {
        name: 'cancel',
        summary: 'Ends a downgrade that is under way',
        load: maintenance((code) => code.downgradeCancel),
      },
    ],
  },
  {
    name: 'make-mirror',
    synopsis: '[options] <destination>',
    summary: 'Copies keys to another cluster and follows their changes',
    flags: [
      flag('prefix', 'string', 'only keys that begin with this'),
      flag('rev', 'int', 'copy no present keys, follow changes from this revision on'),
      flag('dest-prefix', 'string', 'what the prefix becomes in the destination'),
      flag('no-dest-prefix', 'bool', 'drop the prefix in the destination'),
      flag('max-txn-ops', 'int', 'most operations in one transaction', String(MIRROR_TXN_OPS)),
      flag('dest-cert', 'string', 'client certificate file for the destination'),
      flag('dest-key', 'string', 'key file of that certificate'),
      flag('dest-cacert', 'string', 'file of certificate authorities that the destination is verified with'),
      flag(
        'dest-insecure-transport',
        'bool',
        'connect to the destination without TLS unless certificates are given',
        'true',
      ),
      flag('dest-user', 'string', 'name[:password] for the destination; asks for a missing password'),
      flag('dest-password', 'string', 'password for the destination'),
    ],
    load: async () => (await import('./commands/mirror.ts')).makeMirror,
  },
];

const checkFlags = (name: string): readonly FlagDefinition[] => [
  flag('load', 'string', 'size of the load: s(mall), m(edium), l(arge), xl(arge)', 's'),
  flag('prefix', 'string', 'prefix of the keys that are written', `/etcdctl-check-${name}/`),
  flag('auto-compact', 'bool', 'compact when done'),
  flag('auto-defrag', 'bool', 'defragment when done'),
];

const checkCommand: Command = {
  name: 'check',
  synopsis: '<subcommand>',
  summary: 'Checks of what a cluster can bear',
  commands: [
    {
      name: 'perf',
      synopsis: '[options]',
      summary: 'Writes for a minute at a given rate',
      flags: checkFlags('perf'),
      load: async () => (await import('./commands/check.ts')).checkPerf,
    },
    {
      name: 'datascale',
      synopsis: '[options]',
      summary: 'Measures the memory a number of keys takes',
      flags: checkFlags('datascale'),
      load: async () => (await import('./commands/check.ts')).checkDatascale,
    },
  ],
};

const concurrencyCommands: readonly Command[] = [
  {
    name: 'lock',
    synopsis: '<lockname> [exec-command arg1 arg2 ...]',
    summary: 'Holds a lock until interrupted, or while a command runs',
    flags: [
      flag('ttl', 'int', 'seconds after which the lock of a vanished holder ends', String(LOCK_TTL_SECONDS)),
    ],
    load: async () => (await import('./commands/lock.ts')).lock,
  },
  {
    name: 'elect',
    synopsis: '<election-name> [proposal]',
    summary: 'Takes part in a leader election, or observes one',
    flags: [{ name: 'listen', short: 'l', kind: 'bool', usage: 'observe' }],
    load: async () => (await import('./commands/lock.ts')).elect,
  },
];

const interactiveFlag = flag(
  'interactive',
  'bool',
  'ask for the password; false: read it from standard input',
  'true',
);

const authCommands: readonly Command[] = [
  {
    name: 'auth',
    synopsis: '<enable or disable>',
    summary: 'Authentication',
    commands: [
      { name: 'enable', summary: 'Turns authentication on', load: auth((code) => code.authEnable) },
      { name: 'disable', summary: 'Turns authentication off', load: auth((code) => code.authDisable) },
      {
        name: 'status',
        summary: 'Tells whether authentication is on',
        load: auth((code) => code.authStatus),
      },
    ],
  },
  {
    name: 'user',
    synopsis: '<subcommand>',
    summary: 'Users',
    commands: [
      {
        name: 'add',
        synopsis: '<user name or user:password> [options]',
        summary: 'Adds a user',
        flags: [
          interactiveFlag,
          flag('new-user-password', 'string', 'the password'),
          flag('no-password', 'bool', 'a user without password, known by a certificate alone'),
        ],
        load: user((code) => code.userAdd),
      },
      {
        name: 'delete',
        synopsis: '<user name>',
        summary: 'Deletes a user',
        load: user((code) => code.userDelete),
      },
      {
        name: 'get',
        synopsis: '<user name> [options]',
        summary: 'Shows the roles of a user',
        flags: [flag('detail', 'bool', 'also show the permissions of each role')],
        load: user((code) => code.userGet),
      },
      { name: 'list', summary: 'Lists all users', load: user((code) => code.userList) },
      {
        name: 'passwd',
        synopsis: '<user name> [options]',
        summary: 'Changes the password of a user',
        flags: [interactiveFlag],
        load: user((code) => code.userPasswd),
      },
      {
        name: 'grant-role',
        synopsis: '<user name> <role name>',
        summary: 'Gives a user a role',
        load: user((code) => code.userGrantRole),
      },
      {
        name: 'revoke-role',
        synopsis: '<user name> <role name>',
        summary: 'Takes a role from a user',
        load: user((code) => code.userRevokeRole),
      },
    ],
  },
  {
    name: 'role',
    synopsis: '<subcommand>',
    summary: 'Roles',
    commands: [
      { name: 'add', synopsis: '<role name>', summary: 'Adds a role', load: role((code) => code.roleAdd) },
      {
        name: 'delete',
        synopsis: '<role name>',
        summary: 'Deletes a role',
        load: role((code) => code.roleDelete),
      },
      {
        name: 'get',
        synopsis: '<role name>',
        summary: 'Shows the permissions of a role',
        load: role((code) => code.roleGet),
      },
      { name: 'list', summary: 'Lists all roles', load: role((code) => code.roleList) },
      {
        name: 'grant-permission',
        synopsis: '[options] <role name> <permission type> <key> [endkey]',
        summary: 'Permits a role to read, write or readwrite keys',
        flags: permissionFlags,
        load: role((code) => code.roleGrantPermission),
      },
      {
        name: 'revoke-permission',
        synopsis: '<role name> <key> [endkey]',
        summary: 'Takes a permission from a role',
        flags: permissionFlags,
        load: role((code) => code.roleRevokePermission),
      },
    ],
  },
];

/** etcdctl, API 3. */
export const etcdctl: Command = {
  name: 'etcdctl',
  synopsis: '<command>',
  summary: 'A command line client for etcd and Quorate, API 3',
  sharedFlags: globalFlags,
  commands: [
    ...keyCommands,
    leaseCommand,
    endpointCommand,
    memberCommand,
    ...maintenanceCommands,
    checkCommand,
    ...concurrencyCommands,
    ...authCommands,
    {
      name: 'version',
      summary: 'Prints the version',
      load: async () => (await import('./commands/version.ts')).version,
    },
  ],
};
