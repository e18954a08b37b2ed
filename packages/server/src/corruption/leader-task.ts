// Something that the leader does from time to time, one round after the other.
import type { Clock, Timer } from '@quorate/base';
import type { CheckedMember } from './checked-member.ts';

export interface LeaderTaskOptions {
  readonly member: CheckedMember;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly run: () => Promise<unknown>;
  /** A round could not be done. */
  readonly failed: (error: Error) => void;
}

export class LeaderTask {
  readonly #options: LeaderTaskOptions;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: LeaderTaskOptions) {
    this.#options = options;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    const { clock, intervalMs, member, run, failed } = this.#options;
    if (this.#stopped) return;
    this.#timer = clock.setTimer(intervalMs, () => {
      const round = member.isLeader() ? run() : Promise.resolve();
      round.then(
        () => this.#schedule(),
        (error: Error) => {
          if (!this.#stopped) failed(error);
          this.#schedule();
        },
      );
    });
  }
}
