/** All commands of etcdutl with their flags. */
import type { Command } from '../cli/command.ts';
import type { FlagDefinition } from '../cli/flag-set.ts';
import { DEFAULT_NAME, DEFAULT_PEER_URL, DEFAULT_TOKEN } from './limits.ts';

const flag = (
  name: string,
  kind: FlagDefinition['kind'],
  usage: string,
  defaultText?: string,
): FlagDefinition => (defaultText === undefined ? { name, kind, usage } : { name, kind, usage, defaultText });

const dataDirFlags = [
  flag('data-dir', 'string', 'data directory of a member that is not running'),
  flag('wal-dir', 'string', "the member's log, where it is not in the data directory"),
];

const restoreFlags = [
  flag('data-dir', 'string', 'the data directory to make; default: NAME.etcd'),
  flag('wal-dir', 'string', 'where to make the log, if not in the data directory'),
  flag('name', 'string', 'name of the member', DEFAULT_NAME),
  flag(
    'initial-cluster',
    'string',
    'the new cluster: name=peer-url,…',
    `${DEFAULT_NAME}=${DEFAULT_PEER_URL}`,
  ),
  flag('initial-cluster-token', 'string', 'token of the new cluster', DEFAULT_TOKEN),
  flag('initial-advertise-peer-urls', 'string', "the member's peer URLs", DEFAULT_PEER_URL),
  flag(
    'skip-hash-check',
    'bool',
    'take a file whose hash is wrong or missing (one copied from a data directory)',
  ),
  flag('initial-memory-map-size', 'int', 'accepted for compatibility; memory is mapped as needed'),
  flag('bump-revision', 'int', 'raise the latest revision by so many after the restore'),
  flag('mark-compacted', 'bool', 'take the latest revision as compacted; goes together with --bump-revision'),
];

const snapshotCommands: readonly Command[] = [
  {
    name: 'status',
    synopsis: '<filename>',
    summary: 'Checks a snapshot file and sums it up',
    description: 'Prints hash, revision, total keys, total size and storage version.',
    load: async () => (await import('./snapshot-status.ts')).snapshotStatus,
  },
  {
    name: 'restore',
    synopsis: '<filename> --data-dir <directory> [options]',
    summary: 'Makes the data directory of a new member out of a snapshot file',
    flags: restoreFlags,
    load: async () => (await import('./snapshot-restore.ts')).snapshotRestore,
  },
];

export const etcdutl: Command = {
  name: 'etcdutl',
  summary: 'Works on the files of etcd, without a server',
  sharedFlags: [
    {
      name: 'write-out',
      short: 'w',
      kind: 'string',
      defaultText: 'simple',
      usage: 'format of the output: fields, json, simple, table',
    },
  ],
  commands: [
    { name: 'snapshot', summary: 'Snapshot files', commands: snapshotCommands },
    {
      name: 'hashkv',
      synopsis: '<filename>',
      summary:
        'Computes the hash of the key-values of a snapshot file, as `etcdctl endpoint hashkv` does of a member',
      flags: [flag('rev', 'int', 'up to this revision; 0: all')],
      load: async () => (await import('./hashkv.ts')).hashKv,
    },
    {
      name: 'defrag',
      synopsis: '--data-dir <directory>',
      summary: 'Makes the store of a member that is not running as small as its contents',
      flags: dataDirFlags,
      load: async () => (await import('./defrag.ts')).defrag,
    },
    {
      name: 'export',
      synopsis: '--data-dir <directory> <filename>',
      summary: 'Writes the store of a member that is not running to a snapshot file',
      description: `
The file is one that etcdctl and etcdutl of Go etcd restore. It holds what the store has committed; entries that are
in the log alone are not in it, so stop the member in an orderly way first.
`,
      flags: dataDirFlags,
      load: async () => (await import('./export.ts')).exportStore,
    },
    {
      name: 'version',
      summary: 'Prints the version',
      load: async () => (await import('./version.ts')).version,
    },
  ],
};
