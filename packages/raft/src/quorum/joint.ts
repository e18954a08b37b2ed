// Two majorities that must agree: the joint configuration of a membership change (Raft thesis, 4.3).
import type { AckedIndex, CastVote } from './majority.ts';
import { majorityIndexOf, majorityVoteOf, VoteResult } from './majority.ts';

/** Voters of the incoming and the outgoing configuration; the latter is empty outside of a change. */
export interface JointVoters {
  readonly incoming: readonly bigint[];
  readonly outgoing: readonly bigint[];
}

/** A vote is won if both halves have won it, lost if one has lost it. */
export function jointVote(incoming: VoteResult, outgoing: VoteResult): VoteResult {
  if (incoming === outgoing) return incoming;
  return incoming === VoteResult.lost || outgoing === VoteResult.lost ? VoteResult.lost : VoteResult.pending;
}

/** Index committed by both majorities. */
export function jointIndexOf(voters: JointVoters, acked: AckedIndex): number {
  return Math.min(majorityIndexOf(voters.incoming, acked), majorityIndexOf(voters.outgoing, acked));
}

/** Standing of a vote in both majorities. */
export function jointVoteOf(voters: JointVoters, cast: CastVote): VoteResult {
  return jointVote(majorityVoteOf(voters.incoming, cast), majorityVoteOf(voters.outgoing, cast));
}

/** Every voter once, in ascending order. */
export function jointIds(voters: JointVoters): bigint[] {
  return [...new Set([...voters.incoming, ...voters.outgoing])].sort((a, b) => (a < b ? -1 : 1));
}
