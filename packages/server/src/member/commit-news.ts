// When a leader tells its followers what is committed. While batches follow each other the next one takes the news along:
// a message, a turn and an answer less for every follower and every batch. News that nothing takes along, or that a client
// of a follower waits for, goes by itself, behind the answers to the leader's own clients.
import type { Clock } from '@quorate/base';
import type { RawNode, ReadState } from '@quorate/raft';
import { COMMIT_NEWS_DELAY_MS, STEADY_BATCH_GAP_MS } from './limits.ts';
import type { PeerTransport } from './transport.ts';

export interface CommitNewsOptions {
  readonly node: RawNode;
  readonly clock: Clock;
  readonly transport: PeerTransport | undefined;
  readonly hooks: {
    /** Read indices were confirmed. */
    readStates(states: readonly ReadState[]): void;
  };
}

export class CommitNews {
  readonly #node: RawNode;
  readonly #clock: Clock;
  readonly #transport: PeerTransport | undefined;
  readonly #hooks: CommitNewsOptions['hooks'];
  #lastBatchMs = Number.NEGATIVE_INFINITY;
  #steady = false;
  /** An entry up to here was proposed through a follower. */
  #awaitedIndex = 0;
  /** Commit index at the last look, and since when there has been news. */
  #seen = 0;
  #sinceMs = 0;
  #waiting = false;
  #stopped = false;

  constructor({ node, clock, transport, hooks }: CommitNewsOptions) {
    this.#node = node;
    this.#clock = clock;
    this.#transport = transport;
    this.#hooks = hooks;
  }

  /** Entries, and with them all earlier news, have been sent. */
  batchSent(): void {
    const nowMs = this.#clock.nowMs();
    this.#steady = nowMs - this.#lastBatchMs < STEADY_BATCH_GAP_MS;
    this.#lastBatchMs = nowMs;
  }

  /** Entries up to `index` are awaited by a follower. */
  followerAwaits(index: number): void {
    this.#awaitedIndex = index;
  }

  /** Raft has nothing more to do: what of its news is left? */
  pumped(): void {
    const { committed } = this.#node;
    if (committed === this.#seen) return;
    const isAwaited = this.#seen < this.#awaitedIndex;
    this.#seen = committed;
    if (!this.#node.hasCommitNews) return;
    if (isAwaited || !this.#steady) {
      this.#announce();
      return;
    }
    this.#sinceMs = this.#clock.nowMs();
    if (!this.#waiting) this.#wait(COMMIT_NEWS_DELAY_MS);
  }

  stop(): void {
    this.#stopped = true;
  }

  #wait(delayMs: number): void {
    this.#waiting = true;
    this.#clock.setTimer(delayMs, () => {
      this.#waiting = false;
      if (this.#stopped || !this.#node.hasCommitNews) return;
      // The next batch has taken along what this timer was set for, and has itself been committed since.
      const restMs = this.#sinceMs + COMMIT_NEWS_DELAY_MS - this.#clock.nowMs();
      if (restMs > 0) this.#wait(restMs);
      else this.#announce();
    });
  }

  #announce(): void {
    this.#node.announceCommit();
    const urgent = this.#node.takeUrgent();
    if (urgent === undefined) return;
    this.#transport?.send(urgent.messages, 'after-answers');
    // A follower's answer has come in this turn, and the timer was before the pump.
    if (urgent.readStates.length > 0) this.#hooks.readStates(urgent.readStates);
  }
}
