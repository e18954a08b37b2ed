// Appended revisions that are not committed yet, in ascending order, found by binary search. Columns in plain arrays,
// used again for batch after batch: a put adds no object.

export class PendingRevisions {
  count = 0;
  private mains = new Float64Array(1024);
  private subMarks = new Int32Array(1024);
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
  private readonly buffers: (Uint8Array | undefined)[] = [];

  add(main: number, subMark: number, buffer: Uint8Array, start: number, end: number): void {
    const at = this.count++;
    if (at === this.mains.length) this.grow();
    this.mains[at] = main;
    this.subMarks[at] = subMark;
    this.starts[at] = start;
    this.ends[at] = end;
    this.buffers[at] = buffer;
  }

  main(at: number): number {
    return this.mains[at] as number;
  }
  subMark(at: number): number {
    return this.subMarks[at] as number;
  }
  view(at: number): Uint8Array {
    return (this.buffers[at] as Uint8Array).subarray(this.starts[at] as number, this.ends[at] as number);
  }

  /** Position of the first revision not below (main, sub). */
  lowerBound(main: number, sub: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const heldMain = this.mains[middle] as number;
      if (heldMain < main || (heldMain === main && (this.subMarks[middle] as number) >> 1 < sub))
        low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Position of exactly this revision, or −1. */
  find(main: number, subMark: number): number {
    if (this.count === 0 || main < (this.mains[0] as number)) return -1;
    const at = this.lowerBound(main, subMark >> 1);
    return at < this.count && this.mains[at] === main && this.subMarks[at] === subMark ? at : -1;
  }

  /**
   * All records in one piece of memory, with `extraBytes` of room behind them. Runs of records that lie in one buffer
   * are copied at once, gaps between them included.
   * @returns the memory, where the room begins, and for each record main, subMark, offset and length
   */
  pack(extraBytes: number): {
    bytes: Uint8Array<ArrayBuffer>;
    table: Float64Array<ArrayBuffer>;
    end: number;
  } {
    const { count } = this;
    const table = new Float64Array(count * 4);
    let total = 0;
    const runs: number[] = [];
    for (let from = 0; from < count; ) {
      const buffer = this.buffers[from];
      let to = from + 1;
      while (to < count && this.buffers[to] === buffer && this.starts[to]! >= this.ends[to - 1]!) to++;
      runs.push(from, to);
      total += this.ends[to - 1]! - this.starts[from]!;
      from = to;
    }
    const bytes = new Uint8Array(new ArrayBuffer(total + extraBytes));
    let end = 0;
    for (let run = 0; run < runs.length; run += 2) {
      const from = runs[run] as number;
      const to = runs[run + 1] as number;
      const first = this.starts[from] as number;
      bytes.set((this.buffers[from] as Uint8Array).subarray(first, this.ends[to - 1]), end);
      for (let at = from; at < to; at++) {
        table[at * 4] = this.mains[at] as number;
        table[at * 4 + 1] = this.subMarks[at] as number;
        table[at * 4 + 2] = end + (this.starts[at] as number) - first;
        table[at * 4 + 3] = (this.ends[at] as number) - (this.starts[at] as number);
      }
      end += (this.ends[to - 1] as number) - first;
    }
    return { bytes, table, end };
  }

  clear(): void {
    this.count = 0;
    this.buffers.length = 0;
  }

  private grow(): void {
    const size = this.mains.length * 2;
    const enlarge = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.mains = enlarge(this.mains, new Float64Array(size));
    this.subMarks = enlarge(this.subMarks, new Int32Array(size));
    this.starts = enlarge(this.starts, new Int32Array(size));
    this.ends = enlarge(this.ends, new Int32Array(size));
  }
}
