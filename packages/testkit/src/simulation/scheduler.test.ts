// A scheduler of a heap and two lanes is checked against the naive one that looks through everything that waits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@quorate/base';
import { type EventOwner, Scheduler, TURN_MS } from './scheduler.ts';

interface Waiting {
  readonly name: number;
  readonly owner: { life: number; busyUntilMs: number } | undefined;
  readonly life: number;
  atMs: number;
  order: number;
}

/** Delays as they come in runs: now, the next turn, a little later, equal ones among them. */
const DELAYS_MS = [-1, 0, 0, TURN_MS, TURN_MS, TURN_MS / 2, 1, 1, 5, 100, 300];

test('events run in the order of their time, equal ones as they were scheduled, and their owners may stand still', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededRandom(seed);
    const owners = Array.from({ length: 3 }, () => ({ life: 0, busyUntilMs: 0 }));
    const scheduler = new Scheduler();
    const waiting = new Set<Waiting>();
    let order = 0;
    let names = 0;
    let ran = -1;
    const schedule = (): void => {
      const owner = owners[random.nextBelow(4)];
      const delay = DELAYS_MS[random.nextBelow(DELAYS_MS.length)] as number;
      const atMs = scheduler.nowMs + delay;
      const name = names++;
      const event = scheduler.at(atMs, owner as EventOwner | undefined, () => {
        ran = name;
      });
      event.cancelled = random.nextBelow(20) === 0;
      const life = owner?.life ?? 0;
      const one = { name, owner, life, atMs: Math.max(atMs, scheduler.nowMs), order: order++ };
      if (!event.cancelled) waiting.add(one);
    };
    const expected = (untilMs: number): Waiting | undefined => {
      for (;;) {
        const [first] = [...waiting].sort((a, b) => a.atMs - b.atMs || a.order - b.order);
        if (first === undefined || first.atMs > untilMs) return undefined;
        const { owner } = first;
        if (owner !== undefined && owner.life === first.life && owner.busyUntilMs > first.atMs) {
          first.atMs = owner.busyUntilMs;
          first.order = order++;
          continue;
        }
        waiting.delete(first);
        if (owner === undefined || owner.life === first.life) return first;
      }
    };
    for (let step = 0; step < 1500; step++) {
      for (let count = random.nextBelow(3); count > 0; count--) schedule();
      const owner = owners[random.nextBelow(3)] as { life: number; busyUntilMs: number };
      if (random.nextBelow(30) === 0) owner.busyUntilMs = scheduler.nowMs + random.nextBelow(20);
      if (random.nextBelow(100) === 0) owner.life++;
      const untilMs = scheduler.nowMs + random.nextBelow(4);
      const next = expected(untilMs);
      scheduler.next(untilMs)?.run();
      assert.equal(ran, next?.name ?? -1, `seed ${seed}, step ${step}`);
      assert.equal(scheduler.nowMs, next?.atMs ?? untilMs);
      ran = -1;
    }
  }
});
