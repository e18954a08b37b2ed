// The state of one node and the walk of a message through it: term check, then the handler for role and type.
// The handlers live in files of their own by concern; none of them does I/O or reads a clock.
import { assert, hex64 } from '@quorate/base';
import { leaveJointEntry } from './confchange/codec.ts';
import type { CheckedConfig } from './config.ts';
import {
  handleCheckQuorum,
  handleTimeoutNow,
  handleVoteRequest,
  handleVoteResponse,
  hasLease,
  hup,
  isTransferCampaign,
} from './election.ts';
import { broadcastHeartbeat, handleHeartbeat, handleHeartbeatResponse } from './heartbeat.ts';
import { RaftLog } from './log.ts';
import { installMembership } from './membership.ts';
import { entriesSize, NO_BYTES, newEntry, newMessage, payloadsSize } from './messages.ts';
import {
  appendOwnEntries,
  handleProposalAsFollower,
  handleProposalAsLeader,
  reduceUncommittedSize,
} from './proposals.ts';
import { handleReadIndexAsFollower, handleReadIndexAsLeader, handleReadIndexResponse } from './read-index.ts';
import { ReadOnlyQueue } from './read-only.ts';
import { PROPOSAL_DROPPED, type Refusal } from './refusal.ts';
import { handleAppend, handleAppendResponse, handleUnreachable } from './replication.ts';
import { handleSnapshot, handleSnapshotStatus } from './snapshots.ts';
import { describeMembership, isVoter, membershipOf } from './tracker/membership.ts';
import { ProgressTracker } from './tracker/tracker.ts';
import { abortTransfer, handleTransferAsFollower, handleTransferAsLeader } from './transfer.ts';
import type { HardState, Logger, Message, ReadState, Snapshot, SoftState } from './types.ts';
import { EntryType, MessageType, NO_NODE, ReadOnlyOption, Role } from './types.ts';

/** Name of a role in transcripts and logs. */
export function describeRole(role: Role): string {
  switch (role) {
    case Role.follower:
      return 'StateFollower';
    case Role.candidate:
      return 'StateCandidate';
    case Role.leader:
      return 'StateLeader';
    case Role.preCandidate:
      return 'StatePreCandidate';
  }
}

/** One node of a raft group. */
export class Raft {
  readonly config: CheckedConfig;
  readonly id: bigint;
  readonly log: RaftLog;
  readonly logger: Logger | undefined;
  readonly tracker: ProgressTracker;
  readonly readOnly = new ReadOnlyQueue();

  /** Never decreases. */
  term = 0;
  /** Node voted for in `term`; changes only from none, or with the term. */
  vote: bigint = NO_NODE;
  role: Role = Role.follower;
  leader: bigint = NO_NODE;
  /** Whether this node is a learner in the configuration it knows. */
  isLearner = false;
  /** Node that leadership is being handed to. */
  transferTarget: bigint = NO_NODE;
  /** No membership change is accepted while applied < pendingConfIndex: the last one may not have been applied. */
  pendingConfIndex = 0;
  /** Payload bytes proposed here and not yet applied. */
  uncommittedSize = 0;

  /** Ticks since the last message from the leader (follower) or the last quorum check (leader). */
  electionElapsed = 0;
  heartbeatElapsed = 0;
  /** In [electionTicks, 2 × electionTicks), drawn anew with every change of role. */
  electionTimeout = 0;

  /** To be sent with the next Ready. */
  messages: Message[] = [];
  /** To be sent after what is unstable now is stable; those to this node are stepped then. */
  messagesAfterAppend: Message[] = [];
  readStates: ReadState[] = [];
  /** Read-index requests that wait for the first commit of this leader's term. */
  pendingReadIndex: Message[] = [];
  /** Up to here followers are told the commit index in appends without entries, too; at most log.committed. */
  announcedCommit = 0;

