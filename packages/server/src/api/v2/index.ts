// The v2 HTTP API on a member.
import type { Clock } from '@quorate/base';
import type { MemberApi } from '../../member/seam.ts';
import { createHandler, type V2Handler } from './handler.ts';
import { needsOfMember } from './member-needs.ts';
import type { V2Options } from './needs.ts';

export { createHandler, type V2Handler } from './handler.ts';
export { KeyCounters } from './key-counters.ts';
export type { V2Auth, V2MemberChange, V2Needs, V2Options } from './needs.ts';

/** Serves everything below /v2 for a member; the handler answers false to other paths. */
export function createV2Handler(member: MemberApi, clock: Clock, options: V2Options = {}): V2Handler {
  return createHandler(needsOfMember(member, clock, options));
}
