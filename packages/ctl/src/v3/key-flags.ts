/** Flags of get, put and del, on the command line and in transactions alike. */
import type { FlagDefinition } from '../cli/flag-set.ts';

export const getFlags: readonly FlagDefinition[] = [
  { name: 'consistency', kind: 'string', defaultText: 'l', usage: 'l: linearizable, s: serializable' },
  { name: 'order', kind: 'string', usage: 'order of the results, ASCEND or DESCEND (default ASCEND)' },
  { name: 'sort-by', kind: 'string', usage: 'sort by CREATE, KEY, MODIFY, VALUE or VERSION' },
  { name: 'limit', kind: 'int', usage: 'most results to return; 0: all' },
  { name: 'prefix', kind: 'bool', usage: 'all keys that begin with the key' },
  { name: 'from-key', kind: 'bool', usage: 'all keys not below the key, compared as bytes' },
  { name: 'rev', kind: 'int', usage: 'revision to read at; 0: the present one' },
  { name: 'keys-only', kind: 'bool', usage: 'keys without values' },
  { name: 'count-only', kind: 'bool', usage: 'only the number of keys (formats other than simple)' },
  { name: 'print-value-only', kind: 'bool', usage: 'with the simple format: values without keys' },
  { name: 'min-create-rev', kind: 'int', usage: 'only keys created at this revision or later' },
  { name: 'max-create-rev', kind: 'int', usage: 'only keys created at this revision or earlier' },
  { name: 'min-mod-rev', kind: 'int', usage: 'only keys last changed at this revision or later' },
  { name: 'max-mod-rev', kind: 'int', usage: 'only keys last changed at this revision or earlier' },
];

export const putFlags: readonly FlagDefinition[] = [
  { name: 'lease', kind: 'string', defaultText: '0', usage: 'lease to attach to the key, in hexadecimal' },
  { name: 'prev-kv', kind: 'bool', usage: 'return what the key held before' },
  { name: 'ignore-value', kind: 'bool', usage: 'keep the present value' },
  { name: 'ignore-lease', kind: 'bool', usage: 'keep the present lease' },
];

export const delFlags: readonly FlagDefinition[] = [
  { name: 'prefix', kind: 'bool', usage: 'all keys that begin with the key' },
  { name: 'prev-kv', kind: 'bool', usage: 'return the deleted keys and values' },
  { name: 'from-key', kind: 'bool', usage: 'all keys not below the key, compared as bytes' },
];
