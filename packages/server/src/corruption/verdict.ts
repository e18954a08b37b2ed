// Whether a member's data is the cluster's: what the members hold now, compared without taking anybody's word for more than
// one vote.
import type { PeerHash } from './peer-hash.ts';

export type Verdict =
  /** We hold what a majority of all members holds. */
  | { readonly kind: 'sound' }
  /** A majority of all members holds the same, and it is not what we hold. */
  | { readonly kind: 'corrupt'; readonly agreeing: readonly bigint[] }
  /** Too many do not answer, are somewhere else, or differ among themselves. */
  | { readonly kind: 'unclear' };

/** @param members all members of the cluster, those that did not answer and ourselves included */
export function judge(own: PeerHash, others: ReadonlyMap<bigint, PeerHash>, members: number): Verdict {
  const groups = new Map<string, bigint[]>();
  for (const [id, hash] of others) {
    const text = textOf(hash);
    const same = groups.get(text);
    if (same === undefined) groups.set(text, [id]);
    else same.push(id);
  }
  const withUs = groups.get(textOf(own)) ?? [];
  if (withUs.length + 1 > members / 2) return { kind: 'sound' };
  const agreeing = [...groups.values()].find((ids) => ids !== withUs && ids.length > members / 2);
  return agreeing === undefined ? { kind: 'unclear' } : { kind: 'corrupt', agreeing };
}

function textOf({ hash, revision, compactRevision }: PeerHash): string {
  return `${hash} ${revision} ${compactRevision}`;
}
