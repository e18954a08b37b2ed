// Generated from proto/etcdserverpb/cluster.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readBool, readLength, readString, readTag, readUint64BigInt, skipField, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, lengths, reserveLength, stringSize, varintSize, writeBigint, writeString, writeVarint } from '../runtime/writer.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';

export interface Member {
  ID: bigint;
  name: string;
  peerURLs: string[];
  clientURLs: string[];
  isLearner: boolean;
}

export function emptyMember(): Member {
  return {
    ID: 0n,
    name: '',
    peerURLs: [],
    clientURLs: [],
    isLearner: false,
  };
}

function assignMember(m: Member, init: Partial<Member>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.name !== undefined) m.name = init.name;
  if (init.peerURLs !== undefined) m.peerURLs = init.peerURLs;
  if (init.clientURLs !== undefined) m.clientURLs = init.clientURLs;
  if (init.isLearner !== undefined) m.isLearner = init.isLearner;
}

export function sizeMember(m: Member): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.peerURLs) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.clientURLs) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  if (m.isLearner) {
    n += 1 + 1;
  }
  return n;
}

export function writeMember(m: Member, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  if (m.name.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.name);
  }
  for (const item of m.peerURLs) {
    b[p++] = 26;
    p = writeString(b, p, item);
  }
  for (const item of m.clientURLs) {
    b[p++] = 34;
    p = writeString(b, p, item);
  }
  if (m.isLearner) {
    b[p++] = 40;
    b[p++] = m.isLearner ? 1 : 0;
  }
  return p;
}

export function readMember(m: Member, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = readUint64BigInt(b, p, end);
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
        m.name = readString(b, p, l);
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
        m.peerURLs.push(readString(b, p, l));
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
        m.clientURLs.push(readString(b, p, l));
        p += l;
        break;
      }
      case 40: {
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 5) throw wrongWireType(tag, 'etcdserverpb.Member');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.Member');
}

export const Member: MessageType<Member> = /*#__PURE__*/ new MessageType<Member>('etcdserverpb.Member', {
  empty: emptyMember,
  assign: assignMember,
  size: sizeMember,
  write: writeMember,
  read: readMember,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
    fieldInfo('name', 'name', 2, 'string'),
    fieldInfo('peerURLs', 'peerURLs', 3, 'string', 1),
    fieldInfo('clientURLs', 'clientURLs', 4, 'string', 1),
    fieldInfo('isLearner', 'isLearner', 5, 'bool'),
  ],
});

export interface MemberAddRequest {
  peerURLs: string[];
  isLearner: boolean;
}

export function emptyMemberAddRequest(): MemberAddRequest {
  return {
    peerURLs: [],
    isLearner: false,
  };
}

function assignMemberAddRequest(m: MemberAddRequest, init: Partial<MemberAddRequest>): void {
  if (init.peerURLs !== undefined) m.peerURLs = init.peerURLs;
  if (init.isLearner !== undefined) m.isLearner = init.isLearner;
}

export function sizeMemberAddRequest(m: MemberAddRequest): number {
  let n = 0;
  for (const item of m.peerURLs) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  if (m.isLearner) {
    n += 1 + 1;
  }
  return n;
}

export function writeMemberAddRequest(m: MemberAddRequest, b: Buffer, start: number): number {
  let p = start;
  for (const item of m.peerURLs) {
    b[p++] = 10;
    p = writeString(b, p, item);
  }
  if (m.isLearner) {
    b[p++] = 16;
    b[p++] = m.isLearner ? 1 : 0;
  }
  return p;
}

export function readMemberAddRequest(m: MemberAddRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        m.peerURLs.push(readString(b, p, l));
        p += l;
        break;
      }
      case 16: {
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.MemberAddRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberAddRequest');
}

