// Generated from proto/etcdserverpb/maintenance.proto by scripts/generate.mjs. Do not edit.
import { MessageType, enumInfo, fieldInfo, type EnumInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readBool, readInt32, readInt64Number, readLength, readString, readTag, readUint32, readUint64BigInt, readUint64Number, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, lengths, reserveLength, stringSize, varintSize, writeBigint, writeBytes, writeInt64, writeString, writeVarint } from '../runtime/writer.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';

export const AlarmType = {
  NONE: 0,
  NOSPACE: 1,
  CORRUPT: 2,
} as const;
export type AlarmType = number;
export const AlarmTypeInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.AlarmType', AlarmType);
export const AlarmTypeNames: Readonly<Record<number, string>> = AlarmTypeInfo.names;

export const AlarmAction = {
  GET: 0,
  ACTIVATE: 1,
  DEACTIVATE: 2,
} as const;
export type AlarmAction = number;
export const AlarmActionInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.AlarmRequest.AlarmAction', AlarmAction);
export const AlarmActionNames: Readonly<Record<number, string>> = AlarmActionInfo.names;

export const DowngradeAction = {
  VALIDATE: 0,
  ENABLE: 1,
  CANCEL: 2,
} as const;
export type DowngradeAction = number;
export const DowngradeActionInfo: EnumInfo = /*#__PURE__*/ enumInfo('etcdserverpb.DowngradeRequest.DowngradeAction', DowngradeAction);
export const DowngradeActionNames: Readonly<Record<number, string>> = DowngradeActionInfo.names;

export interface HashRequest {
}

export function emptyHashRequest(): HashRequest {
  return {};
}

function assignHashRequest(_m: HashRequest, _init: Partial<HashRequest>): void {
}

export function sizeHashRequest(_m: HashRequest): number {
  return 0;
}

export function writeHashRequest(_m: HashRequest, _b: Buffer, start: number): number {
  return start;
}

export function readHashRequest(_m: HashRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
  if (p !== end) throw misplacedEnd('etcdserverpb.HashRequest');
}

export const HashRequest: MessageType<HashRequest> = /*#__PURE__*/ new MessageType<HashRequest>('etcdserverpb.HashRequest', {
  empty: emptyHashRequest,
  assign: assignHashRequest,
  size: sizeHashRequest,
  write: writeHashRequest,
  read: readHashRequest,
  fields: () => [],
});

export interface HashKVRequest {
  revision: number;
}

export function emptyHashKVRequest(): HashKVRequest {
  return {
    revision: 0,
  };
}

function assignHashKVRequest(m: HashKVRequest, init: Partial<HashKVRequest>): void {
  if (init.revision !== undefined) m.revision = init.revision;
}

export function sizeHashKVRequest(m: HashKVRequest): number {
  let n = 0;
  if (m.revision !== 0) {
    n += 1 + int64Size(m.revision);
  }
  return n;
}

export function writeHashKVRequest(m: HashKVRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.revision !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.revision);
  }
  return p;
}

export function readHashKVRequest(m: HashKVRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.HashKVRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.HashKVRequest');
}

export const HashKVRequest: MessageType<HashKVRequest> = /*#__PURE__*/ new MessageType<HashKVRequest>('etcdserverpb.HashKVRequest', {
  empty: emptyHashKVRequest,
  assign: assignHashKVRequest,
  size: sizeHashKVRequest,
  write: writeHashKVRequest,
  read: readHashKVRequest,
  fields: () => [
    fieldInfo('revision', 'revision', 1, 'int64'),
  ],
});

export interface HashKVResponse {
  header: ResponseHeader | undefined;
  hash: number;
  compactRevision: number;
  hashRevision: number;
}

export function emptyHashKVResponse(): HashKVResponse {
  return {
    header: undefined,
    hash: 0,
    compactRevision: 0,
    hashRevision: 0,
  };
}

function assignHashKVResponse(m: HashKVResponse, init: Partial<HashKVResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.hash !== undefined) m.hash = init.hash;
  if (init.compactRevision !== undefined) m.compactRevision = init.compactRevision;
  if (init.hashRevision !== undefined) m.hashRevision = init.hashRevision;
}

