// Sizes and bounds of the log.
import { assert } from '@quorate/base';

/** Where etcd cuts a segment, and what it preallocates. */
export const SEGMENT_BYTES = 64_000_000;
/** Smallest unit that a disk writes whole; a torn write shows as a sector of zeros. */
export const SECTOR_BYTES = 512;
/** Length field in front of every record. */
export const FRAME_HEADER_BYTES = 8;
/** Records are padded to a multiple of this, so that a length field never straddles a sector. */
export const FRAME_ALIGNMENT_BYTES = 8;
/** Longest record written or believed; etcd's own limit on a request is far below. */
export const MAX_RECORD_BYTES = 512 * 1024 * 1024;
/** A batch larger than this is written in pieces, so that the encode buffer stays small. */
export const WRITE_BUFFER_BYTES = 4 * 1024 * 1024;
/** First size of the encode buffer. */
export const INITIAL_WRITE_BUFFER_BYTES = 256 * 1024;
/** What the reader takes from the disk at a time. */
export const READ_CHUNK_BYTES = 1024 * 1024;
/** Zeros written synchronously at the start of a segment that could not be prepared ahead of time. */
export const INITIAL_ZERO_BYTES = 4 * 1024 * 1024;
/** Zeros written at a time when a segment is prepared ahead of time. */
export const ZERO_CHUNK_BYTES = 1024 * 1024;
/** Zeros written between two syncs then, so that no large flush gets in the way of the log's own. */
export const ZERO_SYNC_BYTES = 8 * 1024 * 1024;
/** The next segment is prepared when the current one is this full. */
export const PREPARE_AT_FRACTION = 0.5;
/** A sync longer than this is worth a warning (etcd's figure). */
export const SLOW_SYNC_MS = 1000;
/** Segments kept at least by `purge`, whatever is asked: the one written to and the one before. */
export const MIN_SEGMENTS_KEPT = 2;

assert(SECTOR_BYTES % FRAME_ALIGNMENT_BYTES === 0, 'a length field must not straddle sectors');
assert(WRITE_BUFFER_BYTES < MAX_RECORD_BYTES && MAX_RECORD_BYTES < 2 ** 31, 'records fit a buffer');
assert(ZERO_SYNC_BYTES % ZERO_CHUNK_BYTES === 0, 'whole chunks between syncs');
