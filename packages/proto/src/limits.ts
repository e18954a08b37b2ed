/** Bounds of the codecs. */

/** Messages may nest this deep when decoded, as in Go's and the C++ implementation's default. */
export const MAX_DECODE_DEPTH = 100;

/** Most bytes a base-128 varint may take. */
export const MAX_VARINT_BYTES = 10;

/** Strings up to this many bytes are decoded or encoded by a loop before falling back to the native codec. */
export const SHORT_STRING_BYTES = 24;

/** Byte strings up to this long are copied by a loop; above, TypedArray.set is faster. */
export const SHORT_COPY_BYTES = 16;

/** First size of a Writer's buffer. */
export const WRITER_INITIAL_BYTES = 1024;

/** First number of length slots kept between the sizing and the writing pass; grows as needed. */
export const LENGTH_SLOTS_INITIAL = 1024;
