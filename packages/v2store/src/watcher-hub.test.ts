// Watches: which events reach whom, and what becomes of those who do not keep up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expireTimeFromMs, permanent, V2Error, V2Store, V2Watcher } from './index.ts';

const now = Date.UTC(2026, 0, 1);

function watch(
  store: V2Store,
  path: string,
  options: { recursive?: boolean; stream?: boolean; since?: number } = {},
): V2Watcher {
  const watcher = store.watch(path, options.recursive ?? false, options.stream ?? false, options.since ?? 0);
  assert.ok(watcher instanceof V2Watcher);
  return watcher;
}

const put = (store: V2Store, path: string): unknown => store.set(path, false, 'v', permanent, now);
const keys = (watcher: V2Watcher): string[] => {
  const seen: string[] = [];
  for (let event = watcher.take(); event !== undefined; event = watcher.take())
    seen.push(`${event.action} ${event.node.key}`);
  return seen;
};

test('a one-shot watch gets one event, then it is over', () => {
  const store = new V2Store();
  const watcher = watch(store, '/1/a');
  let calls = 0;
  watcher.onReady = () => calls++;
  put(store, '/1/b');
  assert.equal(calls, 0);
  put(store, '/1/a');
  put(store, '/1/a');
  assert.equal(calls, 1);
  assert.equal(watcher.ended, true);
  assert.deepEqual(keys(watcher), ['set /1/a']);
  assert.equal(store.watcherCount, 0);
});

test('a recursive watch sees what is below, a plain one does not', () => {
  const store = new V2Store();
  const plain = watch(store, '/1/a', { stream: true });
  const deep = watch(store, '/1/a', { stream: true, recursive: true });
  const root = watch(store, '/', { stream: true, recursive: true });
  put(store, '/1/a/b/c');
  put(store, '/1/ab');
  assert.deepEqual(
    [keys(plain), keys(deep), keys(root)],
    [[], ['set /1/a/b/c'], ['set /1/a/b/c', 'set /1/ab']],
  );
});

test('hidden nodes show only to a watch on their own path or within their hidden directory', () => {
  const store = new V2Store();
  const above = watch(store, '/1', { stream: true, recursive: true });
  const inside = watch(store, '/1/_h', { stream: true, recursive: true });
  const itself = watch(store, '/1/_h/x', { stream: true });
  put(store, '/1/_h/x');
  put(store, '/1/a/_x');
  assert.deepEqual([keys(above), keys(inside), keys(itself)], [[], ['set /1/_h/x'], ['set /1/_h/x']]);
});

test('the deletion or expiry of a directory is told to watches on everything in it, once', () => {
  const store = new V2Store();
  put(store, '/1/d/x');
  const child = watch(store, '/1/d/x', { stream: true });
  const itself = watch(store, '/1/d', { stream: true });
  const absent = watch(store, '/1/d/absent');
  store.delete('/1/d', true, true, now);
  assert.deepEqual([keys(child), keys(itself), keys(absent)], [['delete /1/d'], ['delete /1/d'], []]);
  store.create('/1/d', true, '', { expiration: expireTimeFromMs(now + 1), refresh: false }, now);
  put(store, '/1/d/x');
  keys(child);
  store.deleteExpired(expireTimeFromMs(now + 1), now);
  assert.deepEqual(keys(child), ['expire /1/d']);
});

test('a past index is answered from the history, an index beyond it with error 401', () => {
  const store = new V2Store();
  for (let at = 0; at < 1001; at++) put(store, `/1/k${at % 10}`);
  assert.deepEqual(keys(watch(store, '/1/k3', { since: 500 })), ['set /1/k3']);
  assert.equal(watch(store, '/1/k3', { since: 500 }).startIndex, 1001);
  assert.equal(watch(store, '/1/k3', { since: 1002 }).take(), undefined);
  const gone = store.watch('/1', true, false, 1);
  assert.ok(gone instanceof V2Error);
  assert.deepEqual(
    [gone.errorCode, gone.cause, gone.index],
    [401, 'the requested history has been cleared [2/1]', 1001],
  );
});

test('a stream from a past index gets the whole history and goes on', () => {
  const store = new V2Store();
  for (let at = 0; at < 300; at++) put(store, '/1/a');
  const watcher = watch(store, '/1/a', { stream: true, since: 1 });
  put(store, '/1/a');
  assert.equal(watcher.buffered, 300);
  assert.equal(watcher.ended, true, 'nobody took the 300, so the next live event finds no room');
  const reader = watch(store, '/1/a', { stream: true, since: 1 });
  assert.equal(keys(reader).length, 301);
  put(store, '/1/a');
  assert.deepEqual(keys(reader), ['set /1/a']);
});

test('the hundred-and-first waiting event ends a watch; the hundred before it can still be taken', () => {
  const store = new V2Store();
  const watcher = watch(store, '/1/a', { stream: true });
  for (let at = 0; at < 100; at++) put(store, '/1/a');
  assert.equal(watcher.ended, false);
  put(store, '/1/a');
  assert.equal(watcher.ended, true);
  assert.equal(store.watcherCount, 0);
  assert.equal(keys(watcher).length, 100);
});

test('a removed watch hears nothing and is not counted', () => {
  const store = new V2Store();
  const watcher = watch(store, '/1/a', { stream: true });
  watcher.onReady = () => assert.fail('called after its removal');
  assert.equal(store.watcherCount, 1);
  watcher.remove();
  put(store, '/1/a');
  assert.deepEqual([watcher.take(), store.watcherCount], [undefined, 0]);
});

test('watches outlive a recovery: they get what they missed, or error 400 when it is gone', () => {
  const ahead = new V2Store();
  put(ahead, '/1/a');
  const behind = new V2Store();
  behind.recover(ahead.save());
  const watcher = watch(behind, '/1/b');
  put(ahead, '/1/b');
  behind.recover(ahead.save());
  assert.deepEqual(keys(watcher), ['set /1/b']);
  const lost = watch(behind, '/1/c');
  for (let at = 0; at < 1100; at++) put(ahead, '/1/a');
  behind.recover(ahead.save());
  assert.equal(lost.ended, true);
  assert.equal(lost.error?.errorCode, 400);
});
