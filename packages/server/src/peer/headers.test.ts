// Who may talk to whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLUSTER_ID_MISMATCH, INCOMPATIBLE_VERSION, refusalOf, requestHeaders, senderOf } from './headers.ts';
import { membersBody, parseMembers } from './members-json.ts';

const identity = {
  id: 1n,
  clusterId: 0xabcn,
  serverVersion: '3.7.0',
  peerURLs: ['http://a:1', 'http://b:2'],
};

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

test('members of the same cluster and of versions that know each other are admitted', () => {
  const own = lower(requestHeaders(identity));
  assert.equal(refusalOf(own, identity), undefined);
  const go = { ...own, 'x-server-version': '3.4.23', 'x-min-cluster-version': '3.0.0' };
  assert.equal(refusalOf(go, identity), undefined);
  assert.deepEqual(senderOf(own), { id: 1n, peerURLs: ['http://a:1', 'http://b:2'] });
});

test('too old, too new, unreadable or of another cluster: refused with etcd’s words', () => {
  const own = lower(requestHeaders(identity));
  assert.equal(refusalOf({ ...own, 'x-server-version': '2.3.8' }, identity), INCOMPATIBLE_VERSION);
  assert.equal(refusalOf({ ...own, 'x-min-cluster-version': '3.8.0' }, identity), INCOMPATIBLE_VERSION);
  assert.equal(refusalOf({ ...own, 'x-server-version': 'new' }, identity), INCOMPATIBLE_VERSION);
  // A server of 2.0 says nothing.
  assert.equal(refusalOf({ 'x-etcd-cluster-id': 'abc' }, identity), INCOMPATIBLE_VERSION);
  assert.equal(refusalOf({ ...own, 'x-etcd-cluster-id': 'abd' }, identity), CLUSTER_ID_MISMATCH);
});

test('member ids beyond 2^53 survive the way through JSON', () => {
  const members = [
    {
      id: 0xfffffffffffffffen,
      name: 'a"{',
      peerURLs: ['http://a:1'],
      clientURLs: ['http://a:2'],
      isLearner: true,
    },
    { id: 9007199254740993n, name: '', peerURLs: ['http://b:1'], clientURLs: [], isLearner: false },
  ];
  assert.deepEqual(parseMembers(membersBody(members)), members);
  assert.deepEqual(parseMembers('[]'), []);
  assert.deepEqual(parseMembers('null'), []);
  assert.throws(() => parseMembers('{"id":1}'), SyntaxError);
});
