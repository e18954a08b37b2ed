// What became of snapshots that others sent: plain numbers for the metrics page. They outlive the member that was replaced
// by what a snapshot brought.
import { DISK_BOUNDS, exponentialBounds, Histogram } from '../ops/metrics/histogram.ts';

/** Snapshots of one sender. */
export class SenderCounters {
  receiving = 0;
  received = 0;
  failed = 0;
  readonly durations = new Histogram(exponentialBounds(0.1, 2, 10));
}

export class SnapshotReceiveCounters {
  /** By the id of the sender. */
  readonly senders = new Map<string, SenderCounters>();
  readonly fileSaves = new Histogram(exponentialBounds(0.1, 2, 10));
  readonly fileSyncs = new Histogram(DISK_BOUNDS);
  /** Snapshots that stores are being made of. */
  staging = 0;

  sender(id: string): SenderCounters {
    let counters = this.senders.get(id);
    if (counters === undefined) {
      counters = new SenderCounters();
      this.senders.set(id, counters);
    }
    return counters;
  }
}
