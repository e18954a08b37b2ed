import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DiskCallback, DiskError, errors, nodeDisk } from '@quorate/base';
import { Wal } from '@quorate/storage';
import { dataPaths } from '../bootstrap/data-dir.ts';
import { type Interference, interferingDisk } from './interfering-disk.ts';
import type { Member } from './member.ts';
import type { PutResult } from './seam.ts';
import { TestClock } from './test-clock.ts';
import { putOp, rangeOf, readPoint, request, TestPlace, whenReady } from './testing.ts';
import { Trio } from './trio.ts';

const keepAlive = setInterval(() => {}, 1000);
after(() => clearInterval(keepAlive));

const full = (): never => {
  throw new DiskError('ENOSPC', 'write', 'wal', { detail: 'no space left on device' });
};
const ioError = (): DiskError => new DiskError('EIO', 'fdatasync', 'wal', { detail: 'input/output error' });
const broken = (): never => {
  throw ioError();
};

async function restarted(place: TestPlace, member: Member): Promise<Member> {
  await place.crash(member);
  const again = new TestPlace({ directory: place.directory });
  again.backend = place.backend;
  const next = await again.start();
  await whenReady(next);
  return next;
}

for (const [name, fault] of [
  ['write', { write: full }],
  ['sync', { sync: broken, syncAsync: (done: DiskCallback) => setImmediate(() => done(ioError())) }],
] as const) {
  test(`a failed ${name} of the log acknowledges nothing and ends the member with a reason`, async () => {
    const interference: Interference = {};
    const place = new TestPlace({ disk: interferingDisk(interference) });
    const member = await place.start();
    await whenReady(member);
    await request(member, putOp('before', '1'));
    let stopped = 0;
    member.onStopping(() => stopped++);
    Object.assign(interference, fault);
    const outcomes = await Promise.allSettled([
      request(member, putOp('lost', '1')),
      request(member, putOp('lost', '2')),
    ]);
    for (const outcome of outcomes) {
      assert.equal(outcome.status, 'rejected');
      assert.equal((outcome as PromiseRejectedResult).reason, errors.stopped);
    }
    assert.equal(place.fatals.length, 1);
    assert.match(place.fatals[0]?.message ?? '', /write-ahead log: writing failed/);
    assert.equal(stopped, 1);
    assert.equal(member.isStopping(), true);
    await assert.rejects(request(member, putOp('later', '1')), (error) => error === errors.stopped);
    await assert.rejects(readPoint(member), (error) => error === errors.stopped);
    const next = await restarted(place, member);
    assert.equal(next.range(rangeOf('before')).count, 1);
    assert.equal(next.range(rangeOf('later')).count, 0);
    await next.stop();
    place.remove();
  });
}

