// The record `confState` of the bucket `meta`, which Go etcd from 3.5 on wants in a database.
import { confStateKey, type ExtraMeta } from '@quorate/storage';

/** Who votes, as raft has it. */
export interface Voters {
  readonly voters: readonly bigint[];
  readonly learners: readonly bigint[];
  readonly votersOutgoing?: readonly bigint[];
  readonly learnersNext?: readonly bigint[];
  readonly autoLeave?: boolean;
}

/** In JSON as Go writes it: empty lists are left out, ids are bare numbers. */
export function encodeConfState(state: Voters): string {
  const fields: string[] = [];
  const list = (name: string, ids: readonly bigint[] | undefined): void => {
    if (ids !== undefined && ids.length > 0) fields.push(`"${name}":[${ids.join(',')}]`);
  };
  list('voters', state.voters);
  list('learners', state.learners);
  list('voters_outgoing', state.votersOutgoing);
  list('learners_next', state.learnersNext);
  fields.push(`"auto_leave":${state.autoLeave ?? false}`);
  return `{${fields.join(',')}}`;
}

/** For the file of a store. */
export function confStateMeta(state: Voters): ExtraMeta {
  return [[confStateKey, Buffer.from(encodeConfState(state))]];
}
