// What an application may count on: refusals, limits, bootstrap, transfers, reads, membership changes in practice.
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { seededRandom, utf8Bytes, utf8Text } from '@quorate/base';
import { ConfChange, RaftMessage } from '@quorate/proto';
import { confChangeEntry } from './confchange/codec.ts';
import { type Config, ConfigError } from './config.ts';
import { describeReady, quoteBytes } from './describe.ts';
import { isLocalMessage, NO_BYTES, newEntry, newMessage } from './messages.ts';
import { RawNode } from './raw-node.ts';
import { MemoryStorage } from './storage.ts';
import { Cluster } from './testing/cluster.ts';
import type { Entry, Message } from './types.ts';
import {
  ConfChangeTransition,
  ConfChangeType,
  EntryType,
  LOCAL_APPEND_THREAD,
  MessageType,
  ReadOnlyOption,
  Role,
} from './types.ts';

function config(fields: Partial<Config> = {}): Config {
  return {
    id: 1n,
    electionTicks: 10,
    heartbeatTicks: 1,
    storage: new MemoryStorage(),
    random: seededRandom(1),
    maxInflightMessages: 16,
    ...fields,
  };
}

/** Handles Readies as a server does; returns what was applied. */
function run(node: RawNode, storage: MemoryStorage): Entry[] {
  const applied: Entry[] = [];
  while (node.hasReady()) {
    const ready = node.ready();
    if (ready.hardState !== undefined) storage.setHardState(ready.hardState);
    storage.append(ready.entries);
    for (const entry of ready.committedEntries) {
      if (entry.type === EntryType.EntryConfChange) node.applyConfChange(ConfChange.decode(entry.data));
      applied.push(entry);
    }
    node.advance();
  }
  return applied;
}

test('settings that cannot work are refused', () => {
  const wrong: Array<[Partial<Config>, RegExp]> = [
    [{ id: 0n }, /id 0/],
    [{ id: LOCAL_APPEND_THREAD }, /reserved/],
    [{ heartbeatTicks: 0 }, /heartbeatTicks/],
    [{ electionTicks: 1 }, /electionTicks/],
    [{ maxInflightMessages: 0 }, /maxInflightMessages/],
    [{ maxInflightBytes: 10, maxSizePerMessage: 11 }, /maxInflightBytes/],
    [{ readOnlyOption: ReadOnlyOption.leaseBased }, /checkQuorum/],
  ];
  for (const [fields, message] of wrong) {
    assert.throws(
      () => new RawNode(config(fields)),
      (error: Error) => error instanceof ConfigError && message.test(error.message),
    );
  }
});

