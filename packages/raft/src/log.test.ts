// The log against a plain array of terms, and the in-memory storage against a plain array of entries.
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { Entry as EntryMessage } from '@quorate/proto';
import fc from 'fast-check';
import { NO_LIMIT } from './limits.ts';
import { limitSize, RaftLog } from './log.ts';
import { NO_TERM, UnstableLog } from './log-unstable.ts';
import { emptySnapshot, entriesSize, entrySize, newEntry } from './messages.ts';
import { MemoryStorage, StorageRangeError } from './storage.ts';
import type { Entry } from './types.ts';

function entry(term: number, index: number, size = 0): Entry {
  return { ...newEntry(0, new Uint8Array(size)), term, index };
}

function range(term: number, first: number, last: number): Entry[] {
  return Array.from({ length: last - first + 1 }, (_, at) => entry(term, first + at));
}

function snapshotAt(index: number, term: number): ReturnType<typeof emptySnapshot> {
  const snapshot = emptySnapshot();
  snapshot.metadata.index = index;
  snapshot.metadata.term = term;
  return snapshot;
}

test('the size of an entry is that of its encoding', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 31 - 1),
      fc.integer({ min: 0, max: 2 ** 50 }),
      fc.nat(300),
      (term, index, size) => {
        const e = entry(term, index, size);
        assert.equal(entrySize(e), EntryMessage.encode(e).length);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

describe('in-memory storage', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), back: fc.nat(4), count: fc.nat(6) }),
    fc.record({ kind: fc.constant('compact' as const), back: fc.nat(6), count: fc.constant(0) }),
    fc.record({ kind: fc.constant('snapshot' as const), back: fc.nat(3), count: fc.constant(0) }),
  );

  test('behaves as an array of entries behind a compacted prefix', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const storage = new MemoryStorage();
        let terms = [0];
        let first = 1;
        let term = 1;
        for (const { kind, back, count } of steps) {
          term++;
          const last = terms.length - 1;
          if (kind === 'append') {
            const from = Math.max(1, last + 1 - back);
            const entries = range(term, from, from + count - 1);
            storage.append(entries);
            if (count > 0 && from + count - 1 >= first) {
              const kept = terms.slice(0, Math.max(from, first));
              for (const { index } of entries) if (index >= first) kept[index] = term;
              terms = kept;
            }
          } else if (kind === 'compact') {
            const index = last - back;
            if (index < first) {
              assert.throws(() => storage.compact(index), StorageRangeError);
              continue;
            }
            storage.compact(index);
            first = index + 1;
          } else {
            const index = last + back;
            const old = storage.snapshot()?.metadata.index ?? 0;
            if (index <= old) {
              assert.throws(() => storage.applySnapshot(snapshotAt(index, term)), StorageRangeError);
              continue;
            }
            storage.applySnapshot(snapshotAt(index, term));
            terms = new Array<number>(index + 1).fill(0);
            terms[index] = term;
            first = index + 1;
          }
          assert.equal(storage.firstIndex(), first);
          assert.equal(storage.lastIndex(), terms.length - 1);
          for (let index = first - 1; index < terms.length; index++)
            assert.equal(storage.term(index), terms[index]);
          assert.throws(() => storage.term(terms.length), StorageRangeError);
          if (first > 1) assert.throws(() => storage.term(first - 2), StorageRangeError);
          const all = storage.entries(first, terms.length, NO_LIMIT);
          assert.deepEqual(
            all.map((e) => e.term),
            terms.slice(first),
          );
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('reads respect the size limit but return at least one entry', () => {
    const storage = new MemoryStorage();
    storage.append([entry(1, 1, 10), entry(1, 2, 10), entry(1, 3, 10)]);
    const one = entrySize(entry(1, 1, 10));
    assert.equal(storage.entries(1, 4, 0).length, 1);
    assert.equal(storage.entries(1, 4, 2 * one).length, 2);
    assert.equal(storage.entries(1, 4, 3 * one - 1).length, 2);
    assert.equal(storage.entries(1, 4, 3 * one).length, 3);
    assert.throws(() => storage.entries(1, 5, NO_LIMIT), StorageRangeError);
  });

  test('compaction in small steps costs no more than moving each entry once', () => {
    const storage = new MemoryStorage();
    const total = 100_000;
    for (let index = 1; index <= total; index++) {
      storage.append([entry(1, index)]);
      if (index > 5_000) storage.compact(index - 5_000);
    }
    assert.equal(storage.length, 5_000);
    assert.equal(storage.entry(total).index, total);
    assert.equal(storage.entry(total - 4_999).index, total - 4_999);
    assert.throws(() => storage.entry(total - 5_000), StorageRangeError);
  });

  test('a snapshot of the present state needs an entry in the log and must be newer than the last', () => {
    const storage = new MemoryStorage();
    storage.append(range(3, 1, 5));
    assert.throws(() => storage.createSnapshot(6, undefined, new Uint8Array(0)), StorageRangeError);
    assert.equal(storage.createSnapshot(4, undefined, new Uint8Array(0)).metadata.term, 3);
    assert.throws(() => storage.createSnapshot(4, undefined, new Uint8Array(0)), StorageRangeError);
  });
});

