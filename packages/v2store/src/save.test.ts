// Saving and recovering: Go etcd's bytes, consistency of a save that takes many turns, and refusal of bad input.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventJson, expireTimeFromMs, permanent, V2Error, V2Store } from './index.ts';
import { sortRunLength } from './limits.ts';

const now = Date.UTC(2026, 0, 1);
const goSnapshot = readFileSync(new URL('../testdata/go-etcd-3.4.23.store', import.meta.url));

test('a store saved by Go etcd 3.4.23 is read, and saved again byte for byte', () => {
  const store = new V2Store();
  store.recover(goSnapshot);
  assert.equal(store.index, 30);
  assert.equal(store.hasTtlKeys, true);
  assert.equal(Buffer.from(store.save()).toString(), goSnapshot.toString());
  const version = store.get('/0/version', false, false, now);
  assert.ok(!(version instanceof V2Error));
  assert.equal(version.node.value, '3.4.0');
});

test('what is not a saved store is refused with the place that is wrong, and changes nothing', () => {
  const store = new V2Store();
  store.set('/1/a', false, 'v', permanent, now);
  const good = JSON.parse(Buffer.from(store.save()).toString()) as Record<string, unknown>;
  const broken: [unknown, RegExp][] = [
    [{}, /Root is not an object/],
    [{ ...good, CurrentIndex: -1 }, /CurrentIndex is not an index/],
    [
      { ...good, Root: { ...(good['Root'] as object), ExpireTime: 'yesterday' } },
      /ExpireTime of \/ is not an RFC 3339 time/,
    ],
    [{ ...good, CurrentIndex: 0 }, /is not within CurrentIndex/],
    [{ ...good, Root: { ...(good['Root'] as object), Children: { 'a/b': {} } } }, /is not a path segment/],
    [
      { ...good, WatcherHub: { EventHistory: { Queue: { Events: [], Capacity: 1000 } } } },
      /Events is not an array/,
    ],
  ];
  for (const [value, message] of broken)
    assert.throws(() => store.recover(Buffer.from(JSON.stringify(value))), message);
  assert.throws(() => store.recover(Buffer.from('{"Root":')), /saved v2 store is not JSON/);
  assert.ok(!(store.get('/1/a', false, false, now) instanceof V2Error));
});

test('namespaces are there after a recovery even where the saved store lacks them', () => {
  const bare = new V2Store([]);
  const store = new V2Store();
  store.recover(bare.save());
  assert.ok(!(store.get('/1', false, false, now) instanceof V2Error));
});

const names = ['a', 'b', 'c', 'd'] as const;
const change = fc.record({
  kind: fc.constantFrom('set', 'setDir', 'update', 'delete', 'ttl', 'expire'),
  path: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
});

function apply(store: V2Store, { kind, path }: { kind: string; path: string[] }, serial: number): void {
  const key = `/1/${path.join('/')}`;
  const ttl = { expiration: expireTimeFromMs(now + serial * 10), refresh: false };
  if (kind === 'set') store.set(key, false, String(serial), permanent, now);
  else if (kind === 'setDir') store.set(key, true, '', permanent, now);
  else if (kind === 'update') store.update(key, '', ttl, now);
  else if (kind === 'ttl') store.set(key, false, 't', ttl, now);
  else if (kind === 'delete') store.delete(key, true, true, now);
  else store.deleteExpired(expireTimeFromMs(now + serial * 5), now);
}

test('a sliced save shows the store as it was at its beginning, whatever happens meanwhile', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 40 }),
      fc.array(change, { maxLength: 40 }),
      fc.nat(4),
      (before, during, slice) => {
        const store = new V2Store();
        let serial = 0;
        for (const one of before) apply(store, one, ++serial);
        const expected = Buffer.from(store.save()).toString();
        const job = store.beginSave();
        for (const one of during) {
          apply(store, one, ++serial);
          job.step(slice);
        }
        while (!job.step(1 + slice)) apply(store, { kind: 'set', path: ['a', 'late'] }, ++serial);
        assert.equal(Buffer.concat(job.chunks).toString(), expected);
      },
    ),
    { numRuns: 300 },
  );
});

test('a directory longer than a sort run is saved in order, and what recovers is the same store', () => {
  const store = new V2Store();
  const count = 3 * sortRunLength + 17;
  for (let at = 0; at < count; at++) store.set(`/1/${(at * 7919) % count}`, false, '', permanent, now);
  const job = store.beginSave();
  let steps = 1;
  while (!job.step(500)) {
    store.set(`/1/x${steps}`, false, '', permanent, now);
    store.delete(`/1/${steps}`, false, false, now);
    steps++;
  }
  assert.ok(steps > 4);
  const saved = Buffer.concat(job.chunks);
  const listed = Object.keys(
    (JSON.parse(saved.toString()) as { Root: { Children: { 1: { Children: object } } } }).Root.Children[1]
      .Children,
  );
  assert.equal(listed.length, count);
  const text = saved.toString();
  assert.ok(text.indexOf('"10":{') < text.indexOf('"2":{'), 'byte order, not number order');
  const copy = new V2Store();
  copy.recover(saved);
  assert.equal(Buffer.from(copy.save()).toString(), text);
});

test('a cancelled save leaves nothing behind', () => {
  const store = new V2Store();
  const job = store.beginSave();
  job.cancel();
  store.set('/1/a', false, '', permanent, now);
  assert.equal(job.step(1), true);
});

test('a sliced listing equals the one made in one go, whatever happens meanwhile', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 40 }),
      fc.array(change, { maxLength: 30 }),
      fc.boolean(),
      fc.constantFrom('/1', '/1/a', '/1/_h', '/1/b/c'),
      (before, during, recursive, path) => {
        const store = new V2Store();
        let serial = 0;
        store.set('/1/_h/x', false, '<hidden>', permanent, now);
        store.set('/1/_h/_y', false, '', permanent, now);
        for (const one of before) apply(store, one, ++serial);
        const whole = store.get(path, recursive, true, now);
        const job = store.beginListing(path, recursive, 2, now);
        if (whole instanceof V2Error || job instanceof V2Error) {
          assert.deepEqual(job, whole);
          return;
        }
        let text = '';
        for (const one of during) {
          apply(store, one, ++serial);
          job.step(1);
          text += job.take();
        }
        while (!job.step(1)) apply(store, { kind: 'set', path: ['a', 'late'] }, ++serial);
        assert.equal(text + job.take(), eventJson(whole, 2));
        assert.equal(job.index, whole.etcdIndex);
      },
    ),
    { numRuns: 300 },
  );
});

test('a get of more nodes than it may list is partial', () => {
  const store = new V2Store();
  for (const name of ['a', 'b', 'c']) store.set(`/1/${name}`, false, '', permanent, now);
  const within = store.get('/1', true, false, now, 3);
  const beyond = store.get('/1', true, false, now, 2);
  assert.ok(!(within instanceof V2Error) && !(beyond instanceof V2Error));
  assert.deepEqual([within.partial, within.node.nodes?.length], [false, 3]);
  assert.deepEqual([beyond.partial, beyond.node.nodes], [true, undefined]);
});
