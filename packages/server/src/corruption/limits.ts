// Bounds of the comparison of hashes between members. Times in milliseconds.

/** A member that does not say its version in this time does not serve yet, and is not asked for its hash. */
export const PROBE_TIMEOUT_MS = 1000;

/** A member whose data is in doubt compares itself with the others so often. */
export const QUARANTINE_INTERVAL_MS = 1000;
/** Times that a process fetches its store anew; if that does not help, the trouble is elsewhere. */
export const MAX_REFILLS = 3;
/** Rounds over all sources before a member goes on with the store that it has, and the pause between them. */
export const REFILL_ROUNDS = 5;
export const REFILL_PAUSE_MS = 2000;
