// One test or more for each section of "In Search of an Understandable Consensus Algorithm (Extended Version)",
// Ongaro and Ousterhout. The rules are checked from outside: messages in, messages and states out.
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { seededRandom, utf8Bytes, utf8Text } from '@quorate/base';
import { NO_BYTES, newEntry, newMessage } from './messages.ts';
import { RawNode } from './raw-node.ts';
import { Cluster, DurableState } from './testing/cluster.ts';
import type { Message } from './types.ts';
import { ConfChangeTransition, ConfChangeType, MessageType, Role } from './types.ts';

/** Lets the nodes work off their Readies without delivering anything. */
function work(cluster: Cluster): void {
  for (const node of cluster.nodes.values()) while (node.raw?.hasReady()) node.handleReady();
}

/** Delivers what is in the air and matches, once; the rest stays. */
function deliver(cluster: Cluster, matches: (message: Message) => boolean): void {
  const arriving = cluster.air.filter(matches);
  cluster.air = cluster.air.filter((message) => !matches(message));
  for (const message of arriving) cluster.deliver(message);
  work(cluster);
}

/** A message of a peer. */
function from(peer: number, type: number, fields: Partial<Message>): Message {
  return { ...newMessage(type, 1n), from: BigInt(peer), ...fields };
}

function lastEntryOf(cluster: Cluster, id: number): string {
  const { storage } = cluster.raw(id).raft.config;
  const last = storage.lastIndex();
  const [entry] = storage.entries(last, last + 1, 0);
  return `${entry?.term}:${utf8Text(entry?.data ?? NO_BYTES)}`;
}

function sent(cluster: Cluster, type: number): Message[] {
  return cluster.air.filter((message) => message.type === type);
}

describe('5.1 Raft basics', () => {
  test('5.1 servers start as followers and stay so while they hear from a leader', () => {
    const cluster = new Cluster(3);
    assert.equal(cluster.raw(1).role, Role.follower);
    cluster.campaign(1);
    for (let tick = 0; tick < 200; tick++) {
      cluster.tickAll();
      cluster.settle();
    }
    assert.equal(cluster.leader?.id, 1n);
    assert.equal(cluster.raw(2).role, Role.follower);
    assert.equal(cluster.raw(2).term, 1);
  });

  for (const [name, prepare] of [
    ['follower', () => {}],
    ['candidate', (cluster: Cluster) => cluster.raw(1).campaign()],
    ['leader', (cluster: Cluster) => cluster.campaign(1)],
  ] as const) {
    test(`5.1 a ${name} that sees a larger term adopts it and becomes a follower`, () => {
      const cluster = new Cluster(3);
      prepare(cluster);
      cluster.raw(1).step(from(2, MessageType.MsgApp, { term: 7 }));
      assert.equal(cluster.raw(1).term, 7);
      assert.equal(cluster.raw(1).role, Role.follower);
      assert.equal(cluster.raw(1).leader, 2n);
    });
  }

  test('5.1 a request with a stale term has no effect', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.campaign(2);
    assert.equal(cluster.raw(1).term, 2);
    const last = cluster.raw(1).lastIndex;
    const entry = { ...newEntry(0, utf8Bytes('stale')), term: 1, index: last + 1 };
    cluster.raw(1).step(from(3, MessageType.MsgApp, { term: 1, index: last, logTerm: 2, entries: [entry] }));
    assert.equal(cluster.raw(1).lastIndex, last);
    assert.equal(cluster.raw(1).leader, 2n);
  });

  test('5.1 term and vote are stored before a vote is answered', () => {
    const cluster = new Cluster(3);
    cluster.raw(1).step(from(2, MessageType.MsgVote, { term: 3, index: 1, logTerm: 1 }));
    const ready = cluster.raw(1).ready();
    assert.deepEqual(ready.hardState, { term: 3, vote: 2n, commit: 1 });
    assert.equal(ready.mustSync, true);
    assert.deepEqual(
      ready.messages.map((message) => message.type),
      [MessageType.MsgVoteResp],
    );
  });
});

