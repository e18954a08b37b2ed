import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { API_LEVEL, GrpcCode } from '@quorate/base';
import { LeaderKey, type LeaderRequest, type LeaderResponse, Permission, services } from '@quorate/proto';
import { GrpcRouter } from '@quorate/wire';
import { registerV3, type V3Server } from './register.ts';
import { call, FakeStream, failure, start } from './testing/fake-calls.ts';
import { createMemoryMember, type MemoryMember, testWorld } from './testing/memory-member.ts';

const { Auth, Cluster, Election, Health, KV, Lease, Lock, Maintenance, Watch } = services;
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString('latin1');
let member: MemoryMember;
let router: GrpcRouter;
let server: V3Server;

before(async () => {
  member = await createMemoryMember();
  router = new GrpcRouter();
  server = registerV3(router, member.api, testWorld);
});
after(() => member.stop());

const turns = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
};
const grant = async (ttl = 60): Promise<bigint> => (await call(router, Lease.LeaseGrant, { TTL: ttl })).ID;

test('lease: grant, attach, time to live, list, revoke', async () => {
  const granted = await call(router, Lease.LeaseGrant, { ID: 77n, TTL: 30 });
  assert.deepEqual([granted.ID, granted.TTL, granted.error], [77n, 30, '']);
  await call(router, KV.Put, { key: bytes('leased'), lease: 77n });
  const left = await call(router, Lease.LeaseTimeToLive, { ID: 77n, keys: true });
  assert.deepEqual([left.grantedTTL, left.keys.map(text)], [30, ['leased']]);
  assert.equal((await call(router, Lease.LeaseTimeToLive, { ID: 78n })).TTL, -1);
  assert.deepEqual((await call(router, Lease.LeaseLeases, {})).leases, [{ ID: 77n }]);
  await call(router, Lease.LeaseRevoke, { ID: 77n });
  assert.equal((await call(router, KV.Range, { key: bytes('leased') })).count, 0);
  assert.deepEqual(await failure(router, Lease.LeaseRevoke, { ID: 77n }), {
    code: GrpcCode.NotFound,
    message: 'etcdserver: requested lease not found',
  });
  assert.deepEqual(await failure(router, Lease.LeaseGrant, { TTL: 9_000_000_001 }), {
    code: GrpcCode.OutOfRange,
    message: 'etcdserver: too large lease TTL',
  });
});

test('keepalive: answers in order, 0 for an unknown lease, ends with the client', async () => {
  const id = await grant(25);
  const stream = new FakeStream(router, Lease.LeaseKeepAlive);
  for (const ID of [id, 5n, id]) stream.write({ ID });
  stream.onHalfClose?.();
  assert.deepEqual(await stream.ended(), { code: 0, message: '' });
  assert.deepEqual(
    stream.received.map((r) => [r.ID, r.TTL]),
    [
      [id, 25],
      [5n, 0],
      [id, 25],
    ],
  );
});

test('maintenance: status, alarms, hashes, leadership', async () => {
  const status = await call(router, Maintenance.Status, {});
  assert.deepEqual([status.version, status.leader, status.dbSizeQuota], [API_LEVEL, member.api.memberId, 2]);
  assert.deepEqual((await call(router, Maintenance.Alarm, {})).alarms, []);
  assert.deepEqual(await failure(router, Maintenance.Alarm, { action: 3 }), {
    code: GrpcCode.InvalidArgument,
    message: 'etcdserver: unknown alarm action 3',
  });
  const hash = await call(router, Maintenance.HashKV, {});
  assert.equal(hash.hashRevision, member.api.revision());
  assert.equal((await failure(router, Maintenance.HashKV, { revision: 1e6 })).code, GrpcCode.OutOfRange);
  await call(router, Maintenance.Hash, {});
  await call(router, Maintenance.Defragment, {});
  assert.equal(
    (await failure(router, Maintenance.MoveLeader, { targetID: 1n })).message,
    'etcdserver: bad leader transferee',
  );
  member.state.leader = 9n;
  assert.equal(
    (await failure(router, Maintenance.MoveLeader, { targetID: 1n })).message,
    'etcdserver: not leader',
  );
  member.state.leader = member.api.memberId;
});

