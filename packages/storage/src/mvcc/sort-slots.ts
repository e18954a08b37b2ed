// Slots in the order of their keys, for a million keys in a fraction of a second: radix sort by one byte after the
// other, from the first byte in which they differ on; small groups are finished by insertion.
import type { KeySlab } from './key-slab.ts';
import type { SlotTable } from './slot-table.ts';

const SMALL = 24;
/** Bucket 0 is for keys that end before the byte looked at. */
const BUCKETS = 257;

/** Sorts `list`, an array of slots, in place. */
export function sortSlots(list: Int32Array, slots: SlotTable, keys: KeySlab): void {
  const count = list.length;
  // The next four bytes of every key of the group being sorted, in the order of the list.
  const temporary = new Int32Array(count);
  const bytes = new Uint16Array(count);

  const byteAt = (slot: number, depth: number): number => {
    if (depth >= slots.keyLength(slot)) return 0;
    const position = slots.keyPosition(slot);
    return (keys.slabOf(position)[keys.offsetOf(position) + depth] as number) + 1;
  };

  const compareFrom = (a: number, b: number, depth: number): number => {
    const lengthA = slots.keyLength(a);
    const lengthB = slots.keyLength(b);
    const common = Math.min(lengthA, lengthB);
    const slabA = keys.slabOf(slots.keyPosition(a));
    const slabB = keys.slabOf(slots.keyPosition(b));
    const startA = keys.offsetOf(slots.keyPosition(a));
    const startB = keys.offsetOf(slots.keyPosition(b));
    for (let at = depth; at < common; at++) {
      const order = (slabA[startA + at] as number) - (slabB[startB + at] as number);
      if (order !== 0) return order;
    }
    return lengthA - lengthB;
  };

  const insertionSort = (from: number, to: number, depth: number): void => {
    for (let at = from + 1; at < to; at++) {
      const slot = list[at] as number;
      let hole = at;
      while (hole > from && compareFrom(list[hole - 1] as number, slot, depth) > 0) {
        list[hole] = list[hole - 1] as number;
        hole--;
      }
      list[hole] = slot;
    }
  };

  // Groups still to be sorted: from, to, depth.
  const groups: number[] = [0, count, 0];
  while (groups.length > 0) {
    let depth = groups.pop() as number;
    const to = groups.pop() as number;
    const from = groups.pop() as number;
    if (to - from <= SMALL) {
      insertionSort(from, to, depth);
      continue;
    }
    const starts = new Int32Array(BUCKETS + 1);
    for (;;) {
      for (let at = from; at < to; at++) {
        const byte = byteAt(list[at] as number, depth);
        bytes[at] = byte;
        starts[byte + 1] = (starts[byte + 1] as number) + 1;
      }
      // All alike: look at the next byte, unless all keys end here (then they would be equal, which cannot be).
      const first = bytes[from] as number;
      if (starts[first + 1] !== to - from || first === 0) break;
      starts[first + 1] = 0;
      depth++;
    }
    for (let byte = 1; byte <= BUCKETS; byte++) {
      starts[byte] = (starts[byte] as number) + (starts[byte - 1] as number);
    }
    for (let byte = 1; byte < BUCKETS; byte++) {
      const groupFrom = from + (starts[byte] as number);
      const groupTo = from + (starts[byte + 1] as number);
      if (groupTo - groupFrom > 1) groups.push(groupFrom, groupTo, depth + 1);
    }
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      const target = starts[byte] as number;
      starts[byte] = target + 1;
      temporary[target] = list[at] as number;
    }
    list.set(temporary.subarray(0, to - from), from);
  }
}
