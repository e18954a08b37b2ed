// A histogram as plain numbers: an observation is a search among a few bounds and two additions.

/** `count` bounds, each `factor` times the one before. */
export function exponentialBounds(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, power) => start * factor ** power);
}

/** What etcd measures the disk with: 1 ms to 8 s, in seconds. */
export const DISK_BOUNDS: readonly number[] = exponentialBounds(0.001, 2, 14);

/** Prometheus' default bounds, which the gRPC metrics use. */
export const DEFAULT_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Histogram {
  readonly bounds: readonly number[];
  /** Observations at most as large as the bound, and larger than the one before; the last one counts the rest. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] as number)) at++;
    counts[at] = (counts[at] as number) + 1;
    this.sum += value;
  }

  observeMs(durationMs: number): void {
    this.observe(durationMs / 1000);
  }
}
