// Decodes the payloads of records. Input is not trusted: malformed bytes give undefined, never an exception.
import type { WalConfState, WalEntry, WalHardState, WalSnapshotMark } from './types.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;

/** Walks the fields of a protobuf message. After `next()` the field's number, wire type and value can be read. */
export class FieldReader {
  field = 0;
  wireType = 0;
  /** Value of a varint field; nearest double beyond 2^53 (`varintBig` is exact). */
  varint = 0;
  /** Bounds of a bytes field. */
  start = 0;
  end = 0;
  failed = false;
  readonly #bytes: Uint8Array;
  readonly #limit: number;
  #at: number;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#limit = end;
  }

  /** Advances to the next field; false at the end or, with `failed`, at bytes that are no message. */
  next(): boolean {
    if (this.#at >= this.#limit) return false;
    if (!this.#readVarint()) return this.#fail();
    const tag = this.varint;
    this.field = Math.floor(tag / 8);
    this.wireType = tag % 8;
    if (this.field === 0 || tag > 0xffffffff) return this.#fail();
    switch (this.wireType) {
      case VARINT:
        return this.#readVarint() || this.#fail();
      case BYTES:
        if (!this.#readVarint() || this.varint > this.#limit - this.#at) return this.#fail();
        this.start = this.#at;
        this.end = this.#at + this.varint;
        this.#at = this.end;
        return true;
      case FIXED32:
      case FIXED64:
        this.#at += this.wireType === FIXED32 ? 4 : 8;
        return this.#at <= this.#limit || this.#fail();
      default:
        return this.#fail();
    }
  }

  isVarint(): boolean {
    return this.wireType === VARINT || this.#fail();
  }

  isBytes(): boolean {
    return this.wireType === BYTES || this.#fail();
  }

  varintBig(): bigint {
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  #fail(): false {
    this.failed = true;
    return false;
  }

  /** Seven bits a byte, low ones first, into two halves of 32 bits. */
  #readVarint(): boolean {
    let low = 0;
    let high = 0;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      if (this.#at >= this.#limit) return false;
      const byte = this.#bytes[this.#at++] as number;
      const bits = byte & 0x7f;
      if (count < 4) low |= bits << (7 * count);
      else if (count === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (count < 9) high |= bits << (7 * count - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        this.varint = this.#high * 2 ** 32 + this.#low;
        return true;
      }
    }
    return false;
  }
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Where the last varint read by `quickVarint` ended. */
let quickEnd = 0;

/** A varint below 2^49; -1 if it is longer or cut off: then the general way decides. */
function quickVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let scale = 1;
  for (let at = start; at < end && scale <= 2 ** 42; at++) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      quickEnd = at + 1;
      return value;
    }
    scale *= 128;
  }
  return -1;
}

/** The fields of a record written in the usual order; `ok` false if it is not. Reused for every record. */
export const quickRecord = { ok: false, type: 0, crc: 0, dataStart: 0, dataEnd: 0 };

/** Takes apart a walpb.Record in the only form etcd writes: type, crc, data, nothing else. */
export function decodeQuickRecord(bytes: Uint8Array, start: number, end: number): void {
  const record = quickRecord;
  record.ok = false;
  if (end - start < 6 || bytes[start] !== 0x08 || (bytes[start + 1] as number) >= 0x80) return;
  if (bytes[start + 2] !== 0x10) return;
  const crc = quickVarint(bytes, start + 3, end);
  if (crc < 0 || quickEnd >= end || bytes[quickEnd] !== 0x1a) return;
  const length = quickVarint(bytes, quickEnd + 1, end);
  if (length < 0 || quickEnd + length !== end) return;
  record.type = bytes[start + 1] as number;
  record.crc = crc;
  record.dataStart = quickEnd;
  record.dataEnd = end;
  record.ok = true;
}

/** raftpb.Entry; its data are a view. */
export function decodeEntry(bytes: Uint8Array, start: number, end: number): WalEntry | undefined {
  return decodeQuickEntry(bytes, start, end) ?? decodeAnyEntry(bytes, start, end);
}

