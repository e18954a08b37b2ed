// Taking part in a cluster that may be running: joining it, or making sure that it is not when one is founded.
import { FatalError, hex64, MIN_CLUSTER_VERSION } from '@quorate/base';
import type { MemberOptions } from '../member/options.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';
import { compareVersions, parseVersion, SERVER_VERSION, type Version } from '../membership/version.ts';
import type { FoundedCluster } from './new-cluster.ts';
import type { ClusterInquirer, RemoteCluster } from './remote-cluster.ts';
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
  const questions = [...initial].flatMap(([other, urls]) =>
    other === name ? [] : [askMember(options, inquirer, initial, other, urls)],
  );
  const joined = await firstGoodAnswer(questions);
  if (joined.local.clientURLs.length > 0) {
    options.logger.warn('this member has been started before; it goes on without what it had stored', {
      'local-member-id': hex64(joined.local.id),
    });
  }
  const { members, clusterId } = joined.cluster;
  await checkVersions(inquirer, members, joined.local.id, options.clusterVersionLimit);
  return { memberId: joined.local.id, clusterId, members };
}

/** The cluster as one of its members describes it, in which this one has a place. */
interface GoodAnswer {
  readonly cluster: RemoteCluster;
  readonly local: ClusterMember;
  /** Whether the one who answers has a vote. */
  readonly isVoter: boolean;
}

/** @throws FatalError (rejects): no answer, or one in which this member has no place */
async function askMember(
  options: MemberOptions,
  inquirer: ClusterInquirer,
  initial: InitialCluster,
  other: string,
  urls: readonly string[],
): Promise<GoodAnswer> {
  const cluster = await inquirer.members(urls, JOIN_TIMEOUT_MS);
  if (cluster === undefined) throw new NobodyAnswered();
  const members = await matchMembers(initial, cluster.members);
  const local = members.get(options.name);
  if (local === undefined) throw refusal(cluster.members, `no member has the peer URLs of "${options.name}"`);
  return { cluster, local, isVoter: members.get(other)?.isLearner === false };
}

class NobodyAnswered extends FatalError {
  constructor() {
    super(
      'cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs',
    );
  }
}

/**
 * The first answer in which this member is a new one. Who answers may be behind, and still name a member that was removed
 * since and had the same peer URLs: that one has promised and stored what is gone, and must not come back with its vote. So
 * if this member seems to have been started before, a majority of the other voters has to say the same.
 * @throws FatalError (rejects) once all questions have ended without one
 */
function firstGoodAnswer(questions: readonly Promise<GoodAnswer>[]): Promise<GoodAnswer> {
  return new Promise((resolve, reject) => {
    const confirmations = new Map<bigint, number>();
    let left = questions.length;
    let failure: unknown = new NobodyAnswered();
    const end = (error: unknown): void => {
      // What a member has said tells more than that another did not answer.
      if (!(error instanceof NobodyAnswered)) failure = error;
      if (--left === 0) reject(failure);
    };
    if (left === 0) reject(failure);
    for (const question of questions) {
      question.then((answer) => {
        const { cluster, local, isVoter } = answer;
        if (local.clientURLs.length === 0) return resolve(answer);
        const others = cluster.members.filter(({ id, isLearner }) => id !== local.id && !isLearner).length;
        const majority = Math.floor(others / 2) + 1;
        const confirmed = (confirmations.get(local.id) ?? 0) + (isVoter ? 1 : 0);
        confirmations.set(local.id, confirmed);
        if (confirmed >= majority) return resolve(answer);
        end(
          new FatalError(
            `member ${hex64(local.id)} has been started before, and only ${confirmed} of the ${majority} other members ` +
              'that have to confirm that it still is one do so; if its data is gone, remove it and add it again',
          ),
        );
      }, end);
    }
  });
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

function refusal(members: readonly ClusterMember[], reason: string): FatalError {
  const described = members.map(({ id, peerURLs }) => `${hex64(id)}=${peerURLs.join('|')}`).join(',');
  return new FatalError(`error validating peerURLs {${described}}: ${reason}`);
}

/** Every member of the list must be one of the cluster, and the other way round. @returns them by their names in the list */
async function matchMembers(
  initial: InitialCluster,
  members: readonly ClusterMember[],
): Promise<Map<string, ClusterMember>> {
  if (members.length !== initial.size) throw refusal(members, 'member count is unequal');
  const unmatched = new Map(initial);
  const matched = new Map<string, ClusterMember>();
  for (const member of members) {
    let found: string | undefined;
    for (const [name, urls] of unmatched) {
      if (await sameAddresses(member.peerURLs, urls)) {
        found = name;
        break;
      }
    }
    if (found === undefined) {
      throw refusal(
        members,
        `PeerURLs: no match found for existing member (${hex64(member.id)}, [${member.peerURLs.join(' ')}])`,
      );
    }
    unmatched.delete(found);
    matched.set(found, member);
  }
  return matched;
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
