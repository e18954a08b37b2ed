import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonSplitter } from './json-splitter.ts';

test('values are found however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.json())),
      fc.integer({ min: 1, max: 20 }),
      (objects, size) => {
        const bytes = Buffer.from(objects.map((object) => JSON.stringify(object)).join('\n'));
        const splitter = new JsonSplitter(1 << 20);
        const found: unknown[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          for (const text of splitter.push(bytes.subarray(at, at + size))) found.push(JSON.parse(text));
        }
        assert.deepEqual(
          found,
          objects.map((object) => JSON.parse(JSON.stringify(object))),
        );
        assert.equal(splitter.rest, '');
      },
    ),
  );
});

test('a value that never ends is refused', () => {
  const splitter = new JsonSplitter(100);
  assert.throws(() => splitter.push(Buffer.from(`{"a":"${'x'.repeat(200)}`)), RangeError);
});
