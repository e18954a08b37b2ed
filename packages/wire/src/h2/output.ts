// Outgoing bytes of one connection: everything written in a turn is collected in one buffer and handed to the
// socket in one write. Buffers come from a pool and return to it when the kernel took everything at once.

import type { Socket } from 'node:net';
import { OUTPUT_BUFFER_BYTES, OUTPUT_POOL_BUFFERS } from '../limits.ts';

const pool: Buffer[] = [];
const none: Buffer = Buffer.alloc(0);

// Below this a byte loop is faster than a call of TypedArray.prototype.set.
const LOOP_COPY_BYTES = 48;

export class Output {
  /** Valid up to `length`; may be replaced by `reserve` and `flush`. */
  buffer: Buffer = none;
  length = 0;
  bytesSent = 0;
  readonly #socket: Socket;
  /** Writes do not end at once (TLS, a slow peer): buffers come back by callback from then on. */
  #asynchronous = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Bytes given to the socket that the kernel has not taken. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Makes room for `bytes` more; afterwards `buffer` may be written from `length` on. */
  reserve(bytes: number): void {
    if (this.buffer.length - this.length >= bytes) return;
    if (this.buffer.length === 0 && bytes <= OUTPUT_BUFFER_BYTES) {
      this.buffer = pool.pop() ?? Buffer.allocUnsafeSlow(OUTPUT_BUFFER_BYTES);
      return;
    }
    const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(grown, 0, 0, this.length);
    release(this.buffer);
    this.buffer = grown;
  }

  /** Frame header (RFC 9113 §4.1); room must have been reserved. */
  frameHeader(payloadBytes: number, type: number, flags: number, streamId: number): void {
    const out = this.buffer;
    const at = this.length;
    out[at] = payloadBytes >>> 16;
    out[at + 1] = payloadBytes >>> 8;
    out[at + 2] = payloadBytes;
    out[at + 3] = type;
    out[at + 4] = flags;
    out[at + 5] = streamId >>> 24;
    out[at + 6] = streamId >>> 16;
    out[at + 7] = streamId >>> 8;
    out[at + 8] = streamId;
    this.length = at + 9;
  }

  uint32(value: number): void {
    const out = this.buffer;
    const at = this.length;
    out[at] = value >>> 24;
    out[at + 1] = value >>> 16;
    out[at + 2] = value >>> 8;
    out[at + 3] = value;
    this.length = at + 4;
  }

  /** Copies `bytes[start..end)`; room must have been reserved. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    const at = this.length;
    if (count <= LOOP_COPY_BYTES) {
      const out = this.buffer;
      for (let i = 0; i < count; i++) out[at + i] = bytes[start + i] as number;
    } else if (start === 0 && end === bytes.length) {
      this.buffer.set(bytes, at);
    } else {
      this.buffer.set(bytes.subarray(start, end), at);
    }
    this.length = at + count;
  }

  /** Appends a latin-1 string. */
  latin1(text: string): void {
    this.reserve(text.length);
    this.length += this.buffer.write(text, this.length, 'latin1');
  }

  /** Appends a string as UTF-8. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.length += this.buffer.write(text, this.length, 'utf8');
  }

  /** Hands everything to the socket in one write. */
  flush(): void {
    const length = this.length;
    if (length === 0) return;
    const buffer = this.buffer;
    this.buffer = none;
    this.length = 0;
    if (this.#socket.destroyed || this.#socket.writableEnded) {
      release(buffer);
      return;
    }
    this.bytesSent += length;
    const bytes = length === buffer.length ? buffer : buffer.subarray(0, length);
    if (this.#asynchronous) {
      this.#socket.write(bytes, (error) => {
        if (error === undefined || error === null) release(buffer);
      });
      return;
    }
    this.#socket.write(bytes);
    // Nothing left in the socket's queue: the kernel has a copy, the buffer is ours again.
    if (this.#socket.writableLength === 0) release(buffer);
    else this.#asynchronous = true;
  }
}

function release(buffer: Buffer): void {
  if (buffer.length === OUTPUT_BUFFER_BYTES && pool.length < OUTPUT_POOL_BUFFERS) pool.push(buffer);
}
