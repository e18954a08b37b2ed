// Every bound of the v2 store, by name.

/** Events kept for watchers that ask for a past index (etcd: 1000). */
export const eventHistoryCapacity = 1000;

/** Events that may wait for one watcher; one more removes the watcher (etcd: 100). */
export const watcherBufferCapacity = 100;

/** Expirations before this Unix second (2000-01-01T00:00:00Z) mean "permanent" when a node is created. */
export const minExpirationSeconds = 946_684_800;

/** Store version that etcd writes into its snapshots. */
export const storeVersion = 2;

/** Children of one directory sorted in one go; larger directories are sorted in runs and merged. */
export const sortRunLength = 2048;

/** Bytes of JSON text gathered before it is encoded into a chunk of a saved store. */
export const saveChunkChars = 64 * 1024;

/** Nodes that servers list in one go; larger listings are made in slices of this size (about two milliseconds). */
export const inlineListingNodes = 2000;
