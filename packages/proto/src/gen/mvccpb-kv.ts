// Generated from proto/mvccpb/kv.proto by scripts/generate.mjs. Do not edit.
import { MessageType, enumInfo, fieldInfo, type EnumInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readInt32, readInt64BigInt, readInt64Number, readLength, readTag, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, lengths, reserveLength, varintSize, writeBigint, writeBytes, writeInt64, writeVarint } from '../runtime/writer.ts';

export const EventType = {
  PUT: 0,
  DELETE: 1,
} as const;
export type EventType = number;
export const EventTypeInfo: EnumInfo = /*#__PURE__*/ enumInfo('mvccpb.Event.EventType', EventType);
export const EventTypeNames: Readonly<Record<number, string>> = EventTypeInfo.names;

export interface KeyValue {
  key: Uint8Array;
  createRevision: number;
  modRevision: number;
  version: number;
  value: Uint8Array;
  lease: bigint;
}

export function emptyKeyValue(): KeyValue {
  return {
    key: EMPTY_BYTES,
    createRevision: 0,
    modRevision: 0,
    version: 0,
    value: EMPTY_BYTES,
    lease: 0n,
  };
}

function assignKeyValue(m: KeyValue, init: Partial<KeyValue>): void {
  if (init.key !== undefined) m.key = init.key;
  if (init.createRevision !== undefined) m.createRevision = init.createRevision;
  if (init.modRevision !== undefined) m.modRevision = init.modRevision;
  if (init.version !== undefined) m.version = init.version;
  if (init.value !== undefined) m.value = init.value;
  if (init.lease !== undefined) m.lease = init.lease;
}

export function sizeKeyValue(m: KeyValue): number {
  let n = 0;
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.createRevision !== 0) {
    n += 1 + int64Size(m.createRevision);
  }
  if (m.modRevision !== 0) {
    n += 1 + int64Size(m.modRevision);
  }
  if (m.version !== 0) {
    n += 1 + int64Size(m.version);
  }
  if (m.value.length !== 0) {
    const length = m.value.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.lease !== 0n) {
    n += 1 + bigintSize(m.lease);
  }
  return n;
}

export function writeKeyValue(m: KeyValue, b: Buffer, start: number): number {
  let p = start;
  if (m.key.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.key);
  }
  if (m.createRevision !== 0) {
    b[p++] = 16;
    p = writeInt64(b, p, m.createRevision);
  }
  if (m.modRevision !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.modRevision);
  }
  if (m.version !== 0) {
    b[p++] = 32;
    p = writeInt64(b, p, m.version);
  }
  if (m.value.length !== 0) {
    b[p++] = 42;
    p = writeBytes(b, p, m.value);
  }
  if (m.lease !== 0n) {
    b[p++] = 48;
    p = writeBigint(b, p, m.lease);
  }
  return p;
}

export function readKeyValue(m: KeyValue, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.key = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.createRevision = v;
          p++;
        } else {
          m.createRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.modRevision = v;
          p++;
        } else {
          m.modRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.version = v;
          p++;
        } else {
          m.version = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 42: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.value = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 48: {
        const v = b[p] as number;
        if (v < 128) {
          m.lease = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.lease = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 6) throw wrongWireType(tag, 'mvccpb.KeyValue');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('mvccpb.KeyValue');
}

export const KeyValue: MessageType<KeyValue> = /*#__PURE__*/ new MessageType<KeyValue>('mvccpb.KeyValue', {
  empty: emptyKeyValue,
  assign: assignKeyValue,
  size: sizeKeyValue,
  write: writeKeyValue,
  read: readKeyValue,
  fields: () => [
    fieldInfo('key', 'key', 1, 'bytes'),
    fieldInfo('create_revision', 'createRevision', 2, 'int64'),
    fieldInfo('mod_revision', 'modRevision', 3, 'int64'),
    fieldInfo('version', 'version', 4, 'int64'),
    fieldInfo('value', 'value', 5, 'bytes'),
    fieldInfo('lease', 'lease', 6, 'int64', 2),
  ],
});

export interface Event {
  type: EventType;
  kv: KeyValue | undefined;
  prevKv: KeyValue | undefined;
}

export function emptyEvent(): Event {
  return {
    type: 0,
    kv: undefined,
    prevKv: undefined,
  };
}

function assignEvent(m: Event, init: Partial<Event>): void {
  if (init.type !== undefined) m.type = init.type;
  if (init.kv !== undefined) m.kv = init.kv;
  if (init.prevKv !== undefined) m.prevKv = init.prevKv;
}

export function sizeEvent(m: Event): number {
  let n = 0;
  if (m.type !== 0) {
    n += 1 + int64Size(m.type);
  }
  if (m.kv !== undefined) {
    const slot = reserveLength();
    const length = sizeKeyValue(m.kv);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.prevKv !== undefined) {
    const slot = reserveLength();
    const length = sizeKeyValue(m.prevKv);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeEvent(m: Event, b: Buffer, start: number): number {
  let p = start;
  if (m.type !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.type);
  }
  if (m.kv !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeKeyValue(m.kv, b, p);
  }
  if (m.prevKv !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeKeyValue(m.prevKv, b, p);
  }
  return p;
}

export function readEvent(m: Event, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.type = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.kv ?? emptyKeyValue();
        readKeyValue(item, b, p, p + l, depth + 1);
        m.kv = item;
        p += l;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.prevKv ?? emptyKeyValue();
        readKeyValue(item, b, p, p + l, depth + 1);
        m.prevKv = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'mvccpb.Event');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('mvccpb.Event');
}

export const Event: MessageType<Event> = /*#__PURE__*/ new MessageType<Event>('mvccpb.Event', {
  empty: emptyEvent,
  assign: assignEvent,
  size: sizeEvent,
  write: writeEvent,
  read: readEvent,
  fields: () => [
    fieldInfo('type', 'type', 1, 'enum', 0, undefined, EventTypeInfo),
    fieldInfo('kv', 'kv', 2, 'message', 0, () => KeyValue),
    fieldInfo('prev_kv', 'prevKv', 3, 'message', 0, () => KeyValue),
  ],
});

