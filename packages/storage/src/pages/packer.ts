// Reads a store out of LMDB's file as it was at one moment and lays its pages out anew, one behind the other: those in
// use and no others, every tree from left to right with its root last. The result is a data file that LMDB opens, and its
// records come in their order, so that whoever gets it can read them while it comes.
//
// The order: both meta pages, the one leaf of the main tree, then the tree of each bucket. In a tree a page comes after
// those below it; the long values of a leaf come right behind it.
import { readSync } from 'node:fs';
import { PageError } from './errors.ts';
import {
  branchPage,
  headBytes,
  leafPage,
  longPage,
  longValue,
  longValuePages,
  type Meta,
  metaBytes,
  namedTree,
  nodeHeadBytes,
  pagesOf,
  readChild,
  readCount,
  readMeta,
  readTree,
  type Tree,
  treeBytes,
  treeRootOffset,
  writeChild,
  writeCount,
  writeMetas,
} from './format.ts';
import { maxDepth, maxPinTries, pagesAhead, pieceBytes } from './limits.ts';

/** Meta pages and the leaf of the main tree. */
const frontPages = 3;

/** The newest state that a file's meta pages name. @throws PageError */
export function readNewestMeta(file: number): Meta {
  const first = Buffer.alloc(metaBytes);
  readSync(file, first, 0, metaBytes, 0);
  const one = readMeta(first);
  const second = Buffer.alloc(metaBytes);
  if (one !== undefined) readSync(file, second, 0, metaBytes, one.pageBytes);
  const other = readMeta(second);
  if (one === undefined || other === undefined) throw new PageError('the file is not one of LMDB, version 2');
  return other.transaction > one.transaction ? other : one;
}

/** A state that a reader holds: nothing in it changes meanwhile. */
export type PinnedState = Meta;

/**
 * The state that a reader holds who begins within `pin`: pages of that state are left alone as long as it is held.
 * @throws PageError
 */
export function pinState(file: number, pin: () => void): PinnedState {
  for (let tries = 0; tries < maxPinTries; tries++) {
    const before = readNewestMeta(file);
    pin();
    if (readNewestMeta(file).transaction === before.transaction) return before;
  }
  throw new PageError(`commits came in between ${maxPinTries} times`);
}

/** A branch page under way: its children are being laid out. */
interface Level {
  readonly page: Buffer;
  /** Child that is next. */
  at: number;
  readonly children: number;
}

/** A long value: its pages in the file that is read, and how many of them are out. */
interface Long {
  readonly from: number;
  readonly pages: number;
  at: number;
}

interface Bucket {
  readonly tree: Tree;
  /** Where the leaf of the main tree holds its root. */
  readonly rootAt: number;
}

export class PagePacker {
  /** Of the file that comes out. */
  readonly sizeBytes: number;
  readonly #file: number;
  readonly #pageBytes: number;
  readonly #buckets: readonly Bucket[];
  readonly #levels: Level[] = [];
  readonly #spare: Buffer[] = [];
  readonly #transaction: number;
  #bucket = 0;
  /** Number of the next page that comes out. */
  #next = frontPages;
  /** Number of the last branch page or leaf that came out. */
  #last = -1;
  /** Number of the page of a tree that was read last. */
  #lastRead = -1;
  /** Pages `from` to `to` (excluded), read ahead. */
  readonly #makePiece: () => Buffer;
  readonly #ahead: { readonly pages: Buffer; from: number; to: number };
  /** Long values of the leaf that came out last: page number there, pages. */
  readonly #long: Long[] = [];
  /** Page to be visited, −1: none. */
  #visit = -1;
  #piece: Buffer;
  #filled: number;
  #ended = false;

