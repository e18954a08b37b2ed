import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MessageType } from '@quorate/raft';
import { COMMIT_NEWS_DELAY_MS } from './limits.ts';
import type { Member } from './member.ts';
import { putOp, request } from './testing.ts';
import { Trio } from './trio.ts';

const keepAlive = setInterval(() => {}, 1000);
after(() => clearInterval(keepAlive));

interface Scene {
  readonly trio: Trio;
  readonly leader: Member;
  readonly followers: readonly Member[];
  /** Appends without entries sent since the scene was set. */
  readonly bare: () => number;
}

async function scene(): Promise<Scene> {
  const trio = new Trio();
  await trio.start();
  const [leader] = trio.leaders() as [Member];
  let bare = 0;
  trio.onSend = (message) => {
    if (message.type === MessageType.MsgApp && message.entries.length === 0) bare++;
  };
  return {
    trio,
    leader,
    followers: trio.members.filter((member) => member !== leader),
    bare: () => bare,
  };
}

async function put(trio: Trio, member: Member, key: string): Promise<void> {
  const answer = request(member, putOp(key, '1'));
  await trio.clock.turns(30);
  await answer;
}

test('followers learn of a lone write without delay', async () => {
  const { trio, leader, followers } = await scene();
  await put(trio, leader, 'a');
  for (const follower of followers) assert.equal(follower.appliedIndex(), leader.appliedIndex());
  await trio.stop();
});

test('while writes follow each other the next one tells of the commit, and the last is told of soon', async () => {
  const { trio, leader, followers, bare } = await scene();
  await put(trio, leader, 'a');
  const before = bare();
  for (const key of ['b', 'c', 'd']) await put(trio, leader, key);
  assert.equal(bare(), before);
  for (const follower of followers) assert.equal(follower.appliedIndex(), leader.appliedIndex() - 1);
  await trio.clock.advance(COMMIT_NEWS_DELAY_MS);
  await trio.clock.turns(30);
  assert.equal(bare(), before + 2);
  for (const follower of followers) assert.equal(follower.appliedIndex(), leader.appliedIndex());
  await trio.stop();
});

test('a write through a follower is answered there without delay, however close the writes are', async () => {
  const { trio, leader, followers } = await scene();
  const [follower] = followers as [Member, Member];
  await put(trio, leader, 'a');
  await put(trio, leader, 'b');
  await put(trio, follower, 'c');
  await put(trio, follower, 'd');
  assert.equal(follower.appliedIndex(), leader.appliedIndex());
  await trio.stop();
});