describe('life of a single voter', () => {
  test('founds its group, elects itself, commits, and goes on after a restart', () => {
    const storage = new MemoryStorage();
    const node = new RawNode(config({ storage }));
    node.bootstrap([{ id: 1n, context: utf8Bytes('member 1') }]);
    const first = node.ready();
    assert.deepEqual(first.hardState, { term: 1, vote: 0n, commit: 1 });
    assert.equal(first.mustSync, true);
    storage.setHardState(first.hardState ?? { term: 0, vote: 0n, commit: 0 });
    storage.append(first.entries);
    const [member] = first.committedEntries;
    assert.equal(utf8Text(ConfChange.decode(member?.data ?? NO_BYTES).context), 'member 1');
    assert.deepEqual(node.applyConfChange(ConfChange.decode(member?.data ?? NO_BYTES)).voters, [1n]);
    node.advance();
    node.campaign();
    run(node, storage);
    assert.equal(node.isLeader, true);
    const entries = ['a', 'b', 'c'].map((data) => newEntry(EntryType.EntryNormal, utf8Bytes(data)));
    assert.equal(node.proposeEntries(entries), undefined);
    assert.deepEqual(
      entries.map((entry) => [entry.term, entry.index]),
      [
        [2, 3],
        [2, 4],
        [2, 5],
      ],
    );
    const applied = run(node, storage);
    assert.deepEqual(
      applied.map((entry) => utf8Text(entry.data)),
      ['a', 'b', 'c'],
    );
    assert.equal(applied[0], entries[0], 'the very objects that were proposed come back');

    storage.createSnapshot(
      4,
      { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false },
      NO_BYTES,
    );
    storage.compact(3);
    const again = new RawNode(config({ storage, applied: 4 }));
    assert.equal(again.term, 2);
    assert.equal(again.lastIndex, 5);
    assert.deepEqual(
      run(again, storage).map((entry) => utf8Text(entry.data)),
      ['c'],
    );
    again.campaign();
    run(again, storage);
    assert.equal(again.isLeader, true);
    assert.equal(again.applied, 6);
  });

  test('only an empty log can be bootstrapped', () => {
    const storage = new MemoryStorage();
    storage.append([{ ...newEntry(0, NO_BYTES), term: 1, index: 1 }]);
    const node = new RawNode(config({ storage }));
    assert.throws(() => node.bootstrap([{ id: 1n, context: NO_BYTES }]), /only an empty log/);
  });

  test('a node without members waits: it does not campaign however long it takes', () => {
    const node = new RawNode(config());
    for (let tick = 0; tick < 100; tick++) node.tick();
    assert.equal(node.role, Role.follower);
    assert.equal(node.hasReady(), false);
  });

  test('reads are answered at once by the only voter', () => {
    const cluster = new Cluster(1);
    cluster.campaign(1);
    cluster.raw(1).readIndex(utf8Bytes('r'));
    const { readStates } = cluster.raw(1).ready();
    assert.deepEqual(
      readStates.map((state) => state.index),
      [2],
    );
  });

  test('a leader need not wait for its heartbeats to greet a node that can be reached again', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    assert.equal(cluster.raw(1).hasReady(), false);
    cluster.raw(1).reportReachable(1n);
    cluster.raw(1).reportReachable(9n);
    cluster.raw(2).reportReachable(3n);
    assert.equal(cluster.raw(1).hasReady() || cluster.raw(2).hasReady(), false);
    cluster.raw(1).reportReachable(3n);
    const { messages } = cluster.raw(1).ready();
    assert.deepEqual(
      messages.map(({ type, to }) => [type, to]),
      [[MessageType.MsgHeartbeat, 3n]],
    );
  });

  test('a second ready needs an advance', () => {
    const cluster = new Cluster(1);
    cluster.raw(1).ready();
    assert.throws(() => cluster.raw(1).ready(), /advance/);
  });
});

