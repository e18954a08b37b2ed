// Virtual time: events in order of their time, equal times in the order in which they were scheduled.
import { assert } from '@quorate/base';

/** Something that will happen. */
export class SimEvent {
  atMs: number;
  order: number;
  readonly run: () => void;
  /** Whoever stands still when the time comes has the event moved; undefined: the world itself. */
  readonly owner: EventOwner | undefined;
  readonly life: number;
  cancelled = false;

  constructor(atMs: number, order: number, owner: EventOwner | undefined, run: () => void) {
    this.atMs = atMs;
    this.order = order;
    this.owner = owner;
    this.life = owner?.life ?? 0;
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
  #heap: SimEvent[] = [];
  #order = 0;

  /** Number of events that wait, cancelled ones included. */
  get size(): number {
    return this.#heap.length;
  }

  at(atMs: number, owner: EventOwner | undefined, run: () => void): SimEvent {
    const event = new SimEvent(Math.max(atMs, this.nowMs), this.#order++, owner, run);
    this.#push(event);
    return event;
  }

  after(delayMs: number, run: () => void): SimEvent {
    return this.at(this.nowMs + delayMs, undefined, run);
  }

  /** Takes the next event that may run now and moves time to it; undefined when there is none up to `untilMs`. */
  next(untilMs: number): SimEvent | undefined {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined || top.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return undefined;
      }
      this.#pop();
      const { owner } = top;
      if (top.cancelled || (owner !== undefined && owner.life !== top.life)) continue;
      if (owner !== undefined && owner.busyUntilMs > top.atMs) {
        top.atMs = owner.busyUntilMs;
        top.order = this.#order++;
        this.#push(top);
        continue;
      }
      assert(top.atMs >= this.nowMs, 'time goes forward');
      this.nowMs = top.atMs;
      this.executed++;
      return top;
    }
  }

  #push(event: SimEvent): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as SimEvent;
      if (!isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as SimEvent;
    const length = heap.length;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(heap[child + 1] as SimEvent, heap[child] as SimEvent)) child++;
      const below = heap[child] as SimEvent;
      if (!isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: SimEvent, b: SimEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
