// Everything in a store as of one moment, for a thread (or a tool) that is not the one that writes. It opens the
// environment beside its owner; LMDB keeps the pages of that moment as long as the view lives.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '@quorate/base';
import { defaultMapSizeBytes } from '../backend/limits.ts';
import { dataFileName, LmdbEnvironment } from '../backend/lmdb-environment.ts';
import type { LmdbTransaction } from '../backend/lmdb-module.ts';
import type { BucketName } from '../backend/types.ts';
import type { LayoutPass } from '../bbolt/index.ts';
import type { EntryRun } from '../entry-run.ts';
import { PagePacker, type PinnedState, pinState } from '../pages/packer.ts';
import { readPosition, type StorePosition } from './position.ts';

const firstKey = Buffer.from([0]);

/**
 * A store opened for reading. While it is open its directory must stay where it is: the owner of the store holds a
 * `Backend.snapshot()` meanwhile, or there is no owner.
 */
export class StoreView {
  readonly #environment: LmdbEnvironment;
  readonly #file: number;
  #transaction: LmdbTransaction | undefined;
  #state: PinnedState | undefined;

  /** @throws what LMDB says when the directory holds no store */
  constructor(directory: string, mapSizeBytes = defaultMapSizeBytes) {
    this.#environment = new LmdbEnvironment(directory, mapSizeBytes);
    this.#file = openSync(join(directory, dataFileName), 'r');
  }

  /** From now on the view shows what is committed at this moment. @returns where in the log that is */
  pin(): StorePosition {
    let position: StorePosition | undefined;
    this.#state = pinState(this.#file, () => {
      this.#transaction?.done();
      this.#environment.refresh();
      this.#transaction = this.#environment.root.useReadTransaction();
      position = readPosition((key) => this.get('meta', key));
    });
    assert(position !== undefined, 'the state was pinned');
    return position;
  }

  /** The store as pages, which are read as they are asked for. @throws PageError when it is laid out otherwise */
  pages(makePiece?: () => Buffer): PagePacker {
    assert(this.#state !== undefined, 'the view is pinned before it is read');
    return new PagePacker(this.#file, this.#state, makePiece);
  }

  /** The value under `key`, or undefined. */
  get(bucket: BucketName, key: Uint8Array): Uint8Array | undefined {
    for (const entry of this.#range(bucket, key, 1)) {
      return Buffer.compare(entry.key, key) === 0 ? entry.value : undefined;
    }
    return undefined;
  }

  /** All records of a bucket in order. */
  *entries(bucket: BucketName): Generator<readonly [key: Uint8Array, value: Uint8Array], void, void> {
    for (const { key, value } of this.#range(bucket, firstKey, undefined)) yield [key, value];
  }

  /** The same in runs: nothing is made for a record. In the pass for sizes the values are left out. */
  runs(bucket: BucketName, pass: LayoutPass): Iterable<EntryRun> {
    assert(this.#transaction !== undefined, 'the view is pinned before it is read');
    return this.#environment.runs(bucket, this.#transaction, pass === 'bytes');
  }

  async close(): Promise<void> {
    this.#transaction?.done();
    this.#transaction = undefined;
    closeSync(this.#file);
    await this.#environment.close();
  }

  #range(
    bucket: BucketName,
    start: Uint8Array,
    limit: number | undefined,
  ): Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }> {
    assert(this.#transaction !== undefined, 'the view is pinned before it is read');
    const options = { start, transaction: this.#transaction };
    return this.#environment.bucket(bucket).getRange(limit === undefined ? options : { ...options, limit });
  }
}
