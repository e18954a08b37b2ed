// Whole clusters under a seed each: fixed ones in every run (QUORATE_SIM_SEEDS, QUORATE_SIM_SEED for others), the failures
// of the past, and that a seed is a seed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type GivenSettings, type SimResult, simulate } from '@quorate/testkit';

const SEEDS = Number(process.env['QUORATE_SIM_SEEDS'] ?? 8);
const FIRST_SEED = Number(process.env['QUORATE_SIM_SEED'] ?? 1);
/** A normal run has few and short lives; `npm run simulate` has the others. */
const SETTINGS: GivenSettings = process.env['QUORATE_SIM_SEEDS'] === undefined ? { durationMs: 10_000 } : {};
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
  const settings: GivenSettings = { durationMs: 20_000 };
  const digests = new Set<number>();
  for (const seed of [5, 18]) {
    const [first, second] = [await simulate(seed, { settings }), await simulate(seed, { settings })];
    assert.equal(first.digest, second.digest);
    assert.equal(first.events, second.events);
    digests.add(first.digest);
  }
  assert.equal(digests.size, 2);
});

test(`clusters in trouble keep their promises (${SEEDS} seeds from ${FIRST_SEED} on)`, async () => {
  let acknowledged = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const result = await simulate(seed, { settings: SETTINGS });
    expectSound(`seed ${seed}`, result);
    acknowledged += result.counts.get('answer ok') ?? 0;
  }
  assert.ok(acknowledged > 0, 'something was simulated');
});
