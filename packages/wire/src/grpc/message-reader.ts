// gRPC's length-prefixed messages out of DATA content: the general path, for messages that do not lie whole in one
// DATA frame, for paused readers and for compressed messages. Memory grows with what arrived, never with what a
// prefix promises.

import { gunzipSync } from 'node:zlib';
import { GrpcCode } from '@quorate/base';

const PREFIX_BYTES = 5;
const FIRST_ALLOCATION_BYTES = 4096;

/** The peer's message cannot be taken; ends the call with this status. */
export class MessageError {
  readonly code: number;
  readonly message: string;
  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

export interface ReaderOwner {
  /** A whole message. */
  onReaderMessage(message: Uint8Array): void;
  /** `bytes` of the peer's stream window may be given back. */
  consumed(bytes: number): void;
  /** Change of the bytes held in memory for this stream. */
  onHeld(change: number): void;
}

export class MessageReader {
  readonly #owner: ReaderOwner;
  readonly #maxBytes: number;
  /** `grpc-encoding` of the peer: '' or 'identity', 'gzip', or something we do not know. */
  readonly #encoding: string;
  // The message under way: prefix and content, as far as they arrived.
  #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  #size = 0;
  #content: Buffer | undefined;
  #contentBytes = 0;
  // Content that arrived while paused.
  #held: Buffer[] = [];
  #paused = false;
  #draining = false;
  /** The call is over, perhaps while we are inside `#read`: an owner may end it in any callback. */
  #cleared = false;

