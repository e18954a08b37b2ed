// Generated from proto/v3electionpb/v3election.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readInt64BigInt, readInt64Number, readLength, readTag, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, lengths, reserveLength, varintSize, writeBigint, writeBytes, writeInt64, writeVarint } from '../runtime/writer.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';
import { KeyValue, emptyKeyValue, readKeyValue, sizeKeyValue, writeKeyValue } from './mvccpb-kv.ts';

export interface CampaignRequest {
  name: Uint8Array;
  lease: bigint;
  value: Uint8Array;
}

export function emptyCampaignRequest(): CampaignRequest {
  return {
    name: EMPTY_BYTES,
    lease: 0n,
    value: EMPTY_BYTES,
  };
}

function assignCampaignRequest(m: CampaignRequest, init: Partial<CampaignRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.lease !== undefined) m.lease = init.lease;
  if (init.value !== undefined) m.value = init.value;
}

export function sizeCampaignRequest(m: CampaignRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = m.name.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.lease !== 0n) {
    n += 1 + bigintSize(m.lease);
  }
  if (m.value.length !== 0) {
    const length = m.value.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeCampaignRequest(m: CampaignRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.name);
  }
  if (m.lease !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.lease);
  }
  if (m.value.length !== 0) {
    b[p++] = 26;
    p = writeBytes(b, p, m.value);
  }
  return p;
}

export function readCampaignRequest(m: CampaignRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      case 26: {
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'v3electionpb.CampaignRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.CampaignRequest');
}

export const CampaignRequest: MessageType<CampaignRequest> = /*#__PURE__*/ new MessageType<CampaignRequest>('v3electionpb.CampaignRequest', {
  empty: emptyCampaignRequest,
  assign: assignCampaignRequest,
  size: sizeCampaignRequest,
  write: writeCampaignRequest,
  read: readCampaignRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'bytes'),
    fieldInfo('lease', 'lease', 2, 'int64', 2),
    fieldInfo('value', 'value', 3, 'bytes'),
  ],
});

export interface CampaignResponse {
  header: ResponseHeader | undefined;
  leader: LeaderKey | undefined;
}

export function emptyCampaignResponse(): CampaignResponse {
  return {
    header: undefined,
    leader: undefined,
  };
}

function assignCampaignResponse(m: CampaignResponse, init: Partial<CampaignResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.leader !== undefined) m.leader = init.leader;
}

export function sizeCampaignResponse(m: CampaignResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.leader !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaderKey(m.leader);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeCampaignResponse(m: CampaignResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.leader !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaderKey(m.leader, b, p);
  }
  return p;
}

export function readCampaignResponse(m: CampaignResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.leader ?? emptyLeaderKey();
        readLeaderKey(item, b, p, p + l, depth + 1);
        m.leader = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'v3electionpb.CampaignResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.CampaignResponse');
}

export const CampaignResponse: MessageType<CampaignResponse> = /*#__PURE__*/ new MessageType<CampaignResponse>('v3electionpb.CampaignResponse', {
  empty: emptyCampaignResponse,
  assign: assignCampaignResponse,
  size: sizeCampaignResponse,
  write: writeCampaignResponse,
  read: readCampaignResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('leader', 'leader', 2, 'message', 0, () => LeaderKey),
  ],
});

export interface LeaderKey {
  name: Uint8Array;
  key: Uint8Array;
  rev: number;
  lease: bigint;
}

export function emptyLeaderKey(): LeaderKey {
  return {
    name: EMPTY_BYTES,
    key: EMPTY_BYTES,
    rev: 0,
    lease: 0n,
  };
}

function assignLeaderKey(m: LeaderKey, init: Partial<LeaderKey>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.key !== undefined) m.key = init.key;
  if (init.rev !== undefined) m.rev = init.rev;
  if (init.lease !== undefined) m.lease = init.lease;
}

export function sizeLeaderKey(m: LeaderKey): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = m.name.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.rev !== 0) {
    n += 1 + int64Size(m.rev);
  }
  if (m.lease !== 0n) {
    n += 1 + bigintSize(m.lease);
  }
  return n;
}