export function sizeHashKVResponse(m: HashKVResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.hash !== 0) {
    n += 1 + varintSize(m.hash);
  }
  if (m.compactRevision !== 0) {
    n += 1 + int64Size(m.compactRevision);
  }
  if (m.hashRevision !== 0) {
    n += 1 + int64Size(m.hashRevision);
  }
  return n;
}

export function writeHashKVResponse(m: HashKVResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.hash !== 0) {
    b[p++] = 16;
    p = writeVarint(b, p, m.hash);
  }
  if (m.compactRevision !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.compactRevision);
  }
  if (m.hashRevision !== 0) {
    b[p++] = 32;
    p = writeInt64(b, p, m.hashRevision);
  }
  return p;
}

export function readHashKVResponse(m: HashKVResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.hash = v;
          p++;
        } else {
          m.hash = readUint32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
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
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.hashRevision = v;
          p++;
        } else {
          m.hashRevision = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.HashKVResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.HashKVResponse');
}

export const HashKVResponse: MessageType<HashKVResponse> = /*#__PURE__*/ new MessageType<HashKVResponse>('etcdserverpb.HashKVResponse', {
  empty: emptyHashKVResponse,
  assign: assignHashKVResponse,
  size: sizeHashKVResponse,
  write: writeHashKVResponse,
  read: readHashKVResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('hash', 'hash', 2, 'uint32'),
    fieldInfo('compact_revision', 'compactRevision', 3, 'int64'),
    fieldInfo('hash_revision', 'hashRevision', 4, 'int64'),
  ],
});

export interface HashResponse {
  header: ResponseHeader | undefined;
  hash: number;
}

export function emptyHashResponse(): HashResponse {
  return {
    header: undefined,
    hash: 0,
  };
}

function assignHashResponse(m: HashResponse, init: Partial<HashResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.hash !== undefined) m.hash = init.hash;
}

export function sizeHashResponse(m: HashResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.hash !== 0) {
    n += 1 + varintSize(m.hash);
  }
  return n;
}

export function writeHashResponse(m: HashResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.hash !== 0) {
    b[p++] = 16;
    p = writeVarint(b, p, m.hash);
  }
  return p;
}

export function readHashResponse(m: HashResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.hash = v;
          p++;
        } else {
          m.hash = readUint32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.HashResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.HashResponse');
}

export const HashResponse: MessageType<HashResponse> = /*#__PURE__*/ new MessageType<HashResponse>('etcdserverpb.HashResponse', {
  empty: emptyHashResponse,
  assign: assignHashResponse,
  size: sizeHashResponse,
  write: writeHashResponse,
  read: readHashResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('hash', 'hash', 2, 'uint32'),
  ],
});

export interface SnapshotRequest {
}

export function emptySnapshotRequest(): SnapshotRequest {
  return {};
}

function assignSnapshotRequest(_m: SnapshotRequest, _init: Partial<SnapshotRequest>): void {
}

export function sizeSnapshotRequest(_m: SnapshotRequest): number {
  return 0;
}

export function writeSnapshotRequest(_m: SnapshotRequest, _b: Buffer, start: number): number {
  return start;
}

export function readSnapshotRequest(_m: SnapshotRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
  if (p !== end) throw misplacedEnd('etcdserverpb.SnapshotRequest');
}

export const SnapshotRequest: MessageType<SnapshotRequest> = /*#__PURE__*/ new MessageType<SnapshotRequest>('etcdserverpb.SnapshotRequest', {
  empty: emptySnapshotRequest,
  assign: assignSnapshotRequest,
  size: sizeSnapshotRequest,
  write: writeSnapshotRequest,
  read: readSnapshotRequest,
  fields: () => [],
});

export interface SnapshotResponse {
  header: ResponseHeader | undefined;
  remainingBytes: number;
  blob: Uint8Array;
  version: string;
}

export function emptySnapshotResponse(): SnapshotResponse {
  return {
    header: undefined,
    remainingBytes: 0,
    blob: EMPTY_BYTES,
    version: '',
  };
}

function assignSnapshotResponse(m: SnapshotResponse, init: Partial<SnapshotResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.remainingBytes !== undefined) m.remainingBytes = init.remainingBytes;
  if (init.blob !== undefined) m.blob = init.blob;
  if (init.version !== undefined) m.version = init.version;
}

