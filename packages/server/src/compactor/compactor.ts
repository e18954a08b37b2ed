// Automatic compaction: what both modes share. A compactor watches the clock and the store's revision and asks
// for compactions; it knows nothing of the log, which the owner's `compact` goes through.
import type { Clock } from '@quorate/base';

/** What a compactor needs of the member it works for. */
export interface CompactorHost {
  readonly clock: Clock;
  /** The store's current revision. */
  revision(): number;
  /**
   * Compacts at `revision` and calls `done` once, with the failure if there was one. A revision that is
   * compacted already counts as done (`isCompacted` true).
   */
  compact(revision: number, done: (failure: CompactionFailure | undefined) => void): void;
  /** Structured log, in etcd's field names. */
  log?(level: 'info' | 'warn', message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Why a compaction was not made. */
export interface CompactionFailure {
  readonly message: string;
  /** True when the revision had been compacted before: nothing is left to do. */
  readonly isCompacted: boolean;
}

/** A running automatic compaction. */
export interface Compactor {
  start(): void;
  stop(): void;
  /** Stops compacting but goes on sampling: a follower leaves compaction to the leader. */
  pause(): void;
  resume(): void;
}
