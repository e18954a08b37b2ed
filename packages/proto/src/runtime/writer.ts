/**
 * Writing primitives the generated encoders are made of, and the growing Writer.
 *
 * Encoding takes two passes. The sizing pass computes the length of every string and sub-message and
 * remembers them in order of appearance in `lengths`; the writing pass takes them from there in the same
 * order, so nothing is measured twice however deep the message is.
 */
import {
  LENGTH_SLOTS_INITIAL,
  SHORT_COPY_BYTES,
  SHORT_STRING_BYTES,
  WRITER_INITIAL_BYTES,
} from '../limits.ts';
import type { MessageType } from './message-type.ts';

/** Lengths measured by the sizing pass: the next free (then the next unread) slot, and the slots. */
export const lengths = { next: 0, slots: new Int32Array(LENGTH_SLOTS_INITIAL) };

const halves = new Uint32Array(2);
const halvesUnsigned = new BigUint64Array(halves.buffer);

/** Takes the next length slot during the sizing pass. */
export function reserveLength(): number {
  const slot = lengths.next++;
  if (slot === lengths.slots.length) {
    const grown = new Int32Array(slot * 2);
    grown.set(lengths.slots);
    lengths.slots = grown;
  }
  return slot;
}

/** Bytes a non-negative integer below 2^53 takes as a varint; anything else is a bug of the caller. */
export function varintSize(value: number): number {
  if (value < 0x80) {
    if (value >= 0) return 1;
  } else if (value < 0x4000) {
    return 2;
  } else if (value < 0x200000) {
    return 3;
  } else if (value < 0x10000000) {
    return 4;
  } else if (value < 0x800000000) {
    return 5;
  } else if (value < 0x40000000000) {
    return 6;
  } else if (value < 0x2000000000000) {
    return 7;
  } else if (value <= Number.MAX_SAFE_INTEGER) {
    return 8;
  }
  throw new RangeError(`cannot encode ${value} as an unsigned integer`);
}

/** Bytes a signed integer within ±2^53 takes as a varint (negative ones always ten). */
export function int64Size(value: number): number {
  if (value >= 0) return varintSize(value);
  if (value >= Number.MIN_SAFE_INTEGER) return 10;
  throw new RangeError(`cannot encode ${value} as a 64-bit integer`);
}

/** Bytes a bigint, cut to 64 bits, takes as a varint. */
export function bigintSize(value: bigint): number {
  halvesUnsigned[0] = value;
  const high = halves[1] as number;
  const low = halves[0] as number;
  if (high === 0) return low < 0x80 ? 1 : low < 0x4000 ? 2 : low < 0x200000 ? 3 : low < 0x10000000 ? 4 : 5;
  if (high < 0x8) return 5;
  if (high < 0x400) return 6;
  if (high < 0x20000) return 7;
  if (high < 0x1000000) return 8;
  return high < 0x80000000 ? 9 : 10;
}

/** Bytes of the UTF-8 form of a string, measured and remembered for the writing pass. */
export function stringSize(text: string): number {
  const length = utf8Size(text);
  lengths.slots[reserveLength()] = length;
  return length;
}

function utf8Size(text: string): number {
  const length = text.length;
  if (length > SHORT_STRING_BYTES) return Buffer.byteLength(text, 'utf8');
  for (let i = 0; i < length; i++) {
    if (text.charCodeAt(i) >= 0x80) return Buffer.byteLength(text, 'utf8');
  }
  return length;
}

/** Writes a non-negative integer below 2^53; returns the position after it. */
export function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let position = start;
  let rest = value;
  while (rest >= 0x80000000) {
    bytes[position++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest >= 0x80) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position++] = rest;
  return position;
}

/** Writes a signed integer within ±2^53. */
export function writeInt64(bytes: Uint8Array, start: number, value: number): number {
  if (value >= 0) return writeVarint(bytes, start, value);
  const low = value >>> 0;
  const high = Math.floor(value / 4294967296) >>> 0;
  return writeHalves(bytes, start, low, high);
}

/** Writes a bigint, cut to 64 bits. */
export function writeBigint(bytes: Uint8Array, start: number, value: bigint): number {
  halvesUnsigned[0] = value;
  return writeHalves(bytes, start, halves[0] as number, halves[1] as number);
}

function writeHalves(bytes: Uint8Array, start: number, lowHalf: number, highHalf: number): number {
  let position = start;
  let low = lowHalf;
  let high = highHalf;
  while (high !== 0) {
    bytes[position++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  while (low >= 0x80) {
    bytes[position++] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  bytes[position++] = low;
  return position;
}

/** Copies raw bytes. */
export function writeRaw(bytes: Uint8Array, start: number, value: Uint8Array): number {
  const length = value.length;
  if (length > SHORT_COPY_BYTES) {
    bytes.set(value, start);
    return start + length;
  }
  for (let i = 0; i < length; i++) bytes[start + i] = value[i] as number;
  return start + length;
}

/** Writes the length and content of a bytes field (its tag is written by the caller). */
export function writeBytes(bytes: Uint8Array, start: number, value: Uint8Array): number {
  const length = value.length;
  if (length < 0x80) {
    bytes[start] = length;
    return writeRaw(bytes, start + 1, value);
  }
  return writeRaw(bytes, writeVarint(bytes, start, length), value);
}

/** Writes the length (measured by the sizing pass) and content of a string field. */
export function writeString(bytes: Buffer, start: number, text: string): number {
  const length = lengths.slots[lengths.next++] as number;
  const position = writeVarint(bytes, start, length);
  if (length === text.length && length <= SHORT_STRING_BYTES) {
    for (let i = 0; i < length; i++) bytes[position + i] = text.charCodeAt(i);
  } else {
    bytes.write(text, position, length, 'utf8');
  }
  return position + length;
}

/** A buffer that grows as messages, varints and raw bytes are appended; reusable after reset(). */
export class Writer {
  /** The bytes written are buffer[0..position). */
  buffer: Buffer = Buffer.allocUnsafeSlow(WRITER_INITIAL_BYTES);
  position = 0;

  /** Forgets what was written and keeps the buffer. Views taken before then change under their holders. */
  reset(): void {
    this.position = 0;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.position));
    this.buffer = grown;
  }

  /** Appends an encoded message. */
  message<T>(type: MessageType<T>, message: T): void {
    type.encodeTo(message, this);
  }

  /** Appends raw bytes. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.position = writeRaw(this.buffer, this.position, value);
  }

  /** Appends a non-negative integer below 2^53 as a varint. */
  varint(value: number): void {
    this.reserve(varintSize(value));
    this.position = writeVarint(this.buffer, this.position, value);
  }

  /** Appends a bigint, cut to 64 bits, as a varint. */
  bigint(value: bigint): void {
    this.reserve(bigintSize(value));
    this.position = writeBigint(this.buffer, this.position, value);
  }

  /** Appends the tag and length that announce `length` bytes of a length-delimited field. */
  lengthDelimited(fieldNumber: number, length: number): void {
    this.varint(fieldNumber * 8 + 2);
    this.varint(length);
  }

  /** A view of what was written; valid until the next reset() or append. */
  view(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  /** A copy of what was written. */
  copy(): Buffer {
    return Buffer.from(this.view());
  }
}
