// A member loses power at every disk operation of a scripted run, with everything unsynced kept, lost or torn. After the
// restart its state must be the one after the last acknowledged request, or after the one in flight; never another.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Clock, FatalError, seededRandom, systemClock } from '@quorate/base';
import {
  CompactionRequest,
  Compare,
  DeleteRangeRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  PutRequest,
  RequestOp,
  TxnRequest,
  V2Request,
} from '@quorate/proto';
import { type ApplyResult, createMember, type Member, type RaftOp, silentLogger } from '@quorate/server';
import { MemoryBackend } from '@quorate/storage';
import { SimCrash, SimDisk, type SimLoss } from '@quorate/testkit';

const keepAlive = setInterval(() => {}, 1000);
after(() => clearInterval(keepAlive));

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
/** Rounds with other random losses. */
const SEEDS = process.env['QUORATE_LONG_TESTS'] === undefined ? 1 : 20;
const LOSSES: readonly SimLoss[] = ['lose-all', 'random'];

function op<K extends RaftOp['kind']>(kind: K, request: Extract<RaftOp, { kind: K }>['request']): RaftOp {
  return { kind, request, raw: undefined, requester: undefined } as unknown as RaftOp;
}

/** The script: all kinds of writes, enough of them for snapshots and several log segments. */
function script(): RaftOp[] {
  const ops: RaftOp[] = [];
  const put = (key: string, value: string, lease = 0n): void => {
    ops.push(op('put', PutRequest.create({ key: bytes(key), value: bytes(value), lease })));
  };
  ops.push(op('leaseGrant', LeaseGrantRequest.create({ ID: 5n, TTL: 600 })));
  for (let round = 0; round < 6; round++) {
    put(`k${round % 3}`, `value ${round} ${'x'.repeat(300)}`);
    put(`leased${round}`, 'x', 5n);
    ops.push(op('v2', V2Request.create({ method: 'PUT', path: `/1/dir/${round}`, val: `v2 ${round}` })));
    const compare = Compare.create({ key: bytes('k0'), target: 0, result: 1, version: 0 });
    const success = [
      RequestOp.create({ requestPut: PutRequest.create({ key: bytes('t'), value: bytes(`${round}`) }) }),
    ];
    ops.push(op('txn', TxnRequest.create({ compare: [compare], success })));
    ops.push(op('v2', V2Request.create({ method: 'POST', path: '/1/queue', val: `${round}` })));
    ops.push(op('deleteRange', DeleteRangeRequest.create({ key: bytes(`k${(round + 1) % 3}`) })));
    if (round === 3) ops.push(op('compaction', CompactionRequest.create({ revision: 8, physical: true })));
  }
  ops.push(op('leaseRevoke', LeaseRevokeRequest.create({ ID: 5n })));
  return ops;
}

/** The system's clock; a loss of power ends whatever it happens in. */
const clock: Clock = {
  nowMs: () => systemClock.nowMs(),
  wallMs: () => systemClock.wallMs(),
  setTimer: (delayMs, fn) => systemClock.setTimer(delayMs, () => unlessPowerIsLost(fn)),
  defer: (fn) => systemClock.defer(() => unlessPowerIsLost(fn)),
};

function unlessPowerIsLost(fn: () => void): void {
  try {
    fn();
  } catch (error) {
    if (!(error instanceof SimCrash)) throw error;
  }
}

interface World {
  readonly disk: SimDisk;
  backend: MemoryBackend | undefined;
  stopLooking: () => void;
}

function start(world: World): Promise<Member> {
  return createMember({
    dataDir: '/data',
    name: 'default',
    peerURLs: ['http://localhost:2380'],
    clientURLs: ['http://localhost:2379'],
    initialCluster: 'default=http://localhost:2380',
    initialClusterToken: 'etcd-cluster',
    initialClusterState: 'new',
    snapshotCount: 9,
    snapshotCatchUpEntries: 3,
    maxWalFiles: 2,
    maxSnapshotFiles: 2,
    walSegmentBytes: 4096,
    clock,
    random: seededRandom(1),
    disk: world.disk,
    logger: silentLogger,
    openBackend: (_directory, options) => {
      world.backend = world.backend === undefined ? new MemoryBackend(options) : world.backend.crash(options);
      return world.backend;
    },
    onFatal: () => {},
  });
}

