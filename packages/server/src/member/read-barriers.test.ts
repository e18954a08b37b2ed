import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1Key } from '@quorate/base';
import { ReadBarriers } from './read-barriers.ts';
import { TestClock } from './test-clock.ts';

test('an answer to a read of an earlier life of the member confirms nothing', async () => {
  const clock = new TestClock();
  const asked: Uint8Array[] = [];
  const start = (): ReadBarriers =>
    new ReadBarriers(1n, clock, 5000, {
      ownReadIndex: () => undefined,
      requestReadIndex: (context) => asked.push(context),
      appliedIndex: () => 100,
    });
  let ready = 0;
  const sink = { cancelled: false, ready: () => ready++, failed: () => {} };
  const before = start();
  before.add(sink);
  before.flush();
  await clock.advance(50); // the process ends and is started again
  const after = start();
  after.add(sink);
  after.flush();
  assert.equal(asked.length, 2);
  assert.equal(new Set(asked.map(latin1Key)).size, 2);
  // The leader was slow, and answers the process that asked first.
  after.confirm([{ index: 7, requestContext: asked[0] as Uint8Array }]);
  assert.equal(ready, 0);
  after.confirm([{ index: 9, requestContext: asked[1] as Uint8Array }]);
  assert.equal(ready, 1);
});