export const MemberAddRequest: MessageType<MemberAddRequest> = /*#__PURE__*/ new MessageType<MemberAddRequest>('etcdserverpb.MemberAddRequest', {
  empty: emptyMemberAddRequest,
  assign: assignMemberAddRequest,
  size: sizeMemberAddRequest,
  write: writeMemberAddRequest,
  read: readMemberAddRequest,
  fields: () => [
    fieldInfo('peerURLs', 'peerURLs', 1, 'string', 1),
    fieldInfo('isLearner', 'isLearner', 2, 'bool'),
  ],
});

export interface MemberAddResponse {
  header: ResponseHeader | undefined;
  member: Member | undefined;
  members: Member[];
}

export function emptyMemberAddResponse(): MemberAddResponse {
  return {
    header: undefined,
    member: undefined,
    members: [],
  };
}

function assignMemberAddResponse(m: MemberAddResponse, init: Partial<MemberAddResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.member !== undefined) m.member = init.member;
  if (init.members !== undefined) m.members = init.members;
}

export function sizeMemberAddResponse(m: MemberAddResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.member !== undefined) {
    const slot = reserveLength();
    const length = sizeMember(m.member);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.members) {
    const slot = reserveLength();
    const length = sizeMember(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMemberAddResponse(m: MemberAddResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.member !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeMember(m.member, b, p);
  }
  for (const item of m.members) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeMember(item, b, p);
  }
  return p;
}

export function readMemberAddResponse(m: MemberAddResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.member ?? emptyMember();
        readMember(item, b, p, p + l, depth + 1);
        m.member = item;
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
        const item = emptyMember();
        readMember(item, b, p, p + l, depth + 1);
        m.members.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.MemberAddResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberAddResponse');
}

export const MemberAddResponse: MessageType<MemberAddResponse> = /*#__PURE__*/ new MessageType<MemberAddResponse>('etcdserverpb.MemberAddResponse', {
  empty: emptyMemberAddResponse,
  assign: assignMemberAddResponse,
  size: sizeMemberAddResponse,
  write: writeMemberAddResponse,
  read: readMemberAddResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('member', 'member', 2, 'message', 0, () => Member),
    fieldInfo('members', 'members', 3, 'message', 1, () => Member),
  ],
});

export interface MemberRemoveRequest {
  ID: bigint;
}

export function emptyMemberRemoveRequest(): MemberRemoveRequest {
  return {
    ID: 0n,
  };
}

function assignMemberRemoveRequest(m: MemberRemoveRequest, init: Partial<MemberRemoveRequest>): void {
  if (init.ID !== undefined) m.ID = init.ID;
}

export function sizeMemberRemoveRequest(m: MemberRemoveRequest): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  return n;
}

export function writeMemberRemoveRequest(m: MemberRemoveRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  return p;
}

export function readMemberRemoveRequest(m: MemberRemoveRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.MemberRemoveRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberRemoveRequest');
}

export const MemberRemoveRequest: MessageType<MemberRemoveRequest> = /*#__PURE__*/ new MessageType<MemberRemoveRequest>('etcdserverpb.MemberRemoveRequest', {
  empty: emptyMemberRemoveRequest,
  assign: assignMemberRemoveRequest,
  size: sizeMemberRemoveRequest,
  write: writeMemberRemoveRequest,
  read: readMemberRemoveRequest,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
  ],
});

export interface MemberRemoveResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export function emptyMemberRemoveResponse(): MemberRemoveResponse {
  return {
    header: undefined,
    members: [],
  };
}

function assignMemberRemoveResponse(m: MemberRemoveResponse, init: Partial<MemberRemoveResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.members !== undefined) m.members = init.members;
}

export function sizeMemberRemoveResponse(m: MemberRemoveResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.members) {
    const slot = reserveLength();
    const length = sizeMember(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMemberRemoveResponse(m: MemberRemoveResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.members) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeMember(item, b, p);
  }
  return p;
}

export function readMemberRemoveResponse(m: MemberRemoveResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyMember();
        readMember(item, b, p, p + l, depth + 1);
        m.members.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.MemberRemoveResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberRemoveResponse');
}

