// A member without log and disk for the tests of the api: what is proposed is applied in the next turn.
import { EtcdError, errors, hex64, seededRandom, systemClock } from '@quorate/base';
import type { AlarmMember } from '@quorate/proto';
import { MemoryBackend, openMvccStore } from '@quorate/storage';
import { runRange, toEtcdError } from '../../../apply/range.ts';
import { putInto, runReadTxn, runWriteTxn } from '../../../apply/txn.ts';
import type {
  ApplyResult,
  KeepAliveSink,
  MemberApi,
  RaftOp,
  ReadSink,
  ResultSink,
  TimeToLiveSink,
} from '../../../member/seam.ts';
import type { ClusterMember } from '../../../membership/cluster-member.ts';

interface TestLease {
  readonly ttl: number;
  readonly keys: Set<string>;
}

/** What tests may turn. */
export interface MemoryMemberState {
  leader: bigint;
  learner: boolean;
  quarantined: boolean;
  stopping: boolean;
  /** Every op proposed, in order. */
  readonly proposed: RaftOp[];
}

/** The member and its switches. */
export interface MemoryMember {
  readonly api: MemberApi;
  readonly state: MemoryMemberState;
  stop(): Promise<void>;
}

const memberId = 0x8e9e05c52164694dn;

/** Makes a member over an in-memory store. */
export async function createMemoryMember(): Promise<MemoryMember> {
  const state: MemoryMemberState = {
    leader: memberId,
    learner: false,
    quarantined: false,
    stopping: false,
    proposed: [],
  };
  const leases = new Map<bigint, TestLease>();
  const random = seededRandom(1);
  const onError = (error: Error): void => {
    throw error;
  };
  const backend = new MemoryBackend({ clock: systemClock, onError });
  const kv = await openMvccStore({
    backend,
    clock: systemClock,
    random,
    onError,
    leases: {
      attach: (lease, key) => leases.get(lease)?.keys.add(Buffer.from(key).toString('latin1')),
      detach: (lease, key) => leases.get(lease)?.keys.delete(Buffer.from(key).toString('latin1')),
    },
  });
  const leaseLookup = { has: (id: bigint) => leases.has(id) };
  const alarms: AlarmMember[] = [];
  const members: ClusterMember[] = [
    {
      id: memberId,
      name: 'default',
      peerURLs: ['http://localhost:2380'],
      clientURLs: ['http://localhost:2379'],
      isLearner: false,
    },
  ];
  let appliedIndex = 4;
  // The process's clock does not keep the process alive; a test does while it waits.
  const awake = setInterval(() => {}, 1_000);
  const stopListeners = new Set<() => void>();

  const apply = async (op: RaftOp): Promise<ApplyResult> => {
    appliedIndex++;
    switch (op.kind) {
      case 'put': {
        const { request } = op;
        if (request.lease !== 0n && !leases.has(request.lease)) throw errors.leaseNotFound;
        if ((request.ignoreValue || request.ignoreLease) && !kv.has(request.key)) throw errors.keyNotFound;
        const write = kv.beginWrite();
        const prevKv = putInto(write, request);
        return { kind: 'put', revision: write.end(), prevKv };
      }
      case 'deleteRange': {
        const write = kv.beginWrite();
        const { deleted, prevKvs } = write.deleteRange(
          op.request.key,
          op.request.rangeEnd,
          op.request.prevKv,
        );
        return { kind: 'deleteRange', revision: write.end(), deleted, prevKvs };
      }
      case 'txn':
        return runWriteTxn(kv, leaseLookup, op.request, true) as ApplyResult;
      case 'compaction': {
        let finished: Promise<void>;
        try {
          finished = kv.compact(op.request.revision);
        } catch (thrown) {
          throw toEtcdError(thrown);
        }
        if (op.request.physical) await finished;
        return { kind: 'compaction', revision: kv.revision };
      }
      case 'leaseGrant': {
        const id = op.request.ID === 0n ? BigInt(random.nextUint32()) + 1n : op.request.ID;
        if (leases.has(id)) throw errors.leaseExists;
        const ttl = Math.max(op.request.TTL, 2);
        leases.set(id, { ttl, keys: new Set() });
        return { kind: 'leaseGrant', revision: kv.revision, id, ttl };
      }
      case 'leaseRevoke': {
        const lease = leases.get(op.request.ID);
        if (lease === undefined) throw errors.leaseNotFound;
        const write = kv.beginWrite();
        for (const key of [...lease.keys].sort()) {
          write.deleteRange(Buffer.from(key, 'latin1'), new Uint8Array(0), false);
        }
        leases.delete(op.request.ID);
        return { kind: 'leaseRevoke', revision: write.end() };
      }
      case 'alarm':
        return { kind: 'alarm', revision: kv.revision, alarms };
      default:
        throw new EtcdError(12, `the test member has no ${op.kind}`);
    }
  };

  const api: MemberApi = {
    name: 'default',
    memberId,
    clusterId: 0xcdf818194e3a8c32n,
    revision: () => kv.revision,
    term: () => 2,
    committedIndex: () => appliedIndex,
    appliedIndex: () => appliedIndex,
    leaderId: () => state.leader,
    isLeader: () => state.leader === memberId,
    isLearner: () => state.learner,
    isStopping: () => state.stopping,
    propose(op: RaftOp, sink: ResultSink) {
      state.proposed.push(op);
      setImmediate(() => {
        if (sink.cancelled) return;
        if (state.leader === 0n) {
          sink.failed(errors.noLeader);
          return;
        }
        void apply(op).then(
          (result) => sink.done(result),
          (thrown: unknown) => {
            if (!(thrown instanceof EtcdError)) throw thrown;
            sink.failed(thrown);
          },
        );
      });
    },
    readBarrier(sink: ReadSink) {
      setImmediate(() => {
        if (state.leader === 0n) sink.failed(errors.noLeader);
        else sink.ready();
      });
    },
    range: (request) => runRange(kv, request),
    readTxn: (request) => runReadTxn(kv, leaseLookup, request),
    kv,
    backend,
    get v2(): never {
      throw new Error('the test member has no v2 store');
    },
    lease: {
      keepAlive(id: bigint, sink: KeepAliveSink) {
        setImmediate(() => sink.renewed(leases.get(id)?.ttl ?? 0));
      },
      timeToLive(id: bigint, withKeys: boolean, sink: TimeToLiveSink) {
        const lease = leases.get(id);
        const keys = withKeys && lease !== undefined ? [...lease.keys].sort() : [];
        setImmediate(() =>
          sink.answered(
            lease === undefined ? -1 : lease.ttl - 1,
            lease?.ttl ?? 0,
            keys.map((key) => Buffer.from(key, 'latin1')),
          ),
        );
      },
      leases: () => [...leases.keys()],
      attachedKeys: () => undefined,
    },
    membership: {
      members: () => members,
      member: (id) => members.find((m) => m.id === id),
      clientURLs: () => ['http://localhost:2379'],
      isRemoved: () => false,
      clusterVersion: () => '3.7.0',
      downgradeInfo: () => ({ enabled: false, targetVersion: '' }),
    },
    alarms: () => alarms,
    onAlarm: () => () => {},
    isQuarantined: () => state.quarantined,
    status: () => ({
      dbSize: 1,
      dbSizeInUse: 1,
      dbSizeQuota: 2,
      storageVersion: '3.7.0',
      errors: state.leader === 0n ? ['etcdserver: no leader'] : [],
      downgradeInfo: { enabled: false, targetVersion: '' },
    }),
    get counters(): never {
      throw new Error(`the test member ${hex64(memberId)} does not count`);
    },
    selfStats: () => {
      throw new Error('the test member has no statistics');
    },
    leaderStats: () => undefined,
    defragment: () => Promise.resolve(),
    hash: () => Promise.resolve(1),
    moveLeader: () => Promise.reject(errors.badLeaderTransferee),
    onLeaderChange: () => () => {},
    onStopping(listener) {
      stopListeners.add(listener);
      return () => stopListeners.delete(listener);
    },
    onReady(listener) {
      listener();
      return () => {};
    },
  };
  return {
    api,
    state,
    async stop() {
      state.stopping = true;
      for (const listener of [...stopListeners]) listener();
      clearInterval(awake);
      await kv.close();
    },
  };
}

/** The clock and randomness of the tests. */
export const testWorld = { clock: systemClock, random: seededRandom(42) };
