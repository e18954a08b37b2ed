// Removal of what a compaction made unreachable: a walk over the index that says which revisions go, and their
// deletion in the backend, both in slices with pauses. Oldest revisions of a key go first, so that a crash in between
// never makes an overwritten or deleted value look current.
import { type Clock, clearTimer, type Timer } from '@quorate/base';
import type { Backend } from '../backend/index.ts';
import { DroppedRevisions, type KeyIndex } from './key-index.ts';
import { indexSliceKeys, scanGraceMs, sliceMs } from './limits.ts';
import { writeFinishedCompact } from './meta.ts';
import type { MvccCounters, MvccObserver } from './types.ts';

export interface CompactionOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly index: KeyIndex;
  readonly batchLimit: number;
  readonly sleepIntervalMs: number;
  /** Whether an open scan still reads below this revision. With `evict` it must not wait for them any more. */
  readonly scansBelow: (revision: number, evict: boolean) => boolean;
  readonly onError: (error: Error) => void;
  readonly counters: MvccCounters;
}

interface Waiter {
  readonly revision: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** How many slots are looked at between two looks at the clock. */
const CLOCK_SLOTS = 256;

export class Compaction {
  private readonly options: CompactionOptions;
  private waiters: Waiter[] = [];
  /** The revision being worked on; 0: none. */
  private working = 0;
  private requested = 0;
  private nextSlot = 0;
  private dropped = new DroppedRevisions();
  private droppedAt = 0;
  private timer: Timer | undefined;
  private waitingSinceMs = 0;
  private pauses = 0;
  private closed = false;
  private begunMs = 0;
  private observer: MvccObserver | undefined;

  constructor(options: CompactionOptions) {
    this.options = options;
  }

  get active(): boolean {
    return this.working !== 0;
  }

  /** Works towards `revision`. Resolves when everything below has been removed and that is committed. */
  request(revision: number): Promise<void> {
    this.requested = Math.max(this.requested, revision);
    return new Promise((resolve, reject) => {
      this.waiters.push({ revision, resolve, reject });
      if (this.working === 0) this.begin();
    });
  }

  setObserver(observer: MvccObserver): void {
    this.observer = observer;
  }

  /** Between pause and resume nothing is removed. May be nested. */
  pause(): void {
    this.pauses++;
  }
  resume(): void {
    this.pauses--;
  }

  /** Revisions that the index knows no more and that the backend still holds, as pairs (main, sub). */
  pendingInto(out: number[]): void {
    const { mains, subMarks } = this.dropped;
    for (let at = this.droppedAt; at < mains.length; at++) {
      out.push(mains[at] as number, (subMarks[at] as number) >> 1);
    }
  }

  /** Stops; what is left to do is taken up when the store is opened again. */
  close(error: Error): void {
    this.closed = true;
    clearTimer(this.timer);
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }

  private begin(): void {
    this.working = this.requested;
    this.nextSlot = 0;
    this.dropped = new DroppedRevisions();
    this.droppedAt = 0;
    this.begunMs = this.options.clock.nowMs();
    this.waitingSinceMs = this.begunMs;
    this.schedule();
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = this.options.clock.setTimer(this.options.sleepIntervalMs, () => {
      try {
        this.slice();
      } catch (error) {
        this.options.onError(error as Error);
      }
    });
  }

  private slice(): void {
    const { clock, scansBelow, index } = this.options;
    if (this.pauses > 0) {
      this.schedule();
      return;
    }
    if (scansBelow(this.working, false)) {
      if (clock.nowMs() - this.waitingSinceMs < scanGraceMs) {
        this.schedule();
        return;
      }
      scansBelow(this.working, true);
    }
    if (this.droppedAt === this.dropped.mains.length) {
      const startedMs = clock.nowMs();
      this.walk();
      this.observer?.indexSlice(clock.nowMs() - startedMs);
    }
    const startedMs = clock.nowMs();
    this.remove();
    this.observer?.removalSlice(clock.nowMs() - startedMs);
    if (this.nextSlot < index.slots.capacity || this.droppedAt < this.dropped.mains.length) this.schedule();
    else this.finish();
  }

  /** Goes on over the index until there is a batch of revisions to remove. */
  private walk(): void {
    const { clock, index, batchLimit } = this.options;
    const untilMs = clock.nowMs() + sliceMs;
    this.dropped = new DroppedRevisions();
    this.droppedAt = 0;
    const end = Math.min(index.slots.capacity, this.nextSlot + indexSliceKeys);
    while (this.nextSlot < end && this.dropped.mains.length < batchLimit) {
      const slot = this.nextSlot++;
      if (!index.slots.isFree(slot)) index.compact(slot, this.working, this.dropped);
      if (slot % CLOCK_SLOTS === 0 && clock.nowMs() >= untilMs) break;
    }
  }

  private remove(): void {
    const { backend, batchLimit } = this.options;
    const { mains, subMarks } = this.dropped;
    const end = Math.min(mains.length, this.droppedAt + batchLimit);
    this.options.counters.compactedRevisions += end - this.droppedAt;
    for (; this.droppedAt < end; this.droppedAt++) {
      const subMark = subMarks[this.droppedAt] as number;
      backend.deleteRevision(mains[this.droppedAt] as number, subMark >> 1, (subMark & 1) === 1);
    }
  }

  private finish(): void {
    const { backend, onError, clock, counters } = this.options;
    const revision = this.working;
    this.working = 0;
    writeFinishedCompact(backend, revision);
    counters.lastCompactionMs = clock.wallMs();
    this.observer?.compacted(clock.nowMs() - this.begunMs);
    const done = this.waiters.filter((waiter) => waiter.revision <= revision);
    this.waiters = this.waiters.filter((waiter) => waiter.revision > revision);
    backend.forceCommit().then(
      () => {
        for (const waiter of done) waiter.resolve();
      },
      (error: Error) => {
        for (const waiter of done) waiter.reject(error);
        onError(error);
      },
    );
    if (this.requested > revision) this.begin();
  }
}
