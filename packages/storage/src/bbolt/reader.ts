// Random access to bbolt files, and a check of the whole. Nothing in the file is trusted.
import { BboltError } from './errors.ts';
import {
  BUCKET_HEADER_BYTES,
  decodeMeta,
  LONG_FREELIST_COUNT,
  META_BYTES,
  type Meta,
  NO_FREELIST,
  PAGE_HEADER_BYTES,
  PageFlag,
} from './format.ts';
import { MAX_BUCKET_NESTING, MAX_DEPTH, MAX_PAGE_BYTES, MIN_PAGE_BYTES } from './limits.ts';
import {
  type ByteSource,
  checkPage,
  type KeyBounds,
  NO_BOUNDS,
  type Page,
  PageReader,
} from './page-reader.ts';
import { readUint64Number } from './uint64.ts';

/** What a key leads to. */
export type BboltItem = readonly [key: Buffer, value: Buffer | BboltBucket];

/** Told of every page a walk through a tree meets, for `check`. */
type PageVisitor = (page: Page) => void;

/** A bucket of an open file. Keys and values are views that stay valid. @throws BboltError CORRUPT from every method */
export class BboltBucket {
  readonly sequence: number;
  readonly #pages: PageReader;
  /** Page number of the root, or the root itself if it is inline. */
  readonly #root: number | Page;
  readonly #nesting: number;

  constructor(pages: PageReader, root: number | Page, sequence: number, nesting: number) {
    this.#pages = pages;
    this.#root = root;
    this.sequence = sequence;
    this.#nesting = nesting;
  }

  /** The value of a key; undefined if it is not there or is a bucket. */
  get(key: Uint8Array): Buffer | undefined {
    const found = this.#find(key);
    return found instanceof BboltBucket ? undefined : found;
  }

  /** A bucket in this one. */
  bucket(name: Uint8Array): BboltBucket | undefined {
    const found = this.#find(name);
    return found instanceof BboltBucket ? found : undefined;
  }

  /** Keys from `from` on (by default all) in order, with values and buckets. */
  *entries(from?: Uint8Array): Generator<BboltItem, void, void> {
    yield* this.#walk(this.#rootPage(), NO_BOUNDS, from, 0, undefined);
  }

  /** `entries`, telling of every page of this bucket's tree. */
  *visit(visitor: PageVisitor): Generator<BboltItem, void, void> {
    yield* this.#walk(this.#rootPage(), NO_BOUNDS, undefined, 0, visitor);
  }

