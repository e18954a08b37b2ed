import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runKillCycles } from './kill-cycles.ts';

// 100 in CI, 1 000 on demand: KILL_CYCLES=1000 npm test -- kill-cycles
const cycles = Number(process.env['KILL_CYCLES'] ?? 8);

test(`no acknowledged write is lost over ${cycles} SIGKILLs under mixed v2 and v3 load`, async (t) => {
  const report = await runKillCycles({
    cycles,
    maxLoadMs: 500,
    args: ['--snapshot-count', '2000'],
    onCycle: (cycle, text) => t.diagnostic(`cycle ${cycle}: ${text}`),
  });
  assert.ok(report.acknowledged > 0, 'the load was acknowledged at all');
  t.diagnostic(`${report.cycles} kills, ${report.acknowledged} of ${report.writes} v3 writes acknowledged`);
});
