// Messages, entries and states as text, in the form that etcd's library prints them and its transcripts show.

import { EntryTypeNames, RaftMessageTypeNames } from '@quorate/proto';
import { decodeConfChangeEntry, describeConfChanges } from './confchange/codec.ts';
import { isEmptyHardState, isEmptySnapshot } from './messages.ts';
import { describeRole } from './raft.ts';
import type { ConfState, Entry, HardState, Message, ReadState, Ready, Snapshot, SoftState } from './types.ts';
import { LOCAL_APPEND_THREAD, LOCAL_APPLY_THREAD, NO_NODE } from './types.ts';

/** Turns the payload of a normal entry into text. */
export type DescribePayload = (data: Uint8Array) => string;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** A quoted string as Go's `%q` writes it: UTF-8 kept where printable, everything else escaped. */
export function quoteBytes(data: Uint8Array): string {
  let text = '"';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < data.length; ) {
    const lead = data[at] as number;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let char: string | undefined;
    try {
      char = decoder.decode(data.subarray(at, at + length));
    } catch {
      char = undefined;
    }
    if (char === undefined || [...char].length !== 1) {
      text += `\\x${lead.toString(16).padStart(2, '0')}`;
      at++;
      continue;
    }
    text += quoteChar(char);
    at += length;
  }
  return `${text}"`;
}

function quoteChar(char: string): string {
  const short = SHORT_ESCAPES[char];
  if (short !== undefined) return short;
  if (char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char)) return char;
  const code = char.codePointAt(0) as number;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** As `1/12 EntryNormal "data"` (term/index). */
export function describeEntry(entry: Entry, payload: DescribePayload = quoteBytes): string {
  const change = decodeConfChangeEntry(entry);
  const content = change === undefined ? payload(entry.data) : describeConfChanges(change.changes);
  const type = EntryTypeNames[entry.type] ?? String(entry.type);
  return `${entry.term}/${entry.index} ${type}${content === '' ? '' : ` ${content}`}`;
}

/** One line an entry. */
export function describeEntries(entries: readonly Entry[], payload: DescribePayload = quoteBytes): string {
  return entries.map((entry) => `${describeEntry(entry, payload)}\n`).join('');
}

/** A node id as hex, or the name of a local thread. */
export function describeTarget(id: bigint): string {
  if (id === NO_NODE) return 'None';
  if (id === LOCAL_APPEND_THREAD) return 'AppendThread';
  if (id === LOCAL_APPLY_THREAD) return 'ApplyThread';
  return id.toString(16);
}

export function describeSoftState(state: SoftState): string {
  return `Lead:${state.leader} State:${describeRole(state.role)}`;
}

export function describeHardState(state: HardState): string {
  const vote = state.vote === NO_NODE ? '' : ` Vote:${state.vote}`;
  return `Term:${state.term}${vote} Commit:${state.commit}`;
}

export function describeConfState(state: ConfState): string {
  const ids = (list: readonly bigint[]): string => `[${list.join(' ')}]`;
  return (
    `Voters:${ids(state.voters)} VotersOutgoing:${ids(state.votersOutgoing)} Learners:${ids(state.learners)} ` +
    `LearnersNext:${ids(state.learnersNext)} AutoLeave:${state.autoLeave}`
  );
}

export function describeSnapshot(snapshot: Snapshot): string {
  const { index, term, confState } = snapshot.metadata;
  return `Index:${index} Term:${term} ConfState:${describeConfState(confState)}`;
}

/** One line, or several if it carries entries, a snapshot or responses. */
export function describeMessage(
  message: Message,
  payload: DescribePayload = quoteBytes,
  indent = '',
): string {
  const type = RaftMessageTypeNames[message.type] ?? String(message.type);
  let text =
    `${indent}${describeTarget(message.from)}->${describeTarget(message.to)} ${type} Term:${message.term} ` +
    `Log:${message.logTerm}/${message.index}`;
  if (message.reject) text += ` Rejected (Hint: ${message.rejectHint})`;
  if (message.commit !== 0) text += ` Commit:${message.commit}`;
  if (message.vote !== NO_NODE) text += ` Vote:${message.vote}`;
  if (message.entries.length === 1) {
    text += ` Entries:[${describeEntry(message.entries[0] as Entry, payload)}]`;
  } else if (message.entries.length > 1) {
    const lines = message.entries.map((entry) => `\n${indent}  ${describeEntry(entry, payload)}`);
    text += ` Entries:[${lines.join('')}\n${indent}]`;
  }
  if (message.snapshot !== undefined && !isEmptySnapshot(message.snapshot)) {
    text += `\n${indent}  Snapshot: ${describeSnapshot(message.snapshot)}`;
  }
  if (message.responses.length > 0) {
    const lines = message.responses.map(
      (response) => `\n${describeMessage(response, payload, `${indent}  `)}`,
    );
    text += ` Responses:[${lines.join('')}\n${indent}]`;
  }
  return text;
}

function describeReadState(state: ReadState): string {
  return `{${state.index} [${[...state.requestContext].join(' ')}]}`;
}

/** Everything a Ready asks for, a line each. */
export function describeReady(ready: Ready, payload: DescribePayload = quoteBytes): string {
  let text = '';
  if (ready.softState !== undefined) text += `${describeSoftState(ready.softState)}\n`;
  if (ready.hardState !== undefined && !isEmptyHardState(ready.hardState)) {
    text += `HardState ${describeHardState(ready.hardState)}\n`;
  }
  if (ready.readStates.length > 0) {
    text += `ReadStates [${ready.readStates.map(describeReadState).join(' ')}]\n`;
  }
  if (ready.entries.length > 0) text += `Entries:\n${describeEntries(ready.entries, payload)}`;
  if (ready.snapshot !== undefined) text += `Snapshot ${describeSnapshot(ready.snapshot)}\n`;
  if (ready.committedEntries.length > 0) {
    text += `CommittedEntries:\n${describeEntries(ready.committedEntries, payload)}`;
  }
  if (ready.messages.length > 0) {
    const lines = ready.messages.map((message) => `${describeMessage(message, payload)}\n`);
    text += `Messages:\n${lines.join('')}`;
  }
  return text === '' ? '<empty Ready>' : `Ready MustSync=${ready.mustSync}:\n${text}`;
}
