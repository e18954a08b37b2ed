// The checker itself: good and bad rows of messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryType, type Message, MessageType, newEntry } from '@quorate/raft';
import { LeaderCompletenessChecker } from './leader-completeness.ts';

type Row = {
  term: number;
  commit: number;
  before?: number;
  entries?: readonly [index: number, term: number][];
};

function judged(rows: readonly Row[]): string[] {
  const found: string[] = [];
  const checker = new LeaderCompletenessChecker((name) => found.push(name));
  for (const { term, commit, before, entries = [] } of rows) {
    const message = {
      type: entries.length > 0 ? MessageType.MsgApp : MessageType.MsgHeartbeat,
      term,
      commit,
      from: 1n,
      logTerm: before ?? 0,
      entries: entries.map(([index, entryTerm]) => ({
        ...newEntry(EntryType.EntryNormal, new Uint8Array(0)),
        index,
        term: entryTerm,
      })),
    };
    checker.sending(message as unknown as Message);
  }
  return found;
}

test('a later leader goes on behind what was committed', () => {
  const rows: Row[] = [
    { term: 1, commit: 0, entries: [[1, 1]] },
    { term: 1, commit: 3, before: 1, entries: [[4, 1]] },
    { term: 3, commit: 3, before: 1, entries: [[4, 3]] },
  ];
  assert.deepEqual(judged(rows), []);
});

test('a later leader without a committed entry is told, in whatever order it comes out', () => {
  const committed: Row = { term: 1, commit: 3 };
  const own: Row = { term: 3, commit: 0, before: 1, entries: [[3, 3]] };
  assert.deepEqual(judged([committed, own]), ['leader-completeness']);
  assert.deepEqual(judged([own, committed]), ['leader-completeness']);
});

test('an entry that follows another one than elsewhere is told', () => {
  const one: Row = { term: 4, commit: 0, before: 2, entries: [[7, 3]] };
  const other: Row = { term: 5, commit: 0, before: 1, entries: [[7, 3]] };
  assert.deepEqual(judged([one, one]), []);
  assert.deepEqual(judged([one, other]), ['log-matching']);
});
