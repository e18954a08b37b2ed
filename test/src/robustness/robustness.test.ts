import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRobustness } from './run.ts';

// A smoke run; CI runs more, and `npm run robustness` as much as one likes.
test('three members keep what they promised over a partition, a kill and a pause', async (t) => {
  const result = await runRobustness({
    kinds: ['ours', 'ours', 'ours'],
    seed: Math.floor(Math.random() * 1e9),
    durationMs: 6000,
    faults: ['partition', 'isolateLeader', 'kill', 'pause'],
    times: { meanDurationMs: 600, maxDurationMs: 2000, pauseMs: 300 },
    network: 'loopback',
  });
  t.diagnostic(`seed ${result.seed}, longest time without a write ${result.worstGap.ms.toFixed(0)} ms`);
  const { violation, timeline } = result;
  assert.equal(
    violation,
    undefined,
    `${violation?.message}\n${timeline.slice(-60).join('\n')}\n${result.kept}`,
  );
  assert.ok((result.counts.get('answer ok') ?? 0) > 0, 'something was acknowledged at all');
  assert.ok((result.counts.get('watch events') ?? 0) > 0, 'something was watched at all');
});
