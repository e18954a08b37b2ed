// Heartbeats: they keep the leader in office, carry the commit index, and confirm read-index requests.
import { hex64 } from '@quorate/base';
import { NO_BYTES } from './messages.ts';
import type { Raft } from './raft.ts';
import { confirmReads } from './read-index.ts';
import { sendAppend } from './replication.ts';
import { type Progress, ProgressState } from './tracker/progress.ts';
import type { Message } from './types.ts';
import { MessageType, Role } from './types.ts';

/** Sends a heartbeat to every other member, with the context of the newest waiting read-index request. */
export function broadcastHeartbeat(raft: Raft): void {
  const context = raft.readOnly.newestContext() ?? NO_BYTES;
  for (const progress of raft.tracker.members) {
    if (progress.id !== raft.id) sendHeartbeat(raft, progress, context);
  }
}

/** A leader tells one member at once that it is in office, and hears from it in turn. Nothing happens elsewhere. */
export function heartbeatTo(raft: Raft, id: bigint): void {
  const progress = raft.tracker.get(id);
  if (raft.role !== Role.leader || progress === undefined || id === raft.id) return;
  sendHeartbeat(raft, progress, raft.readOnly.newestContext() ?? NO_BYTES);
}

function sendHeartbeat(raft: Raft, progress: Progress, context: Uint8Array): void {
  // The follower may not have the entries after match: it must not be told to commit them.
  const commit = Math.min(progress.match, raft.log.committed);
  const message = raft.message(MessageType.MsgHeartbeat, progress.id);
  message.commit = commit;
  message.context = context;
  raft.send(message);
  progress.sentCommit = commit;
}

export function handleHeartbeat(raft: Raft, message: Message): void {
  if (message.commit > raft.log.lastIndex()) {
    // A leader tells a node of no more than the node has promised to hold. One that has lost it must not go on as if
    // nothing were: it promises nothing more, and the leader takes it for dead.
    raft.logger?.error(
      `raft node ${hex64(raft.id)} is told by ${hex64(message.from)} that entry ${message.commit} is committed, but its log ends ` +
        `at ${raft.log.lastIndex()}: log lost?`,
    );
    return;
  }
  raft.log.commitTo(message.commit);
  const response = raft.message(MessageType.MsgHeartbeatResp, message.from);
  response.context = message.context;
  raft.send(response);
}

export function handleHeartbeatResponse(raft: Raft, progress: Progress, message: Message): void {
  progress.recentActive = true;
  // Whatever filled the window or was being probed may be lost: one more append may go out. A follower that is
  // complete but being probed needs one to get back to replicating.
  progress.appendsPaused = false;
  if (progress.match < raft.log.lastIndex() || progress.state === ProgressState.probe) {
    sendAppend(raft, progress, 'even-if-empty');
  }
  if (message.context.length > 0) confirmReads(raft, message.from, message.context);
}
