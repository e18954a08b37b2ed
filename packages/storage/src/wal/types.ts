// What goes into and comes out of the log. The shapes are those of raftpb's Entry, HardState and ConfState.
import type { Clock } from '@quorate/base';

/** A log entry (raftpb.Entry). */
export interface WalEntry {
  /** 0 normal, 1 ConfChange, 2 ConfChangeV2. */
  readonly type: number;
  readonly term: number;
  readonly index: number;
  readonly data: Uint8Array;
}

/** What a member must remember besides its entries (raftpb.HardState). */
export interface WalHardState {
  readonly term: number;
  /** Member voted for in `term`; 0n for none. */
  readonly vote: bigint;
  readonly commit: number;
}

/** A configuration of voters and learners (raftpb.ConfState). */
export interface WalConfState {
  readonly voters: readonly bigint[];
  readonly learners: readonly bigint[];
  readonly votersOutgoing: readonly bigint[];
  readonly learnersNext: readonly bigint[];
  readonly autoLeave: boolean;
}

/** A place in the log from which to read: that of a snapshot, or zero for all of it. */
export interface WalPosition {
  readonly index: number;
  readonly term: number;
}

/** A record that a snapshot was taken (walpb.Snapshot). Logs of etcd 3.4 and earlier lack the configuration. */
export interface WalSnapshotMark extends WalPosition {
  readonly confState?: WalConfState | undefined;
}

/** The log's contents after a position. */
export interface WalContents {
  /** What the log was created with: an encoded etcdserverpb.Metadata. */
  readonly metadata: Uint8Array;
  /** The last one saved; zeros if none was. */
  readonly hardState: WalHardState;
  /** Entries after the position, by index without a gap. Their data are views of the read buffers. */
  readonly entries: WalEntry[];
  /** Of the record of the snapshot at the position, if it has one. */
  readonly confState: WalConfState | undefined;
}

/** A message for the operator with its fields, as etcd logs it. */
export type WalWarn = (message: string, fields: Readonly<Record<string, string | number>>) => void;

export interface WalOptions {
  readonly clock: Clock;
  /** Where a segment is cut; etcd's 64 000 000 by default. Tests make it small. */
  readonly segmentBytes?: number;
  /** `--unsafe-no-fsync`: nothing is ever synced. */
  readonly unsafeNoSync?: boolean;
  readonly warn?: WalWarn;
  /** Told the duration of every sync of the log's data, in milliseconds (for the metric). */
  readonly onSync?: (durationMs: number) => void;
}
