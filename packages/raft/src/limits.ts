// Bounds and defaults of the consensus core.

/** Means: no bound. */
export const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Largest term or index: beyond it `number` would lose units. */
export const MAX_INDEX = Number.MAX_SAFE_INTEGER;

/** The in-memory log gives back the slots of compacted entries once this many are free (and half of all are). */
export const MIN_SLOTS_TO_RECLAIM = 1024;

/** First capacity of the ring of in-flight messages of a follower; it doubles up to the configured maximum. */
export const INFLIGHTS_INITIAL_CAPACITY = 8;

/** Bytes of committed entries read at once when looking for an unapplied membership change. */
export const CONF_CHANGE_SCAN_BYTES = 1024 * 1024;

/** Read-index requests that a leader holds back until it has committed an entry of its own term. */
export const MAX_PENDING_READ_INDEX = 65_536;