describe('5.2 Leader election', () => {
  test('5.2 a follower that hears nothing starts an election: next term, vote for itself, requests to all', () => {
    const cluster = new Cluster(3);
    for (let tick = 0; tick < 20; tick++) cluster.raw(1).tick();
    work(cluster);
    const requests = sent(cluster, MessageType.MsgVote);
    assert.deepEqual(
      requests.map((message) => [message.to, message.term]),
      [
        [2n, 1],
        [3n, 1],
      ],
    );
    assert.equal(cluster.node(1).durable.hardState.vote, 1n);
    assert.equal(cluster.raw(1).role, Role.candidate);
  });

  test('5.2 a candidate wins with a majority and asserts itself at once', () => {
    for (const [size, grants, wins] of [
      [1, 0, true],
      [3, 1, true],
      [3, 0, false],
      [5, 2, true],
      [5, 1, false],
    ] as const) {
      const cluster = new Cluster(size);
      cluster.raw(1).campaign();
      work(cluster);
      for (let peer = 2; peer <= grants + 1; peer++) {
        cluster.raw(1).step(from(peer, MessageType.MsgVoteResp, { term: 1 }));
      }
      assert.equal(cluster.raw(1).isLeader, wins, `${grants + 1} of ${size}`);
      work(cluster);
      if (wins) assert.equal(sent(cluster, MessageType.MsgApp).length, size - 1);
    }
  });

  test('5.2 a server votes for one candidate a term, first come first served', () => {
    const cluster = new Cluster(3);
    const request = { term: 1, index: 1, logTerm: 1 };
    cluster.raw(1).step(from(2, MessageType.MsgVote, request));
    cluster.raw(1).step(from(3, MessageType.MsgVote, request));
    cluster.raw(1).step(from(2, MessageType.MsgVote, request));
    const answers = cluster
      .raw(1)
      .ready()
      .messages.map((message) => [message.to, message.reject]);
    assert.deepEqual(answers, [
      [2n, false],
      [3n, true],
      [2n, false],
    ]);
  });

  test('5.2 the vote of a term survives a crash', () => {
    const cluster = new Cluster(3);
    cluster.raw(1).step(from(2, MessageType.MsgVote, { term: 1, index: 1, logTerm: 1 }));
    work(cluster);
    cluster.node(1).crash();
    cluster.node(1).start();
    cluster.raw(1).step(from(3, MessageType.MsgVote, { term: 1, index: 1, logTerm: 1 }));
    assert.equal(cluster.raw(1).ready().messages[0]?.reject, true);
  });

  test('5.2 a candidate that hears from a leader of its term returns to follower', () => {
    const cluster = new Cluster(3);
    cluster.raw(1).campaign();
    cluster.raw(1).step(from(2, MessageType.MsgHeartbeat, { term: 1 }));
    assert.equal(cluster.raw(1).role, Role.follower);
    assert.equal(cluster.raw(1).leader, 2n);
    assert.equal(cluster.raw(1).term, 1);
  });

  test('5.2 a candidate that loses or splits the vote campaigns again in a new term', () => {
    const cluster = new Cluster(3);
    cluster.raw(1).campaign();
    work(cluster);
    for (const peer of [2, 3])
      cluster.raw(1).step(from(peer, MessageType.MsgVoteResp, { term: 1, reject: true }));
    assert.equal(cluster.raw(1).role, Role.follower);
    for (const term of [2, 3]) {
      const { electionTimeout } = cluster.raw(1).raft;
      for (let tick = 0; tick < electionTimeout; tick++) cluster.raw(1).tick();
      assert.equal(cluster.raw(1).role, Role.candidate);
      assert.equal(cluster.raw(1).term, term);
    }
  });

  test('5.2 election time-outs are spread over [T, 2T)', () => {
    const seen = new Set<number>();
    const cluster = new Cluster(3);
    for (let round = 0; round < 400; round++) {
      cluster.raw(1).step(from(2, MessageType.MsgHeartbeat, { term: round + 1 }));
      const { electionTimeout } = cluster.raw(1).raft;
      assert.ok(electionTimeout >= 10 && electionTimeout < 20);
      seen.add(electionTimeout);
    }
    assert.equal(seen.size, 10);
  });

  test('5.2 a leader sends heartbeats to keep its authority', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.raw(1).tick();
    work(cluster);
    assert.deepEqual(
      sent(cluster, MessageType.MsgHeartbeat).map((message) => message.to),
      [2n, 3n],
    );
  });
});

