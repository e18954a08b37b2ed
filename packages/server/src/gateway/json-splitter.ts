// Cuts a stream of JSON values, as a chunked POST body carries them, into single values.

/** Collects bytes and gives back each complete top-level JSON value. */
export class JsonSplitter {
  readonly #maxBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  #scanned = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** @param maxBytes the longest value that is waited for */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes bytes. @returns the values completed by them. @throws RangeError when a value grows too long */
  push(chunk: Buffer): string[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const values: string[] = [];
    for (; this.#scanned < this.#pending.length; this.#scanned++) {
      const byte = this.#pending[this.#scanned];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === 0x5c) this.#escaped = true;
        else if (byte === 0x22) this.#inString = false;
      } else if (byte === 0x22) this.#inString = true;
      else if (byte === 0x7b || byte === 0x5b) this.#depth++;
      else if ((byte === 0x7d || byte === 0x5d) && --this.#depth <= 0) {
        values.push(this.#pending.toString('utf8', 0, this.#scanned + 1));
        this.#pending = this.#pending.subarray(this.#scanned + 1);
        this.#scanned = -1;
        this.#depth = 0;
      }
    }
    if (this.#pending.length > this.#maxBytes) throw new RangeError('JSON value too long');
    return values;
  }

  /** What is left at the end of the stream; not blank when a value is unfinished. */
  get rest(): string {
    return this.#pending.toString('utf8').trim();
  }
}
