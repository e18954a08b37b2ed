// The log as the state machine sees it: stable storage followed by the unstable part, with the marks
// committed ≥ applying ≥ applied (Raft paper, 5.3).
import { assert } from '@quorate/base';
import { isConfChangeEntry } from './confchange/codec.ts';
import { CONF_CHANGE_SCAN_BYTES, NO_LIMIT } from './limits.ts';
import { NO_TERM, UnstableLog } from './log-unstable.ts';
import { entriesSize, entrySize, payloadsSize } from './messages.ts';
import type { Storage } from './storage.ts';
import type { Entry, Logger, Snapshot } from './types.ts';

/** Entries to send, with the size that flow control counts. */
export interface EntryBatch {
  readonly entries: Entry[];
  readonly payloadBytes: number;
}

/** Where a refused append can match at the latest. */
export interface ConflictPoint {
  readonly index: number;
  /** Term at `index`; 0 if unknown. */
  readonly term: number;
}

const EMPTY_BATCH: EntryBatch = { entries: [], payloadBytes: 0 };

/** The replicated log of one node. */
export class RaftLog {
  readonly unstable: UnstableLog;
  /** Highest index known to be stored by a quorum. Never decreases. */
  committed: number;
  /** Highest index handed out to be applied; applied ≤ applying ≤ committed. */
  applying: number;
  /** Highest index that the state machine has applied. Never decreases. */
  applied: number;
  readonly #storage: Storage;
  readonly #logger: Logger | undefined;
  /** Encoded size of entries handed out and not yet applied, and its bound. */
  readonly #maxApplyingSize: number;
  #applyingSize = 0;
  /** No more entries are handed out until some of the outstanding ones are applied. */
  #applyingPaused = false;
  /** The last batch read for a follower: others at the same place get the same array. */
  #batchFrom = 0;
  #batchTo = 0;
  #batchLimit = 0;
  #batch = EMPTY_BATCH;

  constructor(storage: Storage, maxApplyingSize: number, logger: Logger | undefined) {
    this.#storage = storage;
    this.#logger = logger;
    this.#maxApplyingSize = Math.max(1, maxApplyingSize);
    this.unstable = new UnstableLog(storage.lastIndex() + 1, logger);
    const compacted = storage.firstIndex() - 1;
    this.committed = compacted;
    this.applying = compacted;
    this.applied = compacted;
  }

  describe(): string {
    const { unstable } = this;
    return (
      `committed=${this.committed} applied=${this.applied} applying=${this.applying} ` +
      `unstable from ${unstable.offset} (in progress ${unstable.offsetInProgress}, ${unstable.length} entries)`
    );
  }

  firstIndex(): number {
    return this.unstable.firstIndex() ?? this.#storage.firstIndex();
  }

  lastIndex(): number {
    return this.unstable.lastIndex() ?? this.#storage.lastIndex();
  }

  lastTerm(): number {
    const term = this.term(this.lastIndex());
    assert(term !== NO_TERM, 'the term of the last entry is always known');
    return term;
  }

  /** Term at `index`, or NO_TERM if that is compacted or beyond the end. */
  term(index: number): number {
    const unstable = this.unstable.term(index);
    if (unstable !== NO_TERM) return unstable;
    if (index + 1 < this.firstIndex() || index > this.lastIndex()) return NO_TERM;
    return this.#storage.term(index);
  }

  matches(index: number, term: number): boolean {
    return this.term(index) === term;
  }

  /** Whether a log ending at (index, term) is at least as complete as this one (Raft paper, 5.4.1). */
  isUpToDate(index: number, term: number): boolean {
    const lastTerm = this.lastTerm();
    return term > lastTerm || (term === lastTerm && index >= this.lastIndex());
  }

  snapshot(): Snapshot | undefined {
    return this.unstable.snapshot ?? this.#storage.snapshot();
  }

  // --- growing -----------------------------------------------------------------------------------------------

