// Requests on their way into the log: queued, turned into entries once a turn, and kept until their entry is applied.
import { type Clock, EtcdError, errors, type Random } from '@quorate/base';
import { ConfChange, DowngradeInfoSetRequest, V2Request } from '@quorate/proto';
import { type Entry, EntryType, newEntry, type RawNode } from '@quorate/raft';
import type { InternalOp, LogOp } from '../apply/internal-op.ts';
import { leaseGrantCost, putCost, type Quota, txnCost } from '../apply/quota.ts';
import type { Lessor } from '../lease/lessor.ts';
import { encodeEntry, randomLeaseId } from './entry-encode.ts';
import {
  MAX_APPLY_LAG_ENTRIES,
  MAX_BATCH_BYTES,
  MAX_BATCH_ENTRIES,
  MAX_PENDING_PROPOSALS,
  MAX_QUEUED_PROPOSALS,
} from './limits.ts';
import { isMembershipOp, type MembershipChanges, type MembershipOp } from './membership-changes.ts';
import { PendingRing, Proposal } from './pending.ts';
import { RequestIds } from './request-id.ts';
import type { ApplyResult, RaftOp, ResultSink } from './seam.ts';

export interface ProposalsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly node: RawNode;
  readonly memberId: bigint;
  readonly lessor: Lessor;
  readonly quota: Quota;
  readonly changes: MembershipChanges;
  readonly hasAuth: boolean;
  readonly maxRequestBytes: number;
  readonly timeoutMs: number;
  readonly hooks: ProposalHooks;
}

export interface ProposalHooks {
  /** Index of the entry applied last. */
  appliedIndex(): number;
  /** What to tell the owner of a request that got no answer in time. */
  timeoutError(startedMs: number): EtcdError;
  /** Tells `sink` noSpace once every member knows of the alarm. */
  outOfSpace(sink: ResultSink | undefined): void;
  /** A request was refused, failed or timed out. */
  failed(): void;
}

/** Takes the outcome of a request that the member makes itself. */
class InternalSink implements ResultSink {
  cancelled = false;
  readonly done: (result: ApplyResult) => void;
  readonly failed: (error: EtcdError) => void;
  constructor(done: (result: ApplyResult) => void, failed: (error: EtcdError) => void) {
    this.done = done;
    this.failed = failed;
  }
}

export class Proposals {
  readonly #options: ProposalsOptions;
  readonly #node: RawNode;
  readonly #hooks: ProposalHooks;
  readonly #ids: RequestIds;
  /** Not proposed yet, oldest first. */
  #queue: Proposal[] = [];
  /** Proposed here as leader, by index; proposed through another leader, by request id. */
  readonly #pending = new PendingRing();
  readonly #forwarded = new Map<bigint, Proposal>();
  readonly #lostBound = (proposal: Proposal): void => this.#lost(proposal);

  constructor(options: ProposalsOptions) {
    this.#options = options;
    this.#node = options.node;
    this.#hooks = options.hooks;
    this.#ids = new RequestIds(options.memberId, options.clock);
  }

  /** Requests not proposed yet. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Requests in the log and not yet answered. */
  get pending(): number {
    return this.#pending.length + this.#forwarded.size;
  }