test('downgrade: validated against the cluster version', async () => {
  const validated = await call(router, Maintenance.Downgrade, { action: 0, version: '3.6' });
  assert.equal(validated.version, '3.7');
  const refused = async (init: { action: number; version?: string }): Promise<string> =>
    (await failure(router, Maintenance.Downgrade, init)).message;
  assert.equal(await refused({ action: 0, version: '3.5' }), 'etcdserver: invalid downgrade target version');
  assert.equal(
    await refused({ action: 1, version: 'x' }),
    'etcdserver: wrong downgrade target version format',
  );
  assert.equal(await refused({ action: 2 }), 'etcdserver: no inflight downgrade job');
  assert.equal(await refused({ action: 7 }), 'etcdserver: unknown downgrade action 7');
});

test('cluster: members without revision in the header, URLs checked', async () => {
  const list = await call(router, Cluster.MemberList, { linearizable: true });
  assert.equal(list.header?.revision, 0);
  assert.deepEqual(list.members[0]?.peerURLs, ['http://localhost:2380']);
  for (const peerURLs of [[], ['x'], ['http://h']]) {
    assert.equal(
      (await failure(router, Cluster.MemberAdd, { peerURLs })).message,
      'etcdserver: given member URLs are invalid',
    );
  }
});

test('auth off: what that settles is answered, the rest is unimplemented', async () => {
  const status = await call(router, Auth.AuthStatus, {});
  assert.deepEqual([status.enabled, status.authRevision], [false, 1]);
  assert.deepEqual(await failure(router, Auth.Authenticate, { name: 'u', password: 'p' }), {
    code: GrpcCode.FailedPrecondition,
    message: 'etcdserver: authentication is not enabled',
  });
  assert.equal((await failure(router, Auth.UserAdd, { name: 'u' })).code, GrpcCode.Unimplemented);
  assert.equal(
    (await failure(router, Auth.RoleGrantPermission, { name: 'r' })).code,
    GrpcCode.InvalidArgument,
  );
  const perm = Permission.create({ key: bytes('a') });
  assert.equal(
    (await failure(router, Auth.RoleGrantPermission, { name: 'r', perm })).code,
    GrpcCode.Unimplemented,
  );
});

test('health: the server as a whole', async () => {
  assert.equal((await call(router, Health.Check, {})).status, 1);
  assert.deepEqual(await failure(router, Health.Check, { service: 'x' }), {
    code: 5,
    message: 'unknown service',
  });
  const watch = new FakeStream(router, Health.Watch);
  watch.write({});
  assert.equal((await watch.take(1))[0]?.status, 1);
  watch.cancel();
});

test('lock: in order of arrival, a caller that gives up leaves the line', async () => {
  const [a, b, c, d] = [await grant(), await grant(), await grant(), await grant()];
  const held = await call(router, Lock.Lock, { name: bytes('L'), lease: a });
  assert.equal(text(held.key), `L/${a?.toString(16)}`);
  const again = await call(router, Lock.Lock, { name: bytes('L'), lease: a });
  assert.equal(text(again.key), text(held.key), 'the same lease holds it already');
  const order: string[] = [];
  const wait = (name: string, lease: bigint | undefined): ReturnType<typeof start> => {
    const started = start(router, Lock.Lock, { name: bytes('L'), lease: lease as bigint });
    void started.outcome.then((outcome) => order.push(outcome.error?.message ?? name));
    return started;
  };
  wait('b', b);
  await turns();
  const gaveUp = wait('c', c);
  await turns();
  wait('d', d);
  await turns();
  assert.deepEqual(order, []);
  gaveUp.cancel();
  await turns();
  const line = await call(router, KV.Range, { key: bytes('L/'), rangeEnd: bytes('L0') });
  assert.equal(line.count, 3, 'c took its key away');
  await call(router, Lock.Unlock, { key: held.key });
  await turns();
  assert.deepEqual(order, ['b']);
  await call(router, Lease.LeaseRevoke, { ID: b as bigint });
  await turns();
  assert.deepEqual(order, ['b', 'd']);
  await call(router, Lease.LeaseRevoke, { ID: d as bigint });
});