  /** Appends the leader's own entries or a follower's new suffix. */
  append(entries: readonly Entry[]): number {
    if (entries.length === 0) return this.lastIndex();
    const before = (entries[0] as Entry).index - 1;
    assert(before >= this.committed, `entry ${before + 1} would overwrite committed ${this.committed}`);
    if (before < this.#batchTo - 1) this.#batchTo = 0;
    this.unstable.truncateAndAppend(entries);
    return this.lastIndex();
  }

  /**
   * A follower's consistency check (Raft paper, 5.3): if the log has (prevIndex, prevTerm), takes over the
   * entries after it and the commit index, and returns the index of the last new entry; else NO_TERM.
   */
  maybeAppend(prevIndex: number, prevTerm: number, entries: readonly Entry[], commit: number): number {
    if (!this.matches(prevIndex, prevTerm)) return NO_TERM;
    const lastNew = prevIndex + entries.length;
    const at = this.#firstConflict(entries);
    if (at < entries.length) {
      const index = (entries[at] as Entry).index;
      assert(index > this.committed, `entry ${index} conflicts with committed entry ${this.committed}`);
      this.append(at === 0 ? entries : entries.slice(at));
    }
    this.commitTo(Math.min(commit, lastNew));
    return lastNew;
  }

  /** Position of the first entry that is not in the log; the length if all are. */
  #firstConflict(entries: readonly Entry[]): number {
    const last = this.lastIndex();
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at] as Entry;
      if (entry.index > last) return at;
      const known = this.term(entry.index);
      if (known !== entry.term) {
        this.#logger?.info(
          `log conflict at index ${entry.index}: term ${known} here, ${entry.term} from the leader`,
        );
        return at;
      }
    }
    return entries.length;
  }

  /**
   * The largest index ≤ `index` whose term is ≤ `term`: nothing after it can match a log that has `term` at
   * `index`, so that a whole term of conflicting entries is skipped with one message. When the walk leaves the
   * known part, the point reached is returned with term 0.
   */
  findConflictByTerm(index: number, term: number): ConflictPoint {
    for (let at = index; at > 0; at--) {
      const known = this.term(at);
      if (known === NO_TERM) return { index: at, term: 0 };
      if (known <= term) return { index: at, term: known };
    }
    return { index: 0, term: 0 };
  }

  /** Replaces the log by a snapshot. */
  restore(snapshot: Snapshot): void {
    this.#logger?.info(
      `log is replaced by snapshot at index ${snapshot.metadata.index} (${this.describe()})`,
    );
    this.committed = snapshot.metadata.index;
    this.#batchTo = 0;
    this.unstable.restore(snapshot);
  }

  // --- committing and applying -------------------------------------------------------------------------------

  commitTo(index: number): void {
    if (index <= this.committed) return;
    assert(
      index <= this.lastIndex(),
      `commit index ${index} is beyond the last entry ${this.lastIndex()}: log lost?`,
    );
    this.committed = index;
  }

  /** Commits up to `index` if its entry is of `term`: only the leader's own term commits by counting (5.4.2). */
  maybeCommit(index: number, term: number): boolean {
    if (index <= this.committed || term === 0 || !this.matches(index, term)) return false;
    this.commitTo(index);
    return true;
  }

  /** Highest index that may be applied now; without `allowUnstable` only what storage has. */
  #maxAppliable(allowUnstable: boolean): number {
    return allowUnstable ? this.committed : Math.min(this.committed, this.unstable.offset - 1);
  }

  /** Whether nextCommitted would return something. A pending snapshot has to be applied first. */
  hasNextCommitted(allowUnstable: boolean): boolean {
    if (this.#applyingPaused || this.unstable.snapshot !== undefined) return false;
    return this.applying < this.#maxAppliable(allowUnstable);
  }

  /** Committed entries not handed out yet, within what may be outstanding. */
  nextCommitted(allowUnstable: boolean): Entry[] {
    if (!this.hasNextCommitted(allowUnstable)) return [];
    const room = this.#maxApplyingSize - this.#applyingSize;
    assert(room > 0, 'handing out is paused while the outstanding size is at its bound');
    return this.slice(this.applying + 1, this.#maxAppliable(allowUnstable) + 1, room);
  }

  /** Entries up to `index` with encoded `size` have been handed out. */
  acceptApplying(index: number, size: number, allowUnstable: boolean): void {
    assert(index <= this.committed, `applying ${index} beyond committed ${this.committed}`);
    this.applying = index;
    this.#applyingSize += size;
    // Stopping short of the end means that the next entry did not fit: wait for room.
    this.#applyingPaused =
      this.#applyingSize >= this.#maxApplyingSize || index < this.#maxAppliable(allowUnstable);
  }

  /** Entries up to `index` have been applied, `size` of them that had been handed out. */
  appliedTo(index: number, size: number): void {
    assert(
      index <= this.committed && index >= this.applied,
      `applied index ${index} out of range [${this.applied}, ${this.committed}]`,
    );
    this.applied = index;
    this.applying = Math.max(this.applying, index);
    this.#applyingSize = Math.max(0, this.#applyingSize - size);
    this.#applyingPaused = this.#applyingSize >= this.#maxApplyingSize;
  }

  /** Whether a committed membership change has not been applied yet. */
  hasUnappliedConfChange(): boolean {
    let from = Math.max(this.applied + 1, this.firstIndex());
    while (from <= this.committed) {
      const page = this.slice(from, this.committed + 1, CONF_CHANGE_SCAN_BYTES);
      if (page.some(isConfChangeEntry)) return true;
      from += page.length;
    }
    return false;
  }

  // --- reading -----------------------------------------------------------------------------------------------

  /** Entries from `from` to the end for one message; shared between followers at the same place. */
  batchFrom(from: number, maxSize: number): EntryBatch {
    const to = this.lastIndex() + 1;
    if (from >= to) return EMPTY_BATCH;
    if (from !== this.#batchFrom || to !== this.#batchTo || maxSize !== this.#batchLimit) {
      const entries = this.slice(from, to, maxSize);
      this.#batch = { entries, payloadBytes: payloadsSize(entries) };
      this.#batchFrom = from;
      this.#batchTo = to;
      this.#batchLimit = maxSize;
    }
    return this.#batch;
  }

  /** Every entry, for tests and tools. */
  allEntries(): Entry[] {
    return this.slice(this.firstIndex(), this.lastIndex() + 1, NO_LIMIT);
  }

  /** Entries lo ≤ index < hi up to an encoded size of maxSize, but at least one. */
  slice(lo: number, hi: number, maxSize: number): Entry[] {
    assert(lo <= hi, `inverted log range [${lo}, ${hi})`);
    if (lo === hi) return [];
    assert(lo >= this.firstIndex(), `log range from ${lo} is compacted (first index ${this.firstIndex()})`);
    assert(hi <= this.lastIndex() + 1, `log range to ${hi} is beyond the last entry ${this.lastIndex()}`);
    const { offset } = this.unstable;
    if (lo >= offset) return limitSize(this.unstable.slice(lo, hi), maxSize);
    const cut = Math.min(hi, offset);
    const stable = this.#storage.entries(lo, cut, maxSize);
    assert(stable.length > 0, `storage returned nothing for [${lo}, ${cut})`);
    if (hi <= offset || stable.length < cut - lo) return stable;
    if (maxSize >= NO_LIMIT) return stable.concat(this.unstable.slice(offset, hi));
    let room = maxSize - entriesSize(stable);
    const rest = this.unstable.slice(offset, hi);
    let fits = 0;
    while (fits < rest.length) {
      room -= entrySize(rest[fits] as Entry);
      if (room < 0) break;
      fits++;
    }
    return fits === 0 ? stable : stable.concat(fits === rest.length ? rest : rest.slice(0, fits));
  }
}

/** The longest prefix within `maxSize` encoded bytes, but at least one entry. */
export function limitSize(entries: Entry[], maxSize: number): Entry[] {
  if (maxSize >= NO_LIMIT || entries.length <= 1) return entries;
  let size = entrySize(entries[0] as Entry);
  for (let at = 1; at < entries.length; at++) {
    size += entrySize(entries[at] as Entry);
    if (size > maxSize) return entries.slice(0, at);
  }
  return entries;
}
