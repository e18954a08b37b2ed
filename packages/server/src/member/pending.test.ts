import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingRing, Proposal } from './pending.ts';
import type { RaftOp, ResultSink } from './seam.ts';

const op = {} as RaftOp;
const sink: ResultSink = { cancelled: false, done() {}, failed() {} };

function proposal(index: number, term = 1): Proposal {
  const made = new Proposal(op, sink, 0, 0);
  made.index = index;
  made.term = term;
  return made;
}

function never(): void {
  throw new Error('nothing is lost here');
}

test('proposals are found by index over many turns of the ring', () => {
  const ring = new PendingRing();
  let next = 1;
  let taken = 1;
  for (let round = 0; round < 200; round++) {
    for (let at = 0; at < 37 + (round % 90); at++) ring.add(proposal(next++), never);
    while (taken < next - (round % 50)) {
      assert.equal(ring.take(taken, never)?.index, taken);
      taken++;
    }
  }
  while (taken < next) assert.equal(ring.take(taken, never)?.index, taken++);
  assert.equal(ring.length, 0);
  assert.equal(ring.take(taken, never), undefined);
});

test('the ring grows without losing what is in it', () => {
  const ring = new PendingRing();
  for (let index = 5000; index < 15_000; index++) ring.add(proposal(index), never);
  for (let index = 5000; index < 15_000; index++) assert.equal(ring.take(index, never)?.index, index);
});

test('indices of others lie between ours', () => {
  const ring = new PendingRing();
  ring.add(proposal(10), never);
  ring.add(proposal(13), never);
  assert.equal(ring.take(9, never), undefined);
  assert.equal(ring.take(10, never)?.index, 10);
  assert.equal(ring.take(11, never), undefined);
  assert.equal(ring.take(12, never), undefined);
  assert.equal(ring.take(13, never)?.index, 13);
});

test('entries replaced by a later term give their proposals back', () => {
  const ring = new PendingRing();
  const lost: number[] = [];
  for (let index = 10; index < 20; index++) ring.add(proposal(index), never);
  ring.add(proposal(15, 3), (gone) => lost.push(gone.index));
  assert.deepEqual(lost, [15, 16, 17, 18, 19]);
  assert.equal(ring.length, 6);
  assert.equal(ring.take(15, (gone) => lost.push(gone.index))?.term, 3);
  assert.deepEqual(lost.slice(5), [10, 11, 12, 13, 14]);
});

test('the oldest can be looked at and all can be taken', () => {
  const ring = new PendingRing();
  for (let index = 1; index <= 5; index++) ring.add(proposal(index), never);
  const seen: number[] = [];
  ring.visitOldest((item) => {
    seen.push(item.index);
    return item.index < 3;
  });
  assert.deepEqual(seen, [1, 2, 3]);
  const all: number[] = [];
  ring.takeAll((item) => all.push(item.index));
  assert.deepEqual(all, [1, 2, 3, 4, 5]);
  assert.equal(ring.length, 0);
  ring.add(proposal(9), never);
  assert.equal(ring.take(9, never)?.index, 9);
});
