// Every bound of the v3 API in one place, with the relations between them checked at load.
import { assert } from '@quorate/base';

/** What a request may need beyond its payload: the wire accepts `max-request-bytes` plus this much (as etcd). */
export const requestOverheadBytes = 512 * 1024;

/** Default of `--max-txn-ops`. */
export const defaultMaxTxnOps = 128;

/** Default of `--max-request-bytes`. */
export const defaultMaxRequestBytes = 1.5 * 1024 * 1024;

/** A lease may be granted for this many seconds at most (etcd: lease.MaxLeaseTTL). */
export const maxLeaseTtlSeconds = 9_000_000_000;

/** TTL of the lease that Lock and Campaign take for a caller that brings none. */
export const defaultSessionTtlSeconds = 60;

/** A range of at most this many keys is read in one go. */
export const rangeAtOnceKeys = 256;

/** What a large range reads between two looks at the clock. */
export const rangeStepKeys = 64;
export const rangeStepBytes = 1024 * 1024;

/** Time that all large ranges together may hold the event loop in one turn. */
export const rangeSliceBudgetMs = 0.5;

/** How often a large read of the present begins anew because a compaction overtook it. */
export const maxRangeRestarts = 3;

/** Key-values sorted or merged between two looks at the clock. */
export const sortStepItems = 256;

/** Large answers are put together in pieces of this size, */
export const responseChunkBytes = 256 * 1024;
/** which are kept for the next one; those that nobody took for so long are let go. */
export const spareChunksIntervalMs = 1_000;

/** First chunk of a RangeStream; later chunks double while they stay below the byte goal. */
export const rangeStreamFirstKeys = 10;

/** No chunk of a RangeStream holds more keys than this. */
export const rangeStreamMaxKeys = 64 * 1024;

/** Default of `--watch-progress-notify-interval`, and the least it may be set to. */
export const defaultWatchProgressIntervalMs = 10 * 60_000;
export const minWatchProgressIntervalMs = 100;

/** Watchers of one stream; the next create request is refused. */
export const maxWatchersPerStream = 100_000;

/** How often gathered request counts are handed to the observer, and how many client versions are told apart. */
export const requestCountIntervalMs = 1_000;
export const maxCountedVersions = 100;

/** How often a progress request that found watchers behind is tried again. */
export const progressRetryMs = 100;

/** Keepalive requests of one stream that wait for their answer before the stream is paused. */
export const maxPendingKeepAlives = 1_024;

/** Election timeouts without a leader after which streams that asked for a leader (`hasleader`) are ended. */
export const leaderlessElectionTimeouts = 3;

/** Bytes of one snapshot message, as etcd sends them. */
export const snapshotChunkBytes = 32 * 1024;

/** Snapshots under way at a time; each takes a thread. */
export const maxSnapshots = 2;

assert(rangeSliceBudgetMs < 20, 'a slice must stay well below the longest allowed stall of the loop');
assert(rangeStreamFirstKeys <= rangeStreamMaxKeys, 'the first chunk is the smallest');
assert(minWatchProgressIntervalMs <= defaultWatchProgressIntervalMs, 'the default keeps the minimum');
