// Time that is moved by hand, and whose deferred calls run when a turn is asked for. No turn of the event loop is
// waited for: it would take longer than most of what happens in one.
import type { Clock, Timer } from '@quorate/base';

const START_MS = 1000;
const START_WALL_MS = 1_700_000_000_000;

interface Pending {
  readonly atMs: number;
  readonly fn: () => void;
}

/**
 * Comes when all promises that are settled have been acted upon: a tick of Node.js asked for in a microtask is behind all
 * of these.
 */
function promisesDone(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

export class TurnClock implements Clock {
  #nowMs = START_MS;
  /** Those due first are first, of those due together the ones set first. */
  readonly #timers: Pending[] = [];
  #deferred: (() => void)[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return START_WALL_MS + this.#nowMs;
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    const timer: Pending = { atMs: this.#nowMs + Math.max(0, delayMs), fn };
    const timers = this.#timers;
    let at = timers.length;
    while (at > 0 && (timers[at - 1] as Pending).atMs > timer.atMs) at--;
    timers.splice(at, 0, timer);
    return {
      cancel: () => {
        const position = this.#timers.indexOf(timer);
        if (position >= 0) this.#timers.splice(position, 1);
      },
    };
  }

  defer(fn: () => void): void {
    this.#deferred.push(fn);
  }

  /** Runs what was deferred until now. */
  async turn(): Promise<void> {
    const deferred = this.#deferred;
    if (deferred.length > 0) {
      this.#deferred = [];
      for (const fn of deferred) {
        fn();
        await promisesDone();
      }
    } else await promisesDone();
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await this.turn();
  }

  /** Moves time, running timers when they are due, with turns after each. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    for (let next = this.#timers[0]; next !== undefined && next.atMs <= untilMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fn();
      await this.turns(2);
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    await this.turns(2);
  }

  /** Moves time without running anything. */
  skip(durationMs: number): void {
    this.#nowMs += durationMs;
  }
}
