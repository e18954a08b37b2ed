// The part of the log that stable storage does not have yet: entries and possibly a snapshot before them.
import { assert } from '@quorate/base';
import type { Entry, Logger, Snapshot } from './types.ts';

/** Answer of a term lookup outside of what is known. */
export const NO_TERM = -1;

/**
 * Entries from `offset` on. Those below `offsetInProgress` have been handed out in a Ready and are being written;
 * they leave only when storage confirms them, since a later term may overwrite them in between.
 */
export class UnstableLog {
  /** Snapshot to be stored, if one was received. */
  snapshot: Snapshot | undefined;
  snapshotInProgress = false;
  /** Index of the first entry held here (also while there is none). */
  offset: number;
  offsetInProgress: number;
  #entries: Entry[] = [];
  readonly #logger: Logger | undefined;

  constructor(offset: number, logger: Logger | undefined) {
    this.offset = offset;
    this.offsetInProgress = offset;
    this.#logger = logger;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** First index of the log if a pending snapshot decides it, else undefined. */
  firstIndex(): number | undefined {
    return this.snapshot === undefined ? undefined : this.snapshot.metadata.index + 1;
  }

  /** Last index of the log if this part decides it, else undefined. */
  lastIndex(): number | undefined {
    if (this.#entries.length > 0) return this.offset + this.#entries.length - 1;
    return this.snapshot?.metadata.index;
  }

  /** Term at `index`, or NO_TERM if this part does not know it. */
  term(index: number): number {
    const at = index - this.offset;
    if (at >= 0) return at < this.#entries.length ? (this.#entries[at] as Entry).term : NO_TERM;
    const snapshot = this.snapshot;
    return snapshot !== undefined && snapshot.metadata.index === index ? snapshot.metadata.term : NO_TERM;
  }

  hasNextEntries(): boolean {
    return this.offsetInProgress - this.offset < this.#entries.length;
  }

  /** Entries not handed out yet, in an array of their own. */
  nextEntries(): Entry[] {
    return this.#entries.slice(this.offsetInProgress - this.offset);
  }

  /** The snapshot if it has not been handed out yet. */
  nextSnapshot(): Snapshot | undefined {
    return this.snapshotInProgress ? undefined : this.snapshot;
  }

  /** Everything here has been handed out to be written. */
  acceptInProgress(): void {
    if (this.#entries.length > 0) this.offsetInProgress = this.offset + this.#entries.length;
    if (this.snapshot !== undefined) this.snapshotInProgress = true;
  }

  /**
   * Storage has the log up to `index`, whose entry is of `term`. An answer that does not match what is here
   * belongs to entries that have been overwritten since, and says nothing about the new ones.
   */
  stableTo(index: number, term: number): void {
    const known = this.term(index);
    if (known === NO_TERM) {
      this.#debug(`log entry ${index} is stable but no longer unstable here; nothing to do`);
      return;
    }
    if (index < this.offset) {
      this.#debug(`log index ${index} is stable as part of a pending snapshot; nothing to do`);
      return;
    }
    if (known !== term) {
      this.#debug(
        `log entry ${index} became stable with term ${term} but has term ${known} now; nothing to do`,
      );
      return;
    }
    const count = index + 1 - this.offset;
    if (count === this.#entries.length) this.#entries = [];
    else this.#entries.splice(0, count);
    this.offset = index + 1;
    this.offsetInProgress = Math.max(this.offsetInProgress, this.offset);
  }

  /** Frequent with pipelined writes, hence no more than a debug line. */
  #debug(line: string): void {
    if (this.#logger?.debugEnabled) this.#logger.debug(line);
  }

  /** Storage has the snapshot at `index`. */
  stableSnapshotTo(index: number): void {
    if (this.snapshot !== undefined && this.snapshot.metadata.index === index) {
      this.snapshot = undefined;
      this.snapshotInProgress = false;
    }
  }

  /** Replaces everything by a snapshot. */
  restore(snapshot: Snapshot): void {
    this.offset = snapshot.metadata.index + 1;
    this.offsetInProgress = this.offset;
    this.#entries = [];
    this.snapshot = snapshot;
    this.snapshotInProgress = false;
  }

  /** Appends entries, replacing from the first of them on what is here already. */
  truncateAndAppend(entries: readonly Entry[]): void {
    const from = (entries[0] as Entry).index;
    const own = this.#entries;
    if (from <= this.offset) {
      // Everything here is replaced, and possibly some of what storage has: write again from `from`.
      if (own.length > 0 || from < this.offset)
        this.#logger?.info(`unstable log is replaced from index ${from}`);
      this.#entries = [];
      this.offset = from;
      this.offsetInProgress = from;
    } else if (from < this.offset + own.length) {
      this.#logger?.info(`unstable log is truncated before index ${from}`);
      this.#entries = own.slice(0, from - this.offset);
      this.offsetInProgress = Math.min(this.offsetInProgress, from);
    } else {
      assert(from === this.offset + own.length, `gap in the unstable log before index ${from}`);
    }
    const target = this.#entries;
    for (let at = 0; at < entries.length; at++) target.push(entries[at] as Entry);
  }

  /** Entries lo ≤ index < hi; the range must be held here. */
  slice(lo: number, hi: number): Entry[] {
    assert(lo >= this.offset && lo <= hi, `unstable range [${lo}, ${hi}) starts before ${this.offset}`);
    assert(hi <= this.offset + this.#entries.length, `unstable range [${lo}, ${hi}) ends after the log`);
    return this.#entries.slice(lo - this.offset, hi - this.offset);
  }
}
