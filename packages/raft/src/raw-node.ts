// The node as its application drives it: tick, step, propose; take a Ready, do what it says, advance.
import { assert } from '@quorate/base';
import { type AnyConfChange, asConfChangeV2, confChangeEntry } from './confchange/codec.ts';
import { type Config, checkConfig } from './config.ts';
import { heartbeatTo } from './heartbeat.ts';
import { applyConfChange } from './membership.ts';
import {
  entriesSize,
  equalHardStates,
  isEmptyHardState,
  isLocalMessage,
  isLocalTarget,
  isResponseMessage,
  newEntry,
  newMessage,
} from './messages.ts';
import { Raft } from './raft.ts';
import {
  appendRequest,
  appendResponse,
  applyRequest,
  applyResponse,
  mustSync,
  needsAppendResponse,
} from './ready.ts';
import { INVALID_MESSAGE, LOCAL_MESSAGE, type Refusal, UNKNOWN_PEER } from './refusal.ts';
import { announceCommit } from './replication.ts';
import { type BasicStatus, basicStatus, type Status, status } from './status.ts';
import type { ConfState, Entry, HardState, Message, Ready, SoftState } from './types.ts';
import { ConfChangeType, EntryType, MessageType, NO_NODE, Role } from './types.ts';
import { isWellFormed } from './well-formed.ts';

/** A founding member of a group, with what the application wants to remember of it in its first log entries. */
export interface Peer {
  readonly id: bigint;
  readonly context: Uint8Array;
}

/** How sending a snapshot ended. */
export type SnapshotOutcome = 'finished' | 'failed';

const NO_HARD_STATE: HardState = { term: 0, vote: 0n, commit: 0 };

/**
 * One raft node, single-threaded and synchronous. Calls that had no effect return a Refusal, undefined otherwise.
 * After `ready()` the application must call `advance()` before the next `ready()`, unless storage writes are
 * asynchronous: then it delivers the responses of the MsgStorageAppend and MsgStorageApply messages with `step`.
 */
export class RawNode {
  readonly #raft: Raft;
  readonly #asyncStorage: boolean;
  #previousLeader = NO_NODE;
  #previousRole: Role = Role.follower;
  #previousHardState: HardState;
  /** Promises to this node itself, kept once what they wait for is stable. */
  #stepsOnAdvance: Message[] = [];
  #awaitsAdvance = false;

  /** @throws ConfigError */
  constructor(config: Config) {
    this.#raft = new Raft(checkConfig(config));
    this.#asyncStorage = config.asyncStorageWrites ?? false;
    const soft = this.#raft.softState();
    this.#previousLeader = soft.leader;
    this.#previousRole = soft.role;
    this.#previousHardState = this.#raft.hardState();
  }

  get id(): bigint {
    return this.#raft.id;
  }

  /** The inner state, for tests and tools; nothing outside of this package may change it. */
  get raft(): Raft {
    return this.#raft;
  }

  // Cheap views of single fields for the server's hot path.
  get term(): number {
    return this.#raft.term;
  }
  get leader(): bigint {
    return this.#raft.leader;
  }
  get role(): Role {
    return this.#raft.role;
  }
  get isLeader(): boolean {
    return this.#raft.isLeader();
  }
  get committed(): number {
    return this.#raft.log.committed;
  }
  get applied(): number {
    return this.#raft.log.applied;
  }
  get lastIndex(): number {
    return this.#raft.log.lastIndex();
  }
  /** Whether a leader's snapshot has taken the place of the log and is not known to be stored. */
  get hasPendingSnapshot(): boolean {
    return this.#raft.log.unstable.snapshot !== undefined;
  }

  /**
   * Founds a group: fills an empty log with committed entries that add the given members, all of which found it
   * with the same list. Must be called once, before anything else, with an empty storage.
   */
  bootstrap(peers: readonly Peer[]): void {
    const raft = this.#raft;
    assert(peers.length > 0, 'a group is founded by at least one member');
    assert(raft.log.lastIndex() === 0, 'only an empty log can be bootstrapped');
    // Nothing has been written: the first Ready carries the whole hard state.
    this.#previousHardState = NO_HARD_STATE;
    raft.becomeFollower(1, NO_NODE);
    const changes = peers.map(({ id, context }) => ({
      ID: 0n,
      type: ConfChangeType.ConfChangeAddNode,
      nodeID: id,
      context,
    }));
    const entries = changes.map((change, at) => {
      const entry = confChangeEntry(change);
      entry.term = 1;
      entry.index = at + 1;
      return entry;
    });
    raft.log.append(entries);
    raft.log.commitTo(entries.length);
    // In force at once, so that the node can campaign before it has applied them (again, without effect).
    for (const change of changes) applyConfChange(raft, asConfChangeV2(change));
  }

