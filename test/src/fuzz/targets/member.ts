// A live follower on simulated disk and time, and a peer that takes the leader's part and sends it anything: entries that
// are committed at once, membership changes, snapshots without a store. The member may end with words for a person who
// reads them, since a log that it cannot apply must not be passed over; never through a mistake of its own.
import assert from 'node:assert/strict';
import { AssertionError, type FatalError, type Random } from '@quorate/base';
import {
  ConfChange,
  ConfChangeType,
  DecodeError,
  EntryType,
  type FieldInfo,
  InternalRaftRequest,
  type MessageValue,
  type MessageType as ProtoType,
  RaftMessage,
  V2Request,
} from '@quorate/proto';
import { MessageType } from '@quorate/raft';
import { foundCluster } from '../../../../packages/server/dist/bootstrap/new-cluster.js';
import { parseInitialCluster } from '../../../../packages/server/dist/bootstrap/urls.js';
import type { Member } from '../../../../packages/server/dist/member/member.js';
import { TestClock } from '../../../../packages/server/dist/member/test-clock.js';
import { TestPlace } from '../../../../packages/server/dist/member/testing.js';
import type { PeerReceiver, PeerTransport } from '../../../../packages/server/dist/member/transport.js';
import { encodeMember } from '../../../../packages/server/dist/membership/cluster-member.js';
import { MemoryDisk } from '../memory-disk.ts';
import { accepts, type FuzzTarget } from '../target.ts';
import { randomMessage } from './proto.ts';
import { hostileMessage } from './raft.ts';

const INITIAL = ['default', 'b', 'c'].map((name, at) => `${name}=http://localhost:${2380 + at}`).join();
const { local, members } = foundCluster(parseInitialCluster(INITIAL), 'etcd-cluster', 'default');
const peers = members.filter(({ id }) => id !== local.id);
const LEADER = peers[0]?.id ?? 0n;
/** Founding entries, of term 1. */
const FOUNDED = members.length;
const TURNS = 3;
/** Small, so that a conversation fills several. */
const SEGMENT_BYTES = 2048;
/** The length that stands between two inputs made one. */
const NEXT_INPUT = 0xffef;
/** No log gets here by itself. */
const FAR = 2 ** 31;
/** A member that has ended, or is in no cluster any longer, is of no more use and takes long to replace: few entries do that. */
const UNAPPLIABLE_ONE_IN = 1024;
const REMOVAL_ONE_IN = 64;
/** A conversation goes on with the next input: a single one need not be long. */
const MOST_ITEMS = 4;
/** So often time moves on for a member that stops, by so much at once that it waits for nothing. */
const STOP_STEPS = 10;
const STOP_STEP_MS = 60_000;

const unreachable = (): Promise<never> => Promise.reject(new Error('not reached'));

function transport(onSent: (message: RaftMessage) => void): PeerTransport {
  return {
    send: (messages) => {
      for (const message of messages) {
        RaftMessage.encode(message);
        onSent(message);
      }
    },
    addPeer: () => undefined,
    removePeer: () => undefined,
    updatePeer: () => undefined,
    activeSinceMs: () => undefined,
    versionOf: () => undefined,
    renewLease: unreachable,
    leaseTimeToLive: unreachable,
    promoteMember: unreachable,
    stop: async () => undefined,
  };
}

/** What an input's numbers are counted from: where the log of the member ended when the input began. */
interface Origin {
  readonly index: number;
  /** Of the last entry. */
  readonly lastTerm: number;
  readonly term: number;
}

/** A member, with its disk, its time and its way to the others. */
class Subject {
  readonly #clock = new TestClock();
  readonly #disk = new MemoryDisk();
  readonly #place = new TestPlace({ clock: this.#clock, disk: this.#disk, directory: '/data' });
  #member: Member | undefined;
  #receiver: PeerReceiver | undefined;
  #origin: Origin = { index: 0, lastTerm: 1, term: 1 };
  #appliedIndex = 0;
  /** The member has been in it. */
  #term = 1;

  /** Until it has ended by itself. */
  get lives(): boolean {
    return this.#place.fatals.length === 0;
  }

  /** Whether anything that is sent may still have an effect: a member does not listen to those that were removed. */
  get listens(): boolean {
    return this.lives && this.#member?.isRemoved(LEADER) === false;
  }

