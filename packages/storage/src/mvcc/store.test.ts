// The store against a naive one: any operations, any revision, compaction, restart and crash.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeKeyValue, keyOf } from './key-value.ts';
import { type NaiveEnd, type NaiveRecord, NaiveStore } from './naive-store.ts';
import {
  bytes,
  fromKey,
  ManualClock,
  memoryBackend,
  noEnd,
  openTestStore,
  query,
  text,
  throwError,
} from './testing.ts';
import { MvccError, type MvccStore, type WriteTxn } from './types.ts';

type Write =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly lease: bigint }
  | { readonly kind: 'delete'; readonly key: string; readonly end: NaiveEnd };
type Step =
  | { readonly kind: 'txn'; readonly writes: readonly Write[] }
  | {
      readonly kind: 'range';
      readonly key: string;
      readonly end: NaiveEnd;
      readonly back: number;
      readonly limit: number;
    }
  | {
      readonly kind: 'sorted';
      readonly key: string;
      readonly end: NaiveEnd;
      readonly back: number;
      readonly limit: number;
      readonly order: number;
      readonly target: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'compact'; readonly back: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'scan'; readonly key: string; readonly end: NaiveEnd; readonly writes: readonly Write[] }
  | { readonly kind: 'restart' }
  | { readonly kind: 'crash' };

// Few keys, so that they meet; some share prefixes, differ in length only, or hold bytes above 0x7f.
const key = fc.constantFrom(
  'a',
  'aa',
  'ab',
  'a\0',
  'b',
  'ba',
  'b\xff',
  'c',
  'key-with-a-long-common-part-1',
  'key-with-a-long-common-part-2',
  '\xfe',
);
const end = fc.oneof(fc.constant(null), fc.constant(undefined), key);
const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      key,
      value: fc.string({ maxLength: 6, unit: 'grapheme-ascii' }),
      lease: fc.constantFrom(0n, 0n, 5n, -7n),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, end }) },
);
const writes = fc.array(write, { minLength: 0, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('txn' as const), writes }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('range' as const),
      key,
      end,
      back: fc.nat(6),
      limit: fc.nat(3),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('sorted' as const),
      key,
      end,
      back: fc.nat(3),
      limit: fc.nat(3),
      order: fc.nat(2),
      target: fc.nat(4),
      min: fc.nat(8),
      max: fc.nat(20),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact' as const), back: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(0, 5, 10, 50, 200) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('scan' as const), key, end, writes }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
);

const endBytes = (bound: NaiveEnd): Uint8Array =>
  bound === null ? noEnd : bound === undefined ? fromKey : bytes(bound);

function plain(kv: Uint8Array): NaiveRecord {
  const { key: keyBytes, value, createRevision, modRevision, version, lease } = decodeKeyValue(kv);
  return {
    key: text(keyBytes),
    value: text(value),
    create: createRevision,
    mod: modRevision,
    version,
    lease,
  };
}

function applyWrites(naive: NaiveStore, txn: WriteTxn, list: readonly Write[]): void {
  naive.begin();
  for (const item of list) {
    if (item.kind === 'put') {
      const before = naive.put(item.key, item.value, item.lease);
      const prev = txn.put(bytes(item.key), bytes(item.value), item.lease, true);
      assert.deepEqual(prev === undefined ? undefined : plain(prev), before);
    } else {
      const gone = naive.delete(item.key, item.end);
      const result = txn.deleteRange(bytes(item.key), endBytes(item.end), true);
      assert.equal(result.deleted, gone.length);
      assert.deepEqual(result.prevKvs.map(plain), gone);
    }
    const seen = txn.range(query(bytes('a'), fromKey));
    assert.deepEqual(seen.kvs.map(plain), naive.inTxn('a', undefined));
  }
  naive.end();
  assert.equal(txn.end(), naive.revision);
}

function sortNaive(records: NaiveRecord[], order: number, target: number): NaiveRecord[] {
  if (order === 0 && target === 0) return records;
  const sign = order === 2 ? -1 : 1;
  if (target === 0) return sign < 0 ? records.reverse() : records;
  const field = (record: NaiveRecord): number | string =>
    target === 1 ? record.version : target === 2 ? record.create : target === 3 ? record.mod : record.value;
  return records.sort((a, b) => sign * (field(a) < field(b) ? -1 : field(a) > field(b) ? 1 : 0));
}