  constructor(config: CheckedConfig) {
    this.config = config;
    this.id = config.id;
    this.logger = config.logger;
    const { hardState, confState } = config.storage.initialState();
    this.log = new RaftLog(config.storage, config.maxCommittedSizePerReady, config.logger);
    this.tracker = new ProgressTracker(config.maxInflightMessages, config.maxInflightBytes);
    installMembership(this, { membership: membershipOf(confState), dropped: new Set() });
    this.#load(hardState);
    if (config.applied > 0) this.log.appliedTo(config.applied, 0);
    this.becomeFollower(this.term, NO_NODE);
    this.logger?.info(
      `raft node ${hex64(this.id)} starts: term ${this.term}, last entry ${this.log.lastTerm()}/${this.log.lastIndex()}, ` +
        `${this.log.describe()}, ${describeMembership(this.tracker.membership)}`,
    );
  }

  #load(state: HardState): void {
    if (state.term === 0 && state.commit === 0 && state.vote === NO_NODE) return;
    assert(
      state.commit >= this.log.committed && state.commit <= this.log.lastIndex(),
      `stored commit index ${state.commit} is out of range [${this.log.committed}, ${this.log.lastIndex()}]`,
    );
    this.log.committed = state.commit;
    this.term = state.term;
    this.vote = state.vote;
  }

  softState(): SoftState {
    return { leader: this.leader, role: this.role };
  }

  hardState(): HardState {
    return { term: this.term, vote: this.vote, commit: this.log.committed };
  }

  /** Whether this node may campaign: a voter whose log is not about to be replaced by a snapshot. */
  promotable(): boolean {
    const own = this.tracker.get(this.id);
    return own !== undefined && !own.isLearner && this.log.unstable.snapshot === undefined;
  }

  isVoter(): boolean {
    return isVoter(this.tracker.membership, this.id);
  }

  // --- sending -----------------------------------------------------------------------------------------------

  /** A message from this node; `send` completes it. */
  message(type: number, to: bigint): Message {
    const message = newMessage(type, to);
    message.from = this.id;
    return message;
  }

  /**
   * Queues a message. Promises about this node's log or vote (append answers and votes) wait for stable storage
   * (Raft paper, 5.1: persistent state is updated before responding); everything else may go at once.
   */
  send(message: Message): void {
    const { type } = message;
    if (message.from === NO_NODE) message.from = this.id;
    switch (type) {
      case MessageType.MsgVote:
      case MessageType.MsgVoteResp:
      case MessageType.MsgPreVote:
      case MessageType.MsgPreVoteResp:
        // Their term is the one being campaigned for, which in a pre-vote is not this node's.
        assert(message.term !== 0, 'a vote message must carry a term');
        break;
      case MessageType.MsgProp:
      case MessageType.MsgReadIndex:
        // Forwarded to the leader as if stepped there.
        assert(message.term === 0, 'a forwarded request carries no term');
        break;
      default:
        assert(message.term === 0, 'the term of a message is set on sending');
        message.term = this.term;
    }
    if (
      type === MessageType.MsgAppResp ||
      type === MessageType.MsgVoteResp ||
      type === MessageType.MsgPreVoteResp
    ) {
      this.messagesAfterAppend.push(message);
      return;
    }
    assert(message.to !== this.id, 'a node sends nothing but promises to itself');
    this.messages.push(message);
  }

  // --- roles -------------------------------------------------------------------------------------------------

  #reset(term: number): void {
    assert(term >= this.term, 'the term never decreases');
    if (this.term !== term) {
      this.term = term;
      this.vote = NO_NODE;
    }
    this.leader = NO_NODE;
    this.electionElapsed = 0;
    this.heartbeatElapsed = 0;
    this.#drawElectionTimeout();
    abortTransfer(this);
    this.tracker.resetVotes();
    const last = this.log.lastIndex();
    for (const progress of this.tracker.members) {
      progress.restart(progress.id === this.id ? last : 0, last + 1);
    }
    this.pendingConfIndex = 0;
    this.uncommittedSize = 0;
    this.readOnly.clear();
    this.pendingReadIndex = [];
    this.announcedCommit = this.log.committed;
  }

  /** Spreads the time-outs of the nodes so that split votes are rare (Raft paper, 5.2). */
  #drawElectionTimeout(): void {
    const { electionTicks, random } = this.config;
    this.electionTimeout = electionTicks + random.nextBelow(electionTicks);
  }

  becomeFollower(term: number, leader: bigint): void {
    this.#reset(term);
    this.leader = leader;
    this.role = Role.follower;
    this.logger?.info(`raft node ${hex64(this.id)} is a follower at term ${term}`);
  }

  becomeCandidate(): void {
    assert(this.role !== Role.leader, 'a leader does not become a candidate');
    this.#reset(this.term + 1);
    this.vote = this.id;
    this.role = Role.candidate;
    this.logger?.info(`raft node ${hex64(this.id)} is a candidate at term ${this.term}`);
  }

  /** Asks around without touching term or vote, so that a node that cannot win disturbs nobody (thesis, 9.6). */
  becomePreCandidate(): void {
    assert(this.role !== Role.leader, 'a leader does not become a pre-candidate');
    this.tracker.resetVotes();
    this.leader = NO_NODE;
    this.role = Role.preCandidate;
    this.logger?.info(`raft node ${hex64(this.id)} is a pre-candidate at term ${this.term}`);
  }

  becomeLeader(): void {
    assert(
      this.role === Role.candidate || this.role === Role.preCandidate,
      'only a candidate becomes leader',
    );
    this.#reset(this.term);
    this.leader = this.id;
    this.role = Role.leader;
    const own = this.tracker.get(this.id);
    assert(own !== undefined, 'a leader is elected from among the members');
    own.becomeReplicate();
    own.recentActive = true;
    // A change may be in the part of the log that is not committed yet: refuse others until that is applied.
    this.pendingConfIndex = this.log.lastIndex();
    // Entries of earlier terms commit only with one of this term (Raft paper, 5.4.2 and 8).
    const appended = appendOwnEntries(this, [newEntry(EntryType.EntryNormal, NO_BYTES)]);
    assert(appended, 'an empty entry always fits');
    this.logger?.info(`raft node ${hex64(this.id)} is the leader at term ${this.term}`);
  }

  // --- time --------------------------------------------------------------------------------------------------

  tick(): void {
    if (this.role === Role.leader) this.#tickLeader();
    else this.#tickFollower();
  }

  #tickFollower(): void {
    this.electionElapsed++;
    if (this.electionElapsed >= this.electionTimeout && this.promotable()) {
      this.electionElapsed = 0;
      this.step(this.message(MessageType.MsgHup, NO_NODE));
    }
  }

  #tickLeader(): void {
    this.heartbeatElapsed++;
    this.electionElapsed++;
    if (this.electionElapsed >= this.config.electionTicks) {
      this.electionElapsed = 0;
      if (this.config.checkQuorum) handleCheckQuorum(this);
      // A transfer that takes longer than an election is given up (thesis, 3.10).
      if (this.isLeader()) abortTransfer(this);
    }
    if (!this.isLeader()) return;
    if (this.heartbeatElapsed >= this.config.heartbeatTicks) {
      this.heartbeatElapsed = 0;
      broadcastHeartbeat(this);
    }
  }

  isLeader(): boolean {
    return this.role === Role.leader;
  }

  // --- stepping ----------------------------------------------------------------------------------------------

  /** Takes in a message, from a peer or from this node itself. Returns why it had no effect, if it is refused. */
  step(message: Message): Refusal | undefined {
    if (message.term > this.term) {
      if (!this.#acceptHigherTerm(message)) return undefined;
    } else if (message.term !== 0 && message.term < this.term) {
      this.#handleLowerTerm(message);
      return undefined;
    }
    switch (message.type) {
      case MessageType.MsgHup:
        hup(this, this.config.preVote ? 'pre-election' : 'election');
        return undefined;
      case MessageType.MsgStorageAppendResp:
        if (message.index !== 0) this.log.unstable.stableTo(message.index, message.logTerm);
        if (message.snapshot !== undefined) this.#appliedSnapshot(message.snapshot);
        return undefined;
      case MessageType.MsgStorageApplyResp: {
        const last = message.entries[message.entries.length - 1];
        if (last !== undefined) {
          this.applied(last.index, entriesSize(message.entries));
          reduceUncommittedSize(this, payloadsSize(message.entries));
        }
        return undefined;
      }
      case MessageType.MsgVote:
      case MessageType.MsgPreVote:
        handleVoteRequest(this, message);
        return undefined;
    }
    switch (this.role) {
      case Role.leader:
        return this.#stepLeader(message);
      case Role.follower:
        return this.#stepFollower(message);
      case Role.candidate:
      case Role.preCandidate:
        return this.#stepCandidate(message);
    }
  }

  /** Follows a higher term; returns false for a vote request that must not disturb a live leader. */
  #acceptHigherTerm(message: Message): boolean {
    const { type } = message;
    if (type === MessageType.MsgVote || type === MessageType.MsgPreVote) {
      // Heard of a leader within the minimum election time-out: ignore (Raft paper, 6; thesis, 4.2.3).
      if (hasLease(this) && !isTransferCampaign(message)) {
        this.logger?.info(
          `raft node ${hex64(this.id)} ignores a vote request of ${hex64(message.from)} at term ${message.term}: leader ` +
            `${this.leader} was heard ${this.electionElapsed} ticks ago (term ${this.term}, vote ${this.vote})`,
        );
        return false;
      }
    }
    // A pre-vote asks about a future term, and its grant comes back with that term: neither starts it.
    if (type === MessageType.MsgPreVote) return true;
    if (type === MessageType.MsgPreVoteResp && !message.reject) return true;
    this.logger?.info(
      `raft node ${hex64(this.id)} at term ${this.term} received a message (type ${type}) of term ${message.term} from ${hex64(message.from)}`,
    );
    const fromLeader =
      type === MessageType.MsgApp || type === MessageType.MsgHeartbeat || type === MessageType.MsgSnap;
    this.becomeFollower(message.term, fromLeader ? message.from : NO_NODE);
    return true;
  }

  /** A message of an earlier term has no effect but, in some cases, an answer that brings the sender up to date. */
  #handleLowerTerm(message: Message): void {
    const { checkQuorum, preVote } = this.config;
    const { type } = message;
    if ((checkQuorum || preVote) && (type === MessageType.MsgHeartbeat || type === MessageType.MsgApp)) {
      // This node's term is ahead, so it rejects its leader, and with a lease in force its campaigns are ignored.
      // The answer makes the leader step down or adopt the term, which frees this node.
      this.send(this.message(MessageType.MsgAppResp, message.from));
    } else if (type === MessageType.MsgPreVote) {
      // Without an answer, a candidate with a longer log at a lower term could wait for it forever.
      const response = this.message(MessageType.MsgPreVoteResp, message.from);
      response.term = this.term;
      response.reject = true;
      this.send(response);
    } else if (type === MessageType.MsgStorageAppendResp) {
      // The entries may have been overwritten since; a snapshot is committed state whatever the term.
      if (message.snapshot !== undefined) this.#appliedSnapshot(message.snapshot);
    } else if (this.logger?.debugEnabled) {
      this.logger.debug(
        `raft node ${hex64(this.id)} at term ${this.term} ignores a message (type ${type}) of term ${message.term} from ${hex64(message.from)}`,
      );
    }
  }

  #stepLeader(message: Message): Refusal | undefined {
    switch (message.type) {
      case MessageType.MsgBeat:
        broadcastHeartbeat(this);
        return undefined;
      case MessageType.MsgCheckQuorum:
        handleCheckQuorum(this);
        return undefined;
      case MessageType.MsgProp:
        return handleProposalAsLeader(this, message);
      case MessageType.MsgReadIndex:
        handleReadIndexAsLeader(this, message);
        return undefined;
      case MessageType.MsgForgetLeader:
        return undefined;
    }
    const progress = this.tracker.get(message.from);
    if (progress === undefined) return undefined;
    switch (message.type) {
      case MessageType.MsgAppResp:
        handleAppendResponse(this, progress, message);
        break;
      case MessageType.MsgHeartbeatResp:
        handleHeartbeatResponse(this, progress, message);
        break;
      case MessageType.MsgSnapStatus:
        handleSnapshotStatus(this, progress, message);
        break;
      case MessageType.MsgUnreachable:
        handleUnreachable(this, progress);
        break;
      case MessageType.MsgTransferLeader:
        handleTransferAsLeader(this, progress);
        break;
    }
    return undefined;
  }

  #stepCandidate(message: Message): Refusal | undefined {
    switch (message.type) {
      case MessageType.MsgProp:
        return PROPOSAL_DROPPED;
      case MessageType.MsgApp:
      case MessageType.MsgHeartbeat:
      case MessageType.MsgSnap:
        // Another node has won this term (Raft paper, 5.2).
        this.becomeFollower(message.term, message.from);
        this.#stepFromLeader(message);
        return undefined;
      case MessageType.MsgVoteResp:
        if (this.role === Role.candidate) handleVoteResponse(this, message);
        return undefined;
      case MessageType.MsgPreVoteResp:
        if (this.role === Role.preCandidate) handleVoteResponse(this, message);
        return undefined;
    }
    return undefined;
  }

  #stepFromLeader(message: Message): void {
    this.electionElapsed = 0;
    this.leader = message.from;
    if (message.type === MessageType.MsgApp) handleAppend(this, message);
    else if (message.type === MessageType.MsgHeartbeat) handleHeartbeat(this, message);
    else handleSnapshot(this, message);
  }

  #stepFollower(message: Message): Refusal | undefined {
    switch (message.type) {
      case MessageType.MsgProp:
        return handleProposalAsFollower(this, message);
      case MessageType.MsgApp:
      case MessageType.MsgHeartbeat:
      case MessageType.MsgSnap:
        this.#stepFromLeader(message);
        return undefined;
      case MessageType.MsgTransferLeader:
        handleTransferAsFollower(this, message);
        return undefined;
      case MessageType.MsgForgetLeader:
        this.#forgetLeader();
        return undefined;
      case MessageType.MsgTimeoutNow:
        handleTimeoutNow(this, message);
        return undefined;
      case MessageType.MsgReadIndex:
        handleReadIndexAsFollower(this, message);
        return undefined;
      case MessageType.MsgReadIndexResp:
        handleReadIndexResponse(this, message);
        return undefined;
    }
    return undefined;
  }

  /** Gives up the leader without leaving the term, so that this node grants (pre-)votes again at once. */
  #forgetLeader(): void {
    if (this.config.readOnlyOption === ReadOnlyOption.leaseBased) {
      this.logger?.error(
        `raft node ${hex64(this.id)} does not forget its leader: lease-based reads count on its lease`,
      );
      return;
    }
    if (this.leader === NO_NODE) return;
    this.logger?.info(
      `raft node ${hex64(this.id)} forgets leader ${hex64(this.leader)} at term ${this.term}`,
    );
    this.leader = NO_NODE;
  }

  // --- applying ----------------------------------------------------------------------------------------------

  #appliedSnapshot(snapshot: Snapshot): void {
    const { index } = snapshot.metadata;
    this.log.unstable.stableSnapshotTo(index);
    this.applied(index, 0);
  }

  /** The state machine has applied up to `index`; a leader then leaves an automatic joint configuration. */
  applied(index: number, size: number): void {
    const applied = Math.max(index, this.log.applied);
    this.log.appliedTo(applied, size);
    if (!this.tracker.membership.autoLeave || !this.isLeader() || applied < this.pendingConfIndex) return;
    // Refused while leadership is being transferred; then the new leader leaves, or this one with a later entry.
    const proposal = this.message(MessageType.MsgProp, NO_NODE);
    proposal.entries = [leaveJointEntry()];
    if (this.step(proposal) === undefined) {
      this.logger?.info(`raft node ${hex64(this.id)} leaves ${describeMembership(this.tracker.membership)}`);
    }
  }
}