  constructor(owner: ReaderOwner, maxBytes: number, encoding: string) {
    this.#owner = owner;
    this.#maxBytes = maxBytes;
    this.#encoding = encoding;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** True between messages, with nothing held back: fast paths may deliver directly. */
  get idle(): boolean {
    return this.#prefixBytes === 0 && this.#held.length === 0 && !this.#paused && !this.#draining;
  }

  /** True if the stream must not end here: a message is incomplete. */
  get insideMessage(): boolean {
    return this.#prefixBytes > 0;
  }

  get holding(): boolean {
    return this.#held.length > 0;
  }

  pause(): void {
    this.#paused = true;
  }

  /** Delivers what was held back. Returns an error of the peer, if there is one in it. */
  resume(): MessageError | undefined {
    this.#paused = false;
    if (this.#draining) return undefined;
    this.#draining = true;
    try {
      while (!this.#paused) {
        const chunk = this.#held.shift();
        if (chunk === undefined) break;
        this.#owner.onHeld(-chunk.length);
        const result = this.#read(chunk, 0, chunk.length);
        if (result instanceof MessageError) return result;
        if (result < chunk.length) this.#hold(chunk.subarray(result), true);
      }
      return undefined;
    } finally {
      this.#draining = false;
    }
  }

  /** Takes DATA content. Returns an error of the peer, if there is one in it. */
  push(bytes: Buffer, start: number, end: number): MessageError | undefined {
    if (this.#paused || this.#held.length > 0 || this.#draining) {
      // A copy: a view would keep the whole receive buffer alive.
      if (start < end) this.#hold(Buffer.from(bytes.subarray(start, end)), false);
      return undefined;
    }
    const result = this.#read(bytes, start, end);
    if (result instanceof MessageError) return result;
    if (result < end) this.#hold(Buffer.from(bytes.subarray(result, end)), false);
    return undefined;
  }

  /** Drops everything (the call is over). */
  clear(): void {
    this.#cleared = true;
    let held = this.#content?.length ?? 0;
    for (const chunk of this.#held) held += chunk.length;
    this.#held = [];
    this.#content = undefined;
    if (held > 0) this.#owner.onHeld(-held);
  }

  #hold(chunk: Buffer, front: boolean): void {
    if (this.#cleared) return;
    if (front) this.#held.unshift(chunk);
    else this.#held.push(chunk);
    this.#owner.onHeld(chunk.length);
  }

  /** Reads messages until the end or a pause; returns how far it came. */
  #read(bytes: Buffer, start: number, end: number): number | MessageError {
    let at = start;
    while (at < end && !this.#paused) {
      if (this.#cleared) return end;
      const from = at;
      if (this.#prefixBytes < PREFIX_BYTES) {
        const take = Math.min(PREFIX_BYTES - this.#prefixBytes, end - at);
        bytes.copy(this.#prefix, this.#prefixBytes, at, at + take);
        this.#prefixBytes += take;
        at += take;
        this.#owner.consumed(take);
        if (this.#prefixBytes < PREFIX_BYTES) return at;
        this.#size = this.#prefix.readUInt32BE(1);
        this.#contentBytes = 0;
        const error = checkPrefix(this.#prefix[0] as number, this.#size, this.#maxBytes, this.#encoding);
        if (error !== undefined) return error;
        if (this.#size > end - at) {
          this.#content = Buffer.allocUnsafeSlow(Math.min(this.#size, FIRST_ALLOCATION_BYTES));
          this.#owner.onHeld(this.#content.length);
          if (this.#cleared) return end;
        }
      }
      let whole: Buffer | undefined;
      if (this.#content === undefined) {
        // The rest of the message is here: no copy.
        whole = bytes.subarray(at, at + this.#size);
        at += this.#size;
        this.#owner.consumed(this.#size);
      } else {
        const take = Math.min(this.#size - this.#contentBytes, end - at);
        this.#append(bytes, at, at + take);
        at += take;
        this.#owner.consumed(take);
        if (this.#content !== undefined && this.#contentBytes === this.#size) {
          whole = this.#content.subarray(0, this.#size);
          this.#owner.onHeld(-this.#content.length);
          this.#content = undefined;
        }
      }
      if (whole !== undefined) {
        this.#prefixBytes = 0;
        const message = this.#prefix[0] === 1 ? inflate(whole, this.#maxBytes) : whole;
        if (message instanceof MessageError) return message;
        this.#owner.onReaderMessage(message);
      } else if (at === from) {
        return at;
      }
    }
    return at;
  }

  #append(bytes: Buffer, start: number, end: number): void {
    let content = this.#content as Buffer;
    const needed = this.#contentBytes + end - start;
    if (needed > content.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.#size, Math.max(needed, content.length * 2)));
      content.copy(grown, 0, 0, this.#contentBytes);
      this.#content = grown;
      this.#owner.onHeld(grown.length - content.length);
      content = grown;
    }
    bytes.copy(content, this.#contentBytes, start, end);
    this.#contentBytes = needed;
  }
}

/** Checks a message prefix; texts as grpc-go's. */
export function checkPrefix(
  flag: number,
  size: number,
  maxBytes: number,
  encoding: string,
): MessageError | undefined {
  if (flag > 1) {
    return new MessageError(GrpcCode.Internal, `grpc: received unexpected payload format ${flag}`);
  }
  if (size > maxBytes) {
    return new MessageError(
      GrpcCode.ResourceExhausted,
      `grpc: received message larger than max (${size} vs. ${maxBytes})`,
    );
  }
  if (flag === 1 && encoding !== 'gzip') {
    return encoding === '' || encoding === 'identity'
      ? new MessageError(GrpcCode.Internal, 'grpc: compressed flag set with identity or empty encoding')
      : unknownEncoding(encoding);
  }
  return undefined;
}

export function unknownEncoding(encoding: string): MessageError {
  return new MessageError(
    GrpcCode.Unimplemented,
    `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`,
  );
}

function inflate(bytes: Buffer, maxBytes: number): Uint8Array | MessageError {
  // zlib cannot bound an empty result.
  const limit = Math.max(1, Math.min(maxBytes, 0x7fffffff));
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError && (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return new MessageError(
        GrpcCode.ResourceExhausted,
        `grpc: received message after decompression larger than max (${limit + 1} vs. ${maxBytes})`,
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    return new MessageError(GrpcCode.Internal, `grpc: failed to decompress the received message: ${reason}`);
  }
}
