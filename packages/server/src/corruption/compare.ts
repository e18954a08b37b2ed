// Who has other data than the rest: pure comparison of what the members answered.
import { UNKNOWN_MEMBER } from './alarm.ts';
import type { PeerHash } from './peer-hash.ts';

export interface Comparison {
  readonly localId: bigint;
  /** Our own hash, of before the others were asked. */
  readonly own: PeerHash;
  /** Our newest revisions after the others had answered and everything committed by then was applied. */
  readonly revision: number;
  readonly compactRevision: number;
  readonly answers: ReadonlyMap<bigint, PeerHash>;
  /** Members of the cluster, those without an answer included. */
  readonly members: number;
}

export interface Difference {
  readonly id: bigint;
  readonly reason: string;
}

/**
 * What differs from the leader's point of view. A follower can neither be ahead of it nor have compacted more; and with
 * the same compact revision the hashes must be equal. If they are not, the ones outside of a majority are named, and
 * without a majority nobody is (UNKNOWN_MEMBER).
 */
export function differences(comparison: Comparison): Difference[] {
  const { localId, own, revision, compactRevision, answers, members } = comparison;
  const found: Difference[] = [];
  const votes = new Map([[localId, own.hash]]);
  for (const [id, peer] of answers) {
    if (peer.revision > revision) {
      found.push({ id, reason: "its revision is above the leader's" });
    } else if (peer.compactRevision > compactRevision) {
      found.push({ id, reason: "its compact revision is above the leader's" });
    } else if (peer.compactRevision === own.compactRevision) votes.set(id, peer.hash);
  }
  for (const id of outvoted(votes, members)) {
    const reason =
      id === UNKNOWN_MEMBER
        ? 'hashes differ, and none has a majority'
        : 'its hash is not the one of the majority';
    found.push({ id, reason });
  }
  return found;
}

/**
 * Members with another hash than the majority of all members; the unknown one when hashes differ and none has a
 * majority.
 */
export function outvoted(votes: ReadonlyMap<bigint, number>, members: number): bigint[] {
  const groups = new Map<number, bigint[]>();
  for (const [id, hash] of votes) {
    const same = groups.get(hash);
    if (same === undefined) groups.set(hash, [id]);
    else same.push(id);
  }
  if (groups.size <= 1) return [];
  const majority = [...groups.values()].find((ids) => ids.length > members / 2);
  if (majority === undefined) return [UNKNOWN_MEMBER];
  return [...groups.values()].filter((ids) => ids !== majority).flat();
}
