// A member that the alarm CORRUPT names, among members that hold the same or something else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MvccStore } from '@quorate/storage';
import { TestClock } from '../member/test-clock.ts';
import { raiseCorruptAlarm } from './alarm.ts';
import { MAX_REFILLS, QUARANTINE_INTERVAL_MS } from './limits.ts';
import { Quarantine } from './quarantine.ts';
import type { RefillOrder } from './refill-order.ts';
import { alarmed, openCluster, put, type TestCluster } from './testing.ts';
import { judge } from './verdict.ts';

const at = (hash: number, revision = 5, compactRevision = -1) => ({ hash, revision, compactRevision });
const judged = (own: ReturnType<typeof at>, others: ReturnType<typeof at>[], members = others.length + 1) =>
  judge(own, new Map(others.map((hash, index) => [BigInt(index + 2), hash])), members);

test('only a majority of all members that agrees without us makes us the corrupt one', () => {
  assert.deepEqual(judged(at(1), [at(2), at(2)]), { kind: 'corrupt', agreeing: [2n, 3n] });
  assert.deepEqual(judged(at(1), [at(2), at(2), at(1), at(2)]), { kind: 'corrupt', agreeing: [2n, 3n, 5n] });
  assert.equal(judged(at(1), []).kind, 'sound', 'alone');
  assert.equal(judged(at(1), [at(1), at(2)]).kind, 'sound');
  assert.equal(judged(at(1), [at(2)]).kind, 'unclear', 'one against one');
  assert.equal(judged(at(1), [at(2), at(3)]).kind, 'unclear', 'nobody agrees');
  assert.equal(judged(at(1), [at(2), at(2)], 5).kind, 'unclear', 'two of five');
  assert.equal(judged(at(1), [at(2), at(2)], 4).kind, 'unclear', 'two of four');
  assert.equal(judged(at(1), [at(2)], 3).kind, 'unclear', 'one of three does not answer');
  assert.equal(judged(at(1), [at(1, 6), at(1, 6)]).kind, 'corrupt', 'another revision');
  assert.equal(judged(at(1), [at(1, 5, 3), at(1, 5, 3)]).kind, 'corrupt', 'another compact revision');
  assert.equal(judged(at(1), [at(1, 6), at(1, 7)]).kind, 'unclear', 'they are on their way');
});

interface Watched {
  readonly cluster: TestCluster;
  readonly clock: TestClock;
  readonly orders: RefillOrder[];
  readonly quarantine: Quarantine;
  /** Until the look under way has ended. */
  settled(): Promise<void>;
}

async function watch(size: number, refills = 0): Promise<Watched> {
  const cluster = await openCluster(size);
  cluster.leader = 2n;
  const clock = new TestClock();
  const orders: RefillOrder[] = [];
  const quarantine = new Quarantine({
    ...cluster.asking,
    clock,
    refills,
    refill: (order) => orders.push(order),
  });
  return { cluster, clock, orders, quarantine, settled: () => clock.turns(50) };
}

test('a corrupt follower orders its store from those that agree, and nobody else does', async (t) => {
  const { cluster, orders, settled } = await watch(4);
  t.after(() => cluster.close());
  for (const [index, store] of cluster.stores.entries()) put(store, 'a', index === 0 ? 'wrong' : 'right');
  await settled();
  assert.deepEqual(orders, [], 'without an alarm nothing happens');
  raiseCorruptAlarm(cluster.member, 2n, cluster.asking.logger);
  await settled();
  assert.deepEqual(orders, [], "another member's alarm");
  cluster.silent.add(4n);
  raiseCorruptAlarm(cluster.member, 1n, cluster.asking.logger);
  await settled();
  assert.deepEqual(orders, [], 'two of four are no majority');
  assert.deepEqual(alarmed(cluster), [2n, 1n]);
});

test('it looks again until the majority is there', async (t) => {
  const { cluster, clock, orders, settled } = await watch(3);
  t.after(() => cluster.close());
  for (const [index, store] of cluster.stores.entries()) put(store, 'a', index === 0 ? 'wrong' : 'right');
  cluster.silent.add(3n);
  raiseCorruptAlarm(cluster.member, 1n, cluster.asking.logger);
  await settled();
  assert.deepEqual(orders, []);
  cluster.silent.clear();
  await clock.advance(QUARANTINE_INTERVAL_MS);
  await settled();
  assert.deepEqual(orders, [
    {
      memberId: 1n,
      clusterId: 0xabcn,
      others: [
        { id: 2n, urls: ['http://m2:2380'], isSource: true },
        { id: 3n, urls: ['http://m3:2380'], isSource: true },
      ],
    },
  ]);
  await clock.advance(10 * QUARANTINE_INTERVAL_MS);
  assert.equal(orders.length, 1, 'once');
});

test('a leader hands leadership to a member with good data first', async (t) => {
  const { cluster, orders, settled } = await watch(3);
  t.after(() => cluster.close());
  for (const [index, store] of cluster.stores.entries()) put(store, 'a', index === 0 ? 'wrong' : 'right');
  cluster.leader = 1n;
  raiseCorruptAlarm(cluster.member, 1n, cluster.asking.logger);
  await settled();
  assert.equal(cluster.leader, 2n);
  assert.equal(orders.length, 1);
});

test('a member that holds what the majority holds lowers its alarm', async (t) => {
  const { cluster, orders, settled } = await watch(3);
  t.after(() => cluster.close());
  cluster.putAll('a', '1');
  put(cluster.stores[2] as MvccStore, 'b', '1');
  raiseCorruptAlarm(cluster.member, 1n, cluster.asking.logger);
  await settled();
  assert.deepEqual(alarmed(cluster), []);
  assert.deepEqual(orders, []);
});

test('a lone member, one of two, and one that was refilled in vain leave it at the alarm', async (t) => {
  for (const [size, refills] of [
    [2, 0],
    [3, MAX_REFILLS],
  ] as const) {
    const { cluster, orders, settled, quarantine } = await watch(size, refills);
    t.after(() => cluster.close());
    for (const [index, store] of cluster.stores.entries()) put(store, 'a', index === 0 ? 'wrong' : 'right');
    raiseCorruptAlarm(cluster.member, 1n, cluster.asking.logger);
    await settled();
    assert.deepEqual(alarmed(cluster), [1n]);
    assert.deepEqual(orders, []);
    quarantine.stop();
  }
});
