// A node's state for operators and tests.
import type { Raft } from './raft.ts';
import type { Membership } from './tracker/membership.ts';
import type { ProgressState } from './tracker/progress.ts';
import type { HardState, Role } from './types.ts';

/** State of a node without that of its followers. */
export interface BasicStatus {
  readonly id: bigint;
  readonly hardState: HardState;
  readonly leader: bigint;
  readonly role: Role;
  readonly applied: number;
  readonly lastIndex: number;
  /** Node that leadership is being handed to, 0 if none. */
  readonly transferTarget: bigint;
}

/** What the leader knows of one member. */
export interface ProgressStatus {
  readonly id: bigint;
  readonly match: number;
  readonly next: number;
  readonly state: ProgressState;
  readonly paused: boolean;
  readonly recentActive: boolean;
  readonly isLearner: boolean;
  readonly pendingSnapshot: number;
  readonly inflightMessages: number;
  readonly inflightBytes: number;
  /** As transcripts print it. */
  readonly text: string;
}

/** State of a node; `progress` is empty unless it leads. */
export interface Status extends BasicStatus {
  readonly membership: Membership;
  readonly progress: readonly ProgressStatus[];
}

export function basicStatus(raft: Raft): BasicStatus {
  return {
    id: raft.id,
    hardState: raft.hardState(),
    leader: raft.leader,
    role: raft.role,
    applied: raft.log.applied,
    lastIndex: raft.log.lastIndex(),
    transferTarget: raft.transferTarget,
  };
}

export function status(raft: Raft): Status {
  const progress = raft.isLeader()
    ? raft.tracker.members.map((member) => ({
        id: member.id,
        match: member.match,
        next: member.next,
        state: member.state,
        paused: member.paused,
        recentActive: member.recentActive,
        isLearner: member.isLearner,
        pendingSnapshot: member.pendingSnapshot,
        inflightMessages: member.inflights.count,
        inflightBytes: member.inflights.bytes,
        text: member.describe(),
      }))
    : [];
  return { ...basicStatus(raft), membership: raft.tracker.membership, progress };
}
