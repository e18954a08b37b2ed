// Key → slot for point lookups: open addressing in small tables, chosen by the upper bits of the hash, so that growing
// one of them is short work and nothing ever rehashes the whole.
import type { KeySlab, SearchKey } from './key-slab.ts';
import { none, type SlotTable } from './slot-table.ts';

const SHARD_BITS = 10;
const SHARDS = 1 << SHARD_BITS;
const INITIAL_SIZE = 8;

export class KeyHash {
  private readonly slots: SlotTable;
  private readonly keys: KeySlab;
  private readonly tables: Int32Array[] = [];
  private readonly counts = new Int32Array(SHARDS);

  constructor(slots: SlotTable, keys: KeySlab) {
    this.slots = slots;
    this.keys = keys;
    for (let shard = 0; shard < SHARDS; shard++) this.tables.push(new Int32Array(INITIAL_SIZE).fill(none));
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
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = table[at] as number;
      if (slot === none) return none;
      if (slots.hash(slot) === hash && keys.equals(slots.keyPosition(slot), slots.keyLength(slot), key)) {
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
    if (count * 4 > table.length * 3) table = this.grow(shard, table);
    this.place(table, slot, hash);
  }

  /** Removes a slot. The entries behind it move up, so that no marks of removed ones gather. */
  remove(slot: number): void {
    const hash = this.slots.hash(slot);
    const shard = hash >>> (32 - SHARD_BITS);
    const table = this.tables[shard] as Int32Array;
    const mask = table.length - 1;
    let hole = hash & mask;
    while (table[hole] !== slot) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const moved = table[at] as number;
      if (moved === none) break;
      const home = this.slots.hash(moved) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = moved;
        hole = at;
      }
    }
    table[hole] = none;
    this.counts[shard] = (this.counts[shard] as number) - 1;
  }

  private place(table: Int32Array, slot: number, hash: number): void {
    const mask = table.length - 1;
    let at = hash & mask;
    while (table[at] !== none) at = (at + 1) & mask;
    table[at] = slot;
  }

  private grow(shard: number, old: Int32Array): Int32Array {
    const table = new Int32Array(old.length * 2).fill(none);
    for (const slot of old) if (slot !== none) this.place(table, slot, this.slots.hash(slot));
    this.tables[shard] = table;
    return table;
  }
}
