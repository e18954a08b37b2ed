// Generated from proto/etcdserverpb/etcdserver.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readBool, readInt64BigInt, readLength, readString, readTag, readUint64BigInt, readUint64Number, skipField, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, stringSize, varintSize, writeBigint, writeString, writeVarint } from '../runtime/writer.ts';

export interface V2Request {
  ID: bigint;
  method: string;
  path: string;
  val: string;
  dir: boolean;
  prevValue: string;
  prevIndex: number;
  prevExist: boolean | undefined;
  expiration: bigint;
  wait: boolean;
  since: number;
  recursive: boolean;
  sorted: boolean;
  quorum: boolean;
  time: bigint;
  stream: boolean;
  refresh: boolean | undefined;
}

export function emptyV2Request(): V2Request {
  return {
    ID: 0n,
    method: '',
    path: '',
    val: '',
    dir: false,
    prevValue: '',
    prevIndex: 0,
    prevExist: undefined,
    expiration: 0n,
    wait: false,
    since: 0,
    recursive: false,
    sorted: false,
    quorum: false,
    time: 0n,
    stream: false,
    refresh: undefined,
  };
}

function assignV2Request(m: V2Request, init: Partial<V2Request>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.method !== undefined) m.method = init.method;
  if (init.path !== undefined) m.path = init.path;
  if (init.val !== undefined) m.val = init.val;
  if (init.dir !== undefined) m.dir = init.dir;
  if (init.prevValue !== undefined) m.prevValue = init.prevValue;
  if (init.prevIndex !== undefined) m.prevIndex = init.prevIndex;
  if (init.prevExist !== undefined) m.prevExist = init.prevExist;
  if (init.expiration !== undefined) m.expiration = init.expiration;
  if (init.wait !== undefined) m.wait = init.wait;
  if (init.since !== undefined) m.since = init.since;
  if (init.recursive !== undefined) m.recursive = init.recursive;
  if (init.sorted !== undefined) m.sorted = init.sorted;
  if (init.quorum !== undefined) m.quorum = init.quorum;
  if (init.time !== undefined) m.time = init.time;
  if (init.stream !== undefined) m.stream = init.stream;
  if (init.refresh !== undefined) m.refresh = init.refresh;
}

export function sizeV2Request(m: V2Request): number {
  let n = 0;
  {
    n += 1 + bigintSize(m.ID);
  }
  {
    const length = stringSize(m.method);
    n += 1 + varintSize(length) + length;
  }
  {
    const length = stringSize(m.path);
    n += 1 + varintSize(length) + length;
  }
  {
    const length = stringSize(m.val);
    n += 1 + varintSize(length) + length;
  }
  {
    n += 1 + 1;
  }
  {
    const length = stringSize(m.prevValue);
    n += 1 + varintSize(length) + length;
  }
  {
    n += 1 + varintSize(m.prevIndex);
  }
  if (m.prevExist !== undefined) {
    n += 1 + 1;
  }
  {
    n += 1 + bigintSize(m.expiration);
  }
  {
    n += 1 + 1;
  }
  {
    n += 1 + varintSize(m.since);
  }
  {
    n += 1 + 1;
  }
  {
    n += 1 + 1;
  }
  {
    n += 1 + 1;
  }
  {
    n += 1 + bigintSize(m.time);
  }
  {
    n += 2 + 1;
  }
  if (m.refresh !== undefined) {
    n += 2 + 1;
  }
  return n;
}

export function writeV2Request(m: V2Request, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  {
    b[p++] = 18;
    p = writeString(b, p, m.method);
  }
  {
    b[p++] = 26;
    p = writeString(b, p, m.path);
  }
  {
    b[p++] = 34;
    p = writeString(b, p, m.val);
  }
  {
    b[p++] = 40;
    b[p++] = m.dir ? 1 : 0;
  }
  {
    b[p++] = 50;
    p = writeString(b, p, m.prevValue);
  }
  {
    b[p++] = 56;
    p = writeVarint(b, p, m.prevIndex);
  }
  if (m.prevExist !== undefined) {
    b[p++] = 64;
    b[p++] = m.prevExist ? 1 : 0;
  }
  {
    b[p++] = 72;
    p = writeBigint(b, p, m.expiration);
  }
  {
    b[p++] = 80;
    b[p++] = m.wait ? 1 : 0;
  }
  {
    b[p++] = 88;
    p = writeVarint(b, p, m.since);
  }
  {
    b[p++] = 96;
    b[p++] = m.recursive ? 1 : 0;
  }
  {
    b[p++] = 104;
    b[p++] = m.sorted ? 1 : 0;
  }
  {
    b[p++] = 112;
    b[p++] = m.quorum ? 1 : 0;
  }
  {
    b[p++] = 120;
    p = writeBigint(b, p, m.time);
  }
  {
    b[p++] = 128;
    b[p++] = 1;
    b[p++] = m.stream ? 1 : 0;
  }
  if (m.refresh !== undefined) {
    b[p++] = 136;
    b[p++] = 1;
    b[p++] = m.refresh ? 1 : 0;
  }
  return p;
}