describe('5.3 Log replication', () => {
  test('5.3 an entry is committed once a majority has stored it, and the followers learn of it', () => {
    const cluster = new Cluster(5);
    cluster.campaign(1);
    const committed = cluster.raw(1).committed;
    cluster.raw(1).propose(utf8Bytes('x'));
    work(cluster);
    deliver(cluster, (message) => message.to === 2n);
    deliver(cluster, (message) => message.from === 2n);
    assert.equal(cluster.raw(1).committed, committed);
    deliver(cluster, (message) => message.to === 3n);
    deliver(cluster, (message) => message.from === 3n);
    assert.equal(cluster.raw(1).committed, committed + 1);
    cluster.settle();
    for (const node of cluster.nodes.values()) assert.equal(node.durable.applied, committed + 1);
  });

  test('5.3 a leader commits only what it has stored itself', () => {
    const cluster = new Cluster(1);
    cluster.raw(1).campaign();
    cluster.node(1).handleReady();
    const ready = cluster.raw(1).ready();
    assert.equal(ready.entries.length, 1);
    assert.equal(ready.committedEntries.length, 0);
    assert.equal(cluster.raw(1).committed, 1);
  });

  test('5.3 a follower refuses entries that do not follow on what it has', () => {
    const cluster = new Cluster(3);
    const entry = { ...newEntry(0, NO_BYTES), term: 2, index: 6 };
    cluster.raw(1).step(from(2, MessageType.MsgApp, { term: 2, index: 5, logTerm: 2, entries: [entry] }));
    const [answer] = cluster.raw(1).ready().messages;
    assert.equal(answer?.reject, true);
    assert.equal(answer?.rejectHint, 1);
    assert.equal(cluster.raw(1).lastIndex, 1);
  });

  test('5.3 a follower deletes a conflicting suffix but nothing that matches', () => {
    const cluster = new Cluster(3);
    const raw = cluster.raw(1);
    const entry = (term: number, index: number) => ({ ...newEntry(0, NO_BYTES), term, index });
    raw.step(
      from(2, MessageType.MsgApp, {
        term: 2,
        index: 1,
        logTerm: 1,
        entries: [entry(2, 2), entry(2, 3), entry(2, 4)],
      }),
    );
    // A late message with a prefix of what is there must not shorten the log.
    raw.step(from(2, MessageType.MsgApp, { term: 2, index: 1, logTerm: 1, entries: [entry(2, 2)] }));
    assert.equal(raw.lastIndex, 4);
    raw.step(from(3, MessageType.MsgApp, { term: 3, index: 2, logTerm: 2, entries: [entry(3, 3)] }));
    assert.equal(raw.lastIndex, 3);
    assert.deepEqual(
      [2, 3].map((index) => raw.raft.log.term(index)),
      [2, 3],
    );
  });

  test('5.3 figure 7: a new leader brings every kind of divergent log in line with its own', () => {
    const figure: Record<string, number[]> = {
      leader: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
      a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
      b: [1, 1, 1, 4],
      c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      e: [1, 1, 1, 4, 4, 4, 4],
      f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    };
    const cluster = new Cluster(7);
    for (const [at, terms] of Object.values(figure).entries()) {
      const node = cluster.node(at + 1);
      node.crash();
      node.durable.append(
        terms.map((term, position) => ({ ...newEntry(0, utf8Bytes(`${term}`)), term, index: position + 2 })),
      );
      node.durable.hardState = { term: 7, vote: 0n, commit: 1 };
      node.start();
    }
    cluster.campaign(1);
    assert.equal(cluster.leader?.id, 1n);
    cluster.checkLogMatching();
    const leader = cluster.raw(1);
    assert.equal(leader.lastIndex, 12);
    for (const node of cluster.nodes.values()) {
      assert.equal(node.raw?.lastIndex, leader.lastIndex);
      assert.equal(node.durable.digest, cluster.node(1).durable.digest);
    }
  });

  test('5.3 a leader repeats appends until every follower has everything', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.isolate(3);
    for (let at = 0; at < 20; at++) cluster.propose(1, `lost on 3: ${at}`);
    cluster.heal();
    for (let tick = 0; tick < 3; tick++) {
      cluster.raw(1).tick();
      cluster.settle();
    }
    assert.equal(cluster.node(3).durable.digest, cluster.node(1).durable.digest);
  });
});

