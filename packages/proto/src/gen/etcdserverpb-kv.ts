// Generated from proto/etcdserverpb/kv.proto by scripts/generate.mjs. Do not edit.
import { MAX_DECODE_DEPTH } from '../runtime/../limits.ts';
import { MessageType, enumInfo, fieldInfo, type EnumInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readBool, readInt32, readInt64BigInt, readInt64Number, readLength, readTag, skipField, tooDeep, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, lengths, reserveLength, varintSize, writeBigint, writeBytes, writeInt64, writeVarint } from '../runtime/writer.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';
import { KeyValue, emptyKeyValue, readKeyValue, sizeKeyValue, writeKeyValue } from './mvccpb-kv.ts';

export const SortOrder = {
  NONE: 0,
  ASCEND: 1,
  DESCEND: 2,
} as const;
export type SortOrder = number;
export const SortOrderInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.RangeRequest.SortOrder', SortOrder);
export const SortOrderNames: Readonly<Record<number, string>> = SortOrderInfo.names;

export const SortTarget = {
  KEY: 0,
  VERSION: 1,
  CREATE: 2,
  MOD: 3,
  VALUE: 4,
} as const;
export type SortTarget = number;
export const SortTargetInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.RangeRequest.SortTarget', SortTarget);
export const SortTargetNames: Readonly<Record<number, string>> = SortTargetInfo.names;

export const CompareResult = {
  EQUAL: 0,
  GREATER: 1,
  LESS: 2,
  NOT_EQUAL: 3,
} as const;
export type CompareResult = number;
export const CompareResultInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.Compare.CompareResult', CompareResult);
export const CompareResultNames: Readonly<Record<number, string>> = CompareResultInfo.names;

export const CompareTarget = {
  VERSION: 0,
  CREATE: 1,
  MOD: 2,
  VALUE: 3,
  LEASE: 4,
} as const;
export type CompareTarget = number;
export const CompareTargetInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.Compare.CompareTarget', CompareTarget);
export const CompareTargetNames: Readonly<Record<number, string>> = CompareTargetInfo.names;

export interface RangeRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  limit: number;
  revision: number;
  sortOrder: SortOrder;
  sortTarget: SortTarget;
  serializable: boolean;
  keysOnly: boolean;
  countOnly: boolean;
  minModRevision: number;
  maxModRevision: number;
  minCreateRevision: number;
  maxCreateRevision: number;
}

export function emptyRangeRequest(): RangeRequest {
  return {
    key: EMPTY_BYTES,
    rangeEnd: EMPTY_BYTES,
    limit: 0,
    revision: 0,
    sortOrder: 0,
    sortTarget: 0,
    serializable: false,
    keysOnly: false,
    countOnly: false,
    minModRevision: 0,
    maxModRevision: 0,
    minCreateRevision: 0,
    maxCreateRevision: 0,
  };
}

function assignRangeRequest(m: RangeRequest, init: Partial<RangeRequest>): void {
  if (init.key !== undefined) m.key = init.key;
  if (init.rangeEnd !== undefined) m.rangeEnd = init.rangeEnd;
  if (init.limit !== undefined) m.limit = init.limit;
  if (init.revision !== undefined) m.revision = init.revision;
  if (init.sortOrder !== undefined) m.sortOrder = init.sortOrder;
  if (init.sortTarget !== undefined) m.sortTarget = init.sortTarget;
  if (init.serializable !== undefined) m.serializable = init.serializable;
  if (init.keysOnly !== undefined) m.keysOnly = init.keysOnly;
  if (init.countOnly !== undefined) m.countOnly = init.countOnly;
  if (init.minModRevision !== undefined) m.minModRevision = init.minModRevision;
  if (init.maxModRevision !== undefined) m.maxModRevision = init.maxModRevision;
  if (init.minCreateRevision !== undefined) m.minCreateRevision = init.minCreateRevision;
  if (init.maxCreateRevision !== undefined) m.maxCreateRevision = init.maxCreateRevision;
}

export function sizeRangeRequest(m: RangeRequest): number {
  let n = 0;
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.rangeEnd.length !== 0) {
    const length = m.rangeEnd.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.limit !== 0) {
    n += 1 + int64Size(m.limit);
  }
  if (m.revision !== 0) {
    n += 1 + int64Size(m.revision);
  }
  if (m.sortOrder !== 0) {
    n += 1 + int64Size(m.sortOrder);
  }
  if (m.sortTarget !== 0) {
    n += 1 + int64Size(m.sortTarget);
  }
  if (m.serializable) {
    n += 1 + 1;
  }
  if (m.keysOnly) {
    n += 1 + 1;
  }
  if (m.countOnly) {
    n += 1 + 1;
  }
  if (m.minModRevision !== 0) {
    n += 1 + int64Size(m.minModRevision);
  }
  if (m.maxModRevision !== 0) {
    n += 1 + int64Size(m.maxModRevision);
  }
  if (m.minCreateRevision !== 0) {
    n += 1 + int64Size(m.minCreateRevision);
  }
  if (m.maxCreateRevision !== 0) {
    n += 1 + int64Size(m.maxCreateRevision);
  }
  return n;
}

