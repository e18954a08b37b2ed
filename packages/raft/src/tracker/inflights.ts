// The append messages in flight to one follower: a ring of (last index, bytes), bounded in number and bytes.
import { assert } from '@quorate/base';
import { INFLIGHTS_INITIAL_CAPACITY } from '../limits.ts';

/**
 * Sliding window of messages sent and not yet acknowledged. The ring starts small and doubles on demand:
 * most followers keep up, and a leader of many need not pay for the maximum.
 */
export class Inflights {
  readonly maxCount: number;
  readonly maxBytes: number;
  #lastIndexes: number[] = [];
  #sizes: number[] = [];
  #start = 0;
  #count = 0;
  #bytes = 0;

  constructor(maxCount: number, maxBytes: number) {
    assert(maxCount > 0, 'window of in-flight messages must not be empty');
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  /** Messages in flight. */
  get count(): number {
    return this.#count;
  }

  /** Payload bytes in flight. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether no more may be sent. The bytes may exceed their bound by the last message. */
  get full(): boolean {
    return this.#count >= this.maxCount || this.#bytes >= this.maxBytes;
  }

  /** Records a message whose last entry is `lastIndex`. The window must not be full. */
  add(lastIndex: number, bytes: number): void {
    assert(!this.full, 'cannot add to a full window of in-flight messages');
    if (this.#count === this.#lastIndexes.length) this.#grow();
    const capacity = this.#lastIndexes.length;
    const at = (this.#start + this.#count) % capacity;
    assert(
      this.#count === 0 || (this.#lastIndexes[(at + capacity - 1) % capacity] as number) <= lastIndex,
      'in-flight messages must be added in the order of their indexes',
    );
    this.#lastIndexes[at] = lastIndex;
    this.#sizes[at] = bytes;
    this.#count++;
    this.#bytes += bytes;
  }

  /** Forgets the messages whose last entry is at or before `index`: they have been acknowledged. */
  freeThrough(index: number): void {
    const capacity = this.#lastIndexes.length;
    while (this.#count > 0 && (this.#lastIndexes[this.#start] as number) <= index) {
      this.#bytes -= this.#sizes[this.#start] as number;
      this.#start = this.#start + 1 === capacity ? 0 : this.#start + 1;
      this.#count--;
    }
    assert(this.#count > 0 || this.#bytes === 0, 'an empty window holds no bytes');
  }

  /** Forgets all messages. */
  reset(): void {
    this.#start = 0;
    this.#count = 0;
    this.#bytes = 0;
  }

  #grow(): void {
    const old = this.#lastIndexes.length;
    const capacity = Math.min(this.maxCount, Math.max(INFLIGHTS_INITIAL_CAPACITY, old * 2));
    const lastIndexes = new Array<number>(capacity).fill(0);
    const sizes = new Array<number>(capacity).fill(0);
    for (let at = 0; at < this.#count; at++) {
      const from = (this.#start + at) % old;
      lastIndexes[at] = this.#lastIndexes[from] as number;
      sizes[at] = this.#sizes[from] as number;
    }
    this.#lastIndexes = lastIndexes;
    this.#sizes = sizes;
    this.#start = 0;
  }
}
