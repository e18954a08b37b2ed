// Snapshots: for followers whose next entries are compacted (Raft paper, section 7).
import { assert, hex64 } from '@quorate/base';
import { installMembership } from './membership.ts';
import { isEmptySnapshot } from './messages.ts';
import type { Raft } from './raft.ts';
import { membershipOf } from './tracker/membership.ts';
import { type Progress, ProgressState } from './tracker/progress.ts';
import type { Message, Snapshot } from './types.ts';
import { MessageType, NO_NODE, Role } from './types.ts';

/** Sends the newest snapshot, unless the follower is not there to receive it or none is at hand. */
export function sendSnapshot(raft: Raft, progress: Progress): boolean {
  if (!progress.recentActive) {
    raft.logger?.debug(
      `raft node ${hex64(raft.id)} sends no snapshot to ${hex64(progress.id)}: it has not been active recently`,
    );
    return false;
  }
  const snapshot = raft.log.snapshot();
  if (snapshot === undefined) {
    raft.logger?.debug(`raft node ${hex64(raft.id)} has no snapshot for ${hex64(progress.id)} at the moment`);
    return false;
  }
  assert(!isEmptySnapshot(snapshot), 'the log is compacted, so there must be a snapshot');
  raft.logger?.info(
    `raft node ${hex64(raft.id)} sends the snapshot at index ${snapshot.metadata.index} to ${hex64(progress.id)} ` +
      `(${progress.describe()}, first index ${raft.log.firstIndex()})`,
  );
  progress.becomeSnapshot(snapshot.metadata.index);
  const message = raft.message(MessageType.MsgSnap, progress.id);
  message.snapshot = snapshot;
  raft.send(message);
  return true;
}

/** The transport reports how sending a snapshot ended. */
export function handleSnapshotStatus(raft: Raft, progress: Progress, message: Message): void {
  if (progress.state !== ProgressState.snapshot) return;
  // A snapshot that failed does not move the place to continue from.
  if (message.reject) progress.pendingSnapshot = 0;
  progress.becomeProbe();
  raft.logger?.info(
    `raft node ${hex64(raft.id)}: the snapshot to ${hex64(progress.id)} ${message.reject ? 'failed' : 'was sent'}, now ${progress.describe()}`,
  );
  // After success the follower's own answer resumes sending, after failure the next heartbeat's.
  progress.appendsPaused = true;
}

export function handleSnapshot(raft: Raft, message: Message): void {
  const snapshot = message.snapshot;
  const restored = snapshot !== undefined && restore(raft, snapshot);
  const response = raft.message(MessageType.MsgAppResp, message.from);
  response.index = restored ? raft.log.lastIndex() : raft.log.committed;
  raft.send(response);
}

/** Replaces log and configuration by a snapshot; returns false if that would gain nothing. */
function restore(raft: Raft, snapshot: Snapshot): boolean {
  const { index, term, confState } = snapshot.metadata;
  if (index <= raft.log.committed) {
    raft.logger?.info(
      `raft node ${hex64(raft.id)} ignores the snapshot at index ${index}: committed ${raft.log.committed}`,
    );
    return false;
  }
  if (raft.role !== Role.follower) {
    // Cannot happen while messages are stepped after the term check; a leader must never lose its log.
    raft.logger?.warn(
      `raft node ${hex64(raft.id)} is not a follower and refuses the snapshot at index ${index}`,
    );
    raft.becomeFollower(raft.term + 1, NO_NODE);
    return false;
  }
  const known =
    confState.voters.includes(raft.id) ||
    confState.learners.includes(raft.id) ||
    confState.votersOutgoing.includes(raft.id);
  if (!known) {
    raft.logger?.warn(
      `raft node ${hex64(raft.id)} refuses the snapshot at index ${index}: it is no member there`,
    );
    return false;
  }
  if (raft.log.matches(index, term)) {
    // The log has everything already; what the snapshot proves is that it is committed.
    raft.logger?.info(`raft node ${hex64(raft.id)} commits up to the snapshot's index ${index}`);
    raft.log.commitTo(index);
    return false;
  }
  raft.log.restore(snapshot);
  const members = new Set(raft.tracker.members.map((progress) => progress.id));
  installMembership(raft, { membership: membershipOf(confState), dropped: members });
  raft.logger?.info(`raft node ${hex64(raft.id)} restored the snapshot at index ${index} of term ${term}`);
  return true;
}
