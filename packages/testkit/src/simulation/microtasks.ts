// Runs promise continuations to their end from synchronous code, so that one simulated event is over (as a turn of the
// real event loop is) before virtual time goes on. Works from a macrotask only: within a microtask V8 refuses to nest.

import { setFlagsFromString } from 'node:v8';
import { assert } from '@quorate/base';

function makeDrain(): () => void {
  // V8's own checkpoint has no other door to JavaScript; the flag matters only while the function is compiled.
  setFlagsFromString('--allow-natives-syntax');
  try {
    const drain = new Function('%PerformMicrotaskCheckpoint()') as () => void;
    drain();
    return drain;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

/** Runs all microtasks that wait, and those that they queue. */
export const drainMicrotasks: () => void = makeDrain();

/** Runs `work` in a macrotask of its own, where microtasks can be drained. */
export function inMacrotask<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        assertDrains();
        resolve(work());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

function assertDrains(): void {
  let ran = false;
  void Promise.resolve().then(() => {
    ran = true;
  });
  drainMicrotasks();
  assert(ran, 'microtasks can be drained here');
}
