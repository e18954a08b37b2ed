// A bucket seen through codecs that copy nothing: whoever scans it takes keys and values where LMDB's binding put them.
import type { LmdbDatabase, LmdbRoot } from './lmdb-module.ts';
import type { BucketName } from './types.ts';

/** What is done with each record, key first; bytes are valid during the call only. */
export interface RecordTaker {
  key(source: Uint8Array, start: number, end: number): void;
  /** The value is in the first `length` bytes. */
  value(bytes: Uint8Array, length: number): void;
}

/** Opens a bucket whose records go to `taker` while a range of it is read; keys to start from are written raw. */
export function openScanned(root: LmdbRoot, bucket: BucketName, taker: RecordTaker): LmdbDatabase {
  return root.openDB(bucket, {
    useVersions: false,
    cache: false,
    keyEncoder: {
      writeKey: (key: Uint8Array, target: Uint8Array, start: number): number => {
        target.set(key, start);
        return start + key.length;
      },
      readKey: (source: Uint8Array, start: number, end: number): number => {
        taker.key(source, start, end);
        return 0;
      },
    },
    encoder: {
      encode: (value: Uint8Array): Uint8Array => value,
      decode: (value: Uint8Array, length: number): number => {
        taker.value(value, length);
        return 0;
      },
    },
  });
}