  /** A tick of the clock has passed. */
  tick(): void {
    this.#raft.tick();
  }

  /** Starts an election. */
  campaign(): Refusal | undefined {
    return this.#raft.step(this.#raft.message(MessageType.MsgHup, NO_NODE));
  }

  /** Proposes one entry with this payload. */
  propose(data: Uint8Array): Refusal | undefined {
    return this.proposeEntries([newEntry(EntryType.EntryNormal, data)]);
  }

  /**
   * Proposes entries, all or none. A leader numbers them in place (`term`, `index`), so that the caller knows
   * where each one will be; array and entries must not be changed afterwards.
   */
  proposeEntries(entries: Entry[]): Refusal | undefined {
    const message = newMessage(MessageType.MsgProp, NO_NODE);
    message.from = this.#raft.id;
    message.entries = entries;
    return this.#raft.step(message);
  }

  /** Proposes a membership change. A leader that cannot accept it now logs why and appends an empty entry. */
  proposeConfChange(change: AnyConfChange): Refusal | undefined {
    return this.proposeEntries([confChangeEntry(change)]);
  }

  /**
   * Applies a committed membership change and returns the configuration then in force. To be called for each
   * such entry, unless the application rejects it; then it must be called with a change of node 0, or not at all.
   * @throws ConfChangeError
   */
  applyConfChange(change: AnyConfChange): ConfState {
    return applyConfChange(this.#raft, asConfChangeV2(change));
  }

  /** Takes in a message from a peer or a local storage thread. */
  step(message: Message): Refusal | undefined {
    if (!isLocalTarget(message.from)) {
      if (isLocalMessage(message.type)) return LOCAL_MESSAGE;
      if (!isWellFormed(message)) return INVALID_MESSAGE;
      if (isResponseMessage(message.type) && this.#raft.tracker.get(message.from) === undefined) {
        return UNKNOWN_PEER;
      }
    }
    return this.#raft.step(message);
  }

  /**
   * Asks for a point from which reads are linearizable; the answer comes as a ReadState with the same context.
   * It may never come (no leader, lost message, change of leader): the caller asks again after a while.
   */
  readIndex(requestContext: Uint8Array): void {
    const message = this.#raft.message(MessageType.MsgReadIndex, NO_NODE);
    message.from = NO_NODE;
    message.entries = [newEntry(EntryType.EntryNormal, requestContext)];
    this.#raft.step(message);
  }

  /** `id` can be reached from now on: a leader need not wait for its next round of heartbeats. */
  reportReachable(id: bigint): void {
    heartbeatTo(this.#raft, id);
  }

  /** The last message to `id` could not be delivered. */
  reportUnreachable(id: bigint): void {
    const message = newMessage(MessageType.MsgUnreachable, NO_NODE);
    message.from = id;
    this.#raft.step(message);
  }

  /** Sending the snapshot of a MsgSnap to `id` has ended. Must be called in either case, or `id` waits forever. */
  reportSnapshot(id: bigint, outcome: SnapshotOutcome): void {
    const message = newMessage(MessageType.MsgSnapStatus, NO_NODE);
    message.from = id;
    message.reject = outcome === 'failed';
    this.#raft.step(message);
  }

  /** Asks the leader to hand leadership to `target`. */
  transferLeader(target: bigint): void {
    const message = newMessage(MessageType.MsgTransferLeader, NO_NODE);
    message.from = target;
    this.#raft.step(message);
  }

  /** Gives up the known leader within its term, so that another one can be elected without waiting. */
  forgetLeader(): void {
    this.#raft.step(this.#raft.message(MessageType.MsgForgetLeader, NO_NODE));
  }

  /** Gives leadership up within its term, for a leader that cannot do its work. Without effect on others. */
  stepDown(): void {
    const raft = this.#raft;
    if (raft.isLeader()) raft.becomeFollower(raft.term, NO_NODE);
  }

  /**
   * Takes what need not wait for the writes of a Ready that is under way: the messages of a leader, which promise nothing
   * about its own log, and points for reads. Undefined when there is nothing of the kind, or this node does not lead.
   */
  takeUrgent(): Pick<Ready, 'messages' | 'readStates'> | undefined {
    const raft = this.#raft;
    const { messages, readStates } = raft;
    if (!raft.isLeader() || (messages.length === 0 && readStates.length === 0)) return undefined;
    raft.messages = [];
    raft.readStates = [];
    return { messages, readStates };
  }

  /** Whether a follower has not been told what is committed (only with `deferCommitNews`). */
  get hasCommitNews(): boolean {
    const raft = this.#raft;
    const { committed } = raft.log;
    if (!raft.isLeader() || committed <= raft.announcedCommit) return false;
    return raft.tracker.members.some(
      (progress) => progress.id !== raft.id && progress.commitIsNews(committed),
    );
  }

  /** Tells the followers what is committed, now; without effect unless this node leads. */
  announceCommit(): void {
    if (this.#raft.isLeader()) announceCommit(this.#raft);
  }

  /** Whether `ready()` would say anything. */
  hasReady(): boolean {
    const raft = this.#raft;
    const { log } = raft;
    return (
      raft.messages.length > 0 ||
      raft.messagesAfterAppend.length > 0 ||
      log.unstable.hasNextEntries() ||
      log.hasNextCommitted(!this.#asyncStorage) ||
      raft.readStates.length > 0 ||
      raft.leader !== this.#previousLeader ||
      raft.role !== this.#previousRole ||
      log.unstable.nextSnapshot() !== undefined ||
      this.#hardStateChanged()
    );
  }

  #hardStateChanged(): boolean {
    const raft = this.#raft;
    const previous = this.#previousHardState;
    return (
      raft.log.committed !== previous.commit || raft.term !== previous.term || raft.vote !== previous.vote
    );
  }

  /** Takes what there is to do. */
  ready(): Ready {
    const raft = this.#raft;
    const { log } = raft;
    assert(!this.#awaitsAdvance, 'advance() must be called before the next ready()');
    const entries = log.unstable.nextEntries();
    const committedEntries = log.nextCommitted(!this.#asyncStorage);
    const snapshot = log.unstable.nextSnapshot();
    const softState = this.#takeSoftState();
    const previous = this.#previousHardState;
    const state = raft.hardState();
    const hardState = equalHardStates(state, previous) || isEmptyHardState(state) ? undefined : state;
    const ready: Ready = {
      softState,
      hardState,
      readStates: raft.readStates,
      entries,
      snapshot,
      committedEntries,
      messages: this.#asyncStorage
        ? this.#withStorageRequests(entries, hardState, snapshot, committedEntries)
        : this.#withPromises(snapshot, committedEntries),
      mustSync: mustSync(state, previous, entries.length),
    };
    if (hardState !== undefined) this.#previousHardState = hardState;
    if (raft.readStates.length > 0) raft.readStates = [];
    raft.messages = [];
    raft.messagesAfterAppend = [];
    log.unstable.acceptInProgress();
    const last = committedEntries[committedEntries.length - 1];
    if (last !== undefined)
      log.acceptApplying(last.index, entriesSize(committedEntries), !this.#asyncStorage);
    this.#awaitsAdvance = !this.#asyncStorage;
    return ready;
  }

  #takeSoftState(): SoftState | undefined {
    const { leader, role } = this.#raft;
    if (leader === this.#previousLeader && role === this.#previousRole) return undefined;
    this.#previousLeader = leader;
    this.#previousRole = role;
    return { leader, role };
  }

  /** Asynchronous: the work goes out as messages to the storage threads. */
  #withStorageRequests(
    entries: Entry[],
    hardState: HardState | undefined,
    snapshot: Ready['snapshot'],
    committedEntries: Entry[],
  ): Message[] {
    const raft = this.#raft;
    const { messages } = raft;
    if (
      entries.length > 0 ||
      hardState !== undefined ||
      snapshot !== undefined ||
      raft.messagesAfterAppend.length > 0
    ) {
      messages.push(appendRequest(raft, entries, hardState, snapshot));
    }
    if (committedEntries.length > 0) messages.push(applyRequest(raft, committedEntries));
    return messages;
  }

  /** Synchronous: by contract messages go out after the writes, so promises are sent along; own ones wait for advance. */
  #withPromises(snapshot: Ready['snapshot'], committedEntries: Entry[]): Message[] {
    const raft = this.#raft;
    const { messages } = raft;
    for (const promise of raft.messagesAfterAppend) {
      if (promise.to === raft.id) this.#stepsOnAdvance.push(promise);
      else messages.push(promise);
    }
    if (needsAppendResponse(raft, snapshot)) this.#stepsOnAdvance.push(appendResponse(raft, snapshot));
    if (committedEntries.length > 0) this.#stepsOnAdvance.push(applyResponse(raft, committedEntries));
    return messages;
  }

  /** What the last Ready (named for readability only) asked for has been done. Not with asynchronous storage writes. */
  advance(_ready?: Ready): void {
    assert(!this.#asyncStorage, 'with asynchronous storage writes, step the responses instead of advancing');
    this.#awaitsAdvance = false;
    const steps = this.#stepsOnAdvance;
    if (steps.length === 0) return;
    this.#stepsOnAdvance = [];
    // Own promises have no one to refuse them to.
    for (const message of steps) this.#raft.step(message);
  }

  status(): Status {
    return status(this.#raft);
  }

  /** Status without the progress of the followers: allocates little. */
  basicStatus(): BasicStatus {
    return basicStatus(this.#raft);
  }
}
