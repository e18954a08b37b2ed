// Watches: nothing lost, nothing twice, in order, under random schedules; catch-up, slow sinks, compaction.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, seededRandom } from '@quorate/base';
import fc from 'fast-check';
import { IntervalTree } from './interval-tree.ts';
import { decodeKeyValue } from './key-value.ts';
import { bytes, fromKey, ManualClock, memoryBackend, noEnd, openTestStore, text } from './testing.ts';
import {
  EventType,
  type MvccStore,
  type WatchEvent,
  type Watcher,
  type WatchQuery,
  type WatchSink,
} from './types.ts';

/** What a sink saw of an event. */
interface Seen {
  readonly key: string;
  readonly type: number;
  readonly mod: number;
  readonly value: string;
  readonly prev: string | undefined;
}

/** Splits an encoded Event as a stranger's decoder would. */
function decodeEvent(encoded: Uint8Array): { type: number; kv: Uint8Array; prev: Uint8Array | undefined } {
  let at = 0;
  let type = 0;
  let kv: Uint8Array | undefined;
  let prev: Uint8Array | undefined;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = encoded[at++] as number;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < encoded.length) {
    const tag = varint();
    const number = varint();
    if (tag === 0x08) {
      type = number;
      continue;
    }
    const part = encoded.subarray(at, at + number);
    at += number;
    if (tag === 0x12) kv = part;
    else if (tag === 0x1a) prev = part;
    else assert.fail(`tag ${tag}`);
  }
  assert.ok(kv !== undefined);
  return { type, kv, prev };
}

class TestSink implements WatchSink {
  readonly seenBy = new Map<Watcher, Seen[]>();
  readonly compactedAtOf = new Map<Watcher, number>();
  /** Batches still taken before it says it is full. */
  room = Number.POSITIVE_INFINITY;
  /** Several watchers feed it: those it did not pause go on while it is full. */
  shared = false;

  /** Everything, when there is one watcher. */
  get seen(): readonly Seen[] {
    return [...this.seenBy.values()].flat();
  }

  get compactedAt(): number | undefined {
    return [...this.compactedAtOf.values()][0];
  }

  events(watchers: readonly Watcher[], events: readonly WatchEvent[], revision: number): boolean {
    assert.ok(this.shared || this.room > 0, 'nothing comes while the sink is full');
    for (const watcher of watchers) {
      assert.equal(watcher.cancelled, false);
      let seen = this.seenBy.get(watcher);
      if (seen === undefined) {
        seen = [];
        this.seenBy.set(watcher, seen);
      }
      for (const event of events) seen.push(readEvent(event, watcher.prevKv, revision));
    }
    this.room--;
    return this.room > 0;
  }

  compacted(watcher: Watcher, compactRevision: number): void {
    this.compactedAtOf.set(watcher, compactRevision);
  }
}

function readEvent(event: WatchEvent, withPrev: boolean, revision: number): Seen {
  const { type, kv, prev } = decodeEvent(withPrev ? event.encodedWithPrev : event.encoded);
  assert.equal(type, event.type);
  const fields = decodeKeyValue(kv);
  assert.equal(fields.modRevision, event.modRevision);
  assert.ok(event.modRevision <= revision);
  return {
    key: text(fields.key),
    type,
    mod: event.modRevision,
    value: text(fields.value),
    prev: prev === undefined ? undefined : text(decodeKeyValue(prev).value),
  };
}

function put(store: MvccStore, ...pairs: [string, string][]): number {
  const txn = store.beginWrite();
  for (const [key, value] of pairs) txn.put(bytes(key), bytes(value), 0n, false);
  return txn.end();
}

function remove(store: MvccStore, key: string): number {
  const txn = store.beginWrite();
  txn.deleteRange(bytes(key), noEnd, false);
  return txn.end();
}

function watchQuery(key: string, rangeEnd: Uint8Array, fields: Partial<WatchQuery> = {}): WatchQuery {
  return {
    key: bytes(key),
    rangeEnd,
    startRevision: 0,
    noPut: false,
    noDelete: false,
    prevKv: false,
    ...fields,
  };
}

