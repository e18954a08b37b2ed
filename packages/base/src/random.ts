// Randomness as a parameter, with a seeded generator for simulations and tests.
import { randomFillSync } from 'node:crypto';

/** Source of random numbers. */
export interface Random {
  /** Uniform integer in [0, 2^32). */
  nextUint32(): number;
  /** Uniform number in [0, 1). */
  nextFloat(): number;
  /** Uniform integer in [0, bound); bound must be in [1, 2^32]. */
  nextBelow(bound: number): number;
  /** Fills `bytes` and returns it. */
  fill(bytes: Uint8Array): Uint8Array;
}

const UINT32_RANGE = 2 ** 32;

function fromUint32(nextUint32: () => number): Random {
  return {
    nextUint32,
    nextFloat: () => nextUint32() / UINT32_RANGE,
    nextBelow: (bound) => Math.floor((nextUint32() / UINT32_RANGE) * bound),
    fill(bytes) {
      for (let at = 0; at < bytes.length; at++) bytes[at] = nextUint32() >>> 24;
      return bytes;
    },
  };
}

/** The operating system's randomness. */
export const systemRandom: Random = (() => {
  const pool = new Uint32Array(256);
  let left = 0;
  const random = fromUint32(() => {
    if (left === 0) {
      randomFillSync(pool);
      left = pool.length;
    }
    return pool[--left] as number;
  });
  return { ...random, fill: (bytes) => randomFillSync(bytes) };
})();

/** A repeatable generator (sfc32, after Chris Doty-Humphrey's PractRand) seeded with a 32-bit number. */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return fromUint32(next);
}
