// Quorums against their definition, on random input.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { naiveMajorityIndex } from '../transcripts/quorum-commands.ts';
import { jointIndexOf, jointVoteOf } from './joint.ts';
import {
  majorityIndex,
  majorityIndexOf,
  majorityOf,
  majorityVoteOf,
  UNBOUNDED_INDEX,
  VoteResult,
} from './majority.ts';

const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 12n }), { maxLength: 9 });
const acks = fc.dictionary(fc.integer({ min: 1, max: 12 }).map(String), fc.integer({ min: 0, max: 20 }));
const votes = fc.dictionary(fc.integer({ min: 1, max: 12 }).map(String), fc.boolean());

test('the committed index of a majority is the largest that a majority has reached', () => {
  fc.assert(
    fc.property(ids, acks, (voters, acked) => {
      const lookup = (id: bigint): number | undefined => acked[String(id)];
      assert.equal(majorityIndexOf(voters, lookup), naiveMajorityIndex(voters, lookup));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('the committed index does not depend on the order of the voters', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 9 }), (indexes) => {
      assert.equal(majorityIndex([...indexes]), majorityIndex([...indexes].reverse()));
    }),
    { seed: 2 },
  );
});

test('a joint configuration commits what both halves have, and an empty half has everything', () => {
  fc.assert(
    fc.property(ids, ids, acks, (incoming, outgoing, acked) => {
      const lookup = (id: bigint): number | undefined => acked[String(id)];
      const both = jointIndexOf({ incoming, outgoing }, lookup);
      assert.equal(
        both,
        Math.min(naiveMajorityIndex(incoming, lookup), naiveMajorityIndex(outgoing, lookup)),
      );
      assert.equal(jointIndexOf({ incoming, outgoing: [] }, lookup), naiveMajorityIndex(incoming, lookup));
      assert.equal(jointIndexOf({ incoming: outgoing, outgoing: incoming }, lookup), both);
    }),
    { seed: 3, numRuns: 1000 },
  );
  assert.equal(
    majorityIndexOf([], () => 0),
    UNBOUNDED_INDEX,
  );
});

test('a vote is won, lost or pending as its best and worst completions say', () => {
  fc.assert(
    fc.property(ids, votes, (voters, cast) => {
      const yes = voters.filter((id) => cast[String(id)] === true).length;
      const open = voters.filter((id) => cast[String(id)] === undefined).length;
      const won = voters.length === 0 || yes >= majorityOf(voters.length);
      const lost = !won && yes + open < majorityOf(voters.length);
      const expected = won ? VoteResult.won : lost ? VoteResult.lost : VoteResult.pending;
      assert.equal(
        majorityVoteOf(voters, (id) => cast[String(id)]),
        expected,
      );
    }),
    { seed: 4, numRuns: 1000 },
  );
});

test('a joint vote is won only with both halves and lost with either', () => {
  fc.assert(
    fc.property(ids, ids, votes, (incoming, outgoing, cast) => {
      const lookup = (id: bigint): boolean | undefined => cast[String(id)];
      const halves = [majorityVoteOf(incoming, lookup), majorityVoteOf(outgoing, lookup)];
      const expected = halves.includes(VoteResult.lost)
        ? VoteResult.lost
        : halves.includes(VoteResult.pending)
          ? VoteResult.pending
          : VoteResult.won;
      assert.equal(jointVoteOf({ incoming, outgoing }, lookup), expected);
    }),
    { seed: 5, numRuns: 1000 },
  );
});
