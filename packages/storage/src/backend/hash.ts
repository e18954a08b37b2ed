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
    this.query = { ...query, skip: sortPairs(query.skip) };
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

/** Subs below this and mains below 2^53 / this fit into one number, main × this + sub. */
const SUBS = 2 ** 20;

/** Pairs (main, sub) in ascending order. Millions of them take a second and more; that is for the caller's thread to bear. */
function sortPairs(pairs: Float64Array): Float64Array {
  const count = pairs.length / 2;
  const joint = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const sub = pairs[at * 2 + 1] as number;
    joint[at] = (pairs[at * 2] as number) * SUBS + sub;
    if (sub >= SUBS || !Number.isSafeInteger(joint[at])) return sortLargePairs(pairs);
  }
  joint.sort();
  const sorted = new Float64Array(pairs.length);
  for (let at = 0; at < count; at++) {
    const value = joint[at] as number;
    sorted[at * 2] = Math.floor(value / SUBS);
    sorted[at * 2 + 1] = value % SUBS;
  }
  return sorted;
}

function sortLargePairs(pairs: Float64Array): Float64Array {
  const order = Array.from({ length: pairs.length / 2 }, (_, at) => at * 2);
  order.sort(
    (a, b) =>
      (pairs[a] as number) - (pairs[b] as number) || (pairs[a + 1] as number) - (pairs[b + 1] as number),
  );
  return Float64Array.from(order.flatMap((from) => [pairs[from] as number, pairs[from + 1] as number]));
}

/** Whether Maintenance.Hash looks at this record: bookkeeping that differs between members is left out, as in etcd. */
export function includeInHashAll(bucket: BucketName, key: string): boolean {
  return bucket !== 'meta' || (key !== 'consistent_index' && key !== 'term' && key !== 'storageVersion');
}
