/** The key-value service. */
import {
  CompactionRequest,
  type CompactionResponse,
  DeleteRangeRequest,
  type DeleteRangeResponse,
  type KeyValue,
  PutRequest,
  type PutResponse,
  RangeRequest,
  type RangeResponse,
  RangeStreamResponse,
  services,
  TxnRequest,
  type TxnResponse,
} from '@quorate/proto';
import type { Caller, CallSettings } from './caller.ts';
import { type Bytes, prefixRange, toBytes } from './range.ts';
import { readStream } from './stream-reader.ts';

const { KV } = services;

export class Kv {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** The key and what it holds, or undefined. */
  async get(key: Bytes, settings?: CallSettings): Promise<KeyValue | undefined> {
    return (await this.range({ key: toBytes(key) }, settings)).kvs[0];
  }

  /** Every key that begins with the prefix, in key order. */
  async getPrefix(prefix: Bytes, settings?: CallSettings): Promise<KeyValue[]> {
    return (await this.range(prefixRange(prefix), settings)).kvs;
  }

  /** Stores a value; a lease makes it vanish with the lease. */
  put(
    key: Bytes,
    value: Bytes,
    options?: Partial<PutRequest>,
    settings?: CallSettings,
  ): Promise<PutResponse> {
    const request = PutRequest.create({ ...options, key: toBytes(key), value: toBytes(value) });
    return this.#caller.unary(KV.Put, request, settings);
  }

  /** Deletes one key; the response tells how many there were. */
  delete(key: Bytes, settings?: CallSettings): Promise<DeleteRangeResponse> {
    return this.deleteRange({ key: toBytes(key) }, settings);
  }

  /** Deletes every key that begins with the prefix. */
  deletePrefix(prefix: Bytes, settings?: CallSettings): Promise<DeleteRangeResponse> {
    return this.deleteRange(prefixRange(prefix), settings);
  }

  range(request: Partial<RangeRequest>, settings?: CallSettings): Promise<RangeResponse> {
    return this.#caller.unary(KV.Range, RangeRequest.create(request), { ...settings, repeatable: true });
  }

  /** A range whose answer comes in pieces (servers from 3.7 on). */
  async *rangeStream(request: Partial<RangeRequest>, settings?: CallSettings): AsyncGenerator<RangeResponse> {
    const stream = await this.#caller.stream(KV.RangeStream.path, settings);
    const bytes = KV.RangeStream.request.encode(RangeRequest.create(request));
    for await (const message of readStream(stream, bytes)) {
      const part = RangeStreamResponse.decode(message).rangeResponse;
      if (part !== undefined) yield part;
    }
  }

  deleteRange(request: Partial<DeleteRangeRequest>, settings?: CallSettings): Promise<DeleteRangeResponse> {
    return this.#caller.unary(KV.DeleteRange, DeleteRangeRequest.create(request), settings);
  }

  /** A transaction; one that only reads is repeated after UNAVAILABLE. */
  txn(request: Partial<TxnRequest>, settings?: CallSettings): Promise<TxnResponse> {
    const full = TxnRequest.create(request);
    const repeatable = onlyReads(full);
    return this.#caller.unary(KV.Txn, full, { ...settings, repeatable });
  }

  compact(request: Partial<CompactionRequest>, settings?: CallSettings): Promise<CompactionResponse> {
    return this.#caller.unary(KV.Compact, CompactionRequest.create(request), settings);
  }
}

function onlyReads(txn: TxnRequest): boolean {
  return [...txn.success, ...txn.failure].every(
    (op) => op.requestRange !== undefined || (op.requestTxn !== undefined && onlyReads(op.requestTxn)),
  );
}