export function sizeSnapshotResponse(m: SnapshotResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.remainingBytes !== 0) {
    n += 1 + varintSize(m.remainingBytes);
  }
  if (m.blob.length !== 0) {
    const length = m.blob.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.version.length !== 0) {
    const length = stringSize(m.version);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeSnapshotResponse(m: SnapshotResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.remainingBytes !== 0) {
    b[p++] = 16;
    p = writeVarint(b, p, m.remainingBytes);
  }
  if (m.blob.length !== 0) {
    b[p++] = 26;
    p = writeBytes(b, p, m.blob);
  }
  if (m.version.length !== 0) {
    b[p++] = 34;
    p = writeString(b, p, m.version);
  }
  return p;
}

export function readSnapshotResponse(m: SnapshotResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.remainingBytes = v;
          p++;
        } else {
          m.remainingBytes = readUint64Number(b, p, end);
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
        m.blob = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.version = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.SnapshotResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.SnapshotResponse');
}

export const SnapshotResponse: MessageType<SnapshotResponse> = /*#__PURE__*/ new MessageType<SnapshotResponse>('etcdserverpb.SnapshotResponse', {
  empty: emptySnapshotResponse,
  assign: assignSnapshotResponse,
  size: sizeSnapshotResponse,
  write: writeSnapshotResponse,
  read: readSnapshotResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('remaining_bytes', 'remainingBytes', 2, 'uint64'),
    fieldInfo('blob', 'blob', 3, 'bytes'),
    fieldInfo('version', 'version', 4, 'string'),
  ],
});

export interface DefragmentRequest {
}

export function emptyDefragmentRequest(): DefragmentRequest {
  return {};
}

function assignDefragmentRequest(_m: DefragmentRequest, _init: Partial<DefragmentRequest>): void {
}

export function sizeDefragmentRequest(_m: DefragmentRequest): number {
  return 0;
}

export function writeDefragmentRequest(_m: DefragmentRequest, _b: Buffer, start: number): number {
  return start;
}

export function readDefragmentRequest(_m: DefragmentRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
  if (p !== end) throw misplacedEnd('etcdserverpb.DefragmentRequest');
}

export const DefragmentRequest: MessageType<DefragmentRequest> = /*#__PURE__*/ new MessageType<DefragmentRequest>('etcdserverpb.DefragmentRequest', {
  empty: emptyDefragmentRequest,
  assign: assignDefragmentRequest,
  size: sizeDefragmentRequest,
  write: writeDefragmentRequest,
  read: readDefragmentRequest,
  fields: () => [],
});

export interface DefragmentResponse {
  header: ResponseHeader | undefined;
}

export function emptyDefragmentResponse(): DefragmentResponse {
  return {
    header: undefined,
  };
}

