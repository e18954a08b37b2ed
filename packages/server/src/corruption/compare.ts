// Who has other data than the rest: pure comparison of what the members answered.
import type { PeerHash } from './peer-hash.ts';

/** Stands for "somebody": the alarm of a cluster whose members differ without a majority for either data. */
export const UNKNOWN_MEMBER = 0n;

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
  const votes = new Map<number, bigint[]>([[own.hash, [localId]]]);
  for (const [id, peer] of answers) {
    if (peer.revision > revision) {
      found.push({ id, reason: "its revision is above the leader's" });
    } else if (peer.compactRevision > compactRevision) {
      found.push({ id, reason: "its compact revision is above the leader's" });
    } else if (peer.compactRevision === own.compactRevision) {
      const same = votes.get(peer.hash);
      if (same === undefined) votes.set(peer.hash, [id]);
      else same.push(id);
    }
  }
  if (votes.size === 1) return found;
  const groups = [...votes.values()];
  const majority = groups.find((ids) => ids.length > members / 2);
  if (majority === undefined) {
    return [...found, { id: UNKNOWN_MEMBER, reason: 'hashes differ, and none has a majority' }];
  }
  for (const ids of groups) {
    if (ids === majority) continue;
    for (const id of ids) found.push({ id, reason: 'its hash is not the one of the majority' });
  }
  return found;
}
