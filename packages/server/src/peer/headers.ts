// What peers tell about themselves with each request, and whether they fit together.
import { hex64, MIN_CLUSTER_VERSION } from '@quorate/base';
import { compareVersions, parseVersion, type Version } from '../membership/version.ts';

export const RAFT_PATH = '/raft';
export const PROBING_PATH = '/raft/probing';
export const SNAPSHOT_PATH = '/raft/snapshot';
export const STREAM_PATHS = { msgapp: '/raft/stream/msgapp', message: '/raft/stream/message' } as const;
export type StreamKind = keyof typeof STREAM_PATHS;
export const MEMBERS_PATH = '/members';
export const PROMOTE_PATH = '/members/promote/';
export const HASH_PATH = '/members/hashkv';
export const LEASES_PATH = '/leases';
export const LEASES_INTERNAL_PATH = '/leases/internal';
export const VERSION_PATH = '/version';
export const DOWNGRADE_PATH = '/downgrade/enabled';

export const INCOMPATIBLE_VERSION = 'incompatible version';
export const CLUSTER_ID_MISMATCH = 'cluster ID mismatch';

/** What a server of etcd 2.0 means by saying nothing. */
const OLDEST = '2.0.0';
const MIN_VERSION = parseVersion(MIN_CLUSTER_VERSION) as Version;

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who we are, for every request that we send. */
export interface Identity {
  readonly id: bigint;
  readonly clusterId: bigint;
  /** The version that we say we are: never above the limit of the cluster version. */
  readonly serverVersion: string;
  /** Where we can be reached; '' when that is not to be told. */
  readonly peerURLs: readonly string[];
}

export function headerText(headers: Headers, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

/** Headers of a request to a peer. */
export function requestHeaders(identity: Identity): Record<string, string> {
  return {
    'X-Server-From': hex64(identity.id),
    'X-Server-Version': identity.serverVersion,
    'X-Min-Cluster-Version': MIN_CLUSTER_VERSION,
    'X-Etcd-Cluster-ID': hex64(identity.clusterId),
    ...(identity.peerURLs.length === 0 ? {} : { 'X-PeerURLs': identity.peerURLs.join(',') }),
  };
}

/** An id in hexadecimal as Go prints it; undefined when it is none. */
export function parseId(text: string): bigint | undefined {
  return /^[0-9a-fA-F]{1,16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}

/** The version that the sender of these headers runs; undefined when it says nothing that can be understood. */
export function serverVersionOf(headers: Headers): string | undefined {
  const text = headerText(headers, 'x-server-version') || OLDEST;
  return parseVersion(text) === undefined ? undefined : text;
}

/** Why a request must not be served: the body of a 412; undefined when it may. */
export function refusalOf(headers: Headers, identity: Identity): string | undefined {
  const server = parseVersion(serverVersionOf(headers) ?? '');
  const minCluster = parseVersion(headerText(headers, 'x-min-cluster-version') || OLDEST);
  const own = parseVersion(identity.serverVersion) as Version;
  if (server === undefined || minCluster === undefined) return INCOMPATIBLE_VERSION;
  if (compareVersions(server, MIN_VERSION) < 0 || compareVersions(minCluster, own) > 0) {
    return INCOMPATIBLE_VERSION;
  }
  if (headerText(headers, 'x-etcd-cluster-id') !== hex64(identity.clusterId)) return CLUSTER_ID_MISMATCH;
  return undefined;
}

/** Who sent a request and where it can be reached, if it says so. */
export function senderOf(headers: Headers): { id: bigint; peerURLs: string[] } | undefined {
  const id = parseId(headerText(headers, 'x-server-from'));
  const urls = headerText(headers, 'x-peerurls');
  return id === undefined || urls === '' ? undefined : { id, peerURLs: urls.split(',') };
}
