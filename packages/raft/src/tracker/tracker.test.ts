// Progress of followers and the in-flight window.
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { NO_LIMIT } from '../limits.ts';
import { Inflights } from './inflights.ts';
import { membershipOf } from './membership.ts';
import { Progress, ProgressState } from './progress.ts';
import { ProgressTracker } from './tracker.ts';

function progress(match: number, next: number): Progress {
  return new Progress(1n, match, next, new Inflights(256, NO_LIMIT), true);
}

describe('in-flight window', () => {
  test('behaves as a list of messages that is freed from the front', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), bytes: fc.nat(40) }),
      fc.record({ kind: fc.constant('free' as const), back: fc.nat(12) }),
      fc.record({ kind: fc.constant('reset' as const) }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 200 }),
        fc.array(step, { maxLength: 100 }),
        (count, bytes, steps) => {
          const window = new Inflights(count, bytes);
          let list: Array<{ index: number; bytes: number }> = [];
          let index = 0;
          for (const action of steps) {
            if (action.kind === 'add') {
              if (window.full) {
                assert.throws(() => window.add(index + 1, 1));
                continue;
              }
              index += 1 + action.bytes;
              window.add(index, action.bytes);
              list.push({ index, bytes: action.bytes });
            } else if (action.kind === 'free') {
              window.freeThrough(index - action.back);
              list = list.filter((message) => message.index > index - action.back);
            } else {
              window.reset();
              list = [];
            }
            const total = list.reduce((sum, message) => sum + message.bytes, 0);
            assert.equal(window.count, list.length);
            assert.equal(window.bytes, total);
            assert.equal(window.full, list.length >= count || total >= bytes);
          }
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('progress', () => {
  test('a probe pauses after one append with entries, until an answer', () => {
    const pr = progress(0, 5);
    pr.sentEntries(0, 0);
    assert.equal(pr.paused, false);
    pr.sentEntries(2, 10);
    assert.equal(pr.paused, true);
    assert.equal(pr.next, 5);
    assert.equal(pr.maybeDecrease(4, 2), true);
    assert.equal(pr.paused, false);
    assert.equal(pr.next, 3);
  });

  test('replication advances next ahead of the answers and pauses at a full window', () => {
    const pr = new Progress(1n, 0, 1, new Inflights(2, NO_LIMIT), true);
    pr.becomeReplicate();
    pr.sentEntries(3, 30);
    assert.equal(pr.next, 4);
    assert.equal(pr.paused, false);
    pr.sentEntries(1, 10);
    assert.equal(pr.paused, true);
    assert.equal(pr.describe(), 'StateReplicate match=0 next=5 paused inflight=2[full]');
    pr.maybeUpdate(3);
    pr.inflights.freeThrough(3);
    assert.equal(pr.paused, false);
    assert.equal(pr.match, 3);
  });

  test('a refusal that is out of date changes nothing', () => {
    const probing = progress(0, 10);
    assert.equal(probing.maybeDecrease(4, 2), false);
    assert.equal(probing.next, 10);
    const replicating = progress(5, 6);
    replicating.becomeReplicate();
    replicating.sentEntries(4, 0);
    assert.equal(replicating.maybeDecrease(5, 3), false);
    assert.equal(replicating.next, 10);
    assert.equal(replicating.maybeDecrease(9, 3), true);
    assert.equal(replicating.next, 6);
  });

  test('after a snapshot, probing goes on behind it if it arrived and behind match if it failed', () => {
    const arrived = progress(1, 2);
    arrived.becomeSnapshot(10);
    assert.equal(arrived.paused, true);
    assert.equal(arrived.describe(), 'StateSnapshot match=1 next=11 paused pendingSnap=10');
    arrived.becomeProbe();
    assert.equal(arrived.next, 11);
    const failed = progress(1, 2);
    failed.becomeSnapshot(10);
    failed.pendingSnapshot = 0;
    failed.becomeProbe();
    assert.equal(failed.next, 2);
    assert.equal(failed.state, ProgressState.probe);
  });

  test('the commit index is news until one has been sent that covers everything sent', () => {
    const pr = progress(4, 5);
    pr.becomeReplicate();
    pr.sentEntries(3, 0);
    pr.sentCommit = 5;
    assert.equal(pr.commitIsNews(5), false);
    assert.equal(pr.commitIsNews(6), true);
    pr.sentCommit = 7;
    assert.equal(pr.commitIsNews(8), false);
  });

  test('match stays below next whatever happens', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('probe', 'replicate', 'snapshot', 'fail'), index: fc.nat(30) }),
      fc.record({ kind: fc.constantFrom('ack', 'reject', 'send'), index: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pr = progress(0, 1);
        for (const { kind, index } of steps) {
          if (kind === 'probe') pr.becomeProbe();
          else if (kind === 'replicate') pr.becomeReplicate();
          else if (kind === 'snapshot' && index >= pr.match) pr.becomeSnapshot(index);
          else if (kind === 'fail') pr.pendingSnapshot = 0;
          else if (kind === 'ack') pr.maybeUpdate(index);
          else if (kind === 'reject') pr.maybeDecrease(index, index - 1);
          else if (kind === 'send' && !pr.paused) pr.sentEntries(index % 3, index);
          assert.ok(pr.match < pr.next, pr.describe());
          assert.ok(pr.match >= 0);
        }
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});

describe('tracker', () => {
  test('members keep their progress, new ones start active at the last index, gone ones disappear', () => {
    const tracker = new ProgressTracker(8, NO_LIMIT);
    const confState = (voters: bigint[], learners: bigint[]) => ({
      voters,
      learners,
      votersOutgoing: [],
      learnersNext: [],
      autoLeave: false,
    });
    tracker.install(membershipOf(confState([3n, 1n], [])), new Set(), 7);
    assert.deepEqual(
      tracker.members.map((member) => member.id),
      [1n, 3n],
    );
    tracker.get(1n)?.maybeUpdate(9);
    tracker.install(membershipOf(confState([1n, 2n], [4n])), new Set(), 9);
    assert.equal(
      tracker.describe(),
      '1: StateProbe match=9 next=10\n2: StateProbe match=0 next=9\n4: StateProbe match=0 next=9 learner\n',
    );
    assert.equal(tracker.get(3n), undefined);
    assert.equal(tracker.isSingleton(), false);
    assert.equal(tracker.quorumActive(), true);
  });

  test('only the first vote of a node counts, and learners do not vote', () => {
    const tracker = new ProgressTracker(8, NO_LIMIT);
    tracker.install(
      membershipOf({
        voters: [1n, 2n, 3n],
        learners: [4n],
        votersOutgoing: [],
        learnersNext: [],
        autoLeave: false,
      }),
      new Set(),
      1,
    );
    tracker.recordVote(1n, true);
    tracker.recordVote(2n, false);
    tracker.recordVote(2n, true);
    tracker.recordVote(4n, true);
    const tally = tracker.tallyVotes();
    assert.deepEqual([tally.granted, tally.rejected], [1, 1]);
  });
});
