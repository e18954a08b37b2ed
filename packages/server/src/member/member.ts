// The member: requests in, log, state machine, answers out. One flush per turn of the event loop does it all.
import {
  AssertionError,
  type Clock,
  EtcdError,
  errors,
  FatalError,
  hex64,
  type Random,
  type Timer,
} from '@quorate/base';
import type { RangeRequest, TxnRequest } from '@quorate/proto';
import {
  AlarmAction,
  type AlarmMember,
  AlarmRequest,
  AlarmType,
  ConfChange,
  DowngradeInfoSetRequest,
  V2Request,
} from '@quorate/proto';
import {
  type ConfState,
  type Entry,
  EntryType,
  type MemoryStorage,
  type Message,
  newEntry,
  type RawNode,
  Role,
  type SoftState,
} from '@quorate/raft';
import type { Backend, MvccStore, Snapshotter, Wal } from '@quorate/storage';
import type { V2Store } from '@quorate/v2store';
import type { Alarms } from '../apply/alarms.ts';
import { type Applier, type AuthApplier, alarmName } from '../apply/applier.ts';
import type { InternalOp, LogOp } from '../apply/internal-op.ts';
import { leaseGrantCost, putCost, type Quota, txnCost } from '../apply/quota.ts';
import { runRange, toEtcdError } from '../apply/range.ts';
import { runReadTxn } from '../apply/txn.ts';
import type { Lessor } from '../lease/lessor.ts';
import { LEASE_TICK_MS } from '../lease/limits.ts';
import type { Cluster } from '../membership/cluster.ts';
import { ApplyLoop } from './apply-loop.ts';
import { encodeEntry, randomLeaseId } from './entry-encode.ts';
import { Housekeeping } from './housekeeping.ts';
import { LeaseService } from './lease-service.ts';
import {
  MAX_APPLY_LAG_ENTRIES,
  MAX_BATCH_BYTES,
  MAX_BATCH_ENTRIES,
  MAX_PENDING_PROPOSALS,
  MAX_QUEUED_PROPOSALS,
  REMOVED_STOP_DELAY_MS,
  SLOW_APPLY_MS,
  STOP_DRAIN_MS,
} from './limits.ts';
import { LogDriver } from './log-driver.ts';
import type { Logger } from './logger.ts';
import { isMembershipOp, MembershipChanges } from './membership-changes.ts';
import { PendingRing, Proposal } from './pending.ts';
import { ReadBarriers } from './read-barriers.ts';
import { RequestIds } from './request-id.ts';
import type {
  ApplyResult,
  FollowerStats,
  MemberApi,
  MemberCounters,
  MemberObserver,
  MemberStatus,
  MembershipApi,
  RaftOp,
  RangeOutcome,
  ReadSink,
  ResultSink,
  SelfStats,
  TxnResult,
} from './seam.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';
import { StateMachine } from './state-machine.ts';
import { Counters, Statistics } from './statistics.ts';
import type { PeerReceiver, PeerTransport } from './transport.ts';

/** A member's parts as bootstrap has made and restored them. */
export interface MemberParts {
  readonly name: string;
  readonly clientURLs: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly observer: MemberObserver | undefined;
  readonly node: RawNode;
  readonly storage: MemoryStorage;
  readonly wal: Wal;
  readonly snapshotter: Snapshotter;
  readonly backend: Backend;
  readonly kv: MvccStore;
  readonly v2: V2Store;
  readonly cluster: Cluster;
  readonly lessor: Lessor;
  readonly alarms: Alarms;
  readonly quota: Quota;
  readonly applier: Applier;
  readonly auth: AuthApplier | undefined;
  readonly createTransport: ((receiver: PeerReceiver) => PeerTransport) | undefined;
  readonly onFatal: (error: FatalError) => void;
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly requestTimeoutMs: number;
  readonly maxRequestBytes: number;
  readonly snapshotCount: number;
  readonly snapshotCatchUpEntries: number;
  readonly maxSnapshotFiles: number;
  readonly maxWalFiles: number;
  readonly strictReconfigCheck: boolean;
  readonly clusterVersionLimit: string | undefined;
  /** Where the snapshot that was loaded ends; 0 without one. */
  readonly snapshotIndex: number;
  readonly snapshotTerm: number;
}

/** Takes the outcome of a request that the member makes itself. */
class InternalSink implements ResultSink {
  cancelled = false;
  readonly #done: (result: ApplyResult) => void;
  readonly #failed: (error: EtcdError) => void;
  constructor(done: (result: ApplyResult) => void, failed: (error: EtcdError) => void) {
    this.#done = done;
    this.#failed = failed;
  }
  done(result: ApplyResult): void {
    this.#done(result);
  }
  failed(error: EtcdError): void {
    this.#failed(error);
  }
}