describe('5.4 Safety', () => {
  test('5.4.1 a vote is refused to a candidate whose log is behind: by last term, then by length', () => {
    const entry = (term: number, index: number) => ({ ...newEntry(0, NO_BYTES), term, index });
    for (const [logTerm, index, granted] of [
      [2, 3, true],
      [2, 4, true],
      [3, 2, true],
      [2, 2, false],
      [1, 9, false],
    ] as const) {
      const cluster = new Cluster(3);
      cluster
        .raw(1)
        .step(
          from(2, MessageType.MsgApp, { term: 2, index: 1, logTerm: 1, entries: [entry(1, 2), entry(2, 3)] }),
        );
      work(cluster);
      cluster.air = [];
      cluster.raw(1).step(from(3, MessageType.MsgVote, { term: 5, logTerm, index }));
      work(cluster);
      const [answer] = sent(cluster, MessageType.MsgVoteResp);
      assert.equal(answer?.reject, !granted, `candidate ends at ${logTerm}/${index}`);
    }
  });

  /** Figure 8 up to (c): server 1 leads again and entry 2 of term 2 is on servers 1, 2 and 3. */
  function figure8(): Cluster {
    const cluster = new Cluster(5, { maxSizePerMessage: 0 });
    cluster.campaign(4);
    const base = cluster.raw(4).lastIndex;
    const only = (...ids: number[]) => {
      cluster.heal();
      cluster.isolate(...ids);
    };
    // (a) Server 1 leads term 2 and gets its entry to server 2 only.
    cluster.campaign(1);
    only(1, 2);
    cluster.propose(1, 'a');
    assert.equal(cluster.raw(2).lastIndex, base + 2);
    // (b) Server 5 leads term 3 with the votes of 3 and 4, and keeps its entries to itself.
    cluster.node(1).crash();
    only(3, 4, 5);
    cluster.raw(5).campaign();
    work(cluster);
    deliver(cluster, (message) => message.type === MessageType.MsgVote);
    deliver(cluster, (message) => message.type === MessageType.MsgVoteResp);
    assert.equal(cluster.raw(5).isLeader, true);
    cluster.raw(5).propose(utf8Bytes('b'));
    work(cluster);
    cluster.air = [];
    // (c) Server 5 crashes, server 1 leads term 4 and goes on replicating 'a', one entry a message.
    cluster.node(5).crash();
    cluster.node(1).start();
    cluster.heal();
    // In term 3 servers 3 and 4 have voted already.
    while (!cluster.raw(1).isLeader) {
      assert.ok(cluster.raw(1).term < 5);
      cluster.raw(1).campaign();
      work(cluster);
      deliver(cluster, (message) => message.type === MessageType.MsgVote);
      deliver(cluster, (message) => message.type === MessageType.MsgVoteResp);
    }
    return cluster;
  }

  test('5.4.2 figure 8 (c): an entry of an earlier term on a majority is not committed by counting', () => {
    const cluster = figure8();
    const raw = cluster.raw(1);
    const entryA = raw.lastIndex - 1;
    assert.ok(raw.term > raw.raft.log.term(entryA));
    // Server 3 gets everything up to 'a' but not the entry of the new term.
    for (let round = 0; round < 12 && cluster.raw(3).lastIndex < entryA; round++) {
      deliver(cluster, (message) => message.to === 3n || (message.from === 3n && message.to === 1n));
    }
    deliver(cluster, (message) => message.from === 3n && message.to === 1n);
    assert.equal(cluster.raw(3).raft.log.term(entryA), raw.raft.log.term(entryA));
    const holders = [1, 2, 3].filter(
      (id) => cluster.raw(id).raft.log.term(entryA) === raw.raft.log.term(entryA),
    );
    assert.equal(holders.length, 3);
    assert.ok(raw.committed < entryA, 'the entry of the earlier term must not be committed yet');
  });

  test('5.4.2 figure 8 (d): such an entry may still be overwritten by another leader', () => {
    const cluster = figure8();
    cluster.node(1).crash();
    cluster.air = [];
    cluster.node(5).start();
    cluster.campaign(5);
    cluster.campaign(5);
    assert.equal(cluster.leader?.id, 5n);
    cluster.node(1).start();
    cluster.propose(5, 'd');
    for (let tick = 0; tick < 3; tick++) {
      cluster.raw(5).tick();
      cluster.settle();
    }
    for (const id of [1, 2, 3, 4, 5]) {
      assert.equal(lastEntryOf(cluster, id), `${cluster.raw(5).term}:d`);
    }
    cluster.checkLogMatching();
  });

  test('5.4.2 figure 8 (e): with an entry of its own term on a majority, all before is committed for good', () => {
    const cluster = figure8();
    cluster.settle();
    const raw = cluster.raw(1);
    assert.equal(raw.committed, raw.lastIndex);
    cluster.node(1).crash();
    cluster.node(5).start();
    cluster.raw(5).campaign();
    cluster.settle();
    cluster.raw(5).campaign();
    cluster.settle();
    assert.notEqual(cluster.leader?.id, 5n);
  });

  test('5.4.3 a new leader has every committed entry, whichever majority elects it', () => {
    for (let candidate = 1; candidate <= 5; candidate++) {
      const cluster = new Cluster(5);
      cluster.campaign(1);
      cluster.isolate(4, 5);
      cluster.propose(1, 'committed on 1, 2 and 3');
      cluster.heal();
      cluster.node(1).crash();
      // What is checked: Leader Completeness, by the cluster itself on every new leader.
      if (candidate > 1) cluster.campaign(candidate);
      const leads = cluster.leader?.id === BigInt(candidate);
      assert.equal(leads, candidate === 2 || candidate === 3, `candidate ${candidate}`);
    }
  });
});

