// The data file of LMDB, as far as it is needed to read and to write one without LMDB: version 2 of the format (that of
// the npm package `lmdb`), little-endian, 64-bit. Facts from the library's documentation of its structures.
//
//   page 0, 1   meta pages; the one with the greater transaction id counts
//   others      branch pages, leaf pages, and runs of pages for one long value
//
// A page begins with 24 bytes: its number (8), the transaction that wrote it (8), 2 unused, flags (2), and either the
// bounds of its free space (2, 2) or, on the first page of a long value, the number of pages (4). Offsets in a page count
// from behind that head. Then come offsets of nodes (2 each); nodes lie at the end.
// A node: 8 bytes of head, the key, and in a leaf the value. In a leaf the head holds the value's size (4), flags (2) and
// the key's size (2); in a branch the child's page number (6) and the key's size (2). The value of a long one is where
// it lies: page number (8), transaction (8), pages (8). That of a named database is its tree (see `Tree`).

export const headBytes = 24;
export const nodeHeadBytes = 8;
/** What a leaf holds of a long value. */
export const longReferenceBytes = 24;
/** What a leaf of the main tree holds of a named database. */
export const treeBytes = 48;

export const branchPage = 0x01;
export const leafPage = 0x02;
export const longPage = 0x04;
const metaPage = 0x08;
/** Kinds of nodes in leaves; a node of a kind that is not named here has several values under one key. */
export const longValue = 0x01;
export const namedTree = 0x02;

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
/** The tree of free pages has numbers for keys. */
const INTEGER_KEY = 0x08;
const META_MAP_SIZE = headBytes + 16;
const META_FREE = headBytes + 24;
const META_MAIN = META_FREE + treeBytes;
const META_LAST_PAGE = META_MAIN + treeBytes;
const META_TRANSACTION = META_LAST_PAGE + 8;
/** Bytes of a meta page that say something. */
export const metaBytes = META_TRANSACTION + 16;

export const minPageBytes = 512;
export const maxPageBytes = 65536;

/** A tree of pages. */
export interface Tree {
  readonly flags: number;
  /** Levels, leaves included; 0: empty. */
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly longPages: number;
  readonly records: number;
  /** Page number; −1 of an empty tree. */
  readonly root: number;
}

/** What a meta page says. */
export interface Meta {
  readonly pageBytes: number;
  readonly mapBytes: number;
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
}

export const emptyTree: Tree = {
  flags: 0,
  depth: 0,
  branchPages: 0,
  leafPages: 0,
  longPages: 0,
  records: 0,
  root: -1,
};

/** Pages of a tree. */
export function pagesOf(tree: Tree): number {
  return tree.branchPages + tree.leafPages + tree.longPages;
}

/** Pages that a value of `bytes` takes when it does not fit a leaf. */
export function longValuePages(bytes: number, pageBytes: number): number {
  return Math.ceil((headBytes + bytes) / pageBytes);
}

/** As Buffer's methods, which check their arguments each time: pages are read number by number. `at` must lie within. */
export function readUint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return (readUint16(bytes, at) | (readUint16(bytes, at + 2) << 16)) >>> 0;
}

/** A 64-bit number that is taken for a page number, a count or a size: all bits set is −1. NaN when it is too large to be exact. */
export function readCount(bytes: Buffer, at: number): number {
  const low = readUint32(bytes, at);
  const high = readUint32(bytes, at + 4);
  if (high === 0xffffffff && low === 0xffffffff) return -1;
  return high < 0x200000 ? high * 2 ** 32 + low : Number.NaN;
}

export function writeCount(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value < 0 ? 0xffffffff : value % 2 ** 32, at);
  bytes.writeUInt32LE(value < 0 ? 0xffffffff : Math.floor(value / 2 ** 32), at + 4);
}

export function readTree(bytes: Buffer, at: number): Tree {
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: readCount(bytes, at + 8),
    leafPages: readCount(bytes, at + 16),
    longPages: readCount(bytes, at + 24),
    records: readCount(bytes, at + 32),
    root: readCount(bytes, at + 40),
  };
}

function writeTree(bytes: Buffer, at: number, pad: number, tree: Tree): void {
  bytes.writeUInt32LE(pad, at);
  bytes.writeUInt16LE(tree.flags, at + 4);
  bytes.writeUInt16LE(tree.depth, at + 6);
  writeCount(bytes, at + 8, tree.branchPages);
  writeCount(bytes, at + 16, tree.leafPages);
  writeCount(bytes, at + 24, tree.longPages);
  writeCount(bytes, at + 32, tree.records);
  writeCount(bytes, at + 40, tree.root);
}

/** Where a leaf of the main tree holds the root of a named database, from the beginning of its `Tree`. */
export const treeRootOffset = 40;

/** Page number of the child that a node of a branch, which begins at `node`, leads to. */
export function readChild(page: Buffer, node: number): number {
  return page.readUInt32LE(node) + page.readUInt16LE(node + 4) * 2 ** 32;
}

export function writeChild(page: Buffer, node: number, number: number): void {
  page.writeUInt32LE(number % 2 ** 32, node);
  page.writeUInt16LE(Math.floor(number / 2 ** 32), node + 4);
}

/** Reads a meta page. @returns undefined when it is none of this format */
export function readMeta(page: Buffer): Meta | undefined {
  if (
    page.length < metaBytes ||
    (page.readUInt16LE(18) & metaPage) === 0 ||
    page.readUInt32LE(headBytes) !== MAGIC ||
    page.readUInt32LE(headBytes + 4) !== DATA_VERSION
  ) {
    return undefined;
  }
  const pageBytes = page.readUInt32LE(META_FREE);
  if (pageBytes < minPageBytes || pageBytes > maxPageBytes || (pageBytes & (pageBytes - 1)) !== 0) {
    return undefined;
  }
  return {
    pageBytes,
    mapBytes: readCount(page, META_MAP_SIZE),
    main: readTree(page, META_MAIN),
    lastPage: readCount(page, META_LAST_PAGE),
    transaction: readCount(page, META_TRANSACTION),
  };
}

/** Writes a meta page, without free pages, into `page`, which is zeroed. */
export function writeMeta(page: Buffer, number: number, meta: Meta): void {
  page.fill(0, 0, meta.pageBytes);
  writeCount(page, 0, number);
  page.writeUInt16LE(metaPage, 18);
  page.writeUInt32LE(MAGIC, headBytes);
  page.writeUInt32LE(DATA_VERSION, headBytes + 4);
  writeCount(page, META_MAP_SIZE, meta.mapBytes);
  writeTree(page, META_FREE, meta.pageBytes, { ...emptyTree, flags: INTEGER_KEY });
  writeTree(page, META_MAIN, 0, meta.main);
  writeCount(page, META_LAST_PAGE, meta.lastPage);
  writeCount(page, META_TRANSACTION, meta.transaction);
}

/** The two meta pages of a file that holds one state: transaction n is written to page n modulo 2, the other one is older. */
export function writeMetas(pages: Buffer, meta: Meta): void {
  const { pageBytes, transaction } = meta;
  const newest = transaction % 2;
  const none: Meta = { ...meta, main: emptyTree, lastPage: 1, transaction: 0 };
  writeMeta(pages.subarray(0, pageBytes), 0, newest === 0 ? meta : none);
  writeMeta(pages.subarray(pageBytes, 2 * pageBytes), 1, newest === 1 ? meta : none);
}
