// An LMDB environment as this package uses it: one directory, one named database per bucket, raw bytes on both sides.
// The main thread, the writer thread and readers elsewhere each open the same directory; within a process they share
// one memory map.
import type { EntryRun } from '../entry-run.ts';
import { EntryRunReader } from './entry-runs.ts';
import { maxLmdbDatabases, maxLmdbReaders } from './limits.ts';
import {
  type LmdbDatabase,
  type LmdbRangeOptions,
  type LmdbRoot,
  type LmdbStats,
  type LmdbTransaction,
  openLmdb,
} from './lmdb-module.ts';
import { readUint64, tombstoneKeyBytes } from './revision-key.ts';
import { openScanned } from './scanned-database.ts';
import { type BackendEntry, type BackendSize, type BucketName, bucketNames } from './types.ts';

/** Name of the data file in the environment's directory. */
export const dataFileName = 'data.mdb';

const firstKey = Buffer.from([0]);

function pagesOf(stats: LmdbStats): number {
  return stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages;
}

/** Called for every record of a scan; `value` holds the value in its first `length` bytes, during the call only. */
export type ScanVisitor = (
  main: number,
  sub: number,
  tombstone: boolean,
  value: Uint8Array,
  length: number,
) => void;

/** Scans the bucket `key`: a key is read into numbers, and the value is handed to the visitor where it lies. */
class RevisionScanner {
  private readonly database: LmdbDatabase;
  private main = 0;
  private sub = 0;
  private tombstone = false;
  private visit: ScanVisitor = () => {};

  constructor(root: LmdbRoot) {
    this.database = openScanned(root, 'key', {
      key: (source, start, end) => {
        this.main = readUint64(source, start);
        this.sub = readUint64(source, start + 9);
        this.tombstone = end - start === tombstoneKeyBytes;
      },
      value: (bytes, length) => this.visit(this.main, this.sub, this.tombstone, bytes, length),
    });
  }

  scan(
    start: Uint8Array,
    limit: number,
    visit: ScanVisitor,
    transaction: LmdbTransaction | undefined,
  ): number {
    this.visit = visit;
    const options: LmdbRangeOptions = { start, limit };
    if (transaction !== undefined) options.transaction = transaction;
    let count = 0;
    for (const _ of this.database.getRange(options)) count++;
    return count;
  }
}

export class LmdbEnvironment {
  readonly root: LmdbRoot;
  private readonly databases: Record<BucketName, LmdbDatabase>;
  private readonly scanner: RevisionScanner;
  private readonly runReaders = new Map<BucketName, EntryRunReader>();

  /** Opens (and creates) the environment in a directory. @throws what LMDB says: not a database, no space, in use */
  constructor(directory: string, mapSizeBytes: number) {
    this.root = openLmdb({
      path: directory,
      noSubdir: false,
      mapSize: mapSizeBytes,
      maxDbs: maxLmdbDatabases,
      maxReaders: maxLmdbReaders,
      encoding: 'binary',
      keyEncoding: 'binary',
      useVersions: false,
      cache: false,
      // Unused parts of pages may hold old data of this process; the file is as private as the rest of it.
      noMemInit: true,
      // A commit flushes its data pages before it writes the page that makes them valid, as LMDB always does; only
      // that page's own flush is left to the next commit. A crash may lose the last commit, never tear one: see DESIGN.md.
      noMetaSync: true,
      overlappingSync: false,
    });
    const databases: Partial<Record<BucketName, LmdbDatabase>> = {};
    for (const name of bucketNames) {
      databases[name] = this.root.openDB(name, {
        encoding: 'binary',
        keyEncoding: 'binary',
        useVersions: false,
        cache: false,
      });
    }
    this.databases = databases as Record<BucketName, LmdbDatabase>;
    this.scanner = new RevisionScanner(this.root);
  }

  /** Visits up to `limit` stored revisions from a revision key on. @returns how many */
  scanRevisions(start: Uint8Array, limit: number, visit: ScanVisitor, transaction?: LmdbTransaction): number {
    return this.scanner.scan(start, limit, visit, transaction);
  }

  /** A bucket from end to end in runs, with values or without. One reading of a bucket at a time. */
  runs(name: BucketName, transaction: LmdbTransaction, withValues: boolean): Generator<EntryRun, void, void> {
    let reader = this.runReaders.get(name);
    if (reader === undefined) {
      reader = new EntryRunReader(this.root, name);
      this.runReaders.set(name, reader);
    }
    return reader.runs(transaction, withValues);
  }

  bucket(name: BucketName): LmdbDatabase {
    return this.databases[name];
  }

  /** The value under a key, as a copy: a cheaper getBinary. */
  get(name: BucketName, key: Uint8Array): Uint8Array | undefined {
    const shared = this.databases[name].getBinaryFast(key);
    if (shared === undefined) return undefined;
    const { length } = shared;
    const copy = Buffer.allocUnsafe(length);
    copy.set(new Uint8Array(shared.buffer, shared.byteOffset, length));
    return copy;
  }

  /** Inside a transaction: adds the greatest key of a bucket. @returns false when it is not the greatest */
  append(name: BucketName, key: Uint8Array, value: Uint8Array): boolean {
    return this.databases[name].putSync(key, value, { append: true });
  }

  /** Size of the file and how much of it is used, from the counters LMDB keeps. */
  size(): BackendSize {
    let pages = 2;
    let stats: LmdbStats | undefined;
    for (const name of bucketNames) {
      stats = this.databases[name].getStats();
      pages += pagesOf(stats);
    }
    const last = stats as LmdbStats;
    pages += pagesOf(last.root) + pagesOf(last.free);
    const bytes = (last.lastPageNumber + 1) * last.pageSize;
    return { bytes, bytesInUse: Math.min(bytes, pages * last.pageSize) };
  }

  /**
   * Records of a bucket from `start` on, `end` excluded, until there are `limit` (0: no limit) or about `maxBytes`.
   * With a transaction: of its snapshot.
   */
  read(
    name: BucketName,
    start: Uint8Array | undefined,
    end: Uint8Array | undefined,
    limit: number,
    maxBytes: number,
    transaction?: LmdbTransaction,
  ): BackendEntry[] {
    const entries: BackendEntry[] = [];
    let bytes = 0;
    const options: LmdbRangeOptions = {
      start: start === undefined || start.length === 0 ? firstKey : start,
    };
    if (end !== undefined) options.end = end;
    if (limit > 0 && Number.isFinite(limit)) options.limit = limit;
    if (transaction !== undefined) options.transaction = transaction;
    for (const entry of this.databases[name].getRange(options)) {
      entries.push(entry);
      bytes += entry.key.length + entry.value.length;
      if (bytes >= maxBytes) break;
    }
    return entries;
  }

  /** Later reads see what has been committed by now. */
  refresh(): void {
    this.root.resetReadTxn();
  }

  get isOpen(): boolean {
    return this.root.status === 'open';
  }

  close(): Promise<void> {
    return this.root.close();
  }
}
