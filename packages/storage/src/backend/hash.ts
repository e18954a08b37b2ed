// The two hashes of etcd's Maintenance service over stored records, shared by all backends.
import { crc32c } from '@quorate/base';
import { isTombstoneKey, mainOf, subOf } from './revision-key.ts';
import type { BucketName, HashRevisionsQuery } from './types.ts';

/** CRC-32C of "key", then key and value of every revision asked for; records must come in ascending order. */
export class RevisionHasher {
  private crc: number;
  private readonly query: HashRevisionsQuery;
  private skipAt = 0;

  constructor(query: HashRevisionsQuery) {
    this.query = query;
    this.crc = crc32c(Buffer.from('key'));
  }

  /** @returns false when the record lies above the revision asked for, so that none can follow */
  add(key: Uint8Array, value: Uint8Array, length: number): boolean {
    const main = mainOf(key);
    const { revision, compactRevision, skip } = this.query;
    if (main > revision) return false;
    if (main === compactRevision && isTombstoneKey(key)) return true;
    if (this.skipAt < skip.length) {
      const sub = subOf(key);
      while (
        this.skipAt < skip.length &&
        ((skip[this.skipAt] as number) < main ||
          (skip[this.skipAt] === main && (skip[this.skipAt + 1] as number) < sub))
      ) {
        this.skipAt += 2;
      }
      if (skip[this.skipAt] === main && skip[this.skipAt + 1] === sub) return true;
    }
    this.crc = crc32c(value, crc32c(key, this.crc), 0, length);
    return true;
  }

  hash(): number {
    return this.crc;
  }
}

/** Whether Maintenance.Hash looks at this record: bookkeeping that differs between members is left out, as in etcd. */
export function includeInHashAll(bucket: BucketName, key: string): boolean {
  return bucket !== 'meta' || (key !== 'consistent_index' && key !== 'term' && key !== 'storageVersion');
}