test('5.5 Follower and candidate crashes: requests are repeated, and a repeated request does no harm', () => {
  const cluster = new Cluster(3);
  cluster.campaign(1);
  cluster.node(3).crash();
  cluster.propose(1, 'while 3 is down');
  cluster.node(3).start();
  cluster.raw(1).tick();
  cluster.settle();
  assert.equal(cluster.node(3).durable.applied, cluster.node(1).durable.applied);
  cluster.raw(1).propose(utf8Bytes('twice'));
  work(cluster);
  cluster.air = cluster.air.flatMap((message) => [message, message]);
  cluster.settle();
  assert.equal(cluster.node(3).durable.digest, cluster.node(1).durable.digest);
  assert.equal(cluster.raw(3).lastIndex, cluster.raw(1).lastIndex);
});

test('5.6 Timing and availability: heartbeats come well before election time-outs, and a lost leader is replaced', () => {
  const settings = {
    id: 1n,
    storage: new DurableState(),
    random: seededRandom(1),
    maxInflightMessages: 1,
    electionTicks: 5,
    heartbeatTicks: 5,
  };
  assert.throws(() => new RawNode(settings), /electionTicks must be greater/);
  const cluster = new Cluster(5);
  cluster.campaign(1);
  cluster.node(1).crash();
  let ticks = 0;
  for (; cluster.leader === undefined && ticks < 100; ticks++) {
    cluster.tickAll();
    cluster.settle();
  }
  assert.ok(ticks <= 40, `a new leader after ${ticks} ticks`);
});

