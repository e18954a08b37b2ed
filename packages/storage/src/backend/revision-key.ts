// Keys of the bucket `key`: 8 bytes main revision, '_', 8 bytes sub revision, both big-endian, and 't' for a tombstone.
// In the order of their bytes they are in the order of (main, sub).
import { assert } from '@quorate/base';

export const revisionKeyBytes = 17;
export const tombstoneKeyBytes = 18;
const UNDERSCORE = 0x5f;
const TOMBSTONE_MARK = 0x74;
const TWO_32 = 2 ** 32;

function writeUint64(target: Uint8Array, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  const low = value >>> 0;
  target[at] = high >>> 24;
  target[at + 1] = high >>> 16;
  target[at + 2] = high >>> 8;
  target[at + 3] = high;
  target[at + 4] = low >>> 24;
  target[at + 5] = low >>> 16;
  target[at + 6] = low >>> 8;
  target[at + 7] = low;
}

/** An unsigned 64-bit big-endian number; exact up to 2^53. */
export function readUint64(source: Uint8Array, at: number): number {
  const high =
    (source[at] as number) * 0x1000000 +
    (((source[at + 1] as number) << 16) | ((source[at + 2] as number) << 8) | (source[at + 3] as number));
  const low =
    (source[at + 4] as number) * 0x1000000 +
    (((source[at + 5] as number) << 16) | ((source[at + 6] as number) << 8) | (source[at + 7] as number));
  return high * TWO_32 + low;
}

/** Writes a revision key. @returns its length */
export function writeRevisionKey(target: Uint8Array, main: number, sub: number, tombstone: boolean): number {
  writeUint64(target, 0, main);
  target[8] = UNDERSCORE;
  writeUint64(target, 9, sub);
  if (!tombstone) return revisionKeyBytes;
  target[17] = TOMBSTONE_MARK;
  return tombstoneKeyBytes;
}

/** A revision key as a new byte string. */
export function encodeRevisionKey(main: number, sub: number, tombstone: boolean): Uint8Array {
  const key = Buffer.allocUnsafe(tombstone ? tombstoneKeyBytes : revisionKeyBytes);
  writeRevisionKey(key, main, sub, tombstone);
  return key;
}

const scratch = Buffer.alloc(tombstoneKeyBytes);

/** A revision key as a one-char-a-byte string. */
export function revisionKeyText(main: number, sub: number, tombstone: boolean): string {
  return scratch.toString('latin1', 0, writeRevisionKey(scratch, main, sub, tombstone));
}

/** Main revision of a revision key. */
export function mainOf(key: Uint8Array): number {
  assert(
    (key.length === revisionKeyBytes || key.length === tombstoneKeyBytes) && key[8] === UNDERSCORE,
    'not a revision key',
  );
  return readUint64(key, 0);
}

/** Sub revision of a revision key. */
export function subOf(key: Uint8Array): number {
  return readUint64(key, 9);
}

/** Whether a revision key is that of a deletion. */
export function isTombstoneKey(key: Uint8Array): boolean {
  return key.length === tombstoneKeyBytes;
}
