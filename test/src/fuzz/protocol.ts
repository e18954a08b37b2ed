// What the thread that fuzzes and the one that watches over it tell each other.

/** Longest input of any target, and so the room for the one under way. */
export const INPUT_ROOM_BYTES = 1 << 20;
/** Shared memory: how many inputs were begun, the length of the one under way, and its bytes. */
export const BEGUN_SLOT = 0;
export const LENGTH_SLOT = 1;
export const INPUT_OFFSET_BYTES = 8;

/** One input may take so long. */
export const INPUT_LIMIT_MS = 1000;
/** One that takes so much of the processor's time is taken for endless, */
export const HANG_CPU_MS = 30_000;
/** and so is one that waits so long, even on a busy machine. */
export const HANG_MS = 600_000;
/** What may stay allocated when all inputs are done. */
export const RETAINED_BYTES = 32 * 2 ** 20;

export interface FuzzOrder {
  readonly target: string;
  readonly seed: number;
  readonly inputs: number;
  readonly milliseconds: number;
  /** Looks for inputs that reach something new. */
  readonly explore: boolean;
  /** Replaces the kept corpus by the smallest inputs that reach all that was reached. */
  readonly save: boolean;
  readonly shared: SharedArrayBuffer;
}

export interface FuzzFigures {
  readonly target: string;
  readonly inputs: number;
  readonly seconds: number;
  /** Of the whole process: what the rate does not owe to others on the machine. */
  readonly cpuSeconds: number;
  readonly corpus: number;
  readonly blocks: number;
  /** Slowest input, the better of three runs. */
  readonly worstMs: number;
  /** Most that one input allocated. */
  readonly worstBytes: number;
  /** Most that was in use at any time. */
  readonly peakBytes: number;
}

export interface Finding {
  readonly target: string;
  readonly kind: 'crash' | 'slow' | 'memory' | 'leak' | 'hang' | 'end of the thread';
  readonly report: string;
  readonly input: Uint8Array;
}

export type FuzzOutcome =
  | { readonly figures: FuzzFigures; readonly finding?: undefined }
  | { readonly figures: FuzzFigures | undefined; readonly finding: Finding };
