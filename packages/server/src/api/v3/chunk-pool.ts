// Memory for large answers, used again: fresh megabytes for each would have the garbage collector run all the time.
import { type Clock, clearTimer, type Timer } from '@quorate/base';
import { responseChunkBytes, spareChunksIntervalMs } from './limits.ts';

export class ChunkPool {
  readonly #clock: Clock;
  readonly #free: Buffer[] = [];
  /** Fewest free chunks since the last look: nobody needed so many. */
  #spare = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A chunk with whatever was in it. */
  take(): Buffer {
    const chunk = this.#free.pop() ?? Buffer.allocUnsafeSlow(responseChunkBytes);
    this.#spare = Math.min(this.#spare, this.#free.length);
    return chunk;
  }

  /** Takes chunks back that nobody looks at any more. */
  give(chunks: readonly Buffer[]): void {
    for (const chunk of chunks) this.#free.push(chunk);
    this.#timer ??= this.#clock.setTimer(spareChunksIntervalMs, () => this.#drop());
  }

  close(): void {
    clearTimer(this.#timer);
  }

  #drop(): void {
    this.#free.length -= this.#spare;
    this.#spare = this.#free.length;
    this.#timer =
      this.#spare === 0 ? undefined : this.#clock.setTimer(spareChunksIntervalMs, () => this.#drop());
  }
}
