// Sizes and bounds of bbolt files.
import { assert } from '@quorate/base';

/** Page size of the files written: what etcd uses on every platform with 4 KiB pages. Readers take any below. */
export const PAGE_BYTES = 4096;
/** Page sizes accepted in a file read. */
export const MIN_PAGE_BYTES = 1024;
export const MAX_PAGE_BYTES = 65_536;
/** bbolt's own limits. */
export const MAX_KEY_BYTES = 32_768;
export const MAX_VALUE_BYTES = 2 ** 31 - 2;
/** A page counts its elements in 16 bits, the last value meaning something else in a freelist. */
export const MAX_PAGE_ELEMENTS = 0xfffe;
/** A bucket is kept inside its parent's page up to this fraction of a page. */
export const INLINE_FRACTION = 4;
/** A branch page must have so many children: bbolt's rebalancing takes it for granted. */
export const MIN_BRANCH_CHILDREN = 2;
/** A tree this deep is a damaged one: with two children a page it would hold more pages than a file can. */
export const MAX_DEPTH = 48;
/** Buckets within buckets; etcd nests none. */
export const MAX_BUCKET_NESTING = 16;
/** Longest page with its overflow that is believed: the largest value and its key. */
export const MAX_PAGE_RUN_BYTES = 2 ** 31;
/** Output is handed on in pieces of this size, or of the size of a page run that is longer. */
export const OUTPUT_CHUNK_BYTES = 512 * 1024;
/** Pages kept by a reader; only pages without overflow are. */
export const PAGE_CACHE_PAGES = 256;
/** Read at a time when a whole file is hashed. */
export const HASH_CHUNK_BYTES = 1024 * 1024;

assert(OUTPUT_CHUNK_BYTES % PAGE_BYTES === 0, 'a piece is so many pages');
assert(MIN_PAGE_BYTES <= PAGE_BYTES && PAGE_BYTES <= MAX_PAGE_BYTES, 'what is written can be read');
