import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@quorate/base';
import { ChunkPool } from './chunk-pool.ts';

test('chunks come back until nobody has needed them for a while', () => {
  const due: (() => void)[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    wallMs: () => 0,
    setTimer: (_delayMs, fn) => {
      due.push(fn);
      return { cancel: () => {} };
    },
    defer: () => {},
  };
  const pool = new ChunkPool(clock);
  const tick = (): void => due.shift()?.();
  const chunks = [pool.take(), pool.take(), pool.take()];
  assert.equal(new Set(chunks).size, 3);
  pool.give(chunks);
  tick();
  const again = [pool.take(), pool.take()];
  for (const chunk of again) assert.ok(chunks.includes(chunk));
  pool.give(again);
  tick(); // one of the three was never taken
  const kept = [pool.take(), pool.take(), pool.take()];
  assert.equal(kept.filter((chunk) => chunks.includes(chunk)).length, 2);
  pool.give(kept);
  tick();
  tick();
  assert.deepEqual(due, [], 'an empty pool has no timer');
  assert.ok(!kept.includes(pool.take()));
});
