// Reads a file of a store as the packer lays it out, page by page while it comes: checks that it is a whole one, so that
// LMDB may be let loose on it, and hands its records over in their order.
import { compareBytes } from '@quorate/base';
import { maxKeyBytes } from '../backend/limits.ts';
import { type BucketName, bucketNames } from '../backend/types.ts';
import { PageError } from './errors.ts';
import {
  branchPage,
  headBytes,
  leafPage,
  longPage,
  longReferenceBytes,
  longValue,
  longValuePages,
  type Meta,
  maxPageBytes,
  namedTree,
  nodeHeadBytes,
  pagesOf,
  readChild,
  readCount,
  readMeta,
  readTree,
  readUint16,
  readUint32,
  type Tree,
  treeBytes,
} from './format.ts';
import { maxDepth } from './limits.ts';

/**
 * A record: the key is `page[keyStart, keyEnd)`, the value `bytes[valueStart, valueEnd)`. Valid during the call.
 * @throws Error when it is none of this bucket
 */
export type RecordVisitor = (
  bucket: BucketName,
  page: Buffer,
  keyStart: number,
  keyEnd: number,
  bytes: Buffer,
  valueStart: number,
  valueEnd: number,
) => void;

/** A complete part of a tree whose page above has not come yet. */
interface Subtree {
  readonly root: number;
  readonly depth: number;
  readonly firstKey: Buffer;
  readonly lastKey: Buffer;
}

interface Bucket {
  readonly name: BucketName;
  readonly tree: Tree;
}

/** A leaf with long values that are still coming. */
interface WaitingLeaf {
  readonly page: Buffer;
  readonly nodes: number;
  /** Node whose value is coming. */
  at: number;
  readonly value: Buffer;
  /** Bytes of the value that have come. */
  filled: number;
  /** Pages of it that have not come. */
  pages: number;
}

const noKey: Buffer = Buffer.alloc(0);

export class PageChecker {
  readonly #visit: RecordVisitor;
  /** Number of the next page. */
  #next = 0;
  #first: Buffer | undefined;
  #meta: Meta | undefined;
  #buckets: Bucket[] = [];
  #bucket = -1;
  /** Of the present bucket. */
  #subtrees: Subtree[] = [];
  #endPage = 0;
  #records = 0;
  #branches = 0;
  #leaves = 0;
  #waiting: WaitingLeaf | undefined;
  #lastKey: Buffer = noKey;
  /** Where the nodes of the leaf that came last begin; a page has no more of them than this. */
  readonly #starts = new Int32Array(maxPageBytes / 2);

  constructor(visit: RecordVisitor) {
    this.#visit = visit;
  }

  /** Size of the file; undefined before its first page has come. */
  get sizeBytes(): number | undefined {
    return this.#meta === undefined ? undefined : (this.#meta.lastPage + 1) * this.#meta.pageBytes;
  }

  /** Takes whole pages. @throws PageError, and what the visitor throws; nothing may be given afterwards */
  take(pages: Buffer): void {
    let at = 0;
    while (at < pages.length) {
      const pageBytes = this.#pageBytes(pages, at);
      if (at + pageBytes > pages.length) throw new PageError(`page ${this.#next} is cut off`);
      this.#page(pages.subarray(at, at + pageBytes), pageBytes);
      this.#next++;
      at += pageBytes;
    }
  }

  /** All pages have been given. @throws PageError when something is missing */
  finish(): void {
    if (this.#meta === undefined || this.#next !== this.#meta.lastPage + 1) {
      throw new PageError(`the file ends in front of page ${this.#next}`);
    }
  }

  #pageBytes(pages: Buffer, at: number): number {
    if (this.#meta !== undefined) return this.#meta.pageBytes;
    // The page size is said by either meta page.
    const meta = readMeta(pages.subarray(at));
    if (meta === undefined) throw new PageError('the file is not one of LMDB, version 2');
    return meta.pageBytes;
  }

