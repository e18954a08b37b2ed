// Generated from proto/etcdserverpb/lease.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readBool, readInt64BigInt, readInt64Number, readLength, readString, readTag, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, lengths, reserveLength, stringSize, varintSize, writeBigint, writeBytes, writeInt64, writeString, writeVarint } from '../runtime/writer.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';

export interface LeaseGrantRequest {
  TTL: number;
  ID: bigint;
}

export function emptyLeaseGrantRequest(): LeaseGrantRequest {
  return {
    TTL: 0,
    ID: 0n,
  };
}

function assignLeaseGrantRequest(m: LeaseGrantRequest, init: Partial<LeaseGrantRequest>): void {
  if (init.TTL !== undefined) m.TTL = init.TTL;
  if (init.ID !== undefined) m.ID = init.ID;
}

export function sizeLeaseGrantRequest(m: LeaseGrantRequest): number {
  let n = 0;
  if (m.TTL !== 0) {
    n += 1 + int64Size(m.TTL);
  }
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  return n;
}

export function writeLeaseGrantRequest(m: LeaseGrantRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.TTL !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.TTL);
  }
  if (m.ID !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.ID);
  }
  return p;
}

export function readLeaseGrantRequest(m: LeaseGrantRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.TTL = v;
          p++;
        } else {
          m.TTL = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.LeaseGrantRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseGrantRequest');
}

export const LeaseGrantRequest: MessageType<LeaseGrantRequest> = /*#__PURE__*/ new MessageType<LeaseGrantRequest>('etcdserverpb.LeaseGrantRequest', {
  empty: emptyLeaseGrantRequest,
  assign: assignLeaseGrantRequest,
  size: sizeLeaseGrantRequest,
  write: writeLeaseGrantRequest,
  read: readLeaseGrantRequest,
  fields: () => [
    fieldInfo('TTL', 'TTL', 1, 'int64'),
    fieldInfo('ID', 'ID', 2, 'int64', 2),
  ],
});

export interface LeaseGrantResponse {
  header: ResponseHeader | undefined;
  ID: bigint;
  TTL: number;
  error: string;
}

export function emptyLeaseGrantResponse(): LeaseGrantResponse {
  return {
    header: undefined,
    ID: 0n,
    TTL: 0,
    error: '',
  };
}

function assignLeaseGrantResponse(m: LeaseGrantResponse, init: Partial<LeaseGrantResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.TTL !== undefined) m.TTL = init.TTL;
  if (init.error !== undefined) m.error = init.error;
}

export function sizeLeaseGrantResponse(m: LeaseGrantResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.TTL !== 0) {
    n += 1 + int64Size(m.TTL);
  }
  if (m.error.length !== 0) {
    const length = stringSize(m.error);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseGrantResponse(m: LeaseGrantResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.ID !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.ID);
  }
  if (m.TTL !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.TTL);
  }
  if (m.error.length !== 0) {
    b[p++] = 34;
    p = writeString(b, p, m.error);
  }
  return p;
}

export function readLeaseGrantResponse(m: LeaseGrantResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.TTL = v;
          p++;
        } else {
          m.TTL = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.error = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.LeaseGrantResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseGrantResponse');
}

export const LeaseGrantResponse: MessageType<LeaseGrantResponse> = /*#__PURE__*/ new MessageType<LeaseGrantResponse>('etcdserverpb.LeaseGrantResponse', {
  empty: emptyLeaseGrantResponse,
  assign: assignLeaseGrantResponse,
  size: sizeLeaseGrantResponse,
  write: writeLeaseGrantResponse,
  read: readLeaseGrantResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('ID', 'ID', 2, 'int64', 2),
    fieldInfo('TTL', 'TTL', 3, 'int64'),
    fieldInfo('error', 'error', 4, 'string'),
  ],
});

export interface LeaseRevokeRequest {
  ID: bigint;
}

export function emptyLeaseRevokeRequest(): LeaseRevokeRequest {
  return {
    ID: 0n,
  };
}

function assignLeaseRevokeRequest(m: LeaseRevokeRequest, init: Partial<LeaseRevokeRequest>): void {
  if (init.ID !== undefined) m.ID = init.ID;
}

export function sizeLeaseRevokeRequest(m: LeaseRevokeRequest): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  return n;
}

