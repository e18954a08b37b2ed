// Turns one committed entry into changes of the replicated state and into the answer of the request that made it.
// Entries at or below the backend's applied index are replayed for the v2 store and the membership only.
import { EtcdError, emptyBytes, errors, FatalError, GrpcCode, utf8Text } from '@quorate/base';
import { ConfChange, type V2Request } from '@quorate/proto';
import { ConfChangeType, type ConfState, type Entry, EntryType } from '@quorate/raft';
import type { Backend, MvccStore } from '@quorate/storage';
import type { V2Store } from '@quorate/v2store';
import type { Applier } from '../apply/applier.ts';
import { concernsBackendOnly, decodeEntry } from '../apply/entry-decode.ts';
import { type InternalOp, type LogOp, toLogOp } from '../apply/internal-op.ts';
import { checkShape } from '../apply/request-shape.ts';
import type { V2Applied } from '../apply/v2-applied.ts';
import { applyV2Request, type V2Membership } from '../apply/v2-apply.ts';
import type { Cluster } from '../membership/cluster.ts';
import { type ClusterMember, parseMemberContext } from '../membership/cluster-member.ts';
import type { Proposal } from './pending.ts';
import type { ApplyResult, MembershipResult, RaftOp, ResultSink } from './seam.ts';

export interface StateMachineHooks {
  /** Puts a membership change into force in raft. */
  applyConfChange(change: ConfChange): ConfState;
  /** The configuration changed. */
  confState(state: ConfState): void;
  memberAdded(member: ClusterMember): void;
  memberUpdated(member: ClusterMember): void;
  memberRemoved(id: bigint): void;
  /** The first entry of a leader's term was applied. */
  termBegan(term: number): void;
  /** Another member's leader passed on a request of ours: who waits for it? */
  takeForwarded(requestId: bigint): Proposal | undefined;
  /** For the `ttl` of v2 events. */
  nowWallMs(): number;
  /** A write went over the quota: raise the alarm, then tell its owner. */
  quotaExceeded(sink: ResultSink | undefined): void;
}

export interface StateMachineOptions {
  readonly kv: MvccStore;
  readonly backend: Backend;
  readonly cluster: Cluster;
  readonly applier: Applier;
  readonly v2: V2Store;
  readonly hooks: StateMachineHooks;
}

const anotherChangePending = new EtcdError(
  GrpcCode.Unavailable,
  'etcdserver: another membership change is in progress',
);

export class StateMachine {
  readonly #kv: MvccStore;
  readonly #backend: Backend;
  readonly #cluster: Cluster;
  readonly #applier: Applier;
  readonly #v2: V2Store;
  /** Membership for v2 entries that the backend has not seen yet, and for those that it has. */
  readonly #newMembership: V2Membership;
  readonly #seenMembership: V2Membership;
  readonly #hooks: StateMachineHooks;

  constructor(options: StateMachineOptions) {
    this.#kv = options.kv;
    this.#backend = options.backend;
    this.#cluster = options.cluster;
    this.#applier = options.applier;
    this.#v2 = options.v2;
    this.#newMembership = membershipFor(options.cluster, true);
    this.#seenMembership = membershipFor(options.cluster, false);
    this.#hooks = options.hooks;
  }

  /** Applies an entry; `proposal` is the request of this member that the entry holds. @throws FatalError */
  apply(entry: Entry, proposal: Proposal | undefined): void {
    const isNew = entry.index > this.#kv.consistentIndex;
    if (isNew) this.#kv.setConsistentIndex(entry.index, entry.term);
    switch (entry.type) {
      case EntryType.EntryNormal:
        if (entry.data.length === 0) this.#applyEmpty(entry, proposal);
        else if (proposal !== undefined) this.#applyOp(proposal.op, entry, proposal, isNew);
        else this.#applyBytes(entry, isNew);
        return;
      case EntryType.EntryConfChange:
        this.#applyConfChange(entry, proposal, isNew);
        return;
      default:
        throw new FatalError(
          `log entry ${entry.index} is of a type that this version does not know (${entry.type})`,
        );
    }
  }

