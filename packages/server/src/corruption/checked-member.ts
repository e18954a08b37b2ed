// What the comparison of data needs of the member.
import type { MemberApi } from '../member/seam.ts';

export type CheckedMember = Pick<
  MemberApi,
  | 'memberId'
  | 'clusterId'
  | 'kv'
  | 'membership'
  | 'alarms'
  | 'isLeader'
  | 'isStopping'
  | 'moveLeader'
  | 'onAlarm'
  | 'propose'
  | 'readBarrier'
  | 'revision'
>;
