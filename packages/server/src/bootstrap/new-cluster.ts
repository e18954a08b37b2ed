// A member of a cluster that is being founded: ids from the initial list, and the entries every founder starts with.
import { FatalError, hex64, utf8Bytes } from '@quorate/base';
import type { Peer } from '@quorate/raft';
import {
  type ClusterMember,
  computeClusterId,
  encodeMember,
  newMember,
} from '../membership/cluster-member.ts';
import type { InitialCluster } from './urls.ts';

export interface FoundedCluster {
  readonly local: ClusterMember;
  readonly clusterId: bigint;
  /** All founders, ordered by id. */
  readonly members: readonly ClusterMember[];
}

/** Computes ids from the list. @throws FatalError when two members get the same id or the local one is missing */
export function foundCluster(cluster: InitialCluster, token: string, localName: string): FoundedCluster {
  const members: ClusterMember[] = [];
  for (const [name, peerURLs] of cluster) {
    const member = newMember(name, peerURLs, token);
    if (member.id === 0n) throw new FatalError('cannot use 0 as member id');
    if (members.some((other) => other.id === member.id)) {
      throw new FatalError(`member exists with identical ID ${hex64(member.id)} (${name})`);
    }
    members.push(member);
  }
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  const local = members.find((member) => member.name === localName);
  if (local === undefined) {
    throw new FatalError(`couldn't find local name "${localName}" in the initial cluster configuration`);
  }
  return { local, clusterId: computeClusterId(members.map((member) => member.id)), members };
}

/** What raft puts into the first entries: one addition per founder, with the member as context. */
export function foundingPeers(members: readonly ClusterMember[]): Peer[] {
  return members.map((member) => ({ id: member.id, context: utf8Bytes(encodeMember(member)) }));
}