export const MemberRemoveResponse: MessageType<MemberRemoveResponse> = /*#__PURE__*/ new MessageType<MemberRemoveResponse>('etcdserverpb.MemberRemoveResponse', {
  empty: emptyMemberRemoveResponse,
  assign: assignMemberRemoveResponse,
  size: sizeMemberRemoveResponse,
  write: writeMemberRemoveResponse,
  read: readMemberRemoveResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('members', 'members', 2, 'message', 1, () => Member),
  ],
});

export interface MemberUpdateRequest {
  ID: bigint;
  peerURLs: string[];
}

export function emptyMemberUpdateRequest(): MemberUpdateRequest {
  return {
    ID: 0n,
    peerURLs: [],
  };
}

function assignMemberUpdateRequest(m: MemberUpdateRequest, init: Partial<MemberUpdateRequest>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.peerURLs !== undefined) m.peerURLs = init.peerURLs;
}

export function sizeMemberUpdateRequest(m: MemberUpdateRequest): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  for (const item of m.peerURLs) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMemberUpdateRequest(m: MemberUpdateRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  for (const item of m.peerURLs) {
    b[p++] = 18;
    p = writeString(b, p, item);
  }
  return p;
}

export function readMemberUpdateRequest(m: MemberUpdateRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = readUint64BigInt(b, p, end);
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
        m.peerURLs.push(readString(b, p, l));
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.MemberUpdateRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberUpdateRequest');
}

export const MemberUpdateRequest: MessageType<MemberUpdateRequest> = /*#__PURE__*/ new MessageType<MemberUpdateRequest>('etcdserverpb.MemberUpdateRequest', {
  empty: emptyMemberUpdateRequest,
  assign: assignMemberUpdateRequest,
  size: sizeMemberUpdateRequest,
  write: writeMemberUpdateRequest,
  read: readMemberUpdateRequest,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
    fieldInfo('peerURLs', 'peerURLs', 2, 'string', 1),
  ],
});

export interface MemberUpdateResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export function emptyMemberUpdateResponse(): MemberUpdateResponse {
  return {
    header: undefined,
    members: [],
  };
}

function assignMemberUpdateResponse(m: MemberUpdateResponse, init: Partial<MemberUpdateResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.members !== undefined) m.members = init.members;
}

export function sizeMemberUpdateResponse(m: MemberUpdateResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.members) {
    const slot = reserveLength();
    const length = sizeMember(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMemberUpdateResponse(m: MemberUpdateResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.members) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeMember(item, b, p);
  }
  return p;
}

export function readMemberUpdateResponse(m: MemberUpdateResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyMember();
        readMember(item, b, p, p + l, depth + 1);
        m.members.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.MemberUpdateResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberUpdateResponse');
}

export const MemberUpdateResponse: MessageType<MemberUpdateResponse> = /*#__PURE__*/ new MessageType<MemberUpdateResponse>('etcdserverpb.MemberUpdateResponse', {
  empty: emptyMemberUpdateResponse,
  assign: assignMemberUpdateResponse,
  size: sizeMemberUpdateResponse,
  write: writeMemberUpdateResponse,
  read: readMemberUpdateResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('members', 'members', 2, 'message', 1, () => Member),
  ],
});

export interface MemberListRequest {
  linearizable: boolean;
}

export function emptyMemberListRequest(): MemberListRequest {
  return {
    linearizable: false,
  };
}

function assignMemberListRequest(m: MemberListRequest, init: Partial<MemberListRequest>): void {
  if (init.linearizable !== undefined) m.linearizable = init.linearizable;
}

export function sizeMemberListRequest(m: MemberListRequest): number {
  let n = 0;
  if (m.linearizable) {
    n += 1 + 1;
  }
  return n;
}

export function writeMemberListRequest(m: MemberListRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.linearizable) {
    b[p++] = 8;
    b[p++] = m.linearizable ? 1 : 0;
  }
  return p;
}

export function readMemberListRequest(m: MemberListRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.linearizable = v !== 0;
          p++;
        } else {
          m.linearizable = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.MemberListRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberListRequest');
}

