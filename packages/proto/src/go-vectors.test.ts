import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromJson, toJson, Writer } from './index.ts';
import { allMessageTypes, fromNeutral, readVectors } from './testing/vectors.ts';

const types = allMessageTypes();
const vectors = readVectors();

test('every captured message encodes to the bytes Go wrote', () => {
  const writer = new Writer();
  for (const vector of vectors) {
    const type = types.get(vector.type);
    assert.ok(type !== undefined, vector.type);
    const message = fromNeutral(type, vector.fields);
    assert.equal(type.encode(message).toString('hex'), vector.hex, vector.type);
    assert.equal(type.encodedSize(message) * 2, vector.hex.length);
    writer.reset();
    writer.raw(Buffer.from('abc'));
    type.encodeTo(message, writer);
    assert.equal(writer.view().toString('hex'), `616263${vector.hex}`);
  }
});

test('every captured encoding decodes to the values it was made from', () => {
  for (const vector of vectors) {
    const type = types.get(vector.type);
    assert.ok(type !== undefined);
    const bytes = Buffer.from(vector.hex, 'hex');
    const message = fromNeutral(type, vector.fields);
    const decoded = type.decode(bytes);
    // An always-written empty message decodes to undefined, so compare what they encode to, then the values.
    assert.equal(type.encode(decoded).toString('hex'), vector.hex);
    if (vector.type !== 'raftpb.Message') assert.deepEqual(decoded, message, vector.type);
    const framed = Buffer.concat([Buffer.from([0xff, 0x80]), bytes, Buffer.from([0x08])]);
    assert.deepEqual(type.decode(framed, 2, 2 + bytes.length), decoded);
  }
});

test('the gateway JSON is what Go writes, and reads back to the same message', () => {
  let compared = 0;
  for (const vector of vectors) {
    if (vector.json === undefined) continue;
    compared++;
    const type = types.get(vector.type);
    assert.ok(type !== undefined);
    const message = fromNeutral(type, vector.fields);
    assert.equal(toJson(type, message), vector.json, vector.type);
    assert.deepEqual(fromJson(type, vector.json), message);
  }
  assert.ok(compared > 400, `only ${compared} vectors have JSON`);
});

test('vectors cover every message of etcd 3.4', () => {
  const covered = new Set(vectors.map((vector) => vector.type));
  const later = [...types.keys()].filter((name) => !covered.has(name)).sort();
  assert.deepEqual(later, [
    'etcdserverpb.AuthStatusRequest',
    'etcdserverpb.AuthStatusResponse',
    'etcdserverpb.DowngradeInfo',
    'etcdserverpb.DowngradeRequest',
    'etcdserverpb.DowngradeResponse',
    'etcdserverpb.DowngradeVersionTestRequest',
    'etcdserverpb.RangeStreamResponse',
    'grpc.health.v1.HealthCheckRequest',
    'grpc.health.v1.HealthCheckResponse',
    'membershippb.Attributes',
    'membershippb.ClusterMemberAttrSetRequest',
    'membershippb.ClusterVersionSetRequest',
    'membershippb.DowngradeInfoSetRequest',
    'membershippb.Member',
    'membershippb.RaftAttributes',
  ]);
});
