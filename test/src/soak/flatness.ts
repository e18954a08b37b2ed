// Whether a figure stayed where it was: the median of the run's last third against that of its second (the first third is
// for caches to fill).
import { percentile, type Sample } from './sampler.ts';

/** One figure's verdict. */
export interface Verdict {
  readonly name: keyof Sample;
  readonly middle: number;
  readonly end: number;
  readonly limit: number;
  readonly flat: boolean;
}

/** By how much a figure may be larger at the end: a share of it, and something for figures that are nearly nothing. */
const tolerances: readonly { readonly name: keyof Sample; readonly share: number; readonly plus: number }[] =
  [
    { name: 'rss', share: 0.1, plus: 8 },
    { name: 'files', share: 0.05, plus: 4 },
    { name: 'putP50', share: 0.5, plus: 0.5 },
    { name: 'getP50', share: 0.5, plus: 0.5 },
    { name: 'v2P50', share: 0.5, plus: 0.5 },
  ];

/** Judges a run of at least three samples. */
export function judge(samples: readonly Sample[]): Verdict[] {
  const third = Math.floor(samples.length / 3);
  const medianOf = (part: readonly Sample[], name: keyof Sample): number =>
    percentile(
      part.map((sample) => sample[name]),
      0.5,
    );
  return tolerances.map(({ name, share, plus }) => {
    const middle = medianOf(samples.slice(third, 2 * third), name);
    const end = medianOf(samples.slice(2 * third), name);
    const limit = middle * (1 + share) + plus;
    return { name, middle, end, limit, flat: end <= limit };
  });
}
