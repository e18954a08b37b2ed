// A clock that stands still until told otherwise.

import type { Clock, Timer } from '@quorate/base';

export class FakeClock implements Clock {
  #nowMs = 1_000;
  #timers: { atMs: number; fn: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, fn };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  defer(fn: () => void): void {
    setImmediate(fn);
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Moves on, calling timers in order. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (;;) {
      let next: { atMs: number; fn: () => void } | undefined;
      for (const timer of this.#timers) {
        if (timer.atMs <= end && (next === undefined || timer.atMs < next.atMs)) next = timer;
      }
      if (next === undefined) break;
      const due = next;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.fn();
    }
    this.#nowMs = end;
  }
}
