// Where in the log a store stands: the two records of the bucket `meta` that say up to which entry it has applied.

/** Keys in the bucket `meta`. */
export const consistentIndexKey: Uint8Array = Buffer.from('consistent_index');
export const termKey: Uint8Array = Buffer.from('term');
export const confStateKey: Uint8Array = Buffer.from('confState');
export const scheduledCompactKey: Uint8Array = Buffer.from('scheduledCompactRev');

/** Place of an entry in the log. `term` is 0 in stores of Go etcd before 3.5, which did not write it down. */
export interface StorePosition {
  readonly index: number;
  readonly term: number;
}

/** 8 bytes, big-endian. */
export function encodePositionNumber(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** 0 when there is no such record, or when it is too short to be one, as etcd reads it. */
export function decodePositionNumber(bytes: Uint8Array | undefined): number {
  if (bytes === undefined || bytes.length < 8) return 0;
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset, 8).readBigUInt64BE());
}

/** The position, from a way to read the bucket `meta`. */
export function readPosition(meta: (key: Uint8Array) => Uint8Array | undefined): StorePosition {
  return {
    index: decodePositionNumber(meta(consistentIndexKey)),
    term: decodePositionNumber(meta(termKey)),
  };
}
