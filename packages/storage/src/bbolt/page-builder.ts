// Packs ordered elements into the pages of one tree, from the leaves up, in one pass and with bounded memory: per level
// a page being filled and, above the leaves, the one before it. Pages are numbered in the order they are finished, a
// page before its parent. The same code runs once for the size of the file, emitting nothing, and once for its bytes.
import { assert, compareBytes } from '@quorate/base';
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
  /** The bytes of pages just allocated. */
  emit(pages: Buffer): void;
}

/** Keys and values of the leaf being filled, one after the other, so that the caller's bytes need not be kept. */
class LeafPage {
  count = 0;
  size = PAGE_HEADER_BYTES;
  readonly flags: number[] = [];
  readonly keySizes: number[] = [];
  readonly valueSizes: number[] = [];
  data: Buffer = Buffer.allocUnsafe(2 * PAGE_BYTES);
  dataLength = 0;

  add(flags: number, key: Uint8Array, value: Uint8Array, keepValue: boolean): void {
    this.flags.push(flags);
    this.keySizes.push(key.length);
    this.valueSizes.push(value.length);
    this.count++;
    this.size += LEAF_ELEMENT_BYTES + key.length + value.length;
    // In the sizing pass the keys are still wanted: the first one names the page.
    const kept = key.length + (keepValue ? value.length : 0);
    if (this.dataLength + kept > this.data.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.data.length * 2, this.dataLength + kept));
      this.data.copy(larger, 0, 0, this.dataLength);
      this.data = larger;
    }
    this.data.set(key, this.dataLength);
    if (keepValue) this.data.set(value, this.dataLength + key.length);
    this.dataLength += kept;
  }

  firstKey(): Buffer {
    return Buffer.from(this.data.subarray(0, this.keySizes[0] as number));
  }

  clear(): void {
    this.count = 0;
    this.size = PAGE_HEADER_BYTES;
    this.flags.length = 0;
    this.keySizes.length = 0;
    this.valueSizes.length = 0;
    this.dataLength = 0;
    if (this.data.length > 64 * PAGE_BYTES) this.data = Buffer.allocUnsafe(2 * PAGE_BYTES);
  }

  /** Writes header, elements and data at `at`. */
  write(into: Buffer, at: number, id: number, overflow: number): void {
    writePageHeader(into, at, id, PageFlag.leaf, this.count, overflow);
    let element = at + PAGE_HEADER_BYTES;
    let data = element + this.count * LEAF_ELEMENT_BYTES;
    this.data.copy(into, data, 0, this.dataLength);
    for (let one = 0; one < this.count; one++) {
      into.writeUInt32LE(this.flags[one] as number, element);
      into.writeUInt32LE(data - element, element + 4);
      into.writeUInt32LE(this.keySizes[one] as number, element + 8);
      into.writeUInt32LE(this.valueSizes[one] as number, element + 12);
      data += (this.keySizes[one] as number) + (this.valueSizes[one] as number);
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
    if (key.length === 0 || key.length > MAX_KEY_BYTES) {
      throw new BboltError('INVALID_INPUT', `a key must have 1 to ${MAX_KEY_BYTES} bytes, not ${key.length}`);
    }
    if (value.length > MAX_VALUE_BYTES) {
      throw new BboltError('INVALID_INPUT', `a value must have at most ${MAX_VALUE_BYTES} bytes`);
    }
    if (this.#count > 0 && compareBytes(this.#lastKey, key) >= 0) {
      throw new BboltError('INVALID_INPUT', `keys must ascend: ${hex(key)} follows ${hex(this.#lastKey)}`);
    }
    const leaf = this.#leaf;
    const size = LEAF_ELEMENT_BYTES + key.length + value.length;
    if (leaf.count > 0 && (leaf.size + size > PAGE_BYTES || leaf.count >= MAX_PAGE_ELEMENTS))
      this.#finishLeaf();
    leaf.add(flags, key, value, this.#sink.wantsBytes);
    this.#count++;
    if (flags !== 0) this.#hasBuckets = true;
    this.#remember(key);
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
      const key = leaf.count > 0 ? leaf.firstKey() : Buffer.alloc(0);
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

  #finishLeaf(): void {
    const key = this.#leaf.firstKey();
    this.#addChild(0, { key, page: this.#emitLeaf() });
  }

  #emitLeaf(): number {
    const leaf = this.#leaf;
    const pages = Math.ceil(leaf.size / PAGE_BYTES);
    const id = this.#sink.allocate(pages);
    if (this.#sink.wantsBytes) {
      const bytes = Buffer.alloc(pages * PAGE_BYTES);
      leaf.write(bytes, 0, id, pages - 1);
      this.#sink.emit(bytes);
    }
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
    const bytes = Buffer.alloc(pages * PAGE_BYTES);
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
    this.#sink.emit(bytes);
    return id;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