interface Setup {
  readonly clock: ManualClock;
  readonly store: MvccStore;
}
async function setup(): Promise<Setup> {
  const clock = new ManualClock();
  return { clock, store: await openTestStore(clock, memoryBackend(clock), { compactionBatchLimit: 2 }) };
}

test('a watcher from now on gets the events of a turn in one batch, in the next turn', async () => {
  const { clock, store } = await setup();
  put(store, ['a', '0']);
  const sink = new TestSink();
  const batches: number[] = [];
  const watcher = store.watchHub.watch(watchQuery('a', bytes('c')), {
    events(targets, events, revision) {
      batches.push(events.length);
      assert.equal(revision, store.revision);
      return sink.events(targets, events, revision);
    },
    compacted: () => assert.fail(),
  });
  assert.equal(watcher.synced, true);
  assert.equal(watcher.createdRevision, 2);
  put(store, ['a', '1'], ['b', '2'], ['c', '3']);
  remove(store, 'a');
  assert.deepEqual(batches, []);
  assert.equal(watcher.nextRevision, 3);
  await clock.advance(0);
  assert.deepEqual(batches, [3]);
  put(store, ['z', '1']);
  await clock.advance(0);
  assert.deepEqual(batches, [3]);
  assert.equal(watcher.nextRevision, 6);
  assert.deepEqual(
    sink.seen.map(({ key, type, mod, value }) => `${key} ${type} ${mod} ${value}`),
    ['a 0 3 1', 'b 0 3 2', 'a 1 4 '],
  );
  assert.equal(store.watchHub.progress([watcher]), store.revision);
  put(store, ['a', '4']);
  store.watchHub.cancel(watcher);
  await clock.advance(0);
  assert.equal(sink.seen.length, 3);
  assert.equal(store.watchHub.stats.watchers, 0);
});

test('a start in the past is caught up with, one in the future is waited for', async () => {
  const { clock, store } = await setup();
  for (let n = 0; n < 2500; n++) put(store, ['k', String(n)]);
  const past = new TestSink();
  const watcher = store.watchHub.watch(watchQuery('k', noEnd, { startRevision: 100, prevKv: true }), past);
  const future = new TestSink();
  store.watchHub.watch(watchQuery('k', noEnd, { startRevision: 2510 }), future);
  assert.equal(store.watchHub.progress([watcher]), undefined);
  assert.equal(past.seen.length, 0);
  clock.step(0);
  put(store, ['k', 'between']);
  await clock.advance(1);
  assert.equal(watcher.synced, true);
  assert.deepEqual(
    past.seen.map(({ mod }) => mod),
    Array.from({ length: store.revision - 99 }, (_, at) => at + 100),
  );
  assert.ok(past.seen.every(({ mod, prev }) => prev === String(mod - 3) || mod === store.revision));
  while (store.revision < 2512) put(store, ['k', 'x']);
  await clock.advance(0);
  assert.deepEqual(
    future.seen.map(({ mod }) => mod),
    [2510, 2511, 2512],
  );
});

test('one revision is never torn apart in catch-up, however large', async () => {
  const { clock, store } = await setup();
  const pairs = (count: number): [string, string][] =>
    Array.from({ length: count }, (_, at) => [`k${String(at).padStart(5, '0')}`, 'v']);
  put(store, ...pairs(10));
  put(store, ...pairs(3000));
  put(store, ...pairs(995));
  put(store, ...pairs(20));
  const batches: string[] = [];
  store.watchHub.watch(watchQuery('k', bytes('l'), { startRevision: 2 }), {
    events(_watchers, events) {
      const revisions = new Map<number, number>();
      for (const { modRevision } of events) revisions.set(modRevision, (revisions.get(modRevision) ?? 0) + 1);
      batches.push([...revisions].map(([revision, count]) => `${revision}:${count}`).join(' '));
      return true;
    },
    compacted: () => assert.fail(),
  });
  await clock.advance(10);
  assert.equal(batches.join(' '), '2:10 3:3000 4:995 5:20');
});