/** An entry in the form etcd writes: type, term, index and, if there are any, data. */
function decodeQuickEntry(bytes: Uint8Array, start: number, end: number): WalEntry | undefined {
  if (end - start < 6 || bytes[start] !== 0x08 || (bytes[start + 1] as number) >= 0x80) return undefined;
  if (bytes[start + 2] !== 0x10) return undefined;
  const type = bytes[start + 1] as number;
  const term = quickVarint(bytes, start + 3, end);
  if (term < 0 || quickEnd >= end || bytes[quickEnd] !== 0x18) return undefined;
  const index = quickVarint(bytes, quickEnd + 1, end);
  if (index < 0) return undefined;
  if (quickEnd === end) return { type, term, index, data: NO_BYTES };
  if (bytes[quickEnd] !== 0x22) return undefined;
  const length = quickVarint(bytes, quickEnd + 1, end);
  if (length < 0 || quickEnd + length !== end) return undefined;
  return { type, term, index, data: bytes.subarray(quickEnd, end) };
}

function decodeAnyEntry(bytes: Uint8Array, start: number, end: number): WalEntry | undefined {
  const reader = new FieldReader(bytes, start, end);
  let type = 0;
  let term = 0;
  let index = 0;
  let data = NO_BYTES;
  while (reader.next()) {
    if (reader.field === 1 && reader.isVarint()) type = reader.varint;
    else if (reader.field === 2 && reader.isVarint()) term = reader.varint;
    else if (reader.field === 3 && reader.isVarint()) index = reader.varint;
    else if (reader.field === 4 && reader.isBytes()) data = bytes.subarray(reader.start, reader.end);
  }
  if (reader.failed || !Number.isSafeInteger(term) || !Number.isSafeInteger(index)) return undefined;
  return { type, term, index, data };
}

/** raftpb.HardState. */
export function decodeHardState(bytes: Uint8Array, start: number, end: number): WalHardState | undefined {
  const reader = new FieldReader(bytes, start, end);
  let term = 0;
  let vote = 0n;
  let commit = 0;
  while (reader.next()) {
    if (reader.field === 1 && reader.isVarint()) term = reader.varint;
    else if (reader.field === 2 && reader.isVarint()) vote = reader.varintBig();
    else if (reader.field === 3 && reader.isVarint()) commit = reader.varint;
  }
  if (reader.failed || !Number.isSafeInteger(term) || !Number.isSafeInteger(commit)) return undefined;
  return { term, vote, commit };
}

/** walpb.Snapshot. */
export function decodeSnapshotMark(
  bytes: Uint8Array,
  start: number,
  end: number,
): WalSnapshotMark | undefined {
  const reader = new FieldReader(bytes, start, end);
  let index = 0;
  let term = 0;
  let confState: WalConfState | undefined;
  while (reader.next()) {
    if (reader.field === 1 && reader.isVarint()) index = reader.varint;
    else if (reader.field === 2 && reader.isVarint()) term = reader.varint;
    else if (reader.field === 3 && reader.isBytes()) {
      confState = decodeConfState(bytes, reader.start, reader.end);
      if (confState === undefined) return undefined;
    }
  }
  if (reader.failed || !Number.isSafeInteger(index) || !Number.isSafeInteger(term)) return undefined;
  return confState === undefined ? { index, term } : { index, term, confState };
}

/** raftpb.ConfState; ids one by one or packed. */
export function decodeConfState(bytes: Uint8Array, start: number, end: number): WalConfState | undefined {
  const reader = new FieldReader(bytes, start, end);
  const lists: [bigint[], bigint[], bigint[], bigint[]] = [[], [], [], []];
  let autoLeave = false;
  while (reader.next()) {
    if (reader.field === 5 && reader.isVarint()) autoLeave = reader.varint !== 0;
    const list = lists[reader.field - 1];
    if (list === undefined) continue;
    if (reader.wireType === BYTES) {
      if (!readPacked(bytes, reader.start, reader.end, list)) return undefined;
    } else if (reader.isVarint()) list.push(reader.varintBig());
  }
  if (reader.failed) return undefined;
  const [voters, learners, votersOutgoing, learnersNext] = lists;
  return { voters, learners, votersOutgoing, learnersNext, autoLeave };
}

function readPacked(bytes: Uint8Array, start: number, end: number, into: bigint[]): boolean {
  for (let at = start; at < end; ) {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= end || shift > 63n) return false;
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    into.push(BigInt.asUintN(64, value));
  }
  return true;
}
