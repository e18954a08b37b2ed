import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@quorate/base';
import {
  AuthUserAddRequest,
  InternalRaftRequest,
  LeaseGrantRequest,
  PutRequest,
  RequestHeader,
  V2Request,
} from '@quorate/proto';
import { decodeEntry, isBareV2 } from '../apply/entry-decode.ts';
import { toLogOp } from '../apply/internal-op.ts';
import { encodeEntry, randomLeaseId } from './entry-encode.ts';
import { idVarintSize, RequestIds, writeIdVarint } from './request-id.ts';
import { TestClock } from './test-clock.ts';

test('request ids carry the member, the time and a counter', () => {
  const clock = new TestClock();
  const ids = new RequestIds(0x8e9e05c52164694dn, clock);
  const first = ids.nextBigint();
  assert.equal(first >> 48n, 0x694dn);
  assert.equal((first >> 8n) & 0xffffffffffn, BigInt(clock.wallMs()) & 0xffffffffffn);
  assert.equal(ids.nextBigint(), first + 1n);
  ids.low = 0xffff_ffff;
  const before = ids.toBigint();
  assert.equal(ids.nextBigint(), before + 1n);
  ids.high = 0x694d_ffff;
  ids.low = 0xffff_ffff;
  assert.equal(ids.nextBigint(), 0x694dn << 48n, 'the counter runs over without touching the member');
});

test('ids are varints of any size', () => {
  const bytes = Buffer.alloc(16);
  const random = seededRandom(3);
  for (let at = 0; at < 2000; at++) {
    const bits = random.nextBelow(65);
    const id =
      ((BigInt(random.nextUint32()) << 32n) | BigInt(random.nextUint32())) & ((1n << BigInt(bits)) - 1n);
    const high = Number(id >> 32n);
    const low = Number(id & 0xffffffffn);
    const end = writeIdVarint(bytes, 0, high, low);
    assert.equal(end, idVarintSize(high, low));
    let decoded = 0n;
    for (let position = end - 1; position >= 0; position--) {
      decoded = (decoded << 7n) | BigInt((bytes[position] as number) & 0x7f);
    }
    assert.equal(decoded, id);
  }
});

function ids(): RequestIds {
  const made = new RequestIds(0x8e9e05c52164694dn, new TestClock());
  made.next();
  return made;
}

test('an entry is what the whole message would be encoded to', () => {
  const put = PutRequest.create({ key: Buffer.from('k'), value: Buffer.alloc(300, 1) });
  const made = ids();
  const header = RequestHeader.create({ ID: made.toBigint() });
  const raw = PutRequest.encode(put);
  const expected = InternalRaftRequest.encode(InternalRaftRequest.create({ put, header }));
  for (const given of [raw, undefined]) {
    const bytes = encodeEntry({ kind: 'put', request: put, raw: given, requester: undefined }, made);
    assert.deepEqual(Buffer.from(bytes), Buffer.from(expected));
  }
});

test('fields above the header come after it, and the requester is in the header', () => {
  const request = AuthUserAddRequest.create({ name: 'u', password: 'p' });
  const made = ids();
  const header = RequestHeader.create({ ID: made.toBigint(), username: 'röot', authRevision: 12 });
  const expected = InternalRaftRequest.encode(InternalRaftRequest.create({ authUserAdd: request, header }));
  const requester = { username: 'röot', authRevision: 12 };
  const bytes = encodeEntry({ kind: 'authUserAdd', request, raw: undefined, requester }, made);
  assert.deepEqual(Buffer.from(bytes), Buffer.from(expected));
  const { v3 } = decodeEntry(bytes, 1);
  assert.ok(v3 !== undefined);
  const op = toLogOp(v3, 1);
  assert.equal(op?.kind, 'authUserAdd');
  assert.deepEqual(op?.requester, requester);
});

test('bare v2 requests are told from InternalRaftRequests', () => {
  for (const method of ['PUT', 'POST', 'DELETE', 'QGET', 'SYNC']) {
    const bytes = V2Request.encode(V2Request.create({ ID: 0x694dn << 48n, method, path: '/1/a', val: 'x' }));
    assert.equal(isBareV2(bytes), true, method);
    assert.equal(decodeEntry(bytes, 1).v2?.method, method);
  }
  const grant = LeaseGrantRequest.create({ ID: 5n, TTL: 6 });
  const v3 = InternalRaftRequest.encode(InternalRaftRequest.create({ ID: 9n, leaseGrant: grant }));
  assert.equal(isBareV2(v3), false);
  assert.deepEqual(decodeEntry(v3, 1).v3?.leaseGrant, grant);
  const wrapped = V2Request.create({ ID: 3n, method: 'PUT', path: '/1/b' });
  const inside = InternalRaftRequest.encode(InternalRaftRequest.create({ v2: wrapped }));
  assert.equal(decodeEntry(inside, 1).v2?.path, '/1/b');
  assert.throws(() => decodeEntry(Buffer.from([0xff, 0xff]), 7), /log entry 7 cannot be decoded/);
  assert.throws(() => toLogOp(InternalRaftRequest.create(), 8), /does not know/);
});

test('chosen lease ids are positive', () => {
  const random = seededRandom(1);
  for (let at = 0; at < 100; at++) {
    const id = randomLeaseId(random);
    assert.ok(id > 0n && id < 1n << 63n);
  }
});
