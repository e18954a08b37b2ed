// HPACK encoder (RFC 7541): header fields in, header block out. One per connection. Blocks that only refer to the
// tables may be kept by the caller and sent again verbatim for as long as `generation` stays the same.

import { huffmanEncode, huffmanLength } from './huffman.ts';
import { STATIC_COUNT, STATIC_NAMES, STATIC_PAIRS } from './static-table.ts';

/** How a field is represented. */
export const Indexing = {
  /** Put into the dynamic table: values that repeat on this connection. */
  add: 0,
  /** Not put into the table: values that differ from call to call. */
  none: 1,
  /** Never indexed, by intermediaries either: secrets (§7.1.3). */
  never: 2,
} as const;

const DEFAULT_TABLE_BYTES = 4096;

interface Entry {
  readonly name: string;
  readonly pair: string;
  readonly size: number;
  readonly number: number;
}

export class HpackEncoder {
  readonly #maxTableBytes: number;
  #tableBytes: number;
  #usedBytes = 0;
  #entries: Entry[] = []; // oldest first
  #inserted = 0;
  readonly #pairs = new Map<string, number>();
  readonly #names = new Map<string, number>();
  /** Smallest table size since the last block, when it changed: has to be announced (§4.2). */
  #announceLowest = -1;
  #out: Buffer = Buffer.allocUnsafeSlow(512);
  #length = 0;

  /** Changes with every change of the dynamic table or of its size. */
  generation = 0;

  /** @param maxTableBytes most we use, whatever the peer allows */
  constructor(maxTableBytes: number) {
    this.#maxTableBytes = maxTableBytes;
    this.#tableBytes = Math.min(DEFAULT_TABLE_BYTES, maxTableBytes);
    if (this.#tableBytes < DEFAULT_TABLE_BYTES) this.#announceLowest = this.#tableBytes;
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE. */
  setPeerLimit(bytes: number): void {
    const size = Math.min(bytes, this.#maxTableBytes);
    if (size === this.#tableBytes) return;
    this.#announceLowest = this.#announceLowest === -1 ? size : Math.min(this.#announceLowest, size);
    this.#tableBytes = size;
    this.#evict(0);
    this.generation++;
  }

  /** The next block must go through `begin`: it announces a changed table size. */
  get updateDue(): boolean {
    return this.#announceLowest !== -1;
  }

  /** Starts a header block. */
  begin(): void {
    this.#length = 0;
    if (this.#announceLowest !== -1) {
      if (this.#announceLowest < this.#tableBytes) this.#integer(0x20, 5, this.#announceLowest);
      this.#integer(0x20, 5, this.#tableBytes);
      this.#announceLowest = -1;
      this.generation++;
    }
  }

  /** Adds a field; name in lower case, both latin-1. */
  field(name: string, value: string, indexing: number = Indexing.add): void {
    const pair = `${name}\0${value}`;
    if (indexing !== Indexing.never) {
      const index = STATIC_PAIRS.get(pair) ?? this.#dynamicIndex(this.#pairs.get(pair));
      if (index !== undefined) {
        this.#integer(0x80, 7, index);
        return;
      }
    }
    const nameIndex = STATIC_NAMES.get(name) ?? this.#dynamicIndex(this.#names.get(name)) ?? 0;
    const size = name.length + value.length + 32;
    // Big entries would push everything else out: not worth it.
    if (indexing === Indexing.add && size <= this.#tableBytes / 2) {
      this.#integer(0x40, 6, nameIndex);
      if (nameIndex === 0) this.#string(name);
      this.#string(value);
      this.#insert(name, pair, size);
    } else {
      this.#integer(indexing === Indexing.never ? 0x10 : 0x00, 4, nameIndex);
      if (nameIndex === 0) this.#string(name);
      this.#string(value);
    }
  }

  /** Adds a block made earlier in the same generation. */
  again(block: Uint8Array): void {
    this.#reserve(block.length);
    this.#out.set(block, this.#length);
    this.#length += block.length;
  }

  /** The finished block; valid until the next `begin`. */
  block(): Buffer {
    return this.#out.subarray(0, this.#length);
  }

  #dynamicIndex(number: number | undefined): number | undefined {
    return number === undefined ? undefined : STATIC_COUNT + this.#inserted - number;
  }

  #insert(name: string, pair: string, size: number): void {
    this.#evict(size);
    const number = this.#inserted++;
    this.#entries.push({ name, pair, size, number });
    this.#pairs.set(pair, number);
    this.#names.set(name, number);
    this.#usedBytes += size;
    this.generation++;
  }

  #evict(room: number): void {
    let drop = 0;
    while (drop < this.#entries.length && this.#usedBytes + room > this.#tableBytes) {
      const entry = this.#entries[drop++] as Entry;
      this.#usedBytes -= entry.size;
      if (this.#pairs.get(entry.pair) === entry.number) this.#pairs.delete(entry.pair);
      if (this.#names.get(entry.name) === entry.number) this.#names.delete(entry.name);
    }
    if (drop > 0) this.#entries = this.#entries.slice(drop);
  }

  #integer(pattern: number, prefixBits: number, value: number): void {
    this.#reserve(6);
    const mask = (1 << prefixBits) - 1;
    if (value < mask) {
      this.#out[this.#length++] = pattern | value;
      return;
    }
    this.#out[this.#length++] = pattern | mask;
    let rest = value - mask;
    while (rest >= 0x80) {
      this.#out[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#out[this.#length++] = rest;
  }

  #string(text: string): void {
    const packed = huffmanLength(text);
    if (packed < text.length) {
      this.#integer(0x80, 7, packed);
      this.#reserve(packed + 1);
      this.#length = huffmanEncode(text, this.#out, this.#length);
    } else {
      this.#integer(0x00, 7, text.length);
      this.#reserve(text.length);
      this.#length += this.#out.write(text, this.#length, 'latin1');
    }
  }

  #reserve(bytes: number): void {
    if (this.#out.length - this.#length >= bytes) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#out.length * 2, this.#length + bytes));
    this.#out.copy(grown, 0, 0, this.#length);
    this.#out = grown;
  }
}
