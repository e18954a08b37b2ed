import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex64 } from '@quorate/base';
import {
  computeClusterId,
  encodeAttributes,
  encodeMember,
  encodePromotion,
  encodeRaftAttributes,
  newMember,
  parseAttributes,
  parseMemberContext,
  parseRaftAttributes,
} from './cluster-member.ts';
import { clusterVersionText, compareVersions, parseVersion } from './version.ts';

test('the default single member has the ids that etcd gives it', () => {
  const member = newMember('default', ['http://localhost:2380'], 'etcd-cluster');
  assert.equal(hex64(member.id), '8e9e05c52164694d');
  assert.equal(hex64(computeClusterId([member.id])), 'cdf818194e3a8c32');
});

test('the order of peer URLs and members does not matter', () => {
  const a = newMember('a', ['http://10.0.0.1:2380', 'http://10.0.0.2:2380'], 'token');
  const b = newMember('a', ['http://10.0.0.2:2380', 'http://10.0.0.1:2380'], 'token');
  assert.equal(a.id, b.id);
  assert.equal(computeClusterId([1n, 2n]), computeClusterId([2n, 1n]));
  assert.notEqual(a.id, newMember('a', ['http://10.0.0.1:2380'], 'token').id);
  assert.notEqual(a.id, newMember('a', a.peerURLs, 'token', { addedAtSeconds: 12 }).id);
});

test('members are written as Go writes them', () => {
  const member = newMember('default', ['http://localhost:2380'], 'etcd-cluster');
  assert.equal(
    encodeMember(member),
    '{"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"name":"default"}',
  );
  assert.equal(
    encodeMember({ ...member, name: '', isLearner: true, clientURLs: ['http://h:1/?a&b'] }),
    '{"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"isLearner":true,"clientURLs":["http://h:1/?a\\u0026b"]}',
  );
  assert.equal(encodePromotion(5n), '{"id":5,"peerURLs":null,"isPromote":true}');
  assert.equal(encodeRaftAttributes(member), '{"peerURLs":["http://localhost:2380"]}');
  assert.equal(
    encodeAttributes({ name: 'n', clientURLs: ['http://c:1'] }),
    '{"name":"n","clientURLs":["http://c:1"]}',
  );
});

test('what is written is read back, 64-bit ids included', () => {
  const member = { ...newMember('"id":7', ['http://h:1'], 't'), clientURLs: ['http://c:1'], isLearner: true };
  assert.deepEqual(parseMemberContext(encodeMember(member)), { member, isPromote: false });
  const promotion = parseMemberContext(encodePromotion(18446744073709551615n));
  assert.equal(promotion.member.id, 18446744073709551615n);
  assert.equal(promotion.isPromote, true);
  assert.deepEqual(parseAttributes('{}'), { name: '', clientURLs: [] });
  assert.deepEqual(parseRaftAttributes('{"peerURLs":null}'), { peerURLs: [], isLearner: false });
  assert.throws(() => parseMemberContext('{"peerURLs":[]}'), SyntaxError);
  for (const id of ['18446744073709551616', '"-1"', '"0x10"', '""'])
    assert.throws(() => parseMemberContext(`{"id":${id}}`), SyntaxError, id);
  assert.throws(() => parseAttributes('{"name":5}'), SyntaxError);
});

test('cluster versions are compared by major and minor', () => {
  assert.deepEqual(parseVersion('3.4.23'), { major: 3, minor: 4 });
  assert.deepEqual(parseVersion('v3.5'), { major: 3, minor: 5 });
  assert.equal(parseVersion('three'), undefined);
  assert.equal(clusterVersionText({ major: 3, minor: 10 }), '3.10.0');
  assert.ok(compareVersions({ major: 3, minor: 10 }, { major: 3, minor: 9 }) > 0);
});
