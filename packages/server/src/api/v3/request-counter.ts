// Counts calls by client API version. A metrics library takes longer to count one call than the API to answer it, so
// unary calls are gathered and handed on about once a second if the observer can take them that way.
import type { Clock, Timer } from '@quorate/base';
import { maxCountedVersions, requestCountIntervalMs } from './limits.ts';
import type { V3Observer } from './options.ts';

/** A version that more different ones than can be told apart are counted under. */
const otherVersions = 'other';

export class RequestCounter {
  readonly #observer: V3Observer;
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  /** The version seen last, counted beside the map: clients come in long runs of one version. */
  #last = '';
  #lastCount = 0;
  #timer: Timer | undefined;

  constructor(observer: V3Observer, clock: Clock) {
    this.#observer = observer;
    this.#clock = clock;
  }

  unary(version: string): void {
    if (this.#observer.clientRequests === undefined) {
      this.#observer.clientRequest('unary', version);
    } else if (version === this.#last && this.#timer !== undefined) {
      this.#lastCount++;
    } else {
      this.#switchTo(version);
    }
  }

  stream(version: string): void {
    this.#observer.clientRequest('stream', version);
  }

  /** Hands on what was counted; for the end. */
  close(): void {
    this.#timer?.cancel();
    this.#flush();
  }

  #switchTo(version: string): void {
    this.#keepLast();
    this.#last = version;
    this.#lastCount = 1;
    this.#timer ??= this.#clock.setTimer(requestCountIntervalMs, () => this.#flush());
  }

  #keepLast(): void {
    if (this.#lastCount === 0) return;
    const known = this.#counts.has(this.#last) || this.#counts.size < maxCountedVersions;
    const version = known ? this.#last : otherVersions;
    this.#counts.set(version, (this.#counts.get(version) ?? 0) + this.#lastCount);
    this.#lastCount = 0;
  }

  #flush(): void {
    this.#timer = undefined;
    this.#keepLast();
    for (const [version, count] of this.#counts) this.#observer.clientRequests?.('unary', version, count);
    this.#counts.clear();
  }
}
