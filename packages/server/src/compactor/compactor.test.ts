import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, Timer } from '@quorate/base';
import type { CompactionFailure, CompactorHost } from './compactor.ts';
import { createCompactor } from './create-compactor.ts';

/** A clock that moves only when told; timers fire in order of their time. */
class HandClock implements Clock {
  #now = 0;
  #timers: { at: number; fn: () => void; cancelled: boolean }[] = [];
  nowMs(): number {
    return this.#now;
  }
  wallMs(): number {
    return this.#now;
  }
  setTimer(delayMs: number, fn: () => void): Timer {
    const timer = { at: this.#now + delayMs, fn, cancelled: false };
    this.#timers.push(timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }
  defer(fn: () => void): void {
    this.setTimer(0, fn);
  }
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter((t) => !t.cancelled && t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.splice(this.#timers.indexOf(due), 1);
      this.#now = due.at;
      due.fn();
    }
    this.#now = until;
  }
}

class Host implements CompactorHost {
  readonly clock = new HandClock();
  current = 0;
  failure: CompactionFailure | undefined;
  readonly asked: number[] = [];
  revision(): number {
    return this.current;
  }
  compact(revision: number, done: (failure: CompactionFailure | undefined) => void): void {
    this.asked.push(revision);
    done(this.failure);
  }
}

const minute = 60_000;
const hour = 60 * minute;

test('periodic up to one hour: first after one retention, then once per retention, at the oldest sample', () => {
  const host = new Host();
  host.current = 1;
  const compactor = createCompactor(host, { mode: 'periodic', retentionMs: 10 * minute });
  compactor?.start();
  // One new revision a minute, which is also the sampling interval.
  for (let i = 2; i <= 10; i++) {
    host.clock.advance(minute);
    host.current = i + 1;
  }
  assert.deepEqual(host.asked, []);
  host.clock.advance(minute);
  assert.deepEqual(host.asked, [1]);
  host.clock.advance(9 * minute);
  assert.deepEqual(host.asked, [1]);
  host.clock.advance(minute);
  assert.equal(host.asked.length, 2);
  compactor?.stop();
});

test('periodic above one hour: once an hour after the first retention', () => {
  const host = new Host();
  host.current = 1;
  const compactor = createCompactor(host, { mode: 'periodic', retentionMs: 3 * hour });
  compactor?.start();
  for (let i = 0; i < 50; i++) {
    host.current += 1;
    host.clock.advance(6 * minute);
  }
  // Five hours: at 3 h, 4 h and 5 h.
  assert.equal(host.asked.length, 3);
  // Once the window is full, its oldest sample is one retention older than its newest, which is one interval old.
  const [first, second, third] = host.asked as [number, number, number];
  assert.deepEqual([second - first, third - second], [9, 10]);
});

test('periodic: a failure is tried again at the next sample, a revision compacted before counts as done', () => {
  const host = new Host();
  host.current = 5;
  createCompactor(host, { mode: 'periodic', retentionMs: hour })?.start();
  host.failure = { message: 'no leader', isCompacted: false };
  host.clock.advance(hour);
  assert.deepEqual(host.asked, [5]);
  host.failure = { message: 'compacted', isCompacted: true };
  host.clock.advance(6 * minute);
  assert.equal(host.asked.length, 2);
  host.current = 9;
  host.clock.advance(30 * minute);
  assert.equal(host.asked.length, 2);
});

test('periodic: an idle store is compacted once, not again and again', () => {
  const host = new Host();
  host.current = 7;
  createCompactor(host, { mode: 'periodic', retentionMs: hour })?.start();
  host.clock.advance(24 * hour);
  assert.deepEqual(host.asked, [7]);
});

test('a paused compactor goes on sampling and compacts on resume', () => {
  const host = new Host();
  host.current = 3;
  const compactor = createCompactor(host, { mode: 'periodic', retentionMs: hour });
  compactor?.start();
  compactor?.pause();
  host.clock.advance(2 * hour);
  assert.deepEqual(host.asked, []);
  compactor?.resume();
  host.clock.advance(6 * minute);
  assert.deepEqual(host.asked, [3]);
});

test('revision: every five minutes at current minus retention, never twice at one revision', () => {
  const host = new Host();
  createCompactor(host, { mode: 'revision', retention: 100 })?.start();
  host.current = 99;
  host.clock.advance(5 * minute);
  assert.deepEqual(host.asked, []);
  host.current = 150;
  host.clock.advance(5 * minute);
  assert.deepEqual(host.asked, [50]);
  host.clock.advance(20 * minute);
  assert.deepEqual(host.asked, [50]);
  host.current = 151;
  host.failure = { message: 'timed out', isCompacted: false };
  host.clock.advance(10 * minute);
  assert.deepEqual(host.asked, [50, 51, 51]);
});

test('switched off: no compactor', () => {
  assert.equal(createCompactor(new Host(), { mode: 'off' }), undefined);
});
