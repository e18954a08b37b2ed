// Runs of several targets, some at a time, each in portions: what is over is recorded, and not lost when the rest is given up.
import { fork } from 'node:child_process';
import type { FuzzOrder, FuzzOutcome } from './protocol.ts';

/** Inputs of one run; the next begins with what this one has kept. */
const PORTION_INPUTS = 5_000_000;

export interface CampaignOptions {
  readonly targets: readonly string[];
  readonly jobs: number;
  /** How many a target shall get. */
  readonly inputsFor: (target: string) => number;
  readonly milliseconds: number;
  /** Another one for each run of a target. */
  readonly seedFor: (target: string, run: number) => number;
  readonly save: boolean;
  readonly onRun: (target: string, seed: number, outcome: FuzzOutcome) => void;
}

export async function campaign(options: CampaignOptions): Promise<void> {
  const waiting = [...options.targets];
  const worker = async (): Promise<void> => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift())
      await portions(options, target);
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
}

async function portions(options: CampaignOptions, target: string): Promise<void> {
  const endMs = performance.now() + options.milliseconds;
  let left = options.inputsFor(target);
  for (let run = 0; left > 0 && performance.now() < endMs; run++) {
    const seed = options.seedFor(target, run);
    const outcome = await runApart({
      target,
      seed,
      inputs: Math.min(left, PORTION_INPUTS),
      milliseconds: endMs - performance.now(),
      explore: true,
      save: options.save,
    });
    options.onRun(target, seed, outcome);
    if (outcome.finding !== undefined) return;
    left -= outcome.figures.inputs;
  }
}

function runApart(order: Omit<FuzzOrder, 'shared'>): Promise<FuzzOutcome> {
  const child = fork(new URL('./job.js', import.meta.url), { serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('message', (outcome) => resolve(outcome as FuzzOutcome));
    child.once('exit', (code, signal) =>
      reject(new Error(`the process that fuzzes ${order.target} ended: ${signal ?? code}`)),
    );
    child.send(order);
  });
}
