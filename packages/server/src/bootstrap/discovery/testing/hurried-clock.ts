// A clock for tests whose long waits are short, and written down.
import { type Clock, systemClock } from '@quorate/base';

export interface HurriedClock extends Clock {
  /** Waits of a second and more that somebody asked for. */
  readonly waitsMs: number[];
}

export function hurriedClock(): HurriedClock {
  const waitsMs: number[] = [];
  return {
    waitsMs,
    nowMs: () => systemClock.nowMs(),
    wallMs: () => systemClock.wallMs(),
    defer: (fn) => systemClock.defer(fn),
    setTimer(delayMs, fn) {
      if (delayMs >= 1000) waitsMs.push(delayMs);
      const handle = setTimeout(fn, Math.min(delayMs, 2));
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

/** The system's clock, but with timers that keep a test alive. */
export const steadyClock: Clock = {
  ...systemClock,
  setTimer(delayMs, fn) {
    const handle = setTimeout(fn, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
