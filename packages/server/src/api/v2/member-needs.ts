// What the v2 API needs, from the member's seam.
import type { Clock } from '@quorate/base';
import type { MemberApi, RaftOp } from '../../member/seam.ts';
import type { V2MemberChange, V2Needs, V2Options } from './needs.ts';

function membershipOp(change: V2MemberChange): RaftOp {
  switch (change.kind) {
    case 'memberAdd':
      return { kind: 'memberAdd', request: change.change, raw: undefined, requester: undefined };
    case 'memberRemove':
      return { kind: 'memberRemove', request: change.change, raw: undefined, requester: undefined };
    case 'memberUpdate':
      return { kind: 'memberUpdate', request: change.change, raw: undefined, requester: undefined };
  }
}

/** Adapts a member. */
export function needsOfMember(member: MemberApi, clock: Clock, options: V2Options): V2Needs {
  return {
    clusterId: member.clusterId,
    store: member.v2,
    auth: options.auth,
    commonHeaders: options.commonHeaders ?? {},
    counters: options.counters,
    committedIndex: () => member.committedIndex(),
    term: () => member.term(),
    wallMs: () => clock.wallMs(),
    nowMs: () => clock.nowMs(),
    defer: (fn) => clock.defer(fn),
    propose: (request, sink) =>
      member.propose({ kind: 'v2', request, raw: undefined, requester: undefined }, sink),
    proposeMembership: (change, sink) => member.propose(membershipOp(change), sink),
    members: () => member.membership.members(),
    member: (id) => member.membership.member(id),
    isRemoved: (id) => member.membership.isRemoved(id),
    clientURLs: () => member.membership.clientURLs(),
    leaderId: () => member.leaderId(),
    selfStats: () => member.selfStats(),
    leaderStats: () => member.leaderStats(),
  };
}