function assignDefragmentResponse(m: DefragmentResponse, init: Partial<DefragmentResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeDefragmentResponse(m: DefragmentResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeDefragmentResponse(m: DefragmentResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readDefragmentResponse(m: DefragmentResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.DefragmentResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.DefragmentResponse');
}

export const DefragmentResponse: MessageType<DefragmentResponse> = /*#__PURE__*/ new MessageType<DefragmentResponse>('etcdserverpb.DefragmentResponse', {
  empty: emptyDefragmentResponse,
  assign: assignDefragmentResponse,
  size: sizeDefragmentResponse,
  write: writeDefragmentResponse,
  read: readDefragmentResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface MoveLeaderRequest {
  targetID: bigint;
}

export function emptyMoveLeaderRequest(): MoveLeaderRequest {
  return {
    targetID: 0n,
  };
}

function assignMoveLeaderRequest(m: MoveLeaderRequest, init: Partial<MoveLeaderRequest>): void {
  if (init.targetID !== undefined) m.targetID = init.targetID;
}

export function sizeMoveLeaderRequest(m: MoveLeaderRequest): number {
  let n = 0;
  if (m.targetID !== 0n) {
    n += 1 + bigintSize(m.targetID);
  }
  return n;
}

export function writeMoveLeaderRequest(m: MoveLeaderRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.targetID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.targetID);
  }
  return p;
}

export function readMoveLeaderRequest(m: MoveLeaderRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.targetID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.targetID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.MoveLeaderRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MoveLeaderRequest');
}

export const MoveLeaderRequest: MessageType<MoveLeaderRequest> = /*#__PURE__*/ new MessageType<MoveLeaderRequest>('etcdserverpb.MoveLeaderRequest', {
  empty: emptyMoveLeaderRequest,
  assign: assignMoveLeaderRequest,
  size: sizeMoveLeaderRequest,
  write: writeMoveLeaderRequest,
  read: readMoveLeaderRequest,
  fields: () => [
    fieldInfo('targetID', 'targetID', 1, 'uint64', 2),
  ],
});

export interface MoveLeaderResponse {
  header: ResponseHeader | undefined;
}

export function emptyMoveLeaderResponse(): MoveLeaderResponse {
  return {
    header: undefined,
  };
}

function assignMoveLeaderResponse(m: MoveLeaderResponse, init: Partial<MoveLeaderResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeMoveLeaderResponse(m: MoveLeaderResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMoveLeaderResponse(m: MoveLeaderResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readMoveLeaderResponse(m: MoveLeaderResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.MoveLeaderResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MoveLeaderResponse');
}

export const MoveLeaderResponse: MessageType<MoveLeaderResponse> = /*#__PURE__*/ new MessageType<MoveLeaderResponse>('etcdserverpb.MoveLeaderResponse', {
  empty: emptyMoveLeaderResponse,
  assign: assignMoveLeaderResponse,
  size: sizeMoveLeaderResponse,
  write: writeMoveLeaderResponse,
  read: readMoveLeaderResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AlarmRequest {
  action: AlarmAction;
  memberID: bigint;
  alarm: AlarmType;
}

export function emptyAlarmRequest(): AlarmRequest {
  return {
    action: 0,
    memberID: 0n,
    alarm: 0,
  };
}

function assignAlarmRequest(m: AlarmRequest, init: Partial<AlarmRequest>): void {
  if (init.action !== undefined) m.action = init.action;
  if (init.memberID !== undefined) m.memberID = init.memberID;
  if (init.alarm !== undefined) m.alarm = init.alarm;
}

export function sizeAlarmRequest(m: AlarmRequest): number {
  let n = 0;
  if (m.action !== 0) {
    n += 1 + int64Size(m.action);
  }
  if (m.memberID !== 0n) {
    n += 1 + bigintSize(m.memberID);
  }
  if (m.alarm !== 0) {
    n += 1 + int64Size(m.alarm);
  }
  return n;
}

export function writeAlarmRequest(m: AlarmRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.action !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.action);
  }
  if (m.memberID !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.memberID);
  }
  if (m.alarm !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.alarm);
  }
  return p;
}

export function readAlarmRequest(m: AlarmRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.action = v;
          p++;
        } else {
          m.action = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.memberID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.memberID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.alarm = v;
          p++;
        } else {
          m.alarm = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.AlarmRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AlarmRequest');
}

export const AlarmRequest: MessageType<AlarmRequest> = /*#__PURE__*/ new MessageType<AlarmRequest>('etcdserverpb.AlarmRequest', {
  empty: emptyAlarmRequest,
  assign: assignAlarmRequest,
  size: sizeAlarmRequest,
  write: writeAlarmRequest,
  read: readAlarmRequest,
  fields: () => [
    fieldInfo('action', 'action', 1, 'enum', 0, undefined, AlarmActionInfo),
    fieldInfo('memberID', 'memberID', 2, 'uint64', 2),
    fieldInfo('alarm', 'alarm', 3, 'enum', 0, undefined, AlarmTypeInfo),
  ],
});

export interface AlarmMember {
  memberID: bigint;
  alarm: AlarmType;
}

export function emptyAlarmMember(): AlarmMember {
  return {
    memberID: 0n,
    alarm: 0,
  };
}

function assignAlarmMember(m: AlarmMember, init: Partial<AlarmMember>): void {
  if (init.memberID !== undefined) m.memberID = init.memberID;
  if (init.alarm !== undefined) m.alarm = init.alarm;
}

export function sizeAlarmMember(m: AlarmMember): number {
  let n = 0;
  if (m.memberID !== 0n) {
    n += 1 + bigintSize(m.memberID);
  }
  if (m.alarm !== 0) {
    n += 1 + int64Size(m.alarm);
  }
  return n;
}

export function writeAlarmMember(m: AlarmMember, b: Buffer, start: number): number {
  let p = start;
  if (m.memberID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.memberID);
  }
  if (m.alarm !== 0) {
    b[p++] = 16;
    p = writeInt64(b, p, m.alarm);
  }
  return p;
}

export function readAlarmMember(m: AlarmMember, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.memberID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.memberID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.alarm = v;
          p++;
        } else {
          m.alarm = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AlarmMember');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AlarmMember');
}

export const AlarmMember: MessageType<AlarmMember> = /*#__PURE__*/ new MessageType<AlarmMember>('etcdserverpb.AlarmMember', {
  empty: emptyAlarmMember,
  assign: assignAlarmMember,
  size: sizeAlarmMember,
  write: writeAlarmMember,
  read: readAlarmMember,
  fields: () => [
    fieldInfo('memberID', 'memberID', 1, 'uint64', 2),
    fieldInfo('alarm', 'alarm', 2, 'enum', 0, undefined, AlarmTypeInfo),
  ],
});

export interface AlarmResponse {
  header: ResponseHeader | undefined;
  alarms: AlarmMember[];
}

export function emptyAlarmResponse(): AlarmResponse {
  return {
    header: undefined,
    alarms: [],
  };
}

function assignAlarmResponse(m: AlarmResponse, init: Partial<AlarmResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.alarms !== undefined) m.alarms = init.alarms;
}

export function sizeAlarmResponse(m: AlarmResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.alarms) {
    const slot = reserveLength();
    const length = sizeAlarmMember(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAlarmResponse(m: AlarmResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.alarms) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAlarmMember(item, b, p);
  }
  return p;
}

export function readAlarmResponse(m: AlarmResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyAlarmMember();
        readAlarmMember(item, b, p, p + l, depth + 1);
        m.alarms.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AlarmResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AlarmResponse');
}

export const AlarmResponse: MessageType<AlarmResponse> = /*#__PURE__*/ new MessageType<AlarmResponse>('etcdserverpb.AlarmResponse', {
  empty: emptyAlarmResponse,
  assign: assignAlarmResponse,
  size: sizeAlarmResponse,
  write: writeAlarmResponse,
  read: readAlarmResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('alarms', 'alarms', 2, 'message', 1, () => AlarmMember),
  ],
});