async function run(steps: readonly Step[]): Promise<void> {
  let clock = new ManualClock();
  let backend = memoryBackend(clock, { commitDurationMs: 3 });
  const options = { recordCacheBytes: 2 ** 21, compactionBatchLimit: 2 };
  let store: MvccStore = await openTestStore(clock, backend, options);
  let naive = new NaiveStore();
  /** Txns and compactions since the beginning, to replay what a crash lost. */
  const log: Array<{ readonly writes: readonly Write[] } | { readonly compact: number }> = [];
  const applyEntry = (entry: (typeof log)[number], index: number): void => {
    store.setConsistentIndex(index, 1);
    if ('compact' in entry) {
      naive.compactRevision = entry.compact;
      store.compact(entry.compact).catch((error: unknown) => assert.ok(error instanceof MvccError));
    } else {
      applyWrites(naive, store.beginWrite(), entry.writes);
    }
  };
  for (const item of steps) {
    switch (item.kind) {
      case 'txn':
        log.push({ writes: item.writes });
        applyEntry(log[log.length - 1] as (typeof log)[number], log.length);
        break;
      case 'compact': {
        const revision = naive.revision - item.back;
        if (revision <= naive.compactRevision) {
          assert.throws(() => store.compact(revision), { name: 'MvccError', kind: 'compacted' });
        } else {
          log.push({ compact: revision });
          applyEntry({ compact: revision }, log.length);
        }
        assert.throws(() => store.compact(naive.revision + 1), { name: 'MvccError', kind: 'futureRevision' });
        break;
      }
      case 'range': {
        const revision = naive.revision - item.back;
        const asked = query(bytes(item.key), endBytes(item.end), {
          revision: Math.max(revision, 1),
          limit: item.limit,
        });
        if (asked.revision < naive.compactRevision) {
          assert.throws(() => store.range(asked), { name: 'MvccError', kind: 'compacted' });
          break;
        }
        const expected = naive.range(item.key, item.end, asked.revision);
        const found = store.range(asked);
        assert.equal(found.count, expected.length);
        assert.equal(found.more, item.limit > 0 && expected.length > item.limit);
        assert.deepEqual(found.kvs.map(plain), item.limit > 0 ? expected.slice(0, item.limit) : expected);
        assert.equal(store.range({ ...asked, countOnly: true }).count, expected.length);
        const keys = store.range({ ...asked, keysOnly: true });
        assert.deepEqual(
          keys.kvs.map(plain),
          (item.limit > 0 ? expected.slice(0, item.limit) : expected).map((record) => ({
            ...record,
            value: '',
            lease: 0n,
          })),
        );
        assert.throws(() => store.range({ ...asked, revision: naive.revision + 1 }), {
          kind: 'futureRevision',
        });
        const one = store.get(bytes(item.key));
        assert.deepEqual(one === undefined ? [] : [plain(one)], naive.range(item.key, null, 0));
        break;
      }
      case 'sorted': {
        const revision = Math.max(naive.revision - item.back, 1, naive.compactRevision);
        const all = naive.range(item.key, item.end, revision);
        const chosen = sortNaive(
          all.filter((record) => record.mod >= item.min && record.create <= item.max),
          item.order,
          item.target,
        );
        const found = store.range(
          query(bytes(item.key), endBytes(item.end), {
            revision,
            limit: item.limit,
            sortOrder: item.order,
            sortTarget: item.target,
            minModRevision: item.min,
            maxCreateRevision: item.max === 0 ? 1000 : item.max,
          }),
        );
        if (item.max === 0) break;
        assert.equal(found.count, all.length);
        assert.equal(found.more, item.limit > 0 && chosen.length > item.limit);
        assert.deepEqual(found.kvs.map(plain), item.limit > 0 ? chosen.slice(0, item.limit) : chosen);
        break;
      }
      case 'advance':
        await clock.advance(item.ms);
        break;
      case 'scan': {
        // Writes come between the portions; the scan must not see them.
        const expected = naive.range(item.key, item.end, 0);
        const scan = store.openScan(bytes(item.key), endBytes(item.end), 0, 0, false);
        assert.equal(scan.count, expected.length);
        const got: NaiveRecord[] = [];
        let turn = 0;
        while (!scan.done) {
          got.push(...scan.next(1, 1000).map(plain));
          if (turn++ === 0) {
            log.push({ writes: item.writes });
            applyEntry(log[log.length - 1] as (typeof log)[number], log.length);
          }
        }
        assert.deepEqual(got, expected);
        break;
      }
      case 'restart':
        await clock.until(store.close());
        await clock.until(backend.close());
        clock = new ManualClock();
        backend = backend.crash({ clock, onError: throwError, commitDurationMs: 3 });
        store = await openTestStore(clock, backend, options);
        assert.equal(store.consistentIndex, log.length);
        break;
      case 'crash': {
        // The process is gone: nothing of its timers runs any more.
        clock = new ManualClock();
        backend = backend.crash({ clock, onError: throwError, commitDurationMs: 3 });
        store = await openTestStore(clock, backend, options);
        const from = store.consistentIndex;
        // What was lost is replayed from the log, as the member does; what was not is not done twice.
        naive = new NaiveStore();
        const survivors = log.splice(0);
        for (const [at, entry] of survivors.entries()) {
          log.push(entry);
          if (at < from) replayNaive(naive, entry);
          else {
            if (at === from) assert.equal(store.revision, naive.revision);
            applyEntry(entry, at + 1);
          }
        }
        assert.equal(store.compactRevision, naive.compactRevision);
        break;
      }
    }
    assert.equal(store.revision, naive.revision);
    assert.equal(store.keyCount, naive.range('\0', undefined, 0).length);
  }
  // In the end the records on disk are exactly those that must be there.
  await clock.advance(10_000);
  assert.equal(store.compacting, false);
  const stored = backend.readRevisions(
    0,
    0,
    Number.MAX_SAFE_INTEGER,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  assert.deepEqual(
    stored.map((entry) => `${entry.main}/${entry.sub}${entry.tombstone ? 't' : ''}`),
    naive.storedRevisions(),
  );
}

function replayNaive(
  naive: NaiveStore,
  entry: { readonly writes: readonly Write[] } | { readonly compact: number },
): void {
  if ('compact' in entry) {
    naive.compactRevision = entry.compact;
    return;
  }
  naive.begin();
  for (const item of entry.writes) {
    if (item.kind === 'put') naive.put(item.key, item.value, item.lease);
    else naive.delete(item.key, item.end);
  }
  naive.end();
}

test('the store equals a naive one under any operations, compactions, restarts and crashes', async () => {
  const numRuns = Number(process.env['QUORATE_FUZZ_RUNS'] ?? 300);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => run(steps)),
    { numRuns, includeErrorInReport: true },
  );
});

