/** @quorate/client: a TypeScript client for etcd's v3 API. */
export { Auth } from './auth.ts';
export type { CallSettings } from './caller.ts';
export { type ClientOptions, EtcdClient } from './client.ts';
export { Cluster } from './cluster.ts';
export type { Dial } from './connection.ts';
export { Election, NotLeaderError } from './election.ts';
export { type Endpoint, EndpointError, parseEndpoint } from './endpoint.ts';
export { describeError, hasCode, hasMessage, isEtcdError } from './errors.ts';
export { Kv } from './kv.ts';
export { Leases } from './lease.ts';
export { type KeepAliveOptions, LeaseKeeper } from './lease-keeper.ts';
export { Maintenance } from './maintenance.ts';
export { Mutex, SessionExpiredError } from './mutex.ts';
export { type Bytes, fromKeyRange, prefixEnd, prefixRange, toBytes, ZERO_KEY } from './range.ts';
export { Session } from './session.ts';
export { Watch, type WatchOptions } from './watch.ts';
