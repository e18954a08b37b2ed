// A cluster of stores for tests: one of them is the member that asks, the others answer as they do over HTTP.
import { type EtcdError, errors, seededRandom, systemClock } from '@quorate/base';
import { AlarmAction, type AlarmMember } from '@quorate/proto';
import { MemoryBackend, MvccError, type MvccStore, openMvccStore } from '@quorate/storage';
import { Listeners } from '../member/listeners.ts';
import { silentLogger } from '../member/logger.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';
import type { Asking } from './ask-all.ts';
import type { CheckedMember } from './checked-member.ts';
import type { AskHash, HashAnswer } from './peer-hash.ts';

export const CLUSTER_ID = 0xabcn;

export async function openStore(): Promise<MvccStore> {
  const onError = (error: Error): void => {
    throw error;
  };
  return openMvccStore({
    backend: new MemoryBackend({ clock: systemClock, onError }),
    clock: systemClock,
    random: seededRandom(1),
    leases: { attach: () => {}, detach: () => {} },
    hashCompactions: true,
    compactionSleepIntervalMs: 0,
    onError,
  });
}

export function put(store: MvccStore, key: string, value: string): void {
  const write = store.beginWrite();
  write.put(Buffer.from(key), Buffer.from(value), 0n, false);
  write.end();
}

/** What tests may turn. */
export interface TestCluster {
  readonly stores: readonly MvccStore[];
  /** The first member, which asks. */
  readonly member: CheckedMember;
  readonly asking: Asking;
  readonly alarms: AlarmMember[];
  /** Members that do not answer. */
  readonly silent: Set<bigint>;
  leader: bigint;
  stopping: boolean;
  /** What a read point fails with. */
  readFailure: EtcdError | undefined;
  /** Everybody writes the same, in the order of a log. */
  putAll(key: string, value: string): void;
  compactAll(revision: number): Promise<void>;
  close(): Promise<void>;
}

/** Members 1 to `size`, of which 1 is ours and leads. */
export async function openCluster(size: number): Promise<TestCluster> {
  const stores: MvccStore[] = [];
  for (let at = 0; at < size; at++) stores.push(await openStore());
  const own = stores[0] as MvccStore;
  // The process's clock does not keep the process alive; a test does while it waits.
  const awake = setInterval(() => {}, 1_000);
  const members = stores.map(
    (_, at): ClusterMember => ({
      id: BigInt(at + 1),
      name: `m${at + 1}`,
      peerURLs: [`http://m${at + 1}:2380`],
      clientURLs: [],
      isLearner: false,
    }),
  );
  const ask: AskHash = async ({ urls, revision }): Promise<HashAnswer> => {
    const { id } = members.find(({ peerURLs }) => peerURLs[0] === urls[0]) as ClusterMember;
    if (cluster.silent.has(id)) return { kind: 'failed', error: 'connect ECONNREFUSED' };
    try {
      const found = await (stores[Number(id) - 1] as MvccStore).hashByRevision(revision);
      const { hash, compactRevision, currentRevision } = found;
      return {
        kind: 'hash',
        url: urls[0] as string,
        found: { hash, compactRevision, revision: currentRevision },
      };
    } catch (error) {
      if (!(error instanceof MvccError)) throw error;
      return { kind: error.kind === 'compacted' ? 'compacted' : 'future' };
    }
  };
  const listeners = new Listeners<[]>();
  const member: CheckedMember = {
    memberId: 1n,
    clusterId: CLUSTER_ID,
    kv: own,
    membership: {
      members: () => members,
      member: (id) => members.find((member) => member.id === id),
      clientURLs: () => [],
      isRemoved: () => false,
      clusterVersion: () => '3.7.0',
      downgradeInfo: () => ({ enabled: false, targetVersion: '' }),
    },
    alarms: () => cluster.alarms,
    onAlarm: (listener) => listeners.add(listener),
    isLeader: () => cluster.leader === 1n,
    isStopping: () => cluster.stopping,
    revision: () => own.revision,
    readBarrier: (sink) => {
      if (cluster.readFailure === undefined) setImmediate(() => sink.ready());
      else sink.failed(cluster.readFailure);
    },
    moveLeader: async (target) => {
      if (cluster.leader !== 1n) throw errors.notLeader;
      cluster.leader = target;
    },
    propose: (op, sink) => {
      if (op.kind !== 'alarm') throw new Error(`unexpected ${op.kind}`);
      const { action, memberID, alarm } = op.request;
      const at = cluster.alarms.findIndex((one) => one.memberID === memberID && one.alarm === alarm);
      if (action === AlarmAction.ACTIVATE && at < 0) cluster.alarms.push({ memberID, alarm });
      if (action === AlarmAction.DEACTIVATE && at >= 0) cluster.alarms.splice(at, 1);
      listeners.tell();
      sink.done({ kind: 'alarm', revision: own.revision, alarms: cluster.alarms });
    },
  };
  const cluster: TestCluster = {
    stores,
    member,
    asking: { member, ask, timeoutMs: 100, logger: silentLogger },
    alarms: [],
    silent: new Set(),
    leader: 1n,
    stopping: false,
    readFailure: undefined,
    putAll: (key, value) => {
      for (const store of stores) put(store, key, value);
    },
    compactAll: async (revision) => {
      await Promise.all(stores.map((store) => store.compact(revision)));
    },
    close: async () => {
      clearInterval(awake);
      await Promise.all(stores.map((store) => store.close()));
    },
  };
  return cluster;
}

/** Members with the alarm CORRUPT. */
export function alarmed({ alarms }: TestCluster): bigint[] {
  return alarms.map(({ memberID }) => memberID);
}
