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

/** Bytes of an unsigned varint; by comparison, since this runs a few times for each entry. */
function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value < 0x1000_0000) return 4;
  if (value < 0x8_0000_0000) return 5;
  if (value < 0x400_0000_0000) return 6;
  return value < 0x2_0000_0000_0000 ? 7 : 8;
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
  MessageType.MsgHup,
  MessageType.MsgBeat,
  MessageType.MsgUnreachable,
  MessageType.MsgSnapStatus,
  MessageType.MsgCheckQuorum,
  MessageType.MsgStorageAppend,
  MessageType.MsgStorageAppendResp,
  MessageType.MsgStorageApply,
  MessageType.MsgStorageApplyResp,
]);

const RESPONSE_TYPES = typeTable([
  MessageType.MsgAppResp,
  MessageType.MsgVoteResp,
  MessageType.MsgHeartbeatResp,
  MessageType.MsgUnreachable,
  MessageType.MsgReadIndexResp,
  MessageType.MsgPreVoteResp,
  MessageType.MsgStorageAppendResp,
  MessageType.MsgStorageApplyResp,
]);

/** How many types of messages there are, from 0 on. */
export const MESSAGE_TYPES = RESPONSE_TYPES.length;

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
  return type === MessageType.MsgPreVote ? MessageType.MsgPreVoteResp : MessageType.MsgVoteResp;
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
