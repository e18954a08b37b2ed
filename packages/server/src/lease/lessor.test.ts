import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '@quorate/base';
import { Lease as LeaseRecord } from '@quorate/proto';
import { TestClock } from '../member/test-clock.ts';
import type { RenewSink } from './lease.ts';
import { type LeaseBucket, type LeaseCheckpointRecord, Lessor } from './lessor.ts';
import { TimeHeap } from './time-heap.ts';

class MapBucket implements LeaseBucket {
  readonly records = new Map<string, Uint8Array>();
  put(key: Uint8Array, value: Uint8Array): void {
    this.records.set(Buffer.from(key).toString('latin1'), value);
  }
  delete(key: Uint8Array): void {
    this.records.delete(Buffer.from(key).toString('latin1'));
  }
  *entries(): Iterable<readonly [Uint8Array, Uint8Array]> {
    for (const [key, value] of [...this.records].sort()) yield [Buffer.from(key, 'latin1'), value];
  }
}

function setUp(options: { checkpoints?: boolean; bucket?: MapBucket } = {}) {
  const clock = new TestClock();
  const bucket = options.bucket ?? new MapBucket();
  const expired: bigint[][] = [];
  const checkpoints: (readonly LeaseCheckpointRecord[])[] = [];
  const lessor = new Lessor({
    clock,
    bucket,
    minTtlSeconds: 2,
    effects: {
      expired: (ids) => expired.push([...ids]),
      checkpoint: (records) => checkpoints.push(records),
    },
    checkpoints: options.checkpoints === true,
  });
  /** The log has what was given to it at the place `at` in the order of the calls. */
  const applyCheckpoint = (at: number): void => {
    const records = checkpoints[at] ?? [];
    for (const { id, remainingTtlSeconds } of records) lessor.checkpoint(id, remainingTtlSeconds, true);
    lessor.checkpointEnded(records, true);
  };
  return { clock, bucket, lessor, expired, checkpoints, applyCheckpoint };
}

class Outcome implements RenewSink {
  text = 'waiting';
  renewed(ttl: number): void {
    this.text = `renewed ${ttl}`;
  }
  notFound(): void {
    this.text = 'notFound';
  }
  notPrimary(): void {
    this.text = 'notPrimary';
  }
  overloaded(): void {
    this.text = 'overloaded';
  }
}

function renew(lessor: Lessor, id: bigint): Outcome {
  const outcome = new Outcome();
  lessor.renew(id, outcome);
  return outcome;
}

const key = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('a heap gives items in order of time', () => {
  const heap = new TimeHeap<number>();
  const times = [5, 3, 9, 1, 7, 3, 8, 0, 2];
  for (const time of times) heap.push(time, time);
  const popped: number[] = [];
  while (heap.length > 0) popped.push(heap.pop() as number);
  assert.deepEqual(
    popped,
    [...times].sort((a, b) => a - b),
  );
  assert.equal(heap.soonestMs, Number.POSITIVE_INFINITY);
});

test('a grant has at least the minimum TTL and is written down', () => {
  const { lessor, bucket } = setUp();
  assert.equal(lessor.grant(7n, 1).ttlSeconds, 2);
  const record = LeaseRecord.decode([...bucket.records.values()][0] as Uint8Array);
  assert.deepEqual(record, { ID: 7n, TTL: 2, remainingTTL: 0 });
  assert.throws(() => lessor.grant(7n, 10), errors.leaseExists);
  assert.throws(() => lessor.grant(8n, 9_000_000_001), errors.leaseTtlTooLarge);
  assert.throws(() => lessor.grant(0n, 5), errors.leaseNotFound);
});

test('only the primary expires leases, and names them again until they are revoked', async () => {
  const { lessor, clock, expired } = setUp();
  lessor.grant(1n, 5);
  clock.skip(60_000);
  lessor.tick();
  assert.deepEqual(expired, []);
  lessor.promote(0);
  clock.skip(4_999);
  lessor.tick();
  assert.deepEqual(expired, []);
  clock.skip(1);
  lessor.tick();
  assert.deepEqual(expired, [[1n]]);
  clock.skip(500);
  lessor.tick();
  assert.deepEqual(expired, [[1n]]);
  clock.skip(3000);
  lessor.tick();
  assert.deepEqual(expired, [[1n], [1n]]);
  lessor.revoke(1n, () => {});
  clock.skip(3000);
  lessor.tick();
  assert.equal(expired.length, 2);
});