  async start(): Promise<void> {
    this.#member = await this.#place.start({
      initialCluster: INITIAL,
      walSegmentBytes: SEGMENT_BYTES,
      createTransport: (given) => {
        this.#receiver = given;
        return transport((message) => this.#sent(message));
      },
    });
    await this.#settle();
  }

  /** From here on numbers are counted from where the log ends now. */
  mark(): void {
    const member = this.#member as Member;
    const { index, term } = member.appliedState();
    this.#origin = { index: index - FOUNDED, lastTerm: term, term: Math.max(this.#term, member.term()) };
  }

  #sent({ type, term }: RaftMessage): void {
    // Before a vote nobody is in the term yet.
    if (type !== MessageType.MsgPreVote && type !== MessageType.MsgPreVoteResp)
      this.#term = Math.max(this.#term, term);
  }

  async step(message: RaftMessage): Promise<void> {
    this.#receiver?.step(countedFrom(this.#origin, message));
    await this.#settle();
  }

  async pass(durationMs: number): Promise<void> {
    await this.#clock.advance(durationMs);
    await this.#settle();
  }

  check(): void {
    for (const failure of this.#place.fatals) checkFailure(failure);
    const appliedIndex = this.#member?.appliedIndex() ?? 0;
    assert.ok(appliedIndex >= this.#appliedIndex, 'what is applied stays');
    this.#appliedIndex = appliedIndex;
  }

  async stop(): Promise<void> {
    // A member that has failed does not stop a second time.
    if (!this.lives) return;
    let isOver = false;
    const stopped = (this.#member as Member).stop().finally(() => {
      isOver = true;
    });
    for (let step = 0; step < STOP_STEPS && !isOver; step++) {
      this.#clock.skip(STOP_STEP_MS);
      await this.pass(0);
    }
    assert.ok(isOver, 'a member stops');
    await stopped;
    this.check();
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      this.#disk.complete();
      await this.#clock.turns(1);
    }
  }
}

/** Numbers that may be those of a log, put to the end of this one: index 3 is its last entry, term 1 that entry's. */
function countedFrom(origin: Origin, message: RaftMessage): RaftMessage {
  const placed = (index: number): number => (index === 0 || index >= FAR ? index : index + origin.index);
  const dated = (term: number): number => {
    if (term === 1) return origin.lastTerm;
    return term === 0 || term >= FAR ? term : origin.term + term - 1;
  };
  const { snapshot } = message;
  const metadata = snapshot?.metadata;
  return {
    ...message,
    term: dated(message.term),
    logTerm: dated(message.logTerm),
    index: placed(message.index),
    commit: placed(message.commit),
    rejectHint: placed(message.rejectHint),
    entries: message.entries.map((entry) => ({
      ...entry,
      index: placed(entry.index),
      term: dated(entry.term),
    })),
    snapshot:
      snapshot === undefined || metadata === undefined
        ? snapshot
        : {
            ...snapshot,
            metadata: { ...metadata, index: placed(metadata.index), term: dated(metadata.term) },
          },
  };
}

let subject: Subject | undefined;

async function reset(): Promise<void> {
  const last = subject;
  subject = undefined;
  await last?.stop();
}

/** The member that there is, or a new one in the place of one that is of no more use. */
async function living(): Promise<Subject> {
  if (subject?.listens !== true) {
    await reset();
    subject = new Subject();
    await subject.start();
  }
  subject.mark();
  return subject;
}

/**
 * Items: two bytes of length and a message; a length from 0xfff0 on, which lets time go by; or the one before it, which
 * begins as the next input does.
 */
async function converse(input: Buffer): Promise<void> {
  let member = await living();
  for (let at = 0; at + 2 <= input.length; ) {
    const length = input.readUInt16LE(at);
    at += 2;
    if (length === NEXT_INPUT) {
      member.check();
      member = await living();
      continue;
    }
    if (length > NEXT_INPUT) {
      await member.pass(100 * (length & 15));
      continue;
    }
    const bytes = input.subarray(at, at + length);
    at += length;
    let message = RaftMessage.create();
    if (accepts(() => (message = RaftMessage.decode(bytes)), DecodeError)) await member.step(message);
  }
  member.check();
}

