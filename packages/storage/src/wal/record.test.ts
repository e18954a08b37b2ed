// Encoding and decoding of records, against a plain encoder written for clarity.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '@quorate/base';
import type { Entry } from '@quorate/proto';
import fc from 'fast-check';
import { decodeEntry, decodeHardState, decodeSnapshotMark } from './record-decode.ts';
import { RecordWriter } from './record-writer.ts';

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}

function plainRecord(type: number, data: Uint8Array, before: number): { bytes: Buffer; crc: number } {
  const crc = crc32c(data, before);
  const record = [0x08, ...varint(BigInt(type)), 0x10, ...varint(BigInt(crc))];
  if (data.length > 0) record.push(0x1a, ...varint(BigInt(data.length)));
  const length = record.length + data.length;
  const padding = (8 - (length % 8)) % 8;
  const frame = Buffer.alloc(8);
  frame.writeUInt32LE(length, 0);
  if (padding > 0) frame[7] = 0x80 | padding;
  return { bytes: Buffer.concat([frame, Buffer.from(record), data, Buffer.alloc(padding)]), crc };
}

function plainEntry(entry: Entry): Buffer {
  const fields = [0x08, ...varint(BigInt(entry.type)), 0x10, ...varint(BigInt(entry.term))];
  fields.push(0x18, ...varint(BigInt(entry.index)));
  if (entry.data.length > 0) fields.push(0x22, ...varint(BigInt(entry.data.length)));
  return Buffer.concat([Buffer.from(fields), entry.data]);
}

const index = fc.oneof(fc.nat(300), fc.nat(0xffffffff), fc.maxSafeNat());
const anyEntry = fc.record({
  type: fc.constantFrom(0, 1, 2),
  term: index,
  index,
  data: fc.uint8Array({ maxLength: 400 }),
});
const id = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const ids = fc.array(id, { maxLength: 4 });

test('entries are encoded as by a plain encoder, and decoded again', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 20 }), fc.nat(0xffffffff), (entries, seed) => {
      const writer = new RecordWriter(seed);
      let crc = seed;
      const expected: Buffer[] = [];
      for (const entry of entries) {
        writer.entry(entry);
        const payload = plainEntry(entry);
        const record = plainRecord(2, payload, crc);
        crc = record.crc;
        expected.push(record.bytes);
        const decoded = decodeEntry(payload, 0, payload.length);
        assert.deepEqual(
          { ...decoded, data: [...(decoded?.data ?? [])] },
          { ...entry, data: [...entry.data] },
        );
      }
      assert.deepEqual(Buffer.from(writer.buffer.subarray(0, writer.length)), Buffer.concat(expected));
      assert.equal(writer.crc, crc);
    }),
  );
});

test('a record grows the buffer as far as needed, keeping what is in it', () => {
  const writer = new RecordWriter(0);
  const small = { type: 0, term: 1, index: 1, data: Buffer.from('small') };
  const large = { type: 0, term: 1, index: 2, data: Buffer.alloc(3_000_000, 9) };
  writer.entry(small);
  writer.entry(large);
  const first = plainRecord(2, plainEntry(small), 0);
  const second = plainRecord(2, plainEntry(large), first.crc);
  assert.equal(
    Buffer.compare(writer.buffer.subarray(0, writer.length), Buffer.concat([first.bytes, second.bytes])),
    0,
  );
});

test('hard states and snapshot marks come back as they were, ids of 64 bits included', () => {
  fc.assert(
    fc.property(
      index,
      id,
      index,
      ids,
      ids,
      fc.boolean(),
      (term, vote, commit, voters, learners, autoLeave) => {
        const payloadOf = (encode: (writer: RecordWriter) => void): Buffer => {
          const writer = new RecordWriter(0);
          encode(writer);
          const frame = writer.buffer.subarray(0, writer.length);
          const length = frame.readUInt32LE(0);
          // Records here are far shorter than 128 * 128 bytes: find the data behind the varints of type, crc, length.
          let at = 8 + 3;
          while ((frame[at] as number) >= 0x80) at++;
          at += 2;
          while ((frame[at] as number) >= 0x80) at++;
          return frame.subarray(at + 1, 8 + length);
        };
        const state = payloadOf((writer) => writer.hardState({ term, vote, commit }));
        assert.deepEqual(decodeHardState(state, 0, state.length), { term, vote, commit });
        const confState = { voters, learners, votersOutgoing: learners, learnersNext: voters, autoLeave };
        const mark = payloadOf((writer) => writer.snapshot({ index: commit, term, confState }));
        assert.deepEqual(decodeSnapshotMark(mark, 0, mark.length), { index: commit, term, confState });
        const bare = payloadOf((writer) => writer.snapshot({ index: commit, term }));
        assert.deepEqual(decodeSnapshotMark(bare, 0, bare.length), { index: commit, term });
      },
    ),
  );
});

test('decoding random bytes gives a value or undefined, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      decodeEntry(bytes, 0, bytes.length);
      decodeHardState(bytes, 0, bytes.length);
      decodeSnapshotMark(bytes, 0, bytes.length);
    }),
    { numRuns: 2000 },
  );
});