export interface DowngradeRequest {
  action: DowngradeAction;
  version: string;
}

export function emptyDowngradeRequest(): DowngradeRequest {
  return {
    action: 0,
    version: '',
  };
}

function assignDowngradeRequest(m: DowngradeRequest, init: Partial<DowngradeRequest>): void {
  if (init.action !== undefined) m.action = init.action;
  if (init.version !== undefined) m.version = init.version;
}

export function sizeDowngradeRequest(m: DowngradeRequest): number {
  let n = 0;
  if (m.action !== 0) {
    n += 1 + int64Size(m.action);
  }
  if (m.version.length !== 0) {
    const length = stringSize(m.version);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeDowngradeRequest(m: DowngradeRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.action !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.action);
  }
  if (m.version.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.version);
  }
  return p;
}

export function readDowngradeRequest(m: DowngradeRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.action = v;
          p++;
        } else {
          m.action = readInt32(b, p, end);
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
        m.version = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.DowngradeRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.DowngradeRequest');
}

export const DowngradeRequest: MessageType<DowngradeRequest> = /*#__PURE__*/ new MessageType<DowngradeRequest>('etcdserverpb.DowngradeRequest', {
  empty: emptyDowngradeRequest,
  assign: assignDowngradeRequest,
  size: sizeDowngradeRequest,
  write: writeDowngradeRequest,
  read: readDowngradeRequest,
  fields: () => [
    fieldInfo('action', 'action', 1, 'enum', 0, undefined, DowngradeActionInfo),
    fieldInfo('version', 'version', 2, 'string'),
  ],
});

export interface DowngradeResponse {
  header: ResponseHeader | undefined;
  version: string;
}

export function emptyDowngradeResponse(): DowngradeResponse {
  return {
    header: undefined,
    version: '',
  };
}