export function writeRangeRequest(m: RangeRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.key.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.key);
  }
  if (m.rangeEnd.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.rangeEnd);
  }
  if (m.limit !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.limit);
  }
  if (m.revision !== 0) {
    b[p++] = 32;
    p = writeInt64(b, p, m.revision);
  }
  if (m.sortOrder !== 0) {
    b[p++] = 40;
    p = writeInt64(b, p, m.sortOrder);
  }
  if (m.sortTarget !== 0) {
    b[p++] = 48;
    p = writeInt64(b, p, m.sortTarget);
  }
  if (m.serializable) {
    b[p++] = 56;
    b[p++] = m.serializable ? 1 : 0;
  }
  if (m.keysOnly) {
    b[p++] = 64;
    b[p++] = m.keysOnly ? 1 : 0;
  }
  if (m.countOnly) {
    b[p++] = 72;
    b[p++] = m.countOnly ? 1 : 0;
  }
  if (m.minModRevision !== 0) {
    b[p++] = 80;
    p = writeInt64(b, p, m.minModRevision);
  }
  if (m.maxModRevision !== 0) {
    b[p++] = 88;
    p = writeInt64(b, p, m.maxModRevision);
  }
  if (m.minCreateRevision !== 0) {
    b[p++] = 96;
    p = writeInt64(b, p, m.minCreateRevision);
  }
  if (m.maxCreateRevision !== 0) {
    b[p++] = 104;
    p = writeInt64(b, p, m.maxCreateRevision);
  }
  return p;
}

