// A configuration as a value: who votes, who learns, and whether a change is under way.
import { assert } from '@quorate/base';
import type { JointVoters } from '../quorum/joint.ts';
import type { ConfState } from '../types.ts';

/** Sets of ids in ascending order. `outgoing` is empty unless a joint configuration is in force. */
export interface Membership extends JointVoters {
  /** Members that receive the log without voting; none of them is a voter. */
  readonly learners: readonly bigint[];
  /** Outgoing voters that become learners when the joint configuration is left. */
  readonly learnersNext: readonly bigint[];
  /** Whether the leader leaves the joint configuration by itself. */
  readonly autoLeave: boolean;
}

export const EMPTY_MEMBERSHIP: Membership = {
  incoming: [],
  outgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

/** Whether a joint configuration is in force. */
export function isJoint(membership: Membership): boolean {
  return membership.outgoing.length > 0;
}

/** Whether `id` votes, in either half. */
export function isVoter(membership: Membership, id: bigint): boolean {
  return membership.incoming.includes(id) || membership.outgoing.includes(id);
}

/** Ids in ascending order, each once. */
export function idSet(ids: Iterable<bigint>): bigint[] {
  return [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
}

/** Every member once, in ascending order. */
export function allMembers(membership: Membership): bigint[] {
  return idSet([
    ...membership.incoming,
    ...membership.outgoing,
    ...membership.learners,
    ...membership.learnersNext,
  ]);
}

/** Rules that hold in every configuration. */
export function assertMembership(membership: Membership): void {
  const { incoming, outgoing, learners, learnersNext, autoLeave } = membership;
  for (const id of learnersNext) {
    assert(outgoing.includes(id), `${id} is to become a learner but is no outgoing voter`);
    assert(!learners.includes(id), `${id} is a learner and is to become one`);
  }
  for (const id of learners) {
    assert(!incoming.includes(id), `${id} is both learner and voter`);
    assert(!outgoing.includes(id), `${id} is both learner and outgoing voter`);
  }
  if (outgoing.length === 0) {
    assert(learnersNext.length === 0, 'learners to be exist only in a joint configuration');
    assert(!autoLeave, 'only a joint configuration can be left');
  }
}

/** The configuration in the form that snapshots and the WAL store. */
export function confStateOf(membership: Membership): ConfState {
  return {
    voters: [...membership.incoming],
    learners: [...membership.learners],
    votersOutgoing: [...membership.outgoing],
    learnersNext: [...membership.learnersNext],
    autoLeave: membership.autoLeave,
  };
}

/** The configuration that a snapshot or the WAL stores. @throws AssertionError if it breaks a rule */
export function membershipOf(confState: ConfState): Membership {
  const membership: Membership = {
    incoming: idSet(confState.voters),
    outgoing: idSet(confState.votersOutgoing),
    learners: idSet(confState.learners),
    learnersNext: idSet(confState.learnersNext),
    autoLeave: confState.autoLeave,
  };
  assertMembership(membership);
  return membership;
}

/** As `voters=(1 2)&&(1) learners=(3) learners_next=(4) autoleave`. */
export function describeMembership(membership: Membership): string {
  const { incoming, outgoing, learners, learnersNext, autoLeave } = membership;
  let text = `voters=(${incoming.join(' ')})`;
  if (outgoing.length > 0) text += `&&(${outgoing.join(' ')})`;
  if (learners.length > 0) text += ` learners=(${learners.join(' ')})`;
  if (learnersNext.length > 0) text += ` learners_next=(${learnersNext.join(' ')})`;
  if (autoLeave) text += ' autoleave';
  return text;
}
