// The member: requests in, log, state machine, answers out. One flush per turn of the event loop does it all. This file
// puts the parts together and owns the lifecycle; what each part does is in its own file (see DESIGN.md).
import { AssertionError, EtcdError, errors, FatalError, hex64, type Timer } from '@quorate/base';
import { type AlarmMember, AlarmType, type RangeRequest, type TxnRequest } from '@quorate/proto';
import {
  type ConfState,
  type Entry,
  EntryType,
  type Message,
  MessageType,
  type RawNode,
  type Snapshot,
  type SoftState,
} from '@quorate/raft';
import type { Backend, MvccStore } from '@quorate/storage';
import type { V2Store } from '@quorate/v2store';
import { alarmName } from '../apply/applier.ts';
import { runRange, toEtcdError } from '../apply/range.ts';
import { runReadTxn } from '../apply/txn.ts';
import type { LeaseCheckpointRecord } from '../lease/lessor.ts';
import { LEASE_TICK_MS } from '../lease/limits.ts';
import type { Cluster } from '../membership/cluster.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';
import { removedFromCluster } from '../membership/removed.ts';
import { ApplyLoop } from './apply-loop.ts';
import { DiskWatch } from './disk-watch.ts';
import { Housekeeping } from './housekeeping.ts';
import { Leadership } from './leadership.ts';
import { LeaseService } from './lease-service.ts';
import {
  CAMPAIGN_SPREAD,
  HASTY_CAMPAIGNS,
  REMOVED_STOP_DELAY_MS,
  SLOW_APPLY_MS,
  STOP_DRAIN_MS,
  STOP_POLL_MS,
} from './limits.ts';
import { Listeners } from './listeners.ts';
import { LogDriver } from './log-driver.ts';
import type { MemberParts } from './member-parts.ts';
import { MembershipChanges } from './membership-changes.ts';
import { PeerMessages } from './peer-messages.ts';
import { Proposals } from './proposals.ts';
import { QuotaAlarm, type Submit } from './quota-alarm.ts';
import { ReadBarriers } from './read-barriers.ts';
import type {
  FollowerStats,
  MemberApi,
  MemberCounters,
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
  readonly #node: RawNode;
  readonly #cluster: Cluster;
  readonly #transport: PeerTransport | undefined;
  readonly #driver: LogDriver;
  readonly #loop: ApplyLoop;
  readonly #diskWatch: DiskWatch;
  readonly #machine: StateMachine;
  readonly #proposals: Proposals;
  readonly #reads: ReadBarriers;
  readonly #snapshots: SnapshotKeeper;
  readonly #housekeeping: Housekeeping;
  readonly #quotaAlarm: QuotaAlarm;
  readonly #leadership: Leadership;
  readonly #statistics: Statistics;
  readonly #peerMessages: PeerMessages;
  readonly #counters: Counters;

  #state: State = 'running';
  #failure: FatalError | undefined;
  #stopPromise: Promise<void> | undefined;
  /** Requests refused on arrival; told in the flush. */
  #refused: { readonly sink: ResultSink | ReadSink; readonly error: EtcdError }[] = [];
  #flushScheduled = false;
  /** When the first request of this turn came. */
  #turnMs = 0;
  #isReady = false;
  #ticker: Timer | undefined;
  #nextLeaseTickMs = 0;
  readonly #stoppingListeners = new Listeners<[]>();
  readonly #readyListeners = new Listeners<[]>();
  readonly #alarmListeners = new Listeners<[]>();
  #quarantined = false;
  readonly #flushBound = (): void => this.#flush();

  constructor(parts: MemberParts) {
    const { clock, logger, settings, cluster, node, lessor, storage } = parts;
    this.#parts = parts;
    this.name = settings.name;
    this.memberId = cluster.localId;
    this.clusterId = cluster.clusterId;
    this.kv = parts.kv;
    this.backend = parts.backend;
    this.v2 = parts.v2;
    this.membership = cluster;
    this.#node = node;
    this.#cluster = cluster;
    this.#counters = new Counters(lessor.counters);
    this.counters = this.#counters;
    this.#peerMessages = new PeerMessages(parts);
    this.#statistics = new Statistics(settings.name, this.memberId, clock);
    this.#transport = parts.createTransport?.(this);
    const transport = this.#transport;
    this.#leadership = new Leadership({
      ...parts,
      transport,
      counters: this.#counters,
      electionMs: settings.electionMs,
      heartbeatMs: settings.heartbeatMs,
    });
    const submit: Submit = (op, done, failed) => {
      if (this.#state !== 'running') return failed(errors.stopped);
      this.#proposals.addInternal(op, done, failed);
      this.#scheduleFlush();
    };
    this.#quotaAlarm = new QuotaAlarm({
      ...parts,
      memberId: this.memberId,
      isLeader: () => this.isLeader(),
      submit,
    });
    this.#proposals = new Proposals({
      ...parts,
      memberId: this.memberId,
      changes: new MembershipChanges({
        cluster,
        node,
        transport,
        clock,
        strict: settings.strictReconfigCheck,
      }),
      maxRequestBytes: settings.maxRequestBytes,
      timeoutMs: settings.requestTimeoutMs,
      hooks: {
        appliedIndex: () => this.#loop.appliedIndex,
        timeoutError: (startedMs) => this.#leadership.timeoutError(startedMs),
        outOfSpace: (sink) => this.#quotaAlarm.raise(sink),
        failed: () => {
          this.#counters.proposalsFailed++;
        },
      },
    });
    this.#reads = new ReadBarriers(this.memberId, clock, settings.requestTimeoutMs, {
      ownReadIndex: () => this.#leadership.ownReadIndex(),
      requestReadIndex: (context) => node.readIndex(context),
      appliedIndex: () => this.#loop.appliedIndex,
    });
    this.#loop = new ApplyLoop(
      clock,
      {
        apply: (entry) => this.#apply(entry),
        progressed: (entries, durationMs) => this.#progressed(entries, durationMs),
      },
      parts.snapshotIndex,
      parts.snapshotTerm,
    );
    this.#driver = new LogDriver({
      ...parts,
      transport,
      hooks: {
        softState: (state) => this.#softState(state),
        readStates: (states) => this.#reads.confirm(states),
        committed: (entries) => this.#committed(entries),
        snapshot: (snapshot) => this.#takeSnapshot(snapshot),
        replaced: () => this.#replaced(),
        synced: (_durationMs, lastIndex) => this.#diskWatch.synced(lastIndex),
        resumed: () => this.#flush(),
        failed: (error) => this.#fail(error),
      },
    });
    this.#diskWatch = new DiskWatch({
      ...parts,
      transport,
      electionMs: settings.electionMs,
      stalledMs: (nowMs) => this.#driver.stalledMs(nowMs),
      averageSyncMs: () => this.#driver.averageSyncMs,
    });
    this.#machine = new StateMachine({
      ...parts,
      hooks: {
        applyConfChange: (change) => node.applyConfChange(change),
        confState: (state) => this.#confState(state),
        memberAdded: (member) => this.#memberAdded(member),
        memberUpdated: (member) => {
          if (member.id !== this.memberId) transport?.updatePeer(member.id, member.peerURLs);
        },
        memberRemoved: (id) => this.#memberRemoved(id),
        termBegan: (term) => this.#onTermBegan(term),
        takeForwarded: (id) => this.#proposals.takeForwarded(id),
        nowWallMs: () => clock.wallMs(),
        quotaExceeded: (sink) => this.#quotaAlarm.raise(sink),
      },
    });
    this.lease = new LeaseService(lessor, transport, settings.requestTimeoutMs, {
      nowMs: () => clock.nowMs(),
      isLeader: () => this.isLeader(),
      leaderId: () => this.#leadership.leaderId,
      isBehind: () => this.#loop.appliedIndex < node.committed,
      isStopping: () => this.isStopping(),
      isInDoubt: () => this.#leadership.isInDoubt(clock.nowMs()),
    });
    this.#snapshots = new SnapshotKeeper({
      ...parts,
      ...settings,
      catchUpEntries: settings.snapshotCatchUpEntries,
      // The log must say that the snapshot's index is committed: a restart takes no snapshot beyond that.
      whenIdle: (work) =>
        this.#driver.whenIdle(() => {
          this.#driver.saveCommit();
          work();
        }),
      confState: storage.initialState().confState,
      onSaved: (durationMs) => {
        this.#counters.snapshotsSaved++;
        parts.observer?.snapshotSaved(durationMs);
      },
      onError: (error) => this.#fail(error),
    });
    this.#housekeeping = new Housekeeping({
      ...parts,
      member: this,
      transport,
      clientURLs: settings.clientURLs,
      versionLimit: settings.clusterVersionLimit,
      downgradeCheckMs: settings.downgradeCheckMs,
      checkpointEnded: (records, isApplied) => lessor.checkpointEnded(records, isApplied),
      submit,
      onPublished: () => this.#onPublished(logger),
    });
  }

  /** Starts the loop: replays what is committed, elects, publishes. Called once, by createMember. */
  start(): void {
    this.alarmsChanged();
    this.#confState(this.#parts.storage.initialState().confState);
    for (const member of this.#cluster.members()) {
      if (member.id !== this.memberId) this.#transport?.addPeer(member.id, member.peerURLs);
    }
    this.#nextLeaseTickMs = this.#parts.clock.nowMs() + LEASE_TICK_MS;
    this.#driver.pump();
    this.#campaignIfAlone();
    this.#scheduleTick();
    this.#housekeeping.start();
  }

  // -------------------------------------------------------------------------------------------- MemberApi: state

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
    return this.#leadership.leaderId;
  }

  isLeader(): boolean {
    return this.#leadership.isLocal;
  }

  isLearner(): boolean {
    return this.#cluster.isLocalLearner();
  }

  isStopping(): boolean {
    return this.#state !== 'running';
  }

  alarms(): readonly AlarmMember[] {
    return this.#parts.alarms.list(AlarmType.NONE);
  }

  onAlarm(listener: () => void): () => void {
    return this.#alarmListeners.add(listener);
  }

  isQuarantined(): boolean {
    return this.#quarantined;
  }

  /** An alarm was raised or lowered. */
  alarmsChanged(): void {
    const { alarms, settings } = this.#parts;
    this.#quarantined =
      settings.quarantineWhenCorrupt && alarms.find(this.memberId, AlarmType.CORRUPT) !== undefined;
    this.#alarmListeners.tell();
  }

  status(): MemberStatus {
    const size = this.backend.size();
    const { limitBytes } = this.#parts.quota;
    const problems: string[] = [];
    if (this.#leadership.leaderId === 0n) problems.push(errors.noLeader.message);
    for (const alarm of this.alarms()) {
      problems.push(`memberID:${alarm.memberID} alarm:${alarmName(alarm.alarm)} `);
    }
    return {
      dbSize: size.bytes,
      dbSizeInUse: size.bytesInUse,
      dbSizeQuota: Number.isFinite(limitBytes) ? limitBytes : 0,
      storageVersion: this.#cluster.clusterVersion() ?? '',
      errors: problems,
      downgradeInfo: this.#cluster.downgradeInfo(),
    };
  }

  selfStats(): SelfStats {
    return this.#statistics.self(this.#node.role, this.#leadership.leaderId, this.#leadership.leaderSinceMs);
  }

  leaderStats(): readonly FollowerStats[] | undefined {
    return this.isLeader() ? this.#statistics.followers() : undefined;
  }

  onLeaderChange(listener: (leaderId: bigint) => void): () => void {
    return this.#leadership.changed.add(listener);
  }

  onStopping(listener: () => void): () => void {
    return this.#stoppingListeners.add(listener);
  }

  onReady(listener: () => void): () => void {
    if (!this.#isReady) return this.#readyListeners.add(listener);
    listener();
    return () => {};
  }

  // ----------------------------------------------------------------------------------------- MemberApi: requests

  propose(op: RaftOp, sink: ResultSink): void {
    this.#scheduleFlush();
    if (
      op.kind === 'memberPromote' &&
      this.#state === 'running' &&
      this.#forwardPromotion(op.request.id, sink)
    ) {
      return;
    }
    if (this.#state !== 'running') this.#refused.push({ sink, error: errors.stopped });
    else if (!this.#proposals.add(op, sink, this.#turnMs)) {
      this.#refused.push({ sink, error: errors.tooManyRequests });
    }
  }

  /** Only the leader knows how far a learner is: the request goes there. False when there is nobody to ask. */
  #forwardPromotion(id: bigint, sink: ResultSink): boolean {
    const leader = this.#leadership.leaderId;
    if (this.isLeader() || leader === 0n || this.#transport === undefined) return false;
    this.#transport.promoteMember(leader, id).then(
      () => {
        // What the leader has applied is applied here once a read of now is answered.
        this.readBarrier({
          cancelled: false,
          ready: () => {
            if (sink.cancelled) return;
            sink.done({
              kind: 'memberPromote',
              revision: this.kv.revision,
              member: this.#cluster.member(id),
              members: this.#cluster.members(),
            });
          },
          failed: (error) => {
            if (!sink.cancelled) sink.failed(error);
          },
        });
      },
      (error: unknown) => {
        if (!sink.cancelled) sink.failed(error instanceof EtcdError ? error : errors.timeout);
      },
    );
    return true;
  }

  readBarrier(sink: ReadSink): void {
    this.#scheduleFlush();
    if (this.#state !== 'running') this.#refused.push({ sink, error: errors.stopped });
    else if (!this.#reads.add(sink)) this.#refused.push({ sink, error: errors.tooManyRequests });
  }

  range(request: RangeRequest): RangeOutcome {
    return runRange(this.kv, request);
  }

  readTxn(request: TxnRequest): TxnResult {
    try {
      return runReadTxn(this.kv, this.#parts.lessor, request);
    } catch (error) {
      throw error instanceof EtcdError ? error : toEtcdError(error);
    }
  }

  async defragment(): Promise<void> {
    this.#parts.logger.info('starting defragment');
    await this.backend.defragment();
    this.#parts.logger.info('finished defragment');
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
      const deadline = this.#parts.clock.setTimer(this.#parts.settings.requestTimeoutMs, () => {
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

  // ------------------------------------------------------------------------------------------------ PeerReceiver

  step(message: Message): void {
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    this.#peerMessages.step(message);
    // A client of that follower waits.
    if (message.type === MessageType.MsgProp) this.#driver.followerAwaits(this.#node.lastIndex);
    this.#scheduleFlush();
  }

  takesSnapshots(): boolean {
    return this.#state === 'running' && !this.#node.hasPendingSnapshot;
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

  appendSent(id: bigint, latencyMs: number, succeeded: boolean): void {
    this.#statistics.sent(id, latencyMs, succeeded);
  }

  appliedState() {
    const { backend, v2 } = this;
    const { appliedIndex: index, appliedTerm: term } = this.#loop;
    return { backend, v2, index, term, confState: this.#snapshots.confState };
  }

  peerReachable(id: bigint): void {
    if (this.#state !== 'running') return;
    this.#node.reportReachable(id);
    this.#scheduleFlush();
  }

  /** Waiting out the election timeout is for leaders that may still be alive; of this one only the process' end is left. */
  peerGone(id: bigint): void {
    if (this.#state !== 'running' || id !== this.#leadership.leaderId || id === this.memberId) return;
    this.#parts.logger.warn('the leader is gone; not waiting for the election timeout', {
      'leader-member-id': hex64(id),
    });
    this.#node.forgetLeader();
    this.#driver.pump();
    this.#campaignSoon(HASTY_CAMPAIGNS);
  }

  /** Not at the same moment as the others; and again, should votes have been split or refused. */
  #campaignSoon(attempts: number): void {
    const { clock, random, settings } = this.#parts;
    clock.setTimer((0.5 + random.nextFloat() * CAMPAIGN_SPREAD) * settings.heartbeatMs, () => {
      if (this.#state !== 'running' || this.#node.leader !== 0n) return;
      this.#node.campaign();
      this.#driver.pump();
      if (attempts > 1) this.#campaignSoon(attempts - 1);
    });
  }

  appendReceived(): void {
    this.#statistics.recvAppendRequests++;
  }

  // -------------------------------------------------------------------------------------------- effects of leases

  /** Revokes expired leases through the log. */
  revokeExpired(ids: readonly bigint[]): void {
    this.#housekeeping.revokeExpired(ids);
  }

  /** Writes the remaining time of leases into the log. */
  checkpointLeases(records: readonly LeaseCheckpointRecord[]): void {
    this.#housekeeping.checkpointLeases(records);
  }

  leasesExpired(count: number): void {
    this.#counters.leasesExpired += count;
  }

  // -------------------------------------------------------------------------------------------------------- stop

  /** Stops gracefully: finishes what is in flight, commits the backend, closes the log. */
  stop(): Promise<void> {
    this.#stopPromise ??= this.#stop();
    return this.#stopPromise;
  }

  async #stop(): Promise<void> {
    if (this.#state === 'running') {
      // With nobody to take it over, requests are refused from this very moment on.
      if (this.isLeader() && this.#heir() !== undefined) await this.#handLeadershipOver();
      if (this.#state === 'running') this.#beginStopping();
      this.#flush();
      const { clock } = this.#parts;
      const giveUpMs = clock.nowMs() + STOP_DRAIN_MS;
      while (this.#hasWorkInFlight() && clock.nowMs() < giveUpMs) {
        await new Promise<void>((resolve) => clock.setTimer(STOP_POLL_MS, resolve));
      }
      await this.#snapshots.finish();
    }
    await this.#close();
  }

  #hasWorkInFlight(): boolean {
    if (this.#state === 'failed') return false;
    const requests = this.#proposals.queued + this.#proposals.pending;
    return requests > 0 || this.#driver.isSyncing || !this.#loop.isIdle;
  }

  #beginStopping(): void {
    this.#state = 'stopping';
    this.#stoppingListeners.tell();
    this.#stoppingListeners.clear();
  }

  async #close(): Promise<void> {
    const failed = this.#state === 'failed';
    this.#halt();
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

  /** Nothing moves any more, and everybody who waits is told. */
  #halt(): void {
    this.#ticker?.cancel();
    this.#housekeeping.stop();
    this.#loop.stop();
    this.#deliverRefusals();
    this.#proposals.abandon(errors.stopped);
    this.#quotaAlarm.abandon();
    this.#reads.stop();
    this.lease.stop();
  }

  /** The store that came with it is on disk already; from the next start on it counts. @throws FatalError */
  #takeSnapshot(snapshot: Snapshot): void {
    const { snapshotter, wal, logger, onReplaced } = this.#parts;
    if (onReplaced === undefined) {
      throw new FatalError('a snapshot came from a peer; this member cannot take one');
    }
    const { index, term, confState } = snapshot.metadata;
    logger.info('applying snapshot', {
      'current-applied-index': this.#loop.appliedIndex,
      'incoming-leader-snapshot-index': index,
      'incoming-leader-snapshot-term': term,
    });
    snapshotter.save(snapshot);
    wal.saveSnapshot({ index, term, confState });
  }

  #replaced(): void {
    if (this.#state === 'running') this.#beginStopping();
    this.#halt();
    this.#parts.onReplaced?.();
  }

  /** The voter that has been connected for longest. */
  #heir(): bigint | undefined {
    let heir: bigint | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const { id } of this.#cluster.votingMembers()) {
      const activeSince = id === this.memberId ? undefined : this.#transport?.activeSinceMs(id);
      if (activeSince === undefined || activeSince >= since) continue;
      since = activeSince;
      heir = id;
    }
    return heir;
  }

  /** Hands leadership over before a stop, so that the others need no election. Best effort: they have one if it fails. */
  async #handLeadershipOver(): Promise<void> {
    if (!this.isLeader()) return;
    const target = this.#heir();
    if (target === undefined) return;
    const { logger } = this.#parts;
    const fields = { 'local-member-id': hex64(this.memberId), 'transferee-member-id': hex64(target) };
    logger.info('leadership transfer starting', fields);
    try {
      await this.moveLeader(target);
      logger.info('leadership transfer finished', fields);
    } catch (error) {
      logger.warn('leadership transfer failed', { ...fields, error: (error as Error).message });
    }
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
    this.#parts.lessor.demote();
    this.#parts.logger.error('the member cannot go on', { error: error.message });
    this.#halt();
    this.#parts.onFatal(error);
  }

  /** Why the member stopped by itself, if it did. */
  get failure(): FatalError | undefined {
    return this.#failure;
  }

  /** Takes a failure found outside of the loop (backend, store). */
  reportFailure(cause: unknown): void {
    this.#fail(cause);
  }

  // ------------------------------------------------------------------------------------------------------- flush

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    // Requests of one turn share its time: looking at the clock for each would show.
    this.#turnMs = this.#parts.clock.nowMs();
    this.#parts.clock.defer(this.#flushBound);
  }

  #flush(): void {
    this.#flushScheduled = false;
    this.#deliverRefusals();
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    // Reads first: they need not wait for this turn's sync.
    this.#reads.flush();
    // While a sync is under way the next batch gathers.
    const hasMore = !this.#driver.isSyncing && this.#proposals.flush();
    this.#driver.pump();
    if (hasMore) this.#scheduleFlush();
  }

  #deliverRefusals(): void {
    if (this.#refused.length === 0) return;
    const refused = this.#refused;
    this.#refused = [];
    for (const { sink, error } of refused) if (!sink.cancelled) sink.failed(error);
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
    try {
      this.#machine.apply(entry, this.#proposals.take(entry.index, entry.term));
    } catch (error) {
      if (!(error instanceof FatalError)) throw error;
      this.#fail(error);
    }
    this.#snapshots.noteEntry(entry.data.length);
  }

  #progressed(entries: number, durationMs: number): void {
    this.#counters.proposalsApplied = this.#loop.appliedIndex;
    this.#counters.proposalsPending = this.#proposals.pending;
    this.#parts.observer?.applied(durationMs, entries);
    if (durationMs > SLOW_APPLY_MS) {
      this.#counters.slowApplies++;
      const took = `${durationMs.toFixed(1)}ms`;
      this.#parts.logger.warn('apply request took too long', { took, entries });
    }
    this.#reads.applied();
    this.lease.retry();
    this.#snapshots.maybeTake(this.#loop.appliedIndex, this.#loop.appliedTerm);
    if (this.#proposals.queued > 0) this.#scheduleFlush();
  }

  // -------------------------------------------------------------------------------------------------- leadership

  #softState(state: SoftState): void {
    if (!this.#leadership.softState(state)) return;
    if (state.leader !== 0n) {
      this.#reads.leaderChanged();
      this.#housekeeping.leaderKnown();
      this.#scheduleFlush();
    }
    this.lease.retry();
    this.#leadership.changed.tell(state.leader);
  }

  #onTermBegan(term: number): void {
    this.#proposals.termBegan(term);
    if (!this.#leadership.termBegan(term)) return;
    this.lease.retry();
    this.#housekeeping.leads();
  }

  #confState(state: ConfState): void {
    this.#leadership.confState(state);
    this.#snapshots.noteConfState(state);
  }

  /** A lone voter need not wait for an election timeout to win. */
  #campaignIfAlone(): void {
    if (!this.#leadership.isSoleVoter || this.#node.leader !== 0n || !this.#loop.isIdle) return;
    this.#node.campaign();
    this.#driver.pump();
  }

  #memberAdded(member: ClusterMember): void {
    if (member.id !== this.memberId) this.#transport?.addPeer(member.id, member.peerURLs);
    this.#parts.logger.info('added member', {
      'cluster-id': hex64(this.clusterId),
      'local-member-id': hex64(this.memberId),
      'added-peer-id': hex64(member.id),
      'added-peer-peer-urls': member.peerURLs,
    });
  }

  #memberRemoved(id: bigint): void {
    this.#parts.logger.info('removed member', { 'removed-remote-peer-id': hex64(id) });
    this.#statistics.forget(id);
    if (id !== this.memberId) {
      this.#transport?.removePeer(id);
      return;
    }
    // A leader stays for the moment that it takes the others to learn of this, and names its heir.
    this.#parts.clock.setTimer(2 * this.#parts.settings.heartbeatMs, () => {
      const heir = this.#heir();
      if (this.#state !== 'running' || !this.#node.isLeader || heir === undefined) return;
      this.#node.transferLeader(heir);
      this.#driver.pump();
    });
    this.#parts.clock.setTimer(REMOVED_STOP_DELAY_MS, () => {
      this.#fail(removedFromCluster());
    });
  }

  #onPublished(logger: MemberParts['logger']): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#quotaAlarm.caughtUp();
    logger.debug('the member serves requests', { 'local-member-id': hex64(this.memberId) });
    this.#readyListeners.tell();
    this.#readyListeners.clear();
  }

  /** After the loop was held up: leases are not renewed before a quorum has said that this member still leads. */
  #confirmLeadership(): void {
    this.readBarrier({
      cancelled: false,
      ready: () => {
        this.#leadership.confirmed(true);
        this.lease.retry();
      },
      failed: () => this.#leadership.confirmed(false),
    });
  }

  // -------------------------------------------------------------------------------------------------------- time

  #scheduleTick(): void {
    this.#ticker = this.#parts.clock.setTimer(this.#parts.settings.heartbeatMs, () => {
      if (this.#state === 'failed' || this.#state === 'stopped') return;
      this.#scheduleTick();
      this.#tick();
    });
  }

  #tick(): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#node.tick();
    this.#campaignIfAlone();
    this.#diskWatch.tick(nowMs);
    this.#driver.pump();
    if (this.#leadership.ticked(nowMs)) this.#confirmLeadership();
    if (this.#proposals.pending === 0) this.#driver.saveCommit();
    this.#proposals.expire(nowMs);
    if (this.#proposals.queued > 0) this.#scheduleFlush();
    this.#reads.tick();
    this.#counters.slowReadIndexes = this.#reads.slow;
    this.#counters.readIndexesFailed = this.#reads.failed;
    if (nowMs >= this.#nextLeaseTickMs) {
      this.#nextLeaseTickMs = nowMs + LEASE_TICK_MS;
      this.lease.retry();
      this.#parts.lessor.tick();
    }
    this.#quotaAlarm.tick(nowMs);
    this.#housekeeping.tick(nowMs);
  }
}