describe('refusals', () => {
  test('a proposal is dropped without a leader, while leadership is handed over, and by a removed leader', () => {
    const cluster = new Cluster(3);
    assert.equal(cluster.raw(1).propose(utf8Bytes('x'))?.code, 'proposal-dropped');
    cluster.campaign(1);
    cluster.isolate(3);
    cluster.propose(1, '3 falls behind');
    cluster.raw(1).transferLeader(3n);
    assert.equal(cluster.raw(1).propose(utf8Bytes('x'))?.code, 'proposal-dropped');
    for (let tick = 0; tick < 10; tick++) cluster.raw(1).tick();
    assert.equal(
      cluster.raw(1).propose(utf8Bytes('x')),
      undefined,
      'the transfer was given up after an election time-out',
    );
    cluster.heal();
    cluster.settle();
    cluster.proposeConfChange(1, {
      ID: 1n,
      type: ConfChangeType.ConfChangeRemoveNode,
      nodeID: 1n,
      context: NO_BYTES,
    });
    assert.equal(cluster.raw(1).isLeader, true);
    assert.equal(cluster.raw(1).propose(utf8Bytes('x'))?.code, 'proposal-dropped');
  });

  test('messages that only a node itself may step, and answers of strangers, are refused', () => {
    const cluster = new Cluster(3);
    for (let type = 0; type < 24; type++) {
      const message: Message = { ...newMessage(type, 1n), from: 2n, term: 1 };
      assert.equal(
        cluster.raw(1).step(message)?.code === 'local-message',
        isLocalMessage(type),
        `type ${type}`,
      );
    }
    const stranger: Message = { ...newMessage(MessageType.MsgAppResp, 1n), from: 9n, term: 1 };
    assert.equal(cluster.raw(1).step(stranger)?.code, 'unknown-peer');
  });

  test('messages that no node sends are refused instead of breaking an invariant', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    const wrong: Partial<Message>[] = [
      { type: MessageType.MsgVote, term: 0 },
      { type: MessageType.MsgPreVote, term: 0 },
      { type: MessageType.MsgApp, term: 0 },
      { type: MessageType.MsgHeartbeat, term: 0 },
      {
        type: MessageType.MsgApp,
        term: 9,
        index: 3,
        entries: [{ ...newEntry(0, NO_BYTES), term: 1, index: 7 }],
      },
      {
        type: MessageType.MsgApp,
        term: 9,
        index: 3,
        entries: [{ ...newEntry(0, NO_BYTES), term: 10, index: 4 }],
      },
      { type: MessageType.MsgSnap, term: 9 },
      { type: MessageType.MsgProp, term: 0 },
      { type: MessageType.MsgProp, term: 4, entries: [newEntry(0, NO_BYTES)] },
      { type: MessageType.MsgReadIndex, term: 0 },
      { type: 99, term: 9 },
      { type: MessageType.MsgHeartbeat, term: 2 ** 53 },
    ];
    for (const fields of wrong) {
      const message: Message = { ...newMessage(0, 1n), from: 2n, ...fields };
      assert.equal(
        cluster.raw(1).step(message)?.code,
        'invalid-message',
        JSON.stringify(fields, (_, v) => (typeof v === 'bigint' ? String(v) : v)),
      );
    }
    assert.equal(cluster.raw(1).term, 1);
  });

  test('too much uncommitted refuses proposals, but never the only one, and never empty ones', () => {
    const cluster = new Cluster(3, { maxUncommittedSize: 100 });
    cluster.campaign(1);
    cluster.isolate(1);
    const raw = cluster.raw(1);
    assert.equal(raw.propose(new Uint8Array(150)), undefined);
    assert.equal(raw.propose(new Uint8Array(1))?.code, 'proposal-dropped');
    assert.equal(raw.propose(NO_BYTES), undefined);
    cluster.heal();
    raw.tick();
    cluster.settle();
    assert.equal(raw.raft.uncommittedSize, 0);
    assert.equal(raw.propose(new Uint8Array(60)), undefined);
    assert.equal(raw.propose(new Uint8Array(60))?.code, 'proposal-dropped');
  });
});

describe('proposals through followers', () => {
  test('are passed on to the leader', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    assert.equal(cluster.propose(3, 'by 3'), true);
    assert.equal(cluster.raw(1).committed, 3);
  });

  test('are dropped where passing on is switched off', () => {
    const cluster = new Cluster(3, { disableProposalForwarding: true });
    cluster.campaign(1);
    assert.equal(cluster.propose(3, 'by 3'), false);
    assert.equal(cluster.propose(1, 'by 1'), true);
  });

  test('that arrive twice become two entries and leave the first one alone', () => {
    const cluster = new Cluster(1);
    cluster.campaign(1);
    const message: Message = {
      ...newMessage(MessageType.MsgProp, 1n),
      from: 2n,
      entries: [newEntry(0, utf8Bytes('p'))],
    };
    cluster.raw(1).step(message);
    cluster.raw(1).step(message);
    cluster.settle();
    const log = cluster.raw(1).raft.log.slice(3, 5, 1e6);
    assert.deepEqual(
      log.map((entry) => [entry.index, utf8Text(entry.data)]),
      [
        [3, 'p'],
        [4, 'p'],
      ],
    );
  });
});