/** The same input, whose last item does not ask for more than there is. */
function closed(input: Uint8Array): Buffer {
  const bytes = Buffer.from(input);
  for (let at = 0; at + 2 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    const start = at + 2;
    if (length >= NEXT_INPUT) at = start;
    else if (start + length <= bytes.length) at = start + length;
    else {
      bytes.writeUInt16LE(bytes.length - start, at);
      return bytes;
    }
    if (at === bytes.length - 1) return bytes.subarray(0, at);
  }
  return bytes;
}

function join(inputs: readonly Uint8Array[]): Buffer {
  const next = Buffer.alloc(2);
  next.writeUInt16LE(NEXT_INPUT);
  return Buffer.concat(inputs.flatMap((input, at) => (at === 0 ? [closed(input)] : [next, closed(input)])));
}

function checkFailure(failure: FatalError): void {
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AssertionError || cause instanceof TypeError || cause instanceof ReferenceError)
      throw cause;
    if (cause instanceof RangeError) throw cause;
  }
  assert.ok(failure.message.length > 0, 'a member that ends says why');
}

function confChange(random: Random): Buffer {
  const who = members[random.nextBelow(members.length)] ?? local;
  const type = random.nextBelow(4);
  const ends = type === ConfChangeType.ConfChangeRemoveNode && random.nextBelow(REMOVAL_ONE_IN) > 0;
  return ConfChange.encode({
    ID: 1n,
    type,
    nodeID: ends || random.nextBelow(4) === 0 ? BigInt(random.nextBelow(9)) : who.id,
    context: Buffer.from(encodeMember(who)),
  });
}

function v2Request(random: Random): V2Request {
  const path = ['/1/a', '/1/a/b', '/0/version', '/', ''][random.nextBelow(5)] as string;
  // A version that is none ends the member.
  const isVersion = path === '/0/version' && random.nextBelow(UNAPPLIABLE_ONE_IN) > 0;
  return V2Request.create({
    ID: 1n,
    method: ['PUT', 'POST', 'DELETE', 'QGET', 'SYNC'][random.nextBelow(5)] as string,
    path,
    val: isVersion ? '3.4.0' : (['', 'x', '3.4.0'][random.nextBelow(3)] as string),
    dir: random.nextBelow(4) === 0,
    time: BigInt(random.nextUint32()),
    expiration: BigInt(random.nextBelow(3)) * 1_700_000_002_000_000_000n,
  });
}

function requestField(property: string): FieldInfo {
  const field = InternalRaftRequest.fields.find((candidate) => candidate.property === property);
  assert.ok(field !== undefined, property);
  return field;
}

/** Those of clients, whatever their values are, a member can apply; most are writes. */
const clientFields = [
  ...['put', 'put', 'put', 'put', 'deleteRange', 'txn', 'txn', 'txn'],
  ...['compaction', 'leaseGrant', 'leaseRevoke', 'leaseCheckpoint'],
].map(requestField);
/** It stops most of the others. */
const alarmField = requestField('alarm');

/** Requests about the same few keys, leases and revisions, so that they have to do with each other. */
function related(random: Random, message: MessageValue): void {
  for (const [property, value] of Object.entries(message)) {
    if (property === 'key') message[property] = Buffer.from('abc'.charAt(random.nextBelow(3)));
    else if (property === 'rangeEnd')
      message[property] = Buffer.from(['', '', 'c', '\0'][random.nextBelow(4)] as string);
    else if (property === 'lease') message[property] = random.nextBelow(4) === 0 ? 1n : 0n;
    else if (typeof value === 'bigint') message[property] = BigInt(random.nextBelow(4));
    else if (typeof value === 'number' && value > 8) message[property] = random.nextBelow(16);
    else if (property.startsWith('ignore')) message[property] = random.nextBelow(8) === 0;
    else if (Array.isArray(value)) {
      for (const item of value as readonly MessageValue[]) if (isMessage(item)) related(random, item);
    } else if (isMessage(value)) related(random, value);
  }
}

