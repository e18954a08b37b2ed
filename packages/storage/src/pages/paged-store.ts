// Makes a store out of the pages of another one while they come: they go to a file as they are, and what the index needs
// of their records is told.
import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type IndexPortion, IndexPortionWriter } from '../backend/index-portion.ts';
import { indexPortionRecords } from '../backend/limits.ts';
import { dataFileName } from '../backend/lmdb-environment.ts';
import { readPosition, type StorePosition } from '../interchange/position.ts';
import { RevisionOrder } from '../interchange/revision-order.ts';
import { PageChecker, type RecordVisitor } from './checker.ts';
import { PageError } from './errors.ts';
import { syncEveryBytes } from './limits.ts';

export interface PagedStoreResult {
  /** Where the store stands. */
  readonly position: StorePosition;
  readonly revisions: number;
}

/** Nothing may rely on the directory before `finish` has returned. */
export class PagedStore {
  readonly #directory: string;
  readonly #tell: (portion: IndexPortion) => void;
  readonly #file: number;
  #isOpen = true;
  readonly #checker: PageChecker;
  readonly #order = new RevisionOrder();
  readonly #meta = new Map<string, Uint8Array>();
  #portion = new IndexPortionWriter(indexPortionRecords);
  #revisions = 0;
  #unsynced = 0;
  #syncing: Promise<void> = Promise.resolve();

  /** Makes the directory, which must not exist. @throws what the file system says */
  constructor(directory: string, tell: (portion: IndexPortion) => void) {
    this.#directory = directory;
    this.#tell = tell;
    mkdirSync(directory, { mode: 0o700 });
    this.#file = openSync(join(directory, dataFileName), 'wx', 0o600);
    const visit: RecordVisitor = (bucket, page, keyStart, keyEnd, bytes, start, end) => {
      if (bucket === 'key') this.#revision(page, keyStart, keyEnd, bytes, start, end);
      else if (bucket === 'meta') {
        this.#meta.set(page.toString('latin1', keyStart, keyEnd), Buffer.from(bytes.subarray(start, end)));
      }
    };
    this.#checker = new PageChecker(visit);
  }

  /** Takes whole pages. @throws PageError when they are not a store's, and what the file system says */
  take(pages: Buffer): void {
    this.#checker.take(pages);
    for (let at = 0; at < pages.length; ) at += writeSync(this.#file, pages, at, pages.length - at);
    this.#unsynced += pages.length;
    if (this.#unsynced < syncEveryBytes) return;
    // Begun early, so that little is left to write at the end.
    this.#unsynced = 0;
    this.#syncing = this.#syncing.then(() => sync(this.#file));
    this.#syncing.catch(() => {}); // told by `finish`
  }

  /** All pages have been given; the store is on stable storage when this resolves. @throws PageError (rejects) */
  async finish(): Promise<PagedStoreResult> {
    this.#checker.finish();
    if (this.#portion.count > 0) this.#tell(this.#portion.finish());
    await this.#syncing;
    await sync(this.#file);
    this.#close();
    for (const path of [this.#directory, dirname(this.#directory)]) {
      const directory = openSync(path, 'r');
      try {
        fsyncSync(directory);
      } finally {
        closeSync(directory);
      }
    }
    const position = readPosition((key) => this.#meta.get(Buffer.from(key).toString('latin1')));
    return { position, revisions: this.#revisions };
  }

  /** Closes what cannot be finished; the directory stays for the caller to remove. */
  async abandon(): Promise<void> {
    await this.#syncing.catch(() => {});
    this.#close();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#file);
  }

  #revision(page: Buffer, keyStart: number, keyEnd: number, bytes: Buffer, start: number, end: number): void {
    const order = this.#order;
    const wrong = order.take(page, keyStart, keyEnd);
    if (wrong !== undefined) throw new PageError(wrong);
    try {
      this.#portion.add(order.main, order.sub, order.tombstone, bytes, start, end);
    } catch (error) {
      const what = order.tombstone ? 'tombstone' : 'key-value';
      throw new PageError(`${what} of revision ${order.main}.${order.sub}: ${(error as Error).message}`);
    }
    this.#revisions++;
    if (this.#portion.count < indexPortionRecords) return;
    this.#tell(this.#portion.finish());
    this.#portion = new IndexPortionWriter(indexPortionRecords);
  }
}

function sync(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
  });
}
