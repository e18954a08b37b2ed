/** Flags of watch, on the command line and in interactive lines alike. */
import type { FlagDefinition } from '../cli/flag-set.ts';

export const watchFlags: readonly FlagDefinition[] = [
  { name: 'interactive', short: 'i', kind: 'bool', usage: 'read watches from standard input, one a line' },
  { name: 'prefix', kind: 'bool', usage: 'watch all keys that begin with the key' },
  { name: 'rev', kind: 'int', usage: 'revision to start at; 0: now' },
  { name: 'prev-kv', kind: 'bool', usage: 'also print what the key held before' },
  { name: 'progress-notify', kind: 'bool', usage: 'have the server tell how far it is when nothing happens' },
];
