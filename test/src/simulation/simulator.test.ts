// Whole clusters under a seed each: fixed ones in every run (QUORATE_SIM_SEEDS, QUORATE_SIM_SEED for others), the failures
// of the past, and that a seed is a seed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type GivenSettings, type SimResult, simulate } from '@quorate/testkit';

const SEEDS = Number(process.env['QUORATE_SIM_SEEDS'] ?? 50);
const FIRST_SEED = Number(process.env['QUORATE_SIM_SEED'] ?? 1);
/** Time for the seeds of a normal run: on a slow machine fewer are run. */
const BUDGET_MS = process.env['QUORATE_SIM_SEEDS'] === undefined ? 15_000 : Number.POSITIVE_INFINITY;
/** A normal run has shorter lives. */
const SETTINGS: GivenSettings = process.env['QUORATE_SIM_SEEDS'] === undefined ? { durationMs: 15_000 } : {};
const REGRESSIONS = new URL('../../simulation/regressions/', import.meta.url);

interface Regression {
  readonly seed: number;
  readonly settings: GivenSettings;
}

function expectSound(name: string, result: SimResult): void {
  const { violation, seed, timeline } = result;
  if (violation === undefined) return;
  assert.fail(
    `${name}: ${violation.checker} at ${violation.atMs.toFixed(1)} ms\n${violation.message}\n` +
      `${timeline.slice(-30).join('\n')}\nreplay: npm run simulate -- --seed ${seed} --seeds 1 --trace --settings '${JSON.stringify(SETTINGS)}'`,
  );
}

test('the failures of the past do not come back', async () => {
  for (const file of readdirSync(REGRESSIONS).filter((name) => name.endsWith('.json'))) {
    const { seed, settings } = JSON.parse(readFileSync(new URL(file, REGRESSIONS), 'utf8')) as Regression;
    expectSound(file, await simulate(seed, { settings }));
  }
});

test('a run is repeated bit for bit by its seed', async () => {
  for (const seed of [5, 18]) {
    const [first, second] = [await simulate(seed), await simulate(seed)];
    assert.equal(first.digest, second.digest);
    assert.equal(first.events, second.events);
  }
  assert.notEqual((await simulate(18)).digest, (await simulate(19)).digest);
});

test(`clusters in trouble keep their promises (${SEEDS} seeds from ${FIRST_SEED} on)`, async () => {
  const untilMs = performance.now() + BUDGET_MS;
  let acknowledged = 0;
  let seed = FIRST_SEED;
  for (; seed < FIRST_SEED + SEEDS && performance.now() < untilMs; seed++) {
    const result = await simulate(seed, { settings: SETTINGS });
    expectSound(`seed ${seed}`, result);
    acknowledged += result.counts.get('answer ok') ?? 0;
  }
  assert.ok(seed > FIRST_SEED && acknowledged > 0, 'something was simulated');
});
