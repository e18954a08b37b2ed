// Which request does what to the store, as Go etcd's v2 applier has it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FatalError } from '@quorate/base';
import type { V2Request } from '@quorate/proto';
import { V2Store } from '@quorate/v2store';
import type { V2Applied } from './v2-applied.ts';
import { applyV2Request, type V2Membership } from './v2-apply.ts';

const nowMs = Date.UTC(2026, 0, 1);
const calls: unknown[] = [];
const membership: V2Membership = {
  updateAttributes: (id, attributes) => calls.push([id, attributes]),
  setVersion: (version) => calls.push(version),
};

function request(fields: Partial<V2Request>): V2Request {
  return {
    ID: 1n,
    method: 'PUT',
    path: '/1/a',
    val: '',
    dir: false,
    prevValue: '',
    prevIndex: 0,
    prevExist: undefined,
    expiration: 0n,
    wait: false,
    since: 0,
    recursive: false,
    sorted: false,
    quorum: false,
    time: 0n,
    stream: false,
    refresh: undefined,
    ...fields,
  };
}

function outcome(store: V2Store, fields: Partial<V2Request>): string | number | undefined {
  const applied: V2Applied = applyV2Request(store, membership, request(fields), nowMs);
  return applied.event?.action ?? applied.error?.errorCode;
}

test('a PUT is a set, create, update or compareAndSwap by what it says of the previous node', () => {
  const store = new V2Store();
  assert.equal(outcome(store, { prevExist: true }), 100);
  assert.equal(outcome(store, { prevExist: false, val: 'v' }), 'create');
  assert.equal(outcome(store, { prevExist: false }), 105);
  assert.equal(outcome(store, { val: 'v' }), 'set');
  assert.equal(outcome(store, { val: 'v', prevExist: true }), 'update');
  assert.equal(outcome(store, { val: 'w', prevValue: 'v', prevExist: true }), 'compareAndSwap');
  assert.equal(outcome(store, { val: 'x', prevIndex: store.index }), 'compareAndSwap');
  assert.equal(outcome(store, { val: 'y', prevValue: 'x', prevExist: false }), 105, 'prevExist=false wins');
});

test('POST creates in order, DELETE deletes or compares, QGET reads', () => {
  const store = new V2Store();
  const made = applyV2Request(store, membership, request({ method: 'POST', path: '/1/q', val: 'v' }), nowMs);
  assert.equal(made.event?.node.key, '/1/q/00000000000000000001');
  const path = made.event?.node.key;
  assert.equal(outcome(store, { method: 'QGET', path }), 'get');
  assert.equal(outcome(store, { method: 'DELETE', path, prevValue: 'no' }), 101);
  assert.equal(outcome(store, { method: 'DELETE', path, prevValue: 'v' }), 'compareAndDelete');
  assert.equal(outcome(store, { method: 'DELETE', path: '/1/q' }), 102);
  assert.equal(outcome(store, { method: 'DELETE', path: '/1/q', dir: true }), 'delete');
});

test('SYNC expires by its own time only', () => {
  const store = new V2Store();
  const expiration = BigInt(nowMs + 1000) * 1_000_000n;
  outcome(store, { expiration });
  outcome(store, { method: 'SYNC', time: expiration - 1n });
  assert.equal(outcome(store, { method: 'QGET' }), 'get');
  assert.equal(outcome(store, { method: 'SYNC', time: expiration }), undefined);
  assert.equal(outcome(store, { method: 'QGET' }), 100);
});

test('publications and cluster versions go to the membership; user keys of the same name do not', () => {
  const store = new V2Store();
  calls.length = 0;
  const val = '{"name":"infra1","clientURLs":["http://127.0.0.1:2379"]}';
  assert.equal(outcome(store, { path: '/0/members/8e9e05c52164694d/attributes', val }), undefined);
  assert.equal(outcome(store, { path: '/0/version', val: '3.4.0' }), undefined);
  assert.equal(outcome(store, { path: '/1/0/members/abc/attributes', val: 'mine' }), 'set');
  assert.deepEqual(calls, [
    [0x8e9e05c52164694dn, { name: 'infra1', clientURLs: ['http://127.0.0.1:2379'] }],
    '3.4.0',
  ]);
});

test('an entry that no member can have written is fatal', () => {
  const store = new V2Store();
  assert.throws(() => outcome(store, { method: 'PATCH' }), FatalError);
  assert.throws(() => outcome(store, { path: '/0/members/abc/attributes', val: '{' }), FatalError);
});
