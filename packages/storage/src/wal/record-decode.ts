// Decodes the payloads of records. Input is not trusted: malformed bytes give undefined, never an exception.
// Records and entries in the one form etcd writes take a short way; any other valid form goes through the codec.
import {
  DecodeError,
  Entry,
  HardState,
  type MessageType,
  EMPTY_BYTES as NO_BYTES,
  WalSnapshot,
} from '@quorate/proto';
import type { WalSnapshotMark } from './types.ts';

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
export function decodeEntry(bytes: Uint8Array, start: number, end: number): Entry | undefined {
  const entry = decodeQuickEntry(bytes, start, end) ?? decodeAny(Entry, bytes, start, end);
  return entry !== undefined && isIndex(entry.term) && isIndex(entry.index) ? entry : undefined;
}

/** An entry in the form etcd writes: type, term, index and, if there are any, data. */
function decodeQuickEntry(bytes: Uint8Array, start: number, end: number): Entry | undefined {
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

/** raftpb.HardState. */
export function decodeHardState(bytes: Uint8Array, start: number, end: number): HardState | undefined {
  const state = decodeAny(HardState, bytes, start, end);
  return state !== undefined && isIndex(state.term) && isIndex(state.commit) ? state : undefined;
}

/** walpb.Snapshot. */
export function decodeSnapshotMark(
  bytes: Uint8Array,
  start: number,
  end: number,
): WalSnapshotMark | undefined {
  const mark = decodeAny(WalSnapshot, bytes, start, end);
  if (mark === undefined || !isIndex(mark.index) || !isIndex(mark.term)) return undefined;
  const { index, term, confState } = mark;
  return confState === undefined ? { index, term } : { index, term, confState };
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Any valid encoding of a message; undefined if the bytes are none. */
export function decodeAny<T>(
  type: MessageType<T>,
  bytes: Uint8Array,
  start: number,
  end: number,
): T | undefined {
  try {
    return type.decode(bytes, start, end);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
