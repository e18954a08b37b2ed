// Messages that no correct peer sends, handed to a node: it may refuse them, but it keeps its invariants and lives.
import assert from 'node:assert/strict';
import { type Random, seededRandom } from '@quorate/base';
import { ConfChange, DecodeError, RaftMessage } from '@quorate/proto';
import {
  ConfChangeError,
  type Entry,
  EntryType,
  isFromPeer,
  MemoryStorage,
  MessageType,
  RawNode,
  type Snapshot,
} from '@quorate/raft';
import { accepts, type FuzzTarget } from '../target.ts';

const VOTERS = [1n, 2n, 3n];
const LEARNER = 4n;
/** Entries that every node begins with: index 1 to 8, terms 1 to 3. */
const LOG: readonly Entry[] = Array.from({ length: 8 }, (_, at) => ({
  type: EntryType.EntryNormal,
  term: 1 + Math.floor(at / 3),
  index: at + 1,
  data: Buffer.from([at]),
}));
const COMMITTED = 5;
/** The log before it is compacted away. */
const COMPACTED = 2;
const SNAPSHOT: Snapshot = {
  data: new Uint8Array(0),
  metadata: {
    index: COMPACTED,
    term: 1,
    confState: {
      voters: VOTERS,
      learners: [LEARNER],
      votersOutgoing: [],
      learnersNext: [],
      autoLeave: false,
    },
  },
};
const STORED = LOG.slice(COMPACTED);

/** A node with a log, and the application around it. */
class Subject {
  readonly #storage = new MemoryStorage();
  readonly #node: RawNode;
  /** Terms of committed entries, by index. */
  readonly #committedTerms = new Map<number, number>();
  #term = 0;

