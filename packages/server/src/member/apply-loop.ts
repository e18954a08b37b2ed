// Applies committed entries in order, in slices: what comes in one turn is normally applied in that turn, a long backlog
// (restart, catch-up) does not hold the loop.
import { assert, type Clock } from '@quorate/base';
import type { Entry } from '@quorate/raft';
import { APPLY_CLOCK_EVERY, APPLY_SLICE_MS } from './limits.ts';

export interface ApplyHooks {
  apply(entry: Entry): void;
  /** Entries were applied, up to `appliedIndex`. */
  progressed(entries: number, durationMs: number): void;
}

export class ApplyLoop {
  readonly #clock: Clock;
  readonly #hooks: ApplyHooks;
  /** Portions as they were committed; the first one is applied from `#at` on. */
  #portions: (readonly Entry[])[] = [];
  #at = 0;
  #running = false;
  #scheduled = false;
  #stopped = false;
  #appliedIndex: number;
  #appliedTerm: number;

  constructor(clock: Clock, hooks: ApplyHooks, appliedIndex: number, appliedTerm: number) {
    this.#clock = clock;
    this.#hooks = hooks;
    this.#appliedIndex = appliedIndex;
    this.#appliedTerm = appliedTerm;
  }

  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  /** Term of the entry applied last. */
  get appliedTerm(): number {
    return this.#appliedTerm;
  }

  get isIdle(): boolean {
    return this.#portions.length === 0;
  }

  /** Takes committed entries; with nothing in the way they are applied before this returns. */
  push(entries: readonly Entry[]): void {
    if (this.#stopped) return;
    this.#portions.push(entries);
    if (!this.#running && !this.#scheduled) this.#slice(APPLY_SLICE_MS);
  }

  /** Applies everything waiting, however long it takes: a membership change must be in force before raft goes on. */
  drain(): void {
    if (!this.#running) this.#slice(Number.POSITIVE_INFINITY);
  }

  stop(): void {
    this.#stopped = true;
    this.#portions = [];
  }

  #slice(budgetMs: number): void {
    this.#running = true;
    const startedMs = this.#clock.nowMs();
    let nowMs = startedMs;
    let applied = 0;
    try {
      while (this.#portions.length > 0) {
        const portion = this.#portions[0] as readonly Entry[];
        while (this.#at < portion.length) {
          if (applied > 0 && applied % APPLY_CLOCK_EVERY === 0) {
            nowMs = this.#clock.nowMs();
            if (nowMs - startedMs >= budgetMs) break;
          }
          this.#applyOne(portion[this.#at++] as Entry);
          if (this.#stopped) return;
          applied++;
        }
        if (this.#at < portion.length) break;
        this.#portions.shift();
        this.#at = 0;
      }
    } finally {
      this.#running = false;
    }
    if (applied > 0) this.#hooks.progressed(applied, this.#clock.nowMs() - startedMs);
    if (this.#portions.length > 0) this.#schedule();
  }

  #applyOne(entry: Entry): void {
    if (entry.index <= this.#appliedIndex) return;
    assert(entry.index === this.#appliedIndex + 1, 'entries are applied without a gap');
    this.#hooks.apply(entry);
    this.#appliedIndex = entry.index;
    this.#appliedTerm = entry.term;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#clock.defer(() => {
      this.#scheduled = false;
      if (!this.#stopped) this.#slice(APPLY_SLICE_MS);
    });
  }
}