test('filters leave out puts or deletions; prev_kv is the value before, if it is not compacted', async () => {
  const { clock, store } = await setup();
  put(store, ['a', '1']);
  put(store, ['a', '2']);
  const noPut = new TestSink();
  const noDelete = new TestSink();
  store.watchHub.watch(watchQuery('a', noEnd, { noPut: true, prevKv: true }), noPut);
  store.watchHub.watch(watchQuery('a', noEnd, { noDelete: true, prevKv: true }), noDelete);
  put(store, ['a', '3']);
  remove(store, 'a');
  put(store, ['a', '4']);
  await clock.advance(0);
  assert.deepEqual(
    noPut.seen.map(({ type, prev }) => [type, prev]),
    [[EventType.delete, '3']],
  );
  assert.deepEqual(
    noDelete.seen.map(({ value, prev }) => [value, prev]),
    [
      ['3', '2'],
      ['4', undefined],
    ],
  );
  await clock.until(store.compact(4));
  const late = new TestSink();
  store.watchHub.watch(watchQuery('a', noEnd, { startRevision: 4, prevKv: true }), late);
  await clock.advance(1);
  assert.deepEqual(
    late.seen.map(({ value, prev }) => [value, prev]),
    [
      ['3', undefined],
      ['', '3'],
      ['4', undefined],
    ],
  );
});

test('a watch below the compact revision is ended with it; at the compact revision deletions are still seen', async () => {
  const { clock, store } = await setup();
  put(store, ['a', '1']);
  put(store, ['a', '2']);
  remove(store, 'a');
  await clock.until(store.compact(4));
  const below = new TestSink();
  const watcher = store.watchHub.watch(watchQuery('a', noEnd, { startRevision: 3 }), below);
  const at = new TestSink();
  store.watchHub.watch(watchQuery('a', noEnd, { startRevision: 4 }), at);
  await clock.advance(1);
  assert.equal(below.compactedAt, 4);
  assert.equal(watcher.cancelled, true);
  assert.deepEqual(
    at.seen.map(({ type, mod }) => [type, mod]),
    [[EventType.delete, 4]],
  );
});

test('a slow sink is left alone until it resumes, then reads what it missed; compaction may overtake it', async () => {
  const { clock, store } = await setup();
  const slow = new TestSink();
  slow.room = 1;
  const watcher = store.watchHub.watch(watchQuery('a', fromKey), slow);
  for (let n = 0; n < 10; n++) {
    put(store, ['a', String(n)]);
    await clock.advance(0);
  }
  assert.equal(slow.seen.length, 1);
  assert.equal(store.watchHub.stats.paused, 1);
  assert.equal(watcher.nextRevision, 3);
  assert.equal(store.watchHub.progress([watcher]), undefined);
  slow.room = Number.POSITIVE_INFINITY;
  store.watchHub.resume(watcher);
  await clock.advance(1);
  assert.equal(slow.seen.length, 10);
  slow.room = 1;
  put(store, ['a', 'x']);
  await clock.advance(0);
  put(store, ['a', 'y']);
  put(store, ['a', 'z']);
  await clock.until(store.compact(store.revision));
  slow.room = 10;
  store.watchHub.resume(watcher);
  await clock.advance(1);
  assert.equal(slow.compactedAt, store.revision);
});

test('a sink may end watchers while events are being given out', async () => {
  const { clock, store } = await setup();
  const watchers: Watcher[] = [];
  let calls = 0;
  for (let n = 0; n < 10; n++) {
    watchers.push(
      store.watchHub.watch(watchQuery('a', noEnd), {
        events([watcher]) {
          calls++;
          // Ends itself and its neighbours.
          const at = watchers.indexOf(watcher as Watcher);
          for (const other of watchers.slice(Math.max(0, at - 2), at + 3)) store.watchHub.cancel(other);
          return true;
        },
        compacted: () => assert.fail(),
      }),
    );
  }
  put(store, ['a', '1']);
  await clock.advance(0);
  assert.ok(calls >= 2 && calls < 10);
  assert.equal(
    watchers.every((watcher) => watcher.cancelled),
    true,
  );
  put(store, ['a', '2']);
  await clock.advance(0);
  assert.ok(calls < 10);
});

