// Key → slot for point lookups: open addressing in small tables, chosen by the upper bits of the hash, so that growing
// one of them is short work and nothing ever rehashes the whole.
import { compareBytes } from '@quorate/base';
import type { KeySlab, SearchKey } from './key-slab.ts';
import { lastingMemory } from './lasting-memory.ts';
import { none, type SlotTable } from './slot-table.ts';

const SHARD_BITS = 10;
const SHARDS = 1 << SHARD_BITS;
const INITIAL_ENTRIES = 8;

/**
 * Tables hold pairs (slot, hash): with the hash beside it an entry of another key is passed over without a look at the
 * slot's memory, and a table grows without one.
 */
export class KeyHash {
  private readonly slots: SlotTable;
  private readonly keys: KeySlab;
  private readonly tables: Int32Array[] = [];
  private readonly counts = new Int32Array(SHARDS);

  constructor(slots: SlotTable, keys: KeySlab) {
    this.slots = slots;
    this.keys = keys;
    for (let shard = 0; shard < SHARDS; shard++) this.tables.push(newTable(INITIAL_ENTRIES));
  }

  get bytes(): number {
    let bytes = 0;
    for (const table of this.tables) bytes += table.byteLength;
    return bytes;
  }

  /** The slot of the search key, or none. */
  find(key: SearchKey): number {
    const { slots, keys } = this;
    const hash = key.hash;
    const table = this.tables[hash >>> (32 - SHARD_BITS)] as Int32Array;
    const mask = table.length - 1;
    for (let at = (hash << 1) & mask; ; at = (at + 2) & mask) {
      const slot = table[at] as number;
      if (slot === none) return none;
      if (table[at + 1] === hash && keys.equals(slots.keyPosition(slot), slots.keyLength(slot), key)) {
        return slot;
      }
    }
  }

  /** Adds a slot whose key is not in the table. */
  add(slot: number): void {
    const hash = this.slots.hash(slot);
    const shard = hash >>> (32 - SHARD_BITS);
    place(this.reserve(shard, 1), slot, hash);
  }

  /**
   * Adds slots that follow each other, table by table: where they are many, each table is visited once.
   * @param twice told of a slot whose key is in the tables already, and is not added
   */
  addAll(from: number, to: number, twice: (slot: number, earlier: number) => void): void {
    const count = to - from;
    const { slots } = this;
    if (count < SHARDS) {
      for (let slot = from; slot < to; slot++) {
        const hash = slots.hash(slot);
        this.addUnless(slot, hash, this.reserve(hash >>> (32 - SHARD_BITS), 1), twice);
      }
      return;
    }
    // Where each shard's slots end in `sorted`.
    const ends = new Int32Array(SHARDS);
    const hashes = new Int32Array(count);
    for (let at = 0; at < count; at++) {
      const hash = slots.hash(from + at);
      hashes[at] = hash;
      const shard = hash >>> (32 - SHARD_BITS);
      ends[shard] = (ends[shard] as number) + 1;
    }
    for (let shard = 1; shard < SHARDS; shard++) {
      ends[shard] = (ends[shard] as number) + (ends[shard - 1] as number);
    }
    const sorted = new Int32Array(count);
    const next = ends.slice();
    for (let at = count - 1; at >= 0; at--) {
      const shard = (hashes[at] as number) >>> (32 - SHARD_BITS);
      const place = (next[shard] as number) - 1;
      next[shard] = place;
      sorted[place] = at;
    }
    for (let shard = 0, begin = 0; shard < SHARDS; shard++) {
      const end = ends[shard] as number;
      const table = this.reserve(shard, end - begin);
      for (; begin < end; begin++) {
        const at = sorted[begin] as number;
        this.addUnless(from + at, hashes[at] as number, table, twice);
      }
    }
  }

  /** Adds a slot, which has been counted, unless its key is there. */
  private addUnless(
    slot: number,
    hash: number,
    table: Int32Array,
    twice: (slot: number, earlier: number) => void,
  ): void {
    const mask = table.length - 1;
    let at = (hash << 1) & mask;
    for (; table[at] !== none; at = (at + 2) & mask) {
      const earlier = table[at] as number;
      if (table[at + 1] !== hash || !this.haveSameKey(slot, earlier)) continue;
      const shard = hash >>> (32 - SHARD_BITS);
      this.counts[shard] = (this.counts[shard] as number) - 1;
      twice(slot, earlier);
      return;
    }
    table[at] = slot;
    table[at + 1] = hash;
  }

  private haveSameKey(slot: number, other: number): boolean {
    const { slots, keys } = this;
    return (
      compareBytes(
        keys.copy(slots.keyPosition(slot), slots.keyLength(slot)),
        keys.copy(slots.keyPosition(other), slots.keyLength(other)),
      ) === 0
    );
  }

  /** Counts `added` entries of a shard. @returns its table, which has room for them */
  private reserve(shard: number, added: number): Int32Array {
    const count = (this.counts[shard] as number) + added;
    this.counts[shard] = count;
    const table = this.tables[shard] as Int32Array;
    let entries = table.length >> 1;
    // At most three quarters full.
    while (count * 4 > entries * 3) entries *= 2;
    return entries === table.length >> 1 ? table : this.grow(shard, table, entries);
  }

  /** Removes a slot. The entries behind it move up, so that no marks of removed ones gather. */
  remove(slot: number): void {
    const hash = this.slots.hash(slot);
    const shard = hash >>> (32 - SHARD_BITS);
    const table = this.tables[shard] as Int32Array;
    const mask = table.length - 1;
    let hole = (hash << 1) & mask;
    while (table[hole] !== slot) hole = (hole + 2) & mask;
    for (let at = (hole + 2) & mask; table[at] !== none; at = (at + 2) & mask) {
      const home = ((table[at + 1] as number) << 1) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at] as number;
        table[hole + 1] = table[at + 1] as number;
        hole = at;
      }
    }
    table[hole] = none;
    this.counts[shard] = (this.counts[shard] as number) - 1;
  }

  private grow(shard: number, old: Int32Array, entries: number): Int32Array {
    const table = newTable(entries);
    for (let at = 0; at < old.length; at += 2) {
      const slot = old[at] as number;
      if (slot !== none) place(table, slot, old[at + 1] as number);
    }
    this.tables[shard] = table;
    return table;
  }
}

function newTable(entries: number): Int32Array {
  return new Int32Array(lastingMemory(entries * 2 * Int32Array.BYTES_PER_ELEMENT)).fill(none);
}

function place(table: Int32Array, slot: number, hash: number): void {
  const mask = table.length - 1;
  let at = (hash << 1) & mask;
  while (table[at] !== none) at = (at + 2) & mask;
  table[at] = slot;
  table[at + 1] = hash;
}