  #rootPage(): Page {
    return typeof this.#root === 'number' ? this.#pages.load(this.#root, NO_BOUNDS) : this.#root;
  }

  #find(key: Uint8Array): Buffer | BboltBucket | undefined {
    let page = this.#rootPage();
    let bounds = NO_BOUNDS;
    for (let depth = 0; !page.isLeaf; depth++) {
      if (depth > MAX_DEPTH) throw tooDeep(page);
      const at = page.upperBound(key) - 1;
      if (at < 0) return undefined;
      bounds = childBounds(page, at, bounds);
      page = this.#pages.load(page.child(at), bounds);
    }
    const at = page.upperBound(key) - 1;
    if (at < 0 || page.key(at).compare(key) !== 0) return undefined;
    return this.#item(page, at);
  }

  *#walk(
    page: Page,
    bounds: KeyBounds,
    from: Uint8Array | undefined,
    depth: number,
    visitor: PageVisitor | undefined,
  ): Generator<BboltItem, void, void> {
    if (depth > MAX_DEPTH) throw tooDeep(page);
    visitor?.(page);
    let at = 0;
    if (from !== undefined) {
      at = Math.max(0, page.upperBound(from) - 1);
      if (page.isLeaf && at < page.count && page.key(at).compare(from) < 0) at++;
    }
    for (let first = true; at < page.count; at++, first = false) {
      if (page.isLeaf) yield [page.key(at), this.#item(page, at)];
      else {
        const within = childBounds(page, at, bounds);
        const child = this.#pages.load(page.child(at), within);
        yield* this.#walk(child, within, first ? from : undefined, depth + 1, visitor);
      }
    }
  }

  #item(page: Page, at: number): Buffer | BboltBucket {
    const value = page.value(at);
    if (!page.isBucket(at)) return value;
    if (this.#nesting >= MAX_BUCKET_NESTING)
      throw new BboltError('CORRUPT', 'buckets are nested too deeply', page.id);
    const rootPage = readUint64Number(value, 0);
    const sequence = readUint64Number(value, 8);
    if (rootPage !== 0) return new BboltBucket(this.#pages, rootPage, sequence, this.#nesting + 1);
    if (value.length < BUCKET_HEADER_BYTES + PAGE_HEADER_BYTES) {
      throw new BboltError('CORRUPT', `element ${at} is an inline bucket without a page`, page.id);
    }
    const inline = checkPage(value, BUCKET_HEADER_BYTES, value.length, page.id, NO_BOUNDS);
    if (!inline.isLeaf || inline.overflow !== 0) {
      throw new BboltError('CORRUPT', `element ${at} is an inline bucket of more than a leaf`, page.id);
    }
    return new BboltBucket(this.#pages, inline, sequence, this.#nesting + 1);
  }
}

function tooDeep(page: Page): BboltError {
  return new BboltError('CORRUPT', 'the tree does not end: pages refer to each other', page.id);
}

/** What the child at a place may hold, by its parent's keys and its parent's own bounds. */
function childBounds(page: Page, at: number, bounds: KeyBounds): KeyBounds {
  return { low: page.key(at), high: at + 1 < page.count ? page.key(at + 1) : bounds.high };
}

/** An open bbolt file. */
export class BboltFile {
  readonly meta: Meta;
  /** The bucket of buckets. */
  readonly root: BboltBucket;
  readonly #pages: PageReader;

  private constructor(meta: Meta, pages: PageReader) {
    this.meta = meta;
    this.#pages = pages;
    this.root = new BboltBucket(pages, meta.rootPage, meta.sequence, 0);
  }

  /** Reads the metas and takes the newer valid one. @throws BboltError NOT_BBOLT */
  static open(source: ByteSource): BboltFile {
    const meta = readMeta(source);
    return new BboltFile(meta, new PageReader(source, meta));
  }

  /** A top-level bucket. */
  bucket(name: Uint8Array | string): BboltBucket | undefined {
    return this.root.bucket(typeof name === 'string' ? Buffer.from(name) : name);
  }

  /**
   * Reads everything and checks that every page is either in one tree, once, or free. Steps through the file, so that
   * the caller can pause; the value yielded counts entries. @throws BboltError CORRUPT
   */
  *check(): Generator<number, void, void> {
    const used = new Uint8Array(Math.ceil(this.meta.highWater / 8));
    const claim = (id: number, what: string): void => {
      const bit = 1 << (id & 7);
      if (id >= this.meta.highWater)
        throw new BboltError('CORRUPT', `${what} is not a page of this file`, id);
      if (((used[id >> 3] as number) & bit) !== 0)
        throw new BboltError('CORRUPT', `${what} is in use twice`, id);
      used[id >> 3] = (used[id >> 3] as number) | bit;
    };
    claim(0, 'a meta page');
    claim(1, 'a meta page');
    let entries = 0;
    const stack = [this.root];
    for (let bucket = stack.pop(); bucket !== undefined; bucket = stack.pop()) {
      const items = bucket.visit((page) => {
        // Inline pages carry the number of the page they are in, which is claimed by itself.
        if (page.isInline) return;
        for (let more = 0; more <= page.overflow; more++) claim(page.id + more, 'the page');
      });
      for (const [, value] of items) {
        if (value instanceof BboltBucket) stack.push(value);
        yield ++entries;
      }
    }
    if (this.meta.freelistPage >= NO_FREELIST) return; // what no tree has is free then
    const list = this.#freelist();
    for (let more = 0; more < list.pages; more++) claim(this.meta.freelistPage + more, 'the freelist');
    for (const id of list.ids) claim(id, 'a free page');
    for (let id = 0; id < this.meta.highWater; id++) {
      if (((used[id >> 3] as number) & (1 << (id & 7))) === 0) {
        throw new BboltError('CORRUPT', 'it is in no tree and not free', id);
      }
    }
  }

  #freelist(): { ids: number[]; pages: number } {
    const id = this.meta.freelistPage;
    const bytes = this.#pages.raw(id);
    if (bytes.readUInt16LE(8) !== PageFlag.freelist)
      throw new BboltError('CORRUPT', 'not a freelist page', id);
    const short = bytes.readUInt16LE(10);
    const isLong = short === LONG_FREELIST_COUNT;
    const start = PAGE_HEADER_BYTES + (isLong ? 8 : 0);
    const count = isLong ? readUint64Number(bytes, PAGE_HEADER_BYTES) : short;
    if (start + count * 8 > bytes.length)
      throw new BboltError('CORRUPT', 'the freelist does not fit its page', id);
    const ids: number[] = [];
    for (let at = 0; at < count; at++) ids.push(readUint64Number(bytes, start + at * 8));
    return { ids, pages: bytes.length / this.meta.pageSize };
  }
}

function readMeta(source: ByteSource): Meta {
  const size = source.size();
  const metaAt = (position: number): Meta | string => {
    const body = Buffer.alloc(META_BYTES);
    const count = source.read(body, 0, META_BYTES, position + PAGE_HEADER_BYTES);
    if (count < META_BYTES) return 'the file is too short';
    const meta = decodeMeta(body);
    if (typeof meta === 'string') return meta;
    const { pageSize, highWater } = meta;
    const isPageSize =
      pageSize >= MIN_PAGE_BYTES && pageSize <= MAX_PAGE_BYTES && (pageSize & (pageSize - 1)) === 0;
    if (!isPageSize) return `its page size is ${pageSize}`;
    if (highWater < 3 || highWater * pageSize > size) {
      return `it speaks of ${highWater} pages of ${pageSize} bytes, but the file has ${size} bytes`;
    }
    return meta;
  };
  const first = metaAt(0);
  const found: Meta[] = typeof first === 'string' ? [] : [first];
  // The second one is a page further on; without the first, every page size is tried.
  const sizes = typeof first === 'string' ? [] : [first.pageSize];
  if (sizes.length === 0) for (let one = MIN_PAGE_BYTES; one <= MAX_PAGE_BYTES; one *= 2) sizes.push(one);
  for (const pageSize of sizes) {
    const second = metaAt(pageSize);
    if (typeof second !== 'string' && second.pageSize === pageSize) found.push(second);
  }
  const newest = found.sort((a, b) => b.txid - a.txid)[0];
  if (newest === undefined) throw new BboltError('NOT_BBOLT', `no valid meta page: ${String(first)}`);
  return newest;
}
