// etcd's v2 rules, one by one: actions, indexes, errors, TTLs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eventJson,
  expireTimeFromMs,
  permanent,
  type TtlOptions,
  V2Error,
  V2ErrorCode,
  V2Event,
  type V2Result,
  V2Store,
} from './index.ts';

const now = Date.UTC(2026, 0, 1);
const ttl = (seconds: number): TtlOptions => ({
  expiration: expireTimeFromMs(now + seconds * 1000),
  refresh: false,
});
const refresh = (seconds: number): TtlOptions => ({ ...ttl(seconds), refresh: true });
const any = { prevValue: '', prevIndex: 0 };

function event(result: V2Result): V2Event {
  assert.ok(result instanceof V2Event, 'expected an event');
  return result;
}

function refused(result: V2Result, code: number, cause: string, index: number): void {
  assert.ok(result instanceof V2Error, 'expected an error');
  assert.deepEqual([result.errorCode, result.cause, result.index], [code, cause, index]);
}

/** A store with /1/f = "v" (index 1), /1/d/x = "1" (2) and the empty directory /1/e (3). */
function sample(): V2Store {
  const store = new V2Store();
  store.set('/1/f', false, 'v', permanent, now);
  store.set('/1/d/x', false, '1', permanent, now);
  store.create('/1/e', true, '', permanent, now);
  return store;
}

test('set replaces a file with a new createdIndex; update keeps it', () => {
  const store = sample();
  assert.equal(
    eventJson(event(store.set('/1/f', false, 'w', permanent, now)), 2),
    '{"action":"set","node":{"key":"/f","value":"w","modifiedIndex":4,"createdIndex":4},' +
      '"prevNode":{"key":"/f","value":"v","modifiedIndex":1,"createdIndex":1}}',
  );
  assert.equal(
    eventJson(event(store.update('/1/f', '', permanent, now)), 2),
    '{"action":"update","node":{"key":"/f","value":"","modifiedIndex":5,"createdIndex":4},' +
      '"prevNode":{"key":"/f","value":"w","modifiedIndex":4,"createdIndex":4}}',
  );
});

test('an answer says whether it created a node', () => {
  const store = sample();
  assert.equal(event(store.set('/1/new', false, '', permanent, now)).isCreated, true);
  assert.equal(event(store.set('/1/new', false, '', permanent, now)).isCreated, false);
  assert.equal(event(store.createInOrder('/1/q', false, '', permanent, now)).isCreated, true);
  assert.equal(event(store.update('/1/new', '', permanent, now)).isCreated, false);
});

