// Cuts a stream of bytes into frames. Chunks are kept as they come until a frame is complete, so that a large frame
// costs one copy and not one per chunk.

/** What a frame reader answers: bytes used, or how many bytes it takes at least to go on. */
export interface FrameReader {
  /**
   * Reads one frame at `at`. Returns its length, or, if it is not complete, minus the number of bytes from `at` that it
   * is known to need. @throws Error when the bytes are no frame
   */
  readFrame(bytes: Buffer, at: number): number;
}

export class FrameBuffer {
  readonly #reader: FrameReader;
  #chunks: Buffer[] = [];
  #length = 0;
  #needed = 1;

  constructor(reader: FrameReader) {
    this.#reader = reader;
  }

  /** Takes bytes in and gives complete frames to the reader. @throws Error of the reader */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#length);
    let at = 0;
    this.#needed = 1;
    while (at < bytes.length) {
      const used = this.#reader.readFrame(bytes, at);
      if (used <= 0) {
        this.#needed = -used;
        break;
      }
      at += used;
    }
    this.#length = bytes.length - at;
    // A copy of the rest, so that a few bytes do not hold a large chunk.
    this.#chunks = this.#length === 0 ? [] : [at === 0 ? bytes : Buffer.from(bytes.subarray(at))];
  }
}
