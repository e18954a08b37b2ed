// The `kvs` fields of a large RangeResponse, one after the other in chunks of pooled memory.
import type { ChunkPool } from './chunk-pool.ts';
import { responseChunkBytes } from './limits.ts';
import { bytesTag, varintSize, writeVarint } from './protobuf-bytes.ts';

const kvsTag = bytesTag(2);

export class RangeBody {
  /** Where the last field lies: number of its chunk, its start and end in it, and where its key-value begins. */
  chunkNumber = -1;
  fieldStart = 0;
  kvStart = 0;
  fieldEnd = 0;
  readonly #pool: ChunkPool;
  readonly #chunks: Buffer[] = [];
  /** How much of each chunk is used; of the last one it is `fieldEnd`. */
  readonly #lengths: number[] = [];
  /** Chunks to be given back; a field longer than a chunk has memory of its own. */
  #pooled: Buffer[] = [];

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  /** The bytes of a chunk. */
  chunk(number: number): Buffer {
    return this.#chunks[number] as Buffer;
  }

  /** Adds a key-value. */
  append(kv: Uint8Array): void {
    const { length } = kv;
    const out = this.#reserve(1 + varintSize(length) + length);
    out[this.fieldStart] = kvsTag;
    const at = writeVarint(out, this.fieldStart + 1, length);
    out.set(kv, at);
    this.kvStart = at;
    this.fieldEnd = at + length;
  }

  /** Adds a field as it lies in another body. */
  appendField(from: Uint8Array, start: number, end: number): void {
    const out = this.#reserve(end - start);
    out.set(from.subarray(start, end), this.fieldStart);
    this.fieldEnd = this.fieldStart + end - start;
  }

  /** All of it, valid until `release`. */
  parts(): Uint8Array[] {
    this.#closeChunk();
    return this.#chunks.map((chunk, at) => chunk.subarray(0, this.#lengths[at]));
  }

  /** Gives the memory back: nothing is in it any more. */
  release(): void {
    this.#pool.give(this.#pooled);
    this.#pooled = [];
    this.#chunks.length = 0;
    this.#lengths.length = 0;
    this.chunkNumber = -1;
  }

  /** Room for a field in one piece, from `fieldStart` on. */
  #reserve(bytes: number): Buffer {
    const current = this.#chunks[this.chunkNumber];
    if (current !== undefined && this.fieldEnd + bytes <= current.length) {
      this.fieldStart = this.fieldEnd;
      return current;
    }
    this.#closeChunk();
    let chunk: Buffer;
    if (bytes > responseChunkBytes) {
      chunk = Buffer.allocUnsafeSlow(bytes);
    } else {
      chunk = this.#pool.take();
      this.#pooled.push(chunk);
    }
    this.#chunks.push(chunk);
    this.chunkNumber++;
    this.fieldStart = 0;
    return chunk;
  }

  #closeChunk(): void {
    if (this.chunkNumber >= 0) this.#lengths[this.chunkNumber] = this.fieldEnd;
  }
}
