// The last 1000 events, for watchers that name an index in the past. Every index has exactly one event, so an
// event is found by its distance from the oldest one.

import { assert } from '@quorate/base';
import { V2Error, V2ErrorCode } from './errors.ts';
import type { V2Event } from './event.ts';
import { eventHistoryCapacity } from './limits.ts';
import { cleanPath } from './path.ts';

/** Ring of events. Its cursors are part of a saved store, so they move exactly as etcd's do. */
export class EventHistory {
  readonly capacity: number;
  readonly #events: (V2Event | undefined)[];
  #size = 0;
  #front = 0;
  #back = 0;
  #startIndex = 0;
  #lastIndex = 0;

  constructor(capacity: number = eventHistoryCapacity) {
    assert(capacity > 0, 'an event history holds at least one event');
    this.capacity = capacity;
    this.#events = new Array<V2Event | undefined>(capacity).fill(undefined);
  }

  /** A ring with a saved state. The caller has checked that the cursors and slots agree. */
  static restore(
    slots: readonly (V2Event | undefined)[],
    size: number,
    front: number,
    back: number,
    startIndex: number,
    lastIndex: number,
  ): EventHistory {
    const history = new EventHistory(slots.length);
    for (let at = 0; at < slots.length; at++) history.#events[at] = slots[at];
    history.#size = size;
    history.#front = front;
    history.#back = back;
    history.#startIndex = startIndex;
    history.#lastIndex = lastIndex;
    return history;
  }

  /** Slots of the ring in storage order; `undefined` where nothing was written yet. */
  get slots(): readonly (V2Event | undefined)[] {
    return this.#events;
  }
  get size(): number {
    return this.#size;
  }
  get front(): number {
    return this.#front;
  }
  get back(): number {
    return this.#back;
  }
  /** Index of the oldest event, 0 when there is none. */
  get startIndex(): number {
    return this.#startIndex;
  }
  /** Index of the newest event, 0 when there is none. */
  get lastIndex(): number {
    return this.#lastIndex;
  }

  add(event: V2Event): void {
    this.#events[this.#back] = event;
    this.#back = (this.#back + 1) % this.capacity;
    if (this.#size === this.capacity) this.#front = (this.#front + 1) % this.capacity;
    else this.#size++;
    this.#lastIndex = event.node.modifiedIndex;
    this.#startIndex = (this.#events[this.#front] as V2Event).node.modifiedIndex;
  }

  /** An independent copy; the events themselves are shared, they never change. */
  clone(): EventHistory {
    const { slots, size, front, back, startIndex, lastIndex } = this;
    return EventHistory.restore(slots, size, front, back, startIndex, lastIndex);
  }

  /**
   * The first event at or after `index` that a watch on `key` would show; `undefined` when there is none yet;
   * an error when the history no longer reaches back to `index`.
   */
  scan(key: string, recursive: boolean, index: number, storeIndex: number): V2Event | V2Error | undefined {
    if (index < this.#startIndex) {
      return new V2Error(
        V2ErrorCode.eventIndexCleared,
        `the requested history has been cleared [${this.#startIndex}/${index}]`,
        storeIndex,
      );
    }
    const prefix = recursive ? withSlash(cleanPath(key)) : undefined;
    for (let at = index - this.#startIndex; at < this.#size; at++) {
      const event = this.#events[(this.#front + at) % this.capacity] as V2Event;
      if (concerns(event, key, prefix)) return event;
    }
    return undefined;
  }
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** etcd's rule for past events. Unlike for live ones, hidden nodes are shown to recursive watches. */
function concerns(event: V2Event, key: string, prefix: string | undefined): boolean {
  if (event.refresh) return false;
  if (event.node.key === key) return true;
  if (prefix !== undefined && event.node.key.startsWith(prefix)) return true;
  const removed = event.action === 'delete' || event.action === 'expire' ? event.prevNode : undefined;
  return removed?.dir === true && key.startsWith(removed.key);
}
