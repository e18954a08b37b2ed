// Everything the store knows about one key, as a 64-byte record in pages of plain memory: one cache line per key and
// nothing for the garbage collector. A key's slot number stays the same as long as the key is in the index.
import { assert } from '@quorate/base';
import { lastingMemory } from './lasting-memory.ts';

const PAGE_BITS = 13;
const PAGE_SLOTS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SLOTS - 1;
const RECORD_BYTES = 64;

// Fields in units of 8 bytes.
const MOD_MAIN = 0;
const CREATE = 1;
const VERSION = 2;
const LEASE = 3;
// Fields in units of 4 bytes.
const LEASE_LOW = 6;
const LEASE_HIGH = 7;
const MOD_SUB_MARK = 8;
const HISTORY = 9;
const KEY_POSITION = 10;
const KEY_LENGTH = 11;
const HASH = 12;
const SEGMENT = 13;
const OFFSET = 14;
const HISTORY_FLOOR = 15;

/** No such slot, history entry or segment. */
export const none = -1;

export class SlotTable {
  private readonly doubles: Float64Array[] = [];
  private readonly ints: Int32Array[] = [];
  private readonly longs: BigInt64Array[] = [];
  private used = 0;
  private firstFree = none;
  private freeCount = 0;

  /** Slots up to here have been used at some time. */
  get capacity(): number {
    return this.used;
  }
  get size(): number {
    return this.used - this.freeCount;
  }
  get bytes(): number {
    return this.doubles.length * PAGE_SLOTS * RECORD_BYTES;
  }

  /** A new slot for a key; everything else in it is zero or none. */
  allocate(keyPosition: number, keyLength: number, hash: number): number {
    let slot = this.firstFree;
    if (slot !== none) {
      this.firstFree = this.historyHead(slot);
      this.freeCount--;
      const start = (slot & PAGE_MASK) << 4;
      (this.ints[slot >>> PAGE_BITS] as Int32Array).fill(0, start, start + 16);
    } else {
      slot = this.used++;
      assert(slot < 0x7fffffff, 'no more than 2^31 keys');
      if ((slot & PAGE_MASK) === 0) {
        const memory = lastingMemory(PAGE_SLOTS * RECORD_BYTES);
        this.doubles.push(new Float64Array(memory));
        this.ints.push(new Int32Array(memory));
        this.longs.push(new BigInt64Array(memory));
      }
    }
    const ints = this.ints[slot >>> PAGE_BITS] as Int32Array;
    const base = (slot & PAGE_MASK) << 4;
    ints[base + HISTORY] = none;
    ints[base + KEY_POSITION] = keyPosition;
    ints[base + KEY_LENGTH] = keyLength;
    ints[base + HASH] = hash;
    ints[base + SEGMENT] = none;
    return slot;
  }

  /** Gives a slot back; isFree tells it from the others until it is used again. */
  release(slot: number): void {
    const ints = this.ints[slot >>> PAGE_BITS] as Int32Array;
    const base = (slot & PAGE_MASK) << 4;
    ints[base + KEY_LENGTH] = -1;
    ints[base + SEGMENT] = none;
    ints[base + HISTORY] = this.firstFree;
    this.firstFree = slot;
    this.freeCount++;
  }

  isFree(slot: number): boolean {
    return this.keyLength(slot) < 0;
  }

  /** Main part of the key's newest revision. */
  modMain(slot: number): number {
    return (this.doubles[slot >>> PAGE_BITS] as Float64Array)[((slot & PAGE_MASK) << 3) + MOD_MAIN] as number;
  }
  /** Sub part of the newest revision times two, plus one if it is a tombstone. */
  subMark(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + MOD_SUB_MARK] as number;
  }
  isDead(slot: number): boolean {
    return (this.subMark(slot) & 1) === 1;
  }
  create(slot: number): number {
    return (this.doubles[slot >>> PAGE_BITS] as Float64Array)[((slot & PAGE_MASK) << 3) + CREATE] as number;
  }
  version(slot: number): number {
    return (this.doubles[slot >>> PAGE_BITS] as Float64Array)[((slot & PAGE_MASK) << 3) + VERSION] as number;
  }

  /** Sets the newest revision. */
  setRevision(slot: number, main: number, subMark: number, create: number, version: number): void {
    const doubles = this.doubles[slot >>> PAGE_BITS] as Float64Array;
    const base = (slot & PAGE_MASK) << 3;
    doubles[base + MOD_MAIN] = main;
    doubles[base + CREATE] = create;
    doubles[base + VERSION] = version;
    (this.ints[slot >>> PAGE_BITS] as Int32Array)[(base << 1) + MOD_SUB_MARK] = subMark;
  }

  hasLease(slot: number): boolean {
    const ints = this.ints[slot >>> PAGE_BITS] as Int32Array;
    const base = (slot & PAGE_MASK) << 4;
    return ((ints[base + LEASE_LOW] as number) | (ints[base + LEASE_HIGH] as number)) !== 0;
  }
  lease(slot: number): bigint {
    return (this.longs[slot >>> PAGE_BITS] as BigInt64Array)[((slot & PAGE_MASK) << 3) + LEASE] as bigint;
  }
  setLease(slot: number, lease: bigint): void {
    (this.longs[slot >>> PAGE_BITS] as BigInt64Array)[((slot & PAGE_MASK) << 3) + LEASE] = lease;
  }
  setLeaseHalves(slot: number, low: number, high: number): void {
    const ints = this.ints[slot >>> PAGE_BITS] as Int32Array;
    const base = (slot & PAGE_MASK) << 4;
    ints[base + LEASE_LOW] = low;
    ints[base + LEASE_HIGH] = high;
  }

  /** Newest entry of the key's history, or none. */
  historyHead(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + HISTORY] as number;
  }
  setHistoryHead(slot: number, entry: number): void {
    (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + HISTORY] = entry;
  }
  /** Depth of the oldest entry of the key's history; without a meaning when there is none. */
  historyFloor(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + HISTORY_FLOOR] as number;
  }
  setHistoryFloor(slot: number, depth: number): void {
    (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + HISTORY_FLOOR] = depth;
  }

  keyPosition(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + KEY_POSITION] as number;
  }
  keyLength(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + KEY_LENGTH] as number;
  }
  hash(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + HASH] as number;
  }

  /** Segment of the record arena that holds the newest record, or none. */
  segment(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + SEGMENT] as number;
  }
  offset(slot: number): number {
    return (this.ints[slot >>> PAGE_BITS] as Int32Array)[((slot & PAGE_MASK) << 4) + OFFSET] as number;
  }
  setRecord(slot: number, segment: number, offset: number): void {
    const ints = this.ints[slot >>> PAGE_BITS] as Int32Array;
    const base = (slot & PAGE_MASK) << 4;
    ints[base + SEGMENT] = segment;
    ints[base + OFFSET] = offset;
  }
}
