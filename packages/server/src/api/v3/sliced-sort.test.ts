import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@quorate/base';
import { sortStepItems } from './limits.ts';
import { SlicedSort } from './sliced-sort.ts';

test('sorts rows like Array.sort, in bounded steps', () => {
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
    const weights = Array.from({ length }, () => random.nextBelow(50));
    const order = (a: number, b: number): number => (weights[a] as number) - (weights[b] as number) || a - b;
    let compared = 0;
    const sort = new SlicedSort(length, (a, b) => {
      compared++;
      return order(a, b);
    });
    let before = 0;
    while (sort.step()) {
      assert.ok(compared - before <= sortStepItems * 12, 'a step stays short');
      before = compared;
    }
    assert.deepEqual([...sort.sorted], [...weights.keys()].sort(order));
  }
});
