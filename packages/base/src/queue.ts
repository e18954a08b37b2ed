// A first-in first-out queue with a bound, on a ring that doubles up to it.
import { assert } from './assert.ts';

/** A bounded FIFO queue. A full queue refuses; it never drops. */
export class BoundedQueue<T> {
  readonly #limit: number;
  #ring: (T | undefined)[] = new Array(16);
  #head = 0;
  #length = 0;

  constructor(limit: number) {
    assert(limit >= 1, 'a queue holds at least one item');
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length >= this.#limit;
  }

  /** Appends; false when the queue is full. */
  push(item: T): boolean {
    if (this.#length >= this.#limit) return false;
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length++;
    return true;
  }

  /** Removes and returns the oldest item. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    return item;
  }

  /** The oldest item, left in place. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#ring[this.#head];
  }

  clear(): void {
    this.#ring = new Array(16);
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const old = this.#ring;
    const ring: (T | undefined)[] = new Array(old.length * 2);
    for (let at = 0; at < this.#length; at++) ring[at] = old[(this.#head + at) & (old.length - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}