test('every refusal has its code, cause and the index before it', () => {
  const store = sample();
  const cases: [V2Result, number, string][] = [
    [store.get('/1/none/deeper', false, false, now), V2ErrorCode.keyNotFound, '/1/none'],
    [store.get('/1/f/below', false, false, now), V2ErrorCode.notDir, '/1/f'],
    [store.set('/1/f/below', false, '', permanent, now), V2ErrorCode.notDir, '/1/f'],
    [store.set('/1/d', false, 'v', permanent, now), V2ErrorCode.notFile, '/1/d'],
    [store.set('/1/d', true, '', permanent, now), V2ErrorCode.notFile, '/1/d'],
    [store.set('/1', false, '', permanent, now), V2ErrorCode.rootReadOnly, '/'],
    [store.set('/1/none', false, '', refresh(1), now), V2ErrorCode.keyNotFound, '/1/none'],
    [store.create('/1/f', false, '', permanent, now), V2ErrorCode.nodeExist, '/1/f'],
    [store.create('/1/f/g/h', false, '', permanent, now), V2ErrorCode.notDir, '/1/f'],
    [store.createInOrder('/1/f', false, '', permanent, now), V2ErrorCode.notDir, '/1/f'],
    [store.update('/1/none', '', permanent, now), V2ErrorCode.keyNotFound, '/1/none'],
    [store.update('/1/d', 'v', permanent, now), V2ErrorCode.notFile, '/1/d'],
    [store.update('/', '', permanent, now), V2ErrorCode.rootReadOnly, '/'],
    [store.compareAndSwap('/1/d', any, '', permanent, now), V2ErrorCode.notFile, '/1/d'],
    [
      store.compareAndSwap('/1/f', { ...any, prevValue: 'x' }, '', permanent, now),
      V2ErrorCode.testFailed,
      '[x != v]',
    ],
    [
      store.compareAndSwap('/1/f', { ...any, prevIndex: 9 }, '', permanent, now),
      V2ErrorCode.testFailed,
      '[9 != 1]',
    ],
    [
      store.compareAndDelete('/1/f', { prevValue: 'x', prevIndex: 9 }, now),
      V2ErrorCode.testFailed,
      '[x != v] [9 != 1]',
    ],
    [store.compareAndDelete('/1/d', any, now), V2ErrorCode.notFile, '/1/d'],
    [store.delete('/1/d', false, false, now), V2ErrorCode.notFile, '/1/d'],
    [store.delete('/1/d', true, false, now), V2ErrorCode.dirNotEmpty, '/1/d'],
    [store.delete('/1', true, true, now), V2ErrorCode.rootReadOnly, '/'],
    [store.delete('/1/none', false, false, now), V2ErrorCode.keyNotFound, '/1/none'],
  ];
  for (const [result, code, cause] of cases) refused(result, code, cause, 3);
  assert.equal(store.index, 3);
});

test('set with dir replaces a file by a directory', () => {
  const store = sample();
  const made = event(store.set('/1/f', true, 'ignored', permanent, now));
  assert.equal(made.node.dir, true);
  assert.equal(made.node.value, undefined);
  assert.equal(made.prevNode?.value, 'v');
  assert.equal(made.isCreated, false);
});

test('in-order children are named by the index, zero-padded to twenty digits', () => {
  const store = sample();
  assert.equal(
    event(store.createInOrder('/1/q', false, 'a', permanent, now)).node.key,
    '/1/q/00000000000000000004',
  );
});

test('a listing leaves out hidden nodes, nests only when recursive and sorts by bytes', () => {
  const store = new V2Store();
  for (const name of ['b', '_h', '\u{10000}', '\uffff', 'a/z', 'a/_h/x']) {
    store.set(`/1/${name}`, false, name, permanent, now);
  }
  const flat = event(store.get('/1', false, true, now)).node.nodes ?? [];
  assert.deepEqual(
    flat.map((node) => node.key),
    ['/1/a', '/1/b', '/1/\uffff', '/1/\u{10000}'],
  );
  assert.equal(flat[0]?.nodes, undefined);
  const deep = event(store.get('/1', true, true, now)).node.nodes ?? [];
  assert.deepEqual(
    deep[0]?.nodes?.map((node) => node.key),
    ['/1/a/z'],
  );
  assert.equal(event(store.get('/1/_h', false, false, now)).node.value, '_h');
});

test('SYNC removes what has expired, soonest first, one index each, and tells stats', () => {
  const store = new V2Store();
  store.set('/1/late', false, '', ttl(20), now);
  store.set('/1/soon', false, '', ttl(10), now);
  store.create('/1/dir', true, '', ttl(15), now);
  store.set('/1/dir/child', false, '', ttl(12), now);
  store.set('/1/dir/other', false, '', permanent, now);
  store.deleteExpired(expireTimeFromMs(now + 9_999), now);
  assert.equal(store.index, 5);
  const watcher = store.watch('/1', true, true, 6);
  assert.ok(!(watcher instanceof V2Error));
  store.deleteExpired(expireTimeFromMs(now + 15_000), now);
  assert.deepEqual(
    [watcher.take(), watcher.take(), watcher.take(), watcher.take()].map(
      (e) => e && `${e.action} ${e.node.key} ${e.etcdIndex}`,
    ),
    ['expire /1/soon 6', 'expire /1/dir/child 7', 'expire /1/dir 8', undefined],
  );
  assert.equal(store.stats.expireCount, 3);
  assert.equal(store.hasTtlKeys, true);
  store.delete('/1/late', false, false, now);
  assert.equal(store.hasTtlKeys, false);
});

