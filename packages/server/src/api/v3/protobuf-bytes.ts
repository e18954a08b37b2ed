// The few protobuf primitives with which hot responses are put together without message objects.
// Numbers are non-negative safe integers; negative int64 values appear only as the constant below.

/** Bytes a varint of `value` takes. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  if (value < 0x800000000) return 5;
  if (value < 0x40000000000) return 6;
  if (value < 0x2000000000000) return 7;
  return 8;
}

/** Writes `value` as a varint at `at` and returns the position behind it. */
export function writeVarint(out: Uint8Array, at: number, value: number): number {
  let rest = value;
  let pos = at;
  while (rest >= 0x80000000) {
    out[pos++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest >= 0x80) {
    out[pos++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[pos++] = rest;
  return pos;
}

/** Writes an unsigned 64-bit id as a varint. */
export function writeVarint64(out: Uint8Array, at: number, value: bigint): number {
  let rest = BigInt.asUintN(64, value);
  let pos = at;
  while (rest >= 0x80n) {
    out[pos++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  out[pos++] = Number(rest);
  return pos;
}

/** The ten bytes of the varint of -1. */
export const minusOneVarint: Uint8Array = Uint8Array.of(
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0x01,
);

/** Tag byte of a length-delimited field below 16. */
export function bytesTag(field: number): number {
  return (field << 3) | 2;
}

/** Tag byte of a varint field below 16. */
export function varintTag(field: number): number {
  return field << 3;
}

/** A tag byte and the length of what follows: the prefix of a length-delimited field. */
export function fieldPrefix(tag: number, length: number): Uint8Array {
  const out = Buffer.allocUnsafe(1 + varintSize(length));
  out[0] = tag;
  writeVarint(out, 1, length);
  return out;
}
