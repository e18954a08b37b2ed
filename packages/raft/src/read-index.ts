// Linearizable reads without the log (Raft thesis, 6.4): a read may be served once the commit index of a leader
// that is still in office has been applied.

import { hex64 } from '@quorate/base';
import { broadcastHeartbeat } from './heartbeat.ts';
import { MAX_PENDING_READ_INDEX } from './limits.ts';
import { NO_BYTES } from './messages.ts';
import type { Raft } from './raft.ts';
import { forward } from './transfer.ts';
import type { Message } from './types.ts';
import { MessageType, NO_NODE, ReadOnlyOption } from './types.ts';

function contextOf(request: Message): Uint8Array {
  return request.entries[0]?.data ?? NO_BYTES;
}

/** Whether this leader has committed an entry of its own term: before that its commit index may be behind. */
function hasCommittedInTerm(raft: Raft): boolean {
  return raft.log.term(raft.log.committed) === raft.term;
}

export function handleReadIndexAsLeader(raft: Raft, request: Message): void {
  if (raft.pendingReadIndex.length + raft.readOnly.length >= MAX_PENDING_READ_INDEX) {
    raft.logger?.warn(`raft node ${hex64(raft.id)} drops a read-index request: too many are waiting`);
    return;
  }
  if (hasCommittedInTerm(raft)) startRead(raft, request);
  else raft.pendingReadIndex.push(request);
}

/** Starts the requests that waited for the first commit of the term. */
export function releasePendingReads(raft: Raft): void {
  if (raft.pendingReadIndex.length === 0 || !hasCommittedInTerm(raft)) return;
  const requests = raft.pendingReadIndex;
  raft.pendingReadIndex = [];
  for (const request of requests) startRead(raft, request);
}

function startRead(raft: Raft, request: Message): void {
  // The only voter is its own quorum. (A leader that has removed itself is not: the remaining one may have elected
  // itself meanwhile.) It too must have committed in its term first: after a restart its commit index may be behind
  // what it has answered before. etcd leaves that out.
  const isAlone = raft.tracker.isSingleton() && raft.isVoter();
  if (isAlone || raft.config.readOnlyOption === ReadOnlyOption.leaseBased) {
    answer(raft, request, raft.log.committed);
    return;
  }
  const context = contextOf(request);
  raft.readOnly.add(request, context, raft.log.committed);
  raft.readOnly.acknowledge(raft.id, context);
  broadcastHeartbeat(raft);
}

/** An answer to a heartbeat with `context`: with a quorum of them, all requests up to it are confirmed. */
export function confirmReads(raft: Raft, from: bigint, context: Uint8Array): void {
  if (raft.config.readOnlyOption !== ReadOnlyOption.safe) return;
  const acknowledged = raft.readOnly.acknowledge(from, context);
  if (acknowledged === undefined || !raft.tracker.isQuorum(acknowledged)) return;
  for (const read of raft.readOnly.takeThrough(context)) answer(raft, read.request, read.index);
}

function answer(raft: Raft, request: Message, index: number): void {
  if (request.from === NO_NODE || request.from === raft.id) {
    raft.readStates.push({ index, requestContext: contextOf(request) });
    return;
  }
  const response = raft.message(MessageType.MsgReadIndexResp, request.from);
  response.index = index;
  response.entries = request.entries;
  raft.send(response);
}

export function handleReadIndexAsFollower(raft: Raft, request: Message): void {
  if (raft.leader === NO_NODE) {
    raft.logger?.info(
      `raft node ${hex64(raft.id)} drops a read-index request: no leader at term ${raft.term}`,
    );
    return;
  }
  forward(raft, request);
}

export function handleReadIndexResponse(raft: Raft, message: Message): void {
  if (message.entries.length !== 1) {
    raft.logger?.error(
      `read-index answer from ${message.from} has ${message.entries.length} contexts instead of 1`,
    );
    return;
  }
  raft.readStates.push({ index: message.index, requestContext: contextOf(message) });
}
