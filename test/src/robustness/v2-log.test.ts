import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V2Event } from '@quorate/client';
import { V2Log } from './v2-log.ts';
import { World } from './world.ts';

function set(index: number, value: string): V2Event {
  return { action: 'set', node: { key: '/a', value, createdIndex: index, modifiedIndex: index }, index };
}

test('an answer and a watch that tell the same of an index agree', () => {
  const reports: string[] = [];
  const log = new V2Log((checker) => reports.push(checker));
  const operation = new World(1).begin(1, 'v2Put', 'v2 put', 'm1');
  log.acknowledged(set(4, 'x'), operation);
  log.watched(set(4, 'x'), 'waiter');
  assert.deepEqual(reports, []);
  assert.deepEqual(log.between(1, 9), [4]);
});

test('two values at one index are reported', () => {
  const reports: string[] = [];
  const log = new V2Log((checker) => reports.push(checker));
  log.watched(set(4, 'x'), 'one');
  log.watched(set(4, 'y'), 'other');
  assert.deepEqual(reports, ['v2-equality']);
});
