import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DiskCallback } from '@quorate/base';
import { LeaseGrantRequest } from '@quorate/proto';
import type { Member } from './member.ts';
import type { LeaseGrantResult } from './seam.ts';
import { putOp, rangeOf, readPoint, request } from './testing.ts';
import { ELECTION_MS, Trio } from './trio.ts';

const keepAlive = setInterval(() => {}, 1000);
after(() => clearInterval(keepAlive));

/** Makes syncs leave the loop, as a slow disk does, and hang from then on. */
async function hang(trio: Trio, member: Member): Promise<{ end: () => void }> {
  const disk = trio.at(member);
  disk.sync = () => trio.clock.skip(50);
  const put = request(member, putOp('slow', '1'));
  await trio.clock.turns(10);
  await put;
  disk.sync = () => {};
  const waiting: DiskCallback[] = [];
  disk.syncAsync = (done) => waiting.push(done);
  return {
    end: () => {
      disk.syncAsync = undefined;
      for (const done of waiting) done(undefined);
    },
  };
}

test('a leader whose sync takes less than an election timeout keeps leading: heartbeats do not wait', async () => {
  const trio = new Trio();
  await trio.start();
  const [leader] = trio.leaders() as [Member];
  const disk = await hang(trio, leader);
  const put = request(leader, putOp('a', '1'));
  await trio.clock.turns(4);
  const before = trio.sent;
  await trio.clock.advance(0.9 * ELECTION_MS);
  assert.deepEqual(trio.leaders(), [leader]);
  assert.ok(trio.sent - before >= 4 * 8, 'heartbeats and their answers go on');
  disk.end();
  await trio.clock.turns(20);
  await put;
  assert.deepEqual(trio.leaders(), [leader]);
  await trio.stop();
});

test('a leader whose sync hangs hands leadership over within two election timeouts', async () => {
  const trio = new Trio();
  await trio.start();
  const [old] = trio.leaders() as [Member];
  const disk = await hang(trio, old);
  const stuck = request(old, putOp('a', 'stuck')).then(
    () => 'done',
    () => 'failed',
  );
  await trio.clock.advance(2 * ELECTION_MS);
  const [leader, ...others] = trio.leaders();
  assert.ok(leader !== undefined && leader !== old, 'another member leads');
  assert.equal(others.length, 0, 'the old leader knows');
  assert.equal(old.leaderId(), leader.memberId);
  const put = request(leader, putOp('b', '1'));
  await trio.clock.turns(20);
  await put;
  disk.end();
  await trio.clock.advance(500);
  assert.equal(await stuck, 'done', 'a follower had it: it was committed by the next leader');
  await readPointAfter(trio, old);
  assert.equal(old.range(rangeOf('b')).count, 1);
  await trio.stop();
});

async function readPointAfter(trio: Trio, member: Member): Promise<void> {
  const point = readPoint(member);
  await trio.clock.advance(200);
  await point;
}

test('a leader whose sync hangs steps down when nobody takes over, and revokes and renews no lease', async () => {
  const trio = new Trio();
  await trio.start();
  const [old] = trio.leaders() as [Member];
  const grant = LeaseGrantRequest.create({ ID: 7n, TTL: 2 });
  const granted = request<LeaseGrantResult>(old, {
    kind: 'leaseGrant',
    request: grant,
    raw: undefined,
    requester: undefined,
  });
  await trio.clock.turns(20);
  await granted;
  const disk = await hang(trio, old);
  const stuck = request(old, putOp('a', 'stuck')).catch(() => 'failed');
  await trio.clock.turns(4);
  trio.cutOff.add(old.memberId);
  await trio.clock.advance(2 * ELECTION_MS);
  assert.equal(old.isLeader(), false);
  const revoked = old.counters.leasesRevoked;
  let renewed: number | undefined;
  old.lease.keepAlive(7n, {
    cancelled: false,
    renewed: (ttl) => {
      renewed = ttl;
    },
    failed: () => {},
  });
  await trio.clock.advance(4000);
  assert.equal(renewed, undefined, 'a deposed leader renews nothing');
  assert.equal(old.counters.leasesRevoked, revoked, 'and revokes nothing');
  assert.equal(trio.leaders().length, 1);
  trio.cutOff.clear();
  disk.end();
  await trio.clock.advance(3000);
  assert.equal(trio.leaders().length, 1);
  await stuck;
  await trio.stop();
});

test('a leader whose loop was held up renews no lease before a quorum has confirmed it', async () => {
  const trio = new Trio();
  await trio.start();
  const [leader] = trio.leaders() as [Member];
  const granted = request(leader, {
    kind: 'leaseGrant',
    request: LeaseGrantRequest.create({ ID: 7n, TTL: 60 }),
    raw: undefined,
    requester: undefined,
  });
  await trio.clock.turns(20);
  await granted;
  // One sync on the loop takes five seconds.
  const disk = trio.at(leader);
  let isFirst = true;
  disk.sync = () => {
    if (isFirst) trio.clock.skip(5000);
    isFirst = false;
  };
  trio.cutOff.add(leader.memberId);
  void request(leader, putOp('a', '1')).catch(() => {});
  await trio.clock.turns(2);
  let renewed = 0;
  const renewal = { cancelled: false, renewed: (ttl: number) => (renewed = ttl), failed: () => {} };
  leader.lease.keepAlive(7n, renewal);
  await trio.clock.turns(5);
  assert.equal(renewed, 0);
  trio.cutOff.clear();
  await trio.clock.advance(1000);
  assert.equal(renewed, 60, 'answered once it is known who leads');
  await trio.stop();
});

test('a disk that stays slow while a follower is quick costs the leader its place', async () => {
  const trio = new Trio();
  await trio.start();
  const [old] = trio.leaders() as [Member];
  const disk = trio.at(old);
  disk.sync = () => trio.clock.skip(50);
  const first = request(old, putOp('a', '0'));
  await trio.clock.turns(20);
  await first;
  disk.syncAsync = (done) => {
    trio.clock.setTimer(400, () => done(undefined));
  };
  for (let round = 0; round < 30 && old.isLeader(); round++) {
    void request(old, putOp('a', `${round}`)).catch(() => {});
    await trio.clock.advance(500);
  }
  assert.equal(old.isLeader(), false);
  await trio.clock.advance(500);
  assert.equal(trio.leaders().length, 1);
  await trio.stop();
});
