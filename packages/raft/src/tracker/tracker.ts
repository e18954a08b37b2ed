// The configuration in force with the progress of its members, and the quorum questions asked about them.
import { assert } from '@quorate/base';
import { jointVote } from '../quorum/joint.ts';
import { majorityIndex, majorityVote, VoteResult } from '../quorum/majority.ts';
import { Inflights } from './inflights.ts';
import { allMembers, EMPTY_MEMBERSHIP, type Membership } from './membership.ts';
import { Progress } from './progress.ts';

/** How a vote stands. */
export interface VoteTally {
  readonly granted: number;
  readonly rejected: number;
  readonly result: VoteResult;
}

/**
 * Members in the arrays that the hot path walks: `members` by id, the two halves of the voters. They are
 * rebuilt when the configuration changes, so that a commit computation allocates nothing.
 */
export class ProgressTracker {
  readonly #maxInflightMessages: number;
  readonly #maxInflightBytes: number;
  #membership: Membership = EMPTY_MEMBERSHIP;
  #byId = new Map<bigint, Progress>();
  #members: readonly Progress[] = [];
  #incoming: readonly Progress[] = [];
  #outgoing: readonly Progress[] = [];
  #votes = new Map<bigint, boolean>();
  readonly #scratch: number[] = [];

  constructor(maxInflightMessages: number, maxInflightBytes: number) {
    this.#maxInflightMessages = maxInflightMessages;
    this.#maxInflightBytes = maxInflightBytes;
  }

  get membership(): Membership {
    return this.#membership;
  }

  /** Progress of every member, in ascending order of ids. */
  get members(): readonly Progress[] {
    return this.#members;
  }

  get(id: bigint): Progress | undefined {
    return this.#byId.get(id);
  }

  /**
   * Puts a configuration in force. Members that stay keep their progress; those in `dropped` and new ones start
   * at `lastIndex` (probing from there finds out quickly where they are) and count as active, so that a quorum
   * check right after they joined does not depose the leader.
   */
  install(membership: Membership, dropped: ReadonlySet<bigint>, lastIndex: number): void {
    const byId = new Map<bigint, Progress>();
    for (const id of allMembers(membership)) {
      const kept = dropped.has(id) ? undefined : this.#byId.get(id);
      const progress =
        kept ??
        new Progress(
          id,
          0,
          Math.max(lastIndex, 1),
          new Inflights(this.#maxInflightMessages, this.#maxInflightBytes),
          true,
        );
      progress.isLearner = membership.learners.includes(id);
      byId.set(id, progress);
    }
    this.#membership = membership;
    this.#byId = byId;
    this.#members = [...byId.values()];
    const half = (ids: readonly bigint[]): Progress[] => ids.map((id) => byId.get(id) as Progress);
    this.#incoming = half(membership.incoming);
    this.#outgoing = half(membership.outgoing);
    assert(
      this.#outgoing.length === 0 || this.#incoming.length > 0,
      'a joint configuration has incoming voters',
    );
  }

  /** Whether there is exactly one voter and no change under way. */
  isSingleton(): boolean {
    return this.#incoming.length === 1 && this.#outgoing.length === 0;
  }

  /** Largest index stored by a quorum. */
  committedIndex(): number {
    const incoming = this.#halfIndex(this.#incoming);
    return this.#outgoing.length === 0 ? incoming : Math.min(incoming, this.#halfIndex(this.#outgoing));
  }

  #halfIndex(voters: readonly Progress[]): number {
    const scratch = this.#scratch;
    scratch.length = voters.length;
    for (let at = 0; at < voters.length; at++) scratch[at] = (voters[at] as Progress).match;
    return majorityIndex(scratch);
  }

  /** Whether a quorum has been heard of since the last check. */
  quorumActive(): boolean {
    return this.#quorumResult((progress) => progress.recentActive) === VoteResult.won;
  }

  /** Whether the nodes in `acknowledged` are a quorum. */
  isQuorum(acknowledged: ReadonlySet<bigint>): boolean {
    return (
      this.#quorumResult((progress) => (acknowledged.has(progress.id) ? true : undefined)) === VoteResult.won
    );
  }

  resetVotes(): void {
    this.#votes.clear();
  }

  /** Records a vote; the first one of a node counts. */
  recordVote(id: bigint, granted: boolean): void {
    if (!this.#votes.has(id)) this.#votes.set(id, granted);
  }

  tallyVotes(): VoteTally {
    let granted = 0;
    let rejected = 0;
    for (const progress of this.#members) {
      if (progress.isLearner) continue;
      const vote = this.#votes.get(progress.id);
      if (vote === true) granted++;
      else if (vote === false) rejected++;
    }
    const result = this.#quorumResult((progress) => this.#votes.get(progress.id));
    return { granted, rejected, result };
  }

  #quorumResult(vote: (progress: Progress) => boolean | undefined): VoteResult {
    const half = (voters: readonly Progress[]): VoteResult => {
      let granted = 0;
      let rejected = 0;
      for (const progress of voters) {
        const cast = vote(progress);
        if (cast === true) granted++;
        else if (cast === false) rejected++;
      }
      return majorityVote(voters.length, granted, rejected);
    };
    return jointVote(half(this.#incoming), half(this.#outgoing));
  }

  /** One line a member, by id. */
  describe(): string {
    return this.#members.map((progress) => `${progress.id}: ${progress.describe()}\n`).join('');
  }
}