test('a commit of the backend that fails ends the member; the log brings everything back', async () => {
  const place = new TestPlace();
  const member = await place.start();
  await whenReady(member);
  await request(member, putOp('a', '1'));
  await place.backend?.forceCommit();
  place.backend?.failNextCommit(new Error('MDB_MAP_FULL'));
  await request(member, putOp('a', '2'));
  await place.backend?.forceCommit().catch(() => {});
  while (place.fatals.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.match(place.fatals[0]?.message ?? '', /MDB_MAP_FULL/);
  await assert.rejects(request(member, putOp('a', '3')), (error) => error === errors.stopped);
  const next = await restarted(place, member);
  assert.equal(next.revision(), 3);
  await next.stop();
  place.remove();
});

test('on a slow disk syncs leave the loop, requests gather meanwhile, and reads do not wait', async () => {
  const clock = new TestClock();
  const interference: Interference = { sync: () => clock.skip(50) };
  const place = new TestPlace({ clock, disk: interferingDisk(interference) });
  const member = await place.start();
  await clock.advance(200);
  await request(member, putOp('a', '0'));
  let end: DiskCallback | undefined;
  let syncs = 0;
  interference.syncAsync = (done) => {
    syncs++;
    end = done;
  };
  const revisions: number[] = [];
  const put = (value: string): Promise<void> =>
    request<PutResult>(member, putOp('a', value)).then((result) => {
      revisions.push(result.revision);
    });
  const first = put('1');
  await clock.turns(3);
  const rest = Promise.all([put('2'), put('3'), put('4')]);
  await clock.turns(3);
  assert.equal(syncs, 1, 'requests gather while a sync is under way');
  assert.deepEqual(revisions, [], 'nothing is acknowledged before its sync');
  await readPoint(member);
  assert.equal(member.revision(), 2);
  end?.(undefined);
  await first;
  await clock.turns(3);
  assert.deepEqual(revisions, [3]);
  assert.equal(syncs, 2, 'what gathered goes with one sync');
  end?.(undefined);
  await rest;
  assert.deepEqual(revisions, [3, 4, 5, 6]);
  // Never again an answer: requests time out, and the owner hears so.
  const hung = request(member, putOp('a', '5'));
  const queued = request(member, putOp('a', '6'));
  const settled = Promise.allSettled([hung, queued]);
  await clock.advance(8000);
  for (const outcome of await settled) {
    assert.equal((outcome as PromiseRejectedResult).reason, errors.timeout);
  }
  end?.(ioError());
  await clock.turns(3);
  assert.equal(place.fatals.length, 1);
  await place.crash(member);
  place.remove();
});

test('writes wait for a leader and time out without one', async () => {
  const clock = new TestClock();
  const place = new TestPlace({ clock });
  // Two members, the other one never comes up: no quorum, no leader.
  const member = await place.start({
    initialCluster: 'default=http://localhost:2380,other=http://localhost:12380',
    createTransport: () => ({
      send() {},
      addPeer() {},
      removePeer() {},
      updatePeer() {},
      activeSinceMs: () => undefined,
      versionOf: () => undefined,
      renewLease: () => Promise.reject(errors.noLeader),
      leaseTimeToLive: () => Promise.reject(errors.noLeader),
      promoteMember: () => Promise.reject(errors.noLeader),
      stop: () => Promise.resolve(),
    }),
  });
  assert.equal(member.membership.members().length, 2);
  const outcomes = Promise.allSettled([
    request(member, putOp('a', '1')),
    readPoint(member),
    new Promise<void>((resolve, reject) => {
      member.lease.keepAlive(5n, { cancelled: false, renewed: () => resolve(), failed: reject });
    }),
  ]);
  await clock.advance(8000);
  for (const outcome of await outcomes) {
    assert.equal((outcome as PromiseRejectedResult).reason, errors.timeout);
  }
  assert.equal(member.leaderId(), 0n);
  assert.deepEqual(member.status().errors, ['etcdserver: no leader']);
  const stopping = member.stop();
  await clock.advance(1000);
  await stopping;
  place.remove();
});

test('after a restart the log names as committed what the store had applied, so that a snapshot of that counts', async () => {
  const trio = new Trio();
  await trio.start();
  const [leader] = trio.leaders() as [Member];
  const follower = trio.members.find((member) => member !== leader) as Member;
  const put = request(leader, putOp('a', '1'));
  await trio.clock.turns(30);
  await put;
  const applied = follower.appliedIndex();
  assert.equal(applied, leader.appliedIndex());
  // The store is ahead of the log's commit index, which waits for the next batch.
  await follower.backend.forceCommit();
  const { directory } = await trio.restart(follower);
  const { walDir } = dataPaths(directory, undefined);
  assert.ok(Wal.read(nodeDisk, walDir, { index: 0, term: 0 }).hardState.commit >= applied);
  await trio.stop();
});

test('a member that is to go on alone does so from its next start on', async () => {
  const trio = new Trio();
  await trio.start();
  const [member] = trio.members as [Member];
  for (const other of trio.members) if (other !== member) trio.cutOff.add(other.memberId);
  const { member: alone } = await trio.restart(member, { forceNewCluster: true });
  for (let round = 0; round < 100 && !alone.isLeader(); round++) await trio.clock.advance(100);
  assert.equal(alone.isLeader(), true);
  await request(alone, putOp('a', '1'));
  await trio.stop();
});
