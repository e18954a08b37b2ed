// KV: RangeStream (etcd 3.7): a range in chunks at one revision. Header, `more` and `count` come with the last chunk.
import { EtcdError, GrpcCode } from '@quorate/base';
import { RangeRequest, SortOrder, SortTarget, services } from '@quorate/proto';
import type { RangeScan } from '@quorate/storage';
import type { GrpcRouter, ServerStream } from '@quorate/wire';
import { checkRange } from '../../apply/request-shape.ts';
import type { ReadSink } from '../../member/seam.ts';
import type { LeaderBound } from './admission.ts';
import type { V3Context } from './context.ts';
import { rangeStreamFirstKeys, rangeStreamMaxKeys } from './limits.ts';
import { refusalOf } from './mvcc-errors.ts';
import { bytesTag, fieldPrefix } from './protobuf-bytes.ts';
import { hasFilter } from './range-plan.ts';
import { layOutKvs, rangeTail } from './range-response.ts';
import type { SlicedTask } from './sliced.ts';
import { undecodable } from './status.ts';

const responseTag = bytesTag(1);
const noBytes = new Uint8Array(0);

/** Registers KV.RangeStream. */
export function registerRangeStream(router: GrpcRouter, context: V3Context): void {
  router.stream(services.KV.RangeStream.path, (stream) => {
    const refusal = context.admission.refuseStream(stream, false) ?? context.admission.refuseData();
    if (refusal !== undefined) return stream.end(refusal.code, refusal.message);
    new RangeStream(context, stream);
  });
}

function checkRangeStream(request: RangeRequest): EtcdError | undefined {
  const failure = checkRange(request);
  if (failure !== undefined) return failure;
  if (request.sortTarget !== SortTarget.KEY || request.sortOrder === SortOrder.DESCEND) {
    return new EtcdError(GrpcCode.Unimplemented, 'etcdserver: RangeStream does not sort');
  }
  if (hasFilter(request)) {
    return new EtcdError(GrpcCode.Unimplemented, 'etcdserver: RangeStream does not filter by revision');
  }
  return undefined;
}

class RangeStream implements ReadSink, SlicedTask, LeaderBound {
  readonly #context: V3Context;
  readonly #stream: ServerStream;
  readonly #unbind: (() => void) | undefined;
  #request: RangeRequest | undefined;
  #scan: RangeScan | undefined;
  #chunkKeys = rangeStreamFirstKeys;
  #sentKeys = 0;
  /** The store's revision when the scan was opened: a client may watch from the next one without a gap. */
  #revision = 0;
  #blocked = false;
  #ended = false;

  constructor(context: V3Context, stream: ServerStream) {
    this.#context = context;
    this.#stream = stream;
    stream.onMessage = (bytes) => this.#receive(bytes);
    stream.onHalfClose = () => {
      if (this.#request === undefined) this.abort(new EtcdError(GrpcCode.Internal, 'EOF'));
    };
    stream.onCancel = () => this.#leave();
    stream.onDrain = () => this.#drained();
    this.#unbind = context.admission.bindToLeader(stream, this);
  }

  get cancelled(): boolean {
    return this.#ended;
  }

  ready(): void {
    this.#context.slices.run(this);
  }

  failed(error: EtcdError): void {
    this.abort(error);
  }

  abort(error: EtcdError): void {
    if (this.#ended) return;
    this.#leave();
    this.#stream.end(error.code, error.message);
  }

  step(): boolean {
    if (this.#ended || this.#blocked) return false;
    const request = this.#request as RangeRequest;
    if (request.countOnly) return this.#countOnly(request);
    let kvs: Uint8Array[];
    try {
      this.#scan ??= this.#open(request);
      kvs = this.#scan.done ? [] : this.#scan.next(this.#chunkKeys, this.#context.options.maxRequestBytes);
    } catch (thrown) {
      this.abort(refusalOf(thrown));
      return false;
    }
    this.#sentKeys += kvs.length;
    const body = layOutKvs(kvs);
    this.#adapt(kvs.length, body.length);
    if (!this.#scan.done) return this.#send(noBytes, body, noBytes);
    const { count } = this.#scan;
    this.#finish(body, request.limit > 0 && count > this.#sentKeys, count);
    return false;
  }

  #open(request: RangeRequest): RangeScan {
    const { key, rangeEnd, revision, limit, keysOnly } = request;
    this.#revision = this.#context.member.revision();
    return this.#context.member.kv.openScan(key, rangeEnd, revision, Math.max(limit, 0), keysOnly);
  }

  #countOnly(request: RangeRequest): boolean {
    try {
      this.#revision = this.#context.member.revision();
      const { count } = this.#context.member.range(request);
      this.#finish(noBytes, false, count);
    } catch (thrown) {
      this.abort(refusalOf(thrown));
    }
    return false;
  }

  #finish(body: Uint8Array, more: boolean, count: number): void {
    this.#send(this.#context.headers.field(this.#revision), body, rangeTail(more, count));
    this.#leave();
    this.#stream.end();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#request !== undefined || this.#ended) return;
    let request: RangeRequest;
    try {
      request = RangeRequest.decode(bytes);
    } catch (thrown) {
      this.abort(undecodable(thrown, 'stream'));
      return;
    }
    this.#request = request;
    const failure = checkRangeStream(request);
    if (failure !== undefined) this.abort(failure);
    else if (request.serializable) this.ready();
    else this.#context.member.readBarrier(this);
  }

  /** Chunks double while they stay below half the size goal and halve once they exceed it. */
  #adapt(keys: number, bytes: number): void {
    const goal = this.#context.options.maxRequestBytes;
    if (bytes >= goal) this.#chunkKeys = Math.max(1, keys >> 1);
    else if (bytes * 2 <= goal) this.#chunkKeys = Math.min(this.#chunkKeys * 2, rangeStreamMaxKeys);
  }

  #send(header: Uint8Array, body: Uint8Array, tail: Uint8Array): boolean {
    const length = header.length + body.length + tail.length;
    this.#blocked = !this.#stream.send([fieldPrefix(responseTag, length), header, body, tail]);
    return !this.#blocked;
  }

  #drained(): void {
    if (!this.#blocked || this.#ended) return;
    this.#blocked = false;
    this.ready();
  }

  #leave(): void {
    this.#ended = true;
    this.#scan?.close();
    this.#unbind?.();
  }
}
