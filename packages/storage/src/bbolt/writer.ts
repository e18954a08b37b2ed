// Writes bbolt files as a stream whose length is known beforehand.
//
// The first page holds the root's number and the total, so both must be known before the first byte goes out: the source
// is read twice, once for the layout alone. It must give the same entries both times (a read transaction does).
import { assert } from '@quorate/base';
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
  /** Its entries by ascending key; bytes need to be valid only until the next entry is asked for. Called twice. */
  entries(): Iterable<BboltSourceEntry>;
  /** bbolt's counter for the bucket; 0 if not given. */
  readonly sequence?: number;
}

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
  emit(): void {}
}

class BufferingSink implements PageSink {
  readonly wantsBytes = true;
  next = FIRST_TREE_PAGE;
  #pages: Buffer[] = [];
  #bytes = 0;
  allocate(count: number): number {
    const first = this.next;
    this.next += count;
    return first;
  }
  emit(pages: Buffer): void {
    this.#pages.push(pages);
    this.#bytes += pages.length;
  }
  isFull(): boolean {
    return this.#bytes >= OUTPUT_CHUNK_BYTES;
  }
  take(): Buffer {
    const taken = Buffer.concat(this.#pages, this.#bytes);
    this.#pages = [];
    this.#bytes = 0;
    return taken;
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
      yield header(rootPage, highWater, root.sequence ?? 0);
      const sink = new BufferingSink();
      const steps = layTree(root, sink, 0);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) if (sink.isFull()) yield sink.take();
      yield sink.take();
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

/** The first three pages. */
function header(rootPage: number, highWater: number, sequence: number): Buffer {
  const meta = { pageSize: PAGE_BYTES, rootPage, sequence, freelistPage: FREELIST_PAGE, highWater };
  const freelist = Buffer.alloc(PAGE_BYTES);
  writePageHeader(freelist, 0, FREELIST_PAGE, PageFlag.freelist, 0, 0);
  return Buffer.concat([
    encodeMetaPage(0, { ...meta, txid: 0 }),
    encodeMetaPage(1, { ...meta, txid: 1 }),
    freelist,
  ]);
}

type TreeSteps = Generator<void, FinishedBucket, void>;

function finishTree(steps: TreeSteps): FinishedBucket {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Lays a bucket out, pausing after every entry so that finished pages can be taken away. */
function* layTree(source: BboltBucketSource, sink: PageSink, nesting: number): TreeSteps {
  if (nesting > MAX_BUCKET_NESTING) throw new BboltError('INVALID_INPUT', 'buckets are nested too deeply');
  const builder = new PageBuilder(sink);
  const sequence = source.sequence ?? 0;
  for (const [key, value] of source.entries()) {
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
