// Sizes and bounds of snapshot files.

/** Checked and written at a time by an asynchronous save, so that no turn of the event loop is held long. */
export const SNAP_CHUNK_BYTES = 1024 * 1024;
/** Snapshot files kept at least by `purge`, whatever is asked: the newest. */
export const MIN_SNAPSHOTS_KEPT = 1;
/** Largest snapshot file read; what it holds is the v2 tree and the configuration, not the v3 store. */
export const MAX_SNAP_FILE_BYTES = 2 ** 31 - 1;
