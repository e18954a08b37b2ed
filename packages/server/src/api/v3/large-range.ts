// Large ranges: read at one pinned revision in portions, filtered and sorted in portions, and put together as a few
// big parts, while the loop goes on turning.
import { compareBytes, type EtcdError, latin1Key } from '@quorate/base';
import { KeyValue, type RangeRequest, SortOrder, SortTarget } from '@quorate/proto';
import { KeyValueReader, type RangeScan } from '@quorate/storage';
import type { UnaryCall } from '@quorate/wire';
import type { V3Context } from './context.ts';
import { maxRangeRestarts, rangeStepBytes, rangeStepKeys, sortPrefixBytes } from './limits.ts';
import { refusalOf } from './mvcc-errors.ts';
import { isInKeyOrder } from './range-plan.ts';
import { layOutKvs, rangeTail } from './range-response.ts';
import type { SlicedTask } from './sliced.ts';
import { SlicedSort } from './sliced-sort.ts';
import { failWith } from './status.ts';

/** A key-value waiting to be sorted, with what it is sorted by taken out once. */
interface Row {
  readonly kv: Uint8Array;
  /** When sorting by a number. */
  readonly number: number;
  /** When sorting by bytes: the beginning, as a string because those compare fastest, and the whole. */
  readonly prefix: string;
  readonly bytes: Uint8Array;
}

const reader = new KeyValueReader();
const noBytes = new Uint8Array(0);

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
  /** Key-values laid out as response bytes. */
  #parts: Uint8Array[] = [];
  #laidOut = 0;
  #rows: Row[] = [];
  #sort: SlicedSort<Row> | undefined;

  constructor(context: V3Context, call: UnaryCall, request: RangeRequest) {
    this.#context = context;
    this.#call = call;
    this.#request = request;
    this.#inKeyOrder = isInKeyOrder(request);
  }

  step(): boolean {
    if (this.#call.cancelled) {
      this.#scan?.close();
      return false;
    }
    switch (this.#phase) {
      case 'read':
        return this.#read();
      case 'sort':
        if (!(this.#sort as SlicedSort<Row>).step()) this.#phase = 'layOut';
        return true;
      case 'layOut':
        return this.#layOut();
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
    if (this.#inKeyOrder) {
      if (kvs.length > 0) this.#parts.push(layOutKvs(kvs));
      this.#laidOut += kvs.length;
    } else {
      for (const kv of kvs) this.#keep(kv);
    }
    if (!this.#scan.done) return true;
    this.#count = this.#scan.count;
    this.#scan.close();
    if (this.#inKeyOrder) return this.#reply(this.#count);
    const compare = comparatorOf(this.#request);
    if (compare === undefined) {
      this.#phase = 'layOut';
    } else {
      this.#sort = new SlicedSort(this.#rows, compare);
      this.#phase = 'sort';
    }
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
    this.#scan?.close();
    if (this.#scan === undefined || this.#request.revision !== 0 || this.#restarts >= maxRangeRestarts) {
      failWith(this.#call, error);
      return false;
    }
    this.#restarts++;
    this.#scan = undefined;
    this.#parts = [];
    this.#laidOut = 0;
    this.#rows = [];
    return true;
  }

  #keep(kv: Uint8Array): void {
    const { maxModRevision, minModRevision, maxCreateRevision, minCreateRevision, sortTarget } =
      this.#request;
    reader.parse(kv);
    const { modRevision, createRevision } = reader;
    if (maxModRevision !== 0 && modRevision > maxModRevision) return;
    if (minModRevision !== 0 && modRevision < minModRevision) return;
    if (maxCreateRevision !== 0 && createRevision > maxCreateRevision) return;
    if (minCreateRevision !== 0 && createRevision < minCreateRevision) return;
    this.#rows.push(toRow(kv, sortTarget));
  }

  #layOut(): boolean {
    const rows = this.#sort?.sorted ?? this.#rows;
    const { limit, keysOnly, sortTarget } = this.#request;
    const end = limit > 0 ? Math.min(limit, rows.length) : rows.length;
    if (this.#laidOut >= end) return this.#reply(rows.length);
    const stepEnd = Math.min(this.#laidOut + rangeStepKeys, end);
    const kvs: Uint8Array[] = [];
    for (let i = this.#laidOut; i < stepEnd; i++) {
      const { kv } = rows[i] as Row;
      kvs.push(keysOnly && sortTarget === SortTarget.VALUE ? withoutValue(kv) : kv);
    }
    this.#parts.push(layOutKvs(kvs));
    this.#laidOut = stepEnd;
    return true;
  }

  /** `available` key-values would have been there without the limit. */
  #reply(available: number): boolean {
    const header = this.#context.headers.field(this.#revision);
    const more = this.#request.limit > 0 && available > this.#laidOut;
    this.#call.reply([header, ...this.#parts, rangeTail(more, this.#count)]);
    return false;
  }
}

/** Makes the row of the key-value that the reader has just parsed. */
function toRow(kv: Uint8Array, target: number): Row {
  switch (target) {
    case SortTarget.VERSION:
      return { kv, number: reader.version, prefix: '', bytes: noBytes };
    case SortTarget.CREATE:
      return { kv, number: reader.createRevision, prefix: '', bytes: noBytes };
    case SortTarget.MOD:
      return { kv, number: reader.modRevision, prefix: '', bytes: noBytes };
    default: {
      const bytes =
        target === SortTarget.VALUE
          ? kv.subarray(reader.valueStart, reader.valueEnd)
          : kv.subarray(reader.keyStart, reader.keyEnd);
      return { kv, number: 0, prefix: latin1Key(bytes.subarray(0, sortPrefixBytes)), bytes };
    }
  }
}

function compareByBytes(a: Row, b: Row): number {
  if (a.prefix !== b.prefix) return a.prefix < b.prefix ? -1 : 1;
  return compareBytes(a.bytes, b.bytes);
}

/** The order asked for; undefined when the order of reading is it. No order with a target other than the key is ascending. */
function comparatorOf(request: RangeRequest): ((a: Row, b: Row) => number) | undefined {
  const { sortOrder, sortTarget } = request;
  if (sortTarget === SortTarget.KEY && sortOrder !== SortOrder.DESCEND) return undefined;
  const sign = sortOrder === SortOrder.DESCEND ? -1 : 1;
  return sortTarget === SortTarget.KEY || sortTarget === SortTarget.VALUE
    ? (a, b) => sign * compareByBytes(a, b)
    : (a, b) => sign * (a.number - b.number);
}

function withoutValue(kv: Uint8Array): Uint8Array {
  const fields = KeyValue.decode(kv);
  fields.value = noBytes;
  return KeyValue.encode(fields);
}
