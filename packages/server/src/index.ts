// What other packages and embedders may use of the server.
export { createMember } from './bootstrap/create-member.ts';
export type { ClusterInquirer, RemoteCluster, RemoteVersions } from './bootstrap/remote-cluster.ts';
export { flagsPage } from './config/index.ts';
export { startChecks } from './corruption/checks.ts';
export type { AskHash, HashAnswer } from './corruption/peer-hash.ts';
export { type EmbeddedServer, startServer } from './embed/server.ts';
export { type LogFields, type Logger, silentLogger } from './member/logger.ts';
export { Member } from './member/member.ts';
export type { MemberOptions } from './member/options.ts';
export type * from './member/seam.ts';
export type { PeerReceiver, PeerTransport, TransportCluster } from './member/transport.ts';
export type { ClusterMember } from './membership/cluster-member.ts';
export { REMOVED_TEXT, removedFromCluster } from './membership/removed.ts';
