// Makes a failure smaller: leaves out kinds of faults and operations, clients, time and single faults, as long as the same
// checker still complains.
import { drawSettings, type GivenSettings, type SimSettings } from './settings.ts';
import { simulate } from './simulate.ts';
import type { SimResult } from './world.ts';

export interface Shrunk {
  readonly settings: SimSettings;
  readonly result: SimResult;
  readonly runs: number;
}

/** @param maxRuns bound on the attempts */
export async function shrink(
  seed: number,
  given: GivenSettings,
  failure: SimResult,
  maxRuns = 60,
): Promise<Shrunk> {
  let settings = drawSettings(seed, given);
  let result = failure;
  let runs = 0;
  const checker = failure.violation?.checker;
  const attempt = async (change: Partial<SimSettings>): Promise<boolean> => {
    if (runs >= maxRuns) return false;
    runs++;
    const candidate = { ...settings, ...change };
    const outcome = await simulate(seed, { settings: candidate });
    if (outcome.violation?.checker !== checker) return false;
    settings = candidate;
    result = outcome;
    return true;
  };
  const endMs = failure.violation?.atMs ?? settings.durationMs;
  if (endMs < settings.durationMs) await attempt({ durationMs: Math.ceil(endMs) + 1 });
  await attempt({ watchers: 0 });
  for (const kind of Object.keys(settings.faults) as (keyof SimSettings['faults'])[]) {
    if (settings.faults[kind] > 0) await attempt({ faults: { ...settings.faults, [kind]: 0 } });
  }
  for (const kind of Object.keys(settings.operations) as (keyof SimSettings['operations'])[]) {
    if (settings.operations[kind] > 0) await attempt({ operations: { ...settings.operations, [kind]: 0 } });
  }
  await attempt({ loss: 0 });
  await attempt({ duplication: 0 });
  await attempt({ reordering: false });
  await attempt({ clockDrift: 0 });
  for (const clients of [1, 2, 4]) if (clients < settings.clients && (await attempt({ clients }))) break;
  const faults = [...failure.counts].reduce(
    (sum, [name, count]) => sum + (name.startsWith('fault ') ? count : 0),
    0,
  );
  for (let number = 0; number < faults; number++) {
    await attempt({ skipFaults: [...settings.skipFaults, number] });
  }
  return { settings, result, runs };
}
