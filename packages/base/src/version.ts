// The API level that this software offers, in etcd's version scheme.

/** The etcd release whose API is offered, as in `/version` and `etcdctl version`. */
export const API_LEVEL = '3.7.0';

/** Major and minor of API_LEVEL, as `etcdctl version` prints them. */
export const API_VERSION = '3.7';

/** The oldest cluster version that a member of this level can live in. */
export const MIN_CLUSTER_VERSION = '3.0.0';