test('nothing written, nothing counted: an empty txn keeps the revision', async () => {
  const clock = new ManualClock();
  const store = await openTestStore(clock, memoryBackend(clock));
  assert.equal(store.revision, 1);
  const txn = store.beginWrite();
  assert.equal(txn.deleteRange(bytes('x'), noEnd, false).deleted, 0);
  assert.equal(txn.end(), 1);
});

test('writes of one txn share the main revision and count up the sub revision', async () => {
  const clock = new ManualClock();
  const backend = memoryBackend(clock);
  const store = await openTestStore(clock, backend);
  const txn = store.beginWrite();
  txn.put(bytes('a'), bytes('1'), 0n, false);
  txn.put(bytes('b'), bytes('2'), 0n, false);
  txn.deleteRange(bytes('a'), noEnd, false);
  assert.equal(txn.end(), 2);
  const stored = backend.readRevisions(0, 0, 100, 100, 1e9);
  assert.deepEqual(
    stored.map(({ main, sub, tombstone }) => [main, sub, tombstone]),
    [
      [2, 0, false],
      [2, 1, false],
      [2, 2, true],
    ],
  );
  assert.equal(text(keyOf(stored[2]?.value as Uint8Array)), 'a');
});

test('leases are attached, moved and detached, and attached again after a restart', async () => {
  const clock = new ManualClock();
  const backend = memoryBackend(clock);
  const calls: string[] = [];
  const leases = {
    attach: (lease: bigint, key: Uint8Array) => void calls.push(`+${lease} ${text(key)}`),
    detach: (lease: bigint, key: Uint8Array) => void calls.push(`-${lease} ${text(key)}`),
  };
  const store = await openTestStore(clock, backend, { leases });
  const write = (fn: (txn: WriteTxn) => void): void => {
    const txn = store.beginWrite();
    fn(txn);
    txn.end();
  };
  write((txn) => txn.put(bytes('a'), bytes('1'), 7n, false));
  write((txn) => txn.put(bytes('a'), bytes('2'), 8n, false));
  write((txn) => txn.put(bytes('b'), bytes('2'), 9n, false));
  write((txn) => txn.put(bytes('b'), bytes('2'), 0n, false));
  write((txn) => txn.put(bytes('c'), bytes('3'), -3n, false));
  write((txn) => txn.deleteRange(bytes('c'), noEnd, false));
  assert.deepEqual(calls, ['+7 a', '-7 a', '+8 a', '+9 b', '-9 b', '+-3 c', '--3 c']);
  calls.length = 0;
  await clock.until(store.close());
  await openTestStore(clock, backend, { leases });
  assert.deepEqual(calls, ['+8 a']);
});

test('a failed commit is reported and later commits are refused', async () => {
  const clock = new ManualClock();
  const errors: Error[] = [];
  const backend = memoryBackend(clock, { onError: (error) => errors.push(error) });
  const store = await openTestStore(clock, backend);
  backend.failNextCommit(new Error('no space left on device'));
  const txn = store.beginWrite();
  txn.put(bytes('a'), bytes('1'), 0n, false);
  txn.end();
  await clock.advance(200);
  assert.deepEqual(
    errors.map((error) => error.message),
    ['no space left on device'],
  );
  await assert.rejects(clock.until(backend.forceCommit()), /no space left/);
  assert.equal(backend.crash().getRevision(2, 0, false), undefined);
});
