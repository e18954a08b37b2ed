/** Bounds and default times of the command-line tools. */

/** Defaults of the global flags, as in etcd's etcdctl. */
export const DEFAULT_ENDPOINT = '127.0.0.1:2379';
export const DEFAULT_DIAL_TIMEOUT_NS = 2_000_000_000n;
export const DEFAULT_COMMAND_TIMEOUT_NS = 5_000_000_000n;
export const DEFAULT_KEEPALIVE_TIME_NS = 2_000_000_000n;
export const DEFAULT_KEEPALIVE_TIMEOUT_NS = 6_000_000_000n;

/** Time-to-live of the lease behind `lock`, in seconds. */
export const LOCK_TTL_SECONDS = 10;

/** Largest value read from standard input; servers refuse far less. */
export const MAX_STDIN_BYTES = 512 * 1024 * 1024;

/** Commands this similar to a mistyped one are suggested. */
export const SUGGESTION_DISTANCE = 2;

/** Cells of a table are wrapped at this width. */
export const TABLE_CELL_WIDTH = 30;

/** Keys copied per request by make-mirror. */
export const MIRROR_BATCH = 1000;
/** make-mirror prints its count this often. */
export const MIRROR_REPORT_MS = 30_000;
/** Default of make-mirror's --max-txn-ops. */
export const MIRROR_TXN_OPS = 128;
