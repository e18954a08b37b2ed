// Packs ordered elements into the pages of one tree, from the leaves up, in one pass and with bounded memory: per level
// a page being filled and, above the leaves, the one before it. Pages are numbered in the order they are finished, a
// page before its parent. The same code runs once for the size of the file, emitting nothing, and once for its bytes.
import { assert } from '@quorate/base';
import type { EntryRun } from '../entry-run.ts';
import { BboltError } from './errors.ts';
import {
  BRANCH_ELEMENT_BYTES,
  BUCKET_HEADER_BYTES,
  LEAF_ELEMENT_BYTES,
  PAGE_HEADER_BYTES,
  PageFlag,
  writePageHeader,
} from './format.ts';
import {
  INLINE_FRACTION,
  MAX_KEY_BYTES,
  MAX_PAGE_ELEMENTS,
  MAX_VALUE_BYTES,
  MIN_BRANCH_CHILDREN,
  PAGE_BYTES,
} from './limits.ts';
import { uint64Bytes } from './uint64.ts';

/** Numbers pages and takes their bytes. */
export interface PageSink {
  /** False in the sizing pass: pages are numbered, not made. */
  readonly wantsBytes: boolean;
  /** Takes the next `count` page numbers; returns the first. */
  allocate(count: number): number;
  /** Zeroed memory for so many pages, the ones allocated last: to be written before the next are. */
  pages(count: number): Buffer;
}

/** Keys and values of the leaf being filled, one after the other, so that the caller's bytes need not be kept. */
class LeafPage {
  count = 0;
  size = PAGE_HEADER_BYTES;
  /** The first key names the page. */
  firstKey: Buffer = Buffer.alloc(0);
  readonly #flags: number[] = [];
  readonly #keySizes: number[] = [];
  readonly #valueSizes: number[] = [];
  #data: Buffer = Buffer.allocUnsafe(2 * PAGE_BYTES);
  #dataLength = 0;

  /** Notes an element, whose key lies in `bytes` from `keyStart` on; its data is to be taken. */
  note(flags: number, bytes: Uint8Array, keyStart: number, keySize: number, valueSize: number): void {
    if (this.count === 0) this.firstKey = Buffer.from(bytes.subarray(keyStart, keyStart + keySize));
    this.#flags.push(flags);
    this.#keySizes.push(keySize);
    this.#valueSizes.push(valueSize);
    this.count++;
    this.size += LEAF_ELEMENT_BYTES + keySize + valueSize;
  }

  /** Takes data of elements noted: any part of key, value, key, value …, in their order. */
  take(bytes: Uint8Array): void {
    const end = this.#dataLength + bytes.length;
    if (end > this.#data.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#data.length * 2, end));
      this.#data.copy(larger, 0, 0, this.#dataLength);
      this.#data = larger;
    }
    this.#data.set(bytes, this.#dataLength);
    this.#dataLength = end;
  }

