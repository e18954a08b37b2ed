// Where the log is synced: on the loop while the disk is quick (a thread-pool hop costs more than the sync), off it once
// it is slow, so that the next batch gathers meanwhile.
import { INLINE_SYNC_BELOW_MS, SYNC_AVERAGE_WEIGHT } from './limits.ts';

export class SyncPolicy {
  #averageMs = 0;

  /** Whether the next sync should be done on the loop. */
  get inline(): boolean {
    return this.#averageMs < INLINE_SYNC_BELOW_MS;
  }

  get averageMs(): number {
    return this.#averageMs;
  }

  /** Takes the duration of a sync into account. */
  observe(durationMs: number): void {
    this.#averageMs += (durationMs - this.#averageMs) * SYNC_AVERAGE_WEIGHT;
  }
}
