// Encodes records into one reused buffer, chaining their CRC: the hot path of every write.
//
// On disk a record is a little-endian 64-bit length, a walpb.Record{type=1, crc=2, data=3} and zeros up to a multiple
// of 8 bytes; the length's top byte is 0x80 | number of zeros if there are any. `crc` is the CRC-32C of the data of
// all records since the start of the log, so every record vouches for those before it. Messages are written as
// Go's proto2 code does: scalars always, zero or not; empty bytes fields not at all.
import { assert, crc32c } from '@quorate/base';
import { ConfState, type Entry, type HardState } from '@quorate/proto';
import {
  FRAME_ALIGNMENT_BYTES,
  FRAME_HEADER_BYTES,
  INITIAL_WRITE_BUFFER_BYTES,
  MAX_RECORD_BYTES,
} from './limits.ts';
import { RecordType } from './record-type.ts';
import type { WalSnapshotMark } from './types.ts';

/** type field (2 bytes), crc tag, crc of at most 5 bytes, data tag. */
const RECORD_PREFIX_BYTES = 2 + 1 + 5 + 1;
const MAX_VARINT_BYTES = 10;
/** Of an encoded CRC from 2^28 on: 15 of 16 need all five bytes. */
const FULL_CRC_BYTES = 5;
/** Payloads up to this are copied faster by hand. */
const SMALL_COPY_BYTES = 32;

export class RecordWriter {
  /** Encoded records are in `[0, length)`. */
  buffer: Buffer = Buffer.allocUnsafeSlow(INITIAL_WRITE_BUFFER_BYTES);
  length = 0;
  /** CRC of everything encoded so far. */
  crc: number;

  constructor(crc: number) {
    this.crc = crc;
  }

  /** Forgets the encoded bytes (they have been written); the CRC goes on. */
  clear(): void {
    this.length = 0;
  }

  entry(entry: Entry): void {
    const { type, term, index, data } = entry;
    const dataLength = data.length;
    assert(type >= 0 && type < 0x80, 'entry type fits a byte');
    let size = 2 + 1 + varintLength(term) + 1 + varintLength(index);
    if (dataLength > 0) size += 1 + varintLength(dataLength) + dataLength;
    const start = this.#begin(size);
    const buffer = this.buffer;
    buffer[start] = 0x08;
    buffer[start + 1] = type;
    buffer[start + 2] = 0x10;
    let at = writeVarint(buffer, start + 3, term);
    buffer[at] = 0x18;
    at = writeVarint(buffer, at + 1, index);
    if (dataLength > 0) {
      buffer[at] = 0x22;
      at = writeVarint(buffer, at + 1, dataLength);
      if (dataLength <= SMALL_COPY_BYTES) {
        for (let from = 0; from < dataLength; from++) buffer[at + from] = data[from] as number;
      } else {
        buffer.set(data, at);
      }
    }
    this.#finish(RecordType.entry, start, size);
  }

  hardState(state: HardState): void {
    const start = this.#begin(3 * (1 + MAX_VARINT_BYTES));
    const buffer = this.buffer;
    buffer[start] = 0x08;
    let at = writeVarint(buffer, start + 1, state.term);
    buffer[at] = 0x10;
    at = writeVarintBig(buffer, at + 1, state.vote);
    buffer[at] = 0x18;
    at = writeVarint(buffer, at + 1, state.commit);
    this.#finish(RecordType.state, this.#settle(start, at), at - start);
  }

  metadata(metadata: Uint8Array): void {
    const start = this.#begin(metadata.length);
    this.buffer.set(metadata, start);
    this.#finish(RecordType.metadata, start, metadata.length);
  }

