// Bounds of cluster discovery. Times in milliseconds, sizes in bytes.

/** The n-th wait after a failure is 2^n seconds; n grows no further than this, and nobody gives up. */
export const MAX_BACKOFF_EXPONENT = 8;
export const BACKOFF_UNIT_MS = 1000;

/** v2: time for one request; a watch has its own. */
export const V2_REQUEST_TIMEOUT_MS = 5000;
/** v2: a watch that has seen nothing for so long is made anew: the connection may be dead without a sign. */
export const V2_WATCH_TIMEOUT_MS = 120_000;
/** A watch that ends earlier than this without news is answered with a wait: some proxies end every long poll at once. */
export const SHORTEST_WATCH_MS = 1000;

/** Redirects followed before a discovery service is taken for a loop. */
export const MAX_REDIRECTS = 10;
/** Largest answer of a discovery service; a registry of a cluster has a few hundred bytes. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** More members than any cluster has: a size beyond it is a mistake. */
export const MAX_CLUSTER_SIZE = 1000;

/** v3: pings more often than this would be answered with GOAWAY (as grpc-go, whose clients have the same floor). */
export const SHORTEST_KEEPALIVE_TIME_MS = 10_000;