function assignDowngradeResponse(m: DowngradeResponse, init: Partial<DowngradeResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.version !== undefined) m.version = init.version;
}

export function sizeDowngradeResponse(m: DowngradeResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.version.length !== 0) {
    const length = stringSize(m.version);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeDowngradeResponse(m: DowngradeResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.version.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.version);
  }
  return p;
}

export function readDowngradeResponse(m: DowngradeResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        m.version = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.DowngradeResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.DowngradeResponse');
}

export const DowngradeResponse: MessageType<DowngradeResponse> = /*#__PURE__*/ new MessageType<DowngradeResponse>('etcdserverpb.DowngradeResponse', {
  empty: emptyDowngradeResponse,
  assign: assignDowngradeResponse,
  size: sizeDowngradeResponse,
  write: writeDowngradeResponse,
  read: readDowngradeResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('version', 'version', 2, 'string'),
  ],
});

export interface DowngradeVersionTestRequest {
  ver: string;
}

export function emptyDowngradeVersionTestRequest(): DowngradeVersionTestRequest {
  return {
    ver: '',
  };
}

function assignDowngradeVersionTestRequest(m: DowngradeVersionTestRequest, init: Partial<DowngradeVersionTestRequest>): void {
  if (init.ver !== undefined) m.ver = init.ver;
}

export function sizeDowngradeVersionTestRequest(m: DowngradeVersionTestRequest): number {
  let n = 0;
  if (m.ver.length !== 0) {
    const length = stringSize(m.ver);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeDowngradeVersionTestRequest(m: DowngradeVersionTestRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ver.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.ver);
  }
  return p;
}

export function readDowngradeVersionTestRequest(m: DowngradeVersionTestRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        m.ver = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.DowngradeVersionTestRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.DowngradeVersionTestRequest');
}

export const DowngradeVersionTestRequest: MessageType<DowngradeVersionTestRequest> = /*#__PURE__*/ new MessageType<DowngradeVersionTestRequest>('etcdserverpb.DowngradeVersionTestRequest', {
  empty: emptyDowngradeVersionTestRequest,
  assign: assignDowngradeVersionTestRequest,
  size: sizeDowngradeVersionTestRequest,
  write: writeDowngradeVersionTestRequest,
  read: readDowngradeVersionTestRequest,
  fields: () => [
    fieldInfo('ver', 'ver', 1, 'string'),
  ],
});

export interface StatusRequest {
}

export function emptyStatusRequest(): StatusRequest {
  return {};
}

function assignStatusRequest(_m: StatusRequest, _init: Partial<StatusRequest>): void {
}

export function sizeStatusRequest(_m: StatusRequest): number {
  return 0;
}

export function writeStatusRequest(_m: StatusRequest, _b: Buffer, start: number): number {
  return start;
}

export function readStatusRequest(_m: StatusRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
  if (p !== end) throw misplacedEnd('etcdserverpb.StatusRequest');
}

export const StatusRequest: MessageType<StatusRequest> = /*#__PURE__*/ new MessageType<StatusRequest>('etcdserverpb.StatusRequest', {
  empty: emptyStatusRequest,
  assign: assignStatusRequest,
  size: sizeStatusRequest,
  write: writeStatusRequest,
  read: readStatusRequest,
  fields: () => [],
});

export interface StatusResponse {
  header: ResponseHeader | undefined;
  version: string;
  dbSize: number;
  leader: bigint;
  raftIndex: number;
  raftTerm: number;
  raftAppliedIndex: number;
  errors: string[];
  dbSizeInUse: number;
  isLearner: boolean;
  storageVersion: string;
  dbSizeQuota: number;
  downgradeInfo: DowngradeInfo | undefined;
}

export function emptyStatusResponse(): StatusResponse {
  return {
    header: undefined,
    version: '',
    dbSize: 0,
    leader: 0n,
    raftIndex: 0,
    raftTerm: 0,
    raftAppliedIndex: 0,
    errors: [],
    dbSizeInUse: 0,
    isLearner: false,
    storageVersion: '',
    dbSizeQuota: 0,
    downgradeInfo: undefined,
  };
}