  snapshot(mark: WalSnapshotMark): void {
    const confState = mark.confState === undefined ? undefined : ConfState.encode(mark.confState);
    const start = this.#begin(2 * (1 + MAX_VARINT_BYTES) + 6 + (confState?.length ?? 0));
    const buffer = this.buffer;
    buffer[start] = 0x08;
    let at = writeVarint(buffer, start + 1, mark.index);
    buffer[at] = 0x10;
    at = writeVarint(buffer, at + 1, mark.term);
    if (confState !== undefined) {
      buffer[at] = 0x1a;
      at = writeVarint(buffer, at + 1, confState.length);
      buffer.set(confState, at);
      at += confState.length;
    }
    this.#finish(RecordType.snapshot, this.#settle(start, at), at - start);
  }

  /** The first record of a segment: the CRC of the segments before it. */
  crcRecord(): void {
    this.#finish(RecordType.crc, this.#begin(0), 0);
  }

  /** Makes room for a record with this much data; returns where its data begin if its CRC takes five bytes. */
  #begin(dataSize: number): number {
    assert(dataSize <= MAX_RECORD_BYTES, 'record exceeds MAX_RECORD_BYTES');
    const prefix = FRAME_HEADER_BYTES + RECORD_PREFIX_BYTES + varintLength(dataSize);
    const needed = this.length + prefix + dataSize + FRAME_ALIGNMENT_BYTES;
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    return this.length + prefix;
  }

  /** For data whose length was only bounded in `begin`: moves them to where their true length puts them. */
  #settle(start: number, end: number): number {
    const size = end - start;
    const target = this.length + FRAME_HEADER_BYTES + RECORD_PREFIX_BYTES + varintLength(size);
    if (target !== start) this.buffer.copyWithin(target, start, end);
    return target;
  }

  /** Adds CRC, record and frame around the data at `start`, where `begin` said they go. */
  #finish(type: number, start: number, size: number): void {
    const buffer = this.buffer;
    const crc = size === 0 ? this.crc : crc32c(buffer, this.crc, start, start + size);
    this.crc = crc;
    const frame = this.length;
    let at = frame + FRAME_HEADER_BYTES;
    buffer[at] = 0x08;
    buffer[at + 1] = type;
    buffer[at + 2] = 0x10;
    at = writeVarint(buffer, at + 3, crc);
    if (size > 0) {
      const shift = FULL_CRC_BYTES - (at - (frame + FRAME_HEADER_BYTES + 3));
      if (shift > 0) buffer.copyWithin(start - shift, start, start + size);
      buffer[at] = 0x1a;
      at = writeVarint(buffer, at + 1, size);
      assert(at === start - shift, 'record prefix meets its data');
      at += size;
    }
    const recordLength = at - frame - FRAME_HEADER_BYTES;
    const padding = -recordLength & (FRAME_ALIGNMENT_BYTES - 1);
    buffer[frame] = recordLength;
    buffer[frame + 1] = recordLength >>> 8;
    buffer[frame + 2] = recordLength >>> 16;
    buffer[frame + 3] = recordLength >>> 24;
    buffer[frame + 4] = 0;
    buffer[frame + 5] = 0;
    buffer[frame + 6] = 0;
    buffer[frame + 7] = padding === 0 ? 0 : 0x80 | padding;
    for (let zero = 0; zero < padding; zero++) buffer[at + zero] = 0;
    this.length = at + padding;
  }
}

function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  let length = 5;
  for (let rest = Math.floor(value / 2 ** 35); rest > 0; rest = Math.floor(rest / 128)) length++;
  return length;
}

function writeVarint(buffer: Buffer, at: number, value: number): number {
  assert(value >= 0 && value <= Number.MAX_SAFE_INTEGER, 'a number in a record is an unsigned safe integer');
  let rest = value;
  let to = at;
  while (rest >= 0x80000000) {
    buffer[to++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 0x80) {
    buffer[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[to++] = rest;
  return to;
}

function writeVarintBig(buffer: Buffer, at: number, value: bigint): number {
  assert(value >= 0n && value < 1n << 64n, `not an unsigned 64-bit integer: ${value}`);
  let rest = value;
  let to = at;
  while (rest >= 0x80n) {
    buffer[to++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  buffer[to++] = Number(rest);
  return to;
}
