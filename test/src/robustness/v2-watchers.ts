// Waiters of the v2 API: each waits for one change after the other below the root of one member, from where it was; after
// a break too. Within the window that it has covered it must have seen every change that anybody knows of.
import { V2Client, V2Error } from '@quorate/client';
import type { Report } from '@quorate/testkit';
import { sleep } from '../harness/cluster.ts';
import type { RobustMember } from './member.ts';
import type { V2Log } from './v2-log.ts';

const RETRY_MS = 200;
/** The history of events no longer reaches back to where one wants to go on. */
const INDEX_CLEARED = 401;

/** Changes seen without a gap. */
interface Window {
  readonly from: number;
  readonly seen: number[];
}

export class V2Waiter {
  readonly #name: string;
  readonly #member: RobustMember;
  readonly #log: V2Log;
  readonly #report: Report;
  readonly #windows: Window[] = [{ from: 2, seen: [] }];
  readonly #abort = new AbortController();
  restarts = 0;

  constructor(member: RobustMember, log: V2Log, report: Report) {
    this.#name = `waiter at ${member.name}`;
    this.#member = member;
    this.#log = log;
    this.#report = report;
  }

  stop(): void {
    this.#abort.abort();
  }

  get #last(): number {
    const window = this.#windows.at(-1) as Window;
    return window.seen.at(-1) ?? window.from - 1;
  }

  async run(): Promise<void> {
    const { signal } = this.#abort;
    const { keys } = new V2Client({ endpoints: [this.#member.url], headerTimeoutMs: 60_000 });
    while (!signal.aborted) {
      try {
        // With 0 the waiting would begin at the present.
        const afterIndex = Math.max(1, this.#last);
        for await (const event of keys.watch('/', { recursive: true, afterIndex }, signal)) {
          const index = event.node.modifiedIndex;
          if (index <= this.#last) this.#report('v2-watch', `${this.#name} got ${index} after ${this.#last}`);
          (this.#windows.at(-1) as Window).seen.push(index);
          this.#log.watched(event, this.#name);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof V2Error && error.errorCode === INDEX_CLEARED)
          this.#windows.push({ from: error.index + 1, seen: [] });
        this.restarts++;
        await sleep(RETRY_MS);
      }
    }
  }

  /** Whether everything up to an index has been seen, as far as it was asked for. */
  hasReached(index: number): boolean {
    return this.#last >= index;
  }

  /** @returns how many changes it should have seen */
  judge(): number {
    // Go's waits do not look into the history that comes with an installed snapshot.
    if (this.#member.kind === 'go') return 0;
    let judged = 0;
    for (const { from, seen } of this.#windows) {
      const has = new Set(seen);
      for (const index of this.#log.between(from, seen.at(-1) ?? 0)) {
        judged++;
        if (!has.has(index))
          this.#report('v2-watch', `${this.#name} never saw ${this.#log.describe(index)} and saw later ones`);
      }
    }
    return judged;
  }
}
