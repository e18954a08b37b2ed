// Generated from proto/leasepb/lease.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readInt64BigInt, readInt64Number, readLength, readTag, skipField, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, lengths, reserveLength, varintSize, writeBigint, writeInt64, writeVarint } from '../runtime/writer.ts';
import { LeaseTimeToLiveRequest, LeaseTimeToLiveResponse, emptyLeaseTimeToLiveRequest, emptyLeaseTimeToLiveResponse, readLeaseTimeToLiveRequest, readLeaseTimeToLiveResponse, sizeLeaseTimeToLiveRequest, sizeLeaseTimeToLiveResponse, writeLeaseTimeToLiveRequest, writeLeaseTimeToLiveResponse } from './etcdserverpb-lease.ts';

export interface Lease {
  ID: bigint;
  TTL: number;
  remainingTTL: number;
}

export function emptyLease(): Lease {
  return {
    ID: 0n,
    TTL: 0,
    remainingTTL: 0,
  };
}

function assignLease(m: Lease, init: Partial<Lease>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.TTL !== undefined) m.TTL = init.TTL;
  if (init.remainingTTL !== undefined) m.remainingTTL = init.remainingTTL;
}

export function sizeLease(m: Lease): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.TTL !== 0) {
    n += 1 + int64Size(m.TTL);
  }
  if (m.remainingTTL !== 0) {
    n += 1 + int64Size(m.remainingTTL);
  }
  return n;
}

export function writeLease(m: Lease, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  if (m.TTL !== 0) {
    b[p++] = 16;
    p = writeInt64(b, p, m.TTL);
  }
  if (m.remainingTTL !== 0) {
    b[p++] = 24;
    p = writeInt64(b, p, m.remainingTTL);
  }
  return p;
}

export function readLease(m: Lease, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.TTL = v;
          p++;
        } else {
          m.TTL = readInt64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'leasepb.Lease');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('leasepb.Lease');
}

export const Lease: MessageType<Lease> = /*#__PURE__*/ new MessageType<Lease>('leasepb.Lease', {
  empty: emptyLease,
  assign: assignLease,
  size: sizeLease,
  write: writeLease,
  read: readLease,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'int64', 2),
    fieldInfo('TTL', 'TTL', 2, 'int64'),
    fieldInfo('RemainingTTL', 'remainingTTL', 3, 'int64'),
  ],
});

export interface LeaseInternalRequest {
  leaseTimeToLiveRequest: LeaseTimeToLiveRequest | undefined;
}

export function emptyLeaseInternalRequest(): LeaseInternalRequest {
  return {
    leaseTimeToLiveRequest: undefined,
  };
}

function assignLeaseInternalRequest(m: LeaseInternalRequest, init: Partial<LeaseInternalRequest>): void {
  if (init.leaseTimeToLiveRequest !== undefined) m.leaseTimeToLiveRequest = init.leaseTimeToLiveRequest;
}

export function sizeLeaseInternalRequest(m: LeaseInternalRequest): number {
  let n = 0;
  if (m.leaseTimeToLiveRequest !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaseTimeToLiveRequest(m.leaseTimeToLiveRequest);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseInternalRequest(m: LeaseInternalRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.leaseTimeToLiveRequest !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaseTimeToLiveRequest(m.leaseTimeToLiveRequest, b, p);
  }
  return p;
}

export function readLeaseInternalRequest(m: LeaseInternalRequest, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.leaseTimeToLiveRequest ?? emptyLeaseTimeToLiveRequest();
        readLeaseTimeToLiveRequest(item, b, p, p + l, depth + 1);
        m.leaseTimeToLiveRequest = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'leasepb.LeaseInternalRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('leasepb.LeaseInternalRequest');
}

export const LeaseInternalRequest: MessageType<LeaseInternalRequest> = /*#__PURE__*/ new MessageType<LeaseInternalRequest>('leasepb.LeaseInternalRequest', {
  empty: emptyLeaseInternalRequest,
  assign: assignLeaseInternalRequest,
  size: sizeLeaseInternalRequest,
  write: writeLeaseInternalRequest,
  read: readLeaseInternalRequest,
  fields: () => [
    fieldInfo('LeaseTimeToLiveRequest', 'leaseTimeToLiveRequest', 1, 'message', 0, () => LeaseTimeToLiveRequest),
  ],
});

export interface LeaseInternalResponse {
  leaseTimeToLiveResponse: LeaseTimeToLiveResponse | undefined;
}

export function emptyLeaseInternalResponse(): LeaseInternalResponse {
  return {
    leaseTimeToLiveResponse: undefined,
  };
}

function assignLeaseInternalResponse(m: LeaseInternalResponse, init: Partial<LeaseInternalResponse>): void {
  if (init.leaseTimeToLiveResponse !== undefined) m.leaseTimeToLiveResponse = init.leaseTimeToLiveResponse;
}

export function sizeLeaseInternalResponse(m: LeaseInternalResponse): number {
  let n = 0;
  if (m.leaseTimeToLiveResponse !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaseTimeToLiveResponse(m.leaseTimeToLiveResponse);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeLeaseInternalResponse(m: LeaseInternalResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.leaseTimeToLiveResponse !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaseTimeToLiveResponse(m.leaseTimeToLiveResponse, b, p);
  }
  return p;
}

export function readLeaseInternalResponse(m: LeaseInternalResponse, b: Uint8Array, start: number, end: number, depth: number): void {
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
        const item = m.leaseTimeToLiveResponse ?? emptyLeaseTimeToLiveResponse();
        readLeaseTimeToLiveResponse(item, b, p, p + l, depth + 1);
        m.leaseTimeToLiveResponse = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'leasepb.LeaseInternalResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('leasepb.LeaseInternalResponse');
}

export const LeaseInternalResponse: MessageType<LeaseInternalResponse> = /*#__PURE__*/ new MessageType<LeaseInternalResponse>('leasepb.LeaseInternalResponse', {
  empty: emptyLeaseInternalResponse,
  assign: assignLeaseInternalResponse,
  size: sizeLeaseInternalResponse,
  write: writeLeaseInternalResponse,
  read: readLeaseInternalResponse,
  fields: () => [
    fieldInfo('LeaseTimeToLiveResponse', 'leaseTimeToLiveResponse', 1, 'message', 0, () => LeaseTimeToLiveResponse),
  ],
});

