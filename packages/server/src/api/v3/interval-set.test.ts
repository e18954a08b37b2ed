import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IntervalSet } from './interval-set.ts';

test('holds exactly the keys of the ranges put in', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 0, maxLength: 3 });
  const range = fc.tuple(key, fc.option(key, { nil: undefined }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), fc.array(key, { maxLength: 20 }), (ranges, keys) => {
      const set = new IntervalSet();
      for (const [start, end] of ranges) set.add(start, end);
      const copy = new IntervalSet();
      copy.addAll(set);
      for (const k of keys) {
        const expected = ranges.some(([start, end]) => k >= start && (end === undefined || k < end));
        assert.equal(set.has(k), expected);
        assert.equal(copy.has(k), expected);
      }
    }),
    { numRuns: 300 },
  );
});
