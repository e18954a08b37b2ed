// Membership changes taking effect on a node (Raft paper, section 6; thesis, chapter 4).

import { hex64 } from '@quorate/base';
import { type ConfChangeResult, changeSimply, enterJoint, leaveJoint } from './confchange/changes.ts';
import { isLeaveJoint, jointMode } from './confchange/codec.ts';
import type { Raft } from './raft.ts';
import { releasePendingReads } from './read-index.ts';
import { announceCommit, maybeCommit, sendAppend } from './replication.ts';
import { confStateOf, describeMembership, isVoter } from './tracker/membership.ts';
import { abortTransfer } from './transfer.ts';
import type { ConfChangeV2, ConfState } from './types.ts';
import { NO_NODE } from './types.ts';

/** Applies a committed change. @throws ConfChangeError if the configuration does not allow it */
export function applyConfChange(raft: Raft, change: ConfChangeV2): ConfState {
  const current = raft.tracker.membership;
  const joint = jointMode(change);
  const result = isLeaveJoint(change)
    ? leaveJoint(current)
    : joint === undefined
      ? changeSimply(current, change.changes)
      : enterJoint(current, change.changes, joint);
  return installMembership(raft, result);
}

/** Puts a configuration in force and draws the consequences for a leader. */
export function installMembership(raft: Raft, result: ConfChangeResult): ConfState {
  const { tracker } = raft;
  tracker.install(result.membership, result.dropped, raft.log.lastIndex());
  raft.logger?.info(
    `raft node ${hex64(raft.id)} is in configuration ${describeMembership(tracker.membership)}`,
  );
  const confState = confStateOf(tracker.membership);
  const own = tracker.get(raft.id);
  raft.isLearner = own?.isLearner ?? false;
  if (!raft.isLeader()) return confState;
  if (own === undefined || raft.isLearner) {
    if (raft.config.stepDownOnRemoval) raft.becomeFollower(raft.term, NO_NODE);
    return confState;
  }
  if (confState.voters.length === 0) return confState;
  if (maybeCommit(raft)) {
    // The new quorum has more in common than the old one.
    releasePendingReads(raft);
    announceCommit(raft);
  } else {
    // New members need not wait for the next heartbeat or proposal to get the log.
    for (const progress of tracker.members) {
      if (progress.id !== raft.id) sendAppend(raft, progress, 'only-with-entries');
    }
  }
  if (raft.transferTarget !== NO_NODE && !isVoter(tracker.membership, raft.transferTarget))
    abortTransfer(raft);
  return confState;
}