test('watchers of one sink that want the same are handed over together', async () => {
  const { clock, store } = await setup();
  const sink = new TestSink();
  const calls: string[] = [];
  const recording: WatchSink = {
    events(watchers, events, revision) {
      calls.push(`${watchers.length} x ${events.length}`);
      return sink.events(watchers, events, revision);
    },
    compacted: () => assert.fail(),
  };
  const watchers = Array.from({ length: 5 }, () => store.watchHub.watch(watchQuery('a', noEnd), recording));
  const noPut = store.watchHub.watch(watchQuery('a', noEnd, { noPut: true }), recording);
  const range = store.watchHub.watch(watchQuery('a', fromKey), recording);
  store.watchHub.cancel(watchers[2] as Watcher);
  put(store, ['a', '1']);
  const late = store.watchHub.watch(watchQuery('a', noEnd), recording);
  put(store, ['a', '2']);
  remove(store, 'a');
  await clock.advance(0);
  assert.deepEqual(calls, ['4 x 3', '1 x 1', '1 x 2', '1 x 3']);
  assert.deepEqual(sink.seenBy.get(watchers[2] as Watcher), undefined);
  assert.equal(sink.seenBy.get(noPut)?.length, 1);
  assert.equal(sink.seenBy.get(range)?.length, 3);
  assert.deepEqual(
    sink.seenBy.get(late)?.map(({ mod }) => mod),
    [3, 4],
  );
});

test('a long turn is given out in parts between revisions; who pauses after the first reads the rest from history', async () => {
  const { clock, store } = await setup();
  const parts: string[] = [];
  const quick = new TestSink();
  const slow = new TestSink();
  slow.room = 1;
  store.watchHub.watch(watchQuery('a', fromKey), {
    events(watchers, events, revision) {
      parts.push(`${events.length} to ${revision}`);
      return quick.events(watchers, events, revision);
    },
    compacted: () => assert.fail(),
  });
  const watcher = store.watchHub.watch(watchQuery('a', fromKey), slow);
  const large = 'v'.repeat(100 * 1024);
  for (let n = 0; n < 4; n++) put(store, ['a', large], ['b', large]);
  await clock.advance(0);
  assert.deepEqual(parts, ['4 to 3', '4 to 5']);
  assert.equal(slow.seen.length, 4);
  assert.equal(watcher.nextRevision, 4);
  slow.room = Number.POSITIVE_INFINITY;
  store.watchHub.resume(watcher);
  await clock.advance(1);
  assert.deepEqual(slow.seen, quick.seen);
  assert.equal(watcher.synced, true);
});

test('progress is told only behind all events before it', async () => {
  const { clock, store } = await setup();
  const sink = new TestSink();
  const watcher = store.watchHub.watch(watchQuery('a', noEnd), sink);
  put(store, ['a', '1']);
  assert.equal(store.watchHub.progress([watcher]), 2);
  assert.equal(sink.seen.length, 1);
  await clock.advance(0);
  assert.equal(sink.seen.length, 1);
});

test('the previous value is that of the write, though a compaction comes before the events are given out', async () => {
  const { clock, store } = await setup();
  put(store, ['a', '1']);
  const sink = new TestSink();
  store.watchHub.watch(watchQuery('a', noEnd, { prevKv: true }), {
    events: (watchers, events, revision) => sink.events(watchers, events, revision),
    compacted: () => assert.fail(),
  });
  put(store, ['a', '2']);
  put(store, ['a', '3']);
  await clock.until(store.compact(store.revision));
  assert.deepEqual(
    sink.seen.map(({ value, prev }) => [value, prev]),
    [
      ['2', '1'],
      ['3', '2'],
    ],
  );
});

