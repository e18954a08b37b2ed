// Keep the history of the last N hours: the revision is sampled regularly and the sample that has become as old
// as the retention is compacted.
import { assert, type Timer } from '@quorate/base';
import type { CompactionFailure, Compactor, CompactorHost } from './compactor.ts';
import { periodicMaxIntervalMs, samplesPerInterval } from './limits.ts';

/**
 * etcd's `periodic` mode. With a retention up to one hour it compacts once per retention, above that once an hour;
 * the first compaction waits for one whole retention. A failure is tried again at the next sample.
 */
export class PeriodicCompactor implements Compactor {
  readonly #host: CompactorHost;
  readonly #retentionMs: number;
  readonly #intervalMs: number;
  readonly #sampleEveryMs: number;
  readonly #window: number;
  /** Oldest first; at most #window of them, so that [0] is one retention old once the window is full. */
  readonly #samples: number[] = [];
  #timer: Timer | undefined;
  #paused = false;
  #busy = false;
  #waitMs: number;
  #lastDoneMs = 0;
  #lastRevision = 0;

  constructor(host: CompactorHost, retentionMs: number) {
    assert(retentionMs > 0, 'periodic compaction needs a positive retention');
    this.#host = host;
    this.#retentionMs = retentionMs;
    this.#intervalMs = Math.min(retentionMs, periodicMaxIntervalMs);
    this.#sampleEveryMs = this.#intervalMs / samplesPerInterval;
    this.#window = Math.floor(retentionMs / this.#sampleEveryMs) + 1;
    this.#waitMs = retentionMs;
  }

  start(): void {
    assert(this.#timer === undefined, 'compactor started twice');
    this.#lastDoneMs = this.#host.clock.nowMs();
    this.#sample();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  #sample(): void {
    this.#samples.push(this.#host.revision());
    if (this.#samples.length > this.#window) this.#samples.shift();
    this.#timer = this.#host.clock.setTimer(this.#sampleEveryMs, () => this.#tick());
  }

  #tick(): void {
    // A paused compactor samples on, so that it has its history when it becomes the leader's.
    if (!this.#paused && !this.#busy) this.#compactIfDue();
    this.#sample();
  }

  #compactIfDue(): void {
    const revision = this.#samples[0] as number;
    const now = this.#host.clock.nowMs();
    // Half a millisecond of slack: sampling intervals are fractions whose sum may fall short of the whole.
    if (now - this.#lastDoneMs < this.#waitMs - 0.5 || revision === this.#lastRevision) return;
    this.#waitMs = this.#intervalMs;
    this.#busy = true;
    const fields = { revision, 'compact-period': `${this.#retentionMs}ms` };
    this.#host.log?.('info', 'starting auto periodic compaction', fields);
    this.#host.compact(revision, (failure: CompactionFailure | undefined) => {
      this.#busy = false;
      if (failure !== undefined && !failure.isCompacted) {
        this.#host.log?.('warn', 'failed auto periodic compaction', {
          ...fields,
          'retry-interval': `${this.#sampleEveryMs}ms`,
          error: failure.message,
        });
        return;
      }
      this.#lastDoneMs = now;
      this.#lastRevision = revision;
      this.#host.log?.('info', 'completed auto periodic compaction', {
        ...fields,
        took: `${Math.round(this.#host.clock.nowMs() - now)}ms`,
      });
    });
  }
}
