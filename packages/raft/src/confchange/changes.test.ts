// Membership changes: what every sequence of them must keep.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalConfStates } from '../messages.ts';
import {
  allMembers,
  assertMembership,
  confStateOf,
  EMPTY_MEMBERSHIP,
  type Membership,
  membershipOf,
} from '../tracker/membership.ts';
import type { ConfChangeSingle } from '../types.ts';
import { ConfChangeTransition, ConfChangeType } from '../types.ts';
import { ConfChangeError, changeSimply, enterJoint, leaveJoint } from './changes.ts';
import {
  asConfChangeV2,
  confChangeEntry,
  decodeConfChangeEntry,
  describeConfChanges,
  isLeaveJoint,
  jointMode,
  leaveJointEntry,
  parseConfChanges,
} from './codec.ts';

const single: fc.Arbitrary<ConfChangeSingle> = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.bigInt({ min: 1n, max: 7n }))
  .map(([type, nodeID]) => ({ type, nodeID }));
const START = changeSimply(EMPTY_MEMBERSHIP, [
  { type: ConfChangeType.ConfChangeAddNode, nodeID: 1n },
]).membership;

function attempt(action: () => Membership, fallback: Membership): Membership {
  try {
    return action();
  } catch (error) {
    assert.ok(error instanceof ConfChangeError);
    return fallback;
  }
}

test('going through a joint configuration ends where simple changes one by one end', () => {
  fc.assert(
    fc.property(fc.array(single, { maxLength: 8 }), fc.boolean(), (changes, autoLeave) => {
      // Voter 9 stays, so that no order of changes removes all voters.
      const start = membershipOf({ ...confStateOf(START), voters: [1n, 9n] });
      const joint = enterJoint(start, changes, { autoLeave }).membership;
      assert.deepEqual(joint.outgoing, start.incoming);
      assert.equal(joint.autoLeave, autoLeave);
      const direct = changes.reduce((from, change) => changeSimply(from, [change]).membership, start);
      assert.deepEqual(leaveJoint(joint).membership, direct);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('no sequence of changes, legal or not, breaks a rule of configurations', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom('simple', 'joint'), changes: fc.array(single, { maxLength: 4 }) }),
    fc.record({ kind: fc.constant('leave'), changes: fc.constant([]) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let membership = START;
      for (const { kind, changes } of steps) {
        const before = membership;
        membership = attempt(() => {
          if (kind === 'simple') return changeSimply(before, changes).membership;
          return kind === 'joint'
            ? enterJoint(before, changes, { autoLeave: false }).membership
            : leaveJoint(before).membership;
        }, before);
        assertMembership(membership);
        assert.ok(membership.incoming.length > 0);
        assert.ok(allMembers(membership).length > 0);
        const copy = membershipOf(confStateOf(membership));
        assert.deepEqual(copy, membership);
        assert.ok(equalConfStates(confStateOf(copy), confStateOf(membership)));
      }
    }),
    { seed: 2, numRuns: 500 },
  );
});

test('simple changes touch at most one voter', () => {
  const two = [2n, 3n].map((nodeID) => ({ type: ConfChangeType.ConfChangeAddNode, nodeID }));
  assert.throws(() => changeSimply(START, two), /more than one voter changed/);
  assert.throws(
    () => changeSimply(START, [{ type: ConfChangeType.ConfChangeRemoveNode, nodeID: 1n }]),
    /removed all voters/,
  );
  assert.throws(() => changeSimply(START, [{ type: 17, nodeID: 1n }]), /unexpected conf type 17/);
});

test('a member that leaves and comes back within one change starts over', () => {
  const start = changeSimply(START, [{ type: ConfChangeType.ConfChangeAddNode, nodeID: 2n }]).membership;
  const result = changeSimply(start, parseConfChanges('r2 v2'));
  assert.deepEqual(result.membership, start);
  assert.deepEqual([...result.dropped], [2n]);
});

test('entries carry changes of both forms unharmed', () => {
  fc.assert(
    fc.property(
      fc.array(single, { maxLength: 4 }),
      fc.integer({ min: 0, max: 2 }),
      fc.uint8Array(),
      (changes, transition, context) => {
        const change = { transition, changes, context };
        assert.deepEqual(normal(decodeConfChangeEntry(confChangeEntry(change))), normal(change));
        const first = changes[0];
        if (first === undefined) return;
        const v1 = { ID: 7n, type: first.type, nodeID: first.nodeID, context };
        assert.deepEqual(normal(decodeConfChangeEntry(confChangeEntry(v1))), normal(asConfChangeV2(v1)));
        assert.equal(
          describeConfChanges(parseConfChanges(describeConfChanges(changes))),
          describeConfChanges(changes),
        );
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

function normal(change: ReturnType<typeof decodeConfChangeEntry>): unknown {
  return change === undefined ? undefined : { ...change, context: [...change.context] };
}

test('an empty entry of the second form leaves a joint configuration', () => {
  const change = decodeConfChangeEntry(leaveJointEntry());
  assert.ok(change !== undefined && isLeaveJoint(change));
});

test('one change is simple unless a transition is asked for; several are joint and leave by themselves unless told not to', () => {
  const mode = (count: number, transition: number) =>
    jointMode({
      transition,
      changes: new Array<ConfChangeSingle>(count).fill({ type: 0, nodeID: 2n }),
      context: new Uint8Array(0),
    });
  const {
    ConfChangeTransitionAuto: AUTO,
    ConfChangeTransitionJointImplicit: IMPLICIT,
    ConfChangeTransitionJointExplicit: EXPLICIT,
  } = ConfChangeTransition;
  assert.equal(mode(1, AUTO), undefined);
  assert.deepEqual(mode(2, AUTO), { autoLeave: true });
  assert.deepEqual(mode(1, IMPLICIT), { autoLeave: true });
  assert.deepEqual(mode(1, EXPLICIT), { autoLeave: false });
});
