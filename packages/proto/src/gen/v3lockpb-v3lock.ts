// Generated from proto/v3lockpb/v3lock.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readInt64BigInt, readLength, readTag, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, lengths, reserveLength, varintSize, writeBigint, writeBytes, writeVarint } from '../runtime/writer.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';

export interface LockRequest {
  name: Uint8Array;
  lease: bigint;
}

export function emptyLockRequest(): LockRequest {
  return {
    name: EMPTY_BYTES,
    lease: 0n,
  };
}

function assignLockRequest(m: LockRequest, init: Partial<LockRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.lease !== undefined) m.lease = init.lease;
}

export function sizeLockRequest(m: LockRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = m.name.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.lease !== 0n) {
    n += 1 + bigintSize(m.lease);
  }
  return n;
}

export function writeLockRequest(m: LockRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.name);
  }
  if (m.lease !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.lease);
  }
  return p;
}

export function readLockRequest(m: LockRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        m.name = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 16: {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'v3lockpb.LockRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3lockpb.LockRequest');
}

export const LockRequest: MessageType<LockRequest> = /*#__PURE__*/ new MessageType<LockRequest>('v3lockpb.LockRequest', {
  empty: emptyLockRequest,
  assign: assignLockRequest,
  size: sizeLockRequest,
  write: writeLockRequest,
  read: readLockRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'bytes'),
    fieldInfo('lease', 'lease', 2, 'int64', 2),
  ],
});

export interface LockResponse {
  header: ResponseHeader | undefined;
  key: Uint8Array;
}

export function emptyLockResponse(): LockResponse {
  return {
    header: undefined,
    key: EMPTY_BYTES,
  };
}

function assignLockResponse(m: LockResponse, init: Partial<LockResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.key !== undefined) m.key = init.key;
}

export function sizeLockResponse(m: LockResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLockResponse(m: LockResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.key.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.key);
  }
  return p;
}

export function readLockResponse(m: LockResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        m.key = viewBytes(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'v3lockpb.LockResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3lockpb.LockResponse');
}

export const LockResponse: MessageType<LockResponse> = /*#__PURE__*/ new MessageType<LockResponse>('v3lockpb.LockResponse', {
  empty: emptyLockResponse,
  assign: assignLockResponse,
  size: sizeLockResponse,
  write: writeLockResponse,
  read: readLockResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('key', 'key', 2, 'bytes'),
  ],
});

export interface UnlockRequest {
  key: Uint8Array;
}

export function emptyUnlockRequest(): UnlockRequest {
  return {
    key: EMPTY_BYTES,
  };
}

function assignUnlockRequest(m: UnlockRequest, init: Partial<UnlockRequest>): void {
  if (init.key !== undefined) m.key = init.key;
}

export function sizeUnlockRequest(m: UnlockRequest): number {
  let n = 0;
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeUnlockRequest(m: UnlockRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.key.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.key);
  }
  return p;
}

export function readUnlockRequest(m: UnlockRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'v3lockpb.UnlockRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3lockpb.UnlockRequest');
}

export const UnlockRequest: MessageType<UnlockRequest> = /*#__PURE__*/ new MessageType<UnlockRequest>('v3lockpb.UnlockRequest', {
  empty: emptyUnlockRequest,
  assign: assignUnlockRequest,
  size: sizeUnlockRequest,
  write: writeUnlockRequest,
  read: readUnlockRequest,
  fields: () => [
    fieldInfo('key', 'key', 1, 'bytes'),
  ],
});

export interface UnlockResponse {
  header: ResponseHeader | undefined;
}

export function emptyUnlockResponse(): UnlockResponse {
  return {
    header: undefined,
  };
}

function assignUnlockResponse(m: UnlockResponse, init: Partial<UnlockResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeUnlockResponse(m: UnlockResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeUnlockResponse(m: UnlockResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readUnlockResponse(m: UnlockResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'v3lockpb.UnlockResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3lockpb.UnlockResponse');
}

export const UnlockResponse: MessageType<UnlockResponse> = /*#__PURE__*/ new MessageType<UnlockResponse>('v3lockpb.UnlockResponse', {
  empty: emptyUnlockResponse,
  assign: assignUnlockResponse,
  size: sizeUnlockResponse,
  write: writeUnlockResponse,
  read: readUnlockResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