test('a renewed lease expires a full TTL after the renewal', () => {
  const { lessor, clock, expired } = setUp();
  lessor.promote(0);
  lessor.grant(1n, 5);
  for (let at = 0; at < 4; at++) {
    clock.skip(3000);
    lessor.tick();
    assert.equal(renew(lessor, 1n).text, 'renewed 5');
  }
  clock.skip(4999);
  lessor.tick();
  assert.deepEqual(expired, []);
  clock.skip(1);
  lessor.tick();
  assert.deepEqual(expired, [[1n]]);
});

test('after a change of leadership a lease that had expired begins anew', () => {
  const { lessor, clock } = setUp();
  lessor.promote(0);
  lessor.grant(1n, 5);
  assert.equal(lessor.isExpired(1n), false);
  clock.skip(5000);
  assert.equal(lessor.isExpired(1n), true);
  lessor.demote();
  assert.equal(lessor.isExpired(1n), false);
  lessor.promote(0);
  assert.equal(lessor.isExpired(1n), false);
  assert.equal(renew(lessor, 1n).text, 'renewed 5');
  clock.skip(5000);
  assert.equal(lessor.isExpired(1n), true);
  assert.equal(lessor.isExpired(2n), false);
});

test('renewal of an expired lease waits for its revocation', () => {
  const { lessor, clock } = setUp();
  lessor.promote(0);
  lessor.grant(1n, 5);
  clock.skip(6000);
  const outcome = renew(lessor, 1n);
  assert.equal(outcome.text, 'waiting');
  lessor.revoke(1n, () => {});
  assert.equal(outcome.text, 'notFound');
  assert.equal(renew(lessor, 1n).text, 'notFound');
});

test('a demotion stops expiry and sends waiting renewals elsewhere', () => {
  const { lessor, clock, expired } = setUp();
  lessor.promote(0);
  lessor.grant(1n, 5);
  clock.skip(6000);
  const outcome = renew(lessor, 1n);
  lessor.demote();
  assert.equal(outcome.text, 'notPrimary');
  clock.skip(60_000);
  lessor.tick();
  assert.deepEqual(expired, []);
  assert.equal(renew(lessor, 1n).text, 'notPrimary');
});

test('a promotion gives every lease its full time and the extension', () => {
  const { lessor, clock } = setUp();
  lessor.promote(0);
  const lease = lessor.grant(1n, 100);
  clock.skip(90_000);
  assert.equal(lessor.remainingSeconds(lease), 10);
  lessor.demote();
  lessor.promote(1000);
  assert.equal(lessor.remainingSeconds(lease), 101);
});

test('keys are revoked in byte order', () => {
  const { lessor } = setUp();
  lessor.grant(1n, 5);
  for (const text of ['b', '\xff', 'a', 'a\x00']) lessor.attach(1n, key(text));
  lessor.detach(1n, key('b'));
  let keys: readonly string[] = [];
  lessor.revoke(1n, (given) => {
    keys = given;
  });
  assert.deepEqual(keys, ['a', 'a\x00', '\xff']);
  assert.throws(() => lessor.revoke(1n, () => {}), errors.leaseNotFound);
});

test('leases come back from their records, without a deadline until promotion', () => {
  const first = setUp();
  first.lessor.grant(1n, 60);
  first.lessor.grant(-5n, 30);
  first.lessor.checkpoint(1n, 20, true);
  const second = setUp({ bucket: first.bucket });
  second.lessor.restore();
  assert.equal(second.lessor.size, 2);
  assert.equal(second.lessor.get(1n)?.expiryMs, Number.POSITIVE_INFINITY);
  second.lessor.promote(0);
  assert.equal(second.lessor.remainingSeconds(second.lessor.get(1n) as never), 20);
  assert.equal(second.lessor.remainingSeconds(second.lessor.get(-5n) as never), 30);
  assert.deepEqual(
    second.lessor.leases().map((lease) => lease.id),
    [1n, -5n],
  );
});

