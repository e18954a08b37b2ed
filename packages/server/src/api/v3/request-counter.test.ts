import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, Timer } from '@quorate/base';
import type { V3Observer } from './options.ts';
import { RequestCounter } from './request-counter.ts';

function world(): { clock: Clock; fire: () => void } {
  let due: (() => void) | undefined;
  const setTimer = (_ms: number, fn: () => void): Timer => {
    assert.equal(due, undefined, 'one timer at a time');
    due = fn;
    return { cancel: () => (due = undefined) };
  };
  return {
    clock: { nowMs: () => 0, wallMs: () => 0, setTimer, defer: (fn) => fn() },
    fire: () => {
      const fn = due;
      due = undefined;
      fn?.();
    },
  };
}

const silent: Omit<V3Observer, 'clientRequest'> = {
  watchers: () => {},
  watchStreams: () => {},
  watchEvents: () => {},
  streamFailure: () => {},
};

test('gathers unary calls by version and hands them on by the clock, streams at once', () => {
  const seen: string[] = [];
  const { clock, fire } = world();
  const counter = new RequestCounter(
    {
      ...silent,
      clientRequest: (type, version) => seen.push(`${type} ${version}`),
      clientRequests: (type, version, count) => seen.push(`${type} ${version} ${count}`),
    },
    clock,
  );
  for (const version of ['3.4', '3.4', '3.5', '3.4', 'unknown']) counter.unary(version);
  counter.stream('3.6');
  assert.deepEqual(seen, ['stream 3.6']);
  fire();
  assert.deepEqual(seen.splice(0).sort(), ['stream 3.6', 'unary 3.4 3', 'unary 3.5 1', 'unary unknown 1']);
  counter.unary('3.4');
  counter.close();
  assert.deepEqual(seen.splice(0), ['unary 3.4 1']);
});

test('made-up versions cannot make the table grow', () => {
  const seen = new Map<string, number>();
  const { clock, fire } = world();
  const counter = new RequestCounter(
    {
      ...silent,
      clientRequest: () => {},
      clientRequests: (_type, version, count) => seen.set(version, count),
    },
    clock,
  );
  for (let i = 0; i < 10_000; i++) counter.unary(`v${i}`);
  fire();
  assert.ok(seen.size <= 101);
  assert.equal(
    [...seen.values()].reduce((sum, count) => sum + count, 0),
    10_000,
  );
});

test('an observer that counts one by one gets every call', () => {
  let calls = 0;
  const counter = new RequestCounter({ ...silent, clientRequest: () => calls++ }, world().clock);
  for (let i = 0; i < 5; i++) counter.unary('3.4');
  assert.equal(calls, 5);
});
