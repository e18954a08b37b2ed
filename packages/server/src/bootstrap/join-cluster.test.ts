// A member that joins a running cluster, and one whose process ended before its log had anything in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestPlace } from '../member/testing.ts';
import type { PeerTransport } from '../member/transport.ts';
import { type ClusterMember, newMember } from '../membership/cluster-member.ts';
import type { ClusterInquirer, RemoteCluster } from './remote-cluster.ts';

const CLUSTER_ID = 0xc1n;
const others = ['a', 'b'].map((name) => memberNamed(name));
const local = { ...memberNamed('local'), clientURLs: [] };
const FLAGS = [...others, local].map(({ name, peerURLs }) => `${name}=${peerURLs[0]}`).join(',');

function memberNamed(name: string): ClusterMember {
  const url = `http://127.0.0.1:${9000 + name.charCodeAt(0)}`;
  return { ...newMember(name, [url], 'token'), clientURLs: [url] };
}

type Answer = RemoteCluster | undefined;

/** What everybody answers, or what those at the URLs do. */
function answering(cluster: Answer | ((url: string | undefined) => Answer)): ClusterInquirer {
  return {
    members: async ([url]) => (typeof cluster === 'function' ? cluster(url) : cluster),
    versions: async () => ({ server: '3.4.23', cluster: '3.4.0' }),
  };
}

const silent: PeerTransport = {
  send: () => undefined,
  addPeer: () => undefined,
  removePeer: () => undefined,
  updatePeer: () => undefined,
  activeSinceMs: () => undefined,
  versionOf: () => undefined,
  renewLease: () => Promise.reject(new Error('not reached')),
  leaseTimeToLive: () => Promise.reject(new Error('not reached')),
  promoteMember: () => Promise.reject(new Error('not reached')),
  stop: async () => undefined,
};

/** @returns the members that the transport was told of before the log names any */
async function startWith(
  place: TestPlace,
  cluster: Parameters<typeof answering>[0],
): Promise<readonly bigint[]> {
  let remotes: readonly ClusterMember[] = [];
  const member = await place.start({
    name: 'local',
    peerURLs: local.peerURLs,
    initialCluster: FLAGS,
    initialClusterState: 'existing',
    inquirer: answering(cluster),
    createTransport: (_receiver, joined) => {
      remotes = joined.remotes;
      return silent;
    },
  });
  assert.equal(member.memberId, local.id);
  assert.equal(member.clusterId, CLUSTER_ID);
  await member.stop();
  return remotes.map(({ id }) => id);
}

async function withPlace(run: (place: TestPlace) => Promise<void>): Promise<void> {
  const place = new TestPlace();
  try {
    await run(place);
  } finally {
    place.remove();
  }
}

const current: RemoteCluster = { clusterId: CLUSTER_ID, members: [...others, local] };

test('a member joins as the one that the cluster has at its peer URLs', () =>
  withPlace(async (place) => {
    assert.deepEqual(
      await startWith(place, current),
      current.members.map(({ id }) => id),
    );
  }));

test('a member without a log is refused by a cluster that does not have it', () =>
  withPlace(async (place) => {
    const stale = { clusterId: CLUSTER_ID, members: others };
    await assert.rejects(startWith(place, stale), /error validating peerURLs .*: member count is unequal/);
    await assert.rejects(startWith(place, undefined), /cannot fetch cluster info from peer urls/);
  }));

test('a member whose log is still empty goes on, whatever members it is told of', () =>
  withPlace(async (place) => {
    await startWith(place, current);
    // As one tells it that has not applied the last changes again.
    const stale = { clusterId: CLUSTER_ID, members: others };
    assert.deepEqual(
      await startWith(place, stale),
      others.map(({ id }) => id),
    );
    const grown = { clusterId: CLUSTER_ID, members: [...current.members, memberNamed('c')] };
    assert.equal((await startWith(place, grown)).length, 4);
    assert.deepEqual(await startWith(place, undefined), []);
  }));

test('a member whose log is still empty does not join another cluster', () =>
  withPlace(async (place) => {
    await startWith(place, current);
    const other = { clusterId: 0xc2n, members: current.members };
    await assert.rejects(startWith(place, other), /was made for cluster c1, but the initial cluster is c2/);
  }));

test('a place is not taken from a member that is behind: it was another one with the same peer URLs', () =>
  withPlace(async (place) => {
    const before = { ...local, id: 0xbefn, clientURLs: ['http://127.0.0.1:1'] };
    const [behind, informed] = others as [ClusterMember, ClusterMember];
    const stale = { clusterId: CLUSTER_ID, members: [...others, before] };
    const told = await startWith(place, (url) => (url === behind.peerURLs[0] ? stale : current));
    assert.ok(told.includes(local.id));
    place.remove();
    await assert.rejects(
      startWith(place, (url) => (url === informed.peerURLs[0] ? undefined : stale)),
      /member bef has been started before, and only 1 of the 2 other members that have to confirm/,
    );
  }));

test('a member that lost its data may take its own place if the others say that it is its own', () =>
  withPlace(async (place) => {
    const started = { ...local, clientURLs: ['http://127.0.0.1:1'] };
    await startWith(place, { clusterId: CLUSTER_ID, members: [...others, started] });
  }));

test('members without a vote confirm nothing', () =>
  withPlace(async (place) => {
    const started = { ...local, clientURLs: ['http://127.0.0.1:1'] };
    const [voter, learner] = others as [ClusterMember, ClusterMember];
    const members = [voter, { ...learner, isLearner: true }, started];
    const answer = { clusterId: CLUSTER_ID, members };
    await assert.rejects(
      startWith(place, (url) => (url === learner.peerURLs[0] ? answer : undefined)),
      /only 0 of the 1 other members/,
    );
    await startWith(place, answer);
  }));