  constructor(preVote: boolean) {
    this.#storage.applySnapshot(SNAPSHOT);
    this.#storage.append(STORED);
    this.#storage.setHardState({ term: 3, vote: 0n, commit: COMMITTED });
    this.#node = new RawNode({
      id: 1n,
      electionTicks: 4,
      heartbeatTicks: 1,
      storage: this.#storage,
      random: seededRandom(1),
      applied: COMPACTED,
      maxSizePerMessage: 64,
      maxInflightMessages: 4,
      maxUncommittedSize: 256,
      checkQuorum: true,
      preVote,
    });
    this.#settle();
  }

  step(message: RaftMessage): void {
    if (!isFromPeer(message, this.#node.id)) return;
    this.#node.step(message);
    this.#settle();
  }

  act(kind: number, count: number): void {
    if (kind === 0) for (let tick = 0; tick <= count % 8; tick++) this.#node.tick();
    else if (kind === 1) this.#node.campaign();
    else if (kind === 2) this.#node.propose(Buffer.alloc(count % 32));
    else if (kind === 3) this.#node.readIndex(Buffer.from([count]));
    else if (kind === 4) this.#node.reportUnreachable(VOTERS[count % 3] as bigint);
    else if (kind === 5)
      this.#node.reportSnapshot(VOTERS[count % 3] as bigint, count < 128 ? 'finished' : 'failed');
    else if (kind === 6) this.#node.transferLeader(VOTERS[count % 3] as bigint);
    else this.#node.forgetLeader();
    this.#settle();
  }

  /** Does what the node wants done, as a server does. */
  #settle(): void {
    const node = this.#node;
    while (node.hasReady()) {
      const ready = node.ready();
      if (ready.hardState !== undefined) this.#storage.setHardState(ready.hardState);
      if (ready.snapshot !== undefined && ready.snapshot.metadata.index > 0) {
        this.#storage.applySnapshot(ready.snapshot);
        this.#committedTerms.clear();
      }
      this.#storage.append(ready.entries);
      for (const entry of ready.committedEntries) this.#apply(entry);
      for (const message of ready.messages) RaftMessage.encode(message);
      node.advance(ready);
    }
    assert.ok(node.term >= this.#term, 'the term never decreases');
    this.#term = node.term;
    assert.ok(
      node.applied <= node.committed && node.committed <= node.lastIndex,
      'applied ≤ committed ≤ last',
    );
    for (const [index, term] of this.#committedTerms) {
      if (index >= this.#storage.firstIndex()) {
        assert.ok(this.#storage.term(index) === term, 'what is committed stays');
      }
    }
  }

  /** What operators see of it. Asked for at the end: what an input goes through is the end of a shorter one. */
  describe(): void {
    this.#node.status();
  }

  #apply(entry: Entry): void {
    this.#committedTerms.set(entry.index, entry.term);
    if (entry.type === EntryType.EntryNormal) return;
    // A server ends when it cannot read a change that is committed; here it goes on without.
    accepts(
      () => {
        const change = entry.type === EntryType.EntryConfChange ? ConfChange.decode(entry.data) : undefined;
        if (change !== undefined) this.#node.applyConfChange(change);
      },
      DecodeError,
      ConfChangeError,
    );
  }
}

/** Items of one byte each for kind and length, then a message, or what an action needs. */
function converse(input: Buffer): void {
  const subject = new Subject(((input[0] ?? 0) & 1) === 0);
  for (let at = 1; at + 1 < input.length; ) {
    const kind = input[at] as number;
    const length = input[at + 1] as number;
    const start = at + 2;
    at = Math.min(input.length, start + length);
    if (kind >= 0xf0) {
      subject.act(kind & 7, length);
      at = start;
      continue;
    }
    const bytes = input.subarray(start, at);
    let message = RaftMessage.create();
    if (accepts(() => (message = RaftMessage.decode(bytes)), DecodeError)) subject.step(message);
  }
  subject.describe();
}

const ABSURD = [2 ** 31, 2 ** 53 - 1, 2 ** 53 - 2, 2 ** 40];

function randomNumber(random: Random, bound: number): number {
  return random.nextBelow(24) === 0
    ? (ABSURD[random.nextBelow(ABSURD.length)] as number)
    : random.nextBelow(bound);
}

function randomEntries(random: Random, index: number): Entry[] {
  const types = [
    EntryType.EntryNormal,
    EntryType.EntryNormal,
    EntryType.EntryConfChange,
    EntryType.EntryConfChangeV2,
    7,
  ];
  return Array.from({ length: random.nextBelow(4) }, (_, at) => {
    const type = types[random.nextBelow(types.length)] as number;
    const change = {
      ID: 1n,
      type: random.nextBelow(5),
      nodeID: BigInt(random.nextBelow(6)),
      context: Buffer.alloc(0),
    };
    return {
      type,
      term: randomNumber(random, 6),
      index: random.nextBelow(8) === 0 ? randomNumber(random, 12) : Math.min(index + 1 + at, 2 ** 53 - 1),
      data:
        type === EntryType.EntryConfChange && random.nextBelow(4) > 0
          ? ConfChange.encode(change)
          : Buffer.from([random.nextBelow(256)]),
    };
  });
}

/** A message with numbers near those of the log, mostly. */
export function hostileMessage(random: Random): RaftMessage {
  const index = randomNumber(random, 12);
  const ids = [1n, 2n, 2n, 3n, 4n, 9n, 0n, 2n ** 64n - 1n, 2n ** 64n - 2n];
  const id = (): bigint => ids[random.nextBelow(ids.length)] as bigint;
  const withSnapshot = random.nextBelow(3) === 0;
  return RaftMessage.create({
    type:
      random.nextBelow(30) === 0
        ? randomNumber(random, 64) % 2 ** 31
        : random.nextBelow(Object.keys(MessageType).length),
    to: random.nextBelow(8) === 0 ? id() : 1n,
    from: id(),
    term: randomNumber(random, 7),
    logTerm: randomNumber(random, 6),
    index,
    entries: randomEntries(random, index),
    commit: randomNumber(random, 14),
    reject: random.nextBelow(3) === 0,
    rejectHint: randomNumber(random, 12),
    context:
      random.nextBelow(4) === 0
        ? Buffer.from('CampaignTransfer')
        : Buffer.from([random.nextBelow(4)]).subarray(0, random.nextBelow(2)),
    ...(withSnapshot
      ? {
          snapshot: {
            data: Buffer.alloc(0),
            metadata: {
              index: randomNumber(random, 14),
              term: randomNumber(random, 6),
              confState: {
                voters: Array.from({ length: random.nextBelow(4) }, id),
                learners: random.nextBelow(3) === 0 ? [id()] : [],
                votersOutgoing: random.nextBelow(4) === 0 ? [id()] : [],
                learnersNext: random.nextBelow(6) === 0 ? [id()] : [],
                autoLeave: random.nextBelow(6) === 0,
              },
            },
          },
        }
      : {}),
  });
}

function generate(random: Random): Buffer {
  const parts: Buffer[] = [Buffer.from([random.nextBelow(2)])];
  for (let left = 1 + random.nextBelow(12); left > 0; left--) {
    if (random.nextBelow(3) === 0) {
      parts.push(Buffer.from([0xf0 + random.nextBelow(16), random.nextBelow(256)]));
      continue;
    }
    const message = RaftMessage.encode(hostileMessage(random));
    if (message.length < 256) parts.push(Buffer.from([0, message.length]), message);
  }
  return Buffer.concat(parts);
}

export const targets: readonly FuzzTarget[] = [
  { name: 'raft', run: converse, maxBytes: 2048, memoryBytes: 8 << 20, seeds: () => [], generate },
];
