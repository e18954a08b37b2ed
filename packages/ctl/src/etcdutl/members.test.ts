import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex64 } from '@quorate/base';
import { encodeMember, encodeVoters, foundCluster } from './members.ts';
import { encodeV2Store } from './v2-tree.ts';

const DEFAULT = 'default=http://localhost:2380';

test('ids are those that every etcd works out', () => {
  const cluster = foundCluster(DEFAULT, 'etcd-cluster', 'default', ['http://localhost:2380']);
  assert.equal(hex64(cluster.local.id), '8e9e05c52164694d');
  assert.equal(hex64(cluster.id), 'cdf818194e3a8c32');
  assert.equal(
    encodeMember(cluster.local),
    '{"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"name":"default"}',
  );
});

test('a list that does not fit the member is refused', () => {
  const found = (list: string, name: string, urls: readonly string[]) => () =>
    foundCluster(list, 't', name, urls);
  assert.throws(found(DEFAULT, 'other', ['http://localhost:2380']), /couldn't find local name "other"/);
  assert.throws(found(DEFAULT, 'default', ['http://localhost:1']), /--initial-cluster has default=http/);
  assert.throws(
    found('default', 'default', ['http://a:1']),
    /invalid member in the initial cluster: "default"/,
  );
  assert.throws(found('a=http://x', 'a', ['http://x']), /does not have the form "host:port": http:\/\/x/);
  assert.throws(found('a=ftp://x:1', 'a', ['ftp://x:1']), /URL scheme must be http, https, unix, or unixs/);
  assert.throws(found('a=http://x:1/p', 'a', ['http://x:1']), /must not contain a path/);
  assert.throws(found('a=http://x:1,b=http://x:1', 'a', ['http://x:1']), /has duplicate url/);
});

test('members are ordered by id, a member may have several URLs', () => {
  const { members, local } = foundCluster('b=http://y:2,a=http://x:1,b=http://x:2', 't', 'b', [
    'http://x:2',
    'http://y:2',
  ]);
  assert.deepEqual(local.peerURLs, ['http://x:2', 'http://y:2']);
  assert.ok((members[0]?.id ?? 0n) < (members[1]?.id ?? 0n));
  const tree = JSON.parse(encodeV2Store(members)) as {
    CurrentIndex: number;
    Root: { Children: Record<string, { Children: Record<string, { Children: Record<string, unknown> }> }> };
  };
  assert.equal(tree.CurrentIndex, 2);
  const ids = Object.keys(tree.Root.Children['0']?.Children['members']?.Children ?? {});
  assert.deepEqual(
    ids,
    members.map(({ id }) => hex64(id)),
  );
});

test('learners of a store do not vote', () => {
  const stored = [
    '{"id":18446744073709551615,"peerURLs":["u"]}',
    '{"id":7,"peerURLs":["u"],"isLearner":true}',
  ];
  assert.equal(
    encodeVoters(stored.map((text) => Buffer.from(text))),
    '{"voters":[18446744073709551615],"learners":[7],"auto_leave":false}',
  );
});