  #page(page: Buffer, pageBytes: number): void {
    const number = this.#next;
    if (number < 2) {
      this.#metaPage(page);
      return;
    }
    const meta = this.#meta as Meta;
    if (number > meta.lastPage) throw new PageError('the file goes on behind its last page');
    if (this.#waiting !== undefined) {
      this.#longPage(this.#waiting, page, pageBytes, number);
      return;
    }
    if (readCount(page, 0) !== number || !(readCount(page, 8) <= meta.transaction)) {
      throw new PageError(`page ${number} says that it is page ${readCount(page, 0)}`);
    }
    const kind = page.readUInt16LE(18);
    if (number === 2) this.#mainLeaf(page, kind);
    else if (kind === leafPage) this.#leaf(page);
    else if (kind === branchPage) this.#branch(page);
    else throw new PageError(`page ${number} is of kind ${kind}`);
    this.#nextBucket(number + 1);
  }

  /** Both are needed for the size of the file. */
  #metaPage(page: Buffer): void {
    const meta = readMeta(page);
    if (meta === undefined || readCount(page, 0) !== this.#next) {
      throw new PageError(`page ${this.#next} is no meta page`);
    }
    if (this.#next === 0) {
      this.#first = Buffer.from(page);
      return;
    }
    const other = readMeta(this.#first as Buffer) as Meta;
    const newest = other.transaction > meta.transaction ? other : meta;
    if (other.pageBytes !== meta.pageBytes || newest.main.root !== 2 || newest.main.depth !== 1) {
      throw new PageError('its meta pages do not name a main tree of one leaf');
    }
    if (!Number.isSafeInteger(newest.lastPage) || newest.lastPage < 2 || !(newest.transaction > 0)) {
      throw new PageError(`its last page is ${newest.lastPage}`);
    }
    this.#meta = newest;
  }

  #mainLeaf(page: Buffer, kind: number): void {
    if (kind !== leafPage) throw new PageError('the main tree is no leaf');
    const nodes = this.#nodes(page);
    const { lastPage, main } = this.#meta as Meta;
    if (main.records !== nodes) throw new PageError(`the main tree counts ${main.records} buckets`);
    let next = 3;
    for (let at = 0; at < nodes; at++) {
      const node = this.#leafNode(page, at);
      const key = node + nodeHeadBytes;
      const value = key + page.readUInt16LE(node + 6);
      if (page.readUInt16LE(node + 4) !== namedTree || page.readUInt32LE(node) !== treeBytes) {
        throw new PageError('the main tree has a record that is no bucket');
      }
      // The binding ends names with a zero byte.
      const name = page.toString('latin1', key, value - 1) as BucketName;
      const before = this.#buckets[at - 1];
      if (
        page[value - 1] !== 0 ||
        !bucketNames.includes(name) ||
        (before !== undefined && before.name >= name)
      ) {
        throw new PageError(`there is no bucket ${JSON.stringify(name)}`);
      }
      const tree = readTree(page, value);
      const pages = pagesOf(tree);
      const isWhole =
        tree.flags === 0 &&
        (tree.depth === 0
          ? pages === 0 && tree.records === 0 && tree.root === -1
          : pages > 0 &&
            tree.depth <= maxDepth &&
            tree.root === (tree.depth === 1 ? next : next + pages - 1));
      if (!isWhole || !(next + pages <= lastPage + 1)) {
        throw new PageError(`bucket ${name} does not lie where it should`);
      }
      next += pages;
      this.#buckets.push({ name, tree });
    }
    if (next !== lastPage + 1) throw new PageError(`the buckets end in front of page ${next}`);
    this.#endPage = 3;
  }

  /** Goes on to the next bucket that has pages if the present one ends in front of `number`. */
  #nextBucket(number: number): void {
    while (number === this.#endPage && this.#waiting === undefined) {
      if (this.#bucket >= 0) this.#closeBucket();
      this.#bucket++;
      const bucket = this.#buckets[this.#bucket];
      if (bucket === undefined) {
        this.#endPage = Number.POSITIVE_INFINITY;
        return;
      }
      this.#endPage = number + pagesOf(bucket.tree);
      this.#lastKey = noKey;
    }
  }

  #closeBucket(): void {
    const { name, tree } = this.#buckets[this.#bucket] as Bucket;
    const [root] = this.#subtrees;
    const isWhole =
      tree.depth === 0
        ? root === undefined
        : this.#subtrees.length === 1 && root?.root === tree.root && root.depth === tree.depth;
    if (
      !isWhole ||
      this.#records !== tree.records ||
      this.#branches !== tree.branchPages ||
      this.#leaves !== tree.leafPages
    ) {
      throw new PageError(`bucket ${name} is no tree of ${tree.records} records`);
    }
    this.#subtrees = [];
    this.#records = 0;
    this.#branches = 0;
    this.#leaves = 0;
  }

  #leaf(page: Buffer): void {
    const nodes = this.#nodes(page);
    this.#leaves++;
    this.#records += nodes;
    this.#checkNodes(page, nodes);
    this.#visitNodes(page, nodes, 0);
  }

  /**
   * Nodes lie within the page (where they do is noted in `#starts`), and their keys ascend and go on from those of the leaf
   * before. The order of revisions is looked at by whoever takes them.
   */
  #checkNodes(page: Buffer, nodes: number): void {
    const areRevisions = this.#buckets[this.#bucket]?.name === 'key';
    const starts = this.#starts;
    let lastStart = 0;
    let lastEnd = 0;
    for (let at = 0; at < nodes; at++) {
      const node = this.#leafNode(page, at);
      starts[at] = node;
      const start = node + nodeHeadBytes;
      const end = start + readUint16(page, node + 6);
      const ascends =
        at === 0
          ? this.#lastKey.length === 0 || compareBytes(this.#lastKey, page.subarray(start, end)) < 0
          : areRevisions || isBelow(page, lastStart, lastEnd, start, end);
      if (!ascends || end === start || end - start > maxKeyBytes) {
        throw new PageError(`the keys of page ${this.#next} are not in order`);
      }
      lastStart = start;
      lastEnd = end;
    }
    const firstNode = starts[0] as number;
    const firstKey = copyOf(
      page,
      firstNode + nodeHeadBytes,
      firstNode + nodeHeadBytes + readUint16(page, firstNode + 6),
    );
    this.#lastKey = copyOf(page, lastStart, lastEnd);
    this.#subtrees.push({ root: this.#next, depth: 1, firstKey, lastKey: this.#lastKey });
  }

  /** Hands over the records of a checked leaf from node `from` on, as far as their values are there. */
  #visitNodes(page: Buffer, nodes: number, from: number): void {
    const { name } = this.#buckets[this.#bucket] as Bucket;
    const starts = this.#starts;
    const visit = this.#visit;
    for (let at = from; at < nodes; at++) {
      const node = starts[at] as number;
      const key = node + nodeHeadBytes;
      const value = key + readUint16(page, node + 6);
      const size = readUint32(page, node);
      if (readUint16(page, node + 4) === 0) {
        visit(name, page, key, value, page, value, value + size);
        continue;
      }
      const pages = longValuePages(size, (this.#meta as Meta).pageBytes);
      // The pages of long values come behind the leaf, in the order of the nodes.
      const begins = readCount(page, value);
      if (begins !== this.#next + 1 || begins + pages > this.#endPage) {
        throw new PageError(`a value of page ${readCount(page, 0)} does not lie where it should`);
      }
      this.#waiting = {
        page: from === 0 ? Buffer.from(page) : page,
        nodes,
        at,
        value: Buffer.allocUnsafeSlow(size),
        filled: 0,
        pages,
      };
      return;
    }
  }

  /** A page of a long value. */
  #longPage(waiting: WaitingLeaf, page: Buffer, pageBytes: number, number: number): void {
    const { value } = waiting;
    let from = 0;
    if (waiting.filled === 0 && waiting.pages === longValuePages(value.length, pageBytes)) {
      if (
        readCount(page, 0) !== number ||
        page.readUInt16LE(18) !== longPage ||
        page.readUInt32LE(20) !== waiting.pages
      ) {
        throw new PageError(`page ${number} does not begin a long value`);
      }
      from = headBytes;
    }
    waiting.filled += page.copy(
      value,
      waiting.filled,
      from,
      Math.min(pageBytes, from + value.length - waiting.filled),
    );
    waiting.pages--;
    if (waiting.pages === 0) {
      this.#waiting = undefined;
      const { name } = this.#buckets[this.#bucket] as Bucket;
      const node = this.#starts[waiting.at] as number;
      const key = node + nodeHeadBytes;
      this.#visit(name, waiting.page, key, key + waiting.page.readUInt16LE(node + 6), value, 0, value.length);
      this.#visitNodes(waiting.page, waiting.nodes, waiting.at + 1);
    }
    this.#nextBucket(number + 1);
  }

  /** Its children are the subtrees that came last. */
  #branch(page: Buffer): void {
    const nodes = this.#nodes(page);
    const number = this.#next;
    this.#branches++;
    const first = this.#subtrees.length - nodes;
    const depth = (this.#subtrees[first]?.depth ?? 0) + 1;
    if (first < 0 || depth === 1 || depth > maxDepth)
      throw new PageError(`page ${number} has ${nodes} children`);
    for (let at = 0; at < nodes; at++) {
      const node = this.#node(page, at);
      const key = node + nodeHeadBytes;
      const keyEnd = key + page.readUInt16LE(node + 6);
      const child = readChild(page, node);
      const subtree = this.#subtrees[first + at] as Subtree;
      if (keyEnd > page.length || child !== subtree.root || subtree.depth !== depth - 1) {
        throw new PageError(`child ${at} of page ${number} is not the page that came`);
      }
      if (at === 0) continue; // whatever its key, the first child has all below the second
      const separator = page.subarray(key, keyEnd);
      const before = this.#subtrees[first + at - 1] as Subtree;
      if (compareBytes(before.lastKey, separator) >= 0 || compareBytes(separator, subtree.firstKey) > 0) {
        throw new PageError(`child ${at} of page ${number} has other keys than it should`);
      }
    }
    const firstKey = (this.#subtrees[first] as Subtree).firstKey;
    const lastKey = (this.#subtrees[this.#subtrees.length - 1] as Subtree).lastKey;
    this.#subtrees.length = first;
    this.#subtrees.push({ root: number, depth, firstKey, lastKey });
  }

  /** How many nodes a page has. Their offsets lie within it. */
  #nodes(page: Buffer): number {
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    if (lower < 2 || (lower & 1) !== 0 || lower > upper || upper > page.length - headBytes) {
      throw new PageError(`page ${this.#next} has room from ${lower} to ${upper}`);
    }
    return lower >> 1;
  }

  /** Where a node is; its head lies within the page. */
  #node(page: Buffer, at: number): number {
    const offset = readUint16(page, headBytes + 2 * at);
    const node = headBytes + offset;
    if (offset < readUint16(page, 22) || (offset & 1) !== 0 || node + nodeHeadBytes > page.length) {
      throw new PageError(`node ${at} of page ${this.#next} lies outside`);
    }
    return node;
  }

  /** Where a node of a leaf is; all of it lies within the page. */
  #leafNode(page: Buffer, at: number): number {
    const node = this.#node(page, at);
    const flags = readUint16(page, node + 4);
    if (flags !== 0 && flags !== (this.#next === 2 ? namedTree : longValue)) {
      throw new PageError(`node ${at} of page ${this.#next} is of kind ${flags}`);
    }
    const size = flags === longValue ? longReferenceBytes : readUint32(page, node);
    if (node + nodeHeadBytes + readUint16(page, node + 6) + size > page.length) {
      throw new PageError(`node ${at} of page ${this.#next} is cut off`);
    }
    return node;
  }
}

/** Whether `page[start, end)` comes before `page[otherStart, otherEnd)`. */
function isBelow(page: Buffer, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  const common = Math.min(end - start, otherEnd - otherStart);
  for (let at = 0; at < common; at++) {
    const difference = (page[start + at] as number) - (page[otherStart + at] as number);
    if (difference !== 0) return difference < 0;
  }
  return end - start < otherEnd - otherStart;
}

function copyOf(page: Buffer, start: number, end: number): Buffer {
  return Buffer.from(page.subarray(start, end));
}
