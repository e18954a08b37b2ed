import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Availability } from './availability.ts';
import { FAIR, linkName } from './network.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, life: 1 })) as [Voter, Voter, Voter];
interface Voter {
  readonly name: string;
  readonly life: number;
}

function setUp(): { availability: Availability; at: (ms: number) => void } {
  let nowMs = 0;
  const availability = new Availability(() => nowMs);
  return {
    availability,
    at: (ms) => {
      availability.ticked(ms - nowMs, 0);
      nowMs = ms;
    },
  };
}

test('a write is owed from when a majority is up', () => {
  const { availability, at } = setUp();
  availability.changed([a], 3, FAIR, false);
  at(1000);
  assert.equal(availability.waitingMs, 0, 'one of three owes nothing');
  availability.changed([a, b], 3, FAIR, false);
  at(1500);
  availability.acknowledged();
  assert.equal(availability.worst.ms, 500);
});

test('the time begins anew when the majority breaks, not when it grows', () => {
  const { availability, at } = setUp();
  availability.changed([a, b], 3, FAIR, false);
  at(400);
  availability.changed([a, b, c], 3, FAIR, false);
  assert.equal(availability.waitingMs, 400);
  const restarted = { name: 'a', life: 2 };
  availability.changed([b, c], 3, FAIR, false);
  assert.equal(availability.waitingMs, 0, 'the three are no longer whole');
  at(900);
  availability.changed([restarted, b, c], 3, FAIR, false);
  assert.equal(availability.waitingMs, 500);
});

test('members that do not hear each other are no majority', () => {
  const { availability, at } = setUp();
  const cuts = new Set([linkName('a', 'b'), linkName('c', 'a'), linkName('c', 'b')]);
  availability.changed([a, b, c], 3, { cuts, impaired: new Map() }, false);
  at(1000);
  assert.equal(availability.waitingMs, 0);
});

test('nothing is owed while the cluster is slow on purpose', () => {
  const { availability, at } = setUp();
  availability.changed([a, b, c], 3, FAIR, true);
  at(1000);
  availability.acknowledged();
  assert.equal(availability.gaps.length, 0);
  availability.changed([a, b, c], 3, FAIR, false);
  at(1200);
  assert.equal(availability.waitingMs, 200);
});

test('time in which the machine was busy is not held against the cluster', () => {
  const { availability } = setUp();
  availability.changed([a, b, c], 3, FAIR, false);
  availability.ticked(50, 2000);
  availability.ticked(50, 3);
  assert.equal(availability.waitingMs, 50);
});
