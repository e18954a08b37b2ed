// Leadership transfer (Raft thesis, 3.10): bring the target up to date, then ask it to campaign at once.
import { hex64 } from '@quorate/base';
import type { Raft } from './raft.ts';
import { sendAppend } from './replication.ts';
import type { Progress } from './tracker/progress.ts';
import type { Message } from './types.ts';
import { MessageType, NO_NODE } from './types.ts';

export function abortTransfer(raft: Raft): void {
  raft.transferTarget = NO_NODE;
}

export function sendTimeoutNow(raft: Raft, target: bigint): void {
  raft.send(raft.message(MessageType.MsgTimeoutNow, target));
}

export function handleTransferAsLeader(raft: Raft, progress: Progress): void {
  const target = progress.id;
  if (progress.isLearner) {
    raft.logger?.info(`raft node ${hex64(raft.id)} does not hand leadership to learner ${hex64(target)}`);
    return;
  }
  if (raft.transferTarget !== NO_NODE) {
    if (raft.transferTarget === target) return;
    raft.logger?.info(
      `raft node ${hex64(raft.id)} gives up handing leadership to ${raft.transferTarget} for ${hex64(target)}`,
    );
    abortTransfer(raft);
  }
  if (target === raft.id) return;
  raft.logger?.info(
    `raft node ${hex64(raft.id)} starts to hand leadership to ${hex64(target)} at term ${raft.term}`,
  );
  // It must be done within an election time-out, counted from here.
  raft.electionElapsed = 0;
  raft.transferTarget = target;
  if (progress.match === raft.log.lastIndex()) sendTimeoutNow(raft, target);
  else sendAppend(raft, progress, 'even-if-empty');
}

export function handleTransferAsFollower(raft: Raft, message: Message): void {
  if (raft.leader === NO_NODE) {
    raft.logger?.info(
      `raft node ${hex64(raft.id)} knows no leader at term ${raft.term} to pass a transfer on to`,
    );
    return;
  }
  forward(raft, message);
}

/** Passes a request on to the leader; `from` stays the node that it speaks for. */
export function forward(raft: Raft, message: Message): void {
  message.to = raft.leader;
  // A transfer that a peer passed on carries the term of that hop.
  message.term = 0;
  raft.send(message);
}
