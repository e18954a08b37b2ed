// Key → slot for point lookups: open addressing in small tables, chosen by the upper bits of the hash, so that growing
// one of them is short work and nothing ever rehashes the whole.
import type { KeySlab, SearchKey } from './key-slab.ts';
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
    const count = (this.counts[shard] as number) + 1;
    this.counts[shard] = count;
    let table = this.tables[shard] as Int32Array;
    // At most three quarters full.
    if (count * 8 > table.length * 3) table = this.grow(shard, table);
    place(table, slot, hash);
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

  private grow(shard: number, old: Int32Array): Int32Array {
    const table = newTable(old.length);
    for (let at = 0; at < old.length; at += 2) {
      const slot = old[at] as number;
      if (slot !== none) place(table, slot, old[at + 1] as number);
    }
    this.tables[shard] = table;
    return table;
  }
}

function newTable(entries: number): Int32Array {
  return new Int32Array(entries * 2).fill(none);
}

function place(table: Int32Array, slot: number, hash: number): void {
  const mask = table.length - 1;
  let at = (hash << 1) & mask;
  while (table[at] !== none) at = (at + 2) & mask;
  table[at] = slot;
  table[at + 1] = hash;
}