describe('unstable log', () => {
  test('an answer of storage counts only if the entry is still the one it speaks of', () => {
    const log = new UnstableLog(5, undefined);
    log.truncateAndAppend(range(1, 5, 7));
    log.acceptInProgress();
    log.truncateAndAppend(range(2, 6, 7));
    assert.deepEqual(
      log.nextEntries().map((e) => e.index),
      [6, 7],
    );
    log.stableTo(7, 1);
    assert.equal(log.offset, 5);
    log.stableTo(5, 1);
    assert.equal(log.offset, 6);
    log.stableTo(4, 1);
    log.stableTo(9, 2);
    assert.equal(log.length, 2);
    log.stableTo(7, 2);
    assert.deepEqual([log.offset, log.length, log.offsetInProgress], [8, 0, 8]);
  });

  test('entries given out are copies of the list: later changes do not reach them', () => {
    const log = new UnstableLog(1, undefined);
    log.truncateAndAppend(range(1, 1, 3));
    const given = log.nextEntries();
    log.acceptInProgress();
    assert.equal(log.hasNextEntries(), false);
    log.truncateAndAppend(range(2, 2, 9));
    log.stableTo(1, 1);
    assert.deepEqual(
      given.map((e) => [e.term, e.index]),
      [
        [1, 1],
        [1, 2],
        [1, 3],
      ],
    );
  });

  test('a snapshot replaces entries, decides first and last index, and leaves when stored', () => {
    const log = new UnstableLog(3, undefined);
    log.truncateAndAppend(range(1, 3, 4));
    log.restore(snapshotAt(9, 4));
    assert.deepEqual([log.firstIndex(), log.lastIndex(), log.term(9), log.term(4)], [10, 9, 4, NO_TERM]);
    assert.ok(log.nextSnapshot() !== undefined);
    log.acceptInProgress();
    assert.equal(log.nextSnapshot(), undefined);
    log.stableSnapshotTo(8);
    assert.ok(log.snapshot !== undefined);
    log.stableSnapshotTo(9);
    assert.equal(log.snapshot, undefined);
  });

  test('a gap is a bug', () => {
    const log = new UnstableLog(1, undefined);
    assert.throws(() => log.truncateAndAppend(range(1, 3, 4)), /gap/);
  });
});

