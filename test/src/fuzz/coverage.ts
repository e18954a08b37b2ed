// Which blocks of the product's code have run, as V8 counts them.
import { type Profiler, Session } from 'node:inspector';

/** Tells product code by its address. */
const PRODUCT = /\/packages\/[a-z0-9]+\/dist\/(?!testing\/)/;

export class BlockCoverage {
  readonly #session = new Session();
  /** Addresses of scripts, numbered; undefined for those that do not count. */
  readonly #scripts = new Map<string, number | undefined>();
  readonly #seen = new Set<number>();

  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    this.take();
  }

  /** Blocks that have ever run. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** The blocks that have run since the last call. */
  take(): number[] {
    const blocks: number[] = [];
    for (const script of this.#taken()) {
      const number = this.#number(script);
      if (number === undefined) continue;
      for (const { ranges } of script.functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          // Unique for 500 scripts of 4 MiB with ranges told apart by both ends.
          if (count > 0) blocks.push((number * 2 ** 22 + startOffset) * 2 ** 22 + endOffset);
        }
      }
    }
    return blocks;
  }

  /** Those among them that had not run before, which from now on have. */
  takeNew(): Set<number> {
    const fresh = new Set<number>();
    for (const block of this.take()) {
      if (this.#seen.has(block)) continue;
      this.#seen.add(block);
      fresh.add(block);
    }
    return fresh;
  }

  stop(): void {
    this.#post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #number(script: Profiler.ScriptCoverage): number | undefined {
    if (!this.#scripts.has(script.url))
      this.#scripts.set(script.url, PRODUCT.test(script.url) ? this.#scripts.size : undefined);
    return this.#scripts.get(script.url);
  }

  #post(method: 'Profiler.enable' | 'Profiler.stopPreciseCoverage'): void {
    this.#session.post(method, (error) => {
      if (error !== null) throw error;
    });
  }

  /** In this thread the inspector answers within the call. */
  #taken(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] | undefined;
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      taken = answer.result;
    });
    if (taken === undefined) throw new Error('the inspector did not answer at once');
    return taken;
  }
}
