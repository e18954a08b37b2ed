// Writes bbolt files as a stream whose length is known beforehand.
//
// The first page holds the root's number and the total, so both must be known before the first byte goes out: the source
// is read twice, once for the layout alone. It must give the same entries both times (a read transaction does).
import { assert } from '@quorate/base';
import type { EntryRun } from '../entry-run.ts';
import { BboltError } from './errors.ts';
import {
  BUCKET_ELEMENT_FLAG,
  BUCKET_HEADER_BYTES,
  encodeMetaPage,
  PageFlag,
  writePageHeader,
} from './format.ts';
import { MAX_BUCKET_NESTING, OUTPUT_CHUNK_BYTES, PAGE_BYTES } from './limits.ts';
import { type FinishedBucket, PageBuilder, type PageSink } from './page-builder.ts';
import { uint64Bytes } from './uint64.ts';

/** A bucket to write. */
export interface BboltBucketSource {
  /**
   * Its entries by ascending key, one by one or in runs; bytes need to be valid only until the next is asked for. Called
   * once for each pass; runs hold values in the second only.
   */
  entries(pass: LayoutPass): Iterable<BboltSourceEntry | EntryRun>;
  /** bbolt's counter for the bucket; 0 if not given. */
  readonly sequence?: number;
}

/** First the sizes are looked at, then the bytes. */
export type LayoutPass = 'sizes' | 'bytes';

/** A key with a value or with a bucket. */
export type BboltSourceEntry = readonly [key: Uint8Array, value: Uint8Array | BboltBucketSource];

/** A file about to be written. */
export interface BboltPlan {
  /** Exact length of what `chunks` gives. */
  readonly totalBytes: number;
  /** The file's bytes in order. Can be taken once or again, reading the source anew. */
  chunks(): Generator<Uint8Array, void, void>;
}

/** Two metas and the (empty) freelist come first. */
const FREELIST_PAGE = 2;
const FIRST_TREE_PAGE = 3;

class CountingSink implements PageSink {
  readonly wantsBytes = false;
  next = FIRST_TREE_PAGE;
  allocate(count: number): number {
    const first = this.next;
    this.next += count;
    return first;
  }
  pages(): never {
    throw new Error('pages are not made while they are counted');
  }
}

/** Makes the file in chunks. */
class ChunkSink implements PageSink {
  readonly wantsBytes = true;
  next = FIRST_TREE_PAGE;
  #full: Buffer[] = [];
  #chunk: Buffer = Buffer.alloc(OUTPUT_CHUNK_BYTES);
  #length = 0;

  allocate(count: number): number {
    const first = this.next;
    this.next += count;
    return first;
  }

  pages(count: number): Buffer {
    const bytes = count * PAGE_BYTES;
    if (this.#length + bytes > this.#chunk.length) {
      this.#full.push(this.#chunk.subarray(0, this.#length));
      this.#chunk = Buffer.alloc(Math.max(OUTPUT_CHUNK_BYTES, bytes));
      this.#length = 0;
    }
    const start = this.#length;
    this.#length += bytes;
    return this.#chunk.subarray(start, this.#length);
  }

  /** Chunks that are finished; they are the taker's. */
  take(): Buffer[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** What is left at the end. */
  rest(): Buffer {
    return this.#chunk.subarray(0, this.#length);
  }
}

/**
 * Lays out a file whose root bucket is `root`. Reads all of the source.
 * @throws BboltError INVALID_INPUT
 */
export function planBbolt(root: BboltBucketSource): BboltPlan {
  const counting = new CountingSink();
  const bucket = finishTree(layTree(root, counting, 0));
  const rootPage = rootPageOf(bucket);
  const highWater = counting.next;
  return {
    totalBytes: highWater * PAGE_BYTES,
    *chunks() {
      const sink = new ChunkSink();
      writeHeader(sink.pages(FIRST_TREE_PAGE), rootPage, highWater, root.sequence ?? 0);
      const steps = layTree(root, sink, 0);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) yield* sink.take();
      yield* sink.take();
      yield sink.rest();
      assert(
        sink.next === highWater && rootPageOf(step.value) === rootPage,
        'the source gave the same entries twice',
      );
    },
  };
}

function rootPageOf(bucket: FinishedBucket): number {
  assert(bucket.kind === 'page', 'the root bucket has a page');
  return bucket.rootPage;
}

/** Writes the first three pages. */
function writeHeader(into: Buffer, rootPage: number, highWater: number, sequence: number): void {
  const meta = { pageSize: PAGE_BYTES, rootPage, sequence, freelistPage: FREELIST_PAGE, highWater };
  into.set(encodeMetaPage(0, { ...meta, txid: 0 }), 0);
  into.set(encodeMetaPage(1, { ...meta, txid: 1 }), PAGE_BYTES);
  writePageHeader(into, FREELIST_PAGE * PAGE_BYTES, FREELIST_PAGE, PageFlag.freelist, 0, 0);
}

type TreeSteps = Generator<void, FinishedBucket, void>;

function finishTree(steps: TreeSteps): FinishedBucket {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Lays a bucket out, pausing now and then so that finished pages can be taken away. */
function* layTree(source: BboltBucketSource, sink: PageSink, nesting: number): TreeSteps {
  if (nesting > MAX_BUCKET_NESTING) throw new BboltError('INVALID_INPUT', 'buckets are nested too deeply');
  const builder = new PageBuilder(sink);
  const sequence = source.sequence ?? 0;
  for (const item of source.entries(sink.wantsBytes ? 'bytes' : 'sizes')) {
    if ('sizes' in item) {
      builder.addRun(item);
      yield;
      continue;
    }
    const [key, value] = item;
    if (value instanceof Uint8Array) builder.add(0, key, value);
    else {
      const name = Buffer.from(key); // the source may reuse its bytes for the entries of the bucket
      const bucket = yield* layTree(value, sink, nesting + 1);
      builder.add(BUCKET_ELEMENT_FLAG, name, bucketValue(bucket, value.sequence ?? 0));
    }
    yield;
  }
  return builder.finish(nesting > 0, sequence);
}

function bucketValue(bucket: FinishedBucket, sequence: number): Uint8Array {
  if (bucket.kind === 'inline') return bucket.value;
  const value = Buffer.alloc(BUCKET_HEADER_BYTES);
  uint64Bytes(value, 0, bucket.rootPage);
  uint64Bytes(value, 8, sequence);
  return value;
}
