// Proposals: what the leader appends to its log, and when it refuses to.
import { assert, hex64 } from '@quorate/base';
import { decodeConfChangeEntry, describeConfChanges, isLeaveJoint } from './confchange/codec.ts';
import { MAX_INDEX } from './limits.ts';
import { NO_BYTES, newEntry, payloadsSize } from './messages.ts';
import type { Raft } from './raft.ts';
import { PROPOSAL_DROPPED, type Refusal } from './refusal.ts';
import { broadcastAppend } from './replication.ts';
import { describeMembership, isJoint } from './tracker/membership.ts';
import { forward } from './transfer.ts';
import type { ConfChangeV2, Entry, Message } from './types.ts';
import { EntryType, MessageType, NO_NODE } from './types.ts';

export function handleProposalAsLeader(raft: Raft, message: Message): Refusal | undefined {
  const { entries } = message;
  assert(entries.length > 0, 'a proposal has at least one entry');
  // Removed from the configuration while in office: nobody would count this node's log.
  if (raft.tracker.get(raft.id) === undefined) return PROPOSAL_DROPPED;
  if (raft.transferTarget !== NO_NODE) return PROPOSAL_DROPPED;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as Entry;
    // A proposal delivered twice must not renumber entries that are in a log already.
    if (entry.index !== 0 || entry.term !== 0) entries[at] = newEntry(entry.type, entry.data);
    if (entry.type !== EntryType.EntryNormal) checkConfChange(raft, entries, at);
  }
  if (!appendOwnEntries(raft, entries)) return PROPOSAL_DROPPED;
  broadcastAppend(raft);
  return undefined;
}

/** Replaces a membership change that cannot be accepted now by an empty entry. */
function checkConfChange(raft: Raft, entries: Entry[], at: number): void {
  const change = decodeConfChangeEntry(entries[at] as Entry);
  if (change === undefined) return;
  const problem = confChangeProblem(raft, change);
  if (problem !== undefined && !raft.config.disableConfChangeValidation) {
    raft.logger?.info(
      `raft node ${hex64(raft.id)} refuses membership change "${describeConfChanges(change.changes)}" at ` +
        `${describeMembership(raft.tracker.membership)}: ${problem}`,
    );
    entries[at] = newEntry(EntryType.EntryNormal, NO_BYTES);
    return;
  }
  raft.pendingConfIndex = raft.log.lastIndex() + at + 1;
}

/** Changes are made one after the other, and a joint configuration is left before the next (thesis, 4.1, 4.3). */
function confChangeProblem(raft: Raft, change: ConfChangeV2): string | undefined {
  if (raft.pendingConfIndex > raft.log.applied) {
    return `the change at index ${raft.pendingConfIndex} may not be applied yet (applied ${raft.log.applied})`;
  }
  const joint = isJoint(raft.tracker.membership);
  // No changes with an explicit transition is not a way to leave: it would enter another joint configuration.
  if (joint && !isLeaveJoint(change)) return 'the joint configuration must be left first';
  if (!joint && change.changes.length === 0) return 'there is no joint configuration to leave';
  return undefined;
}

/** Numbers the entries and appends them to the leader's log; false if too much is uncommitted already. */
export function appendOwnEntries(raft: Raft, entries: readonly Entry[]): boolean {
  if (!increaseUncommittedSize(raft, payloadsSize(entries))) {
    raft.logger?.warn(
      `raft node ${hex64(raft.id)} drops a proposal: ${raft.uncommittedSize} bytes are uncommitted`,
    );
    return false;
  }
  let index = raft.log.lastIndex();
  const { term } = raft;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as Entry;
    entry.term = term;
    entry.index = ++index;
  }
  assert(index < MAX_INDEX, 'the log has used up all indexes');
  raft.log.append(entries);
  // The leader counts itself once the entries are stable here, like any follower (thesis, 10.2.1).
  const own = raft.message(MessageType.MsgAppResp, raft.id);
  own.index = index;
  raft.send(own);
  return true;
}

/** Any one proposal is let in while nothing is uncommitted, and empty entries always: they end terms and changes. */
function increaseUncommittedSize(raft: Raft, size: number): boolean {
  const total = raft.uncommittedSize + size;
  if (raft.uncommittedSize > 0 && size > 0 && total > raft.config.maxUncommittedSize) return false;
  raft.uncommittedSize = total;
  return true;
}

/** Entries with this much payload have been applied. Those of earlier leaders were never counted, hence the floor. */
export function reduceUncommittedSize(raft: Raft, size: number): void {
  raft.uncommittedSize = Math.max(0, raft.uncommittedSize - size);
}

export function handleProposalAsFollower(raft: Raft, message: Message): Refusal | undefined {
  if (raft.leader === NO_NODE || raft.config.disableProposalForwarding) return PROPOSAL_DROPPED;
  forward(raft, message);
  return undefined;
}
