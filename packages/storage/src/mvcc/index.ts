// The multi-version store: key index, records, transactions, compaction, hash and watch.

export {
  createRevisionOf,
  type DecodedKeyValue,
  decodeKeyValue,
  encodeKeyValue,
  KeyValueReader,
  keyOf,
  leaseOf,
  modRevisionOf,
  valueOf,
  versionOf,
} from './key-value.ts';
export * from './types.ts';
