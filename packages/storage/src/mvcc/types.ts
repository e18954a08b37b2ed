// The interface of the multi-version store: what apply, the api, leases and the compactor see of it.
import type { Clock, Random } from '@quorate/base';
import type { Backend } from '../backend/index.ts';
import type { IndexBuilder } from './index-builder.ts';

/** Why the store refused; the api turns it into etcd's error. */
export const MvccErrorKind = {
  /** The revision asked for has been compacted. */
  compacted: 'compacted',
  /** The revision asked for does not exist yet. */
  futureRevision: 'futureRevision',
  /** The store is being closed. */
  closed: 'closed',
  /** sort_order or sort_target is not a known value. */
  invalidSort: 'invalidSort',
  /** range_end is not above key (watch). */
  emptyWatchRange: 'emptyWatchRange',
} as const;
export type MvccErrorKind = (typeof MvccErrorKind)[keyof typeof MvccErrorKind];

/** An error of a request against the store. */
export class MvccError extends Error {
  override readonly name = 'MvccError';
  readonly kind: MvccErrorKind;
  /** With `compacted`: the store's compact revision; else 0. */
  readonly compactRevision: number;
  constructor(kind: MvccErrorKind, compactRevision = 0) {
    super(`mvcc: ${kind}`);
    this.kind = kind;
    this.compactRevision = compactRevision;
  }
}

/** Values of RangeRequest.sort_order. */
export const SortOrder = { none: 0, ascend: 1, descend: 2 } as const;
/** Values of RangeRequest.sort_target. */
export const SortTarget = { key: 0, version: 1, create: 2, mod: 3, value: 4 } as const;

/** What was done so far, by etcd's rules of counting. Live; read for metrics. */
export class MvccCounters {
  ranges = 0;
  puts = 0;
  /** Deletions asked for, not keys deleted. */
  deletes = 0;
  /** Txns, read or write, of more than one operation. */
  txns = 0;
  /** Key and value bytes put. */
  putBytes = 0;
  /** Revisions removed by compactions. */
  compactedRevisions = 0;
  /** When the last compaction ended, wall-clock ms; 0: none has. */
  lastCompactionMs = 0;
}

/** Told how long things took, in milliseconds; every method must be cheap and never throw. */
export interface MvccObserver {
  /** One slice of a compaction's walk over the index. */
  indexSlice(durationMs: number): void;
  /** One slice of a compaction's removals. */
  removalSlice(durationMs: number): void;
  /** A compaction, from its beginning. */
  compacted(durationMs: number): void;
  hashedByRevision(durationMs: number): void;
}

/** What to read; zero values mean "not asked for", as in RangeRequest. */
export interface RangeQuery {
  readonly key: Uint8Array;
  /** Empty: the one key; `\0`: all keys from `key` on; else up to, not with, this key. */
  readonly rangeEnd: Uint8Array;
  /** 0: the current one. */
  readonly revision: number;
  /** Most key-values to return; 0: all. Applied after sorting and filtering. */
  readonly limit: number;
  readonly countOnly: boolean;
  /** Key-values come without their value. */
  readonly keysOnly: boolean;
  readonly sortOrder: number;
  readonly sortTarget: number;
  readonly minModRevision: number;
  readonly maxModRevision: number;
  readonly minCreateRevision: number;
  readonly maxCreateRevision: number;
}

/** What a range found. */
export interface RangeResult {
  /** Encoded mvccpb.KeyValue, in response order: the stored bytes, ready to be framed. Do not change them. */
  readonly kvs: Uint8Array[];
  /** Keys in the range, whatever limit and filters say. */
  readonly count: number;
  readonly more: boolean;
  /** The store's current revision (for the header). */
  readonly revision: number;
}

/** A large range read in portions at one revision, so that the loop can turn between them. Close it. */
export interface RangeScan {
  /** The revision read. */
  readonly revision: number;
  /** Keys in the whole range at that revision. */
  readonly count: number;
  readonly done: boolean;
  /**
   * The next key-values in key order: at most `maxKeys`, and no more once `maxBytes` are reached (at least one).
   * @throws MvccError compacted, when the scan was so slow that a compaction no longer waited for it
   */
  next(maxKeys: number, maxBytes: number): Uint8Array[];
  close(): void;
}

