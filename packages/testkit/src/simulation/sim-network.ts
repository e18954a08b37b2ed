// The network between simulated machines: raft messages as bytes, delayed, lost, duplicated, reordered or cut off, link by
// link and direction by direction. Forwarded proposals are never duplicated: raft counts on streams for that.
import { MessageType } from '@quorate/raft';
import type { Draw } from './draw.ts';
import type { Scheduler } from './scheduler.ts';

export interface NetworkSettings {
  readonly networkMinMs: number;
  readonly networkMeanMs: number;
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: boolean;
}

/** A letter that has come; `life` of the sender when it was sent. */
export type Deliver = (from: number, bytes: Uint8Array) => void;

export class SimNetwork {
  /** Counters for the report. */
  sent = 0;
  lost = 0;
  cutOff = 0;
  duplicated = 0;
  readonly #size: number;
  readonly #scheduler: Scheduler;
  readonly #draw: Draw;
  #settings: NetworkSettings;
  /** Links that are down, by from * size + to, with the number of faults that hold them down. */
  readonly #down: Int32Array;
  /** When the last letter of a link arrives: without reordering none comes before it. */
  readonly #lastArrivalMs: Float64Array;
  readonly #upSinceMs: Float64Array;

  constructor(size: number, scheduler: Scheduler, draw: Draw, settings: NetworkSettings) {
    this.#size = size;
    this.#scheduler = scheduler;
    this.#draw = draw;
    this.#settings = settings;
    this.#down = new Int32Array(size * size);
    this.#lastArrivalMs = new Float64Array(size * size);
    this.#upSinceMs = new Float64Array(size * size);
  }

  /** From now on the network is well-behaved. */
  calm(): void {
    this.#settings = { ...this.#settings, loss: 0, duplication: 0 };
    this.#down.fill(0);
  }

  cut(from: number, to: number): void {
    this.#down[from * this.#size + to]!++;
  }

  mend(from: number, to: number): void {
    const link = from * this.#size + to;
    if (this.#down[link] === 0) return;
    this.#down[link]!--;
    if (this.#down[link] === 0) this.#upSinceMs[link] = this.#scheduler.nowMs;
  }

  isCut(from: number, to: number): boolean {
    return (this.#down[from * this.#size + to] as number) > 0;
  }

  /** World time since which both directions are up; undefined while one is not. */
  upSinceMs(a: number, b: number): number | undefined {
    if (this.isCut(a, b) || this.isCut(b, a)) return undefined;
    return Math.max(
      this.#upSinceMs[a * this.#size + b] as number,
      this.#upSinceMs[b * this.#size + a] as number,
    );
  }

  /**
   * Carries something from one machine to another. `arrive` runs at the far end, as an event of the world, once, twice or
   * never. @returns false when it is known at once that nothing gets through
   */
  carry(from: number, to: number, sentMs: number, type: number, arrive: () => void): boolean {
    this.sent++;
    const link = from * this.#size + to;
    const draw = this.#draw;
    if (this.isCut(from, to)) {
      this.cutOff++;
      return false;
    }
    const { loss, duplication } = this.#settings;
    if (loss > 0 && draw.chance(loss)) {
      this.lost++;
      return true;
    }
    this.#schedule(link, from, to, sentMs, arrive);
    if (
      duplication > 0 &&
      type !== MessageType.MsgProp &&
      type !== MessageType.MsgSnap &&
      draw.chance(duplication)
    ) {
      this.duplicated++;
      this.#schedule(link, from, to, sentMs + draw.exponential(50), arrive);
    }
    return true;
  }

  #schedule(link: number, from: number, to: number, sentMs: number, arrive: () => void): void {
    const { networkMinMs, networkMeanMs, reordering } = this.#settings;
    let atMs = sentMs + networkMinMs + this.#draw.exponential(networkMeanMs);
    if (reordering) {
      if (this.#draw.chance(0.01)) atMs += this.#draw.exponential(1000);
    } else {
      atMs = Math.max(atMs, this.#lastArrivalMs[link] as number);
      this.#lastArrivalMs[link] = atMs;
    }
    this.#scheduler.at(atMs, undefined, () => {
      if (this.isCut(from, to)) this.cutOff++;
      else arrive();
    });
  }
}