export const MemberListRequest: MessageType<MemberListRequest> = /*#__PURE__*/ new MessageType<MemberListRequest>('etcdserverpb.MemberListRequest', {
  empty: emptyMemberListRequest,
  assign: assignMemberListRequest,
  size: sizeMemberListRequest,
  write: writeMemberListRequest,
  read: readMemberListRequest,
  fields: () => [
    fieldInfo('linearizable', 'linearizable', 1, 'bool'),
  ],
});

export interface MemberListResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export function emptyMemberListResponse(): MemberListResponse {
  return {
    header: undefined,
    members: [],
  };
}

function assignMemberListResponse(m: MemberListResponse, init: Partial<MemberListResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.members !== undefined) m.members = init.members;
}

export function sizeMemberListResponse(m: MemberListResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.members) {
    const slot = reserveLength();
    const length = sizeMember(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMemberListResponse(m: MemberListResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.members) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeMember(item, b, p);
  }
  return p;
}

export function readMemberListResponse(m: MemberListResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyMember();
        readMember(item, b, p, p + l, depth + 1);
        m.members.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.MemberListResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberListResponse');
}

export const MemberListResponse: MessageType<MemberListResponse> = /*#__PURE__*/ new MessageType<MemberListResponse>('etcdserverpb.MemberListResponse', {
  empty: emptyMemberListResponse,
  assign: assignMemberListResponse,
  size: sizeMemberListResponse,
  write: writeMemberListResponse,
  read: readMemberListResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('members', 'members', 2, 'message', 1, () => Member),
  ],
});

export interface MemberPromoteRequest {
  ID: bigint;
}

export function emptyMemberPromoteRequest(): MemberPromoteRequest {
  return {
    ID: 0n,
  };
}

function assignMemberPromoteRequest(m: MemberPromoteRequest, init: Partial<MemberPromoteRequest>): void {
  if (init.ID !== undefined) m.ID = init.ID;
}

export function sizeMemberPromoteRequest(m: MemberPromoteRequest): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  return n;
}

export function writeMemberPromoteRequest(m: MemberPromoteRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  return p;
}

export function readMemberPromoteRequest(m: MemberPromoteRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.MemberPromoteRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberPromoteRequest');
}

export const MemberPromoteRequest: MessageType<MemberPromoteRequest> = /*#__PURE__*/ new MessageType<MemberPromoteRequest>('etcdserverpb.MemberPromoteRequest', {
  empty: emptyMemberPromoteRequest,
  assign: assignMemberPromoteRequest,
  size: sizeMemberPromoteRequest,
  write: writeMemberPromoteRequest,
  read: readMemberPromoteRequest,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
  ],
});

export interface MemberPromoteResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export function emptyMemberPromoteResponse(): MemberPromoteResponse {
  return {
    header: undefined,
    members: [],
  };
}

function assignMemberPromoteResponse(m: MemberPromoteResponse, init: Partial<MemberPromoteResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.members !== undefined) m.members = init.members;
}

export function sizeMemberPromoteResponse(m: MemberPromoteResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.members) {
    const slot = reserveLength();
    const length = sizeMember(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMemberPromoteResponse(m: MemberPromoteResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.members) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeMember(item, b, p);
  }
  return p;
}

export function readMemberPromoteResponse(m: MemberPromoteResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = emptyMember();
        readMember(item, b, p, p + l, depth + 1);
        m.members.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.MemberPromoteResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.MemberPromoteResponse');
}

export const MemberPromoteResponse: MessageType<MemberPromoteResponse> = /*#__PURE__*/ new MessageType<MemberPromoteResponse>('etcdserverpb.MemberPromoteResponse', {
  empty: emptyMemberPromoteResponse,
  assign: assignMemberPromoteResponse,
  size: sizeMemberPromoteResponse,
  write: writeMemberPromoteResponse,
  read: readMemberPromoteResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('members', 'members', 2, 'message', 1, () => Member),
  ],
});

