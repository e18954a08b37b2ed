// The part of the npm package `lmdb` that is used here. Its own declarations do not pass the strict compiler (an
// `export =` in a module), so it is loaded by name and described here.
import { createRequire } from 'node:module';

/** A pinned snapshot. */
export interface LmdbTransaction {
  done(): void;
}

export interface LmdbRangeOptions {
  start?: Uint8Array;
  /** Exclusive. */
  end?: Uint8Array;
  limit?: number;
  reverse?: boolean;
  transaction?: LmdbTransaction;
}

export interface LmdbStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
  readonly entryCount: number;
  readonly lastPageNumber: number;
  readonly root: LmdbStats;
  readonly free: LmdbStats;
}

/** One named database with binary keys and values. */
export interface LmdbDatabase {
  /** A copy of the value. */
  getBinary(key: Uint8Array): Uint8Array | undefined;
  /** The value in a buffer that the next read writes over; its `length` says how much of the buffer is the value. */
  getBinaryFast(key: Uint8Array): Uint8Array | undefined;
  getRange(options: LmdbRangeOptions): Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }>;
  getKeys(options: LmdbRangeOptions): Iterable<Uint8Array>;
  /** Inside transactionSync. @returns whether it was done (with `append`: the key is the greatest) */
  putSync(key: Uint8Array, value: Uint8Array, options?: { readonly append: boolean }): boolean;
  removeSync(key: Uint8Array): boolean;
  getStats(): LmdbStats;
}

export interface LmdbRoot extends LmdbDatabase {
  readonly status: string;
  openDB(name: string, options: Record<string, unknown>): LmdbDatabase;
  /** Runs `action` in one transaction and commits it; aborts and throws when it throws or the commit fails. */
  transactionSync<T>(action: () => T): T;
  useReadTransaction(): LmdbTransaction;
  resetReadTxn(): void;
  backup(path: string, compact: boolean): Promise<void>;
  close(): Promise<void>;
}

interface LmdbModule {
  open(options: Record<string, unknown>): LmdbRoot;
}

let loaded: LmdbModule | undefined;

/** Opens an environment. @throws what LMDB reports */
export function openLmdb(options: Record<string, unknown>): LmdbRoot {
  loaded ??= createRequire(import.meta.url)('lmdb') as LmdbModule;
  return loaded.open(options);
}
