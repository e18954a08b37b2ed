// HPACK decoder (RFC 7541): header block in, shared HeaderField objects out. One per connection.

import { HeaderField } from './header-field.ts';
import { huffmanDecode } from './huffman.ts';
import { STATIC_COUNT, STATIC_FIELDS } from './static-table.ts';

/** The block cannot be decoded; the connection's header state is lost (RFC 9113 §4.3: COMPRESSION_ERROR). */
export class HpackError extends Error {}

const INITIAL_RING = 64;
const INITIAL_TABLE_BYTES = 4096;

export class HpackDecoder {
  /** Largest dynamic table the peer may ask for. */
  #allowedBytes: number;
  /** Size the peer's encoder chose. */
  #tableBytes: number;
  #usedBytes = 0;
  // Dynamic table: a ring; the newest entry is at #next - 1.
  #ring: (HeaderField | undefined)[] = new Array<HeaderField | undefined>(INITIAL_RING).fill(undefined);
  #next = 0;
  #count = 0;
  /** Set when we lowered the table size: the next block must begin with an update to at most that. */
  #updateDue = false;
  readonly #maxListBytes: number;
  // Position after the last integer or string read: the decoder's cursor.
  #at = 0;

  /** Changes whenever the dynamic table does: equal blocks mean equal headers while it stays. */
  generation = 0;
  /** Whether the last decoded list was longer than `maxListBytes` and therefore cut. */
  truncated = false;

  constructor(options: { allowedBytes: number; maxListBytes: number }) {
    // Until the peer has seen our SETTINGS it uses the protocol's initial size (RFC 9113 §6.5.2).
    this.#allowedBytes = Math.max(INITIAL_TABLE_BYTES, options.allowedBytes);
    this.#tableBytes = INITIAL_TABLE_BYTES;
    this.#maxListBytes = options.maxListBytes;
  }

  /** Applies a new SETTINGS_HEADER_TABLE_SIZE once the peer acknowledged it. */
  setAllowedBytes(bytes: number): void {
    this.#allowedBytes = bytes;
    if (this.#tableBytes > bytes) this.#updateDue = true;
  }

  get dynamicEntries(): number {
    return this.#count;
  }

  get dynamicBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Appends the fields of one complete header block to `into`. When the list exceeds the bound, decoding goes
   * on for the table's sake, but nothing more is collected and `truncated` is set. @throws HpackError
   */
  decode(bytes: Buffer, start: number, end: number, into: HeaderField[]): void {
    this.truncated = false;
    let listBytes = 0;
    let first = true;
    let at = start;
    while (at < end) {
      const byte = bytes[at] as number;
      let field: HeaderField;
      if (byte >= 0x80) {
        // Indexed field (§6.1).
        let index = byte & 0x7f;
        if (index === 0x7f) {
          index = this.#integer(bytes, at, end, 7);
          at = this.#at;
        } else {
          at++;
        }
        field = this.#entry(index);
      } else if (byte >= 0x40) {
        // Literal with incremental indexing (§6.2.1).
        field = this.#literal(bytes, at, end, 6);
        at = this.#at;
        this.#insert(field);
      } else if (byte >= 0x20) {
        // Dynamic table size update (§6.3): only at the beginning of a block (§4.2).
        if (!first) throw new HpackError('dynamic table size update inside a header block');
        const size = this.#integer(bytes, at, end, 5);
        at = this.#at;
        if (size > this.#allowedBytes) throw new HpackError('dynamic table size update above the limit');
        this.#updateDue = false;
        this.#tableBytes = size;
        this.#evict(0);
        this.generation++;
        continue;
      } else {
        // Literal without indexing or never indexed (§6.2.2, §6.2.3).
        field = this.#literal(bytes, at, end, 4);
        at = this.#at;
      }
      if (first) {
        if (this.#updateDue) throw new HpackError('missing dynamic table size update');
        first = false;
      }
      listBytes += field.size;
      if (listBytes > this.#maxListBytes) this.truncated = true;
      else into.push(field);
    }
  }

  #entry(index: number): HeaderField {
    if (index === 0) throw new HpackError('index 0');
    if (index <= STATIC_COUNT) return STATIC_FIELDS[index - 1] as HeaderField;
    const age = index - STATIC_COUNT;
    if (age > this.#count) throw new HpackError('index beyond the dynamic table');
    return this.#ring[(this.#next - age) & (this.#ring.length - 1)] as HeaderField;
  }

  #literal(bytes: Buffer, at: number, end: number, prefixBits: number): HeaderField {
    const index = this.#integer(bytes, at, end, prefixBits);
    const name = index === 0 ? this.#string(bytes, this.#at, end) : this.#entry(index).name;
    return new HeaderField(name, this.#string(bytes, this.#at, end));
  }

  /** Integer with an n-bit prefix (§5.1), bounded well below 2^31. */
  #integer(bytes: Buffer, at: number, end: number, prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = (bytes[at] as number) & mask;
    let position = at + 1;
    if (value === mask) {
      let shift = 0;
      for (;;) {
        if (position >= end) throw new HpackError('integer cut off');
        if (shift > 21) throw new HpackError('integer too large');
        const byte = bytes[position++] as number;
        value += (byte & 0x7f) << shift;
        if (byte < 0x80) break;
        shift += 7;
      }
    }
    this.#at = position;
    return value;
  }

  #string(bytes: Buffer, at: number, end: number): string {
    if (at >= end) throw new HpackError('string cut off');
    const huffman = (bytes[at] as number) >= 0x80;
    const length = this.#integer(bytes, at, end, 7);
    const from = this.#at;
    const to = from + length;
    if (to > end) throw new HpackError('string cut off');
    this.#at = to;
    if (!huffman) return bytes.toString('latin1', from, to);
    const text = huffmanDecode(bytes, from, to);
    if (text === undefined) throw new HpackError('invalid Huffman code');
    return text;
  }

  #insert(field: HeaderField): void {
    this.generation++;
    if (field.size > this.#tableBytes) {
      // Larger than the table: empties it and is not stored (§4.4).
      this.#evict(this.#tableBytes);
      return;
    }
    this.#evict(field.size);
    if (this.#count === this.#ring.length) this.#grow();
    this.#ring[this.#next & (this.#ring.length - 1)] = field;
    this.#next++;
    this.#count++;
    this.#usedBytes += field.size;
  }

  /** Removes the oldest entries until `room` bytes are free. */
  #evict(room: number): void {
    const mask = this.#ring.length - 1;
    while (this.#count > 0 && this.#usedBytes + room > this.#tableBytes) {
      const oldest = (this.#next - this.#count) & mask;
      this.#usedBytes -= (this.#ring[oldest] as HeaderField).size;
      this.#ring[oldest] = undefined;
      this.#count--;
    }
  }

  #grow(): void {
    const old = this.#ring;
    const ring = new Array<HeaderField | undefined>(old.length * 2).fill(undefined);
    for (let i = 0; i < this.#count; i++) ring[i] = old[(this.#next - this.#count + i) & (old.length - 1)];
    this.#ring = ring;
    this.#next = this.#count;
  }
}