function isMessage(value: unknown): value is MessageValue {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function v3Request(random: Random): InternalRaftRequest {
  const request = InternalRaftRequest.create();
  const who = members[random.nextBelow(members.length)] ?? local;
  const kind = random.nextBelow(16);
  if (kind === 0)
    request.clusterVersionSet = { ver: ['3.0.0', '3.4.0', '3.5.0'][random.nextBelow(3)] as string };
  else if (kind === 1)
    request.clusterMemberAttrSet = {
      memberID: who.id,
      memberAttributes: { name: who.name, clientUrls: ['http://a:1'] },
    };
  else if (kind === 2) request.downgradeInfoSet = { enabled: random.nextBelow(2) === 0, ver: '3.4.0' };
  else if (kind === 3) request.v2 = v2Request(random);
  else {
    const isAlarm = kind === 4 && random.nextBelow(8) === 0;
    const field = isAlarm ? alarmField : (clientFields[random.nextBelow(clientFields.length)] ?? alarmField);
    const message = randomMessage(random, field.message?.() as ProtoType<unknown>, 4) as MessageValue;
    if (random.nextBelow(4) > 0) related(random, message);
    Object.assign(request, { [field.property]: message });
  }
  return request;
}

/** What a member cannot apply, which ends it. */
function unappliable(random: Random): { type: number; data: Buffer } {
  const v2 = { ID: 1n, method: 'HEAD', path: '/0/members/1/attributes', val: '{}' };
  const change = { ID: 1n, type: 4, nodeID: 1n, context: Buffer.from('{') };
  switch (random.nextBelow(4)) {
    case 0:
      return { type: EntryType.EntryNormal, data: random.fill(Buffer.alloc(random.nextBelow(8))) as Buffer };
    case 1:
      return { type: EntryType.EntryNormal, data: V2Request.encode(V2Request.create(v2)) };
    case 2:
      return { type: EntryType.EntryConfChange, data: ConfChange.encode(change) };
    default: {
      const type = InternalRaftRequest as ProtoType<unknown>;
      return { type: EntryType.EntryNormal, data: type.encode(randomMessage(random, type, 4)) };
    }
  }
}

function entryData(random: Random): { type: number; data: Buffer } {
  if (random.nextBelow(UNAPPLIABLE_ONE_IN) === 0) return unappliable(random);
  const kind = random.nextBelow(16);
  if (kind === 0) return { type: EntryType.EntryConfChange, data: confChange(random) };
  if (kind < 4) return { type: EntryType.EntryNormal, data: V2Request.encode(v2Request(random)) };
  return { type: EntryType.EntryNormal, data: InternalRaftRequest.encode(v3Request(random)) };
}

/** The same message; most of its entries hold what a member can apply, should they come to be committed. */
function applicable(random: Random, message: RaftMessage): RaftMessage {
  if (random.nextBelow(32) === 0) return message;
  return { ...message, entries: message.entries.map((entry) => ({ ...entry, ...entryData(random) })) };
}

function generate(random: Random): Buffer {
  const parts: Buffer[] = [];
  let last = FOUNDED;
  let lastTerm = 1;
  const put = (message: RaftMessage): void => {
    let bytes: Buffer = Buffer.alloc(0);
    if (!accepts(() => (bytes = RaftMessage.encode(message)), RangeError) || bytes.length >= 0xfff0) return;
    const head = Buffer.alloc(2);
    head.writeUInt16LE(bytes.length);
    parts.push(head, bytes);
  };
  for (let left = 1 + random.nextBelow(MOST_ITEMS); left > 0; left--) {
    if (random.nextBelow(8) === 0) {
      parts.push(Buffer.from([0xf0 + random.nextBelow(16), 0xff]));
    } else if (random.nextBelow(4) === 0) {
      put(applicable(random, { ...hostileMessage(random), to: local.id, from: LEADER }));
    } else {
      const { type, data } = entryData(random);
      const entry = { type, term: 2, index: last + 1, data };
      put(
        RaftMessage.create({
          type: MessageType.MsgApp,
          to: local.id,
          from: LEADER,
          term: 2,
          logTerm: lastTerm,
          index: last,
          entries: [entry],
          commit: last + 1,
        }),
      );
      last++;
      lastTerm = 2;
    }
  }
  return Buffer.concat(parts);
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'member',
    run: converse,
    chain: { reset, join },
    maxBytes: 4096,
    memoryBytes: 32 << 20,
    seeds: () => [],
    generate,
    // A changed conversation mostly ends in an entry that cannot be read, and so does the member.
    mix: { generated: 0.9, intact: 0.85 },
  },
];
