// Large ranges: read at one pinned revision in portions, filtered and sorted in portions, and put together as a few
// big parts, while the loop goes on turning.
import type { EtcdError } from '@quorate/base';
import { type RangeRequest, SortTarget } from '@quorate/proto';
import type { RangeScan } from '@quorate/storage';
import type { UnaryCall } from '@quorate/wire';
import type { V3Context } from './context.ts';
import { maxRangeRestarts, rangeStepBytes, rangeStepKeys } from './limits.ts';
import { refusalOf } from './mvcc-errors.ts';
import { RangeBody } from './range-body.ts';
import { isInKeyOrder } from './range-plan.ts';
import { rangeTail } from './range-response.ts';
import { RangeRows } from './range-rows.ts';
import type { SlicedTask } from './sliced.ts';
import type { SlicedSort } from './sliced-sort.ts';
import { failWith } from './status.ts';

type Phase = 'read' | 'sort' | 'layOut';

/** Answers `call`; called once the read point has been reached. */
export function answerLargeRange(context: V3Context, call: UnaryCall, request: RangeRequest): void {
  context.slices.run(new LargeRange(context, call, request));
}

class LargeRange implements SlicedTask {
  readonly #context: V3Context;
  readonly #call: UnaryCall;
  readonly #request: RangeRequest;
  readonly #inKeyOrder: boolean;
  #phase: Phase = 'read';
  #scan: RangeScan | undefined;
  #restarts = 0;
  #count = 0;
  /** The store's revision when the scan was opened: a client may watch from the next one without a gap. */
  #revision = 0;
  /** The answer so far. */
  readonly #body: RangeBody;
  #laidOut = 0;
  /** What was read, unless it goes into the answer as it comes. */
  #rows: RangeRows | undefined;
  #sort: SlicedSort | undefined;

  constructor(context: V3Context, call: UnaryCall, request: RangeRequest) {
    this.#context = context;
    this.#call = call;
    this.#request = request;
    this.#inKeyOrder = isInKeyOrder(request);
    this.#body = new RangeBody(context.chunks);
  }

  step(): boolean {
    if (this.#call.cancelled) {
      this.#release();
      return false;
    }
    switch (this.#phase) {
      case 'read':
        return this.#read();
      case 'sort':
        if (!(this.#sort as SlicedSort).step()) this.#phase = 'layOut';
        return true;
      case 'layOut':
        return this.#layOut(this.#rows as RangeRows);
    }
  }

  #read(): boolean {
    let kvs: Uint8Array[];
    try {
      this.#scan ??= this.#open();
      kvs = this.#scan.done ? [] : this.#scan.next(rangeStepKeys, rangeStepBytes);
    } catch (thrown) {
      return this.#readFailed(refusalOf(thrown));
    }
    const { count, done } = this.#scan;
    if (this.#inKeyOrder) {
      for (const kv of kvs) this.#body.append(kv);
      this.#laidOut += kvs.length;
    } else {
      this.#rows ??= new RangeRows(this.#request, count, this.#context.chunks);
      for (const kv of kvs) this.#rows.add(kv);
    }
    if (!done) return true;
    this.#count = count;
    this.#scan.close();
    if (this.#rows === undefined) return this.#reply(count);
    this.#sort = this.#rows.sort();
    this.#phase = this.#sort === undefined ? 'layOut' : 'sort';
    return true;
  }

  #open(): RangeScan {
    const { key, rangeEnd, revision, limit, keysOnly, sortTarget } = this.#request;
    // Sorting by value needs the values, which are then taken away while the response is laid out.
    const withoutValues = keysOnly && sortTarget !== SortTarget.VALUE;
    const readLimit = this.#inKeyOrder && limit > 0 ? limit : 0;
    this.#revision = this.#context.member.revision();
    return this.#context.member.kv.openScan(key, rangeEnd, revision, readLimit, withoutValues);
  }

  /** A read of the present that a compaction overtook begins anew; it may as well read a newer present. */
  #readFailed(error: EtcdError): boolean {
    const isOver =
      this.#scan === undefined || this.#request.revision !== 0 || this.#restarts >= maxRangeRestarts;
    this.#release();
    if (isOver) {
      failWith(this.#call, error);
      return false;
    }
    this.#restarts++;
    this.#scan = undefined;
    this.#laidOut = 0;
    this.#rows = undefined;
    return true;
  }

  #layOut(rows: RangeRows): boolean {
    const order = this.#sort?.sorted;
    const { limit } = this.#request;
    const end = limit > 0 ? Math.min(limit, rows.count) : rows.count;
    const stepEnd = Math.min(this.#laidOut + rangeStepKeys, end);
    for (let at = this.#laidOut; at < stepEnd; at++) {
      rows.copyTo(this.#body, order === undefined ? at : (order[at] as number));
    }
    this.#laidOut = stepEnd;
    if (stepEnd < end) return true;
    rows.release();
    return this.#reply(rows.count);
  }

  /** `available` key-values would have been there without the limit. */
  #reply(available: number): boolean {
    const header = this.#context.headers.field(this.#revision);
    const more = this.#request.limit > 0 && available > this.#laidOut;
    const body = this.#body;
    this.#call.reply([header, ...body.parts(), rangeTail(more, this.#count)], () => body.release());
    return false;
  }

  #release(): void {
    this.#scan?.close();
    this.#rows?.release();
    this.#body.release();
  }
}
