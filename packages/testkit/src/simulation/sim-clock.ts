// The clock of one simulated machine: virtual time at its own rate, a wall clock that can be set, and time that passes
// while its process is kept busy (a slow disk, a pause), during which none of its events run.
import type { Clock, Timer } from '@quorate/base';
import { type EventOwner, type Scheduler, TURN_MS } from './scheduler.ts';

const WALL_START_MS = 1_790_000_000_000;

export class SimClock implements Clock, EventOwner {
  life = 0;
  busyUntilMs = 0;
  /** Local milliseconds in a millisecond of the world. */
  readonly rate: number;
  wallOffsetMs = 0;
  #latestOffsetMs = 0;
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, rate: number) {
    this.#scheduler = scheduler;
    this.rate = rate;
  }

  /** World time as far as this machine has got. */
  get worldMs(): number {
    return Math.max(this.#scheduler.nowMs, this.busyUntilMs);
  }

  nowMs(): number {
    return this.worldMs * this.rate;
  }

  /** Sets the wall clock. */
  jumpWall(byMs: number): void {
    this.wallOffsetMs += byMs;
    this.#latestOffsetMs = Math.max(this.#latestOffsetMs, this.wallOffsetMs);
  }

  /** What the wall clock would say if it had only been set forward. */
  latestWallMs(): number {
    return Math.ceil(WALL_START_MS + this.#latestOffsetMs + this.nowMs());
  }

  wallMs(): number {
    return Math.floor(WALL_START_MS + this.wallOffsetMs + this.nowMs());
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    const event = this.#scheduler.at(this.worldMs + Math.max(0, delayMs) / this.rate, this, fn);
    return {
      cancel: () => {
        event.cancelled = true;
      },
    };
  }

  defer(fn: () => void): void {
    this.#scheduler.at(this.worldMs + TURN_MS, this, fn);
  }

  /** The machine's process does nothing else for so long (world time). */
  consume(durationMs: number): void {
    this.busyUntilMs = this.worldMs + durationMs;
  }

  /** From now on nothing happens on the machine for so long (world time), whatever else it is busy with. */
  standStill(durationMs: number): void {
    this.busyUntilMs = Math.max(this.busyUntilMs, this.#scheduler.nowMs + durationMs);
  }

  /** Nothing scheduled so far will happen. */
  kill(): void {
    this.life++;
    this.busyUntilMs = 0;
  }
}
