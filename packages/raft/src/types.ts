// The data raft works on: entries, messages, states. They are raftpb's own types, so that a decoded message can be
// stepped and a message of raft encoded without translation.
// Ids are bigint (they cross the wire as uint64); terms and indexes are safe integers.
import type { Entry, HardState, RaftMessage, RaftSnapshot } from '@quorate/proto';

export type {
  ConfChange,
  ConfChangeSingle,
  ConfChangeV2,
  ConfState,
  Entry,
  HardState,
  RaftMessage as Message,
  RaftSnapshot as Snapshot,
  SnapshotMetadata,
} from '@quorate/proto';
export {
  ConfChangeTransition,
  ConfChangeType,
  EntryType,
  RaftMessageType as MessageType,
} from '@quorate/proto';

/** No node: the value of `leader`, `vote`, `from` when there is none. */
export const NO_NODE = 0n;

/** Target id of the local thread that writes entries, hard state and snapshots (asynchronous storage writes). */
export const LOCAL_APPEND_THREAD = 0xffff_ffff_ffff_ffffn;

/** Target id of the local thread that applies committed entries (asynchronous storage writes). */
export const LOCAL_APPLY_THREAD = 0xffff_ffff_ffff_fffen;

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
  readonly snapshot: RaftSnapshot | undefined;
  /** Entries to apply to the state machine; stable before (or, on one voter, together with) this Ready. */
  readonly committedEntries: readonly Entry[];
  /** Messages to send once `entries`, `hardState` and `snapshot` are stable. */
  readonly messages: readonly RaftMessage[];
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
