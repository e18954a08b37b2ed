// When the next commit is due: some time after the first write, or as soon as many records wait, but always in a turn
// of its own, so that what one turn writes is committed together.
import { type Clock, clearTimer, type Timer } from '@quorate/base';

export interface CommitSchedulerOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly records: number;
  /** Cuts a commit. Called in a turn of its own. */
  readonly commit: () => void;
}

export class CommitScheduler {
  private readonly clock: Clock;
  private readonly intervalMs: number;
  private readonly records: number;
  private readonly commit: () => void;
  private waiting = 0;
  private timer: Timer | undefined;
  private deferred = false;
  private stopped = false;

  constructor(options: CommitSchedulerOptions) {
    this.clock = options.clock;
    this.intervalMs = options.intervalMs;
    this.records = options.records;
    this.commit = options.commit;
  }

  /** A record was written. */
  noteWrite(): void {
    this.waiting++;
    if (this.waiting === 1) {
      this.retry();
    } else if (this.waiting >= this.records && !this.deferred && !this.stopped) {
      this.deferred = true;
      this.clock.defer(() => {
        this.deferred = false;
        this.fire();
      });
    }
  }

  /** Tries again after the interval, for a commit that could not be cut yet. */
  retry(): void {
    if (this.stopped || this.timer !== undefined) return;
    this.timer = this.clock.setTimer(this.intervalMs, () => {
      this.timer = undefined;
      this.fire();
    });
  }

  /** Everything written so far has been taken into a commit. */
  noteCut(): void {
    this.waiting = 0;
    clearTimer(this.timer);
    this.timer = undefined;
  }

  /** No further commit is started from here. */
  stop(): void {
    this.stopped = true;
    clearTimer(this.timer);
    this.timer = undefined;
  }

  private fire(): void {
    if (!this.stopped && this.waiting > 0) this.commit();
  }
}
