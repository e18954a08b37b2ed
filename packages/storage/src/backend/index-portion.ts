// What the index needs of stored revisions, in columns: made where the records are read (the writer thread, while the
// main thread puts the portion before into the index) and handed over without an object per record.
import { KeyValueReader } from '../mvcc/key-value.ts';

/** Numbers of a record in `numbers`: main, create revision, version. */
export const portionNumbers = 3;
/** Numbers of a record in `marks`: subMark (sub times two, plus one for a tombstone), end of the key, lease halves. */
export const portionMarks = 4;

/** A run of revisions, ascending. */
export interface IndexPortion {
  readonly count: number;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly marks: Int32Array<ArrayBuffer>;
  /** The keys, one behind the other. */
  readonly keys: Uint8Array<ArrayBuffer>;
}

/** Gathers one portion. */
export class IndexPortionWriter {
  count = 0;
  private readonly reader = new KeyValueReader();
  private readonly numbers: Float64Array<ArrayBuffer>;
  private readonly marks: Int32Array<ArrayBuffer>;
  private keys: Uint8Array<ArrayBuffer>;
  private keysEnd = 0;

  /** @param used a portion of as many records, whose memory is used again */
  constructor(records: number, used?: IndexPortion) {
    this.numbers = used?.numbers ?? new Float64Array(records * portionNumbers);
    this.marks = used?.marks ?? new Int32Array(records * portionMarks);
    this.keys = used?.keys ?? new Uint8Array(records * 32);
  }

  /** Takes the revision whose encoded KeyValue is `value[start, end)`. @throws AssertionError when that is none */
  add(main: number, sub: number, tombstone: boolean, value: Uint8Array, start: number, end: number): void {
    const { reader, numbers, marks } = this;
    reader.parse(value, start, end);
    const { keyStart, keyEnd } = reader;
    const number = this.count * portionNumbers;
    numbers[number] = main;
    numbers[number + 1] = reader.createRevision;
    numbers[number + 2] = reader.version;
    let keysEnd = this.keysEnd;
    if (keysEnd + keyEnd - keyStart > this.keys.length) this.growKeys(keyEnd - keyStart);
    const { keys } = this;
    for (let at = keyStart; at < keyEnd; at++) keys[keysEnd++] = value[at] as number;
    this.keysEnd = keysEnd;
    const mark = this.count * portionMarks;
    marks[mark] = (sub << 1) | (tombstone ? 1 : 0);
    marks[mark + 1] = keysEnd;
    marks[mark + 2] = reader.leaseLow | 0;
    marks[mark + 3] = reader.leaseHigh | 0;
    this.count++;
  }

  finish(): IndexPortion {
    return { count: this.count, numbers: this.numbers, marks: this.marks, keys: this.keys };
  }

  private growKeys(needed: number): void {
    const larger = new Uint8Array(this.keys.length * 2 + needed);
    larger.set(this.keys.subarray(0, this.keysEnd));
    this.keys = larger;
  }
}

/** What changes hands when a portion goes from thread to thread. */
export function memoryOfPortion({ numbers, marks, keys }: IndexPortion): ArrayBuffer[] {
  return [numbers.buffer, marks.buffer, keys.buffer];
}
