// What the rest of the server needs of the place where data lies: named buckets of byte keys and values, written in
// batches that are committed as one transaction, readable at once.

import type { IndexPortion } from './index-portion.ts';

/** Buckets as etcd names them, in the order of their bytes (the order in which Maintenance.Hash walks them). */
export const bucketNames = [
  'alarm',
  'auth',
  'authRoles',
  'authUsers',
  'cluster',
  'key',
  'lease',
  'members',
  'members_removed',
  'meta',
] as const;
export type BucketName = (typeof bucketNames)[number];

/** One record of a bucket. The bytes belong to the reader and must not be changed. */
export interface BackendEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** One stored revision of the bucket `key`: `main_sub[t]` → encoded mvccpb.KeyValue. */
export interface RevisionEntry {
  readonly main: number;
  readonly sub: number;
  readonly tombstone: boolean;
  readonly value: Uint8Array;
}

/** Sums over the environment, for Status, quota and metrics. */
export interface BackendSize {
  /** Bytes of the file (or, in memory, of the data). */
  readonly bytes: number;
  /** Bytes of it that hold data: what the file could shrink to. */
  readonly bytesInUse: number;
}

/** Live counters for metrics. */
export interface BackendCounters {
  readonly commits: number;
  readonly recordsCommitted: number;
  readonly lastCommitDurationMs: number;
}

/** Told how long things took, in milliseconds; every method must be cheap and never throw. */
export interface BackendObserver {
  committed(durationMs: number): void;
  defragmentBegan(): void;
  /** Whether it succeeded or not. */
  defragmentEnded(durationMs: number): void;
  /** A view was closed: how long it was open. */
  snapshotClosed(durationMs: number): void;
  /** `hashAll` is done. */
  hashed(durationMs: number): void;
}

/** A question for a scan that runs beside the writer over a consistent cut of the data; see Backend.hashRevisions. */
export interface HashRevisionsQuery {
  /** Revisions above are left out. */
  readonly revision: number;
  /** Tombstones of exactly this revision are left out. */
  readonly compactRevision: number;
  /** Revisions to leave out: pairs (main, sub) in any order. */
  readonly skip: Float64Array;
}

/**
 * A consistent, read-only view of everything committed when it was made; later writes do not show.
 * Read in portions; close it, for old pages are kept as long as it lives.
 */
export interface BackendSnapshot {
  /** Next records of `bucket` after `afterKey` (undefined: from its beginning): at least one if there is one, and about `maxBytes`. */
  read(bucket: BucketName, afterKey: Uint8Array | undefined, maxBytes: number): BackendEntry[];
  close(): void;
}

/**
 * The store of everything but the log.
 *
 * - Writes are visible to reads at once and committed later, all writes of one commit in one transaction. A commit is
 *   cut only between turns of the event loop (or when `forceCommit` is called), so what one synchronous stretch of
 *   code writes is never torn apart.
 * - A commit is due `commitIntervalMs` after the first write, or when `commitRecords` records wait.
 * - When a commit fails (disk full, I/O error) nothing of it is on disk, `onError` of the options is called once and
 *   every later commit is refused: the owner must stop, the log still holds the writes.
 */
export interface Backend {
  /** The value under `key`, or undefined. Bytes are the caller's to keep, not to change. */
  get(bucket: BucketName, key: Uint8Array): Uint8Array | undefined;
  /** Sets `key`. `key` is 1–1978 bytes; value may be empty. Both must not be changed afterwards. */
  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void;
  /** Removes `key` if it is there. */
  delete(bucket: BucketName, key: Uint8Array): void;
  /** Records with start ≤ key < end (end undefined: to the end of the bucket), ascending, at most `limit` (0: all). */
  range(bucket: BucketName, start: Uint8Array, end: Uint8Array | undefined, limit: number): BackendEntry[];

  /**
   * Appends a revision to the bucket `key`: `bytes[start, end)` is the encoded KeyValue. Revisions must be given in
   * ascending order. `bytes` must not change below `end` afterwards. The fast path of every put.
   */
  appendRevision(
    main: number,
    sub: number,
    tombstone: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void;
  /** Removes a revision (compaction). */
  deleteRevision(main: number, sub: number, tombstone: boolean): void;
  /** The encoded KeyValue of a revision, or undefined. */
  getRevision(main: number, sub: number, tombstone: boolean): Uint8Array | undefined;
  /**
   * Revisions from (main, sub) on, ascending, below `endMain`, until `maxRecords` or about `maxBytes` of values are
   * gathered (at least one if there is one).
   */
  readRevisions(
    main: number,
    sub: number,
    endMain: number,
    maxRecords: number,
    maxBytes: number,
  ): RevisionEntry[];
  /**
   * Hands all committed revisions over without their values, ascending, in portions, with turns of the loop between them.
   * For rebuilding the index, before anything is written.
   */
  readIndex(visit: (portion: IndexPortion) => void): Promise<void>;

  /** Called when a commit is cut, before it is sealed: what it writes is part of the same transaction. */
  setBeforeCommit(hook: () => void): void;
  /** Commits everything written so far and waits until it is on stable storage. Rejects when the commit failed. */
  forceCommit(): Promise<void>;
  /** Records written and not yet known to be committed. */
  readonly pendingRecords: number;

  size(): BackendSize;
  readonly counters: BackendCounters;
  /** Views that are open: each holds old pages. */
  readonly openReaders: number;
  /** For metrics. */
  setObserver(observer: BackendObserver): void;
  /**
   * Rewrites the file without its free pages. Reads and writes go on; only the exchange of the files at the end holds
   * them for a moment. Afterwards `size().bytes` has come down to about `bytesInUse`.
   */
  defragment(): Promise<void>;
  /** Gives back memory that reading a large part of the data took (the memory map's pages). */
  releaseMemory(): Promise<void>;
  /** CRC-32C over "key" and every revision asked for, on the cut made by this call; made off the loop. */
  hashRevisions(query: HashRevisionsQuery): Promise<number>;
  /** CRC-32C over all buckets but meta's consistent_index, term and storageVersion, on the cut made by this call. */
  hashAll(): Promise<number>;
  /** Commits, then gives a view of everything written so far. */
  snapshot(): Promise<BackendSnapshot>;
  /** Commits and closes. Nothing may be called afterwards. Rejects when the last commit failed. */
  close(): Promise<void>;
}

/** Options common to all backends. */
export interface BackendOptions {
  readonly clock: import('@quorate/base').Clock;
  /** Told once about the commit that failed; see Backend. */
  readonly onError: (error: Error) => void;
  /** Default 100. */
  readonly commitIntervalMs?: number;
  /** Default 10 000. */
  readonly commitRecords?: number;
}