export function readRangeRequest(m: RangeRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.rangeEnd = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.limit = v;
          p++;
        } else {
          m.limit = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.revision = v;
          p++;
        } else {
          m.revision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.sortOrder = v;
          p++;
        } else {
          m.sortOrder = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 48: {
        const v = b[p] as number;
        if (v < 128) {
          m.sortTarget = v;
          p++;
        } else {
          m.sortTarget = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 56: {
        const v = b[p] as number;
        if (v < 128) {
          m.serializable = v !== 0;
          p++;
        } else {
          m.serializable = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 64: {
        const v = b[p] as number;
        if (v < 128) {
          m.keysOnly = v !== 0;
          p++;
        } else {
          m.keysOnly = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 72: {
        const v = b[p] as number;
        if (v < 128) {
          m.countOnly = v !== 0;
          p++;
        } else {
          m.countOnly = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 80: {
        const v = b[p] as number;
        if (v < 128) {
          m.minModRevision = v;
          p++;
        } else {
          m.minModRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 88: {
        const v = b[p] as number;
        if (v < 128) {
          m.maxModRevision = v;
          p++;
        } else {
          m.maxModRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 96: {
        const v = b[p] as number;
        if (v < 128) {
          m.minCreateRevision = v;
          p++;
        } else {
          m.minCreateRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 104: {
        const v = b[p] as number;
        if (v < 128) {
          m.maxCreateRevision = v;
          p++;
        } else {
          m.maxCreateRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 13) throw wrongWireType(tag, 'etcdserverpb.RangeRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.RangeRequest');
}

export const RangeRequest: MessageType<RangeRequest> = /*#__PURE__*/ new MessageType<RangeRequest>('etcdserverpb.RangeRequest', {
  empty: emptyRangeRequest,
  assign: assignRangeRequest,
  size: sizeRangeRequest,
  write: writeRangeRequest,
  read: readRangeRequest,
  fields: () => [
    fieldInfo('key', 'key', 1, 'bytes'),
    fieldInfo('range_end', 'rangeEnd', 2, 'bytes'),
    fieldInfo('limit', 'limit', 3, 'int64'),
    fieldInfo('revision', 'revision', 4, 'int64'),
    fieldInfo('sort_order', 'sortOrder', 5, 'enum', 0, undefined, SortOrderInfo),
    fieldInfo('sort_target', 'sortTarget', 6, 'enum', 0, undefined, SortTargetInfo),
    fieldInfo('serializable', 'serializable', 7, 'bool'),
    fieldInfo('keys_only', 'keysOnly', 8, 'bool'),
    fieldInfo('count_only', 'countOnly', 9, 'bool'),
    fieldInfo('min_mod_revision', 'minModRevision', 10, 'int64'),
    fieldInfo('max_mod_revision', 'maxModRevision', 11, 'int64'),
    fieldInfo('min_create_revision', 'minCreateRevision', 12, 'int64'),
    fieldInfo('max_create_revision', 'maxCreateRevision', 13, 'int64'),
  ],
});

export interface RangeResponse {
  header: ResponseHeader | undefined;
  kvs: KeyValue[];
  more: boolean;
  count: number;
}

export function emptyRangeResponse(): RangeResponse {
  return {
    header: undefined,
    kvs: [],
    more: false,
    count: 0,
  };
}

function assignRangeResponse(m: RangeResponse, init: Partial<RangeResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.kvs !== undefined) m.kvs = init.kvs;
  if (init.more !== undefined) m.more = init.more;
  if (init.count !== undefined) m.count = init.count;
}

export function sizeRangeResponse(m: RangeResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.kvs) {
    const slot = reserveLength();
    const length = sizeKeyValue(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.more) {
    n += 1 + 1;
  }
  if (m.count !== 0) {
    n += 1 + int64Size(m.count);
  }
  return n;
}

export function writeRangeResponse(m: RangeResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.kvs) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeKeyValue(item, b, p);
  }
  if (m.more) {
    b[p++] = 24;
    b[p++] = m.more ? 1 : 0;
  }
  if (m.count !== 0) {
    b[p++] = 32;
    p = writeInt64(b, p, m.count);
  }
  return p;
}

export function readRangeResponse(m: RangeResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyKeyValue();
        readKeyValue(item, b, p, p + l, depth + 1);
        m.kvs.push(item);
        p += l;
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.more = v !== 0;
          p++;
        } else {
          m.more = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.count = v;
          p++;
        } else {
          m.count = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.RangeResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.RangeResponse');
}

export const RangeResponse: MessageType<RangeResponse> = /*#__PURE__*/ new MessageType<RangeResponse>('etcdserverpb.RangeResponse', {
  empty: emptyRangeResponse,
  assign: assignRangeResponse,
  size: sizeRangeResponse,
  write: writeRangeResponse,
  read: readRangeResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('kvs', 'kvs', 2, 'message', 1, () => KeyValue),
    fieldInfo('more', 'more', 3, 'bool'),
    fieldInfo('count', 'count', 4, 'int64'),
  ],
});

export interface PutRequest {
  key: Uint8Array;
  value: Uint8Array;
  lease: bigint;
  prevKv: boolean;
  ignoreValue: boolean;
  ignoreLease: boolean;
}

export function emptyPutRequest(): PutRequest {
  return {
    key: EMPTY_BYTES,
    value: EMPTY_BYTES,
    lease: 0n,
    prevKv: false,
    ignoreValue: false,
    ignoreLease: false,
  };
}

function assignPutRequest(m: PutRequest, init: Partial<PutRequest>): void {
  if (init.key !== undefined) m.key = init.key;
  if (init.value !== undefined) m.value = init.value;
  if (init.lease !== undefined) m.lease = init.lease;
  if (init.prevKv !== undefined) m.prevKv = init.prevKv;
  if (init.ignoreValue !== undefined) m.ignoreValue = init.ignoreValue;
  if (init.ignoreLease !== undefined) m.ignoreLease = init.ignoreLease;
}

export function sizePutRequest(m: PutRequest): number {
  let n = 0;
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.value.length !== 0) {
    const length = m.value.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.lease !== 0n) {
    n += 1 + bigintSize(m.lease);
  }
  if (m.prevKv) {
    n += 1 + 1;
  }
  if (m.ignoreValue) {
    n += 1 + 1;
  }
  if (m.ignoreLease) {
    n += 1 + 1;
  }
  return n;
}

export function writePutRequest(m: PutRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.key.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.key);
  }
  if (m.value.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.value);
  }
  if (m.lease !== 0n) {
    b[p++] = 24;
    p = writeBigint(b, p, m.lease);
  }
  if (m.prevKv) {
    b[p++] = 32;
    b[p++] = m.prevKv ? 1 : 0;
  }
  if (m.ignoreValue) {
    b[p++] = 40;
    b[p++] = m.ignoreValue ? 1 : 0;
  }
  if (m.ignoreLease) {
    b[p++] = 48;
    b[p++] = m.ignoreLease ? 1 : 0;
  }
  return p;
}

export function readPutRequest(m: PutRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      case 18: {
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
      case 24: {
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
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.prevKv = v !== 0;
          p++;
        } else {
          m.prevKv = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.ignoreValue = v !== 0;
          p++;
        } else {
          m.ignoreValue = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 48: {
        const v = b[p] as number;
        if (v < 128) {
          m.ignoreLease = v !== 0;
          p++;
        } else {
          m.ignoreLease = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 6) throw wrongWireType(tag, 'etcdserverpb.PutRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.PutRequest');
}

export const PutRequest: MessageType<PutRequest> = /*#__PURE__*/ new MessageType<PutRequest>('etcdserverpb.PutRequest', {
  empty: emptyPutRequest,
  assign: assignPutRequest,
  size: sizePutRequest,
  write: writePutRequest,
  read: readPutRequest,
  fields: () => [
    fieldInfo('key', 'key', 1, 'bytes'),
    fieldInfo('value', 'value', 2, 'bytes'),
    fieldInfo('lease', 'lease', 3, 'int64', 2),
    fieldInfo('prev_kv', 'prevKv', 4, 'bool'),
    fieldInfo('ignore_value', 'ignoreValue', 5, 'bool'),
    fieldInfo('ignore_lease', 'ignoreLease', 6, 'bool'),
  ],
});

export interface PutResponse {
  header: ResponseHeader | undefined;
  prevKv: KeyValue | undefined;
}

export function emptyPutResponse(): PutResponse {
  return {
    header: undefined,
    prevKv: undefined,
  };
}

function assignPutResponse(m: PutResponse, init: Partial<PutResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.prevKv !== undefined) m.prevKv = init.prevKv;
}

export function sizePutResponse(m: PutResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
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

export function writePutResponse(m: PutResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.prevKv !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeKeyValue(m.prevKv, b, p);
  }
  return p;
}

export function readPutResponse(m: PutResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 18: {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.PutResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.PutResponse');
}

export const PutResponse: MessageType<PutResponse> = /*#__PURE__*/ new MessageType<PutResponse>('etcdserverpb.PutResponse', {
  empty: emptyPutResponse,
  assign: assignPutResponse,
  size: sizePutResponse,
  write: writePutResponse,
  read: readPutResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('prev_kv', 'prevKv', 2, 'message', 0, () => KeyValue),
  ],
});

export interface DeleteRangeRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  prevKv: boolean;
}

export function emptyDeleteRangeRequest(): DeleteRangeRequest {
  return {
    key: EMPTY_BYTES,
    rangeEnd: EMPTY_BYTES,
    prevKv: false,
  };
}

function assignDeleteRangeRequest(m: DeleteRangeRequest, init: Partial<DeleteRangeRequest>): void {
  if (init.key !== undefined) m.key = init.key;
  if (init.rangeEnd !== undefined) m.rangeEnd = init.rangeEnd;
  if (init.prevKv !== undefined) m.prevKv = init.prevKv;
}

export function sizeDeleteRangeRequest(m: DeleteRangeRequest): number {
  let n = 0;
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.rangeEnd.length !== 0) {
    const length = m.rangeEnd.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.prevKv) {
    n += 1 + 1;
  }
  return n;
}

export function writeDeleteRangeRequest(m: DeleteRangeRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.key.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.key);
  }
  if (m.rangeEnd.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.rangeEnd);
  }
  if (m.prevKv) {
    b[p++] = 24;
    b[p++] = m.prevKv ? 1 : 0;
  }
  return p;
}

export function readDeleteRangeRequest(m: DeleteRangeRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.rangeEnd = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.prevKv = v !== 0;
          p++;
        } else {
          m.prevKv = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.DeleteRangeRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.DeleteRangeRequest');
}

export const DeleteRangeRequest: MessageType<DeleteRangeRequest> = /*#__PURE__*/ new MessageType<DeleteRangeRequest>('etcdserverpb.DeleteRangeRequest', {
  empty: emptyDeleteRangeRequest,
  assign: assignDeleteRangeRequest,
  size: sizeDeleteRangeRequest,
  write: writeDeleteRangeRequest,
  read: readDeleteRangeRequest,
  fields: () => [
    fieldInfo('key', 'key', 1, 'bytes'),
    fieldInfo('range_end', 'rangeEnd', 2, 'bytes'),
    fieldInfo('prev_kv', 'prevKv', 3, 'bool'),
  ],
});

export interface DeleteRangeResponse {
  header: ResponseHeader | undefined;
  deleted: number;
  prevKvs: KeyValue[];
}

export function emptyDeleteRangeResponse(): DeleteRangeResponse {
  return {
    header: undefined,
    deleted: 0,
    prevKvs: [],
  };
}

function assignDeleteRangeResponse(m: DeleteRangeResponse, init: Partial<DeleteRangeResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.deleted !== undefined) m.deleted = init.deleted;
  if (init.prevKvs !== undefined) m.prevKvs = init.prevKvs;
}

export function sizeDeleteRangeResponse(m: DeleteRangeResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.deleted !== 0) {
    n += 1 + int64Size(m.deleted);
  }
  for (const item of m.prevKvs) {
    const slot = reserveLength();
    const length = sizeKeyValue(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeDeleteRangeResponse(m: DeleteRangeResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.deleted !== 0) {
    b[p++] = 16;
    p = writeInt64(b, p, m.deleted);
  }
  for (const item of m.prevKvs) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeKeyValue(item, b, p);
  }
  return p;
}

export function readDeleteRangeResponse(m: DeleteRangeResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.deleted = v;
          p++;
        } else {
          m.deleted = readInt64Number(b, p, end);
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
        const item = emptyKeyValue();
        readKeyValue(item, b, p, p + l, depth + 1);
        m.prevKvs.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.DeleteRangeResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.DeleteRangeResponse');
}

export const DeleteRangeResponse: MessageType<DeleteRangeResponse> = /*#__PURE__*/ new MessageType<DeleteRangeResponse>('etcdserverpb.DeleteRangeResponse', {
  empty: emptyDeleteRangeResponse,
  assign: assignDeleteRangeResponse,
  size: sizeDeleteRangeResponse,
  write: writeDeleteRangeResponse,
  read: readDeleteRangeResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('deleted', 'deleted', 2, 'int64'),
    fieldInfo('prev_kvs', 'prevKvs', 3, 'message', 1, () => KeyValue),
  ],
});

export interface RequestOp {
  requestRange: RangeRequest | undefined;
  requestPut: PutRequest | undefined;
  requestDeleteRange: DeleteRangeRequest | undefined;
  requestTxn: TxnRequest | undefined;
}

export function emptyRequestOp(): RequestOp {
  return {
    requestRange: undefined,
    requestPut: undefined,
    requestDeleteRange: undefined,
    requestTxn: undefined,
  };
}

function assignRequestOp(m: RequestOp, init: Partial<RequestOp>): void {
  if (init.requestRange !== undefined) m.requestRange = init.requestRange;
  if (init.requestPut !== undefined) m.requestPut = init.requestPut;
  if (init.requestDeleteRange !== undefined) m.requestDeleteRange = init.requestDeleteRange;
  if (init.requestTxn !== undefined) m.requestTxn = init.requestTxn;
}

export function sizeRequestOp(m: RequestOp): number {
  let n = 0;
  if (m.requestRange !== undefined) {
    const slot = reserveLength();
    const length = sizeRangeRequest(m.requestRange);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.requestPut !== undefined) {
    const slot = reserveLength();
    const length = sizePutRequest(m.requestPut);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.requestDeleteRange !== undefined) {
    const slot = reserveLength();
    const length = sizeDeleteRangeRequest(m.requestDeleteRange);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.requestTxn !== undefined) {
    const slot = reserveLength();
    const length = sizeTxnRequest(m.requestTxn);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeRequestOp(m: RequestOp, b: Buffer, start: number): number {
  let p = start;
  if (m.requestRange !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRangeRequest(m.requestRange, b, p);
  }
  if (m.requestPut !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writePutRequest(m.requestPut, b, p);
  }
  if (m.requestDeleteRange !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeDeleteRangeRequest(m.requestDeleteRange, b, p);
  }
  if (m.requestTxn !== undefined) {
    b[p++] = 34;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeTxnRequest(m.requestTxn, b, p);
  }
  return p;
}

export function readRequestOp(m: RequestOp, b: Uint8Array, start: number, end: number, depth: number): void {
  if (depth > MAX_DECODE_DEPTH) throw tooDeep('etcdserverpb.RequestOp');
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
        const item = emptyRangeRequest();
        readRangeRequest(item, b, p, p + l, depth + 1);
        m.requestRange = item;
        p += l;
        m.requestPut = undefined;
        m.requestDeleteRange = undefined;
        m.requestTxn = undefined;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyPutRequest();
        readPutRequest(item, b, p, p + l, depth + 1);
        m.requestPut = item;
        p += l;
        m.requestRange = undefined;
        m.requestDeleteRange = undefined;
        m.requestTxn = undefined;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyDeleteRangeRequest();
        readDeleteRangeRequest(item, b, p, p + l, depth + 1);
        m.requestDeleteRange = item;
        p += l;
        m.requestRange = undefined;
        m.requestPut = undefined;
        m.requestTxn = undefined;
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyTxnRequest();
        readTxnRequest(item, b, p, p + l, depth + 1);
        m.requestTxn = item;
        p += l;
        m.requestRange = undefined;
        m.requestPut = undefined;
        m.requestDeleteRange = undefined;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.RequestOp');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.RequestOp');
}

export const RequestOp: MessageType<RequestOp> = /*#__PURE__*/ new MessageType<RequestOp>('etcdserverpb.RequestOp', {
  empty: emptyRequestOp,
  assign: assignRequestOp,
  size: sizeRequestOp,
  write: writeRequestOp,
  read: readRequestOp,
  fields: () => [
    fieldInfo('request_range', 'requestRange', 1, 'message', 0, () => RangeRequest, undefined, 'request'),
    fieldInfo('request_put', 'requestPut', 2, 'message', 0, () => PutRequest, undefined, 'request'),
    fieldInfo('request_delete_range', 'requestDeleteRange', 3, 'message', 0, () => DeleteRangeRequest, undefined, 'request'),
    fieldInfo('request_txn', 'requestTxn', 4, 'message', 0, () => TxnRequest, undefined, 'request'),
  ],
});

export interface ResponseOp {
  responseRange: RangeResponse | undefined;
  responsePut: PutResponse | undefined;
  responseDeleteRange: DeleteRangeResponse | undefined;
  responseTxn: TxnResponse | undefined;
}

export function emptyResponseOp(): ResponseOp {
  return {
    responseRange: undefined,
    responsePut: undefined,
    responseDeleteRange: undefined,
    responseTxn: undefined,
  };
}

function assignResponseOp(m: ResponseOp, init: Partial<ResponseOp>): void {
  if (init.responseRange !== undefined) m.responseRange = init.responseRange;
  if (init.responsePut !== undefined) m.responsePut = init.responsePut;
  if (init.responseDeleteRange !== undefined) m.responseDeleteRange = init.responseDeleteRange;
  if (init.responseTxn !== undefined) m.responseTxn = init.responseTxn;
}

export function sizeResponseOp(m: ResponseOp): number {
  let n = 0;
  if (m.responseRange !== undefined) {
    const slot = reserveLength();
    const length = sizeRangeResponse(m.responseRange);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.responsePut !== undefined) {
    const slot = reserveLength();
    const length = sizePutResponse(m.responsePut);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.responseDeleteRange !== undefined) {
    const slot = reserveLength();
    const length = sizeDeleteRangeResponse(m.responseDeleteRange);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.responseTxn !== undefined) {
    const slot = reserveLength();
    const length = sizeTxnResponse(m.responseTxn);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeResponseOp(m: ResponseOp, b: Buffer, start: number): number {
  let p = start;
  if (m.responseRange !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRangeResponse(m.responseRange, b, p);
  }
  if (m.responsePut !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writePutResponse(m.responsePut, b, p);
  }
  if (m.responseDeleteRange !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeDeleteRangeResponse(m.responseDeleteRange, b, p);
  }
  if (m.responseTxn !== undefined) {
    b[p++] = 34;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeTxnResponse(m.responseTxn, b, p);
  }
  return p;
}

export function readResponseOp(m: ResponseOp, b: Uint8Array, start: number, end: number, depth: number): void {
  if (depth > MAX_DECODE_DEPTH) throw tooDeep('etcdserverpb.ResponseOp');
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
        const item = emptyRangeResponse();
        readRangeResponse(item, b, p, p + l, depth + 1);
        m.responseRange = item;
        p += l;
        m.responsePut = undefined;
        m.responseDeleteRange = undefined;
        m.responseTxn = undefined;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyPutResponse();
        readPutResponse(item, b, p, p + l, depth + 1);
        m.responsePut = item;
        p += l;
        m.responseRange = undefined;
        m.responseDeleteRange = undefined;
        m.responseTxn = undefined;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyDeleteRangeResponse();
        readDeleteRangeResponse(item, b, p, p + l, depth + 1);
        m.responseDeleteRange = item;
        p += l;
        m.responseRange = undefined;
        m.responsePut = undefined;
        m.responseTxn = undefined;
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyTxnResponse();
        readTxnResponse(item, b, p, p + l, depth + 1);
        m.responseTxn = item;
        p += l;
        m.responseRange = undefined;
        m.responsePut = undefined;
        m.responseDeleteRange = undefined;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.ResponseOp');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.ResponseOp');
}

export const ResponseOp: MessageType<ResponseOp> = /*#__PURE__*/ new MessageType<ResponseOp>('etcdserverpb.ResponseOp', {
  empty: emptyResponseOp,
  assign: assignResponseOp,
  size: sizeResponseOp,
  write: writeResponseOp,
  read: readResponseOp,
  fields: () => [
    fieldInfo('response_range', 'responseRange', 1, 'message', 0, () => RangeResponse, undefined, 'response'),
    fieldInfo('response_put', 'responsePut', 2, 'message', 0, () => PutResponse, undefined, 'response'),
    fieldInfo('response_delete_range', 'responseDeleteRange', 3, 'message', 0, () => DeleteRangeResponse, undefined, 'response'),
    fieldInfo('response_txn', 'responseTxn', 4, 'message', 0, () => TxnResponse, undefined, 'response'),
  ],
});

export interface Compare {
  result: CompareResult;
  target: CompareTarget;
  key: Uint8Array;
  version: number | undefined;
  createRevision: number | undefined;
  modRevision: number | undefined;
  value: Uint8Array | undefined;
  lease: bigint | undefined;
  rangeEnd: Uint8Array;
}

export function emptyCompare(): Compare {
  return {
    result: 0,
    target: 0,
    key: EMPTY_BYTES,
    version: undefined,
    createRevision: undefined,
    modRevision: undefined,
    value: undefined,
    lease: undefined,
    rangeEnd: EMPTY_BYTES,
  };
}

function assignCompare(m: Compare, init: Partial<Compare>): void {
  if (init.result !== undefined) m.result = init.result;
  if (init.target !== undefined) m.target = init.target;
  if (init.key !== undefined) m.key = init.key;
  if (init.version !== undefined) m.version = init.version;
  if (init.createRevision !== undefined) m.createRevision = init.createRevision;
  if (init.modRevision !== undefined) m.modRevision = init.modRevision;
  if (init.value !== undefined) m.value = init.value;
  if (init.lease !== undefined) m.lease = init.lease;
  if (init.rangeEnd !== undefined) m.rangeEnd = init.rangeEnd;
}

export function sizeCompare(m: Compare): number {
  let n = 0;
  if (m.result !== 0) {
    n += 1 + int64Size(m.result);
  }
  if (m.target !== 0) {
    n += 1 + int64Size(m.target);
  }
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.version !== undefined) {
    n += 1 + int64Size(m.version);
  }
  if (m.createRevision !== undefined) {
    n += 1 + int64Size(m.createRevision);
  }
  if (m.modRevision !== undefined) {
    n += 1 + int64Size(m.modRevision);
  }
  if (m.value !== undefined) {
    const length = m.value.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.lease !== undefined) {
    n += 1 + bigintSize(m.lease);
  }
  if (m.rangeEnd.length !== 0) {
    const length = m.rangeEnd.length;
    n += 2 + varintSize(length) + length;
  }
  return n;
}

export function writeCompare(m: Compare, b: Buffer, start: number): number {
  let p = start;
  if (m.result !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.result);
  }
  if (m.target !== 0) {
    b[p++] = 16;
    p = writeInt64(b, p, m.target);
  }
  if (m.key.length !== 0) {
    b[p++] = 26;
    p = writeBytes(b, p, m.key);
  }
  if (m.version !== undefined) {
    b[p++] = 32;
    p = writeInt64(b, p, m.version);
  }
  if (m.createRevision !== undefined) {
    b[p++] = 40;
    p = writeInt64(b, p, m.createRevision);
  }
  if (m.modRevision !== undefined) {
    b[p++] = 48;
    p = writeInt64(b, p, m.modRevision);
  }
  if (m.value !== undefined) {
    b[p++] = 58;
    p = writeBytes(b, p, m.value);
  }
  if (m.lease !== undefined) {
    b[p++] = 64;
    p = writeBigint(b, p, m.lease);
  }
  if (m.rangeEnd.length !== 0) {
    b[p++] = 130;
    b[p++] = 4;
    p = writeBytes(b, p, m.rangeEnd);
  }
  return p;
}

export function readCompare(m: Compare, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.result = v;
          p++;
        } else {
          m.result = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.target = v;
          p++;
        } else {
          m.target = readInt32(b, p, end);
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
        m.key = viewBytes(b, p, l);
        p += l;
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
        m.createRevision = undefined;
        m.modRevision = undefined;
        m.value = undefined;
        m.lease = undefined;
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.createRevision = v;
          p++;
        } else {
          m.createRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        m.version = undefined;
        m.modRevision = undefined;
        m.value = undefined;
        m.lease = undefined;
        break;
      }
      case 48: {
        const v = b[p] as number;
        if (v < 128) {
          m.modRevision = v;
          p++;
        } else {
          m.modRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        m.version = undefined;
        m.createRevision = undefined;
        m.value = undefined;
        m.lease = undefined;
        break;
      }
      case 58: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.value = viewBytes(b, p, l);
        p += l;
        m.version = undefined;
        m.createRevision = undefined;
        m.modRevision = undefined;
        m.lease = undefined;
        break;
      }
      case 64: {
        const v = b[p] as number;
        if (v < 128) {
          m.lease = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.lease = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        m.version = undefined;
        m.createRevision = undefined;
        m.modRevision = undefined;
        m.value = undefined;
        break;
      }
      case 514: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.rangeEnd = viewBytes(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 === 1 || tag >>> 3 === 2 || tag >>> 3 === 3 || tag >>> 3 === 4 || tag >>> 3 === 5 || tag >>> 3 === 6 || tag >>> 3 === 7 || tag >>> 3 === 8 || tag >>> 3 === 64) throw wrongWireType(tag, 'etcdserverpb.Compare');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.Compare');
}

export const Compare: MessageType<Compare> = /*#__PURE__*/ new MessageType<Compare>('etcdserverpb.Compare', {
  empty: emptyCompare,
  assign: assignCompare,
  size: sizeCompare,
  write: writeCompare,
  read: readCompare,
  fields: () => [
    fieldInfo('result', 'result', 1, 'enum', 0, undefined, CompareResultInfo),
    fieldInfo('target', 'target', 2, 'enum', 0, undefined, CompareTargetInfo),
    fieldInfo('key', 'key', 3, 'bytes'),
    fieldInfo('version', 'version', 4, 'int64', 4, undefined, undefined, 'target_union'),
    fieldInfo('create_revision', 'createRevision', 5, 'int64', 4, undefined, undefined, 'target_union'),
    fieldInfo('mod_revision', 'modRevision', 6, 'int64', 4, undefined, undefined, 'target_union'),
    fieldInfo('value', 'value', 7, 'bytes', 4, undefined, undefined, 'target_union'),
    fieldInfo('lease', 'lease', 8, 'int64', 6, undefined, undefined, 'target_union'),
    fieldInfo('range_end', 'rangeEnd', 64, 'bytes'),
  ],
});

export interface TxnRequest {
  compare: Compare[];
  success: RequestOp[];
  failure: RequestOp[];
}

export function emptyTxnRequest(): TxnRequest {
  return {
    compare: [],
    success: [],
    failure: [],
  };
}

function assignTxnRequest(m: TxnRequest, init: Partial<TxnRequest>): void {
  if (init.compare !== undefined) m.compare = init.compare;
  if (init.success !== undefined) m.success = init.success;
  if (init.failure !== undefined) m.failure = init.failure;
}

export function sizeTxnRequest(m: TxnRequest): number {
  let n = 0;
  for (const item of m.compare) {
    const slot = reserveLength();
    const length = sizeCompare(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.success) {
    const slot = reserveLength();
    const length = sizeRequestOp(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.failure) {
    const slot = reserveLength();
    const length = sizeRequestOp(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeTxnRequest(m: TxnRequest, b: Buffer, start: number): number {
  let p = start;
  for (const item of m.compare) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeCompare(item, b, p);
  }
  for (const item of m.success) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRequestOp(item, b, p);
  }
  for (const item of m.failure) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRequestOp(item, b, p);
  }
  return p;
}

export function readTxnRequest(m: TxnRequest, b: Uint8Array, start: number, end: number, depth: number): void {
  if (depth > MAX_DECODE_DEPTH) throw tooDeep('etcdserverpb.TxnRequest');
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
        const item = emptyCompare();
        readCompare(item, b, p, p + l, depth + 1);
        m.compare.push(item);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyRequestOp();
        readRequestOp(item, b, p, p + l, depth + 1);
        m.success.push(item);
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
        const item = emptyRequestOp();
        readRequestOp(item, b, p, p + l, depth + 1);
        m.failure.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.TxnRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.TxnRequest');
}

export const TxnRequest: MessageType<TxnRequest> = /*#__PURE__*/ new MessageType<TxnRequest>('etcdserverpb.TxnRequest', {
  empty: emptyTxnRequest,
  assign: assignTxnRequest,
  size: sizeTxnRequest,
  write: writeTxnRequest,
  read: readTxnRequest,
  fields: () => [
    fieldInfo('compare', 'compare', 1, 'message', 1, () => Compare),
    fieldInfo('success', 'success', 2, 'message', 1, () => RequestOp),
    fieldInfo('failure', 'failure', 3, 'message', 1, () => RequestOp),
  ],
});

export interface TxnResponse {
  header: ResponseHeader | undefined;
  succeeded: boolean;
  responses: ResponseOp[];
}

export function emptyTxnResponse(): TxnResponse {
  return {
    header: undefined,
    succeeded: false,
    responses: [],
  };
}

function assignTxnResponse(m: TxnResponse, init: Partial<TxnResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.succeeded !== undefined) m.succeeded = init.succeeded;
  if (init.responses !== undefined) m.responses = init.responses;
}

export function sizeTxnResponse(m: TxnResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.succeeded) {
    n += 1 + 1;
  }
  for (const item of m.responses) {
    const slot = reserveLength();
    const length = sizeResponseOp(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeTxnResponse(m: TxnResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.succeeded) {
    b[p++] = 16;
    b[p++] = m.succeeded ? 1 : 0;
  }
  for (const item of m.responses) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseOp(item, b, p);
  }
  return p;
}

export function readTxnResponse(m: TxnResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  if (depth > MAX_DECODE_DEPTH) throw tooDeep('etcdserverpb.TxnResponse');
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
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.succeeded = v !== 0;
          p++;
        } else {
          m.succeeded = readBool(b, p, end);
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
        const item = emptyResponseOp();
        readResponseOp(item, b, p, p + l, depth + 1);
        m.responses.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.TxnResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.TxnResponse');
}

export const TxnResponse: MessageType<TxnResponse> = /*#__PURE__*/ new MessageType<TxnResponse>('etcdserverpb.TxnResponse', {
  empty: emptyTxnResponse,
  assign: assignTxnResponse,
  size: sizeTxnResponse,
  write: writeTxnResponse,
  read: readTxnResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('succeeded', 'succeeded', 2, 'bool'),
    fieldInfo('responses', 'responses', 3, 'message', 1, () => ResponseOp),
  ],
});

export interface CompactionRequest {
  revision: number;
  physical: boolean;
}

export function emptyCompactionRequest(): CompactionRequest {
  return {
    revision: 0,
    physical: false,
  };
}

function assignCompactionRequest(m: CompactionRequest, init: Partial<CompactionRequest>): void {
  if (init.revision !== undefined) m.revision = init.revision;
  if (init.physical !== undefined) m.physical = init.physical;
}

export function sizeCompactionRequest(m: CompactionRequest): number {
  let n = 0;
  if (m.revision !== 0) {
    n += 1 + int64Size(m.revision);
  }
  if (m.physical) {
    n += 1 + 1;
  }
  return n;
}

export function writeCompactionRequest(m: CompactionRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.revision !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.revision);
  }
  if (m.physical) {
    b[p++] = 16;
    b[p++] = m.physical ? 1 : 0;
  }
  return p;
}