test('deleting a directory forgets the TTLs below it, however the subtree is looked through', () => {
  for (const files of [3, 300]) {
    const store = new V2Store();
    store.set('/1/keep', false, '', ttl(5), now);
    store.set('/1/d/timed', false, '', ttl(5), now);
    for (let at = 0; at < files; at++) store.set(`/1/d/s/${at}`, false, '', permanent, now);
    const watcher = store.watch('/1/d/s/1', false, false, 0);
    const elsewhere = store.watch('/1/d/none', false, false, 0);
    assert.ok(!(watcher instanceof V2Error) && !(elsewhere instanceof V2Error));
    store.delete('/1/d', true, true, now);
    assert.equal(watcher.take()?.node.key, '/1/d');
    assert.equal(elsewhere.take(), undefined);
    store.deleteExpired(expireTimeFromMs(now + 60_000), now);
    assert.equal(store.stats.expireCount, 1);
    assert.equal(store.hasTtlKeys, false);
  }
});

test('a refresh keeps the value, moves the TTL, and is not shown to watchers, also not later', () => {
  const store = sample();
  const watcher = store.watch('/1/f', false, false, 0);
  assert.ok(!(watcher instanceof V2Error));
  const updated = event(store.update('/1/f', '', refresh(30), now));
  assert.deepEqual([updated.node.value, updated.node.ttl], ['v', 30]);
  assert.equal(event(store.set('/1/f', false, '', refresh(40), now)).node.value, 'v');
  assert.equal(event(store.compareAndSwap('/1/f', any, '', refresh(50), now)).node.value, 'v');
  assert.equal(watcher.take(), undefined);
  store.set('/1/f', false, 'seen', permanent, now);
  assert.equal(watcher.take()?.node.value, 'seen');
  const late = store.watch('/1/f', false, false, 4);
  assert.ok(!(late instanceof V2Error));
  assert.equal(late.take()?.node.value, 'seen');
});

test('a ttl is rounded up; a missing one makes the node permanent again', () => {
  const store = sample();
  assert.equal(event(store.set('/1/t', false, '', ttl(10), now + 1)).node.ttl, 10);
  assert.equal(event(store.get('/1/t', false, false, now + 9_001)).node.ttl, 1);
  assert.equal(event(store.get('/1/t', false, false, now + 10_000)).node.ttl, 0);
  const text = eventJson(event(store.get('/1/t', false, false, now + 10_000)), 2);
  assert.ok(text.includes('"expiration":"2026-01-01T00:00:10Z","modifiedIndex"'), text);
  assert.equal(event(store.update('/1/t', '', permanent, now)).node.expiration, undefined);
  assert.equal(store.hasTtlKeys, false);
});

test('an expiration before the year 2000 makes a new node permanent', () => {
  const store = new V2Store();
  const past = { expiration: { seconds: 5, nanos: 0 }, refresh: false };
  assert.equal(event(store.set('/1/t', false, '', past, now)).node.expiration, undefined);
  assert.equal(event(store.update('/1/t', '', past, now)).node.expiration?.seconds, 5);
});

test('very deep paths are created, listed, saved, recovered and deleted', () => {
  const store = new V2Store();
  store.set(`/1${'/a'.repeat(100_000)}`, false, 'deep', permanent, now);
  event(store.get('/1', true, true, now));
  event(store.delete('/1/a', true, true, now));
  const path = `/1${'/a'.repeat(3_000)}`;
  store.set(path, false, 'deep', permanent, now);
  assert.ok(eventJson(event(store.get('/1', true, true, now)), 2).includes('"value":"deep"'));
  const copy = new V2Store();
  copy.recover(store.save());
  assert.equal(event(copy.get(path, false, false, now)).node.value, 'deep');
});
