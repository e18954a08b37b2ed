/** Defaults and bounds of etcdutl. */

export const DEFAULT_NAME = 'default';
export const DEFAULT_PEER_URL = 'http://localhost:2380';
export const DEFAULT_TOKEN = 'etcd-cluster';

/** Length of the ring of past events in a v2 store, which is written out in full. */
export const V2_HISTORY_EVENTS = 1000;
