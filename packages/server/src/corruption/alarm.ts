// The alarm CORRUPT: raised and lowered through the log.
import { type EtcdError, hex64 } from '@quorate/base';
import { AlarmAction, AlarmRequest, AlarmType } from '@quorate/proto';
import type { Logger } from '../member/logger.ts';
import type { CheckedMember } from './checked-member.ts';

/** Stands for "somebody": the alarm of a cluster whose members differ without a majority for either data. */
export const UNKNOWN_MEMBER = 0n;

export function hasCorruptAlarm(member: CheckedMember, id: bigint): boolean {
  return member.alarms().some(({ memberID, alarm }) => memberID === id && alarm === AlarmType.CORRUPT);
}

/** Raises the alarm for a member, unless it is raised. What fails is found again at the next comparison. */
export function raiseCorruptAlarm(member: CheckedMember, id: bigint, logger: Logger): void {
  if (!hasCorruptAlarm(member, id)) propose(member, id, AlarmAction.ACTIVATE, 'raise', logger);
}

/** Lowers the alarm of a member. */
export function lowerCorruptAlarm(member: CheckedMember, id: bigint, logger: Logger): void {
  propose(member, id, AlarmAction.DEACTIVATE, 'lower', logger);
}

function propose(member: CheckedMember, id: bigint, action: AlarmAction, verb: string, logger: Logger): void {
  const request = AlarmRequest.create({ action, memberID: id, alarm: AlarmType.CORRUPT });
  member.propose(
    { kind: 'alarm', request, raw: undefined, requester: undefined },
    {
      cancelled: false,
      done: () => {},
      failed: (error: EtcdError) =>
        logger.warn(`failed to ${verb} the alarm`, { 'member-id': hex64(id), error: error.message }),
    },
  );
}
