// Requests on /v2/keys by method, for etcd_http_*: plain numbers. Watches are not counted, as in etcd.
import { exponentialBounds, Histogram } from '../../ops/metrics/histogram.ts';

export class MethodCounters {
  received = 0;
  /** By status. */
  readonly failed = new Map<number, number>();
  readonly durations = new Histogram(exponentialBounds(0.0005, 2, 13));

  fail(status: number): void {
    this.failed.set(status, (this.failed.get(status) ?? 0) + 1);
  }
}

export class KeyCounters {
  readonly methods = new Map<string, MethodCounters>();

  method(name: string): MethodCounters {
    let counters = this.methods.get(name);
    if (counters === undefined) {
      counters = new MethodCounters();
      this.methods.set(name, counters);
    }
    return counters;
  }
}