export function writeLeaderKey(m: LeaderKey, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.name);
  }
  if (m.key.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.key);
  }
  if (m.rev !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.rev);
  }
  if (m.lease !== 0n) {
    b[p++] = 32;
    p = writeBigint(b, p, m.lease);
  }
  return p;
}

export function readLeaderKey(m: LeaderKey, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.rev = v;
          p++;
        } else {
          m.rev = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'v3electionpb.LeaderKey');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.LeaderKey');
}

export const LeaderKey: MessageType<LeaderKey> = /*#__PURE__*/ new MessageType<LeaderKey>('v3electionpb.LeaderKey', {
  empty: emptyLeaderKey,
  assign: assignLeaderKey,
  size: sizeLeaderKey,
  write: writeLeaderKey,
  read: readLeaderKey,
  fields: () => [
    fieldInfo('name', 'name', 1, 'bytes'),
    fieldInfo('key', 'key', 2, 'bytes'),
    fieldInfo('rev', 'rev', 3, 'int64'),
    fieldInfo('lease', 'lease', 4, 'int64', 2),
  ],
});

export interface LeaderRequest {
  name: Uint8Array;
}

export function emptyLeaderRequest(): LeaderRequest {
  return {
    name: EMPTY_BYTES,
  };
}

function assignLeaderRequest(m: LeaderRequest, init: Partial<LeaderRequest>): void {
  if (init.name !== undefined) m.name = init.name;
}

export function sizeLeaderRequest(m: LeaderRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = m.name.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaderRequest(m: LeaderRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.name);
  }
  return p;
}

export function readLeaderRequest(m: LeaderRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'v3electionpb.LeaderRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.LeaderRequest');
}

export const LeaderRequest: MessageType<LeaderRequest> = /*#__PURE__*/ new MessageType<LeaderRequest>('v3electionpb.LeaderRequest', {
  empty: emptyLeaderRequest,
  assign: assignLeaderRequest,
  size: sizeLeaderRequest,
  write: writeLeaderRequest,
  read: readLeaderRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'bytes'),
  ],
});

export interface LeaderResponse {
  header: ResponseHeader | undefined;
  kv: KeyValue | undefined;
}

export function emptyLeaderResponse(): LeaderResponse {
  return {
    header: undefined,
    kv: undefined,
  };
}

function assignLeaderResponse(m: LeaderResponse, init: Partial<LeaderResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.kv !== undefined) m.kv = init.kv;
}

export function sizeLeaderResponse(m: LeaderResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.kv !== undefined) {
    const slot = reserveLength();
    const length = sizeKeyValue(m.kv);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaderResponse(m: LeaderResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.kv !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeKeyValue(m.kv, b, p);
  }
  return p;
}

export function readLeaderResponse(m: LeaderResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.kv ?? emptyKeyValue();
        readKeyValue(item, b, p, p + l, depth + 1);
        m.kv = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'v3electionpb.LeaderResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.LeaderResponse');
}

export const LeaderResponse: MessageType<LeaderResponse> = /*#__PURE__*/ new MessageType<LeaderResponse>('v3electionpb.LeaderResponse', {
  empty: emptyLeaderResponse,
  assign: assignLeaderResponse,
  size: sizeLeaderResponse,
  write: writeLeaderResponse,
  read: readLeaderResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('kv', 'kv', 2, 'message', 0, () => KeyValue),
  ],
});

export interface ResignRequest {
  leader: LeaderKey | undefined;
}

export function emptyResignRequest(): ResignRequest {
  return {
    leader: undefined,
  };
}

function assignResignRequest(m: ResignRequest, init: Partial<ResignRequest>): void {
  if (init.leader !== undefined) m.leader = init.leader;
}