test('an empty range is refused', async () => {
  const { store } = await setup();
  const sink = new TestSink();
  assert.throws(() => store.watchHub.watch(watchQuery('b', bytes('b')), sink), { kind: 'emptyWatchRange' });
  assert.throws(() => store.watchHub.watch(watchQuery('b', bytes('a')), sink), { kind: 'emptyWatchRange' });
});

type Action =
  | { readonly kind: 'write'; readonly keys: readonly string[]; readonly remove: boolean }
  | {
      readonly kind: 'watch';
      readonly key: string;
      readonly end: string | null | undefined;
      readonly back: number;
      readonly prevKv: boolean;
      readonly noPut: boolean;
      /** Feeds the sink of the watch before. */
      readonly shared: boolean;
    }
  | { readonly kind: 'fill'; readonly watcher: number; readonly room: number }
  | { readonly kind: 'resume'; readonly watcher: number }
  | { readonly kind: 'cancel'; readonly watcher: number }
  | { readonly kind: 'step'; readonly count: number }
  | { readonly kind: 'compact'; readonly back: number };

const key = fc.constantFrom('a', 'ab', 'b', 'c', 'd');
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      keys: fc.uniqueArray(key, { minLength: 1, maxLength: 3 }),
      remove: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('watch' as const),
      key,
      end: fc.oneof(fc.constant(null), fc.constant(undefined), fc.constantFrom('b', 'c', 'e')),
      back: fc.integer({ min: -3, max: 6 }),
      prevKv: fc.boolean(),
      noPut: fc.boolean(),
      shared: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('fill' as const), watcher: fc.nat(9), room: fc.nat(2) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume' as const), watcher: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), watcher: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('step' as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), back: fc.nat(3) }) },
);

test('every watcher sees every event it asked for once and in order, whatever the schedule', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60, size: 'max' }), async (actions) => {
      const { clock, store } = await setup();
      const log: Seen[] = [];
      const state = new Map<string, string>();
      const watches: {
        query: WatchQuery;
        start: number;
        sink: TestSink;
        watcher: Watcher;
        end: string | null | undefined;
      }[] = [];
      for (const item of actions) {
        const chosen = 'watcher' in item ? watches[item.watcher % Math.max(1, watches.length)] : undefined;
        switch (item.kind) {
          case 'write': {
            const before = new Map(state);
            const txn = store.beginWrite();
            const mod = txn.writeRevision;
            for (const name of item.keys) {
              const value = `${name}${mod}`;
              if (!item.remove) {
                txn.put(bytes(name), bytes(value), 0n, false);
                state.set(name, value);
                log.push({ key: name, type: 0, mod, value, prev: before.get(name) });
              } else if (state.delete(name)) {
                txn.deleteRange(bytes(name), noEnd, false);
                log.push({ key: name, type: 1, mod, value: '', prev: before.get(name) });
              }
            }
            txn.end();
            break;
          }
          case 'watch': {
            const end = item.end === null ? noEnd : item.end === undefined ? fromKey : bytes(item.end);
            if (item.end !== null && item.end !== undefined && item.end <= item.key) break;
            const startRevision = item.back === 0 ? 0 : Math.max(1, store.revision - item.back);
            const query = watchQuery(item.key, end, {
              startRevision,
              prevKv: item.prevKv,
              noPut: item.noPut,
            });
            const start = startRevision === 0 ? store.revision + 1 : startRevision;
            const sink = (item.shared ? watches.at(-1)?.sink : undefined) ?? new TestSink();
            if (item.shared) sink.shared = true;
            watches.push({ query, start, sink, watcher: store.watchHub.watch(query, sink), end: item.end });
            break;
          }
          case 'fill':
            if (chosen !== undefined && chosen.sink.room > 0) chosen.sink.room = item.room + 1;
            break;
          case 'resume':
            if (chosen !== undefined) {
              chosen.sink.room = Number.POSITIVE_INFINITY;
              store.watchHub.resume(chosen.watcher);
            }
            break;
          case 'cancel':
            if (chosen !== undefined) {
              store.watchHub.cancel(chosen.watcher);
              watches.splice(watches.indexOf(chosen), 1);
            }
            break;
          case 'step':
            for (let n = 0; n < item.count; n++) clock.step(0);
            break;
          case 'compact':
            if (store.revision - item.back > Math.max(0, store.compactRevision)) {
              store.compact(store.revision - item.back).catch(() => {});
            }
            break;
        }
      }
      for (const { sink, watcher } of watches) {
        sink.room = Number.POSITIVE_INFINITY;
        store.watchHub.resume(watcher);
      }
      await clock.advance(1000);
      for (const { query, start, sink, watcher, end } of watches) {
        const expected = log.filter(
          (event) =>
            event.mod >= start &&
            (end === null
              ? event.key === text(query.key)
              : event.key >= text(query.key) && (end === undefined || event.key < end)) &&
            !(query.noPut && event.type === 0),
        );
        const seen = sink.seenBy.get(watcher) ?? [];
        if (sink.compactedAtOf.get(watcher) === undefined) assert.equal(watcher.synced, true);
        else expected.length = seen.length;
        const strip = ({ prev: _prev, ...rest }: Seen): Omit<Seen, 'prev'> => rest;
        assert.deepEqual(seen.map(strip), expected.map(strip));
        for (const [at, event] of seen.entries()) {
          const prev = expected[at]?.prev;
          // What was before may have been compacted by the time it was read, never be something else.
          if (!query.prevKv) assert.equal(event.prev, undefined);
          else if (event.mod > store.compactRevision) assert.equal(event.prev, prev);
          else assert.ok(event.prev === undefined || event.prev === prev);
        }
      }
    }),
    { numRuns: Number(process.env['QUORATE_FUZZ_RUNS'] ?? 300), includeErrorInReport: true },
  );
});

