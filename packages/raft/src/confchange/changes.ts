// Membership changes as functions from one configuration to the next (Raft thesis, 4.1 and 4.3).
import { assertMembership, idSet, isJoint, type Membership } from '../tracker/membership.ts';
import type { ConfChangeSingle } from '../types.ts';
import { ConfChangeType, NO_NODE } from '../types.ts';

/** A change that the configuration does not allow. */
export class ConfChangeError extends Error {
  override readonly name = 'ConfChangeError';
}

/** The next configuration, and the members whose progress must start over because they left in between. */
export interface ConfChangeResult {
  readonly membership: Membership;
  readonly dropped: ReadonlySet<bigint>;
}

/** Sets under construction. */
class Draft {
  readonly incoming: Set<bigint>;
  readonly outgoing: Set<bigint>;
  readonly learners: Set<bigint>;
  readonly learnersNext: Set<bigint>;
  readonly dropped = new Set<bigint>();

  constructor(from: Membership) {
    this.incoming = new Set(from.incoming);
    this.outgoing = new Set(from.outgoing);
    this.learners = new Set(from.learners);
    this.learnersNext = new Set(from.learnersNext);
  }

  #isMember(id: bigint): boolean {
    return (
      this.incoming.has(id) || this.outgoing.has(id) || this.learners.has(id) || this.learnersNext.has(id)
    );
  }

  apply(changes: readonly ConfChangeSingle[]): void {
    for (const change of changes) {
      // A replaced change keeps its place in the log with id 0.
      if (change.nodeID === NO_NODE) continue;
      switch (change.type) {
        case ConfChangeType.ConfChangeAddNode:
          this.#makeVoter(change.nodeID);
          break;
        case ConfChangeType.ConfChangeAddLearnerNode:
          this.#makeLearner(change.nodeID);
          break;
        case ConfChangeType.ConfChangeRemoveNode:
          this.#remove(change.nodeID);
          break;
        case ConfChangeType.ConfChangeUpdateNode:
          break;
        default:
          throw new ConfChangeError(`unexpected conf type ${change.type}`);
      }
    }
    if (this.incoming.size === 0) throw new ConfChangeError('removed all voters');
  }

  #makeVoter(id: bigint): void {
    this.learners.delete(id);
    this.learnersNext.delete(id);
    this.incoming.add(id);
  }

  /** A voter of the outgoing half goes on voting there and becomes a learner on leaving the joint configuration. */
  #makeLearner(id: bigint): void {
    if (this.learners.has(id)) return;
    this.incoming.delete(id);
    this.learnersNext.delete(id);
    (this.outgoing.has(id) ? this.learnersNext : this.learners).add(id);
  }

  #remove(id: bigint): void {
    if (!this.#isMember(id)) return;
    this.incoming.delete(id);
    this.learners.delete(id);
    this.learnersNext.delete(id);
    if (!this.outgoing.has(id)) this.dropped.add(id);
  }

  result(autoLeave: boolean): ConfChangeResult {
    const membership: Membership = {
      incoming: idSet(this.incoming),
      outgoing: idSet(this.outgoing),
      learners: idSet(this.learners),
      learnersNext: idSet(this.learnersNext),
      autoLeave,
    };
    assertMembership(membership);
    return { membership, dropped: this.dropped };
  }
}

/** Changes at most one voter (and any number of learners) directly. @throws ConfChangeError */
export function changeSimply(from: Membership, changes: readonly ConfChangeSingle[]): ConfChangeResult {
  if (isJoint(from)) throw new ConfChangeError("can't apply simple config change in joint config");
  const draft = new Draft(from);
  draft.apply(changes);
  let changed = 0;
  for (const id of draft.incoming) if (!from.incoming.includes(id)) changed++;
  for (const id of from.incoming) if (!draft.incoming.has(id)) changed++;
  if (changed > 1) {
    throw new ConfChangeError('more than one voter changed without entering joint config');
  }
  return draft.result(false);
}

/** Enters the joint configuration of the present voters and those after `changes`. @throws ConfChangeError */
export function enterJoint(
  from: Membership,
  changes: readonly ConfChangeSingle[],
  options: { readonly autoLeave: boolean },
): ConfChangeResult {
  if (isJoint(from)) throw new ConfChangeError('config is already joint');
  if (from.incoming.length === 0) throw new ConfChangeError("can't make a zero-voter config joint");
  const draft = new Draft({ ...from, outgoing: from.incoming });
  draft.apply(changes);
  return draft.result(options.autoLeave);
}

/** Leaves the joint configuration for its incoming half. @throws ConfChangeError */
export function leaveJoint(from: Membership): ConfChangeResult {
  if (!isJoint(from)) throw new ConfChangeError("can't leave a non-joint config");
  const draft = new Draft(from);
  for (const id of draft.learnersNext) draft.learners.add(id);
  draft.learnersNext.clear();
  for (const id of draft.outgoing) {
    if (!draft.incoming.has(id) && !draft.learners.has(id)) draft.dropped.add(id);
  }
  draft.outgoing.clear();
  return draft.result(false);
}
