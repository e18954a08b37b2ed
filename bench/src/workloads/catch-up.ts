// A new member beside a cluster that holds a million keys, whose log no longer reaches back to the beginning: the whole
// store has to go over.
import { spawnSync } from 'node:child_process';
import {
  HashKVRequest,
  HashKVResponse,
  MemberAddRequest,
  MemberAddResponse,
  MemberRemoveRequest,
  RangeRequest,
  RangeResponse,
} from '@quorate/proto';
import { openChannels } from '../load.ts';
import { canConnect, type RunningCluster, type RunningServer } from '../servers.ts';
import type { ClusterWorkload } from '../workload.ts';
import { fill, keyOf } from './key-value.ts';

const KEYS = Number(process.env['BENCH_KEYS'] ?? 1_000_000);
const POLL_MS = 10;
const ROUNDS = 3;

type Channel = Awaited<ReturnType<typeof openChannels>>[number];

/** What a member holds by itself: its revision, and whether the last key is there. */
async function ownState(channel: Channel): Promise<{ revision: number; isComplete: boolean }> {
  const request = RangeRequest.create({ key: keyOf(KEYS - 1), serializable: true });
  const answer = await channel.unary('/etcdserverpb.KV/Range', RangeRequest.encode(request));
  const { header, kvs } = RangeResponse.decode(answer);
  return { revision: header?.revision ?? 0, isComplete: kvs.length === 1 };
}

async function revisionOf(member: RunningServer): Promise<number> {
  const [channel] = await openChannels(member.port, 1);
  const { revision } = await ownState(channel as Channel);
  channel?.close({ force: true });
  return revision;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

async function hashAt(member: RunningServer, revision: number): Promise<number> {
  const [channel] = await openChannels(member.port, 1);
  const request = HashKVRequest.encode(HashKVRequest.create({ revision }));
  const answer = await channel?.unary('/etcdserverpb.Maintenance/HashKV', request, { timeoutMs: 60_000 });
  channel?.close();
  return HashKVResponse.decode(answer as Uint8Array).hash;
}

async function add(cluster: RunningCluster, peerUrl: string): Promise<bigint> {
  const [channel] = await openChannels(cluster.port, 1);
  const request = MemberAddRequest.create({ peerURLs: [peerUrl] });
  const answer = await channel?.unary('/etcdserverpb.Cluster/MemberAdd', MemberAddRequest.encode(request));
  channel?.close();
  return MemberAddResponse.decode(answer as Uint8Array).member?.ID ?? 0n;
}

/** Right after it has joined a member may not count as healthy yet, and the cluster refuses to change. */
async function remove(cluster: RunningCluster, ID: bigint): Promise<void> {
  const [channel] = await openChannels(cluster.port, 1);
  const request = MemberRemoveRequest.encode(MemberRemoveRequest.create({ ID }));
  for (let tries = 1; ; tries++) {
    try {
      await channel?.unary('/etcdserverpb.Cluster/MemberRemove', request);
      break;
    } catch (error) {
      if (tries === 30) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  channel?.close();
}

/**
 * Waits until the member answers from a state that is no older than `revision`. All of this runs beside two busy members on
 * two cores: until the port is open it is only knocked at, and then one connection serves for all questions.
 */
async function caughtUp(member: RunningServer, revision: number): Promise<void> {
  for (;;) {
    while (!(await canConnect(member.port))) await pause();
    const [channel] = await openChannels(member.port, 1);
    try {
      for (;;) {
        const state = await ownState(channel as Channel);
        if (state.isComplete && state.revision >= revision) return;
        await pause();
      }
    } catch {
      await pause(); // a member that begins anew closes its port for a moment
    } finally {
      channel?.close({ force: true });
    }
  }
}

interface Joined {
  readonly seconds: number;
  /** CPU seconds of the cluster and of the new member. */
  readonly sent: number;
  readonly received: number;
}

/** One new member, from its start until it has caught up; it leaves again. */
async function join(cluster: RunningCluster, revision: number): Promise<Joined> {
  const before = cluster.cpuSeconds();
  const id = await add(cluster, cluster.newcomer.peerUrl);
  const begun = performance.now();
  const newcomer = await cluster.newcomer.launch();
  await caughtUp(newcomer, revision);
  const seconds = (performance.now() - begun) / 1000;
  const sent = cluster.cpuSeconds() - before;
  const received = newcomer.cpuSeconds();
  if ((await hashAt(newcomer, revision)) !== (await hashAt(cluster, revision))) {
    throw new Error('the new member holds something else');
  }
  await remove(cluster, id);
  await newcomer.dispose();
  return { seconds, sent, received };
}

export const catchUp: ClusterWorkload = {
  name: 'new member',
  what: `${KEYS} keys with 128-byte values, --snapshot-count 1000; from the start of a fourth, empty member until it answers a serializable read of the last key at the leader's revision; the middle one of ${ROUNDS} such members`,
  goals: { 'catching up': '<=0.5' },
  once: true,
  flags: ['--snapshot-count', '1000'],
  runCluster: async (cluster) => {
    await fill(cluster.port, KEYS);
    // What the filling has left behind is settled: commits, snapshots, followers, and what the kernel has still to write.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    spawnSync('sync');
    const revision = await revisionOf(cluster);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await join(cluster, revision));
    rounds.sort((a, b) => a.seconds - b.seconds);
    const { seconds, sent, received } = rounds[ROUNDS >> 1] as Joined;
    return [
      { name: 'catching up', unit: 's', value: seconds },
      { name: 'CPU of the cluster meanwhile', unit: 's', value: sent },
      { name: 'CPU of the new member', unit: 's', value: received },
    ];
  },
};