  /** Queues a client's request; false when too many wait. */
  add(op: RaftOp, sink: ResultSink, nowMs: number): boolean {
    if (this.#queue.length >= MAX_QUEUED_PROPOSALS) return false;
    this.#queue.push(new Proposal(op, sink, nowMs, nowMs + this.#options.timeoutMs));
    return true;
  }

  /** Queues a request of the member's own: limits of clients do not apply. */
  addInternal(
    op: RaftOp | InternalOp,
    done: (result: ApplyResult) => void,
    failed: (error: EtcdError) => void,
  ): void {
    const nowMs = this.#options.clock.nowMs();
    const proposal = new Proposal(op, new InternalSink(done, failed), nowMs, nowMs + this.#options.timeoutMs);
    proposal.isInternal = true;
    this.#queue.push(proposal);
  }

  /**
   * Proposes what waits, up to the bound of a batch, unless there is no leader or apply is far behind.
   * @returns whether something was taken from the queue and more is left
   */
  flush(): boolean {
    const queue = this.#queue;
    if (queue.length === 0 || this.#node.leader === 0n) return false;
    if (this.#node.committed - this.#hooks.appliedIndex() > MAX_APPLY_LAG_ENTRIES) return false;
    if (this.#pending.length + MAX_BATCH_ENTRIES > MAX_PENDING_PROPOSALS) return false;
    const proposals: Proposal[] = [];
    const entries: Entry[] = [];
    let bytes = 0;
    let taken = 0;
    while (taken < queue.length && entries.length < MAX_BATCH_ENTRIES && bytes < MAX_BATCH_BYTES) {
      const proposal = queue[taken++] as Proposal;
      if (proposal.sink?.cancelled === true) continue;
      if (proposal.isInternal && isLeadersOwn(proposal.op) && !this.#node.isLeader) {
        proposal.sink?.failed(errors.notLeader);
        continue;
      }
      if (proposal.isInternal && this.#isRenewed(proposal.op)) {
        proposal.sink?.failed(errors.leaderChanged);
        continue;
      }
      const entry = this.#encode(proposal);
      if (entry === undefined) continue;
      entries.push(entry);
      proposals.push(proposal);
      bytes += entry.data.length;
    }
    // Sinks told of refusals may have queued more: that is at the end of the same array.
    this.#queue = taken === queue.length ? [] : queue.slice(taken);
    if (entries.length > 0 && !this.#propose(proposals, entries)) return false;
    return this.#queue.length > 0;
  }

  /** The request of this member that an applied entry holds. */
  take(index: number, term: number): Proposal | undefined {
    const proposal = this.#pending.take(index, this.#lostBound);
    if (proposal === undefined || proposal.term === term) return proposal;
    this.#lost(proposal);
    return undefined;
  }

  /** The request that was proposed through another leader. */
  takeForwarded(requestId: bigint): Proposal | undefined {
    if (this.#forwarded.size === 0) return undefined;
    const proposal = this.#forwarded.get(requestId);
    if (proposal !== undefined) this.#forwarded.delete(requestId);
    return proposal;
  }

  /**
   * The first entry of a leader's term was applied. What was passed on to a leader before and has not been applied by
   * now was not in the new leader's log: most likely it is lost, and its owner need not wait for the timeout.
   */
  termBegan(term: number): void {
    for (const [id, proposal] of this.#forwarded) {
      if (proposal.term >= term) continue;
      this.#forwarded.delete(id);
      this.#fail(proposal, errors.timeoutDueToLeaderFail);
    }
  }

  /** Gives up on what took too long. It may still be applied. */
  expire(nowMs: number): void {
    const queue = this.#queue;
    if (queue.length > 0 && (queue[0] as Proposal).deadlineMs <= nowMs) {
      this.#queue = queue.filter((proposal) => proposal.deadlineMs > nowMs);
      for (const proposal of queue) if (proposal.deadlineMs <= nowMs) this.#timedOut(proposal);
    }
    this.#pending.visitOldest((proposal) => {
      if (proposal.deadlineMs > nowMs) return false;
      this.#timedOut(proposal);
      return true;
    });
    for (const [id, proposal] of this.#forwarded) {
      if (proposal.deadlineMs > nowMs) continue;
      this.#forwarded.delete(id);
      this.#timedOut(proposal);
    }
  }

  /** Fails everything that is on its way. */
  abandon(error: EtcdError): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const proposal of queue) this.#fail(proposal, error);
    this.#pending.takeAll((proposal) => this.#fail(proposal, error));
    for (const proposal of this.#forwarded.values()) this.#fail(proposal, error);
    this.#forwarded.clear();
  }

  #propose(proposals: Proposal[], entries: Entry[]): boolean {
    if (this.#node.proposeEntries(entries) !== undefined) {
      // Leadership is being handed over, or too much is uncommitted: they wait on, up to their deadlines.
      this.#queue = [...proposals, ...this.#queue];
      return false;
    }
    if (!this.#node.isLeader) {
      for (const proposal of proposals) {
        proposal.term = this.#node.term;
        this.#forwarded.set(proposal.id, proposal);
      }
      return true;
    }
    for (let at = 0; at < proposals.length; at++) {
      const proposal = proposals[at] as Proposal;
      const entry = entries[at] as Entry;
      proposal.index = entry.index;
      proposal.term = entry.term;
      this.#pending.add(proposal, this.#lostBound);
    }
    return true;
  }

  /** The entry of a request, or undefined when it was refused (and told). */
  #encode(proposal: Proposal): Entry | undefined {
    const { op } = proposal;
    this.#ids.next();
    // A leader finds its requests by index; who passes them on needs the id.
    if (!this.#node.isLeader || op.kind === 'v2' || isMembershipOp(op)) proposal.id = this.#ids.toBigint();
    let data: Uint8Array | undefined;
    if (op.kind === 'v2') {
      op.request.ID = proposal.id;
      data = V2Request.encode(op.request);
    } else if (isMembershipOp(op)) data = this.#encodeChange(op, proposal);
    else data = this.#encodeRequest(op, proposal);
    if (data === undefined) return undefined;
    if (!proposal.isInternal && data.length > this.#options.maxRequestBytes) {
      this.#fail(proposal, errors.requestTooLarge);
      return undefined;
    }
    return newEntry(isMembershipOp(op) ? EntryType.EntryConfChange : EntryType.EntryNormal, data);
  }

  #encodeChange(op: MembershipOp, proposal: Proposal): Uint8Array | undefined {
    try {
      return ConfChange.encode(this.#options.changes.prepare(op, proposal.id));
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error;
      this.#fail(proposal, error);
      return undefined;
    }
  }

  #encodeRequest(
    op: Exclude<RaftOp | InternalOp, MembershipOp | { kind: 'v2' }>,
    proposal: Proposal,
  ): Uint8Array | undefined {
    const logOp = this.#toLogOp(op);
    if (logOp === undefined) {
      this.#fail(proposal, errors.notCapable);
      return undefined;
    }
    if (!proposal.isInternal && !this.#options.quota.fits(costOf(logOp))) {
      // Refused before it costs space in the log.
      this.#hooks.failed();
      this.#hooks.outOfSpace(proposal.sink);
      return undefined;
    }
    proposal.op = logOp;
    return encodeEntry(logOp, this.#ids);
  }

  /** The form in which an op goes into the log; undefined without an auth store for one that needs it. */
  #toLogOp(op: Exclude<RaftOp | InternalOp, MembershipOp | { kind: 'v2' }>): LogOp | undefined {
    switch (op.kind) {
      case 'leaseGrant': {
        const { random, lessor } = this.#options;
        // What is promised here holds with every leader: members may run with different shortest times.
        const TTL = Math.max(op.request.TTL, lessor.minTtlSeconds);
        let { ID } = op.request;
        if (ID !== 0n && TTL === op.request.TTL) return op;
        while (ID === 0n || (op.request.ID === 0n && lessor.has(ID))) ID = randomLeaseId(random);
        return {
          kind: 'leaseGrant',
          request: { ...op.request, ID, TTL },
          raw: undefined,
          requester: op.requester,
        };
      }
      case 'downgradeInfoSet': {
        const { enabled, targetVersion } = op.request;
        const request = DowngradeInfoSetRequest.create({ enabled, ver: targetVersion });
        return { kind: 'downgradeInfo', request, raw: undefined, requester: op.requester };
      }
      default:
        return op.kind.startsWith('auth') && !this.#options.hasAuth ? undefined : op;
    }
  }

  /**
   * Whether this would revoke a lease that is not, or no longer, expired, or write down less than its remaining time: the
   * wait for a read barrier or for a leader may have outlasted a change of leadership, after which leases begin anew and
   * may have been renewed.
   */
  #isRenewed(op: RaftOp | InternalOp): boolean {
    const { lessor } = this.#options;
    if (op.kind === 'leaseRevoke') return !lessor.isExpired(op.request.ID);
    if (op.kind !== 'leaseCheckpoint') return false;
    return !lessor.isCheckpointDue(
      op.request.checkpoints.map(({ ID, remainingTTL }) => ({ id: ID, remainingTtlSeconds: remainingTTL })),
    );
  }

  /** Another entry took the place of the request's: it was never committed. */
  #lost(proposal: Proposal): void {
    this.#fail(proposal, errors.leaderChanged);
  }

  #timedOut(proposal: Proposal): void {
    if (proposal.sink !== undefined) this.#fail(proposal, this.#hooks.timeoutError(proposal.startedMs));
  }

  #fail(proposal: Proposal, error: EtcdError): void {
    this.#hooks.failed();
    const { sink } = proposal;
    proposal.sink = undefined;
    if (sink !== undefined && !sink.cancelled) sink.failed(error);
  }
}

function costOf(op: LogOp): number {
  switch (op.kind) {
    case 'put':
      return putCost(op.request);
    case 'txn':
      return txnCost(op.request);
    case 'leaseGrant':
      return leaseGrantCost();
    default:
      return 0;
  }
}

/** What only the leader may decide: it must not be passed on by one that was deposed while this waited. */
function isLeadersOwn(op: RaftOp | InternalOp): boolean {
  return op.kind === 'leaseRevoke' || op.kind === 'leaseCheckpoint';
}
