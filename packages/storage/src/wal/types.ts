// What goes into and comes out of the log.
import type { Clock } from '@quorate/base';
import type { ConfState, Entry, HardState } from '@quorate/proto';

/** A place in the log from which to read: that of a snapshot, or zero for all of it. */
export interface WalPosition {
  readonly index: number;
  readonly term: number;
}

/** A record that a snapshot was taken (walpb.Snapshot). Logs of etcd 3.4 and earlier lack the configuration. */
export interface WalSnapshotMark extends WalPosition {
  readonly confState?: ConfState | undefined;
}

/** The log's contents after a position. */
export interface WalContents {
  /** What the log was created with: an encoded etcdserverpb.Metadata. */
  readonly metadata: Uint8Array;
  /** The last one saved; zeros if none was. */
  readonly hardState: HardState;
  /** Entries after the position, by index without a gap. Their data are views of the read buffers. */
  readonly entries: Entry[];
  /** Of the record of the snapshot at the position, if it has one. */
  readonly confState: ConfState | undefined;
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
  /** Told of every write to the log, likewise. */
  readonly onWrite?: (bytes: number, durationMs: number) => void;
}