  clear(): void {
    this.count = 0;
    this.size = PAGE_HEADER_BYTES;
    this.#flags.length = 0;
    this.#keySizes.length = 0;
    this.#valueSizes.length = 0;
    this.#dataLength = 0;
    if (this.#data.length > 64 * PAGE_BYTES) this.#data = Buffer.allocUnsafe(2 * PAGE_BYTES);
  }

  /** Writes header, elements and data at `at`. */
  write(into: Buffer, at: number, id: number, overflow: number): void {
    writePageHeader(into, at, id, PageFlag.leaf, this.count, overflow);
    let element = at + PAGE_HEADER_BYTES;
    let data = element + this.count * LEAF_ELEMENT_BYTES;
    this.#data.copy(into, data, 0, this.#dataLength);
    for (let one = 0; one < this.count; one++) {
      const keySize = this.#keySizes[one] as number;
      const valueSize = this.#valueSizes[one] as number;
      into.writeUInt32LE(this.#flags[one] as number, element);
      into.writeUInt32LE(data - element, element + 4);
      into.writeUInt32LE(keySize, element + 8);
      into.writeUInt32LE(valueSize, element + 12);
      data += keySize + valueSize;
      element += LEAF_ELEMENT_BYTES;
    }
  }
}

interface Child {
  readonly key: Buffer;
  readonly page: number;
}

/** One level of branch pages: children of the page before the last, and of the last. */
interface BranchLevel {
  held: Child[] | undefined;
  current: Child[];
  currentSize: number;
}

/** Where a finished bucket is: a root page, or few enough bytes to sit in the parent's page. */
export type FinishedBucket =
  | { readonly kind: 'page'; readonly rootPage: number }
  | { readonly kind: 'inline'; readonly value: Buffer };

export class PageBuilder {
  readonly #sink: PageSink;
  readonly #leaf = new LeafPage();
  readonly #levels: BranchLevel[] = [];
  #lastKey: Buffer = Buffer.alloc(0);
  #count = 0;
  #leafPages = 0;
  #hasBuckets = false;

  constructor(sink: PageSink) {
    this.#sink = sink;
  }

  /** Adds an element; keys must ascend. The bytes are copied. @throws BboltError INVALID_INPUT */
  add(flags: number, key: Uint8Array, value: Uint8Array): void {
    checkSizes(key.length, value.length);
    this.#checkOrder(this.#lastKey, 0, this.#lastKey.length, key, 0, key.length);
    const leaf = this.#leaf;
    if (!this.#fits(key.length, value.length)) this.#finishLeaf();
    leaf.note(flags, key, 0, key.length, value.length);
    if (this.#sink.wantsBytes) {
      leaf.take(key);
      leaf.take(value);
    }
    this.#count++;
    if (flags !== 0) this.#hasBuckets = true;
    this.#remember(key);
  }

  /** Adds entries, with values if the sink wants bytes. What is no bucket need not be added one by one. */
  addRun(run: EntryRun): void {
    const { count, sizes, bytes } = run;
    const { wantsBytes } = this.#sink;
    const leaf = this.#leaf;
    let before: Uint8Array = this.#lastKey;
    let [beforeStart, beforeEnd] = [0, before.length];
    let taken = 0;
    let at = 0;
    for (let one = 0; one < count; one++) {
      const keySize = sizes[2 * one] as number;
      const valueSize = sizes[2 * one + 1] as number;
      checkSizes(keySize, valueSize);
      this.#checkOrder(before, beforeStart, beforeEnd, bytes, at, at + keySize);
      if (!this.#fits(keySize, valueSize)) {
        if (wantsBytes) leaf.take(bytes.subarray(taken, at));
        taken = at;
        this.#finishLeaf();
      }
      leaf.note(0, bytes, at, keySize, valueSize);
      this.#count++;
      before = bytes;
      beforeStart = at;
      beforeEnd = at + keySize;
      at = wantsBytes ? beforeEnd + valueSize : beforeEnd;
    }
    if (wantsBytes) leaf.take(bytes.subarray(taken, at));
    if (count > 0) this.#remember(bytes.subarray(beforeStart, beforeEnd));
  }

  /** Finishes the tree. `mayInline`: whether it may come back as an inline bucket. */
  finish(mayInline: boolean, sequence: number): FinishedBucket {
    const leaf = this.#leaf;
    const fits = this.#leafPages === 0 && !this.#hasBuckets && leaf.size <= PAGE_BYTES / INLINE_FRACTION;
    if (mayInline && fits) {
      const value = Buffer.alloc(BUCKET_HEADER_BYTES + leaf.size);
      uint64Bytes(value, 8, sequence);
      if (this.#sink.wantsBytes) leaf.write(value, BUCKET_HEADER_BYTES, 0, 0);
      return { kind: 'inline', value };
    }
    // An empty tree is one empty leaf.
    if (leaf.count > 0 || this.#leafPages === 0) {
      const key = leaf.count > 0 ? leaf.firstKey : Buffer.alloc(0);
      const page = this.#emitLeaf();
      if (this.#leafPages === 1) return { kind: 'page', rootPage: page };
      this.#addChild(0, { key, page });
    }
    for (let depth = 0; ; depth++) {
      const only = this.#finishLevel(depth);
      if (only !== undefined) return { kind: 'page', rootPage: only };
    }
  }

  #remember(key: Uint8Array): void {
    if (this.#lastKey.length !== key.length) this.#lastKey = Buffer.allocUnsafe(key.length);
    this.#lastKey.set(key);
  }

  #checkOrder(
    before: Uint8Array,
    beforeStart: number,
    beforeEnd: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (this.#count === 0) return;
    const shared = Math.min(beforeEnd - beforeStart, end - start);
    for (let at = 0; at < shared; at++) {
      const difference = (bytes[start + at] as number) - (before[beforeStart + at] as number);
      if (difference > 0) return;
      if (difference < 0) break;
      if (at === shared - 1 && end - start > shared) return;
    }
    throw new BboltError(
      'INVALID_INPUT',
      `keys must ascend: ${hex(bytes.subarray(start, end))} follows ${hex(before.subarray(beforeStart, beforeEnd))}`,
    );
  }

  /** Whether another element goes into the leaf; into an empty one every element does. */
  #fits(keySize: number, valueSize: number): boolean {
    const { count, size } = this.#leaf;
    return (
      count === 0 ||
      (size + LEAF_ELEMENT_BYTES + keySize + valueSize <= PAGE_BYTES && count < MAX_PAGE_ELEMENTS)
    );
  }

  #finishLeaf(): void {
    const key = this.#leaf.firstKey;
    this.#addChild(0, { key, page: this.#emitLeaf() });
  }

  #emitLeaf(): number {
    const leaf = this.#leaf;
    const pages = Math.ceil(leaf.size / PAGE_BYTES);
    const id = this.#sink.allocate(pages);
    if (this.#sink.wantsBytes) leaf.write(this.#sink.pages(pages), 0, id, pages - 1);
    leaf.clear();
    this.#leafPages++;
    return id;
  }

  #addChild(depth: number, child: Child): void {
    let level = this.#levels[depth];
    if (level === undefined) {
      level = { held: undefined, current: [], currentSize: PAGE_HEADER_BYTES };
      this.#levels.push(level);
    }
    const size = BRANCH_ELEMENT_BYTES + child.key.length;
    const isFull = level.currentSize + size > PAGE_BYTES || level.current.length >= MAX_PAGE_ELEMENTS;
    if (isFull && level.current.length >= MIN_BRANCH_CHILDREN) {
      if (level.held !== undefined) this.#emitBranch(depth, level.held);
      level.held = level.current;
      level.current = [];
      level.currentSize = PAGE_HEADER_BYTES;
    }
    level.current.push(child);
    level.currentSize += size;
  }

  /** Emits what a level still holds; returns the page if it is the only one of its level: the root. */
  #finishLevel(depth: number): number | undefined {
    const level = this.#levels[depth] as BranchLevel;
    const { held, current } = level;
    if (held !== undefined && current.length < MIN_BRANCH_CHILDREN) {
      // No page with a single child: take one from the page before, or join the two.
      if (held.length > MIN_BRANCH_CHILDREN) current.unshift(held.pop() as Child);
      else held.push(...current.splice(0));
    }
    const isOnly = this.#levels.length === depth + 1 && (held === undefined || current.length === 0);
    if (isOnly) return this.#writeBranch(held ?? current);
    if (held !== undefined) this.#emitBranch(depth, held);
    if (current.length > 0) this.#emitBranch(depth, current);
    return undefined;
  }

  #emitBranch(depth: number, children: readonly Child[]): void {
    const key = (children[0] as Child).key;
    this.#addChild(depth + 1, { key, page: this.#writeBranch(children) });
  }

