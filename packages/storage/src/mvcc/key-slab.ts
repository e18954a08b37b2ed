// The bytes of all keys, outside the heap: pieces of memory cut into 8-byte units, with a free list for every length.
// A key is padded with zeros to whole units, so that it can be compared four bytes at a time.
import { assert } from '@quorate/base';
import { lastingMemory } from './lasting-memory.ts';
import { keySlabBytes } from './limits.ts';

const UNIT = 8;
const SLAB_UNITS = keySlabBytes / UNIT;
/** Lengths (in units) that have a free list; longer keys are rare and each gets a slab of its own. */
const MAX_POOLED_UNITS = SLAB_UNITS;

/**
 * The key being looked for, in words: filled once per operation and compared against many stored keys. One instance,
 * because the store runs one operation at a time.
 */
export class SearchKey {
  bytes: Uint8Array = new Uint8Array(256);
  words: Int32Array = new Int32Array(this.bytes.buffer);
  length = 0;
  hash = 0;

  /** Takes over `source[start, end)` and computes its hash. */
  set(source: Uint8Array, seed: number, start = 0, end = source.length): void {
    const length = end - start;
    if (length + UNIT > this.bytes.length) {
      this.bytes = new Uint8Array(Math.ceil((2 * (length + UNIT)) / UNIT) * UNIT);
      this.words = new Int32Array(this.bytes.buffer);
    }
    const { bytes, words } = this;
    this.length = length;
    const wordCount = (length + 3) >>> 2;
    if (length > 0) words[wordCount - 1] = 0;
    words[wordCount] = 0;
    if (length <= 64) for (let at = 0; at < length; at++) bytes[at] = source[start + at] as number;
    else bytes.set(source.subarray(start, end));
    let hash = seed ^ Math.imul(length, 0x9e3779b1);
    for (let at = 0; at < wordCount; at++) {
      hash = Math.imul(hash ^ (words[at] as number), 0x85ebca6b);
      hash = (hash << 13) | (hash >>> 19);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
    this.hash = hash ^ (hash >>> 16);
  }
}

export class KeySlab {
  private readonly slabs: Uint8Array[] = [];
  private readonly slabWords: Int32Array[] = [];
  /** Where the next new key goes, in units from the beginning of all slabs. */
  private nextUnit = 0;
  private endUnit = 0;
  /** First free run of so many units, or −1; the run's first word holds the next one. */
  private readonly free: Int32Array = new Int32Array(MAX_POOLED_UNITS + 1).fill(-1);
  /** Places of slabs given back by long keys. */
  private readonly freeIndexes: number[] = [];
  private bytesHeld = 0;

  /** Bytes of memory held. */
  get bytes(): number {
    return this.bytesHeld;
  }

  /** Stores the search key. @returns its position, in units (an unsigned 32-bit number in a signed one) */
  add(key: SearchKey): number {
    const units = Math.max(1, Math.ceil(key.length / UNIT));
    let position: number;
    if (units <= MAX_POOLED_UNITS && (this.free[units] as number) !== -1) {
      position = this.free[units] as number;
      const words = this.slabWords[position >>> 17] as Int32Array;
      this.free[units] = words[(position & (SLAB_UNITS - 1)) << 1] as number;
    } else {
      position = this.reserve(units);
    }
    const stored = this.slabWords[position >>> 17] as Int32Array;
    const base = (position & (SLAB_UNITS - 1)) << 1;
    const wordCount = (key.length + 3) >>> 2;
    for (let at = 0; at < wordCount; at++) stored[base + at] = key.words[at] as number;
    for (let at = wordCount; at < units * 2; at++) stored[base + at] = 0;
    return position;
  }

  /** Gives the room of a key back. */
  remove(position: number, length: number): void {
    const units = Math.max(1, Math.ceil(length / UNIT));
    const index = position >>> 17;
    if (units > MAX_POOLED_UNITS) {
      this.bytesHeld -= (this.slabs[index] as Uint8Array).length;
      this.slabs[index] = new Uint8Array(0);
      this.slabWords[index] = new Int32Array(0);
      this.freeIndexes.push(index);
      return;
    }
    const words = this.slabWords[index] as Int32Array;
    words[(position & (SLAB_UNITS - 1)) << 1] = this.free[units] as number;
    this.free[units] = position;
  }

  /** The key's bytes (a copy: slab memory is used again after compaction). */
  copy(position: number, length: number): Uint8Array {
    const start = (position & (SLAB_UNITS - 1)) * UNIT;
    return Uint8Array.prototype.slice.call(this.slabs[position >>> 17] as Uint8Array, start, start + length);
  }

  /** The slab a key lies in and its offset there, for sorting. */
  slabOf(position: number): Uint8Array {
    return this.slabs[position >>> 17] as Uint8Array;
  }
  offsetOf(position: number): number {
    return (position & (SLAB_UNITS - 1)) * UNIT;
  }

  /** Whether the stored key equals the search key. */
  equals(position: number, length: number, key: SearchKey): boolean {
    if (length !== key.length) return false;
    const stored = this.slabWords[position >>> 17] as Int32Array;
    const searched = key.words;
    const base = (position & (SLAB_UNITS - 1)) << 1;
    const words = (length + 3) >>> 2;
    for (let at = 0; at < words; at++) {
      if (stored[base + at] !== searched[at]) return false;
    }
    return true;
  }

  /** Order of the search key against a stored key: negative when the search key comes first. */
  compare(key: SearchKey, position: number, length: number): number {
    const stored = this.slabWords[position >>> 17] as Int32Array;
    const searched = key.words;
    const base = (position & (SLAB_UNITS - 1)) << 1;
    const common = Math.min(key.length, length);
    const words = (common + 3) >>> 2;
    for (let at = 0; at < words; at++) {
      const ours = searched[at] as number;
      const theirs = stored[base + at] as number;
      if (ours !== theirs) {
        // The first byte that differs lies in the lowest set bits of the difference (little-endian words). Beyond the
        // end of the shorter key its padding is zero, which is right: the shorter comes first, or they are equal so far.
        const difference = ours ^ theirs;
        const shift = (31 - Math.clz32(difference & -difference)) & 24;
        const order = ((ours >>> shift) & 0xff) - ((theirs >>> shift) & 0xff);
        return order;
      }
    }
    return key.length - length;
  }

  private reserve(units: number): number {
    if (units > MAX_POOLED_UNITS) {
      // A long key has its slab for itself; its index takes the whole address range of one slab.
      const position = this.addSlab(units * UNIT) * SLAB_UNITS;
      return position | 0;
    }
    if (this.nextUnit + units > this.endUnit) {
      this.nextUnit = this.addSlab(keySlabBytes) * SLAB_UNITS;
      this.endUnit = this.nextUnit + SLAB_UNITS;
    }
    const position = this.nextUnit;
    this.nextUnit += units;
    return position | 0;
  }

  private addSlab(bytes: number): number {
    const index = this.freeIndexes.pop() ?? this.slabs.length;
    assert(index < 2 ** 15, 'no more than 32 GiB of keys');
    const slab = new Uint8Array(lastingMemory(bytes));
    this.slabs[index] = slab;
    this.slabWords[index] = new Int32Array(slab.buffer);
    this.bytesHeld += bytes;
    return index;
  }
}

assert(SLAB_UNITS === 2 ** 17, 'positions hold the unit within a slab in their low 17 bits');
