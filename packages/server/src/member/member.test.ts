import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { type EtcdError, errors } from '@quorate/base';
import {
  AlarmAction,
  AlarmRequest,
  AlarmType,
  CompactionRequest,
  KeyValue,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  RequestOp,
  TxnResponse,
  V2Request,
} from '@quorate/proto';
import type { Member } from './member.ts';
import type { MemberOptions } from './options.ts';
import type {
  AlarmResult,
  CompactionResult,
  DeleteRangeResult,
  LeaseGrantResult,
  MembershipResult,
  PutResult,
  RaftOp,
  TxnResult,
  V2Result,
} from './seam.ts';
import { TestClock } from './test-clock.ts';
import { deleteOp, putOp, rangeOf, readPoint, request, TestPlace, txnOp, whenReady } from './testing.ts';

const places: TestPlace[] = [];
// The member's timers do not keep the process alive; in a server its sockets do.
const keepAlive = setInterval(() => {}, 1000);
after(() => clearInterval(keepAlive));

function newPlace(options: ConstructorParameters<typeof TestPlace>[0] = {}): TestPlace {
  const place = new TestPlace(options);
  places.push(place);
  return place;
}

afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

async function running(place: TestPlace, overrides: Partial<MemberOptions> = {}): Promise<Member> {
  const member = await place.start(overrides);
  await whenReady(member);
  while (member.membership.clusterVersion() === undefined)
    await new Promise((resolve) => setImmediate(resolve));
  return member;
}

const op = <K extends RaftOp['kind']>(kind: K, given: Extract<RaftOp, { kind: K }>['request']): RaftOp =>
  ({ kind, request: given, raw: undefined, requester: undefined }) as unknown as RaftOp;

function grant(member: Member, id: bigint, ttl: number): Promise<LeaseGrantResult> {
  return request(member, op('leaseGrant', LeaseGrantRequest.create({ ID: id, TTL: ttl })));
}

function v2(member: Member, init: Partial<V2Request>): Promise<V2Result> {
  return request(member, op('v2', V2Request.create(init)));
}

function alarm(member: Member, action: number, type: number): Promise<AlarmResult> {
  return request(
    member,
    op('alarm', AlarmRequest.create({ action, memberID: member.memberId, alarm: type })),
  );
}

function valueAt(member: Member, key: string): string | undefined {
  const { kvs } = member.range(rangeOf(key));
  return kvs[0] === undefined ? undefined : KeyValue.decode(kvs[0]).value.toString();
}

async function fails(promise: Promise<unknown>, error: EtcdError): Promise<void> {
  await assert.rejects(promise, (thrown) => thrown === error);
}

test('a new member has the ids, indices and entries that etcd starts with', async () => {
  const member = await running(newPlace());
  assert.equal(member.memberId.toString(16), '8e9e05c52164694d');
  assert.equal(member.clusterId.toString(16), 'cdf818194e3a8c32');
  assert.equal(member.appliedIndex(), 4);
  assert.equal(member.v2.index, 3);
  assert.ok(member.term() >= 2, 'one election, or more where the disk is slower than the election timeout');
  assert.equal(member.revision(), 1);
  assert.equal(member.isLeader(), true);
  assert.equal(member.membership.clusterVersion(), '3.7.0');
  assert.deepEqual(member.membership.clientURLs(), ['http://localhost:2379']);
  assert.deepEqual(member.status().errors, []);
  await member.stop();
});

test('--cluster-version-limit holds the cluster version down', async () => {
  const member = await running(newPlace(), { clusterVersionLimit: '3.4' });
  assert.equal(member.membership.clusterVersion(), '3.4.0');
  await member.stop();
});

test('writes are answered with their revision and previous value', async () => {
  const member = await running(newPlace());
  assert.equal((await request<PutResult>(member, putOp('a', '1'))).revision, 2);
  const second = await request<PutResult>(member, putOp('a', '2', { prevKv: true }));
  assert.equal(second.revision, 3);
  assert.equal(KeyValue.decode(second.prevKv as Uint8Array).value.toString(), '1');
  await readPoint(member);
  assert.equal(valueAt(member, 'a'), '2');
  const deleted = await request<DeleteRangeResult>(member, deleteOp('a', 'b', true));
  assert.deepEqual([deleted.revision, deleted.deleted, deleted.prevKvs.length], [4, 1, 1]);
  assert.equal((await request<DeleteRangeResult>(member, deleteOp('a'))).revision, 4);
  const txn = await request<TxnResult>(
    member,
    txnOp({ success: [RequestOp.create({ requestRange: rangeOf('a') })] }),
  );
  assert.equal(TxnResponse.decode(txn.responses).responses[0]?.responseRange?.count, 0);
  await fails(request(member, putOp('x', '', { ignoreValue: true })), errors.keyNotFound);
  await fails(request(member, putOp('x', '', { lease: 5n })), errors.leaseNotFound);
  assert.equal(member.revision(), 4);
  await member.stop();
});

