// What a fuzz target is: one reader of bytes from outside, and what holds for every input.
import type { Random } from '@quorate/base';

/** Inputs that one subject is given one after the other. */
export interface Chain {
  /** Lets the subject go: the next input meets a new one. */
  readonly reset: () => Promise<void>;
  /** One input that does what these do. */
  readonly join: (inputs: readonly Uint8Array[]) => Buffer;
}

export interface FuzzTarget {
  readonly name: string;
  /**
   * Gives one input to the reader. Errors that the reader is documented to throw are caught here; whatever comes out is
   * a finding. Must depend on nothing but the input (and, in a chain, the inputs before it).
   */
  readonly run: (input: Buffer) => void | Promise<void>;
  /** For subjects that take long to make: one lives on from input to input. */
  readonly chain?: Chain;
  /** Inputs to begin with, besides the kept ones. */
  readonly seeds: () => readonly Uint8Array[];
  /** Words of the format, to be put in anywhere. */
  readonly words?: readonly (string | Uint8Array)[];
  /** Makes a whole input of the right structure. */
  readonly generate?: (random: Random) => Buffer;
  /** Share of inputs that come of `generate`, and share of those that are run as they are, not mutated first. */
  readonly mix?: { readonly generated: number; readonly intact: number };
  /** Longest input. */
  readonly maxBytes: number;
  /** Most that one input may allocate, on the heap and outside of it, garbage included. */
  readonly memoryBytes: number;
}

/** Bytes of text. */
export function text(...parts: readonly string[]): Buffer {
  return Buffer.from(parts.join(''), 'utf8');
}

/** Runs `read`; true if it accepted, false if it threw one of the errors that it may throw. */
export function accepts(read: () => void, ...allowed: readonly (new (...args: never[]) => Error)[]): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!allowed.some((type) => error instanceof type)) throw error;
    return false;
  }
}
