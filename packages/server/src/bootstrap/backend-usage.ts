// How much of the backend is in use, cheap enough to be asked for every write: measured now and then, and in between
// counted up by what was written.
import type { Clock } from '@quorate/base';
import type { Backend } from '@quorate/storage';
import type { UsageGauge } from '../apply/quota.ts';

/** A measurement counts for so long. */
const MEASURE_EVERY_MS = 100;

export class BackendUsage implements UsageGauge {
  readonly #backend: Backend;
  readonly #clock: Clock;
  #measuredBytes = 0;
  #writtenBytes = 0;
  #isStale = true;
  #measuredMs = Number.NEGATIVE_INFINITY;

  constructor(backend: Backend, clock: Clock) {
    this.#backend = backend;
    this.#clock = clock;
  }

  estimateBytes(): number {
    if (this.#isStale && this.#clock.nowMs() - this.#measuredMs >= MEASURE_EVERY_MS) this.measureBytes();
    return this.#measuredBytes + this.#writtenBytes;
  }

  measureBytes(): number {
    this.#measuredBytes = this.#backend.size().bytesInUse;
    this.#measuredMs = this.#clock.nowMs();
    this.#writtenBytes = 0;
    this.#isStale = false;
    return this.#measuredBytes;
  }

  noteWritten(bytes: number): void {
    this.#writtenBytes += bytes;
    this.#isStale = true;
  }
}
