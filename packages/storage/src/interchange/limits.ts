// Bounds of building a store from a file.

/** A transaction of a build is committed when it has taken in so many bytes, */
export const BUILD_TRANSACTION_BYTES = 8 * 2 ** 20;
/** or so many records. */
export const BUILD_TRANSACTION_RECORDS = 50_000;
/** Names of buckets that are not ours to keep are told up to this many. */
export const MAX_FOREIGN_BUCKETS_TOLD = 16;
