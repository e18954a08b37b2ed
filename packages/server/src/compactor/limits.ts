// Bounds and intervals of automatic compaction.

/** How often the revision mode looks at the store (etcd: every five minutes). */
export const revisionCheckIntervalMs = 5 * 60_000;

/** Periodic mode compacts at most once per this interval, however long the retention. */
export const periodicMaxIntervalMs = 60 * 60_000;

/** Periodic mode samples the revision this many times per interval. */
export const samplesPerInterval = 10;
