import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterActivity } from './phases.ts';

const PHASES = { burstMs: 1000, restMs: 500_000 };

test('activity goes on in bursts, and is slow in the rests between them', () => {
  assert.equal(afterActivity({ burstMs: 1000, restMs: 0 }, 300, 5000), 5300);
  assert.equal(afterActivity(PHASES, 0, 400), 400);
  assert.equal(afterActivity(PHASES, 900, 100), 1000);
  // 100 ms are left of the burst; a rest of 500 s counts for one second.
  assert.equal(afterActivity(PHASES, 900, 600), 1000 + 500 / 0.002);
  assert.equal(afterActivity(PHASES, 900, 1150), 501_050);
  assert.equal(afterActivity(PHASES, 250, 2000 * 1000), 250 + 1000 * 501_000);
});

test('what is added up in steps is the same as at once', () => {
  let at = 0;
  for (let step = 1; step <= 1000; step++) {
    at = afterActivity(PHASES, at, 7);
    assert.ok(Math.abs(at - afterActivity(PHASES, 0, 7 * step)) < 1e-3, `step ${step}`);
  }
});