  /**
   * @param meta what to lay out; held by its reader until the end
   * @param makePiece gives memory of `pieceBytes` for a piece
   * @throws PageError when it is not laid out like a store
   */
  constructor(file: number, meta: PinnedState, makePiece = newPiece) {
    const { pageBytes, main } = meta;
    if (main.depth !== 1) throw new PageError(`the main tree has ${main.depth} levels`);
    this.#file = file;
    this.#makePiece = makePiece;
    this.#piece = makePiece();
    this.#pageBytes = pageBytes;
    this.#transaction = meta.transaction;
    this.#ahead = { pages: Buffer.allocUnsafeSlow(pagesAhead * pageBytes), from: 0, to: 0 };
    const front = this.#piece.subarray(0, frontPages * pageBytes);
    const leaf = front.subarray(2 * pageBytes);
    this.#read(main.root, leaf);
    this.#buckets = bucketsOf(leaf);
    let next = frontPages;
    for (const { tree, rootAt } of this.#buckets) {
      if (tree.depth === 0) continue;
      const first = next;
      next += pagesOf(tree);
      writeCount(leaf, rootAt, tree.depth === 1 ? first : next - 1);
    }
    writeCount(leaf, 0, 2);
    writeMetas(front, { ...meta, main: { ...main, root: 2 }, lastPage: next - 1 });
    this.sizeBytes = next * pageBytes;
    this.#filled = front.length;
    this.#beginBucket();
  }

  /** The next bytes, in memory of their own; undefined at the end. @throws PageError, and what the file system says */
  next(): Buffer | undefined {
    while (this.#filled < pieceBytes && !this.#ended) this.#step();
    if (this.#ended && this.#next * this.#pageBytes !== this.sizeBytes) {
      throw new PageError(`the store has ${this.#next} pages and counts ${this.sizeBytes / this.#pageBytes}`);
    }
    const piece = this.#piece.subarray(0, this.#filled);
    if (piece.length === 0) return undefined;
    this.#piece = this.#ended ? Buffer.alloc(0) : this.#makePiece();
    this.#filled = 0;
    return piece;
  }

  /** Puts out one page, or goes one page down. */
  #step(): void {
    const long = this.#long[0];
    if (long !== undefined) {
      this.#putLong(long);
    } else if (this.#visit >= 0) {
      this.#descend(this.#visit);
    } else {
      this.#ascend();
    }
  }