describe('6 Cluster membership changes', () => {
  const change = (...changes: Array<[number, number]>) => ({
    transition: ConfChangeTransition.ConfChangeTransitionJointExplicit,
    changes: changes.map(([type, id]) => ({ type, nodeID: BigInt(id) })),
    context: NO_BYTES,
  });
  const leave = { transition: ConfChangeTransition.ConfChangeTransitionAuto, changes: [], context: NO_BYTES };
  const {
    ConfChangeAddNode: ADD,
    ConfChangeRemoveNode: REMOVE,
    ConfChangeAddLearnerNode: LEARN,
  } = ConfChangeType;

  test('6 while the joint configuration is in force, both majorities decide', () => {
    const cluster = new Cluster(6, {}, 1, 3);
    cluster.campaign(1);
    cluster.proposeConfChange(1, change([ADD, 4], [ADD, 5], [ADD, 6], [REMOVE, 1], [REMOVE, 2], [REMOVE, 3]));
    const { membership } = cluster.raw(1).status();
    assert.deepEqual(membership.incoming, [4n, 5n, 6n]);
    assert.deepEqual(membership.outgoing, [1n, 2n, 3n]);
    const before = cluster.raw(1).committed;
    cluster.isolate(1, 2, 3);
    cluster.propose(1, 'old majority only');
    assert.equal(cluster.raw(1).committed, before);
    cluster.heal();
    cluster.raw(1).tick();
    cluster.settle();
    assert.equal(cluster.raw(1).committed, before + 1);
    cluster.proposeConfChange(1, leave);
    assert.deepEqual(cluster.raw(4).status().membership.outgoing, []);
    assert.deepEqual(cluster.raw(4).status().membership.incoming, [4n, 5n, 6n]);
  });

  test('6 a second change is not accepted before the first one is applied', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    const raw = cluster.raw(1);
    raw.proposeConfChange(change([LEARN, 4]));
    raw.proposeConfChange(change([LEARN, 5]));
    const last = raw.lastIndex;
    assert.deepEqual(
      raw.raft.log.slice(last - 1, last + 1, 1e6).map((entry) => entry.type),
      [2, 0],
    );
  });

  test('6 new servers join as learners, which get the log but count in no majority', () => {
    const cluster = new Cluster(4, {}, 1, 3);
    cluster.campaign(1);
    cluster.proposeConfChange(1, {
      transition: ConfChangeTransition.ConfChangeTransitionAuto,
      changes: [{ type: LEARN, nodeID: 4n }],
      context: NO_BYTES,
    });
    cluster.propose(1, 'for the learner, too');
    assert.equal(cluster.node(4).durable.digest, cluster.node(1).durable.digest);
    assert.equal(cluster.raw(4).campaign(), undefined);
    assert.equal(cluster.raw(4).role, Role.follower);
    const before = cluster.raw(1).committed;
    cluster.isolate(1, 4);
    cluster.propose(1, 'a learner is no majority');
    assert.equal(cluster.raw(1).committed, before);
  });

  test('6 a leader that is not in the new configuration manages the change, then steps down if asked to', () => {
    const cluster = new Cluster(3, { stepDownOnRemoval: true });
    cluster.campaign(1);
    cluster.proposeConfChange(1, { ID: 1n, type: REMOVE, nodeID: 1n, context: NO_BYTES });
    assert.equal(cluster.raw(1).role, Role.follower);
    assert.deepEqual(cluster.raw(2).status().membership.incoming, [2n, 3n]);
    cluster.campaign(2);
    assert.equal(cluster.leader?.id, 2n);
  });

  test('6 a removed server cannot disturb a leader that is heard', () => {
    const cluster = new Cluster(3, { checkQuorum: true });
    cluster.campaign(1);
    cluster.isolate(3);
    for (let tick = 0; tick < 60; tick++) cluster.raw(3).tick();
    cluster.heal();
    cluster.settle();
    cluster.raw(3).campaign();
    work(cluster);
    deliver(cluster, (message) => message.type === MessageType.MsgVote);
    assert.equal(cluster.leader?.id, 1n);
    assert.equal(cluster.raw(1).term, 1);
    assert.equal(cluster.raw(2).term, 1);
  });
});

