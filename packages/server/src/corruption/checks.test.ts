// The comparisons of a running cluster, on stores whose data really differs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '@quorate/base';
import type { MvccStore } from '@quorate/storage';
import { TestClock } from '../member/test-clock.ts';
import { UNKNOWN_MEMBER } from './alarm.ts';
import { startChecks } from './checks.ts';
import { CompactionCheck } from './compaction-check.ts';
import { LeaderTask } from './leader-task.ts';
import { compareData } from './monitor.ts';
import { alarmed, openCluster, put } from './testing.ts';

test('members that hold the same raise no alarm, and one that holds something else does, once', async (t) => {
  const cluster = await openCluster(3);
  t.after(() => cluster.close());
  cluster.putAll('a', '1');
  assert.deepEqual(await compareData(cluster.asking), []);
  assert.deepEqual(alarmed(cluster), []);

  const [first, second, third] = cluster.stores as [MvccStore, MvccStore, MvccStore];
  put(first, 'b', '1');
  put(second, 'b', '1');
  put(third, 'b', '2');
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(
      (await compareData(cluster.asking)).map(({ id }) => id),
      [3n],
    );
    assert.deepEqual(alarmed(cluster), [3n]);
  }
});

test('the leader is named when its own data is not that of the majority', async (t) => {
  const cluster = await openCluster(3);
  t.after(() => cluster.close());
  cluster.putAll('a', '1');
  for (const [at, store] of cluster.stores.entries()) put(store, 'b', at === 0 ? 'x' : 'y');
  await compareData(cluster.asking);
  assert.deepEqual(alarmed(cluster), [1n]);
});

test('nobody is named without a majority: one against one, or a majority that does not answer', async (t) => {
  for (const size of [2, 5]) {
    const cluster = await openCluster(size);
    t.after(() => cluster.close());
    for (const [at, store] of cluster.stores.entries()) put(store, 'b', at === 1 ? 'x' : 'y');
    if (size === 5) for (const id of [3n, 4n, 5n]) cluster.silent.add(id);
    await compareData(cluster.asking);
    assert.deepEqual(alarmed(cluster), [UNKNOWN_MEMBER]);
  }
});

test('a follower that is behind is no finding, and one that is ahead of the leader is', async (t) => {
  const cluster = await openCluster(3);
  t.after(() => cluster.close());
  const [first, second, third] = cluster.stores as [MvccStore, MvccStore, MvccStore];
  cluster.putAll('a', '1');
  put(first, 'b', '1');
  put(second, 'b', '1');
  assert.deepEqual(await compareData(cluster.asking), []);
  put(third, 'b', '1');
  put(third, 'c', '1');
  assert.deepEqual(
    (await compareData(cluster.asking)).map(({ id, reason }) => [id, reason]),
    [[3n, "its revision is above the leader's"]],
  );
});

test('nothing is concluded when leadership was lost meanwhile or a read point cannot be had', async (t) => {
  const cluster = await openCluster(3);
  t.after(() => cluster.close());
  for (const [at, store] of cluster.stores.entries()) put(store, 'b', at === 2 ? 'x' : 'y');
  cluster.readFailure = errors.timeout;
  await assert.rejects(compareData(cluster.asking), errors.timeout);
  cluster.readFailure = undefined;
  cluster.leader = 2n;
  await assert.rejects(compareData(cluster.asking), errors.leaderChanged);
  cluster.leader = 1n;
  cluster.stopping = true;
  await assert.rejects(compareData(cluster.asking), errors.leaderChanged);
  assert.deepEqual(alarmed(cluster), []);
});

test('hashes of compactions tell who differs although everybody has gone on and compacted that away', async (t) => {
  const cluster = await openCluster(3);
  t.after(() => cluster.close());
  const check = new CompactionCheck(cluster.asking);
  await check.run();
  for (const [at, store] of cluster.stores.entries()) put(store, 'a', at === 2 ? 'x' : 'y');
  cluster.putAll('a', 'again');
  const before = cluster.member.revision();
  await cluster.compactAll(before);
  // What differed has been removed: the present data is the same.
  assert.deepEqual(await compareData(cluster.asking), []);
  await check.run();
  assert.deepEqual(alarmed(cluster), [3n]);
});

test('a compaction is compared again until everybody has answered, and not after that', async (t) => {
  const cluster = await openCluster(3);
  t.after(() => cluster.close());
  const asked: number[] = [];
  const check = new CompactionCheck({
    ...cluster.asking,
    ask: (question) => {
      asked.push(question.revision);
      return cluster.asking.ask(question);
    },
  });
  for (const key of ['a', 'b', 'c']) cluster.putAll(key, '1');
  await cluster.compactAll(2);
  await cluster.compactAll(3);
  cluster.silent.add(3n);
  await check.run();
  assert.deepEqual(asked, [3, 3, 2, 2], 'the older one as well, as long as one does not answer');
  cluster.silent.clear();
  asked.length = 0;
  await check.run();
  assert.deepEqual(asked, [3, 3]);
  asked.length = 0;
  await check.run();
  assert.deepEqual(asked, []);
  assert.deepEqual(alarmed(cluster), []);
});

test('compactions with another one before them are not comparable', async (t) => {
  const cluster = await openCluster(3);
  t.after(() => cluster.close());
  for (const key of ['a', 'b', 'c']) cluster.putAll(key, '1');
  await (cluster.stores[2] as MvccStore).compact(3);
  await cluster.compactAll(4);
  await new CompactionCheck(cluster.asking).run();
  assert.deepEqual(alarmed(cluster), []);
});

test('without a majority for a compaction the alarm names nobody', async (t) => {
  const cluster = await openCluster(2);
  t.after(() => cluster.close());
  for (const [at, store] of cluster.stores.entries()) put(store, 'a', `${at}`);
  await cluster.compactAll(2);
  await new CompactionCheck(cluster.asking).run();
  assert.deepEqual(alarmed(cluster), [UNKNOWN_MEMBER]);
});

test('rounds are made by the leader only, one after the other, and a failed one is followed by the next', async () => {
  const cluster = await openCluster(1);
  const clock = new TestClock();
  let begun = 0;
  let finish: () => void = () => {};
  const failures: string[] = [];
  const task = new LeaderTask({
    member: cluster.member,
    clock,
    intervalMs: 100,
    run: () =>
      new Promise((resolve, reject) => {
        begun++;
        finish = begun === 2 ? () => reject(new Error('no')) : () => resolve(undefined);
      }),
    failed: (error) => failures.push(error.message),
  });
  cluster.leader = 2n;
  await clock.advance(500);
  assert.equal(begun, 0);
  cluster.leader = 1n;
  await clock.advance(500);
  assert.equal(begun, 1, 'it has not ended');
  finish();
  await clock.turns(1);
  await clock.advance(100);
  assert.equal(begun, 2);
  finish();
  await clock.turns(1);
  assert.deepEqual(failures, ['no']);
  await clock.advance(100);
  assert.equal(begun, 3);
  task.stop();
  finish();
  await clock.turns(1);
  await clock.advance(1000);
  assert.equal(begun, 3);
  await cluster.close();
});

test('what the settings turn off is not done', async () => {
  const cluster = await openCluster(2);
  const clock = new TestClock();
  for (const [at, store] of cluster.stores.entries()) put(store, 'a', `${at}`);
  const stop = startChecks(cluster.asking, { intervalMs: 0, compactionIntervalMs: 0 }, clock);
  await clock.advance(3_600_000);
  assert.deepEqual(alarmed(cluster), []);
  stop();
  await cluster.close();
});