export function readV2Request(m: V2Request, b: Uint8Array, start: number, end: number, _depth: number): void {
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
        m.method = readString(b, p, l);
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
        m.path = readString(b, p, l);
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
        m.val = readString(b, p, l);
        p += l;
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.dir = v !== 0;
          p++;
        } else {
          m.dir = readBool(b, p, end);
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
        m.prevValue = readString(b, p, l);
        p += l;
        break;
      }
      case 56: {
        const v = b[p] as number;
        if (v < 128) {
          m.prevIndex = v;
          p++;
        } else {
          m.prevIndex = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 64: {
        const v = b[p] as number;
        if (v < 128) {
          m.prevExist = v !== 0;
          p++;
        } else {
          m.prevExist = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 72: {
        const v = b[p] as number;
        if (v < 128) {
          m.expiration = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.expiration = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 80: {
        const v = b[p] as number;
        if (v < 128) {
          m.wait = v !== 0;
          p++;
        } else {
          m.wait = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 88: {
        const v = b[p] as number;
        if (v < 128) {
          m.since = v;
          p++;
        } else {
          m.since = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 96: {
        const v = b[p] as number;
        if (v < 128) {
          m.recursive = v !== 0;
          p++;
        } else {
          m.recursive = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 104: {
        const v = b[p] as number;
        if (v < 128) {
          m.sorted = v !== 0;
          p++;
        } else {
          m.sorted = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 112: {
        const v = b[p] as number;
        if (v < 128) {
          m.quorum = v !== 0;
          p++;
        } else {
          m.quorum = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 120: {
        const v = b[p] as number;
        if (v < 128) {
          m.time = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.time = readInt64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 128: {
        const v = b[p] as number;
        if (v < 128) {
          m.stream = v !== 0;
          p++;
        } else {
          m.stream = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 136: {
        const v = b[p] as number;
        if (v < 128) {
          m.refresh = v !== 0;
          p++;
        } else {
          m.refresh = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 17) throw wrongWireType(tag, 'etcdserverpb.Request');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.Request');
}

export const V2Request: MessageType<V2Request> = /*#__PURE__*/ new MessageType<V2Request>('etcdserverpb.Request', {
  empty: emptyV2Request,
  assign: assignV2Request,
  size: sizeV2Request,
  write: writeV2Request,
  read: readV2Request,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
    fieldInfo('Method', 'method', 2, 'string'),
    fieldInfo('Path', 'path', 3, 'string'),
    fieldInfo('Val', 'val', 4, 'string'),
    fieldInfo('Dir', 'dir', 5, 'bool'),
    fieldInfo('PrevValue', 'prevValue', 6, 'string'),
    fieldInfo('PrevIndex', 'prevIndex', 7, 'uint64'),
    fieldInfo('PrevExist', 'prevExist', 8, 'bool', 4),
    fieldInfo('Expiration', 'expiration', 9, 'int64', 2),
    fieldInfo('Wait', 'wait', 10, 'bool'),
    fieldInfo('Since', 'since', 11, 'uint64'),
    fieldInfo('Recursive', 'recursive', 12, 'bool'),
    fieldInfo('Sorted', 'sorted', 13, 'bool'),
    fieldInfo('Quorum', 'quorum', 14, 'bool'),
    fieldInfo('Time', 'time', 15, 'int64', 2),
    fieldInfo('Stream', 'stream', 16, 'bool'),
    fieldInfo('Refresh', 'refresh', 17, 'bool', 4),
  ],
});

export interface WalMetadata {
  nodeID: bigint;
  clusterID: bigint;
}

export function emptyWalMetadata(): WalMetadata {
  return {
    nodeID: 0n,
    clusterID: 0n,
  };
}

function assignWalMetadata(m: WalMetadata, init: Partial<WalMetadata>): void {
  if (init.nodeID !== undefined) m.nodeID = init.nodeID;
  if (init.clusterID !== undefined) m.clusterID = init.clusterID;
}

export function sizeWalMetadata(m: WalMetadata): number {
  let n = 0;
  {
    n += 1 + bigintSize(m.nodeID);
  }
  {
    n += 1 + bigintSize(m.clusterID);
  }
  return n;
}

export function writeWalMetadata(m: WalMetadata, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeBigint(b, p, m.nodeID);
  }
  {
    b[p++] = 16;
    p = writeBigint(b, p, m.clusterID);
  }
  return p;
}

export function readWalMetadata(m: WalMetadata, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.nodeID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.nodeID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.clusterID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.clusterID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.Metadata');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.Metadata');
}

export const WalMetadata: MessageType<WalMetadata> = /*#__PURE__*/ new MessageType<WalMetadata>('etcdserverpb.Metadata', {
  empty: emptyWalMetadata,
  assign: assignWalMetadata,
  size: sizeWalMetadata,
  write: writeWalMetadata,
  read: readWalMetadata,
  fields: () => [
    fieldInfo('NodeID', 'nodeID', 1, 'uint64', 2),
    fieldInfo('ClusterID', 'clusterID', 2, 'uint64', 2),
  ],
});

