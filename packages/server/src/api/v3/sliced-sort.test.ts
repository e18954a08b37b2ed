import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@quorate/base';
import { sortStepItems } from './limits.ts';
import { SlicedSort } from './sliced-sort.ts';

test('sorts like Array.sort, stable, in bounded steps', () => {
  const random = seededRandom(7);
  for (const length of [
    0,
    1,
    2,
    sortStepItems - 1,
    sortStepItems,
    sortStepItems + 1,
    5 * sortStepItems + 17,
  ]) {
    const items = Array.from({ length }, (_, at) => ({ by: random.nextBelow(50), at }));
    const expected = [...items].sort((a, b) => a.by - b.by);
    let compared = 0;
    const sort = new SlicedSort(items, (a, b) => {
      compared++;
      return a.by - b.by;
    });
    let before = 0;
    while (sort.step()) {
      assert.ok(compared - before <= sortStepItems * 12, 'a step stays short');
      before = compared;
    }
    assert.deepEqual(sort.sorted, expected);
  }
});
