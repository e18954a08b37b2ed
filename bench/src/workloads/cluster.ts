// Three members on one machine, connections spread over all of them.
import { PutRequest, RangeRequest, StatusRequest, StatusResponse } from '@quorate/proto';
import { grpcLoad, openChannels } from '../load.ts';
import type { RunningCluster, RunningServer } from '../servers.ts';
import type { ClusterWorkload, Figure } from '../workload.ts';
import { fill, keyOf } from './key-value.ts';

const VALUE = Buffer.alloc(128, 'v');
const PUT = '/etcdserverpb.KV/Put';
const IDLE_SECONDS = 30;
/** The first seconds of a process go into compiling, whoever it is. */
const SETTLE_SECONDS = 30;

function randomPut(): Uint8Array {
  return PutRequest.encode(PutRequest.create({ key: keyOf(Math.floor(Math.random() * 1e6)), value: VALUE }));
}

function ports(cluster: RunningCluster): number[] {
  return cluster.members.map(({ port }) => port);
}

/** Which member leads, by its own account. */
async function findLeader(cluster: RunningCluster): Promise<RunningServer> {
  for (const member of cluster.members) {
    const [channel] = await openChannels(member.port, 1);
    const answer = await channel?.unary(
      '/etcdserverpb.Maintenance/Status',
      StatusRequest.encode(StatusRequest.create()),
    );
    channel?.close({ force: true });
    if (answer === undefined) continue;
    const { header, leader } = StatusResponse.decode(answer);
    if (header?.memberId === leader) return member;
  }
  throw new Error('no member leads');
}

export const clusterPut: ClusterWorkload = {
  name: 'put, 3 members',
  what: '9 connections over all members × 28 in flight, random keys, 128-byte values',
  goals: { throughput: '>=1.5' },
  runCluster: async (cluster, seconds) => {
    const result = await grpcLoad(ports(cluster), PUT, randomPut, { connections: 9, inFlight: 28, seconds });
    if (result.errors > 0) throw new Error(`${result.errors} requests failed: ${result.firstError}`);
    return [{ name: 'throughput', unit: '/s', value: result.perSecond }];
  },
};

export const clusterPutOneClient: ClusterWorkload = {
  name: 'put, 3 members, one client',
  what: '1 connection to the leader, 1 in flight',
  goals: { p50: '<=1' },
  runCluster: async (cluster, seconds) => {
    const leader = await findLeader(cluster);
    const { p50 } = await grpcLoad(leader.port, PUT, randomPut, { connections: 1, inFlight: 1, seconds });
    return [{ name: 'p50', unit: 'ms', value: p50 }];
  },
};

export const clusterGet: ClusterWorkload = {
  name: 'get, 3 members',
  what: 'linearizable, 9 connections over all members × 28 in flight, existing keys out of 100 k',
  goals: { throughput: '>=3' },
  runCluster: async (cluster, seconds) => {
    await fill(cluster.port, 100_000);
    const request = (): Uint8Array =>
      RangeRequest.encode(RangeRequest.create({ key: keyOf(Math.floor(Math.random() * 100_000)) }));
    const result = await grpcLoad(ports(cluster), '/etcdserverpb.KV/Range', request, {
      connections: 9,
      inFlight: 28,
      seconds,
    });
    if (result.errors > 0) throw new Error(`${result.errors} requests failed: ${result.firstError}`);
    return [{ name: 'throughput', unit: '/s', value: result.perSecond }];
  },
};

export const clusterIdle: ClusterWorkload = {
  name: 'idle, 3 members',
  what: `CPU of all three over ${IDLE_SECONDS} s without requests, ${SETTLE_SECONDS} s after their start`,
  goals: {},
  once: true,
  runCluster: async (cluster) => {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_SECONDS * 1000));
    const before = cluster.cpuSeconds();
    await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
    const share = (cluster.cpuSeconds() - before) / IDLE_SECONDS / cluster.members.length;
    return [{ name: 'CPU per member', unit: '% of a core', value: share * 100 }];
  },
};

export const failover: ClusterWorkload = {
  name: 'failover',
  what: 'SIGKILL of the leader; time until another member has accepted a write (election timeout 1 s)',
  goals: {},
  runCluster: async (cluster) => {
    const leader = await findLeader(cluster);
    const [survivor] = cluster.members.filter((member) => member !== leader);
    const [channel] = await openChannels((survivor as RunningServer).port, 1);
    await channel?.unary(PUT, randomPut());
    const killed = performance.now();
    const dead = leader.kill();
    const figures: Figure[] = [];
    while (figures.length === 0) {
      try {
        await channel?.unary(PUT, randomPut(), { timeoutMs: 100 });
        figures.push({ name: 'first write', unit: 's', value: (performance.now() - killed) / 1000 });
      } catch {
        if (performance.now() - killed > 30_000) throw new Error('no write was accepted within 30 s');
      }
    }
    await dead;
    channel?.close({ force: true });
    return figures;
  },
};
