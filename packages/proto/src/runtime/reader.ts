/**
 * Reading primitives the generated decoders are made of.
 *
 * A decoder walks `bytes[position..end)` with a local position; helpers that consume a variable number of
 * bytes leave the new position in `cursor.pos`. A single-byte varint is read inline by the generated code.
 * Reads past the end of the array yield undefined, which every comparison below turns into the error path;
 * reads past `end` but inside the array are found when the decoder compares its final position with `end`.
 */
import { MAX_VARINT_BYTES, SHORT_STRING_BYTES } from '../limits.ts';
import { DecodeError } from './decode-error.ts';

/** Where the helper called last stopped. */
export const cursor = { pos: 0 };

/** Halves of the 64-bit integer read last. */
const halves = new Uint32Array(2);
const halvesSigned = new BigInt64Array(halves.buffer);
const halvesUnsigned = new BigUint64Array(halves.buffer);

/** The value of every absent or empty bytes field. */
export const EMPTY_BYTES: Uint8Array = Buffer.alloc(0);

const utf8Slice = Buffer.prototype.utf8Slice;
const latin1Slice = Buffer.prototype.latin1Slice;

/** Reads a varint into `halves`; bits beyond 64 are dropped, as Go's decoders do. */
function readHalves(bytes: Uint8Array, start: number, end: number): void {
  let position = start;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 7 * MAX_VARINT_BYTES; shift += 7) {
    if (position >= end) throw new DecodeError('unexpected end inside a varint');
    const byte = bytes[position++] as number;
    const bits = byte & 0x7f;
    if (shift < 28) {
      low |= bits << shift;
    } else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else {
      high |= bits << (shift - 32);
    }
    if (byte < 0x80) {
      halves[0] = low;
      halves[1] = high;
      cursor.pos = position;
      return;
    }
  }
  throw new DecodeError('varint longer than 10 bytes');
}

/** A varint of up to four bytes, or -1 if it is longer; the common case of the readers below. */
function readShortVarint(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (position >= end) throw new DecodeError('unexpected end inside a varint');
    const byte = bytes[position++] as number;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      cursor.pos = position;
      return value;
    }
  }
  return -1;
}

/** A varint as a signed 64-bit number; beyond 2^53 the nearest double. */
export function readInt64Number(bytes: Uint8Array, start: number, end: number): number {
  const short = readShortVarint(bytes, start, end);
  if (short >= 0) return short;
  readHalves(bytes, start, end);
  return ((halves[1] as number) | 0) * 4294967296 + (halves[0] as number);
}

/** A varint as an unsigned 64-bit number; beyond 2^53 the nearest double. */
export function readUint64Number(bytes: Uint8Array, start: number, end: number): number {
  const short = readShortVarint(bytes, start, end);
  if (short >= 0) return short;
  readHalves(bytes, start, end);
  return (halves[1] as number) * 4294967296 + (halves[0] as number);
}

/** A varint as an exact signed 64-bit bigint. */
export function readInt64BigInt(bytes: Uint8Array, start: number, end: number): bigint {
  readHalves(bytes, start, end);
  return halvesSigned[0] as bigint;
}

/** A varint as an exact unsigned 64-bit bigint. */
export function readUint64BigInt(bytes: Uint8Array, start: number, end: number): bigint {
  readHalves(bytes, start, end);
  return halvesUnsigned[0] as bigint;
}

/** A varint cut to a signed 32-bit number (int32 and enums). */
export function readInt32(bytes: Uint8Array, start: number, end: number): number {
  const short = readShortVarint(bytes, start, end);
  if (short >= 0) return short;
  readHalves(bytes, start, end);
  return (halves[0] as number) | 0;
}

/** A varint cut to an unsigned 32-bit number. */
export function readUint32(bytes: Uint8Array, start: number, end: number): number {
  const short = readShortVarint(bytes, start, end);
  if (short >= 0) return short;
  readHalves(bytes, start, end);
  return halves[0] as number;
}

/** A varint as a boolean: any bit set is true. */
export function readBool(bytes: Uint8Array, start: number, end: number): boolean {
  readHalves(bytes, start, end);
  return halves[0] !== 0 || halves[1] !== 0;
}

