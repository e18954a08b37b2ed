// Taking part in a cluster that may be running: joining it, or making sure that it is not when one is founded.
import { FatalError, hex64, MIN_CLUSTER_VERSION } from '@quorate/base';
import type { MemberOptions } from '../member/options.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';
import { compareVersions, parseVersion, SERVER_VERSION, type Version } from '../membership/version.ts';
import type { FoundedCluster } from './new-cluster.ts';
import type { ClusterInquirer } from './remote-cluster.ts';
import { sameAddresses } from './resolve.ts';
import { type InitialCluster, parseInitialCluster } from './urls.ts';

/** Questions to a cluster that must be there, and to one that need not be. */
const JOIN_TIMEOUT_MS = 10_000;
const BOOTSTRAPPED_TIMEOUT_MS = 1000;
const JOINED_TIMEOUT_MS = 1000;

/** A place in a running cluster. */
export interface JoinedCluster {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** All its members, this one included. */
  readonly members: readonly ClusterMember[];
}

function remoteUrls(initial: InitialCluster, localName: string): string[] {
  return [...initial].flatMap(([name, urls]) => (name === localName ? [] : urls)).sort();
}

/** Finds out which member of a running cluster this one is. @throws FatalError (rejects) with etcd's reasons */
export async function joinCluster(options: MemberOptions, initial: InitialCluster): Promise<JoinedCluster> {
  const { name, inquirer } = options;
  if (inquirer === undefined) {
    throw new FatalError('cannot fetch cluster info from peer urls: joining needs a peer transport');
  }
  const cluster = await inquirer.members(remoteUrls(initial, name), JOIN_TIMEOUT_MS);
  if (cluster === undefined) {
    throw new FatalError(
      'cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs',
    );
  }
  const local = await matchMembers(initial, cluster.members, name);
  await checkVersions(inquirer, cluster.members, local.id, options.clusterVersionLimit);
  return { memberId: local.id, clusterId: cluster.clusterId, members: cluster.members };
}

/**
 * Members of a cluster that this one has joined before, as one of them knows them; none if nobody answers in time: they will
 * address this one by themselves.
 * @param clusterId of the cluster that it has joined
 * @throws FatalError (rejects): the members given belong to another cluster
 */
export async function joinedMembers(
  options: MemberOptions,
  clusterId: bigint,
): Promise<readonly ClusterMember[]> {
  const urls = remoteUrls(parseInitialCluster(options.initialCluster), options.name);
  const cluster = await options.inquirer?.members(urls, JOINED_TIMEOUT_MS);
  if (cluster === undefined) return [];
  if (cluster.clusterId === clusterId) return cluster.members;
  throw new FatalError(
    `the log of this member was made for cluster ${hex64(clusterId)}, but the initial cluster is ${hex64(cluster.clusterId)}`,
  );
}

/** Every member of the list must be one of the cluster, and the other way round. @returns the local one */
async function matchMembers(
  initial: InitialCluster,
  members: readonly ClusterMember[],
  localName: string,
): Promise<ClusterMember> {
  const described = members.map(({ id, peerURLs }) => `${hex64(id)}=${peerURLs.join('|')}`).join(',');
  const refuse = (reason: string): FatalError =>
    new FatalError(`error validating peerURLs {${described}}: ${reason}`);
  if (members.length !== initial.size) throw refuse('member count is unequal');
  const unmatched = new Map(initial);
  let local: ClusterMember | undefined;
  for (const member of members) {
    let found: string | undefined;
    for (const [name, urls] of unmatched) {
      if (await sameAddresses(member.peerURLs, urls)) {
        found = name;
        break;
      }
    }
    if (found === undefined) {
      throw refuse(
        `PeerURLs: no match found for existing member (${hex64(member.id)}, [${member.peerURLs.join(' ')}])`,
      );
    }
    unmatched.delete(found);
    if (found === localName) local = member;
  }
  if (local === undefined) throw refuse(`no member has the peer URLs of "${localName}"`);
  return local;
}

/** The cluster's version must be one that this software can live with. */
async function checkVersions(
  inquirer: ClusterInquirer,
  members: readonly ClusterMember[],
  localId: bigint,
  limit: string | undefined,
): Promise<void> {
  const lowest = parseVersion(MIN_CLUSTER_VERSION) as Version;
  const highest = (limit === undefined ? undefined : parseVersion(limit)) ?? SERVER_VERSION;
  const others = members.filter(({ id }) => id !== localId);
  const answers = await Promise.all(others.map(({ peerURLs }) => inquirer.versions(peerURLs)));
  let known = false;
  for (const answer of answers) {
    const version = answer === undefined ? undefined : parseVersion(answer.cluster);
    if (version === undefined) continue;
    known = true;
    if (compareVersions(version, lowest) < 0 || compareVersions(version, highest) > 0) known = false;
    if (!known) break;
  }
  if (!known) throw new FatalError('incompatible with current running cluster');
}

/** Refuses to found a cluster that is running with this member in it: its data has been lost. @throws FatalError (rejects) */
export async function checkNotBootstrapped(
  options: MemberOptions,
  initial: InitialCluster,
  founding: FoundedCluster,
): Promise<void> {
  const urls = remoteUrls(initial, options.name);
  if (options.inquirer === undefined || urls.length === 0) return;
  const cluster = await options.inquirer.members(urls, BOOTSTRAPPED_TIMEOUT_MS);
  const member = cluster?.members.find(({ id }) => id === founding.local.id);
  if (member !== undefined && member.clientURLs.length > 0) {
    throw new FatalError(`member ${hex64(founding.local.id)} has already been bootstrapped`);
  }
}
