// Pages of a store as another member sends them. LMDB trusts its file, and the index its records, so what is let through must be
// right.
import assert from 'node:assert/strict';
import { PageChecker, PageError, type RecordVisitor, StoreRecords } from '@quorate/storage';
import { accepts, type FuzzTarget } from '../target.ts';

const MOST_PAGES = 24;
const PAGE_HEAD_BYTES = 4;
const LARGEST_PAGE_BYTES = 4096;
/** Files are made here, one after the other: each input would leave a hundred kilobytes of garbage. */
const room = Buffer.alloc(MOST_PAGES * LARGEST_PAGE_BYTES);

/**
 * Pages with zeros in their middle left out: byte 0 tells their size, and each has the lengths of its beginning and of its
 * end before them. The file is good until the next one is made.
 */
export function expandPages(input: Buffer): Buffer {
  const pageBytes = 512 << ((input[0] ?? 0) & 3);
  let size = 0;
  for (let at = 1; at + PAGE_HEAD_BYTES <= input.length && size < MOST_PAGES * pageBytes; ) {
    const start = at + PAGE_HEAD_BYTES;
    const beginning = Math.min(input.readUInt16LE(at), pageBytes, input.length - start);
    const end = Math.min(input.readUInt16LE(at + 2), pageBytes - beginning, input.length - start - beginning);
    at = start + beginning + end;
    input.copy(room, size, start, start + beginning);
    room.fill(0, size + beginning, size + pageBytes - end);
    size += pageBytes;
    input.copy(room, size - end, start + beginning, at);
  }
  return room.subarray(0, size);
}

/** The input that expands to a file. */
export function compressPages(file: Buffer, pageBytes: number): Buffer {
  const parts: Buffer[] = [Buffer.from([Math.log2(pageBytes / 512)])];
  for (let at = 0; at < file.length; at += pageBytes) {
    const page = file.subarray(at, at + pageBytes);
    // The longest run of zeros.
    let from = 0;
    let to = 0;
    for (let start = 0; start < pageBytes; start++) {
      let end = start;
      while (end < pageBytes && page[end] === 0) end++;
      if (end - start > to - from) [from, to] = [start, end];
      start = end;
    }
    const head = Buffer.alloc(PAGE_HEAD_BYTES);
    head.writeUInt16LE(from, 0);
    head.writeUInt16LE(pageBytes - to, 2);
    parts.push(head, page.subarray(0, from), page.subarray(to));
  }
  return Buffer.concat(parts);
}

interface Entry {
  readonly bucket: string;
  readonly key: string;
  readonly value: string;
}

/** What a checker is told of, if it lets the pages through. */
function check(pieces: readonly Buffer[], visit: RecordVisitor | undefined): Entry[] | undefined {
  const records: Entry[] = [];
  const checker = new PageChecker((bucket, page, keyStart, keyEnd, bytes, valueStart, valueEnd) => {
    assert.ok(0 <= keyStart && keyStart <= keyEnd && keyEnd <= page.length, 'a key lies in its page');
    assert.ok(
      0 <= valueStart && valueStart <= valueEnd && valueEnd <= bytes.length,
      'a value lies in its bytes',
    );
    visit?.(bucket, page, keyStart, keyEnd, bytes, valueStart, valueEnd);
    const key = page.toString('latin1', keyStart, keyEnd);
    records.push({ bucket, key, value: bytes.toString('latin1', valueStart, valueEnd) });
  });
  const isAccepted = accepts(() => {
    for (const piece of pieces) checker.take(piece);
    checker.finish();
  }, PageError);
  if (!isAccepted) return undefined;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  assert.equal(checker.sizeBytes, length, 'a file is as long as it says');
  return records;
}

/** As `check`, and the records are those that the index is told of. */
function checkRecords(file: Buffer): Entry[] | undefined {
  let indexed = 0;
  // Holds room for thousands of records: most inputs are refused before they show one.
  let made: StoreRecords | undefined;
  const taken = (): StoreRecords => {
    made ??= new StoreRecords(({ count }) => {
      indexed += count;
    });
    return made;
  };
  const records = check([file], (...record) => taken().visit(...record));
  if (records === undefined) return undefined;
  taken().finish();
  assert.equal(taken().revisions, records.filter(({ bucket }) => bucket === 'key').length);
  assert.equal(indexed, taken().revisions, 'the index is told of every revision');
  return records;
}

function readPages(input: Buffer): void {
  const file = expandPages(input);
  const whole = checkRecords(file);
  if (whole === undefined) return;
  const pageBytes = 512 << ((input[0] ?? 0) & 3);
  const pages = Array.from({ length: file.length / pageBytes }, (_, at) =>
    file.subarray(at * pageBytes, (at + 1) * pageBytes),
  );
  // What is made of the same records is the same.
  const cut = check(pages, undefined);
  assert.equal(cut?.length, whole.length, 'the cuts make no difference');
  whole.forEach(({ bucket, key, value }, at) => {
    const again = cut?.[at];
    assert.ok(
      again?.bucket === bucket && again.key === key && again.value === value,
      'the cuts make no difference',
    );
    const before = whole[at - 1];
    if (before?.bucket === bucket) assert.ok(before.key < key, 'keys are in order');
  });
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'storage-pages',
    run: readPages,
    maxBytes: 16_384,
    // A long value is as long as the pages that it is said to take.
    memoryBytes: 8 << 20,
    seeds: () => [],
    words: [
      Buffer.from([0xde, 0xc0, 0xef, 0xbe]),
      Buffer.alloc(8),
      Buffer.alloc(8, 0xff),
      Buffer.from('key'),
      Buffer.from('meta'),
    ],
  },
];