function request(member: Member, given: RaftOp): Promise<ApplyResult> {
  return new Promise((resolve, reject) => {
    member.propose(given, { cancelled: false, done: resolve, failed: reject });
  });
}

function ready(member: Member): Promise<void> {
  return new Promise((resolve, reject) => {
    member.onReady(resolve);
    member.onStopping(() => reject(new Error('the member stopped')));
  });
}

/** All that a client could see. */
async function stateOf(member: Member): Promise<string> {
  const { hash, currentRevision } = await member.kv.hashByRevision(0);
  const answer = await request(
    member,
    op('v2', V2Request.create({ method: 'QGET', path: '/1', recursive: true, sorted: true })),
  );
  assert.ok(answer.kind === 'v2');
  const tree = JSON.stringify(answer.applied.event?.node ?? null, (key, value: unknown) =>
    key === 'ttl' ? undefined : value,
  );
  return `${hash} at ${currentRevision} leases ${member.lease.leases().join()} ${tree}`;
}

/** Runs the script until it ends or the power goes; returns how many requests were acknowledged. */
async function run(world: World, together: number): Promise<number> {
  let acknowledged = 0;
  let member: Member | undefined;
  const work = async (): Promise<void> => {
    member = await start(world);
    await ready(member);
    const ops = script();
    for (let at = 0; at < ops.length; at += together) {
      const requests = ops.slice(at, at + together).map(async (given) => {
        await request(member as Member, given);
        acknowledged++;
      });
      await Promise.all(requests);
      // Snapshots go on beside the requests; give them a chance now and then.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await member.stop();
  };
  const powerLost = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!world.disk.crashed) return;
      clearInterval(look);
      resolve();
    }, 2);
    world.stopLooking = () => clearInterval(look);
  });
  try {
    await Promise.race([work(), powerLost]);
  } catch (error) {
    if (!world.disk.crashed) throw error;
  }
  world.stopLooking();
  if (world.disk.crashed && member !== undefined)
    (member as Member).reportFailure(new FatalError('power failure'));
  return acknowledged;
}

function newWorld(seed: number): World {
  const disk = new SimDisk({ random: seededRandom(seed), clock, latencyMs: 0 });
  return { disk, backend: undefined, stopLooking: () => {} };
}

/** The states that may be seen: after each request of an undisturbed run. */
async function expectedStates(): Promise<string[]> {
  const states: string[] = [];
  const member = await start(newWorld(1));
  await ready(member);
  states.push(await stateOf(member));
  for (const given of script()) {
    await request(member, given);
    states.push(await stateOf(member));
  }
  await member.stop();
  return states;
}

for (const together of [1, 6]) {
  test(`power may be lost at any disk operation, with ${together} requests in flight`, async () => {
    const states = await expectedStates();
    const measured = newWorld(1);
    assert.equal(await run(measured, together), script().length);
    const total = measured.disk.operations;
    assert.ok(total > 40, `${total} disk operations`);
    let restarts = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      for (let at = 1; at <= total; at++) {
        for (const loss of LOSSES) {
          const where = `seed ${seed}, power lost at operation ${at} of ${total}, loss ${loss}`;
          if (await crashAndCompare(seed * 10_000 + at, at, loss, together, states, where)) restarts++;
        }
      }
    }
    assert.ok(restarts > 100, `${restarts} restarts`);
  });
}

/** Returns false when the run was over before the crash. */
async function crashAndCompare(
  seed: number,
  at: number,
  loss: SimLoss,
  together: number,
  states: readonly string[],
  where: string,
): Promise<boolean> {
  const world = newWorld(seed);
  world.disk.crashAt = at;
  const acknowledged = await run(world, together);
  if (!world.disk.crashed) return false;
  world.disk.crashAt = 0;
  world.disk.reboot(loss);
  world.backend = world.backend?.crash();
  const again = await start(world).catch((error: unknown) => {
    throw new Error(`${where}: ${String(error)}`, { cause: error });
  });
  await ready(again);
  const state = await stateOf(again);
  assert.ok(
    states.slice(acknowledged, acknowledged + together + 1).includes(state),
    `${where}: ${acknowledged} requests were acknowledged, the state is that after ${states.indexOf(state)}: ${state}`,
  );
  await again.stop();
  return true;
}
