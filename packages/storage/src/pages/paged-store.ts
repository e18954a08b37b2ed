// Makes a store out of the pages of another one while they come: they go to a file as they are, and what the index needs
// of their records is told.
import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IndexPortion } from '../backend/index-portion.ts';
import { dataFileName } from '../backend/lmdb-environment.ts';
import type { StorePosition } from '../interchange/position.ts';
import { PageChecker } from './checker.ts';
import { syncEveryBytes } from './limits.ts';
import { StoreRecords } from './store-records.ts';

export interface PagedStoreResult {
  /** Where the store stands. */
  readonly position: StorePosition;
  readonly revisions: number;
}

/** Nothing may rely on the directory before `finish` has returned. */
export class PagedStore {
  readonly #directory: string;
  readonly #file: number;
  #isOpen = true;
  readonly #checker: PageChecker;
  readonly #records: StoreRecords;
  #unsynced = 0;
  #syncing: Promise<void> = Promise.resolve();

  /** Makes the directory, which must not exist. @throws what the file system says */
  constructor(directory: string, tell: (portion: IndexPortion) => void) {
    this.#directory = directory;
    mkdirSync(directory, { mode: 0o700 });
    this.#file = openSync(join(directory, dataFileName), 'wx', 0o600);
    this.#records = new StoreRecords(tell);
    this.#checker = new PageChecker(this.#records.visit);
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

  /** Takes a portion that was told back, to use its memory again. */
  reuse(portion: IndexPortion): void {
    this.#records.reuse(portion);
  }

  /**
   * All pages have been given; the store is on stable storage when this resolves.
   * @param onTold called when everything that the index needs has been told
   * @throws PageError (rejects)
   */
  async finish(onTold: () => void = () => {}): Promise<PagedStoreResult> {
    this.#checker.finish();
    const position = this.#records.finish();
    onTold();
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
    return { position, revisions: this.#records.revisions };
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
}

function sync(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
  });
}
