// A binary min-heap of items ordered by a time, in two parallel arrays.

/** Items by time, soonest first. Times of queued items do not change; push again to move one. */
export class TimeHeap<T> {
  #times: number[] = [];
  #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  /** The soonest time; Infinity when empty. */
  get soonestMs(): number {
    return this.#times.length === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  push(timeMs: number, item: T): void {
    const times = this.#times;
    const items = this.#items;
    let at = items.length;
    times.push(timeMs);
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent] as number;
      if (parentTime <= timeMs) break;
      times[at] = parentTime;
      items[at] = items[parent] as T;
      at = parent;
    }
    times[at] = timeMs;
    items[at] = item;
  }

  /** Removes and returns the soonest item. */
  pop(): T | undefined {
    const times = this.#times;
    const items = this.#items;
    if (items.length === 0) return undefined;
    const first = items[0] as T;
    const item = items.pop() as T;
    const time = times.pop() as number;
    const length = items.length;
    if (length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= length) break;
        if (child + 1 < length && (times[child + 1] as number) < (times[child] as number)) child++;
        const childTime = times[child] as number;
        if (childTime >= time) break;
        times[at] = childTime;
        items[at] = items[child] as T;
        at = child;
      }
      times[at] = time;
      items[at] = item;
    }
    return first;
  }

  clear(): void {
    this.#times = [];
    this.#items = [];
  }
}
