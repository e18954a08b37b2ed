// Repeatable choices. Every fault and every operation draws from a generator of its own, made from the seed, a purpose and
// a number, so that leaving one out changes none of the others.
import { type Random, seededRandom } from '@quorate/base';

/** Mixes a seed with a purpose and a number (FNV-1a over their bytes, then a finalizer). */
export function mixSeed(seed: number, purpose: string, number = 0): number {
  let hash = 0x811c9dc5;
  const feed = (byte: number): void => {
    hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (const value of [seed, number, Math.floor(seed / 2 ** 32)]) {
    for (let shift = 0; shift < 32; shift += 8) feed((value >>> shift) & 0xff);
  }
  for (let at = 0; at < purpose.length; at++) feed(purpose.charCodeAt(at));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export class Draw {
  readonly random: Random;

  constructor(seed: number, purpose: string, number = 0) {
    this.random = seededRandom(mixSeed(seed, purpose, number));
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + this.random.nextFloat() * (high - low);
  }

  /** Uniform whole number in [low, high]. */
  whole(low: number, high: number): number {
    return low + this.random.nextBelow(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.random.nextFloat() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.random.nextBelow(from.length)] as T;
  }

  /** Time to the next event of a process without memory. */
  exponential(mean: number): number {
    return -Math.log(1 - this.random.nextFloat()) * mean;
  }

  /** One of the keys, by weight; undefined when all weights are 0. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K | undefined {
    const keys = Object.keys(weights) as K[];
    let total = 0;
    for (const key of keys) total += weights[key];
    if (total <= 0) return undefined;
    let at = this.random.nextFloat() * total;
    for (const key of keys) {
      at -= weights[key];
      if (at < 0 && weights[key] > 0) return key;
    }
    return keys.findLast((key) => weights[key] > 0);
  }
}