  #applyEmpty(entry: Entry, proposal: Proposal | undefined): void {
    // Raft puts an empty entry in the place of a membership change that it cannot accept now.
    if (proposal !== undefined) {
      fail(proposal.sink, anotherChangePending);
      return;
    }
    this.#hooks.termBegan(entry.term);
  }

  #applyBytes(entry: Entry, isNew: boolean): void {
    if (!isNew && concernsBackendOnly(entry.data)) return;
    const { v2, v3 } = decodeEntry(entry.data, entry.index);
    if (v2 !== undefined) {
      const applied = this.#applyV2Request(v2, isNew);
      const proposal = this.#hooks.takeForwarded(v2.ID);
      if (proposal !== undefined) this.#answerV2(proposal, applied);
      return;
    }
    if (v3 === undefined) return;
    const op = toLogOp(v3, entry.index);
    if (op === undefined) return;
    const proposal = this.#hooks.takeForwarded(v3.header?.ID ?? v3.ID);
    const misshapen = checkShape(op);
    if (misshapen !== undefined) {
      fail(proposal?.sink, misshapen);
      return;
    }
    this.#applyOp(op, entry, proposal, isNew);
  }

  #applyOp(op: RaftOp | InternalOp, entry: Entry, proposal: Proposal | undefined, isNew: boolean): void {
    switch (op.kind) {
      case 'v2': {
        const applied = this.#applyV2Request(op.request, isNew);
        if (proposal !== undefined) this.#answerV2(proposal, applied);
        return;
      }
      case 'memberAdd':
      case 'memberRemove':
      case 'memberUpdate':
      case 'memberPromote':
      case 'downgradeInfoSet':
        throw new FatalError(`log entry ${entry.index} is not what was proposed (${op.kind})`);
      case 'clusterVersionSet':
      case 'clusterMemberAttrSet':
      case 'downgradeInfo': {
        const result = this.#applier.applyCluster(op, isNew);
        done(proposal?.sink, result);
        return;
      }
      default:
        if (isNew) this.#applyLogOp(op, entry.index, proposal?.sink);
    }
  }

  #applyLogOp(op: LogOp, index: number, sink: ResultSink | undefined): void {
    const wantResult = sink !== undefined && !sink.cancelled;
    let result: ApplyResult | undefined;
    try {
      result = this.#applier.apply(op, index, wantResult);
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error;
      fail(sink, error);
      return;
    }
    if (this.#applier.takeExceededQuota()) {
      this.#hooks.quotaExceeded(sink);
      return;
    }
    if (op.kind === 'compaction') this.#followCompaction(op.request.physical, sink, result);
    else if (wantResult && result !== undefined) done(sink, result);
  }

  #followCompaction(physical: boolean, sink: ResultSink | undefined, result: ApplyResult | undefined): void {
    const compaction = this.#applier.takeCompaction();
    if (compaction === undefined) throw new FatalError('a compaction was applied without being begun');
    const finished = physical
      ? compaction.finished.then(() => this.#backend.forceCommit())
      : compaction.finished;
    // A compaction that is cut short goes on after the restart; failures of the disk are reported by the backend.
    finished.then(
      () => {
        if (physical) done(sink, { kind: 'compaction', revision: this.#kv.revision });
      },
      () => {
        if (physical) fail(sink, errors.stopped);
      },
    );
    if (!physical && result !== undefined) done(sink, result);
  }

  #applyV2Request(request: V2Request, isNew: boolean): V2Applied {
    const { nowWallMs } = this.#hooks;
    return applyV2Request(this.#v2, isNew ? this.#newMembership : this.#seenMembership, request, nowWallMs());
  }

  #answerV2(proposal: Proposal, applied: V2Applied): void {
    done(proposal.sink, { kind: 'v2', revision: this.#kv.revision, applied });
  }

  #applyConfChange(entry: Entry, proposal: Proposal | undefined, isNew: boolean): void {
    const change = decodeConfChange(entry);
    const owner = proposal ?? this.#hooks.takeForwarded(change.ID);
    const refusal = this.#cluster.refusal(change);
    if (refusal !== undefined) {
      // Raft has to know that the change is over; node 0 stands for no change.
      this.#hooks.applyConfChange({ ...change, nodeID: 0n });
      fail(owner?.sink, refusal);
      return;
    }
    const confState = this.#hooks.applyConfChange(change);
    this.#hooks.confState(confState);
    this.#changeMembers(change, isNew);
    if (owner?.sink === undefined) return;
    const result: MembershipResult = {
      kind: membershipKind(owner.op.kind),
      revision: this.#kv.revision,
      member: this.#cluster.member(change.nodeID),
      members: this.#cluster.members(),
    };
    done(owner.sink, result);
  }

  #changeMembers(change: ConfChange, isNew: boolean): void {
    const id = change.nodeID;
    switch (change.type) {
      case ConfChangeType.ConfChangeAddNode:
      case ConfChangeType.ConfChangeAddLearnerNode: {
        const { member, isPromote } = parseMemberContext(utf8Text(change.context));
        expectSameId(id, member.id);
        if (isPromote) {
          this.#cluster.promoteMember(id, isNew);
          this.#hooks.memberUpdated(this.#cluster.member(id) as ClusterMember);
        } else {
          this.#cluster.addMember(member, isNew);
          this.#hooks.memberAdded(member);
        }
        return;
      }
      case ConfChangeType.ConfChangeRemoveNode:
        this.#cluster.removeMember(id, isNew);
        this.#hooks.memberRemoved(id);
        return;
      case ConfChangeType.ConfChangeUpdateNode: {
        const { member } = parseMemberContext(utf8Text(change.context));
        expectSameId(id, member.id);
        this.#cluster.updateRaftAttributes(id, member, isNew);
        this.#hooks.memberUpdated(this.#cluster.member(id) as ClusterMember);
        return;
      }
      default:
        throw new FatalError(`membership change of unknown type ${change.type}`);
    }
  }
}

function membershipFor(cluster: Cluster, toBackend: boolean): V2Membership {
  return {
    updateAttributes: (id, attributes) => cluster.updateAttributes(id, attributes, toBackend),
    setVersion: (version) => cluster.setVersion(version, toBackend),
  };
}

function decodeConfChange(entry: Entry): ConfChange {
  try {
    return ConfChange.decode(entry.data);
  } catch (cause) {
    throw new FatalError(
      `membership change in log entry ${entry.index} cannot be decoded: ${String(cause)}`,
      {
        cause,
      },
    );
  }
}

function expectSameId(inChange: bigint, inContext: bigint): void {
  if (inChange !== inContext) throw new FatalError('a membership change names two different members');
}

function membershipKind(kind: string): MembershipResult['kind'] {
  switch (kind) {
    case 'memberAdd':
    case 'memberRemove':
    case 'memberUpdate':
    case 'memberPromote':
      return kind;
    default:
      throw new FatalError(`a membership change was proposed as ${kind}`);
  }
}

function done(sink: ResultSink | undefined, result: ApplyResult): void {
  if (sink !== undefined && !sink.cancelled) sink.done(result);
}

function fail(sink: ResultSink | undefined, error: EtcdError): void {
  if (sink !== undefined && !sink.cancelled) sink.failed(error);
}

/** No context. */
export const NO_CONTEXT = emptyBytes;