function assignStatusResponse(m: StatusResponse, init: Partial<StatusResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.version !== undefined) m.version = init.version;
  if (init.dbSize !== undefined) m.dbSize = init.dbSize;
  if (init.leader !== undefined) m.leader = init.leader;
  if (init.raftIndex !== undefined) m.raftIndex = init.raftIndex;
  if (init.raftTerm !== undefined) m.raftTerm = init.raftTerm;
  if (init.raftAppliedIndex !== undefined) m.raftAppliedIndex = init.raftAppliedIndex;
  if (init.errors !== undefined) m.errors = init.errors;
  if (init.dbSizeInUse !== undefined) m.dbSizeInUse = init.dbSizeInUse;
  if (init.isLearner !== undefined) m.isLearner = init.isLearner;
  if (init.storageVersion !== undefined) m.storageVersion = init.storageVersion;
  if (init.dbSizeQuota !== undefined) m.dbSizeQuota = init.dbSizeQuota;
  if (init.downgradeInfo !== undefined) m.downgradeInfo = init.downgradeInfo;
}

export function sizeStatusResponse(m: StatusResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.version.length !== 0) {
    const length = stringSize(m.version);
    n += 1 + varintSize(length) + length;
  }
  if (m.dbSize !== 0) {
    n += 1 + int64Size(m.dbSize);
  }
  if (m.leader !== 0n) {
    n += 1 + bigintSize(m.leader);
  }
  if (m.raftIndex !== 0) {
    n += 1 + varintSize(m.raftIndex);
  }
  if (m.raftTerm !== 0) {
    n += 1 + varintSize(m.raftTerm);
  }
  if (m.raftAppliedIndex !== 0) {
    n += 1 + varintSize(m.raftAppliedIndex);
  }
  for (const item of m.errors) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  if (m.dbSizeInUse !== 0) {
    n += 1 + int64Size(m.dbSizeInUse);
  }
  if (m.isLearner) {
    n += 1 + 1;
  }
  if (m.storageVersion.length !== 0) {
    const length = stringSize(m.storageVersion);
    n += 1 + varintSize(length) + length;
  }
  if (m.dbSizeQuota !== 0) {
    n += 1 + int64Size(m.dbSizeQuota);
  }
  if (m.downgradeInfo !== undefined) {
    const slot = reserveLength();
    const length = sizeDowngradeInfo(m.downgradeInfo);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeStatusResponse(m: StatusResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.version.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.version);
  }
  if (m.dbSize !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.dbSize);
  }
  if (m.leader !== 0n) {
    b[p++] = 32;
    p = writeBigint(b, p, m.leader);
  }
  if (m.raftIndex !== 0) {
    b[p++] = 40;
    p = writeVarint(b, p, m.raftIndex);
  }
  if (m.raftTerm !== 0) {
    b[p++] = 48;
    p = writeVarint(b, p, m.raftTerm);
  }
  if (m.raftAppliedIndex !== 0) {
    b[p++] = 56;
    p = writeVarint(b, p, m.raftAppliedIndex);
  }
  for (const item of m.errors) {
    b[p++] = 66;
    p = writeString(b, p, item);
  }
  if (m.dbSizeInUse !== 0) {
    b[p++] = 72;
    p = writeInt64(b, p, m.dbSizeInUse);
  }
  if (m.isLearner) {
    b[p++] = 80;
    b[p++] = m.isLearner ? 1 : 0;
  }
  if (m.storageVersion.length !== 0) {
    b[p++] = 90;
    p = writeString(b, p, m.storageVersion);
  }
  if (m.dbSizeQuota !== 0) {
    b[p++] = 96;
    p = writeInt64(b, p, m.dbSizeQuota);
  }
  if (m.downgradeInfo !== undefined) {
    b[p++] = 106;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeDowngradeInfo(m.downgradeInfo, b, p);
  }
  return p;
}

