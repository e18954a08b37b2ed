// Older revisions of keys: for every key a chain from newer to older, in pages of plain memory.
//
// Beside the link to the next older entry each entry has a jump: an entry of depth d jumps to the one of depth
// d & (d − 1), so that a revision is found in O(log² n) steps however often a key was written. Compaction cuts the old
// end of a chain off; entries there are used again for other keys, so a jump is followed only if it does not go below
// the chain's floor. Depths wrap at 2^32; a chain is always shorter than 2^31.
import { lastingMemory } from './lasting-memory.ts';
import { none } from './slot-table.ts';

const PAGE_BITS = 13;
const PAGE_ENTRIES = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ENTRIES - 1;
const RECORD_BYTES = 24;

// main: unit of 8 bytes at 3 × entry; the others: units of 4 bytes from 6 × entry.
const SUB_MARK = 2;
const OLDER = 3;
const JUMP = 4;
const DEPTH = 5;

export class History {
  private readonly doubles: Float64Array[] = [];
  private readonly ints: Int32Array[] = [];
  private used = 0;
  private firstFree = none;
  private freeCount = 0;

  get size(): number {
    return this.used - this.freeCount;
  }
  get bytes(): number {
    return this.doubles.length * PAGE_ENTRIES * RECORD_BYTES;
  }

  main(entry: number): number {
    return (this.doubles[entry >>> PAGE_BITS] as Float64Array)[(entry & PAGE_MASK) * 3] as number;
  }
  /** Sub revision times two, plus one for a tombstone. */
  subMark(entry: number): number {
    return this.int(entry, SUB_MARK);
  }
  older(entry: number): number {
    return this.int(entry, OLDER);
  }
  depth(entry: number): number {
    return this.int(entry, DEPTH);
  }

  /**
   * Adds an entry in front of `head` (none: begins a chain) of a chain whose oldest entry has depth `floor`.
   * @returns the new head
   */
  push(head: number, floor: number, main: number, subMark: number): number {
    const entry = this.allocate();
    (this.doubles[entry >>> PAGE_BITS] as Float64Array)[(entry & PAGE_MASK) * 3] = main;
    const ints = this.ints[entry >>> PAGE_BITS] as Int32Array;
    const base = (entry & PAGE_MASK) * 6;
    ints[base + SUB_MARK] = subMark;
    ints[base + OLDER] = head;
    if (head === none) {
      ints[base + JUMP] = none;
      ints[base + DEPTH] = 1;
      return entry;
    }
    const depth = (this.int(head, DEPTH) + 1) | 0;
    ints[base + DEPTH] = depth;
    ints[base + JUMP] = this.jumpFor(head, floor, depth);
    return entry;
  }

  /**
   * The newest entry of a chain whose main revision is not above `revision`, or none.
   * `floor` is the depth of the chain's oldest entry.
   */
  find(head: number, floor: number, revision: number): number {
    let entry = head;
    while (entry !== none && this.main(entry) > revision) {
      const depth = this.int(entry, DEPTH);
      if (depth === floor) return none;
      const jump = this.int(entry, JUMP);
      if (jump !== none && (((depth & (depth - 1)) - floor) | 0) >= 0 && this.main(jump) > revision) {
        entry = jump;
      } else {
        entry = this.int(entry, OLDER);
      }
    }
    return entry;
  }

  /** The oldest entry of a chain whose main revision is above `revision`, or none. */
  findOldestAbove(head: number, floor: number, revision: number): number {
    if (head === none || this.main(head) <= revision) return none;
    let entry = head;
    for (;;) {
      const depth = this.int(entry, DEPTH);
      if (depth === floor) return entry;
      const jump = this.int(entry, JUMP);
      if (jump !== none && (((depth & (depth - 1)) - floor) | 0) >= 0 && this.main(jump) > revision) {
        entry = jump;
        continue;
      }
      const older = this.int(entry, OLDER);
      if (this.main(older) <= revision) return entry;
      entry = older;
    }
  }

  /** Cuts the chain behind `entry`. @returns the first entry that was cut off, or none */
  cutAfter(entry: number): number {
    const ints = this.ints[entry >>> PAGE_BITS] as Int32Array;
    const at = (entry & PAGE_MASK) * 6 + OLDER;
    const rest = ints[at] as number;
    ints[at] = none;
    return rest;
  }

  /** Gives an entry back. */
  release(entry: number): void {
    (this.ints[entry >>> PAGE_BITS] as Int32Array)[(entry & PAGE_MASK) * 6 + OLDER] = this.firstFree;
    this.firstFree = entry;
    this.freeCount++;
  }

  /** The entry of depth `depth & (depth − 1)`, or none when it lies below the floor. */
  private jumpFor(head: number, floor: number, depth: number): number {
    const target = depth & (depth - 1);
    if (((target - floor) | 0) < 0 || depth === 0) return none;
    // The jumps of the entries in front lead there one after the other: each clears one more low bit of the depth.
    let entry = head;
    while (this.int(entry, DEPTH) !== target) entry = this.int(entry, JUMP);
    return entry;
  }

  private int(entry: number, field: number): number {
    return (this.ints[entry >>> PAGE_BITS] as Int32Array)[(entry & PAGE_MASK) * 6 + field] as number;
  }

  private allocate(): number {
    const free = this.firstFree;
    if (free !== none) {
      this.firstFree = this.int(free, OLDER);
      this.freeCount--;
      return free;
    }
    const entry = this.used++;
    if ((entry & PAGE_MASK) === 0) {
      const memory = lastingMemory(PAGE_ENTRIES * RECORD_BYTES);
      this.doubles.push(new Float64Array(memory));
      this.ints.push(new Int32Array(memory));
    }
    return entry;
  }
}
