// Generated from proto/walpb/record.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readInt64Number, readLength, readTag, readUint32, readUint64Number, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { int64Size, lengths, reserveLength, varintSize, writeBytes, writeInt64, writeVarint } from '../runtime/writer.ts';
import { ConfState, emptyConfState, readConfState, sizeConfState, writeConfState } from './raftpb-raft.ts';

export interface WalRecord {
  type: number;
  crc: number;
  data: Uint8Array;
}

export function emptyWalRecord(): WalRecord {
  return {
    type: 0,
    crc: 0,
    data: EMPTY_BYTES,
  };
}

function assignWalRecord(m: WalRecord, init: Partial<WalRecord>): void {
  if (init.type !== undefined) m.type = init.type;
  if (init.crc !== undefined) m.crc = init.crc;
  if (init.data !== undefined) m.data = init.data;
}

export function sizeWalRecord(m: WalRecord): number {
  let n = 0;
  {
    n += 1 + int64Size(m.type);
  }
  {
    n += 1 + varintSize(m.crc);
  }
  if (m.data.length !== 0) {
    const length = m.data.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeWalRecord(m: WalRecord, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeInt64(b, p, m.type);
  }
  {
    b[p++] = 16;
    p = writeVarint(b, p, m.crc);
  }
  if (m.data.length !== 0) {
    b[p++] = 26;
    p = writeBytes(b, p, m.data);
  }
  return p;
}

export function readWalRecord(m: WalRecord, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.type = v;
          p++;
        } else {
          m.type = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.crc = v;
          p++;
        } else {
          m.crc = readUint32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.data = viewBytes(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'walpb.Record');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('walpb.Record');
}

export const WalRecord: MessageType<WalRecord> = /*#__PURE__*/ new MessageType<WalRecord>('walpb.Record', {
  empty: emptyWalRecord,
  assign: assignWalRecord,
  size: sizeWalRecord,
  write: writeWalRecord,
  read: readWalRecord,
  fields: () => [
    fieldInfo('type', 'type', 1, 'int64'),
    fieldInfo('crc', 'crc', 2, 'uint32'),
    fieldInfo('data', 'data', 3, 'bytes'),
  ],
});

export interface WalSnapshot {
  index: number;
  term: number;
  confState: ConfState | undefined;
}

export function emptyWalSnapshot(): WalSnapshot {
  return {
    index: 0,
    term: 0,
    confState: undefined,
  };
}

function assignWalSnapshot(m: WalSnapshot, init: Partial<WalSnapshot>): void {
  if (init.index !== undefined) m.index = init.index;
  if (init.term !== undefined) m.term = init.term;
  if (init.confState !== undefined) m.confState = init.confState;
}

export function sizeWalSnapshot(m: WalSnapshot): number {
  let n = 0;
  {
    n += 1 + varintSize(m.index);
  }
  {
    n += 1 + varintSize(m.term);
  }
  if (m.confState !== undefined) {
    const slot = reserveLength();
    const length = sizeConfState(m.confState);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeWalSnapshot(m: WalSnapshot, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeVarint(b, p, m.index);
  }
  {
    b[p++] = 16;
    p = writeVarint(b, p, m.term);
  }
  if (m.confState !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeConfState(m.confState, b, p);
  }
  return p;
}

export function readWalSnapshot(m: WalSnapshot, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.index = v;
          p++;
        } else {
          m.index = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.term = v;
          p++;
        } else {
          m.term = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.confState ?? emptyConfState();
        readConfState(item, b, p, p + l, depth + 1);
        m.confState = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'walpb.Snapshot');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('walpb.Snapshot');
}

export const WalSnapshot: MessageType<WalSnapshot> = /*#__PURE__*/ new MessageType<WalSnapshot>('walpb.Snapshot', {
  empty: emptyWalSnapshot,
  assign: assignWalSnapshot,
  size: sizeWalSnapshot,
  write: writeWalSnapshot,
  read: readWalSnapshot,
  fields: () => [
    fieldInfo('index', 'index', 1, 'uint64'),
    fieldInfo('term', 'term', 2, 'uint64'),
    fieldInfo('conf_state', 'confState', 3, 'message', 0, () => ConfState),
  ],
});

