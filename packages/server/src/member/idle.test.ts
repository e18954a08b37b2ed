// What members do while nobody asks anything of them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Trio } from './trio.ts';

const keepAlive = setInterval(() => {}, 1000);
after(() => clearInterval(keepAlive));

const MINUTE_MS = 60_000;
const TICKS = MINUTE_MS / 100;

test('idle members wake for their ticks and for heartbeats alone', async () => {
  const trio = new Trio();
  await trio.start();
  await trio.clock.advance(10_000);
  const [timers, sent] = [trio.clock.timersSet, trio.sent];
  await trio.clock.advance(MINUTE_MS);
  // A tick of each member; from the leader two heartbeats with it, which are answered.
  assert.equal(trio.clock.timersSet - timers, 3 * TICKS);
  assert.equal(trio.sent - sent, 4 * TICKS);
  await trio.stop();
});
