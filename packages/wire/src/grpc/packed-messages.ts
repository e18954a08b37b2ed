// Several gRPC messages in one piece of bytes, each behind its length prefix (a zero byte and the length, big-endian),
// as they stand on the wire. Whoever sends thousands of small messages lays them out so, and has them copied at once.

/** Length-prefix bytes of a gRPC message. */
export const PREFIX_BYTES = 5;

/** Writes the prefix of an uncompressed message and returns the position behind it. */
export function writeMessagePrefix(out: Uint8Array, at: number, messageBytes: number): number {
  out[at] = 0;
  out[at + 1] = messageBytes >>> 24;
  out[at + 2] = messageBytes >>> 16;
  out[at + 3] = messageBytes >>> 8;
  out[at + 4] = messageBytes;
  return at + PREFIX_BYTES;
}

/** The single messages, as views. */
export function* packedMessages(bytes: Uint8Array): Iterable<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const start = at + PREFIX_BYTES;
    at = start + view.getUint32(at + 1);
    yield bytes.subarray(start, at);
  }
}
