import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hex64, keyFromLatin1, latin1Key, prefixRangeEnd } from './bytes.ts';

test('latin-1 key strings order and round-trip as their bytes do', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      const [x, y] = [latin1Key(a), latin1Key(b)];
      assert.equal(Math.sign(Buffer.compare(a, b)), x < y ? -1 : x > y ? 1 : 0);
      assert.deepEqual([...keyFromLatin1(x)], [...a]);
    }),
  );
});

test('a prefix range ends at the next sibling of the prefix', () => {
  assert.deepEqual([...prefixRangeEnd(Uint8Array.of(0x61, 0xff))], [0x62]);
  assert.deepEqual([...prefixRangeEnd(Uint8Array.of(0x61, 0x62))], [0x61, 0x63]);
  assert.deepEqual([...prefixRangeEnd(Uint8Array.of(0xff, 0xff))], [0]);
  const prefix = Buffer.from('ab');
  prefixRangeEnd(prefix);
  assert.equal(prefix.toString(), 'ab', 'the argument is left alone');
});

test('ids print in hexadecimal without padding', () => {
  assert.equal(hex64(0x8e9e05c52164694dn), '8e9e05c52164694d');
  assert.equal(hex64(-1n), 'ffffffffffffffff');
});