test('no sink is called inside propose, and a cancelled request is not proposed', async () => {
  const member = await running(newPlace());
  let inside = true;
  const outcome = (proposal: ReturnType<typeof putOp>): Promise<string> =>
    new Promise((resolve) => {
      member.propose(proposal, {
        cancelled: false,
        done: () => {
          assert.equal(inside, false);
          resolve('done');
        },
        failed: (error: EtcdError) => {
          assert.equal(inside, false);
          resolve(error.message);
        },
      });
    });
  const cancelled = { cancelled: false, done: () => assert.fail(), failed: () => assert.fail() };
  const accepted = outcome(putOp('a', '1'));
  member.propose(putOp('gone', '1'), cancelled);
  const tooLarge = outcome(putOp('big', 'x'.repeat(2_000_000)));
  cancelled.cancelled = true;
  inside = false;
  assert.equal(await accepted, 'done');
  assert.equal(await tooLarge, errors.requestTooLarge.message);
  await readPoint(member);
  assert.equal(valueAt(member, 'a'), '1');
  assert.equal(valueAt(member, 'gone'), undefined);
  const stopping = member.stop();
  inside = true;
  const late = outcome(putOp('late', '1'));
  inside = false;
  assert.equal(await late, errors.stopped.message);
  await stopping;
});

test('everything is there after a restart', async () => {
  const place = newPlace();
  let member = await running(place);
  for (let at = 0; at < 100; at++) await request(member, putOp(`k${at % 7}`, `v${at}`));
  await grant(member, 77n, 500);
  await request(member, putOp('leased', 'x', { lease: 77n }));
  await v2(member, { method: 'PUT', path: '/1/foo', val: 'bar' });
  const before = await member.kv.hashByRevision(0);
  const v2Index = member.v2.index;
  await member.stop();
  member = await running(place);
  assert.deepEqual(await member.kv.hashByRevision(0), before);
  assert.deepEqual(member.lease.attachedKeys(77n)?.map(String), ['leased']);
  assert.equal(member.v2.index, v2Index + 1, 'the member published itself again');
  assert.equal(member.term(), 3);
  await member.stop();
});

test('what the backend had not committed comes back from the log', async () => {
  const place = newPlace();
  let member = await running(place, { backendCommitIntervalMs: 1_000_000 });
  for (let at = 0; at < 50; at++) await request(member, putOp(`k${at % 7}`, `v${at}`));
  await place.backend?.forceCommit();
  for (let at = 50; at < 100; at++) await request(member, putOp(`k${at % 7}`, `v${at}`));
  await request(member, deleteOp('k1', 'k4'));
  const v2Result = await v2(member, { method: 'POST', path: '/1/queue', val: 'x' });
  assert.equal(v2Result.applied.event?.node.key, '/1/queue/00000000000000000004');
  const before = await member.kv.hashByRevision(0);
  await place.crash(member);
  member = await running(place);
  assert.deepEqual(await member.kv.hashByRevision(0), before);
  const { applied } = await v2(member, { method: 'QGET', path: '/1/queue', sorted: true });
  assert.equal(applied.event?.node.nodes?.length, 1);
  await member.stop();
});

