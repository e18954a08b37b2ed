// A leader's snapshot comes to a follower: what the member lets in, and what a crash in the middle leaves of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiskError, hex64 } from '@quorate/base';
import { EntryType, RaftMessage } from '@quorate/proto';
import { MessageType } from '@quorate/raft';
import { V2Store } from '@quorate/v2store';
import { foundCluster } from '../bootstrap/new-cluster.ts';
import { parseInitialCluster } from '../bootstrap/urls.ts';
import { type Interference, interferingDisk } from './interfering-disk.ts';
import type { MemberOptions } from './options.ts';
import { TestClock } from './test-clock.ts';
import { TestPlace } from './testing.ts';
import type { PeerReceiver, PeerTransport } from './transport.ts';

const INITIAL = ['default', 'b', 'c'].map((name, at) => `${name}=http://localhost:${2380 + at}`).join();
const { local, members } = foundCluster(parseInitialCluster(INITIAL), 'etcd-cluster', 'default');
const leader = members.find((member) => member.id !== local.id)?.id ?? 0n;
const SNAPSHOT_INDEX = 50;

/** Hears nothing, says nothing. */
const silentTransport: PeerTransport = {
  send() {},
  addPeer() {},
  removePeer() {},
  updatePeer() {},
  activeSinceMs: () => undefined,
  versionOf: () => undefined,
  renewLease: () => Promise.reject(new Error('not reached')),
  leaseTimeToLive: () => Promise.reject(new Error('not reached')),
  promoteMember: () => Promise.reject(new Error('not reached')),
  stop: async () => {},
};

function fromLeader(rest: Partial<RaftMessage>): RaftMessage {
  return RaftMessage.create({ from: leader, to: local.id, term: 2, ...rest });
}

function snapshotAt(index: number): RaftMessage {
  const voters = members.map(({ id }) => id);
  const confState = { voters, learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  const snapshot = { data: new V2Store().save(), metadata: { index, term: 2, confState } };
  return fromLeader({ type: MessageType.MsgSnap, snapshot });
}

/** Entries behind the founding ones, up to `last`, all of them committed. */
function entriesUpTo(last: number): RaftMessage {
  const index = members.length;
  const entries = Array.from({ length: last - index }, (_, at) => ({
    type: EntryType.EntryNormal,
    term: 2,
    index: index + 1 + at,
    data: new Uint8Array(),
  }));
  return fromLeader({ type: MessageType.MsgApp, index, logTerm: 1, entries, commit: last });
}

class Follower {
  readonly clock = new TestClock();
  readonly interference: Interference = {};
  readonly place: TestPlace;
  readonly replaced: string[] = [];
  receiver: PeerReceiver | undefined;

  constructor(directory?: string) {
    const disk = interferingDisk(this.interference);
    this.place = new TestPlace({
      clock: this.clock,
      disk,
      ...(directory === undefined ? {} : { directory }),
    });
  }

  start() {
    const options: Partial<MemberOptions> = {
      initialCluster: INITIAL,
      createTransport: (receiver, cluster) => {
        this.receiver = receiver;
        assert.equal(hex64(cluster.memberId), hex64(local.id));
        return silentTransport;
      },
      onReplaced: () => this.replaced.push('replaced'),
    };
    return this.place.start(options);
  }
}

test('while raft holds a snapshot, and ever after in this process, no other one is let in', async () => {
  const follower = new Follower();
  const member = await follower.start();
  await follower.clock.turns(3);
  const receiver = follower.receiver as PeerReceiver;
  assert.equal(receiver.takesSnapshots(), true);
  receiver.step(snapshotAt(SNAPSHOT_INDEX));
  assert.equal(receiver.takesSnapshots(), false, 'raft has it, the log not yet');
  await follower.clock.turns(3);
  assert.deepEqual(follower.replaced, ['replaced']);
  assert.equal(receiver.takesSnapshots(), false, 'the log has it, the store is not in place');
  await member.stop();
  follower.place.remove();
});

test('a snapshot that raft has no use for keeps no other one out', async () => {
  const follower = new Follower();
  const member = await follower.start();
  await follower.clock.turns(3);
  const receiver = follower.receiver as PeerReceiver;
  receiver.step(snapshotAt(1));
  assert.equal(receiver.takesSnapshots(), true);
  await member.stop();
  follower.place.remove();
});

test('a snapshot that did not get into the log whole does not count, however far the log gets later', async () => {
  const follower = new Follower();
  const member = await follower.start();
  await follower.clock.turns(3);
  const first = follower.receiver as PeerReceiver;
  // Its record is written, what makes it count, the commit index, is not.
  let writes = 0;
  follower.interference.write = () => {
    if (++writes === 2) throw new DiskError('ENOSPC', 'write', 'wal');
  };
  first.step(snapshotAt(SNAPSHOT_INDEX));
  await follower.clock.turns(3);
  assert.equal(follower.place.fatals.length, 1);
  await follower.place.crash(member);

  const again = new Follower(follower.place.directory);
  again.place.backend = follower.place.backend;
  const second = await again.start();
  await again.clock.turns(3);
  again.receiver?.step(entriesUpTo(SNAPSHOT_INDEX + 10));
  await again.clock.turns(10);
  assert.equal(second.appliedIndex(), SNAPSHOT_INDEX + 10);
  await again.place.crash(second);

  const last = new Follower(follower.place.directory);
  last.place.backend = again.place.backend;
  const third = await last.start();
  assert.equal(third.appliedIndex(), SNAPSHOT_INDEX + 10);
  await third.stop();
  follower.place.remove();
});
