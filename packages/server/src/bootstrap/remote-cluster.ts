// What is asked of the members of a running cluster before this one takes part.
import type { ClusterMember } from '../membership/cluster-member.ts';

/** A cluster as one of its members describes it. */
export interface RemoteCluster {
  readonly clusterId: bigint;
  readonly members: readonly ClusterMember[];
}

/** What a member runs, and the version its cluster has agreed on (not a version until it has). */
export interface RemoteVersions {
  readonly server: string;
  readonly cluster: string;
}

/** Asks members at their peer URLs. No method rejects. */
export interface ClusterInquirer {
  /** The first answer of any of the URLs; undefined when none gives one in time. */
  members(peerURLs: readonly string[], timeoutMs: number): Promise<RemoteCluster | undefined>;
  versions(peerURLs: readonly string[]): Promise<RemoteVersions | undefined>;
}