type State = 'running' | 'stopping' | 'failed' | 'stopped';

export class Member implements MemberApi, PeerReceiver {
  readonly name: string;
  readonly memberId: bigint;
  readonly clusterId: bigint;
  readonly kv: MvccStore;
  readonly backend: Backend;
  readonly v2: V2Store;
  readonly lease: LeaseService;
  readonly membership: MembershipApi;
  readonly counters: MemberCounters;

  readonly #parts: MemberParts;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #node: RawNode;
  readonly #cluster: Cluster;
  readonly #lessor: Lessor;
  readonly #alarms: Alarms;
  readonly #quota: Quota;
  readonly #transport: PeerTransport | undefined;
  readonly #driver: LogDriver;
  readonly #loop: ApplyLoop;
  readonly #machine: StateMachine;
  readonly #reads: ReadBarriers;
  readonly #changes: MembershipChanges;
  readonly #snapshots: SnapshotKeeper;
  readonly #housekeeping: Housekeeping;
  readonly #statistics: Statistics;
  readonly #counters: Counters;
  readonly #ids: RequestIds;

  #state: State = 'running';
  #failure: FatalError | undefined;
  /** Requests that wait to be proposed, oldest first. */
  #queue: Proposal[] = [];
  /** Requests refused inside `propose`; told in the flush. */
  #refused: { readonly sink: ResultSink | ReadSink; readonly error: EtcdError }[] = [];
  /** Proposed here as leader, by index; proposed through another leader, by request id. */
  readonly #pending = new PendingRing();
  readonly #forwarded = new Map<bigint, Proposal>();
  /** Writes that went over the quota; told once the alarm is raised. */
  #awaitingAlarm: ResultSink[] = [];
  #alarmInFlight = false;
  #flushScheduled = false;
  /** When the first request of this turn came. */
  #turnMs = 0;
  #leaderId = 0n;
  #termBegan = false;
  #leaderSinceMs = 0;
  #isSoleVoter = false;
  #ready = false;
  #ticker: Timer | undefined;
  #nextLeaseTickMs = 0;
  #stopPromise: Promise<void> | undefined;
  readonly #leaderListeners = new Set<(leaderId: bigint) => void>();
  readonly #stoppingListeners = new Set<() => void>();
  readonly #readyListeners = new Set<() => void>();
  readonly #flushBound = (): void => this.#flush();
  readonly #lostBound = (proposal: Proposal): void => this.#lost(proposal);

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.memberId = parts.cluster.localId;
    this.clusterId = parts.cluster.clusterId;
    this.kv = parts.kv;
    this.backend = parts.backend;
    this.v2 = parts.v2;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#node = parts.node;
    this.#cluster = parts.cluster;
    this.membership = parts.cluster;
    this.#lessor = parts.lessor;
    this.#alarms = parts.alarms;
    this.#quota = parts.quota;
    this.#ids = new RequestIds(this.memberId, this.#clock);
    this.#counters = new Counters(parts.lessor.counters);
    this.counters = this.#counters;
    this.#statistics = new Statistics(parts.name, this.memberId, this.#clock);
    this.#transport = parts.createTransport?.(this);
    this.#loop = new ApplyLoop(
      this.#clock,
      {
        apply: (entry) => this.#apply(entry),
        progressed: (entries, durationMs) => this.#progressed(entries, durationMs),
      },
      parts.snapshotIndex,
      parts.snapshotTerm,
    );
    this.#driver = new LogDriver({
      node: parts.node,
      storage: parts.storage,
      wal: parts.wal,
      clock: this.#clock,
      transport: this.#transport,
      hooks: {
        softState: (state) => this.#softState(state),
        readStates: (states) => this.#reads.confirm(states),
        committed: (entries) => this.#committed(entries),
        snapshot: () =>
          this.#fail(new FatalError('a snapshot arrived from a peer; this member cannot take it')),
        resumed: () => this.#flush(),
        failed: (error) => this.#fail(error),
      },
    });
    this.#machine = new StateMachine({
      kv: parts.kv,
      backend: parts.backend,
      cluster: parts.cluster,
      applier: parts.applier,
      v2: parts.v2,
      hooks: {
        applyConfChange: (change) => parts.node.applyConfChange(change),
        confState: (state) => this.#confState(state),
        memberAdded: (member) => {
          if (member.id !== this.memberId) this.#transport?.addPeer(member.id, member.peerURLs);
          this.#logger.info('added member', {
            'cluster-id': hex64(this.clusterId),
            'local-member-id': hex64(this.memberId),
            'added-peer-id': hex64(member.id),
            'added-peer-peer-urls': member.peerURLs,
          });
        },
        memberUpdated: (member) => {
          if (member.id !== this.memberId) this.#transport?.updatePeer(member.id, member.peerURLs);
        },
        memberRemoved: (id) => this.#memberRemoved(id),
        termBegan: (term) => this.#onTermBegan(term),
        takeForwarded: (id) => this.#takeForwarded(id),
        nowWallMs: () => this.#clock.wallMs(),
        quotaExceeded: (sink) => this.#raiseNoSpace(sink),
      },
    });
    this.#reads = new ReadBarriers(this.#clock, parts.requestTimeoutMs, {
      ownReadIndex: () => this.#ownReadIndex(),
      requestReadIndex: (context) => this.#node.readIndex(context),
      appliedIndex: () => this.#loop.appliedIndex,
    });
    this.lease = new LeaseService(parts.lessor, this.#transport, parts.requestTimeoutMs, {
      nowMs: () => this.#clock.nowMs(),
      isLeader: () => this.isLeader(),
      leaderId: () => this.#leaderId,
      isBehind: () => this.#loop.appliedIndex < this.#node.committed,
      isStopping: () => this.isStopping(),
    });
    this.#changes = new MembershipChanges({
      cluster: parts.cluster,
      node: parts.node,
      transport: this.#transport,
      clock: this.#clock,
      strict: parts.strictReconfigCheck,
    });
    this.#snapshots = new SnapshotKeeper({
      clock: this.#clock,
      logger: this.#logger,
      v2: parts.v2,
      backend: parts.backend,
      kv: parts.kv,
      storage: parts.storage,
      wal: parts.wal,
      snapshotter: parts.snapshotter,
      whenIdle: (work) => this.#driver.whenIdle(work),
      snapshotCount: parts.snapshotCount,
      catchUpEntries: parts.snapshotCatchUpEntries,
      maxSnapshotFiles: parts.maxSnapshotFiles,
      maxWalFiles: parts.maxWalFiles,
      snapshotIndex: parts.snapshotIndex,
      confState: parts.storage.initialState().confState,
      onSaved: (durationMs) => {
        this.#counters.snapshotsSaved++;
        parts.observer?.snapshotSaved(durationMs);
      },
      onError: (error) => this.#fail(error),
    });
    this.#housekeeping = new Housekeeping({
      member: this,
      clock: this.#clock,
      logger: this.#logger,
      v2: parts.v2,
      cluster: parts.cluster,
      alarms: parts.alarms,
      quota: parts.quota,
      transport: this.#transport,
      clientURLs: parts.clientURLs,
      abandonRenewals: (ids) => parts.lessor.abandonRenewals(ids),
      versionLimit: parts.clusterVersionLimit,
      submit: (op, done, failed) => this.#submit(op, done, failed),
      onPublished: () => this.#onPublished(),
    });
  }

  /** Starts the loop: replays what is committed, elects, publishes. Called once, by createMember. */
  start(): void {
    this.#confStateOfNode();
    for (const member of this.#cluster.members()) {
      if (member.id !== this.memberId) this.#transport?.addPeer(member.id, member.peerURLs);
    }
    this.#nextLeaseTickMs = this.#clock.nowMs() + LEASE_TICK_MS;
    this.#driver.pump();
    this.#campaignIfAlone();
    this.#scheduleTick();
    this.#housekeeping.start();
  }

  // ------------------------------------------------------------------------------------------- MemberApi: state

  revision(): number {
    return this.kv.revision;
  }

  term(): number {
    return this.#loop.appliedTerm;
  }

  committedIndex(): number {
    return this.#node.committed;
  }

  appliedIndex(): number {
    return this.#loop.appliedIndex;
  }

  leaderId(): bigint {
    return this.#leaderId;
  }

  isLeader(): boolean {
    return this.#leaderId === this.memberId;
  }

  isLearner(): boolean {
    return this.#cluster.isLocalLearner();
  }

  isStopping(): boolean {
    return this.#state !== 'running';
  }

  alarms(): readonly AlarmMember[] {
    return this.#alarms.list(AlarmType.NONE);
  }

  status(): MemberStatus {
    const size = this.backend.size();
    const problems: string[] = [];
    if (this.#leaderId === 0n) problems.push(errors.noLeader.message);
    for (const alarm of this.alarms()) {
      problems.push(`memberID:${alarm.memberID} alarm:${alarmName(alarm.alarm)} `);
    }
    return {
      dbSize: size.bytes,
      dbSizeInUse: size.bytesInUse,
      dbSizeQuota: Number.isFinite(this.#quota.limitBytes) ? this.#quota.limitBytes : 0,
      storageVersion: this.#cluster.clusterVersion() ?? '',
      errors: problems,
      downgradeInfo: this.#cluster.downgradeInfo(),
    };
  }

  selfStats(): SelfStats {
    return this.#statistics.self(this.#node.role, this.#leaderId, this.#leaderSinceMs);
  }

  leaderStats(): readonly FollowerStats[] | undefined {
    return this.isLeader() ? this.#statistics.followers() : undefined;
  }

  onLeaderChange(listener: (leaderId: bigint) => void): () => void {
    this.#leaderListeners.add(listener);
    return () => this.#leaderListeners.delete(listener);
  }

  onStopping(listener: () => void): () => void {
    this.#stoppingListeners.add(listener);
    return () => this.#stoppingListeners.delete(listener);
  }

  onReady(listener: () => void): () => void {
    if (this.#ready) {
      listener();
      return () => {};
    }
    this.#readyListeners.add(listener);
    return () => this.#readyListeners.delete(listener);
  }

  // ---------------------------------------------------------------------------------------- MemberApi: requests

  propose(op: RaftOp, sink: ResultSink): void {
    if (this.#state !== 'running') this.#refuse(sink, errors.stopped);
    else if (this.#queue.length >= MAX_QUEUED_PROPOSALS) this.#refuse(sink, errors.tooManyRequests);
    else {
      // Requests of one turn share its time: looking at the clock for each would show.
      this.#scheduleFlush();
      const nowMs = this.#turnMs;
      this.#queue.push(new Proposal(op, sink, nowMs, nowMs + this.#parts.requestTimeoutMs));
    }
  }

  readBarrier(sink: ReadSink): void {
    if (this.#state !== 'running') this.#refuse(sink, errors.stopped);
    else if (!this.#reads.add(sink)) this.#refuse(sink, errors.tooManyRequests);
    else this.#scheduleFlush();
  }

  range(request: RangeRequest): RangeOutcome {
    return runRange(this.kv, request);
  }

  readTxn(request: TxnRequest): TxnResult {
    try {
      return runReadTxn(this.kv, this.#lessor, request);
    } catch (error) {
      throw error instanceof EtcdError ? error : toEtcdError(error);
    }
  }

  async defragment(): Promise<void> {
    this.#logger.info('starting defragment', {});
    await this.backend.defragment();
    this.#logger.info('finished defragment', {});
  }

  hash(): Promise<number> {
    return this.backend.hashAll();
  }

  moveLeader(target: bigint): Promise<void> {
    if (!this.isLeader()) return Promise.reject(errors.notLeader);
    const member = this.#cluster.member(target);
    if (member === undefined || member.isLearner) return Promise.reject(errors.badLeaderTransferee);
    if (target === this.memberId) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.setTimer(this.#parts.requestTimeoutMs, () => {
        unsubscribe();
        reject(errors.timeout);
      });
      const unsubscribe = this.onLeaderChange((leaderId) => {
        if (leaderId !== target) return;
        deadline.cancel();
        unsubscribe();
        resolve();
      });
      this.#node.transferLeader(target);
      this.#driver.pump();
    });
  }

  // -------------------------------------------------------------------------------------------------- PeerReceiver

  step(message: Message): void {
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    this.#node.step(message);
    this.#scheduleFlush();
  }

  isRemoved(id: bigint): boolean {
    return this.#cluster.isRemoved(id);
  }

  reportUnreachable(id: bigint): void {
    this.#node.reportUnreachable(id);
    this.#scheduleFlush();
  }

  reportSnapshot(id: bigint, succeeded: boolean): void {
    this.#node.reportSnapshot(id, succeeded ? 'finished' : 'failed');
    this.#scheduleFlush();
  }

  // -------------------------------------------------------------------------------------------------------- stop

  /** Stops gracefully: finishes what is in flight, commits the backend, closes the log. */
  stop(): Promise<void> {
    this.#stopPromise ??= this.#stop();
    return this.#stopPromise;
  }

  async #stop(): Promise<void> {
    if (this.#state === 'running') {
      this.#beginStopping();
      this.#flush();
      const giveUpMs = this.#clock.nowMs() + STOP_DRAIN_MS;
      while (this.#hasWorkInFlight() && this.#clock.nowMs() < giveUpMs) await this.#nextTurn();
      await this.#snapshots.finish();
    }
    await this.#close();
  }

  #hasWorkInFlight(): boolean {
    if (this.#state === 'failed') return false;
    return this.#queue.length > 0 || this.#pending.length > 0 || this.#driver.isSyncing || !this.#loop.isIdle;
  }

  #beginStopping(): void {
    this.#state = 'stopping';
    for (const listener of this.#stoppingListeners) listener();
    this.#stoppingListeners.clear();
  }

  async #close(): Promise<void> {
    const failed = this.#state === 'failed';
    this.#housekeeping.stop();
    this.#ticker?.cancel();
    this.#abandonRequests();
    this.#loop.stop();
    if (!failed) this.#driver.saveCommit();
    this.#driver.stop();
    this.#state = 'stopped';
    const problems: unknown[] = [];
    const closeLog = (): void => {
      try {
        this.#parts.wal.close();
      } catch (error) {
        problems.push(error);
      }
    };
    // After a failure the backend may never answer again; the log must be free for the next start.
    if (failed) closeLog();
    await this.#transport?.stop();
    await this.#snapshots.stop();
    await this.kv.close().catch((error) => problems.push(error));
    await this.backend.close().catch((error) => problems.push(error));
    if (!failed) closeLog();
    // After a failure the disk is expected to refuse; the reason has been reported.
    if (!failed && problems.length > 0) throw problems[0];
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => this.#clock.defer(resolve));
  }

  /** The member cannot go on: from here on nothing is acknowledged. */
  #fail(cause: unknown): void {
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    if (cause instanceof AssertionError) throw cause;
    const error =
      cause instanceof FatalError
        ? cause
        : new FatalError(cause instanceof Error ? cause.message : String(cause), { cause });
    if (this.#state === 'running') this.#beginStopping();
    this.#state = 'failed';
    this.#failure = error;
    this.#driver.stop();
    this.#loop.stop();
    this.#ticker?.cancel();
    this.#housekeeping.stop();
    this.#lessor.demote();
    this.#logger.error('the member cannot go on', { error: error.message });
    this.#abandonRequests();
    this.#parts.onFatal(error);
  }

  /** Why the member stopped by itself, if it did. */
  get failure(): FatalError | undefined {
    return this.#failure;
  }

  /** Reports a failure found outside of the loop (backend, store). */
  reportFailure(cause: unknown): void {
    this.#fail(cause);
  }

  #abandonRequests(): void {
    this.#deliverRefusals();
    const queue = this.#queue;
    this.#queue = [];
    for (const proposal of queue) this.#failProposal(proposal, errors.stopped);
    this.#pending.takeAll((proposal) => this.#failProposal(proposal, errors.stopped));
    for (const proposal of this.#forwarded.values()) this.#failProposal(proposal, errors.stopped);
    this.#forwarded.clear();
    for (const sink of this.#awaitingAlarm) if (!sink.cancelled) sink.failed(errors.noSpace);
    this.#awaitingAlarm = [];
    this.#reads.stop();
    this.lease.stop();
  }

  // ------------------------------------------------------------------------------------------------------- flush

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#turnMs = this.#clock.nowMs();
    this.#clock.defer(this.#flushBound);
  }

  #flush(): void {
    this.#flushScheduled = false;
    this.#deliverRefusals();
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    // Reads first: they need not wait for this turn's sync.
    this.#reads.flush();
    this.#proposeQueue();
    this.#driver.pump();
    // A batch has a bound: the rest goes in the next turn.
    if (this.#queue.length > 0 && !this.#driver.isSyncing && this.#leaderId !== 0n) this.#scheduleFlush();
  }

  #refuse(sink: ResultSink | ReadSink, error: EtcdError): void {
    this.#refused.push({ sink, error });
    this.#scheduleFlush();
  }

  #deliverRefusals(): void {
    if (this.#refused.length === 0) return;
    const refused = this.#refused;
    this.#refused = [];
    for (const { sink, error } of refused) if (!sink.cancelled) sink.failed(error);
  }

  #proposeQueue(): void {
    if (this.#queue.length === 0 || this.#driver.isSyncing || this.#leaderId === 0n) return;
    if (this.#pending.length + MAX_BATCH_ENTRIES > MAX_PENDING_PROPOSALS) return;
    const overloaded = this.#node.committed - this.#loop.appliedIndex > MAX_APPLY_LAG_ENTRIES;
    const queue = this.#queue;
    const proposals: Proposal[] = [];
    const entries: Entry[] = [];
    let bytes = 0;
    let taken = 0;
    while (taken < queue.length && entries.length < MAX_BATCH_ENTRIES && bytes < MAX_BATCH_BYTES) {
      const proposal = queue[taken++] as Proposal;
      if (proposal.sink?.cancelled === true) continue;
      const entry = this.#encode(proposal, overloaded);
      if (entry === undefined) continue;
      entries.push(entry);
      proposals.push(proposal);
      bytes += entry.data.length;
    }
    // Sinks called by #encode may have queued more; that stays behind what is left.
    this.#queue = taken === this.#queue.length ? [] : this.#queue.slice(taken);
    if (entries.length === 0) return;
    const refusal = this.#node.proposeEntries(entries);
    if (refusal !== undefined) {
      // Leadership is being handed over, or too much is uncommitted: the queue waits, up to its deadlines.
      this.#queue = [...proposals, ...this.#queue];
      return;
    }
    if (this.#node.isLeader) {
      for (let at = 0; at < proposals.length; at++) {
        const proposal = proposals[at] as Proposal;
        const entry = entries[at] as Entry;
        proposal.index = entry.index;
        proposal.term = entry.term;
        this.#pending.add(proposal, this.#lostBound);
      }
    } else {
      for (const proposal of proposals) this.#forwarded.set(proposal.id, proposal);
    }
    this.#counters.proposalsPending = this.#pending.length + this.#forwarded.size;
  }

  /** The entry of a request, or undefined when it was refused (and told). */
  #encode(proposal: Proposal, overloaded: boolean): Entry | undefined {
    const { op } = proposal;
    const isClient = !proposal.isInternal;
    if (isClient && overloaded) {
      this.#failProposal(proposal, errors.tooManyRequests);
      return undefined;
    }
    this.#ids.next();
    let data: Uint8Array;
    let type: number = EntryType.EntryNormal;
    if (op.kind === 'v2') {
      proposal.id = this.#ids.toBigint();
      op.request.ID = proposal.id;
      data = V2Request.encode(op.request);
    } else if (isMembershipOp(op)) {
      proposal.id = this.#ids.toBigint();
      try {
        data = ConfChange.encode(this.#changes.prepare(op, proposal.id));
      } catch (error) {
        if (!(error instanceof EtcdError)) throw error;
        this.#failProposal(proposal, error);
        return undefined;
      }
      type = EntryType.EntryConfChange;
    } else {
      const logOp = this.#toLogOp(op);
      if (logOp === undefined || (isClient && !this.#fitsQuota(logOp, proposal))) {
        if (logOp === undefined) this.#failProposal(proposal, errors.notCapable);
        return undefined;
      }
      proposal.op = logOp;
      if (!this.#node.isLeader) proposal.id = this.#ids.toBigint();
      data = encodeEntry(logOp, this.#ids);
    }
    if (isClient && data.length > this.#parts.maxRequestBytes) {
      this.#failProposal(proposal, errors.requestTooLarge);
      return undefined;
    }
    return newEntry(type, data);
  }

  /** The form in which an op goes into the log; undefined without an auth store for one that needs it. */
  #toLogOp(op: Exclude<RaftOp | InternalOp, { kind: 'v2' | `member${string}` }>): LogOp | undefined {
    switch (op.kind) {
      case 'leaseGrant': {
        if (op.request.ID !== 0n) return op;
        let ID = randomLeaseId(this.#parts.random);
        while (this.#lessor.has(ID)) ID = randomLeaseId(this.#parts.random);
        return {
          kind: 'leaseGrant',
          request: { ...op.request, ID },
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
        return op.kind.startsWith('auth') && this.#parts.auth === undefined ? undefined : op;
    }
  }

  /** Refuses a write that would go over the quota before it costs space in the log. */
  #fitsQuota(op: LogOp, proposal: Proposal): boolean {
    let cost = 0;
    if (op.kind === 'put') cost = putCost(op.request);
    else if (op.kind === 'txn') cost = txnCost(op.request);
    else if (op.kind === 'leaseGrant') cost = leaseGrantCost();
    if (this.#quota.fits(cost)) return true;
    this.#counters.proposalsFailed++;
    this.#raiseNoSpace(proposal.sink);
    return false;
  }

  /** Tells `sink` noSpace once every member knows of the alarm. */
  #raiseNoSpace(sink: ResultSink | undefined): void {
    if (this.#alarms.noSpace) {
      if (sink !== undefined && !sink.cancelled) sink.failed(errors.noSpace);
      return;
    }
    if (sink !== undefined) this.#awaitingAlarm.push(sink);
    if (this.#alarmInFlight) return;
    this.#alarmInFlight = true;
    const { bytesInUse } = this.backend.size();
    this.#logger.warn('message exceeded backend quota; raising alarm', {
      'quota-size-bytes': this.#quota.limitBytes,
      'size-in-use-bytes': bytesInUse,
    });
    const request = AlarmRequest.create({
      action: AlarmAction.ACTIVATE,
      memberID: this.memberId,
      alarm: AlarmType.NOSPACE,
    });
    const told = (): void => {
      this.#alarmInFlight = false;
      const waiting = this.#awaitingAlarm;
      this.#awaitingAlarm = [];
      for (const waiter of waiting) if (!waiter.cancelled) waiter.failed(errors.noSpace);
    };
    this.#housekeeping.noteAlarmRaised();
    this.#submit({ kind: 'alarm', request, raw: undefined, requester: undefined }, told, told);
  }

  /** Proposes something of the member's own; not subject to the limits of clients. */
  #submit(
    op: RaftOp | InternalOp,
    done: (result: ApplyResult) => void,
    failed: (error: EtcdError) => void,
  ): void {
    if (this.#state !== 'running') {
      failed(errors.stopped);
      return;
    }
    const nowMs = this.#clock.nowMs();
    const proposal = new Proposal(
      op,
      new InternalSink(done, failed),
      nowMs,
      nowMs + this.#parts.requestTimeoutMs,
    );
    proposal.isInternal = true;
    this.#queue.push(proposal);
    this.#scheduleFlush();
  }

  // ------------------------------------------------------------------------------------------------------- apply

  #committed(entries: readonly Entry[]): void {
    this.#counters.proposalsCommitted = (entries[entries.length - 1] as Entry).index;
    this.#loop.push(entries);
    // Raft must not go on (and send votes or count them) before a membership change among them is in force.
    if (!this.#loop.isIdle && entries.some((entry) => entry.type !== EntryType.EntryNormal))
      this.#loop.drain();
  }

  #apply(entry: Entry): void {
    let proposal = this.#pending.take(entry.index, this.#lostBound);
    if (proposal !== undefined && proposal.term !== entry.term) {
      this.#lost(proposal);
      proposal = undefined;
    }
    try {
      this.#machine.apply(entry, proposal);
    } catch (error) {
      if (error instanceof FatalError) this.#fail(error);
      else throw error;
    }
    this.#snapshots.noteEntry(entry.data.length);
  }

  #progressed(entries: number, durationMs: number): void {
    this.#counters.proposalsApplied = this.#loop.appliedIndex;
    this.#counters.proposalsPending = this.#pending.length + this.#forwarded.size;
    this.#parts.observer?.applied(durationMs, entries);
    if (durationMs > SLOW_APPLY_MS) {
      this.#counters.slowApplies++;
      this.#logger.warn('apply request took too long', { took: `${durationMs.toFixed(1)}ms`, entries });
    }
    this.#reads.applied();
    this.lease.retry();
    this.#snapshots.maybeTake(this.#loop.appliedIndex, this.#loop.appliedTerm);
  }

  #takeForwarded(id: bigint): Proposal | undefined {
    if (this.#forwarded.size === 0) return undefined;
    const proposal = this.#forwarded.get(id);
    if (proposal !== undefined) this.#forwarded.delete(id);
    return proposal;
  }

  /** Another entry took the place of the request's: it was never committed. */
  #lost(proposal: Proposal): void {
    this.#failProposal(proposal, errors.leaderChanged);
  }

  #failProposal(proposal: Proposal, error: EtcdError): void {
    this.#counters.proposalsFailed++;
    const { sink } = proposal;
    proposal.sink = undefined;
    if (sink !== undefined && !sink.cancelled) sink.failed(error);
  }

  // ------------------------------------------------------------------------------------------------ leadership

  #softState(state: SoftState): void {
    const newLeader = state.leader !== this.#leaderId;
    this.#leaderId = state.leader;
    this.#counters.hasLeader = state.leader !== 0n;
    this.#counters.isLeader = state.role === Role.leader;
    if (state.role !== Role.leader) {
      this.#termBegan = false;
      this.#lessor.demote();
    }
    if (!newLeader) return;
    this.#leaderSinceMs = this.#clock.wallMs();
    if (state.leader !== 0n) {
      this.#counters.leaderChangesSeen++;
      this.#reads.leaderChanged();
      this.#scheduleFlush();
    }
    this.lease.retry();
    for (const listener of this.#leaderListeners) listener(state.leader);
  }

  /** This member leads and has applied everything of earlier terms. */
  #onTermBegan(term: number): void {
    if (!this.#node.isLeader || term !== this.#node.term) return;
    this.#termBegan = true;
    this.#lessor.promote(this.#parts.electionMs);
    this.lease.retry();
    this.#housekeeping.leads();
  }

  #ownReadIndex(): number | undefined {
    if (!this.#isSoleVoter || !this.#termBegan || !this.#node.isLeader) return undefined;
    return this.#node.committed;
  }

  #confStateOfNode(): void {
    this.#confState(this.#parts.storage.initialState().confState);
  }

  #confState(state: ConfState): void {
    this.#isSoleVoter =
      state.voters.length === 1 && state.votersOutgoing.length === 0 && state.voters[0] === this.memberId;
    this.#counters.isLearner = state.learners.includes(this.memberId);
    this.#snapshots.noteConfState(state);
  }

  /** A lone voter need not wait for an election timeout to win. */
  #campaignIfAlone(): void {
    if (!this.#isSoleVoter || this.#node.leader !== 0n || !this.#loop.isIdle) return;
    this.#node.campaign();
    this.#driver.pump();
  }

  #memberRemoved(id: bigint): void {
    this.#logger.info('removed member', { 'removed-remote-peer-id': hex64(id) });
    if (id !== this.memberId) {
      this.#transport?.removePeer(id);
      return;
    }
    this.#clock.setTimer(REMOVED_STOP_DELAY_MS, () => {
      this.#fail(new FatalError('the member has been permanently removed from the cluster'));
    });
  }

  // ------------------------------------------------------------------------------------------------------- time

  #scheduleTick(): void {
    this.#ticker = this.#clock.setTimer(this.#parts.heartbeatMs, () => {
      if (this.#state === 'failed' || this.#state === 'stopped') return;
      this.#scheduleTick();
      this.#tick();
    });
  }

  #tick(): void {
    this.#node.tick();
    this.#campaignIfAlone();
    this.#driver.pump();
    if (this.#pending.length === 0) this.#driver.saveCommit();
    const nowMs = this.#clock.nowMs();
    this.#expireRequests(nowMs);
    this.#reads.tick();
    if (nowMs >= this.#nextLeaseTickMs) {
      this.#nextLeaseTickMs = nowMs + LEASE_TICK_MS;
      this.lease.retry();
      this.#lessor.tick();
    }
    this.#housekeeping.tick(nowMs);
  }

  #expireRequests(nowMs: number): void {
    if (this.#queue.length > 0 && (this.#queue[0] as Proposal).deadlineMs <= nowMs) {
      const queue = this.#queue;
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

  /** The request may still be applied; its owner is told what is most likely wrong. */
  #timedOut(proposal: Proposal): void {
    if (proposal.sink === undefined) return;
    this.#failProposal(proposal, this.#timeoutError(proposal.startedMs));
  }

  #timeoutError(startedMs: number): EtcdError {
    const transport = this.#transport;
    if (transport === undefined || this.#leaderId === 0n) return errors.timeout;
    const connected = (id: bigint): boolean => {
      const since = transport.activeSinceMs(id);
      return since !== undefined && since <= startedMs;
    };
    if (!this.isLeader())
      return connected(this.#leaderId) ? errors.timeout : errors.timeoutDueToConnectionLost;
    const members = this.#cluster.members();
    const reached = members.filter((member) => member.id === this.memberId || connected(member.id)).length;
    return reached >= Math.floor(members.length / 2) + 1 ? errors.timeout : errors.timeoutDueToConnectionLost;
  }

  // ------------------------------------------------------------------------------------------------------ others

  /** Revokes expired leases; only after a check that this member still leads, for a deposed leader must not. */
  revokeExpired(ids: readonly bigint[]): void {
    this.#housekeeping.revokeExpired(ids);
  }

  /** Writes the remaining time of leases down. */
  checkpointLeases(records: readonly { readonly id: bigint; readonly remainingTtlSeconds: number }[]): void {
    this.#housekeeping.checkpointLeases(records);
  }

  leasesExpired(count: number): void {
    this.#counters.leasesExpired += count;
  }

  #onPublished(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#logger.info('ready to serve client requests', { 'local-member-id': hex64(this.memberId) });
    for (const listener of this.#readyListeners) listener();
    this.#readyListeners.clear();
  }
}
