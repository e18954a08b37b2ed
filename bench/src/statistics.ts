// Small sums over measurements.

/** The value below which the share `p` of the values lies; sorts in place. */
export function percentile(values: Float64Array, p: number): number {
  if (values.length === 0) return Number.NaN;
  values.sort();
  return values[Math.min(values.length - 1, Math.floor(values.length * p))] as number;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(Float64Array.from(values), 0.5);
}

/** A number with three significant digits and thousands as k or M. */
export function brief(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`;
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