/** What a deletion did. */
export interface DeleteResult {
  readonly deleted: number;
  /** Encoded previous key-values if asked for, in key order; else empty. */
  readonly prevKvs: readonly Uint8Array[];
}

/**
 * All writes of one log entry. One at a time; everything in it gets the same main revision, which is one more than
 * the store's if anything is written at all. Not visible to watchers before `end`.
 */
export interface WriteTxn {
  /** The revision writes of this txn get. */
  readonly writeRevision: number;
  /** Whether anything was written. */
  readonly dirty: boolean;
  /**
   * Sets a key. `lease` 0n: none; a lease the key had before is detached, the new one attached.
   * @returns the encoded previous KeyValue if `wantPrev` and there was one
   */
  put(key: Uint8Array, value: Uint8Array, lease: bigint, wantPrev: boolean): Uint8Array | undefined;
  /** Deletes a key (`rangeEnd` empty), all from `key` on (`\0`), or a range. */
  deleteRange(key: Uint8Array, rangeEnd: Uint8Array, wantPrev: boolean): DeleteResult;
  /** As MvccStore.range, seeing this txn's own writes. */
  range(query: RangeQuery): RangeResult;
  /** The encoded KeyValue of a key as this txn sees it. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** Closes the txn and tells the watchers. @returns the store's revision */
  end(): number;
}

/** What the store needs of the lessor. */
export interface LeaseAttacher {
  /** The key now belongs to the lease. Also called for every key with a lease while the store opens. */
  attach(lease: bigint, key: Uint8Array): void;
  /** The key no longer belongs to the lease. */
  detach(lease: bigint, key: Uint8Array): void;
}

/** Answer of hashByRevision. */
export interface RevisionHash {
  readonly hash: number;
  /** −1 when the store was never compacted, as in etcd. */
  readonly compactRevision: number;
  readonly hashRevision: number;
  readonly currentRevision: number;
}

/** What happened to a key. */
export const EventType = { put: 0, delete: 1 } as const;
export type EventType = (typeof EventType)[keyof typeof EventType];

/** One change, shared by all watchers that see it. */
export interface WatchEvent {
  readonly type: EventType;
  readonly modRevision: number;
  /** 1 when the event created the key. */
  readonly version: number;
  /** Encoded mvccpb.KeyValue. */
  readonly kv: Uint8Array;
  /** Encoded mvccpb.Event without prev_kv; made once. */
  readonly encoded: Uint8Array;
  /** Encoded mvccpb.Event with prev_kv if the key existed and its revision is not compacted; made once. */
  readonly encodedWithPrev: Uint8Array;
}

/** What to watch. */
export interface WatchQuery {
  readonly key: Uint8Array;
  /** Empty: the one key; `\0`: all keys from `key` on; else up to, not with, this key. */
  readonly rangeEnd: Uint8Array;
  /** First revision to see; 0: from now on. May lie in the future. */
  readonly startRevision: number;
  readonly noPut: boolean;
  readonly noDelete: boolean;
  readonly prevKv: boolean;
}

/** A running watch. */
export interface Watcher {
  readonly prevKv: boolean;
  /** The revision at which the watcher was made (the created response carries it). */
  readonly createdRevision: number;
  /** Every event below this revision has been given to the sink. */
  readonly nextRevision: number;
  /** Whether it gets events at the moment they happen (and not from history, nor is it stopped by its sink). */
  readonly synced: boolean;
  readonly cancelled: boolean;
  /** Free for the owner. */
  data: unknown;
}

/** Where a watcher's events go. Its methods must not call back into the hub except as said. */
export interface WatchSink {
  /**
   * Events of one or more revisions, whole revisions only, ascending, for each of these watchers. `revision` is the
   * revision for the header: no event up to there is still to come. Return false when no more can be taken for now
   * (these were taken): the hub keeps nothing for any of the watchers until `hub.resume(watcher)`, then reads what was
   * missed from history.
   */
  events(watchers: readonly Watcher[], events: readonly WatchEvent[], revision: number): boolean;
  /** The start revision has been compacted: the watcher is gone. */
  compacted(watcher: Watcher, compactRevision: number): void;
}

/** Numbers for metrics and debugging. */
export interface WatchHubStats {
  readonly watchers: number;
  readonly synced: number;
  readonly unsynced: number;
  /** Stopped by their sinks. */
  readonly paused: number;
  readonly eventsSent: number;
}

