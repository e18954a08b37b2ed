// Bounds of the comparison of hashes between members. Times in milliseconds.

/** A member that does not say its version in this time does not serve yet, and is not asked for its hash. */
export const PROBE_TIMEOUT_MS = 1000;
