import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runKillCycles } from './kill-cycles.ts';

// 100 in CI, thousands on demand: KILL_CYCLES=1000 KILL_JOBS=2 npm test -- kill-cycles
const cycles = Number(process.env['KILL_CYCLES'] ?? 8);
const jobs = Number(process.env['KILL_JOBS'] ?? 1);
const maxLoadMs = Number(process.env['KILL_LOAD_MS'] ?? 300);

test(`no acknowledged write is lost over ${cycles} SIGKILLs under mixed v2 and v3 load`, async (t) => {
  const report = await runKillCycles({
    cycles,
    jobs,
    maxLoadMs,
    args: ['--snapshot-count', '2000'],
    onCycle: (cycle, text) => t.diagnostic(`cycle ${cycle}: ${text}`),
  });
  assert.equal(report.cycles, cycles);
  assert.ok(report.acknowledged > 0, 'the load was acknowledged at all');
  t.diagnostic(
    `${report.cycles} kills, ${report.duringStart} of them during a start; ${report.acknowledged} of ${report.writes} v3 writes acknowledged`,
  );
});
