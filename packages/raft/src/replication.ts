// Replication: appends to followers and their answers (Raft paper, 5.3), with probing and flow control.
import { hex64 } from '@quorate/base';
import { NO_TERM } from './log-unstable.ts';
import type { Raft } from './raft.ts';
import { releasePendingReads } from './read-index.ts';
import { sendSnapshot } from './snapshots.ts';
import { type Progress, ProgressState } from './tracker/progress.ts';
import { sendTimeoutNow } from './transfer.ts';
import type { Message } from './types.ts';
import { MessageType } from './types.ts';

/** Whether an append without entries is worth sending: it carries the commit index, or probes. */
export type EmptyAppends = 'even-if-empty' | 'only-with-entries';

const EMPTY = { entries: [], payloadBytes: 0 };

/** Sends the follower what it needs next, if flow control allows; returns whether anything was sent. */
export function sendAppend(raft: Raft, progress: Progress, empty: EmptyAppends): boolean {
  if (progress.paused) return false;
  const { log } = raft;
  const previous = progress.next - 1;
  const previousTerm = log.term(previous);
  // The entries before next are compacted: only a snapshot helps.
  if (previousTerm === NO_TERM || progress.next < log.firstIndex()) return sendSnapshot(raft, progress);
  // With a full window an empty append still goes out, so that a lost window is noticed.
  const throttled = progress.state === ProgressState.replicate && progress.inflights.full;
  const batch = throttled ? EMPTY : log.batchFrom(progress.next, raft.config.maxSizePerMessage);
  if (batch.entries.length === 0 && empty === 'only-with-entries') return false;
  const message = raft.message(MessageType.MsgApp, progress.id);
  message.index = previous;
  message.logTerm = previousTerm;
  message.entries = batch.entries;
  message.commit = log.committed;
  raft.send(message);
  progress.sentEntries(batch.entries.length, batch.payloadBytes);
  progress.sentCommit = log.committed;
  return true;
}

/** Sends every other member what it needs next. */
export function broadcastAppend(raft: Raft): void {
  for (const progress of raft.tracker.members) {
    if (progress.id !== raft.id) sendAppend(raft, progress, 'even-if-empty');
  }
}

/** Tells all followers the commit index now. */
export function announceCommit(raft: Raft): void {
  raft.announcedCommit = raft.log.committed;
  broadcastAppend(raft);
}

/** Advances the commit index to what a quorum has, if that is of this term; returns whether it moved. */
export function maybeCommit(raft: Raft): boolean {
  return raft.log.maybeCommit(raft.tracker.committedIndex(), raft.term);
}

/** A follower's consistency check and append. */
export function handleAppend(raft: Raft, message: Message): void {
  const { log } = raft;
  const response = raft.message(MessageType.MsgAppResp, message.from);
  if (message.index < log.committed) {
    // A late or repeated message: what is committed is already known to match.
    response.index = log.committed;
    raft.send(response);
    return;
  }
  const lastNew = log.maybeAppend(message.index, message.logTerm, message.entries, message.commit);
  if (lastNew !== NO_TERM) {
    response.index = lastNew;
    raft.send(response);
    return;
  }
  // Tell the leader where the logs can match at the latest: no later than the end of this log, and not at an
  // entry of a term above the leader's term at that place.
  const conflict = log.findConflictByTerm(Math.min(message.index, log.lastIndex()), message.logTerm);
  if (raft.logger?.debugEnabled) {
    raft.logger.debug(
      `raft node ${hex64(raft.id)} rejects entries after ${message.logTerm}/${message.index} from ${hex64(message.from)}: term ` +
        `${log.term(message.index)} here, try ${conflict.term}/${conflict.index}`,
    );
  }
  response.index = message.index;
  response.reject = true;
  response.rejectHint = conflict.index;
  response.logTerm = conflict.term;
  raft.send(response);
}

export function handleAppendResponse(raft: Raft, progress: Progress, message: Message): void {
  if (!message.reject && message.index > raft.log.lastIndex()) {
    raft.logger?.error(
      `raft node ${hex64(raft.id)}: ${hex64(progress.id)} acknowledges entry ${message.index}, but the log ends at ${raft.log.lastIndex()}`,
    );
    return;
  }
  progress.recentActive = true;
  if (message.reject) handleRejection(raft, progress, message);
  else handleAcknowledgement(raft, progress, message);
}

function handleRejection(raft: Raft, progress: Progress, message: Message): void {
  // The follower named the last of its entries that can match, and its term; entries of higher terms here cannot
  // match it, so the next probe goes straight to where this log has that term or an earlier one.
  const hint =
    message.logTerm > 0
      ? raft.log.findConflictByTerm(message.rejectHint, message.logTerm).index
      : message.rejectHint;
  if (!progress.maybeDecrease(message.index, hint)) return;
  if (raft.logger?.debugEnabled) {
    raft.logger.debug(
      `raft node ${hex64(raft.id)}: ${hex64(progress.id)} refused an append after ${message.index}, now ${progress.describe()}`,
    );
  }
  if (progress.state === ProgressState.replicate) progress.becomeProbe();
  sendAppend(raft, progress, 'even-if-empty');
}

function handleAcknowledgement(raft: Raft, progress: Progress, message: Message): void {
  // A probed follower that turns out to be where it was known to be may go back to replicating.
  const resumes = progress.state === ProgressState.probe && progress.match === message.index;
  if (!progress.maybeUpdate(message.index) && !resumes) return;
  switch (progress.state) {
    case ProgressState.probe:
      progress.becomeReplicate();
      break;
    case ProgressState.snapshot:
      // Whatever snapshot it got there by: the log continues from here.
      if (progress.match + 1 >= raft.log.firstIndex()) {
        raft.logger?.info(
          `raft node ${hex64(raft.id)}: ${hex64(progress.id)} is back from its snapshot, now ${progress.describe()}`,
        );
        progress.becomeProbe();
        progress.becomeReplicate();
      }
      break;
    case ProgressState.replicate:
      progress.inflights.freeThrough(message.index);
      break;
  }
  if (maybeCommit(raft)) {
    releasePendingReads(raft);
    // A member that is being removed must hear of it while it is still one.
    if (!raft.config.deferCommitNews || raft.pendingConfIndex > raft.log.applied) announceCommit(raft);
  } else if (progress.id !== raft.id && progress.commitIsNews(raft.announcedCommit)) {
    sendAppend(raft, progress, 'even-if-empty');
  }
  if (progress.id === raft.id) return;
  // The window has room again: fill it with messages of bounded size.
  while (sendAppend(raft, progress, 'only-with-entries')) {
    // Each turn sends one message.
  }
  if (progress.id === raft.transferTarget && progress.match === raft.log.lastIndex()) {
    raft.logger?.info(
      `raft node ${hex64(raft.id)} hands leadership over to ${hex64(progress.id)}, which is up to date now`,
    );
    sendTimeoutNow(raft, progress.id);
  }
}

/** A message to the follower could not be delivered: those in flight are probably lost, too. */
export function handleUnreachable(raft: Raft, progress: Progress): void {
  if (progress.state === ProgressState.replicate) progress.becomeProbe();
  if (raft.logger?.debugEnabled) {
    raft.logger.debug(
      `raft node ${hex64(raft.id)}: ${hex64(progress.id)} is unreachable, now ${progress.describe()}`,
    );
  }
}
