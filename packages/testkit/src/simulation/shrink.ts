// Makes a failure smaller: leaves out rests, kinds of faults and operations, clients, time and single faults, as long as the
// same checker still complains.
import { drawSettings, type GivenSettings, type SimSettings } from './settings.ts';
import { simulate } from './simulate.ts';
import type { SimResult } from './world.ts';

export interface Shrunk {
  readonly settings: SimSettings;
  readonly result: SimResult;
  readonly runs: number;
}

export interface ShrinkOptions {
  /** Bound on the attempts. */
  readonly maxRuns?: number;
  /** Runs a simulation. */
  readonly run?: (seed: number, settings: SimSettings) => Promise<SimResult>;
}

const MAX_RUNS = 150;

export async function shrink(
  seed: number,
  given: GivenSettings,
  failure: SimResult,
  options: ShrinkOptions = {},
): Promise<Shrunk> {
  const { maxRuns = MAX_RUNS, run = (one, settings) => simulate(one, { settings }) } = options;
  let settings = drawSettings(seed, given);
  let result = failure;
  let runs = 0;
  const checker = failure.violation?.checker;
  const attempt = async (change: Partial<SimSettings>): Promise<boolean> => {
    if (runs >= maxRuns) return false;
    runs++;
    const candidate = { ...settings, ...change };
    const outcome = await run(seed, candidate);
    if (outcome.violation?.checker !== checker) return false;
    settings = candidate;
    result = outcome;
    return true;
  };
  /** Nothing that comes after the failure is needed. */
  const cut = async (): Promise<void> => {
    const endMs = Math.ceil(result.violation?.atMs ?? settings.durationMs) + 1;
    if (endMs < settings.durationMs) await attempt({ durationMs: endMs });
  };

  const { burstMs, restMs } = settings;
  if (restMs > 0) {
    const busyMs = (settings.durationMs * burstMs) / (burstMs + restMs);
    await attempt({ restMs: 0, durationMs: busyMs });
  }
  await cut();
  await attempt({ watchers: 0 });
  for (const kind of Object.keys(settings.faults) as (keyof SimSettings['faults'])[]) {
    if (settings.faults[kind] > 0) await attempt({ faults: { ...settings.faults, [kind]: 0 } });
  }
  for (const kind of Object.keys(settings.operations) as (keyof SimSettings['operations'])[]) {
    if (settings.operations[kind] > 0) await attempt({ operations: { ...settings.operations, [kind]: 0 } });
  }
  for (const calmer of [{ loss: 0 }, { duplication: 0 }, { reordering: false }, { clockDrift: 0 }]) {
    if (Object.entries(calmer).some(([name, value]) => settings[name as keyof SimSettings] !== value))
      await attempt(calmer);
  }
  for (const clients of [1, 2, 4]) if (clients < settings.clients && (await attempt({ clients }))) break;
  await cut();
  await leaveOutFaults();
  await cut();
  return { settings, result, runs };

  /** Halves first, then quarters, down to single faults: most of many are of no importance. */
  async function leaveOutFaults(): Promise<void> {
    const struck = [...result.counts].reduce(
      (sum, [name, count]) => sum + (name.startsWith('fault ') ? count : 0),
      0,
    );
    const skipped = new Set(settings.skipFaults);
    let left = Array.from({ length: struck + skipped.size }, (_, number) => number).filter(
      (number) => !skipped.has(number),
    );
    for (let size = left.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < left.length; ) {
        const part = left.slice(at, at + size);
        if (await attempt({ skipFaults: [...settings.skipFaults, ...part] })) {
          left = left.filter((number) => !part.includes(number));
        } else at += size;
      }
    }
  }
}

/** The settings in which a run differs from what its seed draws; weights of 0 are left out, as they may be when given. */
export function changedSettings(seed: number, settings: SimSettings): GivenSettings {
  const drawn: Readonly<Record<string, unknown>> = { ...drawSettings(seed) };
  const changed = Object.entries(settings).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(drawn[name]),
  );
  return Object.fromEntries(
    changed.map(([name, value]) => [
      name,
      name === 'faults' || name === 'operations' ? withoutZeros(value) : value,
    ]),
  );
}

function withoutZeros(weights: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0));
}
