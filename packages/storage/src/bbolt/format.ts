// The layout of bbolt files: little-endian structures at fixed offsets.
//
//   page     id u64 | flags u16 | count u16 | overflow u32 | elements, then keys and values
//   branch   pos u32 | ksize u32 | pgid u64                 pos counts from the element itself
//   leaf     flags u32 | pos u32 | ksize u32 | vsize u32    flags 1: the value is a bucket
//   bucket   root pgid u64 | sequence u64                   root 0: a page follows inline
//   meta     magic u32 | version u32 | page size u32 | flags u32 | root bucket | freelist pgid u64 |
//            high-water pgid u64 | txid u64 | FNV-1a of all before it u64
import { readUint64Number, uint64Bytes } from './uint64.ts';

export const PAGE_HEADER_BYTES = 16;
export const BRANCH_ELEMENT_BYTES = 16;
export const LEAF_ELEMENT_BYTES = 16;
export const BUCKET_HEADER_BYTES = 16;
export const META_BYTES = 64;
const META_CHECKSUM_OFFSET = 56;

export const PageFlag = { branch: 0x01, leaf: 0x02, meta: 0x04, freelist: 0x10 } as const;
export const BUCKET_ELEMENT_FLAG = 0x01;

export const MAGIC = 0xed0cdaed;
export const VERSION = 2;
/** Freelist page of a file that keeps none; read as the nearest double of 2^64 - 1. */
export const NO_FREELIST = 2 ** 64;
/** A freelist longer than 65534 pages has its length in its first element. */
export const LONG_FREELIST_COUNT = 0xffff;

export interface Meta {
  readonly pageSize: number;
  readonly rootPage: number;
  readonly sequence: number;
  readonly freelistPage: number;
  /** One more than the last page ever used. */
  readonly highWater: number;
  readonly txid: number;
}

/** FNV-1a, 64 bits. */
export function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

export function writePageHeader(
  page: Buffer,
  at: number,
  id: number,
  flags: number,
  count: number,
  overflow: number,
): void {
  uint64Bytes(page, at, id);
  page.writeUInt16LE(flags, at + 8);
  page.writeUInt16LE(count, at + 10);
  page.writeUInt32LE(overflow, at + 12);
}

/** A meta page. */
export function encodeMetaPage(id: number, meta: Meta): Buffer {
  const page = Buffer.alloc(meta.pageSize);
  writePageHeader(page, 0, id, PageFlag.meta, 0, 0);
  const body = page.subarray(PAGE_HEADER_BYTES);
  body.writeUInt32LE(MAGIC, 0);
  body.writeUInt32LE(VERSION, 4);
  body.writeUInt32LE(meta.pageSize, 8);
  uint64Bytes(body, 16, meta.rootPage);
  uint64Bytes(body, 24, meta.sequence);
  uint64Bytes(body, 32, meta.freelistPage);
  uint64Bytes(body, 40, meta.highWater);
  uint64Bytes(body, 48, meta.txid);
  body.writeBigUInt64LE(fnv1a64(body.subarray(0, META_CHECKSUM_OFFSET)), META_CHECKSUM_OFFSET);
  return page;
}

/** The meta in the bytes that follow a page header, or why it is none. */
export function decodeMeta(body: Buffer): Meta | string {
  if (body.length < META_BYTES) return 'it is too short';
  if (body.readUInt32LE(0) !== MAGIC) return 'it lacks the magic number';
  if (body.readUInt32LE(4) !== VERSION) return `its version is ${body.readUInt32LE(4)}, not ${VERSION}`;
  if (body.readBigUInt64LE(META_CHECKSUM_OFFSET) !== fnv1a64(body.subarray(0, META_CHECKSUM_OFFSET))) {
    return 'its checksum is wrong';
  }
  return {
    pageSize: body.readUInt32LE(8),
    rootPage: readUint64Number(body, 16),
    sequence: readUint64Number(body, 24),
    freelistPage: readUint64Number(body, 32),
    highWater: readUint64Number(body, 40),
    txid: readUint64Number(body, 48),
  };
}