  #writeBranch(children: readonly Child[]): number {
    assert(children.length >= MIN_BRANCH_CHILDREN, 'a branch page has two children at least');
    let size = PAGE_HEADER_BYTES;
    for (const child of children) size += BRANCH_ELEMENT_BYTES + child.key.length;
    const pages = Math.ceil(size / PAGE_BYTES);
    const id = this.#sink.allocate(pages);
    if (!this.#sink.wantsBytes) return id;
    const bytes = this.#sink.pages(pages);
    writePageHeader(bytes, 0, id, PageFlag.branch, children.length, pages - 1);
    let element = PAGE_HEADER_BYTES;
    let data = element + children.length * BRANCH_ELEMENT_BYTES;
    for (const child of children) {
      bytes.writeUInt32LE(data - element, element);
      bytes.writeUInt32LE(child.key.length, element + 4);
      uint64Bytes(bytes, element + 8, child.page);
      bytes.set(child.key, data);
      data += child.key.length;
      element += BRANCH_ELEMENT_BYTES;
    }
    return id;
  }
}

function checkSizes(keySize: number, valueSize: number): void {
  if (keySize === 0 || keySize > MAX_KEY_BYTES) {
    throw new BboltError('INVALID_INPUT', `a key must have 1 to ${MAX_KEY_BYTES} bytes, not ${keySize}`);
  }
  if (valueSize > MAX_VALUE_BYTES) {
    throw new BboltError('INVALID_INPUT', `a value must have at most ${MAX_VALUE_BYTES} bytes`);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
