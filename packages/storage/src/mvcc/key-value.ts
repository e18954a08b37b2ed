// mvccpb.KeyValue by hand: written once per put straight into the record arena, read field by field without an object.
// Bytes are identical to Go's: fields in order, zero values left out (checked against the generated codec).
// KeyValue{bytes key=1; int64 create_revision=2; int64 mod_revision=3; int64 version=4; bytes value=5; int64 lease=6}
import { assert } from '@quorate/base';

const TAG_KEY = 0x0a;
const TAG_CREATE = 0x10;
const TAG_MOD = 0x18;
const TAG_VERSION = 0x20;
const TAG_VALUE = 0x2a;
const TAG_LEASE = 0x30;

const TWO_32 = 2 ** 32;
const MAX_VARINT_BYTES = 10;

/** Bytes of a varint of a safe non-negative integer. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes a varint of a safe non-negative integer. @returns the position after it */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let to = at;
  while (rest > 0x7fffffff) {
    target[to++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest >= 0x80) {
    target[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[to++] = rest;
  return to;
}

function writeInt64(target: Uint8Array, at: number, value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  let low = Number(bits & 0xffffffffn);
  let high = Number(bits >> 32n);
  let to = at;
  while (high > 0 || low >= 0x80) {
    target[to++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | ((high & 0x7f) << 25)) >>> 0;
    high >>>= 7;
  }
  target[to++] = low;
  return to;
}

/** An upper bound of the encoded size, cheap to compute. */
export function keyValueSizeBound(keyLength: number, valueLength: number): number {
  return keyLength + valueLength + 2 * 6 + 4 * (1 + MAX_VARINT_BYTES);
}

function copyInto(target: Uint8Array, at: number, source: Uint8Array): void {
  const length = source.length;
  if (length <= 48) {
    for (let from = 0; from < length; from++) target[at + from] = source[from] as number;
  } else {
    target.set(source, at);
  }
}

/** Encodes a KeyValue at `at`; the target must have keyValueSizeBound bytes left. @returns the position after it */
export function writeKeyValue(
  target: Uint8Array,
  at: number,
  key: Uint8Array,
  createRevision: number,
  modRevision: number,
  version: number,
  value: Uint8Array,
  lease: bigint,
): number {
  let to = at;
  if (key.length > 0) {
    target[to] = TAG_KEY;
    to = writeVarint(target, to + 1, key.length);
    copyInto(target, to, key);
    to += key.length;
  }
  if (createRevision !== 0) {
    target[to] = TAG_CREATE;
    to = writeVarint(target, to + 1, createRevision);
  }
  if (modRevision !== 0) {
    target[to] = TAG_MOD;
    to = writeVarint(target, to + 1, modRevision);
  }
  if (version !== 0) {
    target[to] = TAG_VERSION;
    to = writeVarint(target, to + 1, version);
  }
  if (value.length > 0) {
    target[to] = TAG_VALUE;
    to = writeVarint(target, to + 1, value.length);
    copyInto(target, to, value);
    to += value.length;
  }
  if (lease !== 0n) {
    target[to] = TAG_LEASE;
    to = writeInt64(target, to + 1, lease);
  }
  return to;
}

/** A KeyValue as one new byte string. */
export function encodeKeyValue(
  key: Uint8Array,
  createRevision: number,
  modRevision: number,
  version: number,
  value: Uint8Array,
  lease: bigint,
): Uint8Array {
  const target = Buffer.allocUnsafe(keyValueSizeBound(key.length, value.length));
  const end = writeKeyValue(target, 0, key, createRevision, modRevision, version, value, lease);
  return target.subarray(0, end);
}

/**
 * Reads the fields of an encoded KeyValue without making objects: `parse`, then look at the properties. One reader may
 * be used over and over; positions refer to the bytes last parsed.
 */
export class KeyValueReader {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  createRevision = 0;
  modRevision = 0;
  version = 0;
  /** The lease id as two unsigned 32-bit halves; see leaseId. */
  leaseLow = 0;
  leaseHigh = 0;

  private at = 0;
  private low = 0;
  private high = 0;

  /** Parses `bytes[start, end)`. @throws AssertionError when they are no KeyValue (the store wrote them, so it is a bug) */
  parse(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = start;
    this.createRevision = this.modRevision = this.version = 0;
    this.leaseLow = this.leaseHigh = 0;
    let at = start;
    while (at < end) {
      const tag = bytes[at++] as number;
      assert(at < end, 'stored KeyValue holds a broken varint');
      // Most numbers are short; those of more than two bytes take the long way.
      let number = bytes[at++] as number;
      if (number >= 0x80) {
        const second = at < end ? (bytes[at] as number) : 0x80;
        if (second < 0x80) {
          number = (number & 0x7f) | (second << 7);
          at++;
        } else {
          this.at = at - 1;
          number = this.varint(bytes, end);
          at = this.at;
        }
      }
      switch (tag) {
        case TAG_KEY:
          this.keyStart = at;
          at += number;
          this.keyEnd = at;
          break;
        case TAG_CREATE:
          this.createRevision = number;
          break;
        case TAG_MOD:
          this.modRevision = number;
          break;
        case TAG_VERSION:
          this.version = number;
          break;
        case TAG_VALUE:
          this.valueStart = at;
          at += number;
          this.valueEnd = at;
          break;
        case TAG_LEASE:
          this.leaseLow = number < 2 ** 14 ? number : this.low;
          this.leaseHigh = number < 2 ** 14 ? 0 : this.high;
          break;
        default:
          assert(false, `stored KeyValue has an unknown tag ${tag}`);
      }
    }
    assert(at === end, 'stored KeyValue ends inside a field');
  }

  /** The lease of the KeyValue last parsed; 0n: none. */
  leaseId(): bigint {
    if ((this.leaseLow | this.leaseHigh) === 0) return 0n;
    return BigInt.asIntN(64, (BigInt(this.leaseHigh) << 32n) | BigInt(this.leaseLow));
  }

  private varint(bytes: Uint8Array, end: number): number {
    let at = this.at;
    let byte = at < end ? (bytes[at++] as number) : 0x80;
    let low = byte & 0x7f;
    let high = 0;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      assert(at < end && shift < 70, 'stored KeyValue holds a broken varint');
      byte = bytes[at++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low = (low | (bits << 28)) >>> 0;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
    }
    this.at = at;
    this.low = low >>> 0;
    this.high = high >>> 0;
    return this.high === 0 ? this.low : this.high * TWO_32 + this.low;
  }
}

const shared = new KeyValueReader();

/** The key of an encoded KeyValue (a view). */
export function keyOf(kv: Uint8Array): Uint8Array {
  shared.parse(kv);
  return kv.subarray(shared.keyStart, shared.keyEnd);
}

/** The value of an encoded KeyValue (a view). */
export function valueBytesOf(kv: Uint8Array): Uint8Array {
  shared.parse(kv);
  return kv.subarray(shared.valueStart, shared.valueEnd);
}

/** create_revision of an encoded KeyValue. */
export function createRevisionOf(kv: Uint8Array): number {
  shared.parse(kv);
  return shared.createRevision;
}

/** mod_revision of an encoded KeyValue. */
export function modRevisionOf(kv: Uint8Array): number {
  shared.parse(kv);
  return shared.modRevision;
}

/** version of an encoded KeyValue. */
export function versionOf(kv: Uint8Array): number {
  shared.parse(kv);
  return shared.version;
}

/** lease of an encoded KeyValue; 0n: none. */
export function leaseOf(kv: Uint8Array): bigint {
  shared.parse(kv);
  return shared.leaseId();
}

/** All fields of an encoded KeyValue, for code off the hot path. */
export interface DecodedKeyValue {
  readonly key: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  readonly value: Uint8Array;
  readonly lease: bigint;
}

/** Decodes an encoded KeyValue; key and value are views. */
export function decodeKeyValue(kv: Uint8Array): DecodedKeyValue {
  shared.parse(kv);
  return {
    key: kv.subarray(shared.keyStart, shared.keyEnd),
    createRevision: shared.createRevision,
    modRevision: shared.modRevision,
    version: shared.version,
    value: kv.subarray(shared.valueStart, shared.valueEnd),
    lease: shared.leaseId(),
  };
}
