// Long work in short pieces: a task is asked to step until the time is up, then the loop turns once. All tasks share the
// time of a turn, one after the other, so that a turn is no longer for many of them than for one.
import type { Clock } from '@quorate/base';
import { rangeSliceBudgetMs } from './limits.ts';

/** Work that is done in steps, each short. */
export interface SlicedTask {
  /** Does the next bit; false when there is nothing left to do, or when the task waits and will be run again. */
  step(): boolean;
}

export class Slices {
  readonly #clock: Clock;
  /** Tasks under way, the one whose turn is next in front. */
  #waiting: SlicedTask[] = [];
  readonly #slice = (): void => this.#runNext();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs a task: at once as far as the budget goes if no other is under way, the rest in later turns. */
  run(task: SlicedTask): void {
    this.#waiting.push(task);
    if (this.#waiting.length === 1) this.#runNext();
  }

  #runNext(): void {
    const until = this.#clock.nowMs() + rangeSliceBudgetMs;
    for (;;) {
      const task = this.#waiting[0] as SlicedTask;
      let more = true;
      while (more && this.#clock.nowMs() < until) more = task.step();
      this.#waiting.shift();
      if (more) this.#waiting.push(task);
      if (this.#waiting.length === 0) return;
      if (more || this.#clock.nowMs() >= until) break;
    }
    this.#clock.defer(this.#slice);
  }
}
