// The loop: mutate, run, and keep what reaches blocks that nothing before has reached. Inputs run in batches; only
// after a batch is V8 asked for coverage, and a batch with something new in it is run again in halves to find whose it is.
import { setImmediate as turn } from 'node:timers/promises';
import { seededRandom } from '@quorate/base';
import { readCorpus, writeCorpus } from './corpus.ts';
import { BlockCoverage } from './coverage.ts';
import { bytesAlive, bytesInUse } from './gauge.ts';
import { Mutator } from './mutator.ts';
import {
  BEGUN_SLOT,
  type Finding,
  type FuzzFigures,
  type FuzzOrder,
  type FuzzOutcome,
  INPUT_LIMIT_MS,
  INPUT_OFFSET_BYTES,
  LENGTH_SLOT,
  RETAINED_BYTES,
} from './protocol.ts';
import { shrink } from './shrink.ts';
import type { FuzzTarget } from './target.ts';

/**
 * A batch is a share of the inputs since the last find: finds become rare, and what is spent on running batches again
 * stays a share of the whole. After a find it is small again, since more are to be expected. (Not measured in time: what is
 * run follows from the seed.)
 */
const SMALLEST_BATCH_INPUTS = 128;
const LARGEST_BATCH_INPUTS = 65_536;
const BATCH_SHARE = 1 / 8;
const ARENA_BYTES = 16 << 20;
/** So many inputs of a chain are given to one subject: to make one takes as long as a dozen of them. */
const CHAIN_INPUTS = 256;
/** Looking for one takes many runs of the chain; the rest is left to others that will come. */
const MOST_FINDS_OF_A_CHAIN = 4;
/** So often the event loop gets to what readers have put off. */
const TURN_INPUTS = 64;
/** Slower and larger ones are run again before they are believed, */
const NOTABLE_MS = 20;
const NOTABLE_BYTES = 1 << 20;
/**
 * and from then on only what is larger than that by this factor. Running again takes collections of garbage, and a busy
 * machine makes any input seem slow: without the factor thousands would be run again. What exceeds a limit always is.
 */
const MORE_NOTABLE = 1.25;
/** What a target with a generator is given if it does not say: new inputs each fourth time, and changed ones always. */
const DEFAULT_MIX = { generated: 0.25, intact: 0 };

/** Thrown out of the loop with what was found. */
class Found extends Error {
  readonly finding: Finding;
  constructor(finding: Finding) {
    super(finding.kind);
    this.finding = finding;
  }
}

/** Inputs that lie one after the other in the arena. */
class Batch {
  readonly #arena: Buffer;
  readonly #ends = new Int32Array(LARGEST_BATCH_INPUTS);
  size = 0;
  /** Where the next one begins. */
  end = 0;

  constructor(arena: Buffer) {
    this.#arena = arena;
  }

  clear(): void {
    this.size = 0;
    this.end = 0;
  }

  /** The input of so many bytes that has been written at `end`. */
  add(length: number): Buffer {
    const input = this.#arena.subarray(this.end, this.end + length);
    this.end += length;
    this.#ends[this.size++] = this.end;
    return input;
  }

  at(number: number): Buffer {
    const start = number === 0 ? 0 : this.#ends[number - 1];
    return this.#arena.subarray(start, this.#ends[number]);
  }
}

export class Engine {
  readonly #target: FuzzTarget;
  readonly #order: FuzzOrder;
  readonly #coverage: BlockCoverage | undefined;
  readonly #corpus: Buffer[] = [];
  readonly #slots: Int32Array;
  readonly #underWay: Uint8Array;
  readonly #arena = Buffer.alloc(ARENA_BYTES);
  /** What the subject of a chain has been given before. */
  #history: Buffer[] = [];
  /** Without those run again to find out what they reach. */
  #inputs = 0;
  #worstMs = 0;
  #worstBytes = 0;
  #peakBytes = 0;
  #startedMs = 0;
  readonly #startedCpu = process.cpuUsage();
  /** In use after the input before. */
  #lastBytes = 0;
  #notableMs = NOTABLE_MS;
  #notableBytes = NOTABLE_BYTES;

  constructor(target: FuzzTarget, order: FuzzOrder) {
    this.#target = target;
    this.#order = order;
    this.#coverage = order.explore ? new BlockCoverage() : undefined;
    this.#slots = new Int32Array(order.shared, 0, 2);
    this.#underWay = new Uint8Array(order.shared, INPUT_OFFSET_BYTES);
  }

