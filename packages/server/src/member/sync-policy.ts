// Where the log is synced: on the loop while the disk is quick (a thread-pool hop costs more than the sync), off it once
// it is slow, so that the next batch gathers meanwhile. What is measured includes waiting for a core. On a busy machine
// that is most of it, and the hop would make it worse; so the quickest of the last few speaks for the disk.
import { INLINE_SYNC_BELOW_MS, SLOW_DISK_SYNC_MS, SYNC_AVERAGE_WEIGHT, SYNCS_REMEMBERED } from './limits.ts';

export class SyncPolicy {
  readonly #recentMs = new Float64Array(SYNCS_REMEMBERED);
  #next = 0;
  #inline = true;
  #averageMs = 0;

  /** Whether the next sync should be done on the loop. */
  get inline(): boolean {
    return this.#inline;
  }

  get averageMs(): number {
    return this.#averageMs;
  }

  /** Takes the duration of a sync into account. */
  observe(durationMs: number): void {
    this.#averageMs += (durationMs - this.#averageMs) * SYNC_AVERAGE_WEIGHT;
    this.#recentMs[this.#next] = durationMs;
    this.#next = (this.#next + 1) % SYNCS_REMEMBERED;
    this.#inline =
      Math.min(...this.#recentMs) < INLINE_SYNC_BELOW_MS && Math.max(...this.#recentMs) < SLOW_DISK_SYNC_MS;
  }
}
