// Generated from proto/membershippb/membership.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readBool, readLength, readString, readTag, readUint64BigInt, skipField, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, lengths, reserveLength, stringSize, varintSize, writeBigint, writeString, writeVarint } from '../runtime/writer.ts';

export interface RaftAttributes {
  peerUrls: string[];
  isLearner: boolean;
}

export function emptyRaftAttributes(): RaftAttributes {
  return {
    peerUrls: [],
    isLearner: false,
  };
}

function assignRaftAttributes(m: RaftAttributes, init: Partial<RaftAttributes>): void {
  if (init.peerUrls !== undefined) m.peerUrls = init.peerUrls;
  if (init.isLearner !== undefined) m.isLearner = init.isLearner;
}

export function sizeRaftAttributes(m: RaftAttributes): number {
  let n = 0;
  for (const item of m.peerUrls) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  if (m.isLearner) {
    n += 1 + 1;
  }
  return n;
}

export function writeRaftAttributes(m: RaftAttributes, b: Buffer, start: number): number {
  let p = start;
  for (const item of m.peerUrls) {
    b[p++] = 10;
    p = writeString(b, p, item);
  }
  if (m.isLearner) {
    b[p++] = 16;
    b[p++] = m.isLearner ? 1 : 0;
  }
  return p;
}

export function readRaftAttributes(m: RaftAttributes, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        m.peerUrls.push(readString(b, p, l));
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'membershippb.RaftAttributes');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('membershippb.RaftAttributes');
}

export const RaftAttributes: MessageType<RaftAttributes> = /*#__PURE__*/ new MessageType<RaftAttributes>('membershippb.RaftAttributes', {
  empty: emptyRaftAttributes,
  assign: assignRaftAttributes,
  size: sizeRaftAttributes,
  write: writeRaftAttributes,
  read: readRaftAttributes,
  fields: () => [
    fieldInfo('peer_urls', 'peerUrls', 1, 'string', 1),
    fieldInfo('is_learner', 'isLearner', 2, 'bool'),
  ],
});

export interface Attributes {
  name: string;
  clientUrls: string[];
}

export function emptyAttributes(): Attributes {
  return {
    name: '',
    clientUrls: [],
  };
}

function assignAttributes(m: Attributes, init: Partial<Attributes>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.clientUrls !== undefined) m.clientUrls = init.clientUrls;
}

export function sizeAttributes(m: Attributes): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.clientUrls) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAttributes(m: Attributes, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  for (const item of m.clientUrls) {
    b[p++] = 18;
    p = writeString(b, p, item);
  }
  return p;
}

export function readAttributes(m: Attributes, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        m.name = readString(b, p, l);
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
        m.clientUrls.push(readString(b, p, l));
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'membershippb.Attributes');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('membershippb.Attributes');
}

export const Attributes: MessageType<Attributes> = /*#__PURE__*/ new MessageType<Attributes>('membershippb.Attributes', {
  empty: emptyAttributes,
  assign: assignAttributes,
  size: sizeAttributes,
  write: writeAttributes,
  read: readAttributes,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
    fieldInfo('client_urls', 'clientUrls', 2, 'string', 1),
  ],
});

export interface MembershipMember {
  ID: bigint;
  raftAttributes: RaftAttributes | undefined;
  memberAttributes: Attributes | undefined;
}

export function emptyMembershipMember(): MembershipMember {
  return {
    ID: 0n,
    raftAttributes: undefined,
    memberAttributes: undefined,
  };
}

function assignMembershipMember(m: MembershipMember, init: Partial<MembershipMember>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.raftAttributes !== undefined) m.raftAttributes = init.raftAttributes;
  if (init.memberAttributes !== undefined) m.memberAttributes = init.memberAttributes;
}

export function sizeMembershipMember(m: MembershipMember): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.raftAttributes !== undefined) {
    const slot = reserveLength();
    const length = sizeRaftAttributes(m.raftAttributes);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.memberAttributes !== undefined) {
    const slot = reserveLength();
    const length = sizeAttributes(m.memberAttributes);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeMembershipMember(m: MembershipMember, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  if (m.raftAttributes !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRaftAttributes(m.raftAttributes, b, p);
  }
  if (m.memberAttributes !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAttributes(m.memberAttributes, b, p);
  }
  return p;
}

export function readMembershipMember(m: MembershipMember, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.raftAttributes ?? emptyRaftAttributes();
        readRaftAttributes(item, b, p, p + l, depth + 1);
        m.raftAttributes = item;
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
        const item = m.memberAttributes ?? emptyAttributes();
        readAttributes(item, b, p, p + l, depth + 1);
        m.memberAttributes = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'membershippb.Member');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('membershippb.Member');
}

export const MembershipMember: MessageType<MembershipMember> = /*#__PURE__*/ new MessageType<MembershipMember>('membershippb.Member', {
  empty: emptyMembershipMember,
  assign: assignMembershipMember,
  size: sizeMembershipMember,
  write: writeMembershipMember,
  read: readMembershipMember,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
    fieldInfo('raft_attributes', 'raftAttributes', 2, 'message', 0, () => RaftAttributes),
    fieldInfo('member_attributes', 'memberAttributes', 3, 'message', 0, () => Attributes),
  ],
});

export interface ClusterVersionSetRequest {
  ver: string;
}

export function emptyClusterVersionSetRequest(): ClusterVersionSetRequest {
  return {
    ver: '',
  };
}