describe('flow control', () => {
  test('messages stay below their size, and a window of bytes pauses a follower', () => {
    const cluster = new Cluster(2, {
      maxSizePerMessage: 100,
      maxInflightBytes: 200,
      maxInflightMessages: 64,
    });
    cluster.campaign(1);
    cluster.isolate(2);
    const raw = cluster.raw(1);
    for (let at = 0; at < 20; at++) raw.propose(new Uint8Array(40));
    cluster.node(1).handleReady();
    const [, follower] = raw.status().progress;
    assert.equal(follower?.paused, true);
    assert.ok((follower?.inflightBytes ?? 0) >= 200 && (follower?.inflightBytes ?? 0) < 300);
    cluster.heal();
    for (let tick = 0; tick < 3; tick++) {
      raw.tick();
      cluster.settle();
    }
    assert.equal(cluster.raw(2).lastIndex, raw.lastIndex);
  });

  test('a follower that is unreachable is probed instead of fed', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.raw(1).reportUnreachable(2n);
    assert.match(cluster.raw(1).status().progress[1]?.text ?? '', /^StateProbe/);
    cluster.raw(1).tick();
    cluster.settle();
    assert.match(cluster.raw(1).status().progress[1]?.text ?? '', /^StateReplicate/);
  });

  test('a snapshot that failed is sent again after the next heartbeat', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.isolate(3);
    for (let at = 0; at < 8; at++) cluster.propose(1, `${at}`);
    cluster.node(1).durable.compact(cluster.node(1).durable.applied);
    cluster.heal();
    const raw = cluster.raw(1);
    raw.tick();
    const snapshots = () => cluster.air.filter((message) => message.type === MessageType.MsgSnap);
    for (let round = 0; round < 10 && snapshots().length === 0; round++) {
      for (const node of cluster.nodes.values()) while (node.raw?.hasReady()) node.handleReady();
      if (snapshots().length > 0) break;
      const arriving = cluster.air;
      cluster.air = [];
      for (const message of arriving) cluster.deliver(message);
    }
    assert.equal(snapshots().length, 1);
    cluster.air = [];
    raw.reportSnapshot(3n, 'failed');
    const [, , third] = raw.status().progress;
    assert.match(third?.text ?? '', /^StateProbe .*paused/);
    assert.equal(third?.next, (third?.match ?? 0) + 1, 'what did not arrive is not skipped');
    raw.tick();
    cluster.settle();
    assert.equal(cluster.node(3).durable.digest, cluster.node(1).durable.digest);
  });
});

describe('commit news, deferred', () => {
  /** Three nodes, the first of which leads and has had every entry applied everywhere. */
  function led(): Cluster {
    const cluster = new Cluster(3, { deferCommitNews: true });
    cluster.campaign(1);
    cluster.raw(1).announceCommit();
    cluster.settle();
    return cluster;
  }

  test('goes along with the next entries, or when asked for', () => {
    const cluster = led();
    const [leader, follower] = [cluster.raw(1), cluster.raw(2)];
    const start = leader.committed;
    assert.equal(follower.committed, start);
    assert.equal(leader.hasCommitNews, false);
    cluster.propose(1, 'a');
    assert.deepEqual([leader.committed, follower.committed], [start + 1, start]);
    assert.equal(leader.hasCommitNews, true);
    cluster.propose(1, 'b');
    assert.deepEqual([leader.committed, follower.committed], [start + 2, start + 1]);
    leader.announceCommit();
    assert.equal(leader.hasCommitNews, false);
    cluster.settle();
    assert.equal(follower.committed, start + 2);
  });

  test('goes along with a heartbeat', () => {
    const cluster = led();
    cluster.propose(1, 'a');
    cluster.raw(1).tick();
    cluster.settle();
    assert.equal(cluster.raw(2).committed, cluster.raw(1).committed);
  });

  test('reaches a follower that was behind when it was announced', () => {
    const cluster = led();
    cluster.isolate(3);
    cluster.propose(1, 'a');
    cluster.raw(1).announceCommit();
    cluster.settle();
    cluster.heal();
    cluster.raw(1).reportUnreachable(3n);
    cluster.raw(1).tick();
    cluster.settle();
    assert.equal(cluster.raw(3).committed, cluster.raw(1).committed);
  });

  test('of a membership change is not deferred: who is removed learns of it', () => {
    const cluster = led();
    cluster.proposeConfChange(1, {
      type: ConfChangeType.ConfChangeRemoveNode,
      ID: 1n,
      nodeID: 3n,
      context: NO_BYTES,
    });
    assert.equal(cluster.raw(3).committed, cluster.raw(1).committed);
  });
});

