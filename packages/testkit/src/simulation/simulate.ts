// One run: a seed in, a result out.
import { inMacrotask } from './microtasks.ts';
import { drawSettings, type GivenSettings } from './settings.ts';
import { type SimResult, World } from './world.ts';

export interface SimulateOptions {
  /** In place of what the seed draws. */
  readonly settings?: GivenSettings;
  /** Told every line of the timeline as it happens. */
  readonly onTrace?: (line: string) => void;
}

/** Simulates a cluster under a seed. Runs in one turn of the event loop. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<SimResult> {
  const settings = drawSettings(seed, options.settings);
  const strays: unknown[] = [];
  const onStray = (reason: unknown): void => {
    strays.push(reason);
  };
  process.on('unhandledRejection', onStray);
  try {
    const result = await inMacrotask(() => new World(seed, settings, options.onTrace).run());
    // Rejections that nobody handled are told at the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    const stray = strays.find((reason) => !isPowerLoss(reason));
    if (stray === undefined || result.violation !== undefined) return result;
    const message = stray instanceof Error ? (stray.stack ?? stray.message) : String(stray);
    return { ...result, violation: { checker: 'unhandled-rejection', message, atMs: result.virtualMs } };
  } finally {
    process.off('unhandledRejection', onStray);
  }
}

function isPowerLoss(reason: unknown): boolean {
  for (let error = reason; error instanceof Error; error = error.cause) {
    if (error.name === 'SimCrash') return true;
  }
  return false;
}