export function readStatusResponse(m: StatusResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        m.version = readString(b, p, l);
        p += l;
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.dbSize = v;
          p++;
        } else {
          m.dbSize = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.leader = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.leader = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.raftIndex = v;
          p++;
        } else {
          m.raftIndex = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 48: {
        const v = b[p] as number;
        if (v < 128) {
          m.raftTerm = v;
          p++;
        } else {
          m.raftTerm = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 56: {
        const v = b[p] as number;
        if (v < 128) {
          m.raftAppliedIndex = v;
          p++;
        } else {
          m.raftAppliedIndex = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 66: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.errors.push(readString(b, p, l));
        p += l;
        break;
      }
      case 72: {
        const v = b[p] as number;
        if (v < 128) {
          m.dbSizeInUse = v;
          p++;
        } else {
          m.dbSizeInUse = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 80: {
        const v = b[p] as number;
        if (v < 128) {
          m.isLearner = v !== 0;
          p++;
        } else {
          m.isLearner = readBool(b, p, end);
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
        m.storageVersion = readString(b, p, l);
        p += l;
        break;
      }
      case 96: {
        const v = b[p] as number;
        if (v < 128) {
          m.dbSizeQuota = v;
          p++;
        } else {
          m.dbSizeQuota = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 106: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.downgradeInfo ?? emptyDowngradeInfo();
        readDowngradeInfo(item, b, p, p + l, depth + 1);
        m.downgradeInfo = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 13) throw wrongWireType(tag, 'etcdserverpb.StatusResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.StatusResponse');
}

export const StatusResponse: MessageType<StatusResponse> = /*#__PURE__*/ new MessageType<StatusResponse>('etcdserverpb.StatusResponse', {
  empty: emptyStatusResponse,
  assign: assignStatusResponse,
  size: sizeStatusResponse,
  write: writeStatusResponse,
  read: readStatusResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('version', 'version', 2, 'string'),
    fieldInfo('dbSize', 'dbSize', 3, 'int64'),
    fieldInfo('leader', 'leader', 4, 'uint64', 2),
    fieldInfo('raftIndex', 'raftIndex', 5, 'uint64'),
    fieldInfo('raftTerm', 'raftTerm', 6, 'uint64'),
    fieldInfo('raftAppliedIndex', 'raftAppliedIndex', 7, 'uint64'),
    fieldInfo('errors', 'errors', 8, 'string', 1),
    fieldInfo('dbSizeInUse', 'dbSizeInUse', 9, 'int64'),
    fieldInfo('isLearner', 'isLearner', 10, 'bool'),
    fieldInfo('storageVersion', 'storageVersion', 11, 'string'),
    fieldInfo('dbSizeQuota', 'dbSizeQuota', 12, 'int64'),
    fieldInfo('downgradeInfo', 'downgradeInfo', 13, 'message', 0, () => DowngradeInfo),
  ],
});

export interface DowngradeInfo {
  enabled: boolean;
  targetVersion: string;
}

export function emptyDowngradeInfo(): DowngradeInfo {
  return {
    enabled: false,
    targetVersion: '',
  };
}

function assignDowngradeInfo(m: DowngradeInfo, init: Partial<DowngradeInfo>): void {
  if (init.enabled !== undefined) m.enabled = init.enabled;
  if (init.targetVersion !== undefined) m.targetVersion = init.targetVersion;
}

export function sizeDowngradeInfo(m: DowngradeInfo): number {
  let n = 0;
  if (m.enabled) {
    n += 1 + 1;
  }
  if (m.targetVersion.length !== 0) {
    const length = stringSize(m.targetVersion);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeDowngradeInfo(m: DowngradeInfo, b: Buffer, start: number): number {
  let p = start;
  if (m.enabled) {
    b[p++] = 8;
    b[p++] = m.enabled ? 1 : 0;
  }
  if (m.targetVersion.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.targetVersion);
  }
  return p;
}

export function readDowngradeInfo(m: DowngradeInfo, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.enabled = v !== 0;
          p++;
        } else {
          m.enabled = readBool(b, p, end);
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
        m.targetVersion = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.DowngradeInfo');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.DowngradeInfo');
}

export const DowngradeInfo: MessageType<DowngradeInfo> = /*#__PURE__*/ new MessageType<DowngradeInfo>('etcdserverpb.DowngradeInfo', {
  empty: emptyDowngradeInfo,
  assign: assignDowngradeInfo,
  size: sizeDowngradeInfo,
  write: writeDowngradeInfo,
  read: readDowngradeInfo,
  fields: () => [
    fieldInfo('enabled', 'enabled', 1, 'bool'),
    fieldInfo('targetVersion', 'targetVersion', 2, 'string'),
  ],
});

