// Allows bursts, bounds the rate: how often a peer may do what costs us more than it costs the peer.

export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #filledMs: number;

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#filledMs = nowMs;
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
  }

  /** Takes one token; false if there is none. The clock is asked only when the bucket ran dry. */
  take(clock: { nowMs(): number }): boolean {
    if (this.#tokens < 1) {
      const now = clock.nowMs();
      this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledMs) * this.#perMs);
      this.#filledMs = now;
      if (this.#tokens < 1) return false;
    }
    this.#tokens--;
    return true;
  }
}
