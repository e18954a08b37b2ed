// The order of the bucket `key` in a store that came from elsewhere: later code takes the form of its keys for granted.
import { readUint64, revisionKeyBytes, tombstoneKeyBytes } from '../backend/revision-key.ts';

const UNDERSCORE = 0x5f;
const TOMBSTONE_MARK = 0x74;
const MAX_SUB = 0x3fffffff;

/** Reads keys one after the other. */
export class RevisionOrder {
  main = 0;
  sub = -1;
  tombstone = false;

  /** Takes the key `bytes[start, end)`. @returns what is wrong with it, or undefined */
  take(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    const hasForm =
      (length === revisionKeyBytes ||
        (length === tombstoneKeyBytes && bytes[start + revisionKeyBytes] === TOMBSTONE_MARK)) &&
      bytes[start + 8] === UNDERSCORE;
    const main = hasForm ? readUint64(bytes, start) : -1;
    const sub = hasForm ? readUint64(bytes, start + 9) : -1;
    if (!hasForm || !Number.isSafeInteger(main) || sub > MAX_SUB) {
      return `bucket key has ${Buffer.from(bytes.subarray(start, end)).toString('hex')}, which is no revision`;
    }
    // In the order of bytes a tombstone follows the same revision without the mark, and there cannot be both.
    if (main < this.main || (main === this.main && sub <= this.sub)) {
      return `revision ${main}.${sub} comes twice`;
    }
    this.main = main;
    this.sub = sub;
    this.tombstone = length === tombstoneKeyBytes;
    return undefined;
  }
}
