// Generated from proto/etcdserverpb/watch.proto by scripts/generate.mjs. Do not edit.
import { MessageType, enumInfo, fieldInfo, type EnumInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readBool, readInt32, readInt64Number, readLength, readString, readTag, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { int64Size, lengths, reserveLength, stringSize, varintSize, writeBytes, writeInt64, writeString, writeVarint } from '../runtime/writer.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';
import { Event, emptyEvent, readEvent, sizeEvent, writeEvent } from './mvccpb-kv.ts';

export const FilterType = {
  NOPUT: 0,
  NODELETE: 1,
} as const;
export type FilterType = number;
export const FilterTypeInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.WatchCreateRequest.FilterType', FilterType);
export const FilterTypeNames: Readonly<Record<number, string>> = FilterTypeInfo.names;

export interface WatchRequest {
  createRequest: WatchCreateRequest | undefined;
  cancelRequest: WatchCancelRequest | undefined;
  progressRequest: WatchProgressRequest | undefined;
}

export function emptyWatchRequest(): WatchRequest {
  return {
    createRequest: undefined,
    cancelRequest: undefined,
    progressRequest: undefined,
  };
}

function assignWatchRequest(m: WatchRequest, init: Partial<WatchRequest>): void {
  if (init.createRequest !== undefined) m.createRequest = init.createRequest;
  if (init.cancelRequest !== undefined) m.cancelRequest = init.cancelRequest;
  if (init.progressRequest !== undefined) m.progressRequest = init.progressRequest;
}

export function sizeWatchRequest(m: WatchRequest): number {
  let n = 0;
  if (m.createRequest !== undefined) {
    const slot = reserveLength();
    const length = sizeWatchCreateRequest(m.createRequest);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.cancelRequest !== undefined) {
    const slot = reserveLength();
    const length = sizeWatchCancelRequest(m.cancelRequest);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.progressRequest !== undefined) {
    const slot = reserveLength();
    const length = sizeWatchProgressRequest(m.progressRequest);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeWatchRequest(m: WatchRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.createRequest !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeWatchCreateRequest(m.createRequest, b, p);
  }
  if (m.cancelRequest !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeWatchCancelRequest(m.cancelRequest, b, p);
  }
  if (m.progressRequest !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeWatchProgressRequest(m.progressRequest, b, p);
  }
  return p;
}

export function readWatchRequest(m: WatchRequest, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyWatchCreateRequest();
        readWatchCreateRequest(item, b, p, p + l, depth + 1);
        m.createRequest = item;
        p += l;
        m.cancelRequest = undefined;
        m.progressRequest = undefined;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyWatchCancelRequest();
        readWatchCancelRequest(item, b, p, p + l, depth + 1);
        m.cancelRequest = item;
        p += l;
        m.createRequest = undefined;
        m.progressRequest = undefined;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyWatchProgressRequest();
        readWatchProgressRequest(item, b, p, p + l, depth + 1);
        m.progressRequest = item;
        p += l;
        m.createRequest = undefined;
        m.cancelRequest = undefined;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.WatchRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.WatchRequest');
}

export const WatchRequest: MessageType<WatchRequest> = /*#__PURE__*/ new MessageType<WatchRequest>('etcdserverpb.WatchRequest', {
  empty: emptyWatchRequest,
  assign: assignWatchRequest,
  size: sizeWatchRequest,
  write: writeWatchRequest,
  read: readWatchRequest,
  fields: () => [
    fieldInfo('create_request', 'createRequest', 1, 'message', 0, () => WatchCreateRequest, undefined, 'request_union'),
    fieldInfo('cancel_request', 'cancelRequest', 2, 'message', 0, () => WatchCancelRequest, undefined, 'request_union'),
    fieldInfo('progress_request', 'progressRequest', 3, 'message', 0, () => WatchProgressRequest, undefined, 'request_union'),
  ],
});

export interface WatchCreateRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  startRevision: number;
  progressNotify: boolean;
  filters: FilterType[];
  prevKv: boolean;
  watchId: number;
  fragment: boolean;
}

export function emptyWatchCreateRequest(): WatchCreateRequest {
  return {
    key: EMPTY_BYTES,
    rangeEnd: EMPTY_BYTES,
    startRevision: 0,
    progressNotify: false,
    filters: [],
    prevKv: false,
    watchId: 0,
    fragment: false,
  };
}

function assignWatchCreateRequest(m: WatchCreateRequest, init: Partial<WatchCreateRequest>): void {
  if (init.key !== undefined) m.key = init.key;
  if (init.rangeEnd !== undefined) m.rangeEnd = init.rangeEnd;
  if (init.startRevision !== undefined) m.startRevision = init.startRevision;
  if (init.progressNotify !== undefined) m.progressNotify = init.progressNotify;
  if (init.filters !== undefined) m.filters = init.filters;
  if (init.prevKv !== undefined) m.prevKv = init.prevKv;
  if (init.watchId !== undefined) m.watchId = init.watchId;
  if (init.fragment !== undefined) m.fragment = init.fragment;
}

export function sizeWatchCreateRequest(m: WatchCreateRequest): number {
  let n = 0;
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.rangeEnd.length !== 0) {
    const length = m.rangeEnd.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.startRevision !== 0) {
    n += 1 + int64Size(m.startRevision);
  }
  if (m.progressNotify) {
    n += 1 + 1;
  }
  if (m.filters.length !== 0) {
    const slot = reserveLength();
    let length = 0;
    for (const item of m.filters) length += int64Size(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.prevKv) {
    n += 1 + 1;
  }
  if (m.watchId !== 0) {
    n += 1 + int64Size(m.watchId);
  }
  if (m.fragment) {
    n += 1 + 1;
  }
  return n;
}

export function writeWatchCreateRequest(m: WatchCreateRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.key.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.key);
  }
  if (m.rangeEnd.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.rangeEnd);
  }
  if (m.startRevision !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.startRevision);
  }
  if (m.progressNotify) {
    b[p++] = 32;
    b[p++] = m.progressNotify ? 1 : 0;
  }
  if (m.filters.length !== 0) {
    b[p++] = 42;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    for (const item of m.filters) {
      p = writeInt64(b, p, item);
    }
  }
  if (m.prevKv) {
    b[p++] = 48;
    b[p++] = m.prevKv ? 1 : 0;
  }
  if (m.watchId !== 0) {
    b[p++] = 56;
    p = writeInt64(b, p, m.watchId);
  }
  if (m.fragment) {
    b[p++] = 64;
    b[p++] = m.fragment ? 1 : 0;
  }
  return p;
}

