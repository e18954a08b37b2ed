// Bounds of apply.

/** Keys looked at in one step while a compare walks a range. */
export const COMPARE_SCAN_KEYS = 1000;
export const COMPARE_SCAN_BYTES = 4 * 1024 * 1024;

/** Backend size that counts as full when none is configured. */
export const DEFAULT_QUOTA_BYTES = 2 * 1024 * 1024 * 1024;
/** Above it a quota is worth a warning. */
export const MAX_RECOMMENDED_QUOTA_BYTES = 8 * 1024 * 1024 * 1024;
/** What a key costs beside its bytes, and what a lease costs (etcd's estimates). */
export const KEY_OVERHEAD_BYTES = 256;
export const LEASE_OVERHEAD_BYTES = 64;
/** NOSPACE clears itself when usage has come down to this share of the quota. */
export const QUOTA_CLEAR_SHARE = 0.95;

/** Nesting of transactions: each level uses up budget, so this only bounds recursion for a huge budget. */
export const MAX_TXN_DEPTH = 64;