  #beginBucket(): void {
    let tree = this.#buckets[this.#bucket]?.tree;
    while (tree !== undefined && tree.depth === 0) tree = this.#buckets[++this.#bucket]?.tree;
    if (tree === undefined) this.#ended = true;
    else this.#visit = tree.root;
  }

  /** A branch page waits until its children are out; a leaf goes out. */
  #descend(number: number): void {
    const page = this.#target();
    this.#read(number, page);
    this.#visit = -1;
    const flags = page.readUInt16LE(18);
    if (flags === leafPage) {
      this.#noteLong(page);
      this.#put(page);
      return;
    }
    if (flags !== branchPage || this.#levels.length >= maxDepth) {
      throw new PageError(`page ${number} is of kind ${flags}, ${this.#levels.length} levels down`);
    }
    const kept = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#pageBytes);
    page.copy(kept);
    const level: Level = { page: kept, at: 0, children: kept.readUInt16LE(20) >> 1 };
    this.#levels.push(level);
    this.#visit = readChild(kept, nodeOf(kept, 0));
  }

  /** What came out last is complete: it is entered in the page above it. */
  #ascend(): void {
    const level = this.#levels[this.#levels.length - 1];
    if (level === undefined) {
      this.#bucket++;
      this.#beginBucket();
      return;
    }
    writeChild(level.page, nodeOf(level.page, level.at), this.#last);
    level.at++;
    if (level.at < level.children) {
      this.#visit = readChild(level.page, nodeOf(level.page, level.at));
      return;
    }
    this.#levels.pop();
    const target = this.#target();
    level.page.copy(target);
    this.#spare.push(level.page);
    this.#put(target);
  }

  /** The page in `#target()` goes out. */
  #put(page: Buffer): void {
    this.#last = this.#next;
    writeCount(page, 0, this.#next);
    this.#next++;
    this.#filled += this.#pageBytes;
  }

  /** Where the page that goes out next is made. */
  #target(): Buffer {
    return this.#piece.subarray(this.#filled, this.#filled + this.#pageBytes);
  }

  /** The long values of a leaf follow it. */
  #noteLong(leaf: Buffer): void {
    const nodes = leaf.readUInt16LE(20) >> 1;
    let next = this.#next + 1;
    for (let at = 0; at < nodes; at++) {
      const node = nodeOf(leaf, at);
      if ((leaf.readUInt16LE(node + 4) & longValue) === 0) continue;
      const reference = node + nodeHeadBytes + leaf.readUInt16LE(node + 6);
      const pages = longValuePages(leaf.readUInt32LE(node), this.#pageBytes);
      this.#long.push({ from: readCount(leaf, reference), pages, at: 0 });
      writeCount(leaf, reference, next);
      next += pages;
    }
  }

  /** Puts out as many pages of a long value as fit the piece. */
  #putLong(long: Long): void {
    const pageBytes = this.#pageBytes;
    const pages = Math.min(long.pages - long.at, (pieceBytes - this.#filled) / pageBytes);
    const target = this.#piece.subarray(this.#filled, this.#filled + pages * pageBytes);
    this.#fill(long.from + long.at, target);
    if (long.at === 0) {
      if (target.readUInt16LE(18) !== longPage || readCount(target, 0) !== long.from) {
        throw new PageError(`page ${long.from} does not begin a long value`);
      }
      writeCount(target, 0, this.#next);
    }
    this.#next += pages;
    this.#filled += target.length;
    long.at += pages;
    if (long.at === long.pages) this.#long.shift();
  }

  /** Reads a page of a tree; where pages follow each other, several at once. */
  #read(number: number, page: Buffer): void {
    const pageBytes = this.#pageBytes;
    const ahead = this.#ahead;
    if (number === this.#lastRead + 1 && (number < ahead.from || number >= ahead.to)) {
      const read = readSync(this.#file, ahead.pages, 0, ahead.pages.length, number * pageBytes);
      ahead.from = number;
      ahead.to = number + Math.floor(read / pageBytes);
    }
    this.#lastRead = number;
    if (number >= ahead.from && number < ahead.to) {
      const at = (number - ahead.from) * pageBytes;
      ahead.pages.copy(page, 0, at, at + pageBytes);
    } else this.#fill(number, page);
    if (readCount(page, 0) !== number || !(readCount(page, 8) <= this.#transaction)) {
      throw new PageError(`page ${number} says that it is page ${readCount(page, 0)}`);
    }
  }

  /** Reads pages, the first of which is `number`. */
  #fill(number: number, target: Buffer): void {
    if (!Number.isSafeInteger(number) || number < 2) throw new PageError(`there is no page ${number}`);
    let at = 0;
    while (at < target.length) {
      const read = readSync(this.#file, target, at, target.length - at, number * this.#pageBytes + at);
      if (read === 0) throw new PageError(`the file ends in front of page ${number}`);
      at += read;
    }
  }
}

function newPiece(): Buffer {
  return Buffer.allocUnsafeSlow(pieceBytes);
}

/** The buckets that the only leaf of the main tree names. */
function bucketsOf(leaf: Buffer): Bucket[] {
  if (leaf.readUInt16LE(18) !== leafPage) throw new PageError('the main tree is no leaf');
  const nodes = leaf.readUInt16LE(20) >> 1;
  const buckets: Bucket[] = [];
  for (let at = 0; at < nodes; at++) {
    const node = nodeOf(leaf, at);
    const value = node + nodeHeadBytes + leaf.readUInt16LE(node + 6);
    if (leaf.readUInt16LE(node + 4) !== namedTree || leaf.readUInt32LE(node) !== treeBytes) {
      throw new PageError('the main tree has a record that is no bucket');
    }
    buckets.push({ tree: readTree(leaf, value), rootAt: value + treeRootOffset });
  }
  return buckets;
}

/** Where a node of a page begins. */
function nodeOf(page: Buffer, at: number): number {
  return headBytes + page.readUInt16LE(headBytes + 2 * at);
}
