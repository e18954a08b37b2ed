// The stable part of the log as raft reads it, and an implementation in memory that also serves the real server
// as the tail of its log (compacted up to the snapshot minus some catch-up entries).
import { assert } from '@quorate/base';
import { MIN_SLOTS_TO_RECLAIM } from './limits.ts';
import { emptyConfState, emptySnapshot, entrySize } from './messages.ts';
import type { ConfState, Entry, HardState, Snapshot } from './types.ts';

/** What raft starts from after a restart. */
export interface InitialState {
  readonly hardState: HardState;
  readonly confState: ConfState;
}

/**
 * The stable log. raft asks only for what is in range: `term` for firstIndex−1 … lastIndex, `entries` for
 * firstIndex … lastIndex+1; an implementation that cannot answer such a request throws, and the node ends.
 */
export interface Storage {
  initialState(): InitialState;
  /**
   * Entries lo ≤ index < hi, cut off so that their encoded size stays ≤ maxSize, but at least one.
   * The array belongs to the caller, the entries to the log.
   */
  entries(lo: number, hi: number, maxSize: number): Entry[];
  /** Term of the entry at `index`; index firstIndex−1 (the snapshot's) is known too. */
  term(index: number): number;
  firstIndex(): number;
  /** Index of the last entry, firstIndex−1 if there is none. */
  lastIndex(): number;
  /** The newest snapshot, to be sent to a follower; undefined when it is not available right now (raft retries). */
  snapshot(): Snapshot | undefined;
}

/** A request outside of what a storage holds. */
export class StorageRangeError extends Error {
  override readonly name = 'StorageRangeError';
  readonly code: 'compacted' | 'unavailable' | 'snapshot-out-of-date';
  constructor(code: 'compacted' | 'unavailable' | 'snapshot-out-of-date', message: string) {
    super(message);
    this.code = code;
  }
}

const RECLAIMED: Entry = Object.freeze({ type: 0, term: 0, index: 0, data: new Uint8Array(0) });

/**
 * A log in memory: one array whose first `head` slots are compacted away. Appending pushes, compaction moves
 * `head` and drops the references at once; the array itself is cut when half of it is free, so that each entry
 * is moved at most once on average.
 */
export class MemoryStorage implements Storage {
  #hardState: HardState = { term: 0, vote: 0n, commit: 0 };
  #snapshot: Snapshot = emptySnapshot();
  #slots: Entry[] = [];
  #head = 0;
  /** Index and term of the entry before the first one. */
  #previousIndex = 0;
  #previousTerm = 0;