describe('leadership', () => {
  test('is handed to a follower that is up to date at once, and to one that is behind after it caught up', () => {
    const cluster = new Cluster(3, { checkQuorum: true, preVote: true });
    cluster.campaign(1);
    cluster.raw(1).transferLeader(2n);
    cluster.settle();
    assert.equal(cluster.leader?.id, 2n);
    cluster.isolate(3);
    cluster.propose(2, 'unknown to 3');
    cluster.heal();
    cluster.raw(2).transferLeader(3n);
    for (let tick = 0; tick < 3; tick++) {
      cluster.raw(2).tick();
      cluster.settle();
    }
    assert.equal(cluster.leader?.id, 3n);
    // A follower passes the request on; asking for the present leader changes nothing.
    cluster.raw(1).transferLeader(1n);
    cluster.settle();
    assert.equal(cluster.leader?.id, 1n);
    cluster.raw(1).transferLeader(1n);
    cluster.settle();
    assert.equal(cluster.leader?.id, 1n);
  });

  test('is not handed to learners, and a transfer to a removed member is given up', () => {
    const cluster = new Cluster(4, {}, 1, 3);
    cluster.campaign(1);
    cluster.proposeConfChange(1, {
      ID: 1n,
      type: ConfChangeType.ConfChangeAddLearnerNode,
      nodeID: 4n,
      context: NO_BYTES,
    });
    cluster.raw(1).transferLeader(4n);
    assert.equal(cluster.raw(1).basicStatus().transferTarget, 0n);
    cluster.raw(1).transferLeader(9n);
    assert.equal(cluster.raw(1).basicStatus().transferTarget, 0n);
  });

  test('ends when no quorum has answered for an election time-out (check-quorum)', () => {
    const cluster = new Cluster(3, { checkQuorum: true });
    cluster.campaign(1);
    cluster.isolate(1);
    for (let tick = 0; tick < 20; tick++) cluster.raw(1).tick();
    assert.equal(cluster.raw(1).role, Role.follower);
    assert.equal(cluster.raw(1).term, 1);
  });

  test('a node that was cut off does not raise the term of the group (pre-vote)', () => {
    const cluster = new Cluster(3, { preVote: true, checkQuorum: true });
    cluster.campaign(1);
    cluster.isolate(3);
    for (let tick = 0; tick < 200; tick++) cluster.raw(3).tick();
    cluster.settle();
    assert.equal(cluster.raw(3).term, 1);
    cluster.heal();
    for (let tick = 0; tick < 30; tick++) {
      cluster.tickAll();
      cluster.settle();
    }
    assert.equal(cluster.raw(1).term, 1);
    assert.equal(cluster.leader?.id, 1n);
  });
});

test('a node does not campaign before it has applied every committed membership change', () => {
  const cluster = new Cluster(3);
  const entry = confChangeEntry({
    ID: 1n,
    type: ConfChangeType.ConfChangeRemoveNode,
    nodeID: 1n,
    context: NO_BYTES,
  });
  entry.term = 1;
  entry.index = 2;
  const raw = cluster.raw(1);
  raw.step({
    ...newMessage(MessageType.MsgApp, 1n),
    from: 2n,
    term: 1,
    index: 1,
    logTerm: 1,
    entries: [entry],
    commit: 2,
  });
  raw.campaign();
  assert.equal(raw.role, Role.follower);
  cluster.settle();
  raw.campaign();
  assert.equal(raw.role, Role.follower, 'it is no member any more');
});

describe('reads', () => {
  test('many requests are confirmed by one round of heartbeats', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    for (const context of ['a', 'b', 'c']) cluster.raw(1).readIndex(utf8Bytes(context));
    cluster.settle();
    assert.deepEqual(
      cluster.node(1).readStates.map((state) => utf8Text(state.requestContext)),
      ['a', 'b', 'c'],
    );
    assert.equal(cluster.raw(1).raft.readOnly.length, 0);
  });

  test('a leader with a lease answers without asking anybody', () => {
    const cluster = new Cluster(3, { checkQuorum: true, readOnlyOption: ReadOnlyOption.leaseBased });
    cluster.campaign(1);
    cluster.isolate(1);
    cluster.raw(1).readIndex(utf8Bytes('leased'));
    assert.equal(cluster.raw(1).ready().readStates.length, 1);
  });

  test('a leader that has removed itself does not answer for the one voter that is left', () => {
    const cluster = new Cluster(2);
    cluster.campaign(1);
    cluster.proposeConfChange(1, {
      ID: 1n,
      type: ConfChangeType.ConfChangeRemoveNode,
      nodeID: 1n,
      context: NO_BYTES,
    });
    assert.equal(cluster.raw(1).isLeader, true);
    cluster.isolate(1);
    cluster.campaign(2);
    cluster.propose(2, 'newer');
    cluster.raw(1).readIndex(utf8Bytes('stale'));
    cluster.settle();
    assert.deepEqual(cluster.node(1).readStates, []);
  });
});