  async run(): Promise<FuzzOutcome> {
    Error.stackTraceLimit = 0;
    this.#startedMs = performance.now();
    try {
      await this.#replayKept();
      await this.#reset();
      const aliveBytes = bytesAlive();
      await this.#loop();
      await this.#reset();
      await this.#checkRetained(aliveBytes);
      if (this.#order.save && this.#coverage !== undefined)
        writeCorpus(this.#target.name, await this.#smallest(this.#coverage));
      return { figures: this.#figures() };
    } catch (error) {
      if (!(error instanceof Found)) throw error;
      return { figures: this.#figures(), finding: error.finding };
    } finally {
      this.#coverage?.stop();
    }
  }

  #figures(): FuzzFigures {
    const cpu = process.cpuUsage(this.#startedCpu);
    return {
      target: this.#target.name,
      inputs: this.#inputs,
      seconds: (performance.now() - this.#startedMs) / 1000,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      corpus: this.#corpus.length,
      blocks: this.#coverage?.blocks ?? 0,
      worstMs: this.#worstMs,
      worstBytes: this.#worstBytes,
      peakBytes: this.#peakBytes,
    };
  }

  // ------------------------------------------------------------------------------------------------------ inputs

  async #replayKept(): Promise<void> {
    const { name, seeds, generate } = this.#target;
    const random = seededRandom(this.#order.seed ^ 0x5eed);
    const generated = generate === undefined ? [] : Array.from({ length: 16 }, () => generate(random));
    for (const input of [...seeds(), ...readCorpus(name), ...generated]) {
      const bytes = Buffer.from(input);
      await this.#reset();
      this.#inputs++;
      await this.#execute(bytes);
      if (this.#coverage === undefined || this.#coverage.takeNew().size > 0) this.#corpus.push(bytes);
    }
    if (this.#corpus.length === 0) this.#corpus.push(Buffer.alloc(0));
  }

  async #loop(): Promise<void> {
    const target = this.#target;
    const random = seededRandom(this.#order.seed);
    const mutator = new Mutator(random, target.words ?? [], target.maxBytes);
    const endMs = this.#startedMs + this.#order.milliseconds;
    const batch = new Batch(this.#arena);
    let lastFind = this.#inputs;
    const pick = (): Buffer => {
      const size = this.#corpus.length;
      // The newest ones are at the edge of what is known.
      const recent = random.nextBelow(2) === 0 ? Math.max(0, size - 16) : 0;
      return this.#corpus[recent + random.nextBelow(size - recent)] as Buffer;
    };
    const { generate, mix = DEFAULT_MIX } = target;
    /** Writes the next input into the arena; returns its length. */
    const next = (at: number): number => {
      if (generate === undefined || random.nextFloat() >= mix.generated)
        return mutator.mutate(pick(), pick(), this.#arena, at);
      const made = generate(random);
      if (random.nextFloat() < mix.intact) return made.copy(this.#arena, at, 0, target.maxBytes);
      return mutator.mutate(made, pick(), this.#arena, at);
    };
    while (this.#inputs < this.#order.inputs && performance.now() < endMs) {
      const share = (this.#inputs - lastFind) * BATCH_SHARE;
      const batchInputs = Math.min(LARGEST_BATCH_INPUTS, Math.max(SMALLEST_BATCH_INPUTS, share));
      batch.clear();
      while (batch.size < batchInputs && batch.end + target.maxBytes <= ARENA_BYTES) {
        if (batch.size % CHAIN_INPUTS === 0) await this.#reset();
        this.#inputs++;
        const running = this.#execute(batch.add(next(batch.end)));
        if (running !== undefined) await running;
        if (batch.size % TURN_INPUTS > 0) continue;
        await turn();
        if (this.#inputs >= this.#order.inputs || performance.now() >= endMs) break;
      }
      if (await this.#keepNew(batch)) lastFind = this.#inputs;
    }
  }

  /** Puts into the corpus what reached something new; returns whether there was any. */
  async #keepNew(batch: Batch): Promise<boolean> {
    const coverage = this.#coverage;
    const fresh = coverage?.takeNew();
    if (coverage === undefined || fresh === undefined || fresh.size === 0) return false;
    await this.#attribute(coverage, batch, 0, batch.size, [...fresh], fresh);
    return true;
  }

  /**
   * Finds the inputs that reach the blocks in `wanted`, by halves, and takes those blocks out of it. `reached`: by all
   * inputs from `from` to `to`.
   */
  async #attribute(
    coverage: BlockCoverage,
    batch: Batch,
    from: number,
    to: number,
    reached: readonly number[],
    wanted: Set<number>,
  ): Promise<void> {
    if (!reached.some((block) => wanted.has(block))) return;
    const chains = Math.ceil((to - from) / this.#chainInputs);
    if (chains === 1) {
      // Whether a single input does so again: what is made once for all of them has been.
      const isSingle = this.#target.chain === undefined;
      const again = isSingle ? await this.#reached(coverage, batch, from, to) : reached;
      await this.#attributeInChain(coverage, batch, from, to, again, wanted);
      return;
    }
    const middle = from + (chains >>> 1) * this.#chainInputs;
    const inFirst = await this.#reached(coverage, batch, from, middle);
    await this.#attribute(coverage, batch, from, middle, inFirst, wanted);
    // What is left of those is reached by the other half, which need not be run for it.
    const left = reached.filter((block) => wanted.has(block));
    await this.#attribute(coverage, batch, middle, to, left, wanted);
  }

  /** In a chain, an input may reach what it reaches only after those before it. `reached`: by all of them. */
  async #attributeInChain(
    coverage: BlockCoverage,
    batch: Batch,
    from: number,
    to: number,
    reached: readonly number[],
    wanted: Set<number>,
  ): Promise<void> {
    const missing = new Set(reached.filter((block) => wanted.has(block)));
    for (let finds = 0; missing.size > 0 && finds < MOST_FINDS_OF_A_CHAIN; finds++) {
      // Those up to `before` reach nothing that is missing, those up to `end` do.
      let before = from;
      let end = to;
      let found = reached;
      while (end - before > 1) {
        const middle = (before + end) >>> 1;
        const blocks = await this.#reached(coverage, batch, from, middle);
        if (blocks.some((block) => missing.has(block))) {
          end = middle;
          found = blocks;
        } else before = middle;
      }
      this.#corpus.push(Buffer.from(batch.at(end - 1)));
      for (const block of found) missing.delete(block);
    }
    for (const block of reached) wanted.delete(block);
  }

  /** What inputs of a batch reach, from the beginning of a chain on. */
  async #reached(coverage: BlockCoverage, batch: Batch, from: number, to: number): Promise<number[]> {
    for (let at = from; at < to; at++) {
      if (at % CHAIN_INPUTS === 0) await this.#reset();
      const running = this.#execute(batch.at(at));
      if (running !== undefined) await running;
      if (at % TURN_INPUTS === 0) await turn();
    }
    return coverage.take();
  }

  /** As few and as short inputs as reach everything that the corpus reaches. */
  async #smallest(coverage: BlockCoverage): Promise<Buffer[]> {
    const candidates = [...this.#corpus].sort((a, b) => a.length - b.length);
    const reached = new Set<number>();
    const kept: Buffer[] = [];
    for (const input of candidates) {
      await this.#reset();
      coverage.take();
      await this.#execute(input);
      const before = reached.size;
      for (const block of coverage.take()) reached.add(block);
      if (reached.size > before) kept.push(input);
    }
    return kept;
  }

  // ----------------------------------------------------------------------------------------------------- one input

  get #chainInputs(): number {
    return this.#target.chain === undefined ? 1 : CHAIN_INPUTS;
  }

  /** The next input meets a new subject. */
  async #reset(): Promise<void> {
    this.#history = [];
    await this.#target.chain?.reset();
  }

  /** Runs one input and measures it. @throws Found (a promise only if the target is asynchronous) */
  #execute(input: Buffer): Promise<void> | undefined {
    this.#underWay.set(input);
    this.#slots[LENGTH_SLOT] = input.length;
    Atomics.add(this.#slots, BEGUN_SLOT, 1);
    const beforeMs = performance.now();
    let running: void | Promise<void>;
    try {
      running = this.#target.run(input);
    } catch (error) {
      return this.#crashed(input, error);
    }
    if (running === undefined) return this.#judge(input, performance.now() - beforeMs);
    return running.then(
      () => this.#judge(input, performance.now() - beforeMs),
      (error: unknown) => this.#crashed(input, error),
    );
  }

  #judge(input: Buffer, tookMs: number): Promise<void> | undefined {
    if (this.#target.chain !== undefined) this.#history.push(input);
    const inUse = bytesInUse();
    const tookBytes = inUse - this.#lastBytes;
    this.#lastBytes = inUse;
    if (inUse > this.#peakBytes) this.#peakBytes = inUse;
    const isSlow = tookMs > Math.min(this.#notableMs, INPUT_LIMIT_MS);
    const isLarge = tookBytes > Math.min(this.#notableBytes, this.#target.memoryBytes);
    if (isSlow || isLarge) {
      if (isSlow) this.#notableMs = Math.max(this.#notableMs, tookMs * MORE_NOTABLE);
      if (isLarge) this.#notableBytes = Math.max(this.#notableBytes, tookBytes * MORE_NOTABLE);
      return this.#confirm(Buffer.from(input), tookMs, tookBytes);
    }
    if (tookMs > this.#worstMs && tookMs <= NOTABLE_MS) this.#worstMs = tookMs;
    if (tookBytes > this.#worstBytes && tookBytes <= NOTABLE_BYTES) this.#worstBytes = tookBytes;
    return undefined;
  }

  /** Measures a notable input again: others want the processor too, and garbage is not collected in step. */
  async #confirm(input: Buffer, firstMs: number, firstBytes: number): Promise<void> {
    const history = this.#history.slice(0, -1);
    const again = await this.#measure(input, history);
    const tookMs = Math.min(firstMs, again.tookMs);
    const tookBytes = Math.min(firstBytes, again.tookBytes);
    this.#worstMs = Math.max(this.#worstMs, tookMs);
    this.#worstBytes = Math.max(this.#worstBytes, tookBytes);
    this.#lastBytes = bytesInUse();
    if (tookMs > INPUT_LIMIT_MS) {
      const isSlow = async (candidate: Buffer) => (await this.#measure(candidate)).tookMs > INPUT_LIMIT_MS;
      await this.#found(
        'slow',
        `${tookMs.toFixed(0)} ms`,
        await this.#failing(input, history, isSlow),
        isSlow,
      );
    }
    const { memoryBytes } = this.#target;
    if (tookBytes > memoryBytes) {
      const isLarge = async (candidate: Buffer) => (await this.#measure(candidate)).tookBytes > memoryBytes;
      const what = `${tookBytes} bytes allocated, ${memoryBytes} allowed`;
      await this.#found('memory', what, await this.#failing(input, history, isLarge), isLarge);
    }
  }

  /**
   * The better of two runs, by time of the processor: on a busy machine the clock tells of the others. The subject has
   * had `history`, and now the input, at the end as before.
   */
  async #measure(
    input: Buffer,
    history: readonly Buffer[] = [],
  ): Promise<{ tookMs: number; tookBytes: number }> {
    let tookMs = Number.POSITIVE_INFINITY;
    let tookBytes = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 2; run++) {
      await this.#target.chain?.reset();
      for (const earlier of history) await this.#target.run(earlier);
      Atomics.add(this.#slots, BEGUN_SLOT, 1);
      const beforeBytes = bytesAlive();
      const before = process.cpuUsage();
      await this.#target.run(Buffer.from(input));
      const { user, system } = process.cpuUsage(before);
      tookMs = Math.min(tookMs, (user + system) / 1000);
      tookBytes = Math.min(tookBytes, bytesInUse() - beforeBytes);
    }
    return { tookMs, tookBytes };
  }

  /** What fails by itself: the input, or one made of it and those before it in its chain. */
  async #failing(
    input: Buffer,
    history: readonly Buffer[],
    fails: (candidate: Buffer) => Promise<boolean>,
  ): Promise<Buffer> {
    const { chain } = this.#target;
    if (chain === undefined || (await fails(input))) return input;
    return chain.join([...history, input]);
  }

  async #crashed(input: Buffer, error: unknown): Promise<void> {
    const kind = signature(error);
    const crashesAlike = async (candidate: Buffer): Promise<boolean> =>
      signature(await this.#errorOf(candidate)) === kind;
    const failing = await this.#failing(Buffer.from(input), this.#history, crashesAlike);
    await this.#found('crash', String(error), failing, crashesAlike);
  }

  async #errorOf(input: Buffer): Promise<unknown> {
    Atomics.add(this.#slots, BEGUN_SLOT, 1);
    await this.#target.chain?.reset();
    try {
      await this.#target.run(Buffer.from(input));
      return undefined;
    } catch (error) {
      return error ?? 'undefined was thrown';
    }
  }

  async #found(
    kind: Finding['kind'],
    what: string,
    input: Buffer,
    stillFails: (candidate: Buffer) => Promise<boolean>,
  ): Promise<never> {
    const small = await shrink(input, stillFails);
    Error.stackTraceLimit = 30;
    const error = await this.#errorOf(small);
    const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    const report = `${kind}: ${what}\nseed ${this.#order.seed}, input ${this.#inputs}\n${stack}\n`;
    throw new Found({ target: this.#target.name, kind, report, input: Uint8Array.from(small) });
  }

  async #checkRetained(beforeBytes: number): Promise<void> {
    await turn();
    const grown = bytesAlive() - beforeBytes;
    if (grown <= RETAINED_BYTES) return;
    const report = `leak: ${grown} bytes more are alive after ${this.#inputs} inputs than before\n`;
    throw new Found({ target: this.#target.name, kind: 'leak', report, input: new Uint8Array(0) });
  }
}

/** Failures with the same signature are the same one: numbers and quoted parts differ from input to input. */
function signature(error: unknown): string {
  if (error === undefined) return '';
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  return `${error.name}: ${error.message.replace(/["'`].*["'`]|-?\d+/gs, '#').slice(0, 60)}`;
}