  initialState(): InitialState {
    return { hardState: this.#hardState, confState: this.#snapshot.metadata.confState };
  }

  /** Remembers the hard state (a real server keeps it in its WAL). */
  setHardState(hardState: HardState): void {
    this.#hardState = hardState;
  }

  firstIndex(): number {
    return this.#previousIndex + 1;
  }

  lastIndex(): number {
    return this.#previousIndex + this.#slots.length - this.#head;
  }

  /** Number of entries held. */
  get length(): number {
    return this.#slots.length - this.#head;
  }

  term(index: number): number {
    const at = index - this.#previousIndex;
    if (at === 0) return this.#previousTerm;
    if (at < 0) throw this.#compacted(index);
    const entry = this.#slots[this.#head + at - 1];
    if (entry === undefined) throw this.#unavailable(index);
    return entry.term;
  }

  /** The entry at `index`. @throws StorageRangeError */
  entry(index: number): Entry {
    if (index <= this.#previousIndex) throw this.#compacted(index);
    const entry = this.#slots[this.#head + index - this.#previousIndex - 1];
    if (entry === undefined) throw this.#unavailable(index);
    return entry;
  }

  entries(lo: number, hi: number, maxSize: number): Entry[] {
    if (lo <= this.#previousIndex) throw this.#compacted(lo);
    if (hi > this.lastIndex() + 1) throw this.#unavailable(hi - 1);
    const from = this.#head + lo - this.#previousIndex - 1;
    const to = this.#head + hi - this.#previousIndex - 1;
    const slots = this.#slots;
    if (from >= to) return [];
    let size = 0;
    let at = from;
    while (at < to) {
      size += entrySize(slots[at] as Entry);
      if (size > maxSize && at > from) break;
      at++;
    }
    return slots.slice(from, at);
  }

  snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  /** Replaces the whole log by a snapshot. @throws StorageRangeError if a newer snapshot is there */
  applySnapshot(snapshot: Snapshot): void {
    if (this.#snapshot.metadata.index >= snapshot.metadata.index) {
      throw new StorageRangeError(
        'snapshot-out-of-date',
        `snapshot at index ${snapshot.metadata.index} is not newer than the one at ${this.#snapshot.metadata.index}`,
      );
    }
    this.#snapshot = snapshot;
    this.#slots = [];
    this.#head = 0;
    this.#previousIndex = snapshot.metadata.index;
    this.#previousTerm = snapshot.metadata.term;
  }

  /**
   * Records that the state machine's state as of `index` is `data`, without touching the log.
   * `confState` is the configuration at that point, undefined to keep the last one.
   * @throws StorageRangeError if a newer snapshot exists or the entry is not there
   */
  createSnapshot(index: number, confState: ConfState | undefined, data: Uint8Array): Snapshot {
    const old = this.#snapshot.metadata;
    if (index <= old.index) {
      throw new StorageRangeError(
        'snapshot-out-of-date',
        `snapshot at index ${index} is not newer than ${old.index}`,
      );
    }
    if (index > this.lastIndex()) throw this.#unavailable(index);
    this.#snapshot = {
      data,
      metadata: { confState: confState ?? old.confState, index, term: this.term(index) },
    };
    return this.#snapshot;
  }

  /** Forgets all entries up to and including `index`; they must be covered by a snapshot. */
  compact(index: number): void {
    if (index <= this.#previousIndex) throw this.#compacted(index);
    if (index > this.lastIndex()) throw this.#unavailable(index);
    this.#previousTerm = this.term(index);
    const newHead = this.#head + index - this.#previousIndex;
    this.#previousIndex = index;
    if (newHead >= MIN_SLOTS_TO_RECLAIM && newHead * 2 >= this.#slots.length) {
      this.#slots = this.#slots.slice(newHead);
      this.#head = 0;
      return;
    }
    this.#slots.fill(RECLAIMED, this.#head, newHead);
    this.#head = newHead;
  }

  /** Appends entries, overwriting a conflicting suffix; what is compacted already is skipped. */
  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const firstNew = (entries[0] as Entry).index;
    const lastNew = firstNew + entries.length - 1;
    assert((entries[entries.length - 1] as Entry).index === lastNew, 'entries to append are not contiguous');
    if (lastNew <= this.#previousIndex) return;
    const skip = Math.max(0, this.firstIndex() - firstNew);
    const start = firstNew + skip;
    const last = this.lastIndex();
    assert(start <= last + 1, `missing log entries between ${last} and ${start}`);
    const slots = this.#slots;
    if (start <= last) slots.length = this.#head + start - this.#previousIndex - 1;
    for (let at = skip; at < entries.length; at++) slots.push(entries[at] as Entry);
  }

  #compacted(index: number): StorageRangeError {
    return new StorageRangeError(
      'compacted',
      `entry ${index} is compacted (first index ${this.firstIndex()})`,
    );
  }

  #unavailable(index: number): StorageRangeError {
    return new StorageRangeError(
      'unavailable',
      `entry ${index} is not there (last index ${this.lastIndex()})`,
    );
  }
}

/** The initial state of a storage without any data. */
export function emptyInitialState(): InitialState {
  return { hardState: { term: 0, vote: 0n, commit: 0 }, confState: emptyConfState() };
}
