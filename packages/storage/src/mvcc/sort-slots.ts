// Slots in the order of their keys, for a million keys in a fraction of a second: in each group the next four bytes of
// every key are fetched once and sorted as numbers; groups that agree in them go on four bytes further.
import type { KeySlab } from './key-slab.ts';
import type { SlotTable } from './slot-table.ts';

const STEP = 4;
/** Groups up to this size are sorted by insertion. */
const SMALL = 32;
/** Bits sorted by in one pass: in large groups, and in others, where clearing the counters would cost more than sorting. */
const LARGE = 4096;
const LARGE_BITS = 12;
const FEW_BITS = 8;

/** Sorts `list`, an array of slots, in place. */
export function sortSlots(list: Int32Array, slots: SlotTable, keys: KeySlab): void {
  new SlotSorter(list, slots, keys).sort();
}

class SlotSorter {
  private readonly list: Int32Array;
  private readonly slots: SlotTable;
  private readonly keys: KeySlab;
  /** Bytes looked at now, of list[i]; bytes behind a key's end are zero. */
  private readonly heads: Uint32Array;
  private readonly otherHeads: Uint32Array;
  private readonly otherList: Int32Array;
  private readonly counts = new Int32Array(1 << LARGE_BITS);
  /** Groups still to be sorted: from, to, depth. */
  private readonly groups: number[] = [];

  constructor(list: Int32Array, slots: SlotTable, keys: KeySlab) {
    this.list = list;
    this.slots = slots;
    this.keys = keys;
    this.heads = new Uint32Array(list.length);
    this.otherHeads = new Uint32Array(list.length);
    this.otherList = new Int32Array(list.length);
  }

  sort(): void {
    const { groups } = this;
    groups.push(0, this.list.length, 0);
    while (groups.length > 0) {
      const depth = groups.pop() as number;
      const to = groups.pop() as number;
      const from = groups.pop() as number;
      this.sortGroup(from, to, depth);
    }
  }

  private sortGroup(from: number, to: number, startDepth: number): void {
    if (to - from < 2) return;
    const depth = to - from > SMALL ? startDepth + this.commonBytes(from, to, startDepth) : startDepth;
    const { list, heads } = this;
    for (let at = from; at < to; at++) heads[at] = this.head(list[at] as number, depth);
    if (to - from <= SMALL) this.insertion(from, to);
    else this.radix(from, to);
    // Runs of equal heads.
    for (let at = from; at < to; ) {
      const head = heads[at] as number;
      let end = at + 1;
      while (end < to && heads[end] === head) end++;
      if (end - at > 1) this.sortRun(at, end, depth + STEP);
      at = end;
    }
  }

  /** Keys that agree before `depth`: those that end there come first, the shortest in front. */
  private sortRun(from: number, to: number, depth: number): void {
    const { list, slots } = this;
    let front = from;
    for (let at = from; at < to; at++) {
      const slot = list[at] as number;
      if (slots.keyLength(slot) > depth) continue;
      list[at] = list[front] as number;
      let hole = front;
      while (hole > from && slots.keyLength(list[hole - 1] as number) > slots.keyLength(slot)) {
        list[hole] = list[hole - 1] as number;
        hole--;
      }
      list[hole] = slot;
      front++;
    }
    if (to - front > 1) this.groups.push(front, to, depth);
  }

  /** How many bytes from `depth` on all keys of a group have in common. */
  private commonBytes(from: number, to: number, depth: number): number {
    const { list, slots, keys } = this;
    const first = list[from] as number;
    const slab = keys.slabOf(slots.keyPosition(first));
    const start = keys.offsetOf(slots.keyPosition(first)) + depth;
    let common = slots.keyLength(first) - depth;
    for (let at = from + 1; at < to && common > 0; at++) {
      const slot = list[at] as number;
      const otherSlab = keys.slabOf(slots.keyPosition(slot));
      const otherStart = keys.offsetOf(slots.keyPosition(slot)) + depth;
      const length = Math.min(common, slots.keyLength(slot) - depth);
      let same = 0;
      while (same < length && slab[start + same] === otherSlab[otherStart + same]) same++;
      common = same;
    }
    return Math.max(0, common);
  }

  private head(slot: number, depth: number): number {
    const { slots, keys } = this;
    const position = slots.keyPosition(slot);
    const slab = keys.slabOf(position);
    const at = keys.offsetOf(position) + depth;
    const left = slots.keyLength(slot) - depth;
    if (left >= STEP) {
      return (
        (((slab[at] as number) << 24) |
          ((slab[at + 1] as number) << 16) |
          ((slab[at + 2] as number) << 8) |
          (slab[at + 3] as number)) >>>
        0
      );
    }
    let head = 0;
    for (let byte = 0; byte < STEP; byte++)
      head = (head << 8) | (byte < left ? (slab[at + byte] as number) : 0);
    return head >>> 0;
  }

  private insertion(from: number, to: number): void {
    const { list, heads } = this;
    for (let at = from + 1; at < to; at++) {
      const slot = list[at] as number;
      const head = heads[at] as number;
      let hole = at;
      while (hole > from && (heads[hole - 1] as number) > head) {
        list[hole] = list[hole - 1] as number;
        heads[hole] = heads[hole - 1] as number;
        hole--;
      }
      list[hole] = slot;
      heads[hole] = head;
    }
  }

  /** Stable passes from the lowest bits to the highest, over the bits in which the heads differ only. */
  private radix(from: number, to: number): void {
    const { list, heads, otherList, otherHeads } = this;
    const first = heads[from] as number;
    let differing = 0;
    for (let at = from + 1; at < to; at++) differing |= (heads[at] as number) ^ first;
    const bits = to - from >= LARGE ? LARGE_BITS : FEW_BITS;
    let fromHeads = heads;
    let fromList = list;
    let toHeads = otherHeads;
    let toList = otherList;
    while (differing !== 0) {
      const shift = 31 - Math.clz32(differing & -differing);
      this.pass(from, to, shift, bits, fromHeads, fromList, toHeads, toList);
      [fromHeads, toHeads] = [toHeads, fromHeads];
      [fromList, toList] = [toList, fromList];
      differing = shift + bits >= 32 ? 0 : differing & (-1 << (shift + bits));
    }
    if (fromHeads === heads) return;
    heads.set(otherHeads.subarray(from, to), from);
    list.set(otherList.subarray(from, to), from);
  }

  private pass(
    from: number,
    to: number,
    shift: number,
    bits: number,
    fromHeads: Uint32Array,
    fromList: Int32Array,
    toHeads: Uint32Array,
    toList: Int32Array,
  ): void {
    const { counts } = this;
    const digits = 1 << bits;
    const mask = digits - 1;
    counts.fill(0, 0, digits);
    for (let at = from; at < to; at++) {
      const digit = ((fromHeads[at] as number) >>> shift) & mask;
      counts[digit] = (counts[digit] as number) + 1;
    }
    let next = from;
    for (let digit = 0; digit < digits; digit++) {
      const count = counts[digit] as number;
      counts[digit] = next;
      next += count;
    }
    for (let at = from; at < to; at++) {
      const head = fromHeads[at] as number;
      const digit = (head >>> shift) & mask;
      const target = counts[digit] as number;
      counts[digit] = target + 1;
      toHeads[target] = head;
      toList[target] = fromList[at] as number;
    }
  }
}
