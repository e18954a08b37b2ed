// Time as a parameter: everything that waits or stamps takes a Clock, so that a simulation can own it.

/** A pending timer; opaque to its owner. */
export interface Timer {
  /** Cancels the timer; harmless when it has fired. */
  cancel(): void;
}

/** Source of time and of delayed calls. */
export interface Clock {
  /** Monotonic milliseconds, fractional; only differences have a meaning. */
  nowMs(): number;
  /** Wall-clock time, milliseconds since the Unix epoch. */
  wallMs(): number;
  /** Calls `fn` once after `delayMs` milliseconds. */
  setTimer(delayMs: number, fn: () => void): Timer;
  /** Calls `fn` once in a later turn of the event loop, after pending I/O has been looked at. */
  defer(fn: () => void): void;
}

/** The process's own clock. Timers do not keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(delayMs, fn) {
    const handle = setTimeout(fn, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  defer(fn) {
    setImmediate(fn);
  },
};

/** Cancels a timer that may not exist. */
export function clearTimer(timer: Timer | undefined): void {
  timer?.cancel();
}
