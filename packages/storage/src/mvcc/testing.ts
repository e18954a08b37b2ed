// Helpers of this folder's tests: a clock that moves when told, a store over memory, a naive store to compare with.
import { type Clock, latin1Key, seededRandom, type Timer } from '@quorate/base';
import { MemoryBackend, type MemoryBackendOptions } from '../backend/index.ts';
import { openMvccStore } from './store.ts';
import type { LeaseAttacher, MvccOptions, MvccStore, RangeQuery } from './types.ts';

interface Pending {
  readonly atMs: number;
  readonly order: number;
  readonly fn: () => void;
  cancelled: boolean;
}

/** A clock whose time passes only in `advance`. Deferred calls run in `advance(0)` too, and in microtask-free order. */
export class ManualClock implements Clock {
  private timeMs = 0;
  private order = 0;
  private pending: Pending[] = [];

  nowMs(): number {
    return this.timeMs;
  }
  wallMs(): number {
    return this.timeMs;
  }
  setTimer(delayMs: number, fn: () => void): Timer {
    const timer: Pending = { atMs: this.timeMs + delayMs, order: this.order++, fn, cancelled: false };
    this.pending.push(timer);
    return {
      cancel() {
        timer.cancelled = true;
      },
    };
  }
  defer(fn: () => void): void {
    this.setTimer(0, fn);
  }

  /** Runs the next call due until `untilMs`. @returns false when there is none */
  step(untilMs: number): boolean {
    this.pending = this.pending.filter((timer) => !timer.cancelled);
    let next: Pending | undefined;
    for (const timer of this.pending) {
      if (timer.atMs > untilMs) continue;
      if (
        next === undefined ||
        timer.atMs < next.atMs ||
        (timer.atMs === next.atMs && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    if (next === undefined) return false;
    next.cancelled = true;
    this.timeMs = Math.max(this.timeMs, next.atMs);
    next.fn();
    return true;
  }

  /** Lets time pass and runs everything due, letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.timeMs + ms;
    await settle();
    while (this.step(untilMs)) await settle();
    this.timeMs = untilMs;
  }

  /** Lets time pass until a promise has settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const mark = (): void => {
      done = true;
    };
    promise.then(mark, mark);
    for (let rounds = 0; rounds < 100_000; rounds++) {
      await settle();
      if (done) return promise;
      if (!this.step(Number.POSITIVE_INFINITY)) break;
    }
    return promise;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}

export const noLeases: LeaseAttacher = { attach() {}, detach() {} };

export function throwError(error: Error): never {
  throw error;
}

export function memoryBackend(clock: Clock, options: Partial<MemoryBackendOptions> = {}): MemoryBackend {
  return new MemoryBackend({ clock, onError: throwError, ...options });
}

export function openTestStore(
  clock: ManualClock,
  backend: MemoryBackend,
  options: Partial<MvccOptions> = {},
): Promise<MvccStore> {
  return clock.until(
    openMvccStore({
      backend,
      clock,
      random: seededRandom(7),
      leases: noLeases,
      onError: throwError,
      ...options,
    }),
  );
}

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
export const text = (value: Uint8Array): string => latin1Key(value);
export const noEnd = new Uint8Array(0);
export const fromKey = new Uint8Array(1);

/** A range query with everything not given left at its zero. */
export function query(key: Uint8Array, rangeEnd: Uint8Array, fields: Partial<RangeQuery> = {}): RangeQuery {
  return {
    key,
    rangeEnd,
    revision: 0,
    limit: 0,
    countOnly: false,
    keysOnly: false,
    sortOrder: 0,
    sortTarget: 0,
    minModRevision: 0,
    maxModRevision: 0,
    minCreateRevision: 0,
    maxCreateRevision: 0,
    ...fields,
  };
}
