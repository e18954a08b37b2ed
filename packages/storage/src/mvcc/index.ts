// The multi-version store: key index, records, transactions, compaction, hash and watch.

export { IndexBuilder } from './index-builder.ts';
export {
  createRevisionOf,
  type DecodedKeyValue,
  decodeKeyValue,
  encodeKeyValue,
  KeyValueReader,
  keyOf,
  leaseOf,
  modRevisionOf,
  valueBytesOf,
  versionOf,
} from './key-value.ts';
export { type MvccMemory, openMvccStore } from './store.ts';
export * from './types.ts';