export function writeLeaseRevokeRequest(m: LeaseRevokeRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  return p;
}

export function readLeaseRevokeRequest(m: LeaseRevokeRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.LeaseRevokeRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseRevokeRequest');
}

export const LeaseRevokeRequest: MessageType<LeaseRevokeRequest> = /*#__PURE__*/ new MessageType<LeaseRevokeRequest>('etcdserverpb.LeaseRevokeRequest', {
  empty: emptyLeaseRevokeRequest,
  assign: assignLeaseRevokeRequest,
  size: sizeLeaseRevokeRequest,
  write: writeLeaseRevokeRequest,
  read: readLeaseRevokeRequest,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'int64', 2),
  ],
});

export interface LeaseRevokeResponse {
  header: ResponseHeader | undefined;
}

export function emptyLeaseRevokeResponse(): LeaseRevokeResponse {
  return {
    header: undefined,
  };
}

function assignLeaseRevokeResponse(m: LeaseRevokeResponse, init: Partial<LeaseRevokeResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeLeaseRevokeResponse(m: LeaseRevokeResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseRevokeResponse(m: LeaseRevokeResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readLeaseRevokeResponse(m: LeaseRevokeResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.LeaseRevokeResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseRevokeResponse');
}

export const LeaseRevokeResponse: MessageType<LeaseRevokeResponse> = /*#__PURE__*/ new MessageType<LeaseRevokeResponse>('etcdserverpb.LeaseRevokeResponse', {
  empty: emptyLeaseRevokeResponse,
  assign: assignLeaseRevokeResponse,
  size: sizeLeaseRevokeResponse,
  write: writeLeaseRevokeResponse,
  read: readLeaseRevokeResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface LeaseCheckpoint {
  ID: bigint;
  remainingTTL: number;
}

export function emptyLeaseCheckpoint(): LeaseCheckpoint {
  return {
    ID: 0n,
    remainingTTL: 0,
  };
}

function assignLeaseCheckpoint(m: LeaseCheckpoint, init: Partial<LeaseCheckpoint>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.remainingTTL !== undefined) m.remainingTTL = init.remainingTTL;
}

export function sizeLeaseCheckpoint(m: LeaseCheckpoint): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.remainingTTL !== 0) {
    n += 1 + int64Size(m.remainingTTL);
  }
  return n;
}

export function writeLeaseCheckpoint(m: LeaseCheckpoint, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  if (m.remainingTTL !== 0) {
    b[p++] = 16;
    p = writeInt64(b, p, m.remainingTTL);
  }
  return p;
}

export function readLeaseCheckpoint(m: LeaseCheckpoint, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.remainingTTL = v;
          p++;
        } else {
          m.remainingTTL = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.LeaseCheckpoint');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseCheckpoint');
}

export const LeaseCheckpoint: MessageType<LeaseCheckpoint> = /*#__PURE__*/ new MessageType<LeaseCheckpoint>('etcdserverpb.LeaseCheckpoint', {
  empty: emptyLeaseCheckpoint,
  assign: assignLeaseCheckpoint,
  size: sizeLeaseCheckpoint,
  write: writeLeaseCheckpoint,
  read: readLeaseCheckpoint,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'int64', 2),
    fieldInfo('remaining_TTL', 'remainingTTL', 2, 'int64'),
  ],
});

export interface LeaseCheckpointRequest {
  checkpoints: LeaseCheckpoint[];
}

export function emptyLeaseCheckpointRequest(): LeaseCheckpointRequest {
  return {
    checkpoints: [],
  };
}

function assignLeaseCheckpointRequest(m: LeaseCheckpointRequest, init: Partial<LeaseCheckpointRequest>): void {
  if (init.checkpoints !== undefined) m.checkpoints = init.checkpoints;
}