test('a removed leader with a longer log tells the others what is committed, so that they can elect one of them', () => {
  const cluster = new Cluster(3, { stepDownOnRemoval: true }, 1, 2);
  cluster.campaign(2);
  const raw = cluster.raw(2);
  // {1, 2} → {1, 3}: the joint configuration needs the votes of both 1 and 2. That it has been left is known to 2 only,
  // which has the longest log.
  const changes = [
    { type: ConfChangeType.ConfChangeRemoveNode, nodeID: 2n },
    { type: ConfChangeType.ConfChangeAddNode, nodeID: 3n },
  ];
  raw.proposeConfChange({
    transition: ConfChangeTransition.ConfChangeTransitionAuto,
    changes,
    context: NO_BYTES,
  });
  let tail = 0;
  for (let round = 0; round < 20 && raw.isLeader; round++) {
    for (const node of cluster.nodes.values()) while (node.raw?.hasReady()) node.handleReady();
    const leaving =
      raw.status().membership.autoLeave && [1, 3].every((id) => cluster.raw(id).lastIndex === raw.lastIndex);
    if (leaving && tail === 0) {
      raw.propose(utf8Bytes('only on 2'));
      tail = raw.lastIndex;
    }
    const arriving = cluster.air;
    cluster.air = [];
    for (const message of arriving) {
      const lost = message.from === 2n && (!raw.isLeader || (tail > 0 && message.index >= tail - 1));
      if (!lost) cluster.deliver(message);
    }
  }
  assert.ok(raw.lastIndex > cluster.raw(1).lastIndex, 'node 2 has the longest log');
  assert.equal(raw.isLeader, false);
  cluster.air = [];
  for (let tick = 0; tick < 200 && cluster.leader === undefined; tick++) {
    cluster.tickAll();
    cluster.settle();
  }
  assert.ok(cluster.leader !== undefined, 'a leader was elected');
  assert.deepEqual(cluster.leader.raw?.status().membership.incoming, [1n, 3n]);
});

test('messages and Readies are described as etcd does', () => {
  assert.equal(quoteBytes(utf8Bytes('a"\\\n\t\u0001é☃')), '"a\\"\\\\\\n\\t\\x01é☃"');
  assert.equal(quoteBytes(new Uint8Array([0xff, 0x61])), '"\\xffa"');
  const cluster = new Cluster(1);
  cluster.raw(1).campaign();
  assert.equal(
    describeReady(cluster.raw(1).ready()),
    'Ready MustSync=true:\nLead:0 State:StateCandidate\nHardState Term:1 Vote:1 Commit:1\n',
  );
  const message = newMessage(MessageType.MsgApp, 2n);
  assert.deepEqual(
    Object.keys(RaftMessage.create({})),
    Object.keys(message),
    'one shape with decoded messages',
  );
});

test('a lone voter that has come back answers a read only after it has committed in its new term', () => {
  // Its log may hold entries that were committed, and answered, before the end; the commit index on disk may be older.
  const storage = new MemoryStorage();
  storage.applySnapshot({
    data: NO_BYTES,
    metadata: {
      index: 1,
      term: 1,
      confState: { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false },
    },
  });
  storage.append(
    [2, 3].map((index) => ({ ...newEntry(EntryType.EntryNormal, utf8Bytes('x')), index, term: 1 })),
  );
  storage.setHardState({ term: 1, vote: 1n, commit: 1 });
  const node = new RawNode(config({ storage }));
  node.campaign();
  // The vote for itself is stable, the first entry of the term is not.
  while (!node.isLeader) {
    const ready = node.ready();
    storage.append(ready.entries);
    node.advance();
  }
  node.readIndex(utf8Bytes('early'));
  const answers: number[] = [];
  while (node.hasReady()) {
    const ready = node.ready();
    for (const { index } of ready.readStates) answers.push(index);
    storage.append(ready.entries);
    node.advance();
  }
  assert.deepEqual(answers, [4]);
});
