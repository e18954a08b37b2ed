// Generated from proto/etcdserverpb/header.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readInt64Number, readTag, readUint64BigInt, readUint64Number, skipField, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, varintSize, writeBigint, writeInt64, writeVarint } from '../runtime/writer.ts';

export interface ResponseHeader {
  clusterId: bigint;
  memberId: bigint;
  revision: number;
  raftTerm: number;
}

export function emptyResponseHeader(): ResponseHeader {
  return {
    clusterId: 0n,
    memberId: 0n,
    revision: 0,
    raftTerm: 0,
  };
}

function assignResponseHeader(m: ResponseHeader, init: Partial<ResponseHeader>): void {
  if (init.clusterId !== undefined) m.clusterId = init.clusterId;
  if (init.memberId !== undefined) m.memberId = init.memberId;
  if (init.revision !== undefined) m.revision = init.revision;
  if (init.raftTerm !== undefined) m.raftTerm = init.raftTerm;
}

export function sizeResponseHeader(m: ResponseHeader): number {
  let n = 0;
  if (m.clusterId !== 0n) {
    n += 1 + bigintSize(m.clusterId);
  }
  if (m.memberId !== 0n) {
    n += 1 + bigintSize(m.memberId);
  }
  if (m.revision !== 0) {
    n += 1 + int64Size(m.revision);
  }
  if (m.raftTerm !== 0) {
    n += 1 + varintSize(m.raftTerm);
  }
  return n;
}

export function writeResponseHeader(m: ResponseHeader, b: Buffer, start: number): number {
  let p = start;
  if (m.clusterId !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.clusterId);
  }
  if (m.memberId !== 0n) {
    b[p++] = 16;
    p = writeBigint(b, p, m.memberId);
  }
  if (m.revision !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.revision);
  }
  if (m.raftTerm !== 0) {
    b[p++] = 32;
    p = writeVarint(b, p, m.raftTerm);
  }
  return p;
}

export function readResponseHeader(m: ResponseHeader, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.clusterId = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.clusterId = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.memberId = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.memberId = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
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
      case 32: {
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
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.ResponseHeader');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.ResponseHeader');
}

export const ResponseHeader: MessageType<ResponseHeader> = /*#__PURE__*/ new MessageType<ResponseHeader>('etcdserverpb.ResponseHeader', {
  empty: emptyResponseHeader,
  assign: assignResponseHeader,
  size: sizeResponseHeader,
  write: writeResponseHeader,
  read: readResponseHeader,
  fields: () => [
    fieldInfo('cluster_id', 'clusterId', 1, 'uint64', 2),
    fieldInfo('member_id', 'memberId', 2, 'uint64', 2),
    fieldInfo('revision', 'revision', 3, 'int64'),
    fieldInfo('raft_term', 'raftTerm', 4, 'uint64'),
  ],
});