function assignClusterVersionSetRequest(m: ClusterVersionSetRequest, init: Partial<ClusterVersionSetRequest>): void {
  if (init.ver !== undefined) m.ver = init.ver;
}

export function sizeClusterVersionSetRequest(m: ClusterVersionSetRequest): number {
  let n = 0;
  if (m.ver.length !== 0) {
    const length = stringSize(m.ver);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeClusterVersionSetRequest(m: ClusterVersionSetRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ver.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.ver);
  }
  return p;
}

export function readClusterVersionSetRequest(m: ClusterVersionSetRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'membershippb.ClusterVersionSetRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('membershippb.ClusterVersionSetRequest');
}

export const ClusterVersionSetRequest: MessageType<ClusterVersionSetRequest> = /*#__PURE__*/ new MessageType<ClusterVersionSetRequest>('membershippb.ClusterVersionSetRequest', {
  empty: emptyClusterVersionSetRequest,
  assign: assignClusterVersionSetRequest,
  size: sizeClusterVersionSetRequest,
  write: writeClusterVersionSetRequest,
  read: readClusterVersionSetRequest,
  fields: () => [
    fieldInfo('ver', 'ver', 1, 'string'),
  ],
});

export interface ClusterMemberAttrSetRequest {
  memberID: bigint;
  memberAttributes: Attributes | undefined;
}

export function emptyClusterMemberAttrSetRequest(): ClusterMemberAttrSetRequest {
  return {
    memberID: 0n,
    memberAttributes: undefined,
  };
}

function assignClusterMemberAttrSetRequest(m: ClusterMemberAttrSetRequest, init: Partial<ClusterMemberAttrSetRequest>): void {
  if (init.memberID !== undefined) m.memberID = init.memberID;
  if (init.memberAttributes !== undefined) m.memberAttributes = init.memberAttributes;
}

export function sizeClusterMemberAttrSetRequest(m: ClusterMemberAttrSetRequest): number {
  let n = 0;
  if (m.memberID !== 0n) {
    n += 1 + bigintSize(m.memberID);
  }
  if (m.memberAttributes !== undefined) {
    const slot = reserveLength();
    const length = sizeAttributes(m.memberAttributes);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeClusterMemberAttrSetRequest(m: ClusterMemberAttrSetRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.memberID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.memberID);
  }
  if (m.memberAttributes !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAttributes(m.memberAttributes, b, p);
  }
  return p;
}

export function readClusterMemberAttrSetRequest(m: ClusterMemberAttrSetRequest, b: Uint8Array, start: number, end: number, depth: number): void {
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
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.memberAttributes ?? emptyAttributes();
        readAttributes(item, b, p, p + l, depth + 1);
        m.memberAttributes = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'membershippb.ClusterMemberAttrSetRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('membershippb.ClusterMemberAttrSetRequest');
}

export const ClusterMemberAttrSetRequest: MessageType<ClusterMemberAttrSetRequest> = /*#__PURE__*/ new MessageType<ClusterMemberAttrSetRequest>('membershippb.ClusterMemberAttrSetRequest', {
  empty: emptyClusterMemberAttrSetRequest,
  assign: assignClusterMemberAttrSetRequest,
  size: sizeClusterMemberAttrSetRequest,
  write: writeClusterMemberAttrSetRequest,
  read: readClusterMemberAttrSetRequest,
  fields: () => [
    fieldInfo('member_ID', 'memberID', 1, 'uint64', 2),
    fieldInfo('member_attributes', 'memberAttributes', 2, 'message', 0, () => Attributes),
  ],
});

export interface DowngradeInfoSetRequest {
  enabled: boolean;
  ver: string;
}

export function emptyDowngradeInfoSetRequest(): DowngradeInfoSetRequest {
  return {
    enabled: false,
    ver: '',
  };
}

function assignDowngradeInfoSetRequest(m: DowngradeInfoSetRequest, init: Partial<DowngradeInfoSetRequest>): void {
  if (init.enabled !== undefined) m.enabled = init.enabled;
  if (init.ver !== undefined) m.ver = init.ver;
}

export function sizeDowngradeInfoSetRequest(m: DowngradeInfoSetRequest): number {
  let n = 0;
  if (m.enabled) {
    n += 1 + 1;
  }
  if (m.ver.length !== 0) {
    const length = stringSize(m.ver);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeDowngradeInfoSetRequest(m: DowngradeInfoSetRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.enabled) {
    b[p++] = 8;
    b[p++] = m.enabled ? 1 : 0;
  }
  if (m.ver.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.ver);
  }
  return p;
}

export function readDowngradeInfoSetRequest(m: DowngradeInfoSetRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        m.ver = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'membershippb.DowngradeInfoSetRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('membershippb.DowngradeInfoSetRequest');
}

export const DowngradeInfoSetRequest: MessageType<DowngradeInfoSetRequest> = /*#__PURE__*/ new MessageType<DowngradeInfoSetRequest>('membershippb.DowngradeInfoSetRequest', {
  empty: emptyDowngradeInfoSetRequest,
  assign: assignDowngradeInfoSetRequest,
  size: sizeDowngradeInfoSetRequest,
  write: writeDowngradeInfoSetRequest,
  read: readDowngradeInfoSetRequest,
  fields: () => [
    fieldInfo('enabled', 'enabled', 1, 'bool'),
    fieldInfo('ver', 'ver', 2, 'string'),
  ],
});

