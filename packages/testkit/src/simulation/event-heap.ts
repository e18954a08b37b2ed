// Events by their time, and equal times by their order. Keys lie beside the events, in flat memory: most of the work of a
// heap is comparing, and a comparison shall not have to look an event up.
import type { SimEvent } from './scheduler.ts';

const FIRST_CAPACITY = 256;

export class EventHeap {
  readonly #events: SimEvent[] = [];
  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);

  get size(): number {
    return this.#events.length;
  }

  /** Time of the first event; infinity without one. */
  get firstMs(): number {
    return this.#events.length === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** Order of the first event; there must be one. */
  get firstOrder(): number {
    return this.#orders[0] as number;
  }

  push(atMs: number, order: number, event: SimEvent): void {
    const events = this.#events;
    let at = events.length;
    if (at === this.#times.length) this.#grow();
    const times = this.#times;
    const orders = this.#orders;
    events.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentMs = times[parent] as number;
      if (parentMs < atMs || (parentMs === atMs && (orders[parent] as number) < order)) break;
      events[at] = events[parent] as SimEvent;
      times[at] = parentMs;
      orders[at] = orders[parent] as number;
      at = parent;
    }
    events[at] = event;
    times[at] = atMs;
    orders[at] = order;
  }

  shift(): SimEvent {
    const events = this.#events;
    const times = this.#times;
    const orders = this.#orders;
    const first = events[0] as SimEvent;
    const last = events.pop() as SimEvent;
    const { length } = events;
    if (length === 0) return first;
    const lastMs = times[length] as number;
    const lastOrder = orders[length] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      let childMs = times[child] as number;
      const other = child + 1;
      if (other < length) {
        const otherMs = times[other] as number;
        if (
          otherMs < childMs ||
          (otherMs === childMs && (orders[other] as number) < (orders[child] as number))
        ) {
          child = other;
          childMs = otherMs;
        }
      }
      if (childMs > lastMs || (childMs === lastMs && (orders[child] as number) > lastOrder)) break;
      events[at] = events[child] as SimEvent;
      times[at] = childMs;
      orders[at] = orders[child] as number;
      at = child;
    }
    events[at] = last;
    times[at] = lastMs;
    orders[at] = lastOrder;
    return first;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
    const orders = new Float64Array(2 * this.#orders.length);
    orders.set(this.#orders);
    this.#orders = orders;
  }
}