export function sizeLeaseCheckpointRequest(m: LeaseCheckpointRequest): number {
  let n = 0;
  for (const item of m.checkpoints) {
    const slot = reserveLength();
    const length = sizeLeaseCheckpoint(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseCheckpointRequest(m: LeaseCheckpointRequest, b: Buffer, start: number): number {
  let p = start;
  for (const item of m.checkpoints) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaseCheckpoint(item, b, p);
  }
  return p;
}

export function readLeaseCheckpointRequest(m: LeaseCheckpointRequest, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyLeaseCheckpoint();
        readLeaseCheckpoint(item, b, p, p + l, depth + 1);
        m.checkpoints.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.LeaseCheckpointRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseCheckpointRequest');
}

export const LeaseCheckpointRequest: MessageType<LeaseCheckpointRequest> = /*#__PURE__*/ new MessageType<LeaseCheckpointRequest>('etcdserverpb.LeaseCheckpointRequest', {
  empty: emptyLeaseCheckpointRequest,
  assign: assignLeaseCheckpointRequest,
  size: sizeLeaseCheckpointRequest,
  write: writeLeaseCheckpointRequest,
  read: readLeaseCheckpointRequest,
  fields: () => [
    fieldInfo('checkpoints', 'checkpoints', 1, 'message', 1, () => LeaseCheckpoint),
  ],
});

export interface LeaseCheckpointResponse {
  header: ResponseHeader | undefined;
}

export function emptyLeaseCheckpointResponse(): LeaseCheckpointResponse {
  return {
    header: undefined,
  };
}

function assignLeaseCheckpointResponse(m: LeaseCheckpointResponse, init: Partial<LeaseCheckpointResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeLeaseCheckpointResponse(m: LeaseCheckpointResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseCheckpointResponse(m: LeaseCheckpointResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readLeaseCheckpointResponse(m: LeaseCheckpointResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.LeaseCheckpointResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseCheckpointResponse');
}

export const LeaseCheckpointResponse: MessageType<LeaseCheckpointResponse> = /*#__PURE__*/ new MessageType<LeaseCheckpointResponse>('etcdserverpb.LeaseCheckpointResponse', {
  empty: emptyLeaseCheckpointResponse,
  assign: assignLeaseCheckpointResponse,
  size: sizeLeaseCheckpointResponse,
  write: writeLeaseCheckpointResponse,
  read: readLeaseCheckpointResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface LeaseKeepAliveRequest {
  ID: bigint;
}

export function emptyLeaseKeepAliveRequest(): LeaseKeepAliveRequest {
  return {
    ID: 0n,
  };
}

function assignLeaseKeepAliveRequest(m: LeaseKeepAliveRequest, init: Partial<LeaseKeepAliveRequest>): void {
  if (init.ID !== undefined) m.ID = init.ID;
}

export function sizeLeaseKeepAliveRequest(m: LeaseKeepAliveRequest): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  return n;
}

export function writeLeaseKeepAliveRequest(m: LeaseKeepAliveRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  return p;
}

export function readLeaseKeepAliveRequest(m: LeaseKeepAliveRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.LeaseKeepAliveRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseKeepAliveRequest');
}

export const LeaseKeepAliveRequest: MessageType<LeaseKeepAliveRequest> = /*#__PURE__*/ new MessageType<LeaseKeepAliveRequest>('etcdserverpb.LeaseKeepAliveRequest', {
  empty: emptyLeaseKeepAliveRequest,
  assign: assignLeaseKeepAliveRequest,
  size: sizeLeaseKeepAliveRequest,
  write: writeLeaseKeepAliveRequest,
  read: readLeaseKeepAliveRequest,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'int64', 2),
  ],
});

export interface LeaseKeepAliveResponse {
  header: ResponseHeader | undefined;
  ID: bigint;
  TTL: number;
}

export function emptyLeaseKeepAliveResponse(): LeaseKeepAliveResponse {
  return {
    header: undefined,
    ID: 0n,
    TTL: 0,
  };
}

function assignLeaseKeepAliveResponse(m: LeaseKeepAliveResponse, init: Partial<LeaseKeepAliveResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.TTL !== undefined) m.TTL = init.TTL;
}

export function sizeLeaseKeepAliveResponse(m: LeaseKeepAliveResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.TTL !== 0) {
    n += 1 + int64Size(m.TTL);
  }
  return n;
}

export function writeLeaseKeepAliveResponse(m: LeaseKeepAliveResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.ID !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.ID);
  }
  if (m.TTL !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.TTL);
  }
  return p;
}

export function readLeaseKeepAliveResponse(m: LeaseKeepAliveResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.TTL = v;
          p++;
        } else {
          m.TTL = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.LeaseKeepAliveResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseKeepAliveResponse');
}

