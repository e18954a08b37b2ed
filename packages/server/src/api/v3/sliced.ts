// Long work in short pieces: a task is asked to step until its time is up, then the loop turns once.
import type { Clock } from '@quorate/base';
import { rangeSliceBudgetMs } from './limits.ts';

/** Work that is done in steps, each short. */
export interface SlicedTask {
  /** Does the next bit; false when there is nothing left to do, or when the task waits and will be driven again. */
  step(): boolean;
}

/** Runs the task: at once as far as the budget goes, the rest in later turns. */
export function runSliced(clock: Clock, task: SlicedTask): void {
  const until = clock.nowMs() + rangeSliceBudgetMs;
  while (task.step()) {
    if (clock.nowMs() >= until) {
      clock.defer(() => runSliced(clock, task));
      return;
    }
  }
}
