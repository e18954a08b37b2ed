// Bounds of snapshots of the store.

/** Pieces of a file (half a megabyte each) that a worker makes ahead of the reader. */
export const PIECES_AHEAD = 4;
/** How often a snapshot for a peer is begun anew because a commit slipped in between, before it is given up. */
export const MAX_PIN_TRIES = 50;
/** Nodes of the v2 tree encoded in one go. */
export const V2_NODES_PER_SLICE = 2_000;
/** Bytes read from a view at a time where there is no worker. */
export const VIEW_PORTION_BYTES = 256 * 1024;
/** An import tells how far it is every so many records. */
export const BUILD_PROGRESS_RECORDS = 500_000;
/** Young objects of a worker: what it makes is short-lived, and a small nursery keeps its memory small. */
export const WORKER_YOUNG_GENERATION_MB = 8;
/** The checksum behind a store that goes as pages. */
export const SUM_BYTES = 4;
/** Pieces of a store on their way to the thread that takes it in, after which the sender waits; and from when on it goes on. */
export const PIECES_TAKEN_IN = 8;
export const PIECES_RESUME = 4;
/** How long the keys of an index are put in order in one go. */
export const ORDERING_SLICE_MS = 5;
