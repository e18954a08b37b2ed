// Bounds of the backend.

/** A commit is due this long after the first uncommitted write, as etcd's backend-batch-interval. */
export const defaultCommitIntervalMs = 100;
/** A commit is due when this many records wait, as etcd's backend-batch-limit. */
export const defaultCommitRecords = 10_000;
/** Longest key LMDB takes with 4 KiB pages. */
export const maxKeyBytes = 1978;
/** Address space reserved for the data file; nothing is used before it is written. */
export const defaultMapSizeBytes = 1024 * 2 ** 30;
/** Readers of the LMDB environment at one time (main thread, worker, snapshots, exports). */
export const maxLmdbReaders = 254;
/** Named databases in the environment: the buckets and some room. */
export const maxLmdbDatabases = 32;
/** Records a worker hashes before it looks at its messages again. */
export const hashSliceRecords = 5_000;
/** Revisions in one portion while the index is rebuilt, and how many portions are asked for ahead. */
export const indexPortionRecords = 8192;
export const indexPortionsAhead = 4;
/** Records moved by one transaction when a defragmented copy catches up. */
export const defragmentSliceRecords = 20_000;
/** Records read through the range interface of LMDB at a time. */
export const readChunkRecords = 1_000;
/** How often a defragmentation looks whether open snapshots have been closed. */
export const defragmentPollMs = 20;
/** Records are read by a run's reader until there are so many, */
export const entryRunRecords = 4_096;
/** or so many bytes of them. */
export const entryRunBytes = 128 * 1024;
