// @quorate/raft: the consensus state machine. No I/O, no clock, no asynchrony.
export {
  ConfChangeError,
  type ConfChangeResult,
  changeSimply,
  enterJoint,
  leaveJoint,
} from './confchange/changes.ts';
export * from './confchange/codec.ts';
export * from './config.ts';
export * from './describe.ts';
export * from './limits.ts';
export * from './messages.ts';
export { type JointVoters, jointIds, jointIndexOf, jointVoteOf } from './quorum/joint.ts';
export { describeVoteResult, majorityOf, VoteResult } from './quorum/majority.ts';
export { describeRole } from './raft.ts';
export { type Peer, RawNode, type SnapshotOutcome } from './raw-node.ts';
export * from './refusal.ts';
export type { BasicStatus, ProgressStatus, Status } from './status.ts';
export * from './storage.ts';
export {
  allMembers,
  confStateOf,
  describeMembership,
  isJoint,
  isVoter,
  type Membership,
  membershipOf,
} from './tracker/membership.ts';
export { ProgressState } from './tracker/progress.ts';
export * from './types.ts';
export { isFromPeer } from './well-formed.ts';
