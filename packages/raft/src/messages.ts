// Constructors, sizes and classes of messages, entries and states. Every message is built here, so that all have
// one hidden class.
import type { ConfState, Entry, HardState, Message, Snapshot } from './types.ts';
import { LOCAL_APPEND_THREAD, LOCAL_APPLY_THREAD, MessageType } from './types.ts';

/** No bytes. */
export const NO_BYTES = new Uint8Array(0);

/** A message with every field at its default but type and target. */
export function newMessage(type: number, to: bigint): Message {
  return {
    type,
    to,
    from: 0n,
    term: 0,
    logTerm: 0,
    index: 0,
    entries: [],
    commit: 0,
    snapshot: undefined,
    reject: false,
    rejectHint: 0,
    context: NO_BYTES,
    vote: 0n,
    responses: [],
  };
}

/** An entry that has no place in the log yet. */
export function newEntry(type: number, data: Uint8Array): Entry {
  return { type, term: 0, index: 0, data };
}

export function emptyConfState(): ConfState {
  return { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
}

export function emptySnapshot(): Snapshot {
  return { data: NO_BYTES, metadata: { confState: emptyConfState(), index: 0, term: 0 } };
}

export function isEmptyHardState(state: HardState): boolean {
  return state.term === 0 && state.vote === 0n && state.commit === 0;
}

export function equalHardStates(a: HardState, b: HardState): boolean {
  return a.term === b.term && a.commit === b.commit && a.vote === b.vote;
}

export function isEmptySnapshot(snapshot: Snapshot): boolean {
  return snapshot.metadata.index === 0;
}

function varintLength(value: number): number {
  let length = 1;
  while (value >= 128) {
    value /= 128;
    length++;
  }
  return length;
}

/** Encoded size of an entry in bytes (protobuf, all scalars written). All size limits but the uncommitted one use it. */
export function entrySize(entry: Entry): number {
  const length = entry.data.length;
  const header = 4 + varintLength(entry.term) + varintLength(entry.index);
  return length === 0 ? header : header + 1 + varintLength(length) + length;
}

/** Sum of the encoded sizes. */
export function entriesSize(entries: readonly Entry[]): number {
  let size = 0;
  for (let at = 0; at < entries.length; at++) size += entrySize(entries[at] as Entry);
  return size;
}

/** Sum of the payload sizes: what counts as uncommitted and as in flight. */
export function payloadsSize(entries: readonly Entry[]): number {
  let size = 0;
  for (let at = 0; at < entries.length; at++) size += (entries[at] as Entry).data.length;
  return size;
}

function typeTable(types: readonly number[]): readonly boolean[] {
  const table: boolean[] = new Array<boolean>(Object.keys(MessageType).length).fill(false);
  for (const type of types) table[type] = true;
  return table;
}

const LOCAL_TYPES = typeTable([
  MessageType.hup,
  MessageType.beat,
  MessageType.unreachable,
  MessageType.snapStatus,
  MessageType.checkQuorum,
  MessageType.storageAppend,
  MessageType.storageAppendResp,
  MessageType.storageApply,
  MessageType.storageApplyResp,
]);

const RESPONSE_TYPES = typeTable([
  MessageType.appResp,
  MessageType.voteResp,
  MessageType.heartbeatResp,
  MessageType.unreachable,
  MessageType.readIndexResp,
  MessageType.preVoteResp,
  MessageType.storageAppendResp,
  MessageType.storageApplyResp,
]);

/** Whether such a message never crosses the network. */
export function isLocalMessage(type: number): boolean {
  return LOCAL_TYPES[type] === true;
}

/** Whether such a message answers another one. */
export function isResponseMessage(type: number): boolean {
  return RESPONSE_TYPES[type] === true;
}

/** Whether `id` names a local storage thread instead of a node. */
export function isLocalTarget(id: bigint): boolean {
  return id === LOCAL_APPEND_THREAD || id === LOCAL_APPLY_THREAD;
}

/** The type of the answer to a (pre-)vote request. */
export function voteResponseType(type: number): number {
  return type === MessageType.preVote ? MessageType.preVoteResp : MessageType.voteResp;
}

function sortedIds(ids: readonly bigint[]): bigint[] {
  return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function equalIdSets(a: readonly bigint[], b: readonly bigint[]): boolean {
  if (a.length !== b.length) return false;
  const left = sortedIds(a);
  const right = sortedIds(b);
  return left.every((id, at) => id === right[at]);
}

/** Whether two configurations are the same, whatever the order of their members. */
export function equalConfStates(a: ConfState, b: ConfState): boolean {
  return (
    a.autoLeave === b.autoLeave &&
    equalIdSets(a.voters, b.voters) &&
    equalIdSets(a.learners, b.learners) &&
    equalIdSets(a.votersOutgoing, b.votersOutgoing) &&
    equalIdSets(a.learnersNext, b.learnersNext)
  );
}
