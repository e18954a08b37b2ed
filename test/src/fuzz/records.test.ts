import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputsOf, type RunRecord, table } from './records.ts';

const run = (target: string, inputs: number, cpuSeconds: number, worstMs: number): RunRecord => ({
  target,
  inputs,
  commit: 'c',
  seed: 1,
  cpuSeconds,
  blocks: 93,
  worstMs,
  worstBytes: 2 ** 20,
});

test('counts of several runs of a target add up', async () => {
  const runs = [run('hpack', 9_000_000, 90, 1), run('grpc', 1, 1, 1), run('hpack', 1_000_000, 10, 7)];
  assert.equal(inputsOf(runs, 'hpack'), 10_000_000);
  const lines = (await table(runs)).split('\n');
  assert.ok(lines.includes('| hpack * | 10 000 000 | 100 000 | 93 | 7.00 | 1.00 | 4 |'), lines[2]);
  assert.ok(lines.some((line) => line.startsWith('| member | 0 | – |')));
});
