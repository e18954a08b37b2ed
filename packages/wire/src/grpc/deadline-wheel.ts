// Deadlines of calls: nearly all calls end long before theirs, so adding and removing must cost next to nothing.
// A hashed timing wheel of intrusive lists: O(1) both ways, no timer per call, nothing left behind.

import type { Clock, Timer } from '@quorate/base';
import { DEADLINE_BUCKETS, DEADLINE_TICK_MS } from '../limits.ts';

/** A call on the wheel. The wheel owns the `wheel*` fields. */
export interface DeadlineEntry {
  readonly deadlineMs: number;
  wheelBucket: number; // -1: not on the wheel
  wheelNext: DeadlineEntry | undefined;
  wheelPrevious: DeadlineEntry | undefined;
  onDeadline(): void;
}

export class DeadlineWheel {
  readonly #clock: Clock;
  readonly #buckets: (DeadlineEntry | undefined)[] = new Array<DeadlineEntry | undefined>(
    DEADLINE_BUCKETS,
  ).fill(undefined);
  #size = 0;
  #timer: Timer | undefined;
  /** Tick the timer is set for. */
  #timerTick = Number.POSITIVE_INFINITY;
  /** Last tick whose bucket has been looked at. */
  #doneTick: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#doneTick = Math.floor(clock.nowMs() / DEADLINE_TICK_MS);
  }

  get size(): number {
    return this.#size;
  }

  add(entry: DeadlineEntry): void {
    if (this.#size === 0) this.#doneTick = Math.floor(this.#clock.nowMs() / DEADLINE_TICK_MS);
    // Rounded up: a deadline is never called early.
    const tick = Math.max(Math.ceil(entry.deadlineMs / DEADLINE_TICK_MS), this.#doneTick + 1);
    const bucket = tick % DEADLINE_BUCKETS;
    const head = this.#buckets[bucket];
    entry.wheelBucket = bucket;
    entry.wheelPrevious = undefined;
    entry.wheelNext = head;
    if (head !== undefined) head.wheelPrevious = entry;
    this.#buckets[bucket] = entry;
    this.#size++;
    if (tick < this.#timerTick) this.#arm(Math.min(tick, this.#doneTick + DEADLINE_BUCKETS));
  }

  remove(entry: DeadlineEntry): void {
    if (entry.wheelBucket === -1) return;
    const next = entry.wheelNext;
    const previous = entry.wheelPrevious;
    if (next !== undefined) next.wheelPrevious = previous;
    if (previous !== undefined) previous.wheelNext = next;
    else this.#buckets[entry.wheelBucket] = next;
    entry.wheelBucket = -1;
    entry.wheelNext = undefined;
    entry.wheelPrevious = undefined;
    this.#size--;
  }

  #arm(tick: number): void {
    this.#timer?.cancel();
    this.#timerTick = tick;
    const delayMs = Math.max(0, tick * DEADLINE_TICK_MS - this.#clock.nowMs());
    this.#timer = this.#clock.setTimer(delayMs, () => this.#turn());
  }

  #turn(): void {
    this.#timer = undefined;
    this.#timerTick = Number.POSITIVE_INFINITY;
    const now = this.#clock.nowMs();
    const nowTick = Math.floor(now / DEADLINE_TICK_MS);
    const expired: DeadlineEntry[] = [];
    const last = Math.min(nowTick, this.#doneTick + DEADLINE_BUCKETS);
    for (let tick = this.#doneTick + 1; tick <= last; tick++) {
      let entry = this.#buckets[tick % DEADLINE_BUCKETS];
      while (entry !== undefined) {
        if (entry.deadlineMs <= now) expired.push(entry);
        entry = entry.wheelNext;
      }
    }
    this.#doneTick = nowTick;
    for (const entry of expired) {
      // An earlier callback may have ended this call.
      if (entry.wheelBucket === -1) continue;
      this.remove(entry);
      entry.onDeadline();
    }
    if (this.#size > 0) this.#armNextOccupied();
  }

  #armNextOccupied(): void {
    for (let tick = this.#doneTick + 1; tick <= this.#doneTick + DEADLINE_BUCKETS; tick++) {
      if (this.#buckets[tick % DEADLINE_BUCKETS] !== undefined) {
        if (tick < this.#timerTick) this.#arm(tick);
        return;
      }
    }
  }
}
