// What a leader knows about one follower, and which messages it may send it next.
import { assert } from '@quorate/base';
import type { Inflights } from './inflights.ts';

/** How a leader sends to a follower. */
export const ProgressState = {
  /** The follower's last matching index is not known: one append at a time, until an answer or a heartbeat. */
  probe: 0,
  /** The follower keeps up: appends are sent ahead of their answers, within the in-flight window. */
  replicate: 1,
  /** A snapshot is on its way: no appends until it has arrived or failed. */
  snapshot: 2,
} as const;
export type ProgressState = (typeof ProgressState)[keyof typeof ProgressState];

const STATE_NAMES: Record<ProgressState, string> = {
  [ProgressState.probe]: 'StateProbe',
  [ProgressState.replicate]: 'StateReplicate',
  [ProgressState.snapshot]: 'StateSnapshot',
};

/** Progress of one member of the configuration, kept by every node but meaningful on the leader. */
export class Progress {
  readonly id: bigint;
  /** Index up to which the follower's log is known to equal the leader's. match < next. */
  match: number;
  /** Index of the next entry to send. In replicate, entries in (match, next) are in flight. */
  next: number;
  /** Highest commit index sent; the follower cannot commit beyond next−1, so a higher one is not worth a message. */
  sentCommit = 0;
  state: ProgressState = ProgressState.probe;
  /** Index of the snapshot under way in state snapshot, else 0. */
  pendingSnapshot = 0;
  /** Whether the follower has answered since the last quorum check. */
  recentActive: boolean;
  /** In probe: an append is unanswered. In replicate: the window is full and one message went out on top. */
  appendsPaused = false;
  isLearner = false;
  readonly inflights: Inflights;

  constructor(id: bigint, match: number, next: number, inflights: Inflights, recentActive: boolean) {
    this.id = id;
    this.match = match;
    this.next = next;
    this.inflights = inflights;
    this.recentActive = recentActive;
  }

  /** Whether no append may be sent now. */
  get paused(): boolean {
    return this.state === ProgressState.snapshot || this.appendsPaused;
  }

  #enter(state: ProgressState): void {
    this.state = state;
    this.appendsPaused = false;
    this.pendingSnapshot = 0;
    this.inflights.reset();
  }

  /** Starts over looking for the last matching index; after a snapshot from where that ends. */
  becomeProbe(): void {
    const behindSnapshot = this.state === ProgressState.snapshot ? this.pendingSnapshot + 1 : 0;
    this.#enter(ProgressState.probe);
    this.next = Math.max(this.match + 1, behindSnapshot);
    this.sentCommit = Math.min(this.sentCommit, this.next - 1);
  }

  /** The follower's log matches up to `match`: send ahead from there. */
  becomeReplicate(): void {
    this.#enter(ProgressState.replicate);
    this.next = this.match + 1;
  }

  /** A snapshot up to `index` goes out; appends continue after it. */
  becomeSnapshot(index: number): void {
    this.#enter(ProgressState.snapshot);
    this.pendingSnapshot = index;
    this.next = index + 1;
    this.sentCommit = index;
  }

  /** Accounts for an append of `count` entries with `bytes` of payload, sent from `next`. */
  sentEntries(count: number, bytes: number): void {
    assert(this.state !== ProgressState.snapshot, 'no appends while a snapshot is on its way');
    if (this.state === ProgressState.probe) {
      if (count > 0) this.appendsPaused = true;
      return;
    }
    if (count > 0) {
      this.next += count;
      this.inflights.add(this.next - 1, bytes);
    }
    // When the window is full, this message is the probe that the answers to it will resume from.
    this.appendsPaused = this.inflights.full;
  }

  /** Whether telling the follower about `commit` can move its commit index. */
  commitIsNews(commit: number): boolean {
    return commit > this.sentCommit && this.sentCommit < this.next - 1;
  }

  /** An answer says that the log matches up to `index`. Returns whether that is news. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    this.next = Math.max(this.next, index + 1);
    this.appendsPaused = false;
    return true;
  }

  /**
   * An append after `rejected` was refused; the logs can match at `hint` at the latest.
   * Returns false for an answer that is out of date and changes nothing.
   */
  maybeDecrease(rejected: number, hint: number): boolean {
    if (this.state === ProgressState.replicate) {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
      this.sentCommit = Math.min(this.sentCommit, this.next - 1);
      return true;
    }
    // A probe is outstanding for next−1 only; any other refusal belongs to an earlier message.
    if (this.next - 1 !== rejected) return false;
    this.next = Math.max(Math.min(rejected, hint + 1), this.match + 1);
    this.sentCommit = Math.min(this.sentCommit, this.next - 1);
    this.appendsPaused = false;
    return true;
  }

  /** Starts over for a new term: nothing is known of the follower's log. */
  restart(match: number, next: number): void {
    this.#enter(ProgressState.probe);
    this.match = match;
    this.next = next;
    this.sentCommit = 0;
    this.recentActive = false;
  }

  describe(): string {
    let text = `${STATE_NAMES[this.state]} match=${this.match} next=${this.next}`;
    if (this.isLearner) text += ' learner';
    if (this.paused) text += ' paused';
    if (this.pendingSnapshot > 0) text += ` pendingSnap=${this.pendingSnapshot}`;
    if (!this.recentActive) text += ' inactive';
    if (this.inflights.count > 0) {
      text += ` inflight=${this.inflights.count}${this.inflights.full ? '[full]' : ''}`;
    }
    return text;
  }
}
