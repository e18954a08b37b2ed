// Bounds of the multi-version store.
import { assert } from '@quorate/base';

/** Recently used records kept in memory. */
export const recordCacheBytes = 64 * 2 ** 20;
/** Records are kept in pieces of this size. */
export const recordSegmentBytes = 2 ** 20;
/** Keys are kept in pieces of this size (longer keys get one of their own). */
export const keySlabBytes = 2 ** 20;
/** Ranges of more keys than this do not displace the records in memory. */
export const maxCachedRangeKeys = 1_000;

/** Revisions removed in one slice of a compaction, as etcd's compaction-batch-limit. */
export const defaultCompactionBatchLimit = 1_000;
/** Pause between slices of a compaction, as etcd's compaction-sleep-interval. */
export const defaultCompactionSleepIntervalMs = 10;
/** Keys looked at in one slice of a walk over the whole index. */
export const indexSliceKeys = 20_000;
/** Sliced work gives the loop back after this long. */
export const sliceMs = 5;
/** Hashes of compactions that are kept, as in etcd. */
export const maxCompactionHashes = 10;
/** A compaction waits this long for open scans before it makes them fail. */
export const scanGraceMs = 5_000;
/** After reading this many revisions at the start the memory map's pages are given back. */
export const releaseMemoryRevisions = 100_000;

/** Unsynced watchers looked at in one slice, as etcd's maxWatchersPerSync. */
export const maxWatchersPerSync = 512;
/** Pause between rounds over unsynced watchers while some stay unsynced, as etcd. */
export const watchResyncMs = 100;
/** Revisions read from history in one slice of a catch-up. */
export const watchSyncRecords = 500;
/** Bytes of records read from history in one slice of a catch-up. */
export const watchSyncBytes = 2 * 2 ** 20;

assert(recordCacheBytes >= 2 * recordSegmentBytes, 'the record cache holds at least two segments');
/** Bytes of events after which what a watcher is given is split between two revisions. */
export const watchBatchBytes = 256 * 2 ** 10;
