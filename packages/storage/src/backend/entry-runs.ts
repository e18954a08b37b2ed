// A bucket read from end to end in runs: keys and values side by side in one piece of memory, no object per record.
import type { EntryRun } from '../entry-run.ts';
import { entryRunBytes, entryRunRecords } from './limits.ts';
import type { LmdbDatabase, LmdbRoot, LmdbTransaction } from './lmdb-module.ts';
import { openScanned } from './scanned-database.ts';
import type { BucketName } from './types.ts';

const firstKey = Buffer.from([0]);
/** Up to this a byte loop is faster than making a view to copy from. */
const LOOP_COPY_BYTES = 64;

export class EntryRunReader {
  readonly #database: LmdbDatabase;
  readonly #sizes = new Uint32Array(2 * entryRunRecords);
  #bytes = new Uint8Array(2 * entryRunBytes);
  #length = 0;
  #count = 0;
  #withValues = true;

  constructor(root: LmdbRoot, bucket: BucketName) {
    this.#database = openScanned(root, bucket, {
      key: (source, start, end) => {
        this.#sizes[2 * this.#count] = end - start;
        this.#copy(source, start, end);
      },
      value: (bytes, length) => {
        this.#sizes[2 * this.#count + 1] = length;
        if (this.#withValues) this.#copy(bytes, 0, length);
      },
    });
  }

  /** All of the bucket as the transaction sees it; a run is valid until the next is asked for. One reading at a time. */
  *runs(transaction: LmdbTransaction, withValues: boolean): Generator<EntryRun, void, void> {
    this.#withValues = withValues;
    this.#count = 0;
    this.#length = 0;
    for (const _ of this.#database.getRange({ start: firstKey, transaction })) {
      this.#count++;
      if (this.#count < entryRunRecords && this.#length < entryRunBytes) continue;
      yield this.#run();
      this.#count = 0;
      this.#length = 0;
    }
    if (this.#count > 0) yield this.#run();
  }

  #run(): EntryRun {
    return { count: this.#count, sizes: this.#sizes, bytes: this.#bytes.subarray(0, this.#length) };
  }

  #copy(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    const at = this.#length;
    if (at + size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, at + size));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    const bytes = this.#bytes;
    if (size <= LOOP_COPY_BYTES) {
      for (let one = 0; one < size; one++) bytes[at + one] = source[start + one] as number;
    } else {
      bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, size), at);
    }
    this.#length = at + size;
  }
}