test('leases piled up by a promotion expire below the revoke pace', () => {
  const { lessor, clock } = setUp();
  for (let id = 1n; id <= 3000n; id++) lessor.grant(id, 10);
  lessor.promote(0);
  const startMs = clock.nowMs() + 10_000;
  const perSecond = new Map<number, number>();
  for (const lease of lessor.leases()) {
    const second = Math.floor((lease.expiryMs - startMs) / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    assert.ok(lease.expiryMs >= startMs, 'no lease is shortened');
  }
  for (const count of perSecond.values()) assert.ok(count <= 750, `${count} in one second`);
});

test('expiry is paced', () => {
  const { lessor, clock, expired } = setUp();
  lessor.promote(0);
  for (let id = 1n; id <= 1200n; id++) lessor.grant(id, 5);
  clock.skip(5000);
  lessor.tick();
  assert.equal(expired[0]?.length, 500);
  lessor.tick();
  lessor.tick();
  assert.deepEqual(
    expired.map((ids) => ids.length),
    [500, 500, 200],
  );
});

test('long leases are checkpointed, and a renewal waits until the checkpoint is gone', () => {
  const { lessor, clock, checkpoints, applyCheckpoint } = setUp({ checkpoints: true });
  lessor.promote(0);
  lessor.grant(1n, 1000);
  lessor.grant(2n, 100);
  clock.skip(300_000);
  lessor.tick();
  assert.deepEqual(checkpoints, [[{ id: 1n, remainingTtlSeconds: 700 }]]);
  applyCheckpoint(0);
  const first = renew(lessor, 1n);
  const second = renew(lessor, 1n);
  assert.equal(first.text, 'waiting');
  assert.deepEqual(checkpoints[1], [{ id: 1n, remainingTtlSeconds: 0 }]);
  assert.equal(checkpoints.length, 2);
  applyCheckpoint(1);
  assert.equal(first.text, 'renewed 1000');
  assert.equal(second.text, 'renewed 1000');
  assert.equal(renew(lessor, 1n).text, 'renewed 1000');
  clock.skip(300_000);
  lessor.tick();
  assert.deepEqual(checkpoints[2], [{ id: 1n, remainingTtlSeconds: 700 }]);
});

test('a renewal waits for a checkpoint that is still on its way to be gone', () => {
  const { lessor, clock, checkpoints, applyCheckpoint } = setUp({ checkpoints: true });
  lessor.promote(0);
  lessor.grant(1n, 1000);
  clock.skip(300_000);
  lessor.tick();
  const outcome = renew(lessor, 1n);
  assert.equal(outcome.text, 'waiting', 'the next leader may know of the checkpoint only');
  clock.skip(300_000);
  lessor.tick();
  assert.equal(checkpoints.length, 2, 'none is made behind a reset');
  applyCheckpoint(0);
  assert.equal(outcome.text, 'waiting');
  applyCheckpoint(1);
  assert.equal(outcome.text, 'renewed 1000');
  assert.equal(lessor.get(1n)?.mayBeShortened, false);
});

test('what another leader has written down is reset by renewals, whoever makes checkpoints', () => {
  const { bucket, lessor, checkpoints } = setUp();
  lessor.grant(1n, 1000);
  lessor.checkpoint(1n, 700, true);
  lessor.promote(0);
  const outcome = renew(lessor, 1n);
  assert.equal(outcome.text, 'waiting');
  assert.deepEqual(checkpoints, [[{ id: 1n, remainingTtlSeconds: 0 }]]);
  lessor.checkpoint(1n, 0, false);
  lessor.checkpointEnded(checkpoints[0] ?? [], true);
  assert.equal(outcome.text, 'renewed 1000');
  const again = setUp({ bucket });
  again.lessor.restore();
  assert.equal(again.lessor.get(1n)?.effectiveTtlSeconds(), 1000, 'the record has gone, too');
});

test('a checkpoint that could not be written sends its renewals back', () => {
  const { lessor, checkpoints } = setUp({ checkpoints: true });
  lessor.grant(1n, 1000);
  lessor.checkpoint(1n, 700, true);
  lessor.promote(0);
  const outcome = renew(lessor, 1n);
  lessor.checkpointEnded(checkpoints[0] ?? [], false);
  assert.equal(outcome.text, 'notPrimary');
  assert.equal(renew(lessor, 1n).text, 'waiting');
  assert.equal(checkpoints.length, 2);
});

test('the end of a reset of an earlier reign is not taken for that of the newest one', () => {
  const { lessor, checkpoints, applyCheckpoint } = setUp({ checkpoints: true });
  lessor.grant(1n, 1000);
  lessor.checkpoint(1n, 700, true);
  lessor.promote(0);
  const first = renew(lessor, 1n);
  lessor.demote();
  assert.equal(first.text, 'notPrimary');
  lessor.promote(0);
  const second = renew(lessor, 1n);
  lessor.checkpointEnded(checkpoints[0] ?? [], false);
  assert.equal(second.text, 'waiting');
  applyCheckpoint(1);
  assert.equal(second.text, 'renewed 1000');
});

test('remaining times of an earlier reign are not given to the log', () => {
  const { lessor, clock, checkpoints } = setUp({ checkpoints: true });
  lessor.promote(0);
  lessor.grant(1n, 1000);
  clock.skip(300_000);
  lessor.tick();
  const [records = []] = checkpoints;
  assert.equal(lessor.isCheckpointDue(records), true);
  lessor.demote();
  assert.equal(lessor.isCheckpointDue(records), false);
  lessor.promote(0);
  assert.equal(lessor.isCheckpointDue(records), false);
});