/** A tag; those of legal fields fit in 32 bits. */
export function readTag(bytes: Uint8Array, start: number, end: number): number {
  const short = readShortVarint(bytes, start, end);
  if (short >= 0) return short;
  readHalves(bytes, start, end);
  if (halves[1] !== 0) throw new DecodeError('field number out of range');
  return halves[0] as number;
}

/** The length of a length-delimited field; its content is proven to lie inside [cursor.pos, end). */
export function readLength(bytes: Uint8Array, start: number, end: number): number {
  const short = readShortVarint(bytes, start, end);
  if (short >= 0) {
    if (short > end - cursor.pos) throw new DecodeError('field runs past the end of its message');
    return short;
  }
  readHalves(bytes, start, end);
  const length = halves[0] as number;
  if (halves[1] !== 0 || length > end - cursor.pos)
    throw new DecodeError('field runs past the end of its message');
  return length;
}

/** A view of the bytes, not a copy. */
export function viewBytes(bytes: Uint8Array, start: number, length: number): Uint8Array {
  return length === 0 ? EMPTY_BYTES : bytes.subarray(start, start + length);
}

/** UTF-8 text; invalid sequences become U+FFFD. */
export function readString(bytes: Uint8Array, start: number, length: number): string {
  if (length <= SHORT_STRING_BYTES) {
    let text = '';
    const end = start + length;
    let position = start;
    while (position < end) {
      const byte = bytes[position] as number;
      if (byte >= 0x80) return utf8Slice.call(bytes, start, end);
      text += String.fromCharCode(byte);
      position++;
    }
    return text;
  }
  return utf8Slice.call(bytes, start, start + length);
}

/** Bytes as one character each; a cheap key for byte strings. */
export function latin1(bytes: Uint8Array): string {
  return latin1Slice.call(bytes, 0, bytes.length);
}

/** Skips the content of an unknown field whose tag has been read; returns the position after it. */
export function skipField(bytes: Uint8Array, start: number, end: number, tag: number): number {
  if (tag >>> 3 === 0) throw new DecodeError('illegal field number 0');
  switch (tag & 7) {
    case 0:
      readHalves(bytes, start, end);
      return cursor.pos;
    case 1:
      if (end - start < 8) throw new DecodeError('unexpected end inside a fixed64');
      return start + 8;
    case 2: {
      const length = readLength(bytes, start, end);
      return cursor.pos + length;
    }
    case 3:
      return skipGroup(bytes, start, end);
    case 5:
      if (end - start < 4) throw new DecodeError('unexpected end inside a fixed32');
      return start + 4;
    default:
      throw new DecodeError(`illegal wire type ${tag & 7}`);
  }
}

/** Skips to the end of a group, counting nested ones instead of recursing. */
function skipGroup(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  let open = 1;
  while (open > 0) {
    const tag = readTag(bytes, position, end);
    position = cursor.pos;
    const wireType = tag & 7;
    if (wireType === 3) open++;
    else if (wireType === 4) open--;
    else position = skipField(bytes, position, end, tag);
  }
  return position;
}

/** Thrown by generated code when a known field has a wire type that is not its own, as Go's decoders do. */
export function wrongWireType(tag: number, typeName: string): DecodeError {
  return new DecodeError(`wrong wire type ${tag & 7} for field ${tag >>> 3} of ${typeName}`);
}

/** Thrown by generated code when a message does not end where its length said. */
export function misplacedEnd(typeName: string): DecodeError {
  return new DecodeError(`unexpected end inside ${typeName}`);
}

/** Thrown by generated code when messages nest deeper than MAX_DECODE_DEPTH. */
export function tooDeep(typeName: string): DecodeError {
  return new DecodeError(`${typeName} nests too deeply`);
}

/** True if bytes[start..start+length) are exactly `other`. */
export function sameBytes(bytes: Uint8Array, start: number, length: number, other: Uint8Array): boolean {
  if (length !== other.length) return false;
  for (let i = 0; i < length; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}