test('a snapshot is taken by count, and a restart begins with it', async () => {
  const place = newPlace();
  const options = { snapshotCount: 20, snapshotCatchUpEntries: 5, backendCommitIntervalMs: 1_000_000 };
  let member = await running(place, options);
  await v2(member, { method: 'PUT', path: '/1/foo', val: 'before' });
  for (let at = 0; at < 30; at++) await request(member, putOp(`k${at % 7}`, `v${at}`));
  while (member.counters.snapshotsSaved === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await v2(member, { method: 'PUT', path: '/1/foo', val: 'after' });
  await request(member, putOp('last', '1'));
  const before = await member.kv.hashByRevision(0);
  const files = readdirSync(join(place.directory, 'member', 'snap')).filter((name) => name.endsWith('.snap'));
  assert.equal(files.length, 1);
  await place.crash(member);
  member = await running(place, options);
  assert.deepEqual(await member.kv.hashByRevision(0), before);
  const { applied } = await v2(member, { method: 'QGET', path: '/1/foo' });
  assert.equal(applied.event?.node.value, 'after');
  assert.equal(member.membership.members().length, 1);
  assert.equal(member.membership.members()[0]?.name, 'default');
  await member.stop();
});

test('a log whose key-value store is gone is refused', async () => {
  const place = newPlace();
  const member = await running(place, { snapshotCount: 20 });
  for (let at = 0; at < 30; at++) await request(member, putOp(`k${at % 7}`, `v${at}`));
  while (member.counters.snapshotsSaved === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await member.stop();
  place.backend = undefined;
  await assert.rejects(place.start(), /key-value store is missing/);
});

test('a key-value store of another log is refused', async () => {
  const one = newPlace();
  const other = newPlace();
  const member = await running(one);
  for (let at = 0; at < 30; at++) await request(member, putOp('k', 'v'));
  await member.stop();
  const second = await running(other);
  await second.stop();
  other.backend = one.backend;
  await assert.rejects(other.start(), /has applied index 3\d, but the log ends at/);
});

test('names and URLs that do not fit the initial cluster are refused, and nothing is left behind', async () => {
  const place = newPlace();
  await assert.rejects(place.start({ name: 'other' }), /couldn't find local name "other"/);
  await assert.rejects(place.start({ peerURLs: ['http://localhost:1'] }), /--initial-cluster has default=/);
  const member = await running(place);
  await member.stop();
});

test('expired leases take their keys along, through the log', async () => {
  const clock = new TestClock();
  const place = newPlace({ clock });
  const member = await place.start();
  await clock.advance(200);
  await grant(member, 5n, 1);
  await grant(member, 6n, 10);
  await request(member, putOp('five', 'x', { lease: 5n }));
  await request(member, putOp('six', 'x', { lease: 6n }));
  let told: unknown;
  const sink = {
    cancelled: false,
    answered: (ttl: number, grantedTtl: number, keys: readonly Uint8Array[]) => {
      told = [ttl, grantedTtl, keys.map(String)];
    },
    failed: assert.fail,
  };
  member.lease.timeToLive(5n, true, sink);
  assert.deepEqual(told, [2, 2, ['five']]);
  await clock.advance(2600);
  assert.equal(valueAt(member, 'five'), undefined);
  assert.equal(valueAt(member, 'six'), 'x');
  assert.deepEqual(member.lease.leases(), [6n]);
  assert.equal(member.counters.leasesExpired, 1);
  member.lease.timeToLive(5n, true, sink);
  assert.deepEqual(told, [-1, 0, []]);
  for (let at = 0; at < 5; at++) {
    await clock.advance(7000);
    let ttl = -1;
    member.lease.keepAlive(6n, {
      cancelled: false,
      renewed: (given) => {
        ttl = given;
      },
      failed: assert.fail,
    });
    assert.equal(ttl, 10);
  }
  assert.equal(valueAt(member, 'six'), 'x');
  await request(member, op('leaseRevoke', LeaseRevokeRequest.create({ ID: 6n })));
  assert.equal(valueAt(member, 'six'), undefined);
  await fails(
    request(member, op('leaseRevoke', LeaseRevokeRequest.create({ ID: 6n }))),
    errors.leaseNotFound,
  );
  const stopping = member.stop();
  await clock.advance(1000);
  await stopping;
});

test('a lease without an id gets a positive one', async () => {
  const member = await running(newPlace());
  const first = await grant(member, 0n, 60);
  const second = await grant(member, 0n, 60);
  assert.ok(first.id > 0n && second.id > 0n && first.id !== second.id);
  await fails(grant(member, first.id, 60), errors.leaseExists);
  await fails(grant(member, 3n, 9_000_000_001), errors.leaseTtlTooLarge);
  await member.stop();
});

test('a lease lives as long as was promised, whatever the election timeout after a restart', async () => {
  const clock = new TestClock();
  const place = newPlace({ clock });
  const member = await place.start({ electionMs: 3000 });
  await clock.advance(200);
  assert.equal((await grant(member, 5n, 1)).ttl, 5);
  await place.crash(member);
  const again = await place.start({ electionMs: 1000 });
  await clock.advance(200);
  let granted: number | undefined;
  again.lease.timeToLive(5n, false, {
    cancelled: false,
    answered: (_ttl, grantedTtl) => {
      granted = grantedTtl;
    },
    failed: assert.fail,
  });
  assert.equal(granted, 5);
  const stopping = again.stop();
  await clock.advance(1000);
  await stopping;
});

test('v2 keys expire by SYNC entries', async () => {
  const clock = new TestClock();
  const place = newPlace({ clock });
  const member = await place.start();
  await clock.advance(200);
  const expiration = BigInt(clock.wallMs() + 1000) * 1_000_000n;
  await v2(member, { method: 'PUT', path: '/1/brief', val: 'x', expiration });
  const index = member.appliedIndex();
  await clock.advance(800);
  assert.equal(member.appliedIndex(), index, 'no SYNC before anything is due');
  await clock.advance(1000);
  const { applied } = await v2(member, { method: 'QGET', path: '/1/brief' });
  assert.equal(applied.error?.errorCode, 100);
  const stopping = member.stop();
  await clock.advance(1000);
  await stopping;
});

test('a full backend refuses writes, lets deletes pass, and recovers by itself', async () => {
  const clock = new TestClock();
  const place = newPlace({ clock });
  const member = await place.start({ quotaBackendBytes: 60_000 });
  await clock.advance(200);
  let accepted = 0;
  for (; accepted < 100; accepted++) {
    try {
      await request(member, putOp(`k${accepted}`, 'x'.repeat(2000)));
    } catch (error) {
      assert.equal(error, errors.noSpace);
      break;
    }
  }
  assert.ok(accepted > 5 && accepted < 100, `${accepted} puts`);
  assert.deepEqual(member.alarms(), [{ memberID: member.memberId, alarm: AlarmType.NOSPACE }]);
  assert.match(member.status().errors[0] ?? '', /alarm:NOSPACE/);
  await fails(request(member, putOp('small', 'x')), errors.noSpace);
  await fails(grant(member, 5n, 60), errors.noSpace);
  const putInTxn = RequestOp.create({ requestPut: { ...putRequest('t'), value: Buffer.from('x') } });
  await fails(request(member, txnOp({ failure: [putInTxn] })), errors.noSpace);
  const deletion = await request<DeleteRangeResult>(member, deleteOp('k', 'l'));
  assert.equal(deletion.deleted, accepted);
  await clock.advance(11_000);
  assert.equal(member.alarms().length, 1, 'history still takes the space');
  const compaction = CompactionRequest.create({ revision: member.revision(), physical: true });
  const compacting = request(member, op('compaction', compaction));
  await clock.advance(1000);
  await compacting;
  await clock.advance(6_000);
  assert.deepEqual(member.alarms(), []);
  await request(member, putOp('small', 'x'));
  const stopping = member.stop();
  await clock.advance(1000);
  await stopping;
});

/** The disk is a real one: its syncs take their own time. */
async function untilNoAlarm(member: Member, clock: TestClock): Promise<void> {
  for (let looks = 0; looks < 100 && member.alarms().length > 0; looks++) await clock.advance(500);
  assert.deepEqual(member.alarms(), []);
}

test('an alarm of before a crash is lowered as well, though the store had not written it down', async () => {
  const clock = new TestClock();
  const place = newPlace({ clock });
  const member = await place.start({ quotaBackendBytes: 20_000, backendCommitIntervalMs: 3_600_000 });
  await clock.advance(200);
  await fails(request(member, putOp('k', 'x'.repeat(20_000))), errors.noSpace);
  assert.equal(member.alarms().length, 1);
  await place.crash(member);
  const again = await place.start({ quotaBackendBytes: 60_000 });
  await clock.advance(200);
  assert.equal(again.alarms().length, 1);
  await untilNoAlarm(again, clock);
  const stopping = again.stop();
  await clock.advance(1000);
  await stopping;
});

test('the alarm of a removed member is lowered by the leader', async () => {
  const clock = new TestClock();
  const place = newPlace({ clock });
  const member = await place.start();
  await clock.advance(200);
  const added = await request<MembershipResult>(
    member,
    op('memberAdd', { peerURLs: ['http://localhost:12380'], isLearner: true }),
  );
  const id = added.member?.id as bigint;
  const raised = AlarmRequest.create({
    action: AlarmAction.ACTIVATE,
    memberID: id,
    alarm: AlarmType.NOSPACE,
  });
  await request(member, op('alarm', raised));
  await clock.advance(6_000);
  assert.equal(member.alarms().length, 1, 'a member that is there looks after its own');
  await request(member, op('memberRemove', { id }));
  await untilNoAlarm(member, clock);
  const stopping = member.stop();
  await clock.advance(1000);
  await stopping;
});

function putRequest(key: string) {
  const made = putOp(key, '');
  assert.ok(made.kind === 'put');
  return made.request;
}

test('alarms are raised and lowered through the log and outlive a restart', async () => {
  const place = newPlace();
  let member = await running(place);
  assert.deepEqual((await alarm(member, AlarmAction.GET, AlarmType.NONE)).alarms, []);
  await alarm(member, AlarmAction.ACTIVATE, AlarmType.CORRUPT);
  await fails(request(member, putOp('a', '1')), errors.corrupt);
  await fails(request(member, deleteOp('a')), errors.corrupt);
  await member.stop();
  member = await running(place);
  await fails(request(member, putOp('a', '1')), errors.corrupt);
  assert.equal((await alarm(member, AlarmAction.DEACTIVATE, AlarmType.CORRUPT)).alarms.length, 1);
  assert.equal((await alarm(member, AlarmAction.DEACTIVATE, AlarmType.CORRUPT)).alarms.length, 0);
  await request(member, putOp('a', '1'));
  await assert.rejects(alarm(member, 9, AlarmType.CORRUPT), /unknown alarm action/);
  await member.stop();
});

test('compaction answers at once, or when it is done and on disk', async () => {
  const member = await running(newPlace());
  for (let at = 0; at < 10; at++) await request(member, putOp('k', `v${at}`));
  const compact = (revision: number, physical: boolean): Promise<CompactionResult> =>
    request(member, op('compaction', CompactionRequest.create({ revision, physical })));
  assert.equal((await compact(3, false)).revision, 11);
  assert.equal((await compact(5, true)).revision, 11);
  assert.equal(member.kv.compactRevision, 5);
  await fails(compact(5, false), errors.compacted);
  await fails(compact(50, false), errors.futureRevision);
  assert.throws(() => member.range(rangeOf('k', { revision: 3 })), errors.compacted);
  await member.stop();
});

test('membership changes go through the log and are checked', async () => {
  const place = newPlace();
  let member = await running(place);
  const add = (peerURLs: string, isLearner: boolean): Promise<MembershipResult> =>
    request(member, op('memberAdd', { peerURLs: peerURLs.split(','), isLearner }));
  const added = await add('http://localhost:12380', true);
  assert.equal(added.members.length, 2);
  assert.equal(added.member?.isLearner, true);
  const id = added.member?.id as bigint;
  await fails(add('http://localhost:12380,http://localhost:12381', true), errors.peerUrlExists);
  await fails(add('http://localhost:22380', true), errors.tooManyLearners);
  await fails(add('nonsense', false), errors.memberBadUrls);
  await fails(request(member, op('memberPromote', { id })), errors.learnerNotReady);
  await fails(request(member, op('memberRemove', { id: 12345n })), errors.memberNotFound);
  const updated = await request<MembershipResult>(
    member,
    op('memberUpdate', { id, peerURLs: ['http://localhost:32380'] }),
  );
  assert.deepEqual(updated.member?.peerURLs, ['http://localhost:32380']);
  assert.equal(updated.member?.isLearner, true, 'an update does not make a voter of a learner');
  await request(member, putOp('a', '1'));
  await member.stop();
  member = await running(place);
  assert.equal(member.membership.members().length, 2);
  await request(member, op('memberRemove', { id }));
  assert.equal(member.membership.isRemoved(id), true);
  assert.equal(member.membership.members().length, 1);
  await member.stop();
  member = await running(place);
  assert.equal(member.membership.isRemoved(id), true);
  await member.stop();
});

test('many requests in flight are all answered, in order', async () => {
  const member = await running(newPlace());
  const revisions: number[] = [];
  await Promise.all(
    Array.from({ length: 3000 }, async (_, at) => {
      const result = await request<PutResult>(member, putOp(`k${at % 100}`, `v${at}`));
      revisions.push(result.revision);
    }),
  );
  assert.deepEqual(
    revisions,
    Array.from({ length: 3000 }, (_, at) => at + 2),
  );
  await member.stop();
});

test('a graceful stop answers what was asked before it', async () => {
  const place = newPlace();
  let member = await running(place);
  const answers = Array.from({ length: 100 }, (_, at) => request<PutResult>(member, putOp(`k${at}`, 'v')));
  await member.stop();
  const settled = await Promise.allSettled(answers);
  const acknowledged = settled.filter((outcome) => outcome.status === 'fulfilled').length;
  assert.equal(acknowledged, 100);
  member = await running(place);
  assert.equal(member.range(rangeOf('k', { rangeEnd: Buffer.from('l') })).count, 100);
  await member.stop();
});
