// The data raft works on: entries, messages, states. The shapes are those of raftpb, so that a decoded
// protobuf message can be stepped and a message of raft encoded without translation.
// Ids are bigint (they cross the wire as uint64); terms and indexes are safe integers.

/** No node: the value of `leader`, `vote`, `from` when there is none. */
export const NO_NODE = 0n;

/** Target id of the local thread that writes entries, hard state and snapshots (asynchronous storage writes). */
export const LOCAL_APPEND_THREAD = 0xffff_ffff_ffff_ffffn;

/** Target id of the local thread that applies committed entries (asynchronous storage writes). */
export const LOCAL_APPLY_THREAD = 0xffff_ffff_ffff_fffen;

/** Kind of a log entry. */
export const EntryType = { normal: 0, confChange: 1, confChangeV2: 2 } as const;

/** One entry of the replicated log. raft sets `term` and `index`; nothing may change an entry after that. */
export interface Entry {
  type: number;
  term: number;
  index: number;
  data: Uint8Array;
}

/** The voters and learners of a configuration, joint or not (Raft thesis, chapter 4). */
export interface ConfState {
  voters: bigint[];
  learners: bigint[];
  votersOutgoing: bigint[];
  learnersNext: bigint[];
  autoLeave: boolean;
}

/** What a snapshot covers: everything up to and including `index`. */
export interface SnapshotMetadata {
  confState: ConfState;
  index: number;
  term: number;
}

/** A snapshot of the state machine. */
export interface Snapshot {
  data: Uint8Array;
  metadata: SnapshotMetadata;
}

/** What a node must remember across restarts besides its log (Raft paper, figure 2: currentTerm, votedFor). */
export interface HardState {
  term: number;
  vote: bigint;
  commit: number;
}

/** Kind of a single membership change. */
export const ConfChangeType = { addNode: 0, removeNode: 1, updateNode: 2, addLearnerNode: 3 } as const;

/** How a change of several members moves through the joint configuration. */
export const ConfChangeTransition = { auto: 0, jointImplicit: 1, jointExplicit: 2 } as const;

/** One step of a membership change. */
export interface ConfChangeSingle {
  type: number;
  nodeID: bigint;
}

/** A membership change of the first form: one node. */
export interface ConfChange {
  ID: bigint;
  type: number;
  nodeID: bigint;
  context: Uint8Array;
}

/** A membership change of the second form: any number of nodes, through a joint configuration if needed. */
export interface ConfChangeV2 {
  transition: number;
  changes: ConfChangeSingle[];
  context: Uint8Array;
}

/** Kind of a message; the numbers are raftpb's. */
export const MessageType = {
  hup: 0,
  beat: 1,
  prop: 2,
  app: 3,
  appResp: 4,
  vote: 5,
  voteResp: 6,
  snap: 7,
  heartbeat: 8,
  heartbeatResp: 9,
  unreachable: 10,
  snapStatus: 11,
  checkQuorum: 12,
  transferLeader: 13,
  timeoutNow: 14,
  readIndex: 15,
  readIndexResp: 16,
  preVote: 17,
  preVoteResp: 18,
  storageAppend: 19,
  storageAppendResp: 20,
  storageApply: 21,
  storageApplyResp: 22,
  forgetLeader: 23,
} as const;

/** A message between peers, or between a node and its local storage threads. Which fields count depends on `type`. */
export interface Message {
  type: number;
  to: bigint;
  from: bigint;
  term: number;
  logTerm: number;
  index: number;
  entries: Entry[];
  commit: number;
  snapshot: Snapshot | undefined;
  reject: boolean;
  rejectHint: number;
  context: Uint8Array;
  vote: bigint;
  responses: Message[];
}

/** Role of a node. */
export const Role = { follower: 0, candidate: 1, leader: 2, preCandidate: 3 } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** State worth telling about but not worth persisting. */
export interface SoftState {
  readonly leader: bigint;
  readonly role: Role;
}

/** Answer to `readIndex(requestContext)`: reads are linearizable once `index` is applied. */
export interface ReadState {
  readonly index: number;
  readonly requestContext: Uint8Array;
}

/**
 * What the application has to do next, in this order: write `entries`, `hardState` and `snapshot` to stable
 * storage (synced when `mustSync`), then send `messages`, apply `snapshot` and `committedEntries`, and call
 * `advance`. With asynchronous storage writes the work arrives as messages to the local threads instead.
 */
export interface Ready {
  /** Set when leader or role changed. */
  readonly softState: SoftState | undefined;
  /** Set when term, vote or commit changed. */
  readonly hardState: HardState | undefined;
  /** Answers to read-index requests. */
  readonly readStates: readonly ReadState[];
  /** Entries to append to stable storage; they may overwrite a suffix of what is there. */
  readonly entries: readonly Entry[];
  /** Snapshot to store and apply. */
  readonly snapshot: Snapshot | undefined;
  /** Entries to apply to the state machine; stable before (or, on one voter, together with) this Ready. */
  readonly committedEntries: readonly Entry[];
  /** Messages to send once `entries`, `hardState` and `snapshot` are stable. */
  readonly messages: readonly Message[];
  /** Whether the writes must be synced before the messages go out; false if only the commit index moved. */
  readonly mustSync: boolean;
}

/** How read-index requests are answered. */
export const ReadOnlyOption = {
  /** The leader confirms its leadership with a round of heartbeats. */
  safe: 0,
  /** The leader trusts its lease, which check-quorum renews; clocks must not drift without bound. */
  leaseBased: 1,
} as const;
export type ReadOnlyOption = (typeof ReadOnlyOption)[keyof typeof ReadOnlyOption];

/** Receives log lines. Lines are built only where they are wanted. */
export interface Logger {
  readonly debugEnabled: boolean;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