export const LeaseKeepAliveResponse: MessageType<LeaseKeepAliveResponse> = /*#__PURE__*/ new MessageType<LeaseKeepAliveResponse>('etcdserverpb.LeaseKeepAliveResponse', {
  empty: emptyLeaseKeepAliveResponse,
  assign: assignLeaseKeepAliveResponse,
  size: sizeLeaseKeepAliveResponse,
  write: writeLeaseKeepAliveResponse,
  read: readLeaseKeepAliveResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('ID', 'ID', 2, 'int64', 2),
    fieldInfo('TTL', 'TTL', 3, 'int64'),
  ],
});

export interface LeaseTimeToLiveRequest {
  ID: bigint;
  keys: boolean;
}

export function emptyLeaseTimeToLiveRequest(): LeaseTimeToLiveRequest {
  return {
    ID: 0n,
    keys: false,
  };
}

function assignLeaseTimeToLiveRequest(m: LeaseTimeToLiveRequest, init: Partial<LeaseTimeToLiveRequest>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.keys !== undefined) m.keys = init.keys;
}

export function sizeLeaseTimeToLiveRequest(m: LeaseTimeToLiveRequest): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.keys) {
    n += 1 + 1;
  }
  return n;
}

export function writeLeaseTimeToLiveRequest(m: LeaseTimeToLiveRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  if (m.keys) {
    b[p++] = 16;
    b[p++] = m.keys ? 1 : 0;
  }
  return p;
}

export function readLeaseTimeToLiveRequest(m: LeaseTimeToLiveRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.keys = v !== 0;
          p++;
        } else {
          m.keys = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.LeaseTimeToLiveRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseTimeToLiveRequest');
}

export const LeaseTimeToLiveRequest: MessageType<LeaseTimeToLiveRequest> = /*#__PURE__*/ new MessageType<LeaseTimeToLiveRequest>('etcdserverpb.LeaseTimeToLiveRequest', {
  empty: emptyLeaseTimeToLiveRequest,
  assign: assignLeaseTimeToLiveRequest,
  size: sizeLeaseTimeToLiveRequest,
  write: writeLeaseTimeToLiveRequest,
  read: readLeaseTimeToLiveRequest,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'int64', 2),
    fieldInfo('keys', 'keys', 2, 'bool'),
  ],
});

export interface LeaseTimeToLiveResponse {
  header: ResponseHeader | undefined;
  ID: bigint;
  TTL: number;
  grantedTTL: number;
  keys: Uint8Array[];
}

export function emptyLeaseTimeToLiveResponse(): LeaseTimeToLiveResponse {
  return {
    header: undefined,
    ID: 0n,
    TTL: 0,
    grantedTTL: 0,
    keys: [],
  };
}

function assignLeaseTimeToLiveResponse(m: LeaseTimeToLiveResponse, init: Partial<LeaseTimeToLiveResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.TTL !== undefined) m.TTL = init.TTL;
  if (init.grantedTTL !== undefined) m.grantedTTL = init.grantedTTL;
  if (init.keys !== undefined) m.keys = init.keys;
}

export function sizeLeaseTimeToLiveResponse(m: LeaseTimeToLiveResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.TTL !== 0) {
    n += 1 + int64Size(m.TTL);
  }
  if (m.grantedTTL !== 0) {
    n += 1 + int64Size(m.grantedTTL);
  }
  for (const item of m.keys) {
    const length = item.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseTimeToLiveResponse(m: LeaseTimeToLiveResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.ID !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.ID);
  }
  if (m.TTL !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.TTL);
  }
  if (m.grantedTTL !== 0) {
    b[p++] = 32;
    p = writeInt64(b, p, m.grantedTTL);
  }
  for (const item of m.keys) {
    b[p++] = 42;
    p = writeBytes(b, p, item);
  }
  return p;
}

export function readLeaseTimeToLiveResponse(m: LeaseTimeToLiveResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.TTL = v;
          p++;
        } else {
          m.TTL = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.grantedTTL = v;
          p++;
        } else {
          m.grantedTTL = readInt64Number(b, p, end);
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
        m.keys.push(viewBytes(b, p, l));
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 5) throw wrongWireType(tag, 'etcdserverpb.LeaseTimeToLiveResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseTimeToLiveResponse');
}

