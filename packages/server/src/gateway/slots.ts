// A bound on the calls that the gateway has open at a time.
import type { HttpResponse } from '@quorate/wire';

/** Starts calls while there is room, and the others in their order as room comes free. */
export class Slots {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls `start` now or once there is room; not at all when the client has gone by then. */
  take(response: HttpResponse, start: () => void): void {
    let state: 'waiting' | 'running' | 'over' = 'waiting';
    const begin = (): void => {
      state = 'running';
      this.#taken++;
      start();
    };
    const end = (): void => {
      if (state === 'running') {
        this.#taken--;
        this.#startNext();
      } else if (state === 'waiting') this.#waiting.delete(begin);
      state = 'over';
    };
    response.on('finish', end);
    response.on('close', end);
    if (this.#taken < this.#limit) begin();
    else this.#waiting.add(begin);
  }

  #startNext(): void {
    for (const begin of this.#waiting) {
      if (this.#taken >= this.#limit) return;
      this.#waiting.delete(begin);
      begin();
    }
  }
}