describe('7 Log compaction', () => {
  test('7 a follower that is behind the compacted log gets a snapshot, then the rest', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.isolate(3);
    for (let at = 0; at < 10; at++) cluster.propose(1, `entry ${at}`);
    cluster.node(1).durable.compact(cluster.node(1).durable.applied - 1);
    cluster.heal();
    cluster.raw(1).tick();
    cluster.settle();
    cluster.propose(1, 'after the snapshot');
    assert.equal(cluster.node(3).durable.digest, cluster.node(1).durable.digest);
    assert.ok(cluster.node(3).durable.firstIndex() > 2, 'the log was replaced');
  });

  test('7 a snapshot that covers nothing new is answered with the commit index and changes nothing', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.propose(1, 'x');
    const raw = cluster.raw(2);
    const last = raw.lastIndex;
    const snapshot = cluster.node(1).durable.snapshot();
    raw.step({ ...from(1, MessageType.MsgSnap, { term: 1, snapshot }), to: 2n });
    assert.equal(raw.lastIndex, last);
    const [answer] = raw.ready().messages;
    assert.equal(answer?.index, raw.committed);
  });

  test('7 a snapshot inside of a log that has its last entry keeps what follows', () => {
    const cluster = new Cluster(3);
    const raw = cluster.raw(1);
    const entries = [2, 3, 4].map((index) => ({ ...newEntry(0, NO_BYTES), term: 1, index }));
    raw.step(from(2, MessageType.MsgApp, { term: 1, index: 1, logTerm: 1, entries }));
    const { confState } = cluster.node(2).durable;
    const snapshot = { data: NO_BYTES, metadata: { confState, index: 3, term: 1 } };
    raw.step(from(2, MessageType.MsgSnap, { term: 1, snapshot }));
    assert.equal(raw.committed, 3);
    assert.equal(raw.lastIndex, 4);
  });
});

describe('8 Client interaction', () => {
  test('8 a new leader commits an empty entry of its term before it answers reads', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.propose(1, 'x');
    cluster.raw(2).campaign();
    work(cluster);
    deliver(cluster, (message) => message.type === MessageType.MsgVote);
    deliver(cluster, (message) => message.type === MessageType.MsgVoteResp);
    const leader = cluster.raw(2);
    assert.equal(leader.isLeader, true);
    leader.readIndex(utf8Bytes('early'));
    assert.equal(leader.hasReady() && leader.raft.readStates.length > 0, false);
    assert.equal(leader.raft.pendingReadIndex.length, 1);
    cluster.settle();
    const [state] = cluster.node(2).readStates;
    assert.equal(utf8Text(state?.requestContext ?? NO_BYTES), 'early');
    assert.equal(state?.index, leader.committed);
  });

  test('8 a leader confirms with a majority that it has not been deposed before it answers a read', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.isolate(1);
    cluster.raw(1).readIndex(utf8Bytes('stale?'));
    cluster.campaign(2);
    cluster.propose(2, 'newer');
    for (let tick = 0; tick < 5; tick++) cluster.raw(1).tick();
    cluster.settle();
    assert.equal(cluster.raw(1).isLeader, true);
    assert.deepEqual(cluster.node(1).readStates, []);
    cluster.heal();
    cluster.raw(1).tick();
    cluster.settle();
    assert.deepEqual(cluster.node(1).readStates, []);
    cluster.raw(2).tick();
    cluster.settle();
    assert.equal(cluster.raw(1).role, Role.follower);
  });

  test('8 a follower passes a read on to the leader and gets the commit index', () => {
    const cluster = new Cluster(3);
    cluster.campaign(1);
    cluster.propose(1, 'x');
    cluster.raw(3).readIndex(utf8Bytes('from 3'));
    cluster.settle();
    assert.deepEqual(
      cluster.node(3).readStates.map((state) => state.index),
      [cluster.raw(1).committed],
    );
  });
});