export function readWatchCreateRequest(m: WatchCreateRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.startRevision = v;
          p++;
        } else {
          m.startRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.progressNotify = v !== 0;
          p++;
        } else {
          m.progressNotify = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.filters.push(v);
          p++;
        } else {
          m.filters.push(readInt32(b, p, end));
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
        const last = p + l;
        while (p < last) {
          const v = b[p] as number;
          if (v < 128) {
            m.filters.push(v);
            p++;
          } else {
            m.filters.push(readInt32(b, p, end));
            p = cursor.pos;
          }
        }
        if (p !== last) throw misplacedEnd('etcdserverpb.WatchCreateRequest');
        break;
      }
      case 48: {
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
      case 56: {
        const v = b[p] as number;
        if (v < 128) {
          m.watchId = v;
          p++;
        } else {
          m.watchId = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 64: {
        const v = b[p] as number;
        if (v < 128) {
          m.fragment = v !== 0;
          p++;
        } else {
          m.fragment = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 8) throw wrongWireType(tag, 'etcdserverpb.WatchCreateRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.WatchCreateRequest');
}

export const WatchCreateRequest: MessageType<WatchCreateRequest> = /*#__PURE__*/ new MessageType<WatchCreateRequest>('etcdserverpb.WatchCreateRequest', {
  empty: emptyWatchCreateRequest,
  assign: assignWatchCreateRequest,
  size: sizeWatchCreateRequest,
  write: writeWatchCreateRequest,
  read: readWatchCreateRequest,
  fields: () => [
    fieldInfo('key', 'key', 1, 'bytes'),
    fieldInfo('range_end', 'rangeEnd', 2, 'bytes'),
    fieldInfo('start_revision', 'startRevision', 3, 'int64'),
    fieldInfo('progress_notify', 'progressNotify', 4, 'bool'),
    fieldInfo('filters', 'filters', 5, 'enum', 1, undefined, FilterTypeInfo),
    fieldInfo('prev_kv', 'prevKv', 6, 'bool'),
    fieldInfo('watch_id', 'watchId', 7, 'int64'),
    fieldInfo('fragment', 'fragment', 8, 'bool'),
  ],
});

export interface WatchCancelRequest {
  watchId: number;
}

export function emptyWatchCancelRequest(): WatchCancelRequest {
  return {
    watchId: 0,
  };
}

function assignWatchCancelRequest(m: WatchCancelRequest, init: Partial<WatchCancelRequest>): void {
  if (init.watchId !== undefined) m.watchId = init.watchId;
}

export function sizeWatchCancelRequest(m: WatchCancelRequest): number {
  let n = 0;
  if (m.watchId !== 0) {
    n += 1 + int64Size(m.watchId);
  }
  return n;
}

export function writeWatchCancelRequest(m: WatchCancelRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.watchId !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.watchId);
  }
  return p;
}

export function readWatchCancelRequest(m: WatchCancelRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.watchId = v;
          p++;
        } else {
          m.watchId = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.WatchCancelRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.WatchCancelRequest');
}

export const WatchCancelRequest: MessageType<WatchCancelRequest> = /*#__PURE__*/ new MessageType<WatchCancelRequest>('etcdserverpb.WatchCancelRequest', {
  empty: emptyWatchCancelRequest,
  assign: assignWatchCancelRequest,
  size: sizeWatchCancelRequest,
  write: writeWatchCancelRequest,
  read: readWatchCancelRequest,
  fields: () => [
    fieldInfo('watch_id', 'watchId', 1, 'int64'),
  ],
});

export interface WatchProgressRequest {
}

export function emptyWatchProgressRequest(): WatchProgressRequest {
  return {};
}

function assignWatchProgressRequest(_m: WatchProgressRequest, _init: Partial<WatchProgressRequest>): void {
}

export function sizeWatchProgressRequest(_m: WatchProgressRequest): number {
  return 0;
}

export function writeWatchProgressRequest(_m: WatchProgressRequest, _b: Buffer, start: number): number {
  return start;
}

export function readWatchProgressRequest(_m: WatchProgressRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    p = skipField(b, p, end, tag);
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.WatchProgressRequest');
}

export const WatchProgressRequest: MessageType<WatchProgressRequest> = /*#__PURE__*/ new MessageType<WatchProgressRequest>('etcdserverpb.WatchProgressRequest', {
  empty: emptyWatchProgressRequest,
  assign: assignWatchProgressRequest,
  size: sizeWatchProgressRequest,
  write: writeWatchProgressRequest,
  read: readWatchProgressRequest,
  fields: () => [],
});

export interface WatchResponse {
  header: ResponseHeader | undefined;
  watchId: number;
  created: boolean;
  canceled: boolean;
  compactRevision: number;
  cancelReason: string;
  fragment: boolean;
  events: Event[];
}

export function emptyWatchResponse(): WatchResponse {
  return {
    header: undefined,
    watchId: 0,
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: '',
    fragment: false,
    events: [],
  };
}

function assignWatchResponse(m: WatchResponse, init: Partial<WatchResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.watchId !== undefined) m.watchId = init.watchId;
  if (init.created !== undefined) m.created = init.created;
  if (init.canceled !== undefined) m.canceled = init.canceled;
  if (init.compactRevision !== undefined) m.compactRevision = init.compactRevision;
  if (init.cancelReason !== undefined) m.cancelReason = init.cancelReason;
  if (init.fragment !== undefined) m.fragment = init.fragment;
  if (init.events !== undefined) m.events = init.events;
}

