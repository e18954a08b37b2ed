// What a large range has read when it is to be sorted: the key-values as they will be answered, and beside them columns
// of numbers. No object is made for a row: a hundred thousand of them would be copied about by the garbage collector.
import { KeyValue, type RangeRequest, SortOrder, SortTarget } from '@quorate/proto';
import { KeyValueReader } from '@quorate/storage';
import type { ChunkPool } from './chunk-pool.ts';
import { RangeBody } from './range-body.ts';
import { SlicedSort } from './sliced-sort.ts';

const reader = new KeyValueReader();
const other = new KeyValueReader();
const noBytes = new Uint8Array(0);
/** A double holds so many bytes exactly. */
const WEIGHT_BYTES = 6;

export class RangeRows {
  count = 0;
  readonly #request: RangeRequest;
  readonly #body: RangeBody;
  /** Where each row's field lies in the body. */
  readonly #chunks: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #kvStarts: Uint32Array;
  readonly #ends: Uint32Array;
  /** What each row is sorted by, or the beginning of it. */
  readonly #weights: Float64Array;

  /** @param capacity no more rows than this are added */
  constructor(request: RangeRequest, capacity: number, pool: ChunkPool) {
    this.#request = request;
    this.#body = new RangeBody(pool);
    this.#chunks = new Uint32Array(capacity);
    this.#starts = new Uint32Array(capacity);
    this.#kvStarts = new Uint32Array(capacity);
    this.#ends = new Uint32Array(capacity);
    this.#weights = new Float64Array(capacity);
  }

  /** Adds a key-value if the request's filters let it pass; in the order of keys. */
  add(kv: Uint8Array): void {
    const { maxModRevision, minModRevision, maxCreateRevision, minCreateRevision } = this.#request;
    reader.parse(kv);
    const { modRevision, createRevision } = reader;
    if (maxModRevision !== 0 && modRevision > maxModRevision) return;
    if (minModRevision !== 0 && modRevision < minModRevision) return;
    if (maxCreateRevision !== 0 && createRevision > maxCreateRevision) return;
    if (minCreateRevision !== 0 && createRevision < minCreateRevision) return;
    const body = this.#body;
    const row = this.count++;
    body.append(kv);
    this.#chunks[row] = body.chunkNumber;
    this.#starts[row] = body.fieldStart;
    this.#kvStarts[row] = body.kvStart;
    this.#ends[row] = body.fieldEnd;
    this.#weights[row] = weightOf(kv, this.#request.sortTarget);
  }

  /** The work of sorting as asked for; undefined when the rows lie in that order. Without an order the target's is ascending. */
  sort(): SlicedSort | undefined {
    const { sortOrder, sortTarget } = this.#request;
    const weights = this.#weights;
    const sign = sortOrder === SortOrder.DESCEND ? -1 : 1;
    switch (sortTarget) {
      case SortTarget.KEY:
        if (sign > 0) return undefined;
        return new SlicedSort(this.count, (a, b) => b - a);
      case SortTarget.VALUE:
        return new SlicedSort(
          this.count,
          (a, b) =>
            sign * ((weights[a] as number) - (weights[b] as number) || this.#compareValues(a, b)) || a - b,
        );
      default:
        return new SlicedSort(
          this.count,
          (a, b) => sign * ((weights[a] as number) - (weights[b] as number)) || a - b,
        );
    }
  }

  /** Adds a row to the body of the answer. */
  copyTo(answer: RangeBody, row: number): void {
    const chunk = this.#body.chunk(this.#chunks[row] as number);
    const { keysOnly, sortTarget } = this.#request;
    if (keysOnly && sortTarget === SortTarget.VALUE) {
      const kv = KeyValue.decode(chunk.subarray(this.#kvStarts[row], this.#ends[row]));
      kv.value = noBytes;
      answer.append(KeyValue.encode(kv));
    } else {
      answer.appendField(chunk, this.#starts[row] as number, this.#ends[row] as number);
    }
  }

  /** Gives the memory back. */
  release(): void {
    this.#body.release();
  }

  #compareValues(a: number, b: number): number {
    const left = this.#body.chunk(this.#chunks[a] as number);
    const right = this.#body.chunk(this.#chunks[b] as number);
    reader.parse(left, this.#kvStarts[a], this.#ends[a]);
    other.parse(right, this.#kvStarts[b], this.#ends[b]);
    return left.compare(right, other.valueStart, other.valueEnd, reader.valueStart, reader.valueEnd);
  }
}

/** Of the key-value that `reader` has just parsed. */
function weightOf(kv: Uint8Array, target: number): number {
  switch (target) {
    case SortTarget.VERSION:
      return reader.version;
    case SortTarget.CREATE:
      return reader.createRevision;
    case SortTarget.MOD:
      return reader.modRevision;
    case SortTarget.VALUE: {
      let weight = 0;
      for (let at = reader.valueStart; at < reader.valueStart + WEIGHT_BYTES; at++) {
        weight = weight * 256 + (at < reader.valueEnd ? (kv[at] as number) : 0);
      }
      return weight;
    }
    default:
      return 0;
  }
}
