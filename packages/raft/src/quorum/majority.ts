// One majority: what a set of voters has committed, and how a vote among them stands.

/** The index or outcome is not bounded by this quorum: an empty set of voters agrees to everything. */
export const UNBOUNDED_INDEX = Number.POSITIVE_INFINITY;

/** Standing of a vote. */
export const VoteResult = { pending: 1, lost: 2, won: 3 } as const;
export type VoteResult = (typeof VoteResult)[keyof typeof VoteResult];

/** Name of a result in transcripts and logs. */
export function describeVoteResult(result: VoteResult): string {
  return result === VoteResult.won ? 'VoteWon' : result === VoteResult.lost ? 'VoteLost' : 'VotePending';
}

/** Smallest number of voters that is a majority of `voters`. */
export function majorityOf(voters: number): number {
  return (voters >>> 1) + 1;
}

/**
 * The largest index that a majority has reached, given the index of each voter (0: unknown).
 * Sorts `indexes` in place: there are only a few, nearly sorted, so insertion beats a general sort.
 */
export function majorityIndex(indexes: number[]): number {
  const count = indexes.length;
  if (count === 0) return UNBOUNDED_INDEX;
  for (let at = 1; at < count; at++) {
    const value = indexes[at] as number;
    let hole = at;
    while (hole > 0 && (indexes[hole - 1] as number) > value) {
      indexes[hole] = indexes[hole - 1] as number;
      hole--;
    }
    indexes[hole] = value;
  }
  return indexes[count - majorityOf(count)] as number;
}

/** Standing of a vote among `voters` of whom `granted` said yes and `rejected` no. */
export function majorityVote(voters: number, granted: number, rejected: number): VoteResult {
  if (voters === 0) return VoteResult.won;
  const needed = majorityOf(voters);
  if (granted >= needed) return VoteResult.won;
  return voters - rejected >= needed ? VoteResult.pending : VoteResult.lost;
}

/** Index known to be stored by a voter, undefined if it has not reported. */
export type AckedIndex = (id: bigint) => number | undefined;

/** Vote of a voter, undefined if it has not voted. */
export type CastVote = (id: bigint) => boolean | undefined;

/** `majorityIndex` by voter id. */
export function majorityIndexOf(voters: readonly bigint[], acked: AckedIndex): number {
  return majorityIndex(voters.map((id) => acked(id) ?? 0));
}

/** `majorityVote` by voter id. */
export function majorityVoteOf(voters: readonly bigint[], cast: CastVote): VoteResult {
  let granted = 0;
  let rejected = 0;
  for (const id of voters) {
    const vote = cast(id);
    if (vote === true) granted++;
    else if (vote === false) rejected++;
  }
  return majorityVote(voters.length, granted, rejected);
}