/** All watches of the store. */
export interface WatchHub {
  /** Starts a watch. The sink is called in later turns only. @throws MvccError emptyWatchRange */
  watch(query: WatchQuery, sink: WatchSink): Watcher;
  /** Ends a watch; harmless when it has ended. May be called from the sink. */
  cancel(watcher: Watcher): void;
  /** The sink can take events again. May be called from the sink. */
  resume(watcher: Watcher): void;
  /** The revision up to which all these watchers have been given everything, or undefined when one is behind. */
  progress(watchers: Iterable<Watcher>): number | undefined;
  readonly stats: WatchHubStats;
}

/** How the store is opened. */
export interface MvccOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  /** For the seed of the key hash. */
  readonly random: Random;
  readonly leases: LeaseAttacher;
  /** Made of this very store while it came in. Default: the store is read to make one. */
  readonly index?: IndexBuilder;
  /** Told while the index is rebuilt: revisions read so far. */
  readonly onRestoreProgress?: (revisions: number) => void;
  /** Told about a compaction, sliced work and so on that failed; the store is unusable afterwards. */
  readonly onError: (error: Error) => void;
  /** Bytes of recently used records kept in memory. Default limits.recordCacheBytes. */
  readonly recordCacheBytes?: number;
  /** Revisions removed in one slice of a compaction. Default 1000. */
  readonly compactionBatchLimit?: number;
  /** Pause between slices of a compaction. Default 10. */
  readonly compactionSleepIntervalMs?: number;
  /** Hash what the store holds up to the revision of each compaction before it takes effect. Default false. */
  readonly hashCompactions?: boolean;
}

/** The multi-version key-value store. Single-threaded: a write txn must end in the turn that began it. */
export interface MvccStore {
  /** Current revision; 1 for an empty store. */
  readonly revision: number;
  /** Revisions below are gone; −1 when never compacted. */
  readonly compactRevision: number;
  /** Live keys. */
  readonly keyCount: number;
  readonly watchHub: WatchHub;
  /** The store writes them; whoever reads several things for one txn adds to `txns`. */
  readonly counters: MvccCounters;
  /** For metrics. */
  setObserver(observer: MvccObserver): void;

  /** Reads keys. @throws MvccError compacted, futureRevision, invalidSort */
  range(query: RangeQuery): RangeResult;
  /** The encoded KeyValue of one key at the current revision, or undefined: the shortest way to a value. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** Whether the key exists at the current revision. */
  has(key: Uint8Array): boolean;
  /** Opens a large range for reading in portions (key order, no filters). @throws MvccError compacted, futureRevision */
  openScan(
    key: Uint8Array,
    rangeEnd: Uint8Array,
    revision: number,
    limit: number,
    keysOnly: boolean,
  ): RangeScan;
  /** Number of keys in a range at the current revision, in logarithmic time. */
  count(key: Uint8Array, rangeEnd: Uint8Array): number;

  /** Begins the writes of one log entry; the one before must have ended. */
  beginWrite(): WriteTxn;
  /**
   * The log position up to which everything has been applied, committed with the data. Call it in the turn in which
   * the entry is applied, before or after its writes.
   */
  setConsistentIndex(index: number, term: number): void;
  /** What setConsistentIndex last said; after opening, what was found on disk (0 when nothing). */
  readonly consistentIndex: number;
  readonly consistentTerm: number;

  /**
   * Compacts: from now on revisions below `revision` cannot be read; what they alone need is removed in slices.
   * @returns a promise that resolves when all is removed and committed (for `physical`)
   * @throws MvccError compacted, futureRevision
   */
  compact(revision: number): Promise<void>;
  /** Whether a compaction is still removing revisions. */
  readonly compacting: boolean;
  /**
   * HashKV at a revision (0: current). With `hashCompactions`, the answer at the revision of a recent compaction is the
   * hash made before that took effect, as in etcd. @throws (rejects) MvccError compacted, futureRevision
   */
  hashByRevision(revision: number): Promise<RevisionHash>;
  /** Revisions of the compactions whose hashes are kept, the newest first. */
  compactionHashRevisions(): readonly number[];

  /** Stops sliced work and watchers. The backend is not closed. */
  close(): Promise<void>;
}
