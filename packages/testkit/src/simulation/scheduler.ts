// Virtual time: events in order of their time, equal times in the order in which they were scheduled.
import { assert } from '@quorate/base';
import { EventHeap } from './event-heap.ts';
import { EventLane } from './event-lane.ts';

/** What a turn of the event loop takes. */
export const TURN_MS = 0.01;

/** Something that will happen. */
export class SimEvent {
  readonly run: () => void;
  /** Whoever stands still when the time comes has the event moved; undefined: the world itself. */
  readonly owner: EventOwner | undefined;
  readonly life: number;
  cancelled = false;

  constructor(owner: EventOwner | undefined, run: () => void) {
    this.owner = owner;
    this.life = owner === undefined ? 0 : owner.life;
    this.run = run;
  }
}

export interface EventOwner {
  /** Events of an earlier life never happen. */
  readonly life: number;
  /** World time until which it does nothing. */
  readonly busyUntilMs: number;
}

export class Scheduler {
  /** World time of the event in hand. */
  nowMs = 0;
  /** Events run so far. */
  executed = 0;
  readonly #heap = new EventHeap();
  /** Events of this very moment: time goes on only when all of them have run. */
  readonly #due = new EventLane();
  /** Events of the next turn, as far as they come in order. */
  readonly #turns = new EventLane();
  #order = 0;

  /** Number of events that wait, cancelled ones included. */
  get size(): number {
    return this.#heap.size + this.#due.size + this.#turns.size;
  }

  at(atMs: number, owner: EventOwner | undefined, run: () => void): SimEvent {
    const event = new SimEvent(owner, run);
    this.#push(atMs, event);
    return event;
  }

  after(delayMs: number, run: () => void): SimEvent {
    return this.at(this.nowMs + delayMs, undefined, run);
  }

  /** Takes the next event that may run now and moves time to it; undefined when there is none up to `untilMs`. */
  next(untilMs: number): SimEvent | undefined {
    const due = this.#due;
    const turns = this.#turns;
    const heap = this.#heap;
    for (;;) {
      let first: EventLane | EventHeap = due;
      let atMs = due.firstMs;
      if (turns.firstMs <= atMs && turns.size > 0) {
        if (turns.firstMs < atMs || turns.firstOrder < first.firstOrder) first = turns;
        atMs = turns.firstMs;
      }
      if (heap.firstMs <= atMs && heap.size > 0) {
        if (heap.firstMs < atMs || heap.firstOrder < first.firstOrder) first = heap;
        atMs = heap.firstMs;
      }
      if (atMs > untilMs || atMs === Number.POSITIVE_INFINITY) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return undefined;
      }
      const event = first.shift();
      const { owner } = event;
      if (event.cancelled) continue;
      if (owner !== undefined) {
        if (owner.life !== event.life) continue;
        const { busyUntilMs } = owner;
        if (busyUntilMs > atMs) {
          this.#push(busyUntilMs, event);
          continue;
        }
      }
      assert(atMs >= this.nowMs, 'time goes forward');
      this.nowMs = atMs;
      this.executed++;
      return event;
    }
  }

  /** What lies in the past happens now. */
  #push(atMs: number, event: SimEvent): void {
    const { nowMs } = this;
    const order = this.#order++;
    if (atMs <= nowMs) this.#due.push(nowMs, order, event);
    else if (atMs <= nowMs + TURN_MS && atMs >= this.#turns.lastMs) this.#turns.push(atMs, order, event);
    else this.#heap.push(atMs, order, event);
  }
}
