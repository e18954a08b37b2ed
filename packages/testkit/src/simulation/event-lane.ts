// Events that come in order already, first in, first out: a ring that grows. Most of what happens next is known so late that
// it belongs behind everything that waits, and needs no heap.
import type { SimEvent } from './scheduler.ts';

const FIRST_CAPACITY = 64;

export class EventLane {
  #events: (SimEvent | undefined)[] = new Array<SimEvent | undefined>(FIRST_CAPACITY).fill(undefined);
  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);
  #first = 0;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** Time of the first event; infinity without one. */
  get firstMs(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : (this.#times[this.#first] as number);
  }

  /** Order of the first event; there must be one. */
  get firstOrder(): number {
    return this.#orders[this.#first] as number;
  }

  /** Time of the last event, so that only later ones belong behind it; minus infinity without one. */
  get lastMs(): number {
    if (this.#count === 0) return Number.NEGATIVE_INFINITY;
    return this.#times[(this.#first + this.#count - 1) & (this.#times.length - 1)] as number;
  }

  push(atMs: number, order: number, event: SimEvent): void {
    if (this.#count === this.#times.length) this.#grow();
    const at = (this.#first + this.#count++) & (this.#times.length - 1);
    this.#events[at] = event;
    this.#times[at] = atMs;
    this.#orders[at] = order;
  }

  shift(): SimEvent {
    const event = this.#events[this.#first] as SimEvent;
    this.#events[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#times.length - 1);
    this.#count--;
    return event;
  }

  #grow(): void {
    const capacity = this.#times.length;
    const events = new Array<SimEvent | undefined>(2 * capacity).fill(undefined);
    const times = new Float64Array(2 * capacity);
    const orders = new Float64Array(2 * capacity);
    for (let at = 0; at < this.#count; at++) {
      const from = (this.#first + at) & (capacity - 1);
      events[at] = this.#events[from];
      times[at] = this.#times[from] as number;
      orders[at] = this.#orders[from] as number;
    }
    this.#events = events;
    this.#times = times;
    this.#orders = orders;
    this.#first = 0;
  }
}
