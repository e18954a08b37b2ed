import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawSettings, type SimSettings } from './settings.ts';
import { changedSettings, shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import type { SimResult } from './world.ts';

const SEED = 11;
const GIVEN = {
  durationMs: 100_000,
  restMs: 0,
  clients: 8,
  watchers: 3,
  faults: { kill: 1, pause: 2, powerLoss: 1 },
};
const FAULTS = 100;

function outcome(settings: SimSettings, failing: boolean, faults: number, atMs: number): SimResult {
  return {
    seed: SEED,
    violation: failing ? { checker: 'stale-read', message: 'too old', atMs } : undefined,
    virtualMs: settings.durationMs,
    events: 1,
    counts: new Map([['fault kill', faults]]),
    digest: 0,
    timeline: [],
  };
}

/** Fails when faults 17 and 60 strike, of which kills are a part, and somebody puts and gets. */
async function failsForTwoFaults(_seed: number, settings: SimSettings): Promise<SimResult> {
  const { skipFaults, faults, operations, durationMs } = settings;
  const failing =
    !skipFaults.includes(17) &&
    !skipFaults.includes(60) &&
    faults.kill > 0 &&
    operations.put > 0 &&
    operations.get > 0 &&
    durationMs >= 61_000;
  return outcome(settings, failing, FAULTS - skipFaults.length, 61_000);
}

test('only what a failure needs is left, and that is found in few runs', async () => {
  const given = { ...GIVEN, operations: { put: 3, get: 1, lease: 5, v2Put: 1 } };
  const failure = await failsForTwoFaults(SEED, drawSettings(SEED, given));
  const { settings, result, runs } = await shrink(SEED, given, failure, { run: failsForTwoFaults });
  assert.equal(result.violation?.checker, 'stale-read');
  assert.equal(settings.skipFaults.length, FAULTS - 2);
  assert.ok(!settings.skipFaults.includes(17) && !settings.skipFaults.includes(60));
  assert.deepEqual([settings.durationMs, settings.clients, settings.watchers], [61_001, 1, 0]);
  const { faults, operations } = changedSettings(SEED, settings);
  assert.deepEqual([faults, operations], [{ kill: 1 }, { put: 3, get: 1 }]);
  assert.deepEqual(drawSettings(SEED, changedSettings(SEED, settings)), settings, 'the smaller run replays');
  assert.ok(runs < 80, `${runs} runs`);
});

test('another failure is not taken for the one looked for', async () => {
  const failure = outcome(drawSettings(SEED, GIVEN), true, 3, 5);
  const { settings, runs } = await shrink(SEED, GIVEN, failure, {
    run: async (_seed, candidate) => ({
      ...outcome(candidate, true, 3, 5),
      violation: { checker: 'assertion', message: 'something else', atMs: 5 },
    }),
  });
  assert.deepEqual(settings, drawSettings(SEED, GIVEN));
  assert.ok(runs > 0);
});

test('a failure of a cluster is made smaller', async () => {
  // A checker that minds kills: of a storm one of them is left, and hardly a client.
  const given = { ...GIVEN, members: 1, durationMs: 5000, faultMeanMs: 500, thinkMeanMs: 400, watchers: 0 };
  const minding = async (seed: number, settings: SimSettings): Promise<SimResult> => {
    const result = await simulate(seed, { settings });
    const kills = result.counts.get('fault kill') ?? 0;
    const violation = kills > 0 ? { checker: 'no-kills', message: `${kills}`, atMs: 4000 } : undefined;
    return { ...result, violation };
  };
  const failure = await minding(SEED, drawSettings(SEED, given));
  assert.equal(failure.violation?.checker, 'no-kills');
  const { result } = await shrink(SEED, given, failure, { run: minding });
  const struck = [...result.counts].filter(([name]) => name.startsWith('fault '));
  assert.deepEqual(struck, [['fault kill', 1]]);
});
