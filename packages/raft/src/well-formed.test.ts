// What no correct peer sends is refused before it can break an invariant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@quorate/base';
import { newMessage } from './messages.ts';
import { RawNode } from './raw-node.ts';
import { MemoryStorage } from './storage.ts';
import type { Message } from './types.ts';
import { EntryType, MessageType, NO_NODE, Role } from './types.ts';
import { isFromPeer } from './well-formed.ts';

/** Node 1 of three, with two entries of term 1 in its log. */
function follower(): RawNode {
  const storage = new MemoryStorage();
  const confState = {
    voters: [1n, 2n, 3n],
    learners: [],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
  storage.applySnapshot({ data: new Uint8Array(0), metadata: { index: 1, term: 1, confState } });
  storage.append([{ type: EntryType.EntryNormal, term: 1, index: 2, data: new Uint8Array(0) }]);
  storage.setHardState({ term: 1, vote: NO_NODE, commit: 1 });
  const random = seededRandom(1);
  const config = { electionTicks: 10, heartbeatTicks: 1, maxInflightMessages: 8, checkQuorum: true };
  return new RawNode({ id: 1n, storage, random, applied: 1, ...config });
}

/** The same node, elected, its log stable. */
function leader(): RawNode {
  const node = follower();
  node.campaign();
  settle(node);
  node.step(from2(MessageType.MsgVoteResp, { term: node.term }));
  settle(node);
  assert.equal(node.role, Role.leader);
  return node;
}

function settle(node: RawNode): Message[] {
  const sent: Message[] = [];
  while (node.hasReady()) {
    const ready = node.ready();
    (node.raft.config.storage as MemoryStorage).append(ready.entries);
    sent.push(...ready.messages);
    node.advance(ready);
  }
  return sent;
}

function from2(type: number, fields: Partial<Message>): Message {
  return { ...newMessage(type, 1n), from: 2n, ...fields };
}

test('a leader that speaks of entries this node does not have gets no answer, and no campaign either', () => {
  const node = follower();
  assert.equal(node.step(from2(MessageType.MsgHeartbeat, { term: 2, commit: 9 })), undefined);
  assert.equal(node.committed, 1);
  assert.equal(node.leader, 2n);
  assert.deepEqual(settle(node), []);
});

test('an acknowledgement of entries that the leader does not have is no progress', () => {
  const node = leader();
  const before = node.raft.tracker.get(2n)?.match;
  node.step(from2(MessageType.MsgAppResp, { term: node.term, index: 100 }));
  assert.equal(node.raft.tracker.get(2n)?.match, before);
});

test('terms that nobody can have counted up to are refused', () => {
  for (const type of [MessageType.MsgVote, MessageType.MsgTransferLeader, MessageType.MsgForgetLeader]) {
    assert.equal(follower().step(from2(type, { term: 2 ** 53 - 1 }))?.code, 'invalid-message');
  }
});

test('numbers that could not be sent on are refused wherever they are', () => {
  const huge = 2 ** 60;
  const entry = { type: EntryType.EntryNormal, term: 0, index: huge, data: new Uint8Array(0) };
  for (const wrong of [
    from2(MessageType.MsgApp, { term: 2, index: huge }),
    from2(MessageType.MsgHeartbeat, { term: 2, commit: huge }),
    from2(MessageType.MsgProp, { entries: [entry] }),
    from2(MessageType.MsgReadIndex, { entries: [entry] }),
    from2(MessageType.MsgTransferLeader, { entries: [entry] }),
  ]) {
    assert.equal(follower().step(wrong)?.code, 'invalid-message', `type ${wrong.type}`);
  }
});

test('snapshots with a configuration that cannot be are refused', () => {
  const rules = { voters: [1n, 2n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  const snapshotOf = (confState: typeof rules | object, index = 9): Message =>
    from2(MessageType.MsgSnap, {
      term: 2,
      snapshot: {
        data: new Uint8Array(0),
        metadata: { index, term: 2, confState: { ...rules, ...confState } },
      },
    });
  for (const wrong of [
    { voters: [] },
    { learners: [1n] },
    { learnersNext: [2n] },
    { autoLeave: true },
    { votersOutgoing: [3n], learnersNext: [2n] },
    { votersOutgoing: [3n], learners: [3n] },
  ]) {
    assert.equal(
      follower().step(snapshotOf(wrong))?.code,
      'invalid-message',
      JSON.stringify(Object.keys(wrong)),
    );
  }
  assert.equal(follower().step(snapshotOf({}, 2 ** 53 - 1))?.code, 'invalid-message');
  assert.equal(follower().step(snapshotOf({})), undefined);
});

test('proposals of unknown types, or of membership changes cut short, are refused', () => {
  const entry = (type: number, data: Uint8Array) => ({ type, term: 0, index: 0, data });
  for (const wrong of [entry(7, Buffer.alloc(1)), entry(EntryType.EntryConfChange, Buffer.from([0x0a]))]) {
    assert.equal(leader().step(from2(MessageType.MsgProp, { entries: [wrong] }))?.code, 'invalid-message');
  }
});

test('a peer is neither this node, nor nobody, nor a local thread', () => {
  for (const id of [1n, NO_NODE, 2n ** 64n - 1n, 2n ** 64n - 2n]) {
    assert.equal(isFromPeer({ ...newMessage(MessageType.MsgApp, 1n), from: id }, 1n), false);
  }
  assert.equal(isFromPeer(from2(MessageType.MsgApp, {}), 1n), true);
});

test('a request that was handed on comes back to the node that asked, which leads by now', () => {
  const node = leader();
  const entries = [{ type: EntryType.EntryNormal, term: 0, index: 0, data: Buffer.from('asked') }];
  const proposal: Message = { ...newMessage(MessageType.MsgProp, 1n), from: 1n, entries };
  assert.equal(isFromPeer(proposal, 1n), true);
  const before = node.raft.config.storage.lastIndex();
  assert.equal(node.step(proposal), undefined);
  settle(node);
  assert.equal(node.raft.config.storage.lastIndex(), before + 1);
  const question: Message = { ...newMessage(MessageType.MsgReadIndex, 1n), from: 1n, entries };
  assert.equal(isFromPeer(question, 1n), true);
});