export function sizeWatchResponse(m: WatchResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.watchId !== 0) {
    n += 1 + int64Size(m.watchId);
  }
  if (m.created) {
    n += 1 + 1;
  }
  if (m.canceled) {
    n += 1 + 1;
  }
  if (m.compactRevision !== 0) {
    n += 1 + int64Size(m.compactRevision);
  }
  if (m.cancelReason.length !== 0) {
    const length = stringSize(m.cancelReason);
    n += 1 + varintSize(length) + length;
  }
  if (m.fragment) {
    n += 1 + 1;
  }
  for (const item of m.events) {
    const slot = reserveLength();
    const length = sizeEvent(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeWatchResponse(m: WatchResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.watchId !== 0) {
    b[p++] = 16;
    p = writeInt64(b, p, m.watchId);
  }
  if (m.created) {
    b[p++] = 24;
    b[p++] = m.created ? 1 : 0;
  }
  if (m.canceled) {
    b[p++] = 32;
    b[p++] = m.canceled ? 1 : 0;
  }
  if (m.compactRevision !== 0) {
    b[p++] = 40;
    p = writeInt64(b, p, m.compactRevision);
  }
  if (m.cancelReason.length !== 0) {
    b[p++] = 50;
    p = writeString(b, p, m.cancelReason);
  }
  if (m.fragment) {
    b[p++] = 56;
    b[p++] = m.fragment ? 1 : 0;
  }
  for (const item of m.events) {
    b[p++] = 90;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeEvent(item, b, p);
  }
  return p;
}

export function readWatchResponse(m: WatchResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.watchId = v;
          p++;
        } else {
          m.watchId = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.created = v !== 0;
          p++;
        } else {
          m.created = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.canceled = v !== 0;
          p++;
        } else {
          m.canceled = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.compactRevision = v;
          p++;
        } else {
          m.compactRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 50: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.cancelReason = readString(b, p, l);
        p += l;
        break;
      }
      case 56: {
        const v = b[p] as number;
        if (v < 128) {
          m.fragment = v !== 0;
          p++;
        } else {
          m.fragment = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 90: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyEvent();
        readEvent(item, b, p, p + l, depth + 1);
        m.events.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 === 1 || tag >>> 3 === 2 || tag >>> 3 === 3 || tag >>> 3 === 4 || tag >>> 3 === 5 || tag >>> 3 === 6 || tag >>> 3 === 7 || tag >>> 3 === 11) throw wrongWireType(tag, 'etcdserverpb.WatchResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.WatchResponse');
}

export const WatchResponse: MessageType<WatchResponse> = /*#__PURE__*/ new MessageType<WatchResponse>('etcdserverpb.WatchResponse', {
  empty: emptyWatchResponse,
  assign: assignWatchResponse,
  size: sizeWatchResponse,
  write: writeWatchResponse,
  read: readWatchResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('watch_id', 'watchId', 2, 'int64'),
    fieldInfo('created', 'created', 3, 'bool'),
    fieldInfo('canceled', 'canceled', 4, 'bool'),
    fieldInfo('compact_revision', 'compactRevision', 5, 'int64'),
    fieldInfo('cancel_reason', 'cancelReason', 6, 'string'),
    fieldInfo('fragment', 'fragment', 7, 'bool'),
    fieldInfo('events', 'events', 11, 'message', 1, () => Event),
  ],
});

