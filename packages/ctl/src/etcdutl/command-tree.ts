/** All commands of etcdutl with their flags. */
import type { Command } from '../cli/command.ts';
import type { FlagDefinition } from '../cli/flag-set.ts';
import { restoreFlags } from './restore-flags.ts';

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
