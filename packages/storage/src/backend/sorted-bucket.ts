// A bucket in memory: a map for lookups and the keys in order for ranges. Appending in order is cheap, deletions are
// forgotten lazily. Keys are latin-1 strings, whose order is that of the bytes.

export class SortedBucket {
  readonly values: Map<string, Uint8Array>;
  private keys: string[];
  private removed = 0;

  /** @param from the bucket to copy; the values themselves are shared */
  constructor(from?: SortedBucket) {
    this.values = new Map(from?.values);
    this.keys = from?.keys.slice() ?? [];
    this.removed = from?.removed ?? 0;
  }

  get(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }

  put(key: string, value: Uint8Array): void {
    if (!this.values.has(key)) this.addKey(key);
    this.values.set(key, value);
  }

  delete(key: string): void {
    if (!this.values.delete(key)) return;
    this.removed++;
    if (this.removed > 64 && this.removed * 2 > this.keys.length) {
      this.keys = this.keys.filter((held) => this.values.has(held));
      this.removed = 0;
    }
  }

  /** Calls `visit` for start ≤ key < end (end undefined: to the end) until it returns false. */
  visit(start: string, end: string | undefined, visit: (key: string, value: Uint8Array) => boolean): void {
    for (let at = this.lowerBound(start); at < this.keys.length; at++) {
      const key = this.keys[at] as string;
      if (end !== undefined && key >= end) return;
      const value = this.values.get(key);
      if (value !== undefined && !visit(key, value)) return;
    }
  }

  private addKey(key: string): void {
    const { keys } = this;
    if (keys.length === 0 || key > (keys[keys.length - 1] as string)) {
      keys.push(key);
      return;
    }
    const at = this.lowerBound(key);
    if (keys[at] === key) this.removed--;
    else keys.splice(at, 0, key);
  }

  private lowerBound(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