export function readCompactionRequest(m: CompactionRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.revision = v;
          p++;
        } else {
          m.revision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.physical = v !== 0;
          p++;
        } else {
          m.physical = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.CompactionRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.CompactionRequest');
}

export const CompactionRequest: MessageType<CompactionRequest> = /*#__PURE__*/ new MessageType<CompactionRequest>('etcdserverpb.CompactionRequest', {
  empty: emptyCompactionRequest,
  assign: assignCompactionRequest,
  size: sizeCompactionRequest,
  write: writeCompactionRequest,
  read: readCompactionRequest,
  fields: () => [
    fieldInfo('revision', 'revision', 1, 'int64'),
    fieldInfo('physical', 'physical', 2, 'bool'),
  ],
});

export interface CompactionResponse {
  header: ResponseHeader | undefined;
}

export function emptyCompactionResponse(): CompactionResponse {
  return {
    header: undefined,
  };
}

function assignCompactionResponse(m: CompactionResponse, init: Partial<CompactionResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeCompactionResponse(m: CompactionResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeCompactionResponse(m: CompactionResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readCompactionResponse(m: CompactionResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.CompactionResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.CompactionResponse');
}

export const CompactionResponse: MessageType<CompactionResponse> = /*#__PURE__*/ new MessageType<CompactionResponse>('etcdserverpb.CompactionResponse', {
  empty: emptyCompactionResponse,
  assign: assignCompactionResponse,
  size: sizeCompactionResponse,
  write: writeCompactionResponse,
  read: readCompactionResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface RangeStreamResponse {
  rangeResponse: RangeResponse | undefined;
}

export function emptyRangeStreamResponse(): RangeStreamResponse {
  return {
    rangeResponse: undefined,
  };
}

function assignRangeStreamResponse(m: RangeStreamResponse, init: Partial<RangeStreamResponse>): void {
  if (init.rangeResponse !== undefined) m.rangeResponse = init.rangeResponse;
}

export function sizeRangeStreamResponse(m: RangeStreamResponse): number {
  let n = 0;
  if (m.rangeResponse !== undefined) {
    const slot = reserveLength();
    const length = sizeRangeResponse(m.rangeResponse);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeRangeStreamResponse(m: RangeStreamResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.rangeResponse !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRangeResponse(m.rangeResponse, b, p);
  }
  return p;
}

export function readRangeStreamResponse(m: RangeStreamResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.rangeResponse ?? emptyRangeResponse();
        readRangeResponse(item, b, p, p + l, depth + 1);
        m.rangeResponse = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.RangeStreamResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.RangeStreamResponse');
}

export const RangeStreamResponse: MessageType<RangeStreamResponse> = /*#__PURE__*/ new MessageType<RangeStreamResponse>('etcdserverpb.RangeStreamResponse', {
  empty: emptyRangeStreamResponse,
  assign: assignRangeStreamResponse,
  size: sizeRangeStreamResponse,
  write: writeRangeStreamResponse,
  read: readRangeStreamResponse,
  fields: () => [
    fieldInfo('range_response', 'rangeResponse', 1, 'message', 0, () => RangeResponse),
  ],
});

