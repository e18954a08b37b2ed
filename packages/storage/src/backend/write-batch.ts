// Writes of one commit: gathered, read from until the commit is reported, and packed for the writer thread.
import { keyFromLatin1, latin1Key } from '@quorate/base';
import { PendingRevisions } from './pending-revisions.ts';
import { isTombstoneKey, mainOf, subOf } from './revision-key.ts';
import { type BucketName, bucketNames } from './types.ts';

/** See CommitRequest in lmdb-protocol.ts. */
export interface PackedBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly appends: Float64Array<ArrayBuffer>;
  readonly removals: Float64Array<ArrayBuffer>;
  readonly changes: Float64Array<ArrayBuffer>;
}

/** Writes of one commit, held until it is reported. */
export class Batch {
  readonly revisions = new PendingRevisions();
  readonly removed = new Set<string>();
  readonly changes = new Map<BucketName, Map<string, Uint8Array | undefined>>();
  records = 0;
  /** Told when the commit is done; their presence asks for a flush. */
  waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];

  change(bucket: BucketName, key: Uint8Array, value: Uint8Array | undefined): void {
    let changes = this.changes.get(bucket);
    if (changes === undefined) {
      changes = new Map();
      this.changes.set(bucket, changes);
    }
    changes.set(latin1Key(key), value);
    this.records++;
  }

  /** All writes in the form in which they go to the writer. */
  pack(): PackedBatch {
    let extra = 0;
    let count = 0;
    for (const changes of this.changes.values()) {
      count += changes.size;
      for (const [key, value] of changes) extra += key.length + (value?.length ?? 0);
    }
    const { bytes, table, end } = this.revisions.pack(extra);
    const changes = new Float64Array(count * 5);
    let at = 0;
    let offset = end;
    for (const [name, records] of this.changes) {
      const bucket = bucketNames.indexOf(name);
      for (const [key, value] of records) {
        changes[at++] = bucket;
        changes[at++] = offset;
        changes[at++] = key.length;
        bytes.set(keyFromLatin1(key), offset);
        offset += key.length;
        changes[at++] = value === undefined ? -1 : offset;
        changes[at++] = value?.length ?? 0;
        if (value !== undefined) {
          bytes.set(value, offset);
          offset += value.length;
        }
      }
    }
    const removals = new Float64Array(this.removed.size * 2);
    at = 0;
    for (const text of this.removed) {
      const key = keyFromLatin1(text);
      removals[at++] = mainOf(key);
      removals[at++] = (subOf(key) << 1) | (isTombstoneKey(key) ? 1 : 0);
    }
    return { bytes, appends: table, removals, changes };
  }

  clear(): void {
    this.revisions.clear();
    this.removed.clear();
    this.changes.clear();
    this.records = 0;
    this.waiters = [];
  }
}
