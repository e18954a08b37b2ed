// A live follower on simulated disk and time, and a peer that takes the leader's part and sends it anything: entries that
// are committed at once, membership changes, snapshots without a store. The member may end with words for a person who
// reads them, since a log that it cannot apply must not be passed over; never through a mistake of its own.
import assert from 'node:assert/strict';
import { AssertionError, type FatalError, type Random, seededRandom } from '@quorate/base';
import {
  ConfChange,
  DecodeError,
  EntryType,
  InternalRaftRequest,
  type MessageType as ProtoType,
  RaftMessage,
  V2Request,
} from '@quorate/proto';
import { MessageType } from '@quorate/raft';
import { SimDisk } from '@quorate/testkit';
import { foundCluster } from '../../../../packages/server/dist/bootstrap/new-cluster.js';
import { parseInitialCluster } from '../../../../packages/server/dist/bootstrap/urls.js';
import { TestClock } from '../../../../packages/server/dist/member/test-clock.js';
import { TestPlace } from '../../../../packages/server/dist/member/testing.js';
import type { PeerReceiver, PeerTransport } from '../../../../packages/server/dist/member/transport.js';
import { encodeMember } from '../../../../packages/server/dist/membership/cluster-member.js';
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

const unreachable = (): Promise<never> => Promise.reject(new Error('not reached'));

function transport(): PeerTransport {
  return {
    send: (messages) => {
      for (const message of messages) RaftMessage.encode(message);
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

/** Items: two bytes of length and a message, or a length from 0xfff0 on, which lets time go by. */
async function converse(input: Buffer): Promise<void> {
  const clock = new TestClock();
  const disk = new SimDisk({ random: seededRandom(1) });
  const place = new TestPlace({ clock, disk, directory: '/data' });
  let receiver: PeerReceiver | undefined;
  const member = await place.start({
    initialCluster: INITIAL,
    createTransport: (given) => {
      receiver = given;
      return transport();
    },
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn++) {
      disk.complete();
      await clock.turns(1);
    }
  };
  await settle();
  for (let at = 0; at + 2 <= input.length; ) {
    const length = input.readUInt16LE(at);
    at += 2;
    if (length >= 0xfff0) {
      clock.skip(100 * (length & 15));
      await settle();
      continue;
    }
    const bytes = input.subarray(at, at + length);
    at += length;
    let message = RaftMessage.create();
    if (!accepts(() => (message = RaftMessage.decode(bytes)), DecodeError)) continue;
    receiver?.step(message);
    await settle();
  }
  for (const failure of place.fatals) checkFailure(failure);
  // A member that has failed does not stop a second time.
  if (place.fatals.length === 0) {
    const stopped = member.stop();
    await settle();
    void stopped.catch(() => undefined);
  }
}

function checkFailure(failure: FatalError): void {
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AssertionError || cause instanceof TypeError || cause instanceof ReferenceError)
      throw cause;
    if (cause instanceof RangeError) throw cause;
  }
  assert.ok(failure.message.length > 0, 'a member that ends says why');
}

function entryData(random: Random): { type: number; data: Buffer } {
  switch (random.nextBelow(6)) {
    case 0: {
      const who = members[random.nextBelow(members.length)] ?? local;
      const change = {
        ID: 1n,
        type: random.nextBelow(5),
        nodeID: random.nextBelow(4) === 0 ? BigInt(random.nextBelow(9)) : who.id,
        context: Buffer.from(random.nextBelow(4) === 0 ? '{' : encodeMember(who)),
      };
      return { type: EntryType.EntryConfChange, data: ConfChange.encode(change) };
    }
    case 1:
      return { type: EntryType.EntryNormal, data: random.fill(Buffer.alloc(random.nextBelow(8))) as Buffer };
    case 2: {
      const request = V2Request.create({
        ID: 1n,
        method: ['PUT', 'POST', 'DELETE', 'QGET', 'SYNC', 'HEAD'][random.nextBelow(6)] as string,
        path: ['/1/a', '/1/a/b', '/0/version', '/', '', '/0/members/1/attributes'][
          random.nextBelow(6)
        ] as string,
        val: ['', 'x', '3.4.0', '{}'][random.nextBelow(4)] as string,
        dir: random.nextBelow(4) === 0,
        time: BigInt(random.nextUint32()),
        expiration: BigInt(random.nextBelow(3)) * 1_700_000_002_000_000_000n,
      });
      return { type: EntryType.EntryNormal, data: V2Request.encode(request) };
    }
    default: {
      const request = randomMessage(random, InternalRaftRequest as ProtoType<unknown>, 4);
      return {
        type: EntryType.EntryNormal,
        data: (InternalRaftRequest as ProtoType<unknown>).encode(request),
      };
    }
  }
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
  for (let left = 1 + random.nextBelow(8); left > 0; left--) {
    if (random.nextBelow(8) === 0) {
      parts.push(Buffer.from([0xf0 + random.nextBelow(16), 0xff]));
    } else if (random.nextBelow(4) === 0) {
      put({ ...hostileMessage(random), to: local.id, from: LEADER });
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
  { name: 'member', run: converse, maxBytes: 4096, memoryBytes: 64 << 20, seeds: () => [], generate },
];
