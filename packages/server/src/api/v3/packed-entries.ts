// Entries of a bucket as one run of bytes, for the way to a thread and through a file:
// {key length u32, value length u32, key, value}…, little-endian.
import type { BackendEntry } from '@quorate/storage';

/** Bytes in front of every entry. */
export const entryHeadBytes = 8;

/** Entries as one new byte string over memory of its own, fit to be given away to a thread. */
export function packEntries(entries: readonly BackendEntry[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { key, value } of entries) size += entryHeadBytes + key.length + value.length;
  const packed = new Uint8Array(size);
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const { key, value } of entries) {
    view.setUint32(at, key.length, true);
    view.setUint32(at + 4, value.length, true);
    packed.set(key, at + entryHeadBytes);
    packed.set(value, at + entryHeadBytes + key.length);
    at += entryHeadBytes + key.length + value.length;
  }
  return packed;
}

/** Reads `length` bytes at `position` into `target`; false when there are fewer. */
export type ReadAt = (target: Uint8Array, length: number, position: number) => boolean;

/** Entries packed in bytes [start, end) of what `readAt` reads. Each is valid until the next is asked for. */
export function* unpackEntries(
  readAt: ReadAt,
  start: number,
  end: number,
  bufferBytes: number,
): Generator<readonly [key: Uint8Array, value: Uint8Array], void, void> {
  let buffer = Buffer.allocUnsafe(bufferBytes);
  let filePosition = start;
  let from = 0;
  let to = 0;
  const need = (bytes: number): void => {
    if (to - from >= bytes) return;
    if (bytes > buffer.length) {
      const grown = Buffer.allocUnsafe(bytes);
      buffer.copy(grown, 0, from, to);
      buffer = grown;
    } else {
      buffer.copyWithin(0, from, to);
    }
    to -= from;
    from = 0;
    const more = Math.min(buffer.length - to, end - filePosition);
    if (to + more < bytes || !readAt(buffer.subarray(to), more, filePosition)) {
      throw new Error('packed entries end inside an entry');
    }
    filePosition += more;
    to += more;
  };
  while (filePosition < end || from < to) {
    need(entryHeadBytes);
    const keyBytes = buffer.readUInt32LE(from);
    const valueBytes = buffer.readUInt32LE(from + 4);
    need(entryHeadBytes + keyBytes + valueBytes);
    const keyStart = from + entryHeadBytes;
    const valueStart = keyStart + keyBytes;
    from = valueStart + valueBytes;
    yield [buffer.subarray(keyStart, valueStart), buffer.subarray(valueStart, from)];
  }
}