export const LeaseTimeToLiveResponse: MessageType<LeaseTimeToLiveResponse> = /*#__PURE__*/ new MessageType<LeaseTimeToLiveResponse>('etcdserverpb.LeaseTimeToLiveResponse', {
  empty: emptyLeaseTimeToLiveResponse,
  assign: assignLeaseTimeToLiveResponse,
  size: sizeLeaseTimeToLiveResponse,
  write: writeLeaseTimeToLiveResponse,
  read: readLeaseTimeToLiveResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('ID', 'ID', 2, 'int64', 2),
    fieldInfo('TTL', 'TTL', 3, 'int64'),
    fieldInfo('grantedTTL', 'grantedTTL', 4, 'int64'),
    fieldInfo('keys', 'keys', 5, 'bytes', 1),
  ],
});

export interface LeaseLeasesRequest {
}

export function emptyLeaseLeasesRequest(): LeaseLeasesRequest {
  return {};
}

function assignLeaseLeasesRequest(_m: LeaseLeasesRequest, _init: Partial<LeaseLeasesRequest>): void {
}

export function sizeLeaseLeasesRequest(_m: LeaseLeasesRequest): number {
  return 0;
}

export function writeLeaseLeasesRequest(_m: LeaseLeasesRequest, _b: Buffer, start: number): number {
  return start;
}

export function readLeaseLeasesRequest(_m: LeaseLeasesRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseLeasesRequest');
}

export const LeaseLeasesRequest: MessageType<LeaseLeasesRequest> = /*#__PURE__*/ new MessageType<LeaseLeasesRequest>('etcdserverpb.LeaseLeasesRequest', {
  empty: emptyLeaseLeasesRequest,
  assign: assignLeaseLeasesRequest,
  size: sizeLeaseLeasesRequest,
  write: writeLeaseLeasesRequest,
  read: readLeaseLeasesRequest,
  fields: () => [],
});

export interface LeaseStatus {
  ID: bigint;
}

export function emptyLeaseStatus(): LeaseStatus {
  return {
    ID: 0n,
  };
}

function assignLeaseStatus(m: LeaseStatus, init: Partial<LeaseStatus>): void {
  if (init.ID !== undefined) m.ID = init.ID;
}

export function sizeLeaseStatus(m: LeaseStatus): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  return n;
}

export function writeLeaseStatus(m: LeaseStatus, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  return p;
}

export function readLeaseStatus(m: LeaseStatus, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.LeaseStatus');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseStatus');
}

export const LeaseStatus: MessageType<LeaseStatus> = /*#__PURE__*/ new MessageType<LeaseStatus>('etcdserverpb.LeaseStatus', {
  empty: emptyLeaseStatus,
  assign: assignLeaseStatus,
  size: sizeLeaseStatus,
  write: writeLeaseStatus,
  read: readLeaseStatus,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'int64', 2),
  ],
});

export interface LeaseLeasesResponse {
  header: ResponseHeader | undefined;
  leases: LeaseStatus[];
}

export function emptyLeaseLeasesResponse(): LeaseLeasesResponse {
  return {
    header: undefined,
    leases: [],
  };
}

function assignLeaseLeasesResponse(m: LeaseLeasesResponse, init: Partial<LeaseLeasesResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.leases !== undefined) m.leases = init.leases;
}

export function sizeLeaseLeasesResponse(m: LeaseLeasesResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.leases) {
    const slot = reserveLength();
    const length = sizeLeaseStatus(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseLeasesResponse(m: LeaseLeasesResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.leases) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaseStatus(item, b, p);
  }
  return p;
}

export function readLeaseLeasesResponse(m: LeaseLeasesResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyLeaseStatus();
        readLeaseStatus(item, b, p, p + l, depth + 1);
        m.leases.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.LeaseLeasesResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.LeaseLeasesResponse');
}

export const LeaseLeasesResponse: MessageType<LeaseLeasesResponse> = /*#__PURE__*/ new MessageType<LeaseLeasesResponse>('etcdserverpb.LeaseLeasesResponse', {
  empty: emptyLeaseLeasesResponse,
  assign: assignLeaseLeasesResponse,
  size: sizeLeaseLeasesResponse,
  write: writeLeaseLeasesResponse,
  read: readLeaseLeasesResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('leases', 'leases', 2, 'message', 1, () => LeaseStatus),
  ],
});

