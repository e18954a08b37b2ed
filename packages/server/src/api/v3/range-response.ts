// RangeResponse put together from stored bytes: {header=1, kvs=2 …, more=3, count=4}.
import type { MessageBytes } from '@quorate/wire';
import { bytesTag, varintSize, varintTag, writeVarint } from './protobuf-bytes.ts';

const kvsTag = bytesTag(2);
const moreTag = varintTag(3);
const countTag = varintTag(4);

/** Up to this size a response is laid out in one reused buffer: one part is cheaper than many. */
const scratchBytes = 64 * 1024;
const scratch = Buffer.allocUnsafeSlow(scratchBytes);
/** Views of the scratch buffer by length, so that the smallest answers allocate nothing at all. */
const scratchViews: Uint8Array[] = Array.from({ length: 1024 }, (_, length) => scratch.subarray(0, length));

/** The whole answer for a range. The result may live in a reused buffer: pass it on in the same breath. */
export function rangeResponse(
  header: Uint8Array,
  kvs: readonly Uint8Array[],
  more: boolean,
  count: number,
): MessageBytes {
  const size = header.length + rangeBodySize(kvs) + (more ? 2 : 0) + (count > 0 ? 1 + varintSize(count) : 0);
  if (size > scratchBytes) return [header, layOutKvs(kvs), rangeTail(more, count)];
  scratch.set(header, 0);
  const at = writeTail(scratch, writeKvs(scratch, header.length, kvs), more, count);
  return scratchViews[at] ?? scratch.subarray(0, at);
}

/** The `kvs` fields as one new byte string. */
export function layOutKvs(kvs: readonly Uint8Array[]): Uint8Array {
  const out = Buffer.allocUnsafe(rangeBodySize(kvs));
  writeKvs(out, 0, kvs);
  return out;
}

/** Bytes of the `kvs` fields. */
export function rangeBodySize(kvs: readonly Uint8Array[]): number {
  let size = 0;
  for (let i = 0; i < kvs.length; i++) {
    const { length } = kvs[i]!;
    size += 1 + varintSize(length) + length;
  }
  return size;
}

/** The `more` and `count` fields. */
export function rangeTail(more: boolean, count: number): Uint8Array {
  const out = Buffer.allocUnsafe(12);
  return out.subarray(0, writeTail(out, 0, more, count));
}

function writeKvs(out: Uint8Array, start: number, kvs: readonly Uint8Array[]): number {
  let at = start;
  for (let i = 0; i < kvs.length; i++) {
    const kv = kvs[i]!;
    out[at++] = kvsTag;
    at = writeVarint(out, at, kv.length);
    out.set(kv, at);
    at += kv.length;
  }
  return at;
}

function writeTail(out: Uint8Array, start: number, more: boolean, count: number): number {
  let at = start;
  if (more) {
    out[at++] = moreTag;
    out[at++] = 1;
  }
  if (count > 0) {
    out[at++] = countTag;
    at = writeVarint(out, at, count);
  }
  return at;
}
