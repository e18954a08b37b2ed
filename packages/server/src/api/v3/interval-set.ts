// A set of keys made of half-open ranges, kept sorted and disjoint. Keys are latin-1 strings, so that string order
// is byte order.

/** Union of half-open key ranges. */
export class IntervalSet {
  /** starts[i] <= starts[i+1]; ranges neither touch nor overlap. `undefined` as an end means "no end". */
  readonly #starts: string[] = [];
  readonly #ends: (string | undefined)[] = [];

  /** Adds [start, end). A range whose end does not lie behind its start holds no key and is left out. */
  add(start: string, end: string | undefined): void {
    if (end !== undefined && end <= start) return;
    // The first range that ends at or behind `start`, and the first that starts behind `end`: what lies
    // between them melts into the new one.
    const from = this.#firstEndingFrom(start);
    let to = from;
    let mergedStart = start;
    let mergedEnd = end;
    while (to < this.#starts.length && (end === undefined || (this.#starts[to] as string) <= end)) {
      if ((this.#starts[to] as string) < mergedStart) mergedStart = this.#starts[to] as string;
      const other = this.#ends[to];
      if (mergedEnd !== undefined && (other === undefined || other > mergedEnd)) mergedEnd = other;
      to++;
    }
    this.#starts.splice(from, to - from, mergedStart);
    this.#ends.splice(from, to - from, mergedEnd);
  }

  /** Adds every range of another set. */
  addAll(other: IntervalSet): void {
    for (let i = 0; i < other.#starts.length; i++) this.add(other.#starts[i] as string, other.#ends[i]);
  }

  /** Whether the key lies in one of the ranges. */
  has(key: string): boolean {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as string) <= key) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return false;
    const end = this.#ends[low - 1];
    return end === undefined || key < end;
  }

  #firstEndingFrom(start: string): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const end = this.#ends[middle];
      if (end !== undefined && end < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
