import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYNCS_REMEMBERED } from './limits.ts';
import { SyncPolicy } from './sync-policy.ts';

function after(...durationsMs: readonly number[]): SyncPolicy {
  const policy = new SyncPolicy();
  for (const durationMs of durationsMs) policy.observe(durationMs);
  return policy;
}

function times(count: number, durationMs: number): number[] {
  return new Array<number>(count).fill(durationMs);
}

test('one slow sync moves the next ones off the loop', () => {
  assert.equal(after(...times(100, 0.3)).inline, true);
  assert.equal(after(...times(100, 0.3), 15).inline, false);
});

test('a disk that is quick again gets the syncs back onto the loop', () => {
  assert.equal(after(15, ...times(SYNCS_REMEMBERED - 1, 0.3)).inline, false);
  assert.equal(after(15, ...times(SYNCS_REMEMBERED, 0.3)).inline, true);
});

test('a disk that is never quick is synced off the loop', () => {
  assert.equal(after(...times(SYNCS_REMEMBERED, 4)).inline, false);
});

test('syncs that wait for a core stay on the loop', () => {
  assert.equal(after(...times(100, 0.3), 4, 4, 4, 4, 4).inline, true);
});
