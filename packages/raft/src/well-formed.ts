// What a message from the network must look like before the state machine sees it.
import { DecodeError } from '@quorate/proto';
import { decodeConfChangeEntry } from './confchange/codec.ts';
import { MAX_INDEX } from './limits.ts';
import { isEmptySnapshot, isLocalTarget, MESSAGE_TYPES } from './messages.ts';
import type { ConfState, Entry, Message, Snapshot } from './types.ts';
import { EntryType, MessageType, NO_NODE } from './types.ts';

/**
 * Whether a message names another node as its sender, as what comes from the network must; but requests that are handed on
 * keep the one who asked, and find their way back to it when it has become leader meanwhile.
 */
export function isFromPeer({ type, from }: Message, ownId: bigint): boolean {
  if (from === ownId) return type === MessageType.MsgProp || type === MessageType.MsgReadIndex;
  return from !== NO_NODE && !isLocalTarget(from);
}

/**
 * Whether a message from the network has the form that nodes send: invariants of the state machine are asserted,
 * so what breaks them must not get in. Requests on behalf of a client carry no term, everything else does; the
 * entries of an append follow on its index.
 */
export function isWellFormed(message: Message): boolean {
  if (!isCountable(message)) return false;
  switch (message.type) {
    case MessageType.MsgProp:
      return message.term === 0 && message.entries.length > 0 && message.entries.every(isProposable);
    case MessageType.MsgReadIndex:
      return message.term === 0 && message.entries.length === 1 && message.entries.every(hasCountablePlace);
    case MessageType.MsgReadIndexResp:
      return isTerm(message.term) && message.entries.every(hasCountablePlace);
    case MessageType.MsgTransferLeader:
    case MessageType.MsgForgetLeader:
      return message.term === 0 || isTerm(message.term);
    case MessageType.MsgApp:
      return isTerm(message.term) && followOn(message.index, message.term, message.entries);
    case MessageType.MsgSnap:
      return (
        isTerm(message.term) && message.snapshot !== undefined && isSnapshot(message.snapshot, message.term)
      );
    default:
      return isTerm(message.term) && message.type >= 0 && message.type < MESSAGE_TYPES;
  }
}

/** Whether all numbers can be reckoned with, and sent on: answers repeat some, and requests go on to the leader whole. */
function isCountable({
  type,
  index,
  logTerm,
  commit,
  rejectHint,
  snapshot,
  responses,
  entries,
}: Message): boolean {
  return (
    isCount(index) &&
    isCount(logTerm) &&
    isCount(commit) &&
    isCount(rejectHint) &&
    responses.length === 0 &&
    (snapshot === undefined || type === MessageType.MsgSnap || isNoSnapshot(snapshot)) &&
    (entries.length === 0 || CARRIERS.includes(type))
  );
}

/** etcd's messages have one where there is none, too. */
function isNoSnapshot(snapshot: Snapshot): boolean {
  return isEmptySnapshot(snapshot) && snapshot.metadata.term === 0;
}

/** Messages that have entries. */
const CARRIERS: readonly number[] = [
  MessageType.MsgApp,
  MessageType.MsgProp,
  MessageType.MsgReadIndex,
  MessageType.MsgReadIndexResp,
];

function isCount(value: number): boolean {
  return value >= 0 && value < MAX_INDEX / 2;
}

function hasCountablePlace({ term, index }: Entry): boolean {
  return isCount(term) && isCount(index);
}

/** Terms and indexes are counted up: one that leaves no room for as many again has never been counted. */
function isTerm(term: number): boolean {
  return term > 0 && isCount(term);
}

/** Whether an entry can be put into the log on behalf of another node: of a known type, a membership change whole. */
function isProposable(entry: Entry): boolean {
  if (!hasCountablePlace(entry)) return false;
  try {
    return entry.type === EntryType.EntryNormal || decodeConfChangeEntry(entry) !== undefined;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

function isSnapshot(snapshot: Snapshot, term: number): boolean {
  const { metadata } = snapshot;
  return (
    isTerm(metadata.index) &&
    isTerm(metadata.term) &&
    metadata.term <= term &&
    isConfState(metadata.confState)
  );
}

/** Whether a configuration keeps the rules that hold in every one, and can decide anything. */
function isConfState({ voters, votersOutgoing, learners, learnersNext, autoLeave }: ConfState): boolean {
  const isJoint = votersOutgoing.length > 0;
  return (
    voters.length > 0 &&
    (isJoint || (learnersNext.length === 0 && !autoLeave)) &&
    learnersNext.every((id) => votersOutgoing.includes(id) && !learners.includes(id)) &&
    learners.every((id) => !voters.includes(id) && !votersOutgoing.includes(id))
  );
}

function followOn(index: number, term: number, entries: readonly Entry[]): boolean {
  let next = index;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as Entry;
    if (entry.index !== ++next || entry.term === 0 || entry.term > term) return false;
  }
  return true;
}
