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
