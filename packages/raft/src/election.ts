// Elections: campaigning, voting, the leader's lease and its loss (Raft paper, 5.2 and 5.4.1; thesis, 9.6).
import { equalBytes, hex64, utf8Bytes } from '@quorate/base';
import { voteResponseType } from './messages.ts';
import { jointIds } from './quorum/joint.ts';
import { VoteResult } from './quorum/majority.ts';
import type { Raft } from './raft.ts';
import { broadcastAppend } from './replication.ts';
import type { Message } from './types.ts';
import { MessageType, NO_NODE, Role } from './types.ts';

/** Why a node campaigns. A transfer skips the pre-vote and overrides leases: the leader itself asked for it. */
export type CampaignKind = 'pre-election' | 'election' | 'transfer';

/** Context of the vote requests of a transfer, as etcd writes it on the wire. */
const TRANSFER_CONTEXT = utf8Bytes('CampaignTransfer');

/** Whether a vote request comes from a leadership transfer. */
export function isTransferCampaign(message: Message): boolean {
  return message.context.length === TRANSFER_CONTEXT.length && equalBytes(message.context, TRANSFER_CONTEXT);
}

/** Whether a leader is known and was heard within the minimum election time-out. */
export function hasLease(raft: Raft): boolean {
  return (
    raft.config.checkQuorum && raft.leader !== NO_NODE && raft.electionElapsed < raft.config.electionTicks
  );
}

/** Starts an election if this node may. */
export function hup(raft: Raft, kind: CampaignKind): void {
  if (raft.isLeader()) return;
  if (!raft.promotable()) {
    raft.logger?.warn(`raft node ${hex64(raft.id)} is not a voter with a complete log and cannot campaign`);
    return;
  }
  // The change may have removed this node, or added voters whose votes it would not ask for.
  if (raft.log.hasUnappliedConfChange()) {
    raft.logger?.warn(
      `raft node ${hex64(raft.id)} cannot campaign before it has applied a membership change`,
    );
    return;
  }
  raft.logger?.info(`raft node ${hex64(raft.id)} starts an election at term ${raft.term}`);
  campaign(raft, kind);
}

function campaign(raft: Raft, kind: CampaignKind): void {
  const preVote = kind === 'pre-election';
  if (preVote) raft.becomePreCandidate();
  else raft.becomeCandidate();
  const type = preVote ? MessageType.MsgPreVote : MessageType.MsgVote;
  const term = preVote ? raft.term + 1 : raft.term;
  const lastIndex = raft.log.lastIndex();
  const lastTerm = raft.log.lastTerm();
  for (const id of jointIds(raft.tracker.membership)) {
    if (id === raft.id) {
      // The own vote counts once it is stable, like anybody else's.
      const own = raft.message(voteResponseType(type), id);
      own.term = term;
      raft.send(own);
      continue;
    }
    const request = raft.message(type, id);
    request.term = term;
    request.index = lastIndex;
    request.logTerm = lastTerm;
    if (kind === 'transfer') request.context = TRANSFER_CONTEXT;
    raft.send(request);
  }
}

/**
 * Votes for a candidate whose log is at least as complete (5.4.1), once a term. Learners vote too: the candidate's
 * configuration may be newer than the one that calls this node a learner.
 */
export function handleVoteRequest(raft: Raft, message: Message): void {
  const preVote = message.type === MessageType.MsgPreVote;
  const free =
    raft.vote === message.from ||
    (raft.vote === NO_NODE && raft.leader === NO_NODE) ||
    (preVote && message.term > raft.term);
  const upToDate = raft.log.isUpToDate(message.index, message.logTerm);
  const granted = free && upToDate;
  raft.logger?.info(
    `raft node ${hex64(raft.id)} at term ${raft.term} ${granted ? 'grants' : 'rejects'} the ${preVote ? 'pre-vote' : 'vote'} ` +
      `of ${message.from} for term ${message.term} with last entry ${message.logTerm}/${message.index} ` +
      `(own ${raft.log.lastTerm()}/${raft.log.lastIndex()}, vote ${raft.vote})`,
  );
  const response = raft.message(voteResponseType(message.type), message.from);
  // A pre-vote is granted for the term it asks about; a refusal tells this node's own term.
  response.term = granted ? message.term : raft.term;
  response.reject = !granted;
  if (!upToDate && !raft.isVoter()) {
    // This node has applied its own removal (or demotion), which the candidate has not: it must be asked, will
    // never grant because its log is longer, and will never campaign. Telling what is committed gets both out of
    // that. Other implementations ignore the fields.
    response.commit = raft.log.committed;
    response.logTerm = raft.log.term(raft.log.committed);
  }
  raft.send(response);
  if (granted && !preVote) {
    raft.electionElapsed = 0;
    raft.vote = message.from;
  }
}

/** Counts a vote and moves on once the outcome is settled. */
export function handleVoteResponse(raft: Raft, message: Message): void {
  if (
    message.reject &&
    message.commit > raft.log.committed &&
    raft.log.matches(message.commit, message.logTerm)
  ) {
    // Where the entry is the same, so is all before it, and it is committed (see handleVoteRequest).
    raft.log.commitTo(message.commit);
  }
  raft.tracker.recordVote(message.from, !message.reject);
  const tally = raft.tracker.tallyVotes();
  raft.logger?.info(
    `raft node ${hex64(raft.id)} has ${tally.granted} votes and ${tally.rejected} rejections after the answer of ${hex64(message.from)}`,
  );
  if (tally.result === VoteResult.won) {
    if (raft.role === Role.preCandidate) {
      campaign(raft, 'election');
    } else {
      raft.becomeLeader();
      broadcastAppend(raft);
    }
  } else if (tally.result === VoteResult.lost) {
    // The answers to a pre-vote carry a future term: stay in one's own.
    raft.becomeFollower(raft.term, NO_NODE);
  }
}

/** The leader asks this node to take over: campaign at once. */
export function handleTimeoutNow(raft: Raft, message: Message): void {
  raft.logger?.info(`raft node ${hex64(raft.id)} campaigns at the request of leader ${hex64(message.from)}`);
  hup(raft, 'transfer');
}

/** A leader that has not heard from a quorum for an election time-out steps down (Raft thesis, 6.2). */
export function handleCheckQuorum(raft: Raft): void {
  if (!raft.tracker.quorumActive()) {
    raft.logger?.warn(
      `raft node ${hex64(raft.id)} steps down: no quorum has answered for an election time-out`,
    );
    raft.becomeFollower(raft.term, NO_NODE);
  }
  for (const progress of raft.tracker.members) {
    if (progress.id !== raft.id) progress.recentActive = false;
  }
}
