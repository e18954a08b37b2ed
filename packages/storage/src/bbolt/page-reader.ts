// Reads pages of a bbolt file and checks each of them whole before anything in it is believed.
import { compareBytes } from '@quorate/base';
import { BboltError } from './errors.ts';
import {
  BRANCH_ELEMENT_BYTES,
  BUCKET_ELEMENT_FLAG,
  BUCKET_HEADER_BYTES,
  LEAF_ELEMENT_BYTES,
  type Meta,
  PAGE_HEADER_BYTES,
  PageFlag,
} from './format.ts';
import { MAX_KEY_BYTES, MAX_PAGE_RUN_BYTES, PAGE_CACHE_PAGES } from './limits.ts';
import { readUint64Number } from './uint64.ts';

/** Where a file's bytes come from: a DiskFile, or bytes in memory. */
export interface ByteSource {
  /** Reads up to `length` bytes at `position` into `into` from `start` on; fewer only at the end. */
  read(into: Uint8Array, start: number, length: number, position: number): number;
  size(): number;
}

/** A file in memory. */
export function byteSource(bytes: Uint8Array): ByteSource {
  return {
    size: () => bytes.length,
    read(into, start, length, position) {
      const part = bytes.subarray(position, Math.min(position + length, bytes.length));
      into.set(part, start);
      return part.length;
    },
  };
}

/** A checked branch or leaf page, or an inline one. Keys and values are views. */
export class Page {
  readonly id: number;
  readonly isLeaf: boolean;
  readonly count: number;
  /** Pages that follow and belong to it. */
  readonly overflow: number;
  /** Part of another page, whose number it goes by. */
  readonly isInline: boolean;
  readonly #bytes: Buffer;
  readonly #origin: number;

  constructor(bytes: Buffer, id: number, origin: number, isLeaf: boolean, count: number, overflow: number) {
    this.#bytes = bytes;
    this.id = id;
    this.#origin = origin;
    this.isLeaf = isLeaf;
    this.count = count;
    this.overflow = overflow;
    this.isInline = origin > 0;
  }

  key(at: number): Buffer {
    const element = this.#element(at);
    const start = element + this.#bytes.readUInt32LE(this.isLeaf ? element + 4 : element);
    const size = this.#bytes.readUInt32LE(this.isLeaf ? element + 8 : element + 4);
    return this.#bytes.subarray(start, start + size);
  }

  value(at: number): Buffer {
    const element = this.#element(at);
    const start = element + this.#bytes.readUInt32LE(element + 4) + this.#bytes.readUInt32LE(element + 8);
    return this.#bytes.subarray(start, start + this.#bytes.readUInt32LE(element + 12));
  }

