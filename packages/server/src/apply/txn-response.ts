// Encodes what the operations of a txn answered as `repeated ResponseOp responses = 3` of TxnResponse, byte for byte as
// etcd does, around the stored KeyValue bytes.
import { assert } from '@quorate/base';
import { int64Size, varintSize, writeInt64, writeVarint } from '@quorate/proto';

export interface RangeOpResult {
  readonly kind: 'range';
  readonly revision: number;
  readonly kvs: readonly Uint8Array[];
  readonly more: boolean;
  readonly count: number;
}
export interface PutOpResult {
  readonly kind: 'put';
  readonly revision: number;
  readonly prevKv: Uint8Array | undefined;
}
export interface DeleteOpResult {
  readonly kind: 'delete';
  readonly revision: number;
  readonly deleted: number;
  readonly prevKvs: readonly Uint8Array[];
}
/** A nested txn; its header is present and empty. */
export interface TxnOpResult {
  readonly kind: 'txn';
  readonly succeeded: boolean;
  readonly responses: readonly OpResult[];
}
/** An operation with nothing in it, or a range nobody waits for. */
export interface EmptyOpResult {
  readonly kind: 'empty';
}
export type OpResult = RangeOpResult | PutOpResult | DeleteOpResult | TxnOpResult | EmptyOpResult;

export const EMPTY_OP_RESULT: EmptyOpResult = { kind: 'empty' };
export const NO_KVS: readonly Uint8Array[] = [];

// Tags: field number << 3 | wire type.
const TAG_RESPONSES = 0x1a; // TxnResponse.responses = 3
const TAG_HEADER = 0x0a;
const TAG_HEADER_REVISION = 0x18;
const TAG_RANGE = 0x0a; // members of ResponseOp
const TAG_PUT = 0x12;
const TAG_DELETE = 0x1a;
const TAG_TXN = 0x22;
const TAG_KVS = 0x12; // RangeResponse
const TAG_MORE = 0x18;
const TAG_COUNT = 0x20;
const TAG_PREV_KV = 0x12; // PutResponse
const TAG_DELETED = 0x10; // DeleteRangeResponse
const TAG_PREV_KVS = 0x1a;
const TAG_SUCCEEDED = 0x10; // TxnResponse

function delimited(size: number): number {
  return 1 + varintSize(size) + size;
}

function delimitedAll(parts: readonly Uint8Array[]): number {
  let size = 0;
  for (let at = 0; at < parts.length; at++) size += delimited((parts[at] as Uint8Array).length);
  return size;
}

function headerSize(revision: number): number {
  return delimited(revision === 0 ? 0 : 1 + int64Size(revision));
}

/** Encodes the responses of one level. */
export function encodeResponses(results: readonly OpResult[]): Uint8Array {
  const encoder = new ResponseEncoder();
  return encoder.encode(results);
}

/** Sizes are found in a first pass and kept in the order in which the second pass needs them. */
class ResponseEncoder {
  #sizes: number[] = [];
  #next = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  encode(results: readonly OpResult[]): Uint8Array {
    const size = this.#sizeOfAll(results);
    this.#bytes = Buffer.allocUnsafe(size);
    this.#writeAll(results);
    assert(this.#at === size, 'the two passes over a txn response agree');
    return this.#bytes;
  }

  #sizeOfAll(results: readonly OpResult[]): number {
    let size = 0;
    for (let at = 0; at < results.length; at++) size += delimited(this.#sizeOf(results[at] as OpResult));
    return size;
  }

  /** Size of a ResponseOp. Remembers its own size and, inside it, the response's. */
  #sizeOf(result: OpResult): number {
    const slot = this.#sizes.length;
    this.#sizes.push(0, 0);
    const inner = this.#innerSizeOf(result);
    const size = result.kind === 'empty' ? 0 : delimited(inner);
    this.#sizes[slot] = size;
    this.#sizes[slot + 1] = inner;
    return size;
  }

  #innerSizeOf(result: OpResult): number {
    switch (result.kind) {
      case 'range':
        return (
          headerSize(result.revision) +
          delimitedAll(result.kvs) +
          (result.more ? 2 : 0) +
          (result.count === 0 ? 0 : 1 + int64Size(result.count))
        );
      case 'put':
        return (
          headerSize(result.revision) + (result.prevKv === undefined ? 0 : delimited(result.prevKv.length))
        );
      case 'delete':
        return (
          headerSize(result.revision) +
          (result.deleted === 0 ? 0 : 1 + int64Size(result.deleted)) +
          delimitedAll(result.prevKvs)
        );
      case 'txn':
        return headerSize(0) + (result.succeeded ? 2 : 0) + this.#sizeOfAll(result.responses);
      case 'empty':
        return 0;
    }
  }

  #writeAll(results: readonly OpResult[]): void {
    for (let at = 0; at < results.length; at++) {
      const size = this.#sizes[this.#next++] as number;
      const inner = this.#sizes[this.#next++] as number;
      this.#tagAndLength(TAG_RESPONSES, size);
      this.#write(results[at] as OpResult, inner);
    }
  }

  #write(result: OpResult, inner: number): void {
    switch (result.kind) {
      case 'range':
        this.#tagAndLength(TAG_RANGE, inner);
        this.#header(result.revision);
        this.#parts(TAG_KVS, result.kvs);
        if (result.more) this.#int64(TAG_MORE, 1);
        if (result.count !== 0) this.#int64(TAG_COUNT, result.count);
        return;
      case 'put':
        this.#tagAndLength(TAG_PUT, inner);
        this.#header(result.revision);
        if (result.prevKv !== undefined) this.#part(TAG_PREV_KV, result.prevKv);
        return;
      case 'delete':
        this.#tagAndLength(TAG_DELETE, inner);
        this.#header(result.revision);
        if (result.deleted !== 0) this.#int64(TAG_DELETED, result.deleted);
        this.#parts(TAG_PREV_KVS, result.prevKvs);
        return;
      case 'txn':
        this.#tagAndLength(TAG_TXN, inner);
        this.#header(0);
        if (result.succeeded) this.#int64(TAG_SUCCEEDED, 1);
        this.#writeAll(result.responses);
        return;
      case 'empty':
        return;
    }
  }

  #tagAndLength(tag: number, length: number): void {
    this.#bytes[this.#at++] = tag;
    this.#at = writeVarint(this.#bytes, this.#at, length);
  }

  #header(revision: number): void {
    this.#tagAndLength(TAG_HEADER, revision === 0 ? 0 : 1 + int64Size(revision));
    if (revision !== 0) this.#int64(TAG_HEADER_REVISION, revision);
  }

  #int64(tag: number, value: number): void {
    this.#bytes[this.#at++] = tag;
    this.#at = writeInt64(this.#bytes, this.#at, value);
  }

  #part(tag: number, part: Uint8Array): void {
    this.#tagAndLength(tag, part.length);
    this.#bytes.set(part, this.#at);
    this.#at += part.length;
  }

  #parts(tag: number, parts: readonly Uint8Array[]): void {
    for (let at = 0; at < parts.length; at++) this.#part(tag, parts[at] as Uint8Array);
  }
}
