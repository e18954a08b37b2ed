// A clock for tests: time stands still until it is moved; deferred calls run in later turns of the real loop.
import type { Clock, Timer } from '@quorate/base';

interface Pending {
  atMs: number;
  order: number;
  fn: () => void;
  cancelled: boolean;
}

export class TestClock implements Clock {
  #nowMs = 1000;
  readonly #startWallMs = 1_700_000_000_000;
  #timers: Pending[] = [];
  #order = 0;

  /** Timers set so far. */
  get timersSet(): number {
    return this.#order;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#startWallMs + this.#nowMs;
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    const timer: Pending = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      fn,
      cancelled: false,
    };
    this.#timers.push(timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }

  defer(fn: () => void): void {
    setImmediate(fn);
  }

  /** Moves time, running timers when they are due and letting the loop turn after each. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      this.#timers = this.#timers.filter((timer) => !timer.cancelled);
      this.#timers.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fn();
      await this.turns(2);
    }
    this.#nowMs = untilMs;
    await this.turns(2);
  }

  /** Lets the event loop turn. */
  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Moves time without running anything. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }
}