  isBucket(at: number): boolean {
    return (this.#bytes.readUInt32LE(this.#element(at)) & BUCKET_ELEMENT_FLAG) !== 0;
  }

  child(at: number): number {
    return readUint64Number(this.#bytes, this.#element(at) + 8);
  }

  /** How many keys are at or before `key`. */
  upperBound(key: Uint8Array): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(this.key(middle), key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #element(at: number): number {
    return this.#origin + PAGE_HEADER_BYTES + at * (this.isLeaf ? LEAF_ELEMENT_BYTES : BRANCH_ELEMENT_BYTES);
  }
}

function corrupt(page: number, reason: string): BboltError {
  return new BboltError('CORRUPT', reason, page);
}

/** Keys a page may hold: at least `low`, below `high`. */
export interface KeyBounds {
  readonly low: Uint8Array | undefined;
  readonly high: Uint8Array | undefined;
}

export const NO_BOUNDS: KeyBounds = { low: undefined, high: undefined };

/** Checks a branch or leaf page in `bytes[start, end)`. @throws BboltError CORRUPT */
export function checkPage(bytes: Buffer, start: number, end: number, id: number, bounds: KeyBounds): Page {
  const flags = bytes.readUInt16LE(start + 8);
  const count = bytes.readUInt16LE(start + 10);
  const overflow = bytes.readUInt32LE(start + 12);
  const isLeaf = flags === PageFlag.leaf;
  if (!isLeaf && flags !== PageFlag.branch) {
    throw corrupt(id, `neither a branch nor a leaf page (flags 0x${flags.toString(16)})`);
  }
  if (!isLeaf && count === 0) throw corrupt(id, 'a branch page without children');
  const dataStart = start + PAGE_HEADER_BYTES + count * (isLeaf ? LEAF_ELEMENT_BYTES : BRANCH_ELEMENT_BYTES);
  if (dataStart > end) throw corrupt(id, `${count} elements do not fit the page`);
  const page = new Page(bytes, id, start, isLeaf, count, overflow);
  let before: Buffer | undefined;
  for (let at = 0; at < count; at++) {
    const element = start + PAGE_HEADER_BYTES + at * (isLeaf ? LEAF_ELEMENT_BYTES : BRANCH_ELEMENT_BYTES);
    const from = element + bytes.readUInt32LE(isLeaf ? element + 4 : element);
    const keySize = bytes.readUInt32LE(isLeaf ? element + 8 : element + 4);
    const valueSize = isLeaf ? bytes.readUInt32LE(element + 12) : 0;
    if (from < dataStart || from + keySize + valueSize > end) {
      throw corrupt(id, `element ${at} lies outside of the page`);
    }
    if (keySize === 0 || keySize > MAX_KEY_BYTES)
      throw corrupt(id, `element ${at} has a key of ${keySize} bytes`);
    const key = page.key(at);
    if (before !== undefined && compareBytes(before, key) >= 0)
      throw corrupt(id, `element ${at} is out of order`);
    before = key;
    if (isLeaf && bytes.readUInt32LE(element) > BUCKET_ELEMENT_FLAG) {
      throw corrupt(id, `element ${at} has unknown flags`);
    }
    if (isLeaf && page.isBucket(at) && valueSize < BUCKET_HEADER_BYTES) {
      throw corrupt(id, `element ${at} is a bucket without a header`);
    }
  }
  checkBounds(page, bounds);
  return page;
}

/** A page must fit where its parent puts it; without this, pages that refer to each other could be walked for ever. */
function checkBounds(page: Page, bounds: KeyBounds): void {
  const { id, count } = page;
  if (count > 0) {
    if (bounds.low !== undefined && compareBytes(page.key(0), bounds.low) < 0) {
      throw corrupt(id, 'its first key comes before the one its parent has for it');
    }
    if (bounds.high !== undefined && compareBytes(page.key(count - 1), bounds.high) >= 0) {
      throw corrupt(id, 'its last key does not come before the next page of its parent');
    }
  }
}

/** Loads pages by number; keeps some of those without overflow. */
export class PageReader {
  readonly #source: ByteSource;
  readonly #meta: Meta;
  readonly #cache = new Map<number, Page>();

  constructor(source: ByteSource, meta: Meta) {
    this.#source = source;
    this.#meta = meta;
  }

  /** A branch or leaf page. @throws BboltError CORRUPT */
  load(id: number, bounds: KeyBounds): Page {
    const cached = this.#cache.get(id);
    if (cached !== undefined) {
      checkBounds(cached, bounds);
      return cached;
    }
    const bytes = this.raw(id);
    const page = checkPage(bytes, 0, bytes.length, id, bounds);
    if (page.overflow === 0) {
      if (this.#cache.size >= PAGE_CACHE_PAGES) this.#cache.delete(this.#cache.keys().next().value as number);
      this.#cache.set(id, page);
    }
    return page;
  }

  /** A page with its overflow, of any kind; only its number and extent are checked. @throws BboltError CORRUPT */
  raw(id: number): Buffer {
    const { pageSize, highWater } = this.#meta;
    if (id < 2 || id >= highWater) throw corrupt(id, `not a page of this file, which has ${highWater}`);
    const first = Buffer.allocUnsafe(pageSize);
    this.#readExactly(first, 0, pageSize, id);
    const named = readUint64Number(first, 0);
    if (named !== id) throw corrupt(id, `it says it is page ${named}`);
    const overflow = first.readUInt32LE(12);
    const length = (overflow + 1) * pageSize;
    if (id + overflow >= highWater || length > MAX_PAGE_RUN_BYTES) {
      throw corrupt(id, `${overflow} overflow pages reach beyond the file`);
    }
    if (overflow === 0) return first;
    const whole = Buffer.allocUnsafe(length);
    first.copy(whole);
    this.#readExactly(whole, pageSize, length - pageSize, id);
    return whole;
  }

  #readExactly(into: Buffer, start: number, length: number, id: number): void {
    const count = this.#source.read(into, start, length, id * this.#meta.pageSize + start);
    if (count < length) throw corrupt(id, 'the file ends before it');
  }
}