test('the interval tree finds what a naive search finds', () => {
  const bound = fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('a', 'b', 'c') });
  const range = fc.record({ start: bound, end: fc.option(bound, { nil: undefined }), remove: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 60, size: 'max' }),
      fc.array(bound, { minLength: 5 }),
      (ranges, keys) => {
        const tree = new IntervalTree<string>(seededRandom(3));
        const held = new Map<string, { start: string; end: string | undefined }>();
        for (const { start, end, remove: taken } of ranges) {
          const name = `${start}-${end}`;
          if (held.has(name)) {
            assert.equal(tree.get(start, end), name);
            if (taken) {
              tree.remove(start, end);
              held.delete(name);
            }
          } else {
            assert.equal(tree.get(start, end), undefined);
            tree.add(start, end, name);
            held.set(name, { start, end });
          }
          for (const probe of keys) {
            const found: string[] = [];
            tree.visit(probe, (payload) => found.push(payload));
            const expected = [...held]
              .filter(([, { start: from, end: to }]) => probe >= from && (to === undefined || probe < to))
              .map(([name2]) => name2);
            assert.deepEqual(found.sort(), expected.sort());
          }
        }
        assert.equal(tree.size, held.size);
      },
    ),
    { numRuns: 200 },
  );
});

test('the events of a turn schedule one delivery for all watchers', async () => {
  let scheduled = 0;
  const manual = new ManualClock();
  const counting: Clock = {
    nowMs: () => manual.nowMs(),
    wallMs: () => manual.wallMs(),
    setTimer: (ms, fn) => {
      scheduled++;
      return manual.setTimer(ms, fn);
    },
    defer: (fn) => {
      scheduled++;
      manual.defer(fn);
    },
  };
  const store = await openTestStore(manual, memoryBackend(manual), { clock: counting });
  for (let n = 0; n < 100; n++) store.watchHub.watch(watchQuery('a', noEnd), new TestSink());
  scheduled = 0;
  put(store, ['a', '1']);
  put(store, ['a', '2']);
  assert.equal(scheduled, 1);
});