describe('log', () => {
  test('behaves as an array of terms, wherever the border to stable storage is', () => {
    const step = fc.record({
      kind: fc.constantFrom('append', 'overwrite', 'stable', 'commit', 'compact', 'read'),
      amount: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const storage = new MemoryStorage();
        const log = new RaftLog(storage, NO_LIMIT, undefined);
        let terms = [0];
        let term = 1;
        let first = 1;
        for (const { kind, amount } of steps) {
          const last = terms.length - 1;
          if (kind === 'append' || kind === 'overwrite') {
            term++;
            const from = kind === 'append' ? last + 1 : Math.max(log.committed + 1, last + 1 - amount);
            const entries = range(term, from, from + amount);
            const previous = from - 1;
            assert.equal(log.maybeAppend(previous, terms[previous] as number, entries, 0), from + amount);
            terms = terms.slice(0, from).concat(entries.map((e) => e.term));
          } else if (kind === 'stable') {
            storage.append(log.unstable.nextEntries());
            log.unstable.acceptInProgress();
            log.unstable.stableTo(last, terms[last] as number);
          } else if (kind === 'commit') {
            log.commitTo(Math.min(last, log.committed + amount));
            const next = log.nextCommitted(false);
            const end = next[next.length - 1];
            if (end !== undefined) {
              log.acceptApplying(end.index, entriesSize(next), false);
              log.appliedTo(end.index, entriesSize(next));
            }
          } else if (kind === 'compact') {
            const index = Math.min(log.applied, storage.lastIndex());
            if (index >= first) {
              storage.compact(index);
              first = index + 1;
            }
          }
          assert.equal(log.firstIndex(), first);
          assert.equal(log.lastIndex(), terms.length - 1);
          for (let index = first - 1; index < terms.length; index++)
            assert.equal(log.term(index), terms[index]);
          assert.equal(log.term(terms.length), NO_TERM);
          assert.deepEqual(
            log.allEntries().map((e) => e.term),
            terms.slice(first),
          );
          const from = Math.max(first, terms.length - amount);
          const limit = 12 * (amount + 1);
          const sliced = log.slice(from, terms.length, limit);
          assert.deepEqual(sliced, limitSize(log.slice(from, terms.length, NO_LIMIT), limit));
          assert.deepEqual(log.batchFrom(from, limit).entries, sliced);
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test('the conflict point is the last place where a log with that term can match', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1), { minLength: 1, maxLength: 20 }),
        fc.nat(25),
        fc.nat(12),
        (steps, index, term) => {
          const log = new RaftLog(new MemoryStorage(), NO_LIMIT, undefined);
          const terms = [0];
          for (const step of steps) terms.push((terms[terms.length - 1] as number) + step || 1);
          log.append(terms.slice(1).map((t, at) => entry(t, at + 1)));
          if (index >= terms.length) return;
          const point = log.findConflictByTerm(index, term);
          let expected = index;
          while (expected > 0 && (terms[expected] as number) > term) expected--;
          assert.equal(point.index, expected);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });

  test('entries handed out and not applied stay within their bound', () => {
    const log = new RaftLog(new MemoryStorage(), 30, undefined);
    log.append([1, 2, 3, 4, 5].map((index) => entry(1, index, 3)));
    const one = entrySize(entry(1, 1, 3));
    assert.equal(Math.floor(30 / one), 2);
    log.commitTo(5);
    const next = log.nextCommitted(true);
    assert.equal(next.length, 2);
    log.acceptApplying(2, 2 * one, true);
    assert.equal(log.hasNextCommitted(true), false);
    log.appliedTo(1, one);
    assert.deepEqual(
      log.nextCommitted(true).map((e) => e.index),
      [3],
    );
  });

  test('what is committed is never overwritten, and the marks never go back', () => {
    const log = new RaftLog(new MemoryStorage(), NO_LIMIT, undefined);
    log.append(range(1, 1, 4));
    log.commitTo(3);
    assert.throws(() => log.append(range(2, 3, 3)), /overwrite committed/);
    assert.throws(() => log.maybeAppend(1, 1, [entry(2, 2)], 0), /conflicts with committed/);
    assert.throws(() => log.commitTo(5), /beyond the last entry/);
    assert.throws(() => log.appliedTo(4, 0), /out of range/);
    log.commitTo(1);
    assert.equal(log.committed, 3);
  });

  test('an entry of another term is not committed by its index', () => {
    const log = new RaftLog(new MemoryStorage(), NO_LIMIT, undefined);
    log.append([entry(1, 1), entry(2, 2)]);
    assert.equal(log.maybeCommit(1, 2), false);
    assert.equal(log.maybeCommit(2, 2), true);
    assert.equal(log.maybeCommit(2, 2), false);
  });
});