test('lock: without a lease one is granted; a waiter that lost its lease does not get the lock', async () => {
  const held = await call(router, Lock.Lock, { name: bytes('M') });
  assert.match(text(held.key), /^M\/[0-9a-f]+$/);
  const lease = await grant();
  const waiting = start(router, Lock.Lock, { name: bytes('M'), lease });
  await turns();
  await call(router, Lease.LeaseRevoke, { ID: lease });
  await call(router, Lock.Unlock, { key: held.key });
  const outcome = await waiting.outcome;
  assert.deepEqual(outcome.error, { code: GrpcCode.Unknown, message: 'mutex: session is expired' });
  assert.deepEqual(await failure(router, Lock.Lock, { name: bytes('M'), lease: 404n }), {
    code: GrpcCode.Unknown,
    message: 'etcdserver: requested lease not found',
  });
});

test('election: campaign, proclaim, observe, resign', async () => {
  const [a, b] = [await grant(), await grant()];
  const observer = new FakeStream<LeaderRequest, LeaderResponse>(router, Election.Observe);
  observer.write({ name: bytes('E') });
  await turns();
  const won = await call(router, Election.Campaign, {
    name: bytes('E'),
    lease: a as bigint,
    value: bytes('va'),
  });
  const leader = won.leader as LeaderKey;
  assert.equal(text(leader.key), `E/${a?.toString(16)}`);
  assert.equal(leader.rev, won.header?.revision);
  const second = start(router, Election.Campaign, {
    name: bytes('E'),
    lease: b as bigint,
    value: bytes('vb'),
  });
  await turns();
  await call(router, Election.Proclaim, { leader, value: bytes('va2') });
  assert.equal(text((await call(router, Election.Leader, { name: bytes('E') })).kv?.value), 'va2');
  const lost = await failure(router, Election.Proclaim, {
    leader: LeaderKey.create({ ...leader, rev: 1 }),
    value: bytes('x'),
  });
  assert.deepEqual(lost, { code: GrpcCode.Unknown, message: 'election: not leader' });
  await call(router, Election.Resign, { leader });
  assert.equal((await second.outcome).error, undefined);
  await observer.until((received) => received.length >= 3);
  assert.deepEqual(
    observer.received.map((r) => text(r.kv?.value)),
    ['va', 'va2', 'vb'],
  );
  observer.cancel();
  await call(router, Lease.LeaseRevoke, { ID: b as bigint });
  assert.equal((await failure(router, Election.Leader, { name: bytes('E') })).message, 'election: no leader');
  assert.equal((await failure(router, Election.Resign, {})).message, '"leader" field must be provided');
});

test('election and lock: keys from outside are checked like those of any request', async () => {
  const leader = LeaderKey.create({ name: bytes('E') });
  const refused = { code: GrpcCode.Unknown, message: 'etcdserver: key is not provided' };
  assert.deepEqual(await failure(router, Election.Proclaim, { leader, value: bytes('v') }), refused);
  assert.deepEqual(await failure(router, Election.Resign, { leader }), refused);
  assert.deepEqual(await failure(router, Lock.Unlock, {}), refused);
});

test('election: a candidate that gives up resigns', async () => {
  const [a, b] = [await grant(), await grant()];
  await call(router, Election.Campaign, { name: bytes('G'), lease: a as bigint });
  const gaveUp = start(router, Election.Campaign, { name: bytes('G'), lease: b as bigint });
  await turns();
  assert.equal((await call(router, KV.Range, { key: bytes('G/'), rangeEnd: bytes('G0') })).count, 2);
  gaveUp.cancel();
  await turns();
  assert.equal((await call(router, KV.Range, { key: bytes('G/'), rangeEnd: bytes('G0') })).count, 1);
});

test('closing ends watch and health streams', async () => {
  const watch = new FakeStream(router, Watch.Watch);
  const health = new FakeStream(router, Health.Watch);
  health.write({});
  server.close();
  assert.deepEqual(await watch.ended(), {
    code: GrpcCode.Unavailable,
    message: 'etcdserver: server stopped',
  });
  assert.deepEqual(
    health.received.map((r) => r.status),
    [1, 2],
  );
});
