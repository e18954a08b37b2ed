// What a node has to tell its application, and the messages that stand for storage work done elsewhere.
import { isEmptySnapshot } from './messages.ts';
import type { Raft } from './raft.ts';
import type { Entry, HardState, Message, Snapshot } from './types.ts';
import { LOCAL_APPEND_THREAD, LOCAL_APPLY_THREAD, MessageType } from './types.ts';

/** Whether writes must be synced before messages go out: entries, term and vote must; the commit index is only a hint. */
export function mustSync(state: HardState, previous: HardState, entries: number): boolean {
  return entries !== 0 || state.vote !== previous.vote || state.term !== previous.term;
}

/** Whether raft has to hear when what is unstable now has become stable. */
export function needsAppendResponse(raft: Raft, snapshot: Snapshot | undefined): boolean {
  return raft.log.unstable.length > 0 || snapshot !== undefined;
}

/**
 * Tells raft that its log up to the present end, and a snapshot, are stable. It names the last entry by index and
 * term and carries the present term: entries that a later leader overwrites and restores (A, B, A again) can only
 * be taken for stable by an answer of that later term, which is sent after the rewrite was requested.
 */
export function appendResponse(raft: Raft, snapshot: Snapshot | undefined): Message {
  const response = raft.message(MessageType.MsgStorageAppendResp, raft.id);
  response.from = LOCAL_APPEND_THREAD;
  response.term = raft.term;
  if (raft.log.unstable.length > 0) {
    response.index = raft.log.lastIndex();
    response.logTerm = raft.log.lastTerm();
  }
  response.snapshot = snapshot;
  return response;
}

/** Asks the append thread to write; the promises that wait for it are the responses, the log's own comes last. */
export function appendRequest(
  raft: Raft,
  entries: Entry[],
  hardState: HardState | undefined,
  snapshot: Snapshot | undefined,
): Message {
  const request = raft.message(MessageType.MsgStorageAppend, LOCAL_APPEND_THREAD);
  request.entries = entries;
  if (hardState !== undefined) {
    request.term = hardState.term;
    request.vote = hardState.vote;
    request.commit = hardState.commit;
  }
  if (snapshot !== undefined && !isEmptySnapshot(snapshot)) request.snapshot = snapshot;
  request.responses = raft.messagesAfterAppend;
  if (needsAppendResponse(raft, snapshot)) request.responses.push(appendResponse(raft, snapshot));
  return request;
}

/** Tells raft that committed entries have been applied; true in every term. */
export function applyResponse(raft: Raft, entries: Entry[]): Message {
  const response = raft.message(MessageType.MsgStorageApplyResp, raft.id);
  response.from = LOCAL_APPLY_THREAD;
  response.entries = entries;
  return response;
}

/** Asks the apply thread to apply committed entries. */
export function applyRequest(raft: Raft, entries: Entry[]): Message {
  const request = raft.message(MessageType.MsgStorageApply, LOCAL_APPLY_THREAD);
  request.entries = entries;
  request.responses = [applyResponse(raft, entries)];
  return request;
}
