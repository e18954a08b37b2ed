// Reads the payload of a normal log entry: an InternalRaftRequest, or a bare v2 Request as etcd up to 3.5 writes it.
import { FatalError } from '@quorate/base';
import { InternalRaftRequest, V2Request } from '@quorate/proto';

const TAG_ID = 0x08;
const TAG_METHOD = 0x12;
const V2_METHODS = ['PUT', 'POST', 'DELETE', 'QGET', 'SYNC', 'GET', 'HEAD'].map((name) =>
  Buffer.from(name, 'latin1'),
);

/** Whether the payload is a bare v2 Request: it begins with its id and one of the methods, which no other can. */
export function isBareV2(data: Uint8Array): boolean {
  if (data[0] !== TAG_ID) return false;
  let at = 1;
  while (at < data.length && (data[at] as number) >= 0x80) at++;
  at++;
  if (data[at] !== TAG_METHOD) return false;
  const length = data[at + 1] as number;
  const method = data.subarray(at + 2, at + 2 + length);
  return V2_METHODS.some((name) => name.length === length && name.equals(method));
}

/** Fields of InternalRaftRequest whose effects are not all in the backend: v2, and what is about the cluster. */
function concernsMore(field: number): boolean {
  return field === 2 || field >= 1300;
}

/**
 * Whether an entry has no effect outside of the backend, so that one which the backend has seen need not be decoded.
 * When in doubt: no.
 */
export function concernsBackendOnly(data: Uint8Array): boolean {
  if (isBareV2(data)) return false;
  for (let at = 0; at < data.length; ) {
    at = readVarint(data, at);
    const field = varint >>> 3;
    const wireType = varint & 7;
    if (at < 0 || field === 0 || concernsMore(field)) return false;
    at = readVarint(data, at);
    if (at < 0 || (wireType !== 0 && wireType !== 2)) return false;
    if (wireType === 2) at += varint;
  }
  return true;
}

/** The varint read last; beyond 2^32 it is not exact. */
let varint = 0;

/** @returns the position behind it; -1 when it is cut off */
function readVarint(data: Uint8Array, start: number): number {
  varint = 0;
  for (let at = start, scale = 1; at < data.length; at++, scale *= 128) {
    const byte = data[at] as number;
    varint += (byte & 0x7f) * scale;
    if (byte < 0x80) return at + 1;
  }
  return -1;
}

/** A decoded payload: exactly one of the two. */
export interface DecodedEntry {
  readonly v2: V2Request | undefined;
  readonly v3: InternalRaftRequest | undefined;
}

/** Decodes a payload that is not empty. @throws FatalError: the log holds something this software does not know */
export function decodeEntry(data: Uint8Array, index: number): DecodedEntry {
  try {
    if (isBareV2(data)) return { v2: V2Request.decode(data), v3: undefined };
    const v3 = InternalRaftRequest.decode(data);
    return v3.v2 === undefined ? { v2: undefined, v3 } : { v2: v3.v2, v3: undefined };
  } catch (cause) {
    throw new FatalError(`log entry ${index} cannot be decoded: ${String(cause)}`, { cause });
  }
}