export function sizeResignRequest(m: ResignRequest): number {
  let n = 0;
  if (m.leader !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaderKey(m.leader);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeResignRequest(m: ResignRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.leader !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaderKey(m.leader, b, p);
  }
  return p;
}

export function readResignRequest(m: ResignRequest, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.leader ?? emptyLeaderKey();
        readLeaderKey(item, b, p, p + l, depth + 1);
        m.leader = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'v3electionpb.ResignRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.ResignRequest');
}

export const ResignRequest: MessageType<ResignRequest> = /*#__PURE__*/ new MessageType<ResignRequest>('v3electionpb.ResignRequest', {
  empty: emptyResignRequest,
  assign: assignResignRequest,
  size: sizeResignRequest,
  write: writeResignRequest,
  read: readResignRequest,
  fields: () => [
    fieldInfo('leader', 'leader', 1, 'message', 0, () => LeaderKey),
  ],
});

export interface ResignResponse {
  header: ResponseHeader | undefined;
}

export function emptyResignResponse(): ResignResponse {
  return {
    header: undefined,
  };
}

function assignResignResponse(m: ResignResponse, init: Partial<ResignResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeResignResponse(m: ResignResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeResignResponse(m: ResignResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readResignResponse(m: ResignResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'v3electionpb.ResignResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.ResignResponse');
}

export const ResignResponse: MessageType<ResignResponse> = /*#__PURE__*/ new MessageType<ResignResponse>('v3electionpb.ResignResponse', {
  empty: emptyResignResponse,
  assign: assignResignResponse,
  size: sizeResignResponse,
  write: writeResignResponse,
  read: readResignResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface ProclaimRequest {
  leader: LeaderKey | undefined;
  value: Uint8Array;
}

export function emptyProclaimRequest(): ProclaimRequest {
  return {
    leader: undefined,
    value: EMPTY_BYTES,
  };
}

function assignProclaimRequest(m: ProclaimRequest, init: Partial<ProclaimRequest>): void {
  if (init.leader !== undefined) m.leader = init.leader;
  if (init.value !== undefined) m.value = init.value;
}

export function sizeProclaimRequest(m: ProclaimRequest): number {
  let n = 0;
  if (m.leader !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaderKey(m.leader);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.value.length !== 0) {
    const length = m.value.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeProclaimRequest(m: ProclaimRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.leader !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaderKey(m.leader, b, p);
  }
  if (m.value.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.value);
  }
  return p;
}

export function readProclaimRequest(m: ProclaimRequest, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.leader ?? emptyLeaderKey();
        readLeaderKey(item, b, p, p + l, depth + 1);
        m.leader = item;
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'v3electionpb.ProclaimRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.ProclaimRequest');
}

export const ProclaimRequest: MessageType<ProclaimRequest> = /*#__PURE__*/ new MessageType<ProclaimRequest>('v3electionpb.ProclaimRequest', {
  empty: emptyProclaimRequest,
  assign: assignProclaimRequest,
  size: sizeProclaimRequest,
  write: writeProclaimRequest,
  read: readProclaimRequest,
  fields: () => [
    fieldInfo('leader', 'leader', 1, 'message', 0, () => LeaderKey),
    fieldInfo('value', 'value', 2, 'bytes'),
  ],
});

export interface ProclaimResponse {
  header: ResponseHeader | undefined;
}

export function emptyProclaimResponse(): ProclaimResponse {
  return {
    header: undefined,
  };
}

function assignProclaimResponse(m: ProclaimResponse, init: Partial<ProclaimResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeProclaimResponse(m: ProclaimResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeProclaimResponse(m: ProclaimResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readProclaimResponse(m: ProclaimResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'v3electionpb.ProclaimResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('v3electionpb.ProclaimResponse');
}

export const ProclaimResponse: MessageType<ProclaimResponse> = /*#__PURE__*/ new MessageType<ProclaimResponse>('v3electionpb.ProclaimResponse', {
  empty: emptyProclaimResponse,
  assign: assignProclaimResponse,
  size: sizeProclaimResponse,
  write: writeProclaimResponse,
  read: readProclaimResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

