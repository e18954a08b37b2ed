// Remembers what a header block meant. gRPC clients send the same few bytes with every call; while the dynamic
// table stays as it is, equal bytes mean equal headers, and the parsed head can be shared.

import { HEADER_CACHE_BLOCK_BYTES, HEADER_CACHE_ENTRIES } from '../limits.ts';

interface Entry<Head> {
  readonly block: Uint8Array;
  readonly generation: number;
  readonly head: Head;
}

export class HeaderCache<Head> {
  readonly #entries: Entry<Head>[] = [];
  #recent = 0;
  #oldest = 0;

  /** The head of an equal block decoded in the same table generation. */
  find(bytes: Uint8Array, start: number, end: number, generation: number): Head | undefined {
    const entries = this.#entries;
    const count = entries.length;
    let at = this.#recent;
    for (let i = 0; i < count; i++) {
      const entry = entries[at] as Entry<Head>;
      if (entry.generation === generation && sameBytes(entry.block, bytes, start, end)) {
        this.#recent = at;
        return entry.head;
      }
      at = at + 1 === count ? 0 : at + 1;
    }
    return undefined;
  }

  /** Remembers a block that left the dynamic table as it was. */
  add(bytes: Uint8Array, start: number, end: number, generation: number, head: Head): void {
    if (end - start > HEADER_CACHE_BLOCK_BYTES) return;
    const entry = { block: Uint8Array.prototype.slice.call(bytes, start, end), generation, head };
    if (this.#entries.length < HEADER_CACHE_ENTRIES) {
      this.#recent = this.#entries.length;
      this.#entries.push(entry);
      return;
    }
    this.#entries[this.#oldest] = entry;
    this.#recent = this.#oldest;
    this.#oldest = (this.#oldest + 1) % HEADER_CACHE_ENTRIES;
  }
}

function sameBytes(block: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const length = block.length;
  if (length !== end - start) return false;
  for (let i = 0; i < length; i++) if (block[i] !== bytes[start + i]) return false;
  return true;
}
