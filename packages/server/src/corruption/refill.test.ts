// Refills, with the process ending after every step.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { FatalError, nodeDisk, seededRandom, systemClock } from '@quorate/base';
import { RaftMessage, WalMetadata } from '@quorate/proto';
import { type Message, MessageType } from '@quorate/raft';
import { LmdbBackend, openMvccStore, Snapshotter, Wal } from '@quorate/storage';
import { dataPaths } from '../bootstrap/data-dir.ts';
import { readLog } from '../bootstrap/read-log.ts';
import { silentLogger } from '../member/logger.ts';
import { buildStore } from '../snapshot/build.ts';
import { prepareStore } from '../snapshot/index.ts';
import { CORRUPT_SUFFIX, storedPosition } from '../snapshot/install.ts';
import { describeStore, makeFile, makeStore, scratch } from '../snapshot/testing.ts';
import type { HashAnswer } from './peer-hash.ts';
import { type RefillOptions, type RefillStep, refillIfOrdered } from './refill.ts';
import { orderPath, readOrder, writeOrder } from './refill-order.ts';

const CONF_STATE = {
  voters: [1n, 2n, 3n],
  learners: [],
  votersOutgoing: [],
  learnersNext: [],
  autoLeave: false,
};
const LAST_INDEX = 20;

let root: ReturnType<typeof scratch>;
let files = 0;
beforeEach(() => {
  root = scratch();
});
afterEach(() => root.dispose());

/** A member with the log 1…20 of which 15 are committed, and a store that has applied `applied` of them. */
async function makeMember(applied: number): Promise<ReturnType<typeof dataPaths>> {
  const paths = dataPaths(root.path(`member-${files++}`), '');
  mkdirSync(paths.snapDir, { recursive: true });
  const metadata = WalMetadata.encode(WalMetadata.create({ nodeID: 1n, clusterID: 7n }));
  const wal = Wal.create(nodeDisk, paths.walDir, metadata, { clock: systemClock });
  const entries = Array.from({ length: LAST_INDEX }, (_, at) => ({
    term: 2,
    index: at + 1,
    type: 0,
    data: new Uint8Array(0),
  }));
  wal.save({ term: 3, vote: 2n, commit: 15 }, entries);
  wal.sync();
  wal.close();
  await makeStore(paths.backendDir, applied, 10, 'old');
  writeOrder(orderPath(paths.memberDir), {
    memberId: 1n,
    clusterId: 7n,
    others: [
      { id: 2n, urls: ['two'], isSource: true },
      { id: 3n, urls: ['three-a', 'three-b'], isSource: true },
    ],
  });
  return paths;
}

interface Source {
  readonly index: number;
  readonly term?: number;
  /** What the members answer: the hash of what was fetched, or another one. */
  readonly matching?: readonly string[];
  readonly silent?: readonly string[];
  readonly step?: (step: RefillStep) => void;
  readonly asked?: string[];
}

function optionsFor(paths: ReturnType<typeof dataPaths>, source: Source): RefillOptions {
  const { index, term = 2, matching = ['two', 'three-a'], silent = [] } = source;
  let fetchedHash: number | undefined;
  return {
    dataDir: paths.dataDir,
    walDir: '',
    disk: nodeDisk,
    // Nobody waits for the pause between rounds.
    clock: {
      ...systemClock,
      nowMs: () => 0,
      setTimer: (_ms, fn) => {
        const soon = setImmediate(fn);
        return { cancel: () => clearImmediate(soon) };
      },
    },
    logger: silentLogger,
    timeoutMs: 100,
    ask: async ({ urls, revision }): Promise<HashAnswer> => {
      fetchedHash ??= await hashOfFile(index);
      const hash = matching.includes(urls[0] as string) ? fetchedHash : fetchedHash + 1;
      return { kind: 'hash', url: urls[0] as string, found: { hash, compactRevision: -1, revision } };
    },
    fetch: async (_memberId, _clusterId, url, path): Promise<Message> => {
      source.asked?.push(url);
      if (silent.includes(url)) throw new Error('405');
      makeFile(path, index, 12, 'new');
      return RaftMessage.create({
        type: MessageType.MsgSnap,
        snapshot: { data: Buffer.from('v2'), metadata: { confState: CONF_STATE, index, term } },
      });
    },
    ...(source.step === undefined ? {} : { step: source.step }),
  };
}

/** The hash that a store made of the source's file has. */
async function hashOfFile(index: number): Promise<number> {
  const [file, directory] = [root.path(`hash-${files}.db`), root.path(`hash-${files++}`)];
  makeFile(file, index, 12, 'new');
  await buildStore(file, directory, {});
  const onError = (error: Error): void => {
    throw error;
  };
  const backend = new LmdbBackend({ directory, clock: systemClock, onError });
  const leases = { attach: () => {}, detach: () => {} };
  const store = await openMvccStore({
    backend,
    clock: systemClock,
    random: seededRandom(1),
    leases,
    onError,
  });
  const { hash } = await store.hashByRevision(0);
  await store.close();
  await backend.close();
  return hash;
}

/** What a start of the member finds. */
async function found(paths: ReturnType<typeof dataPaths>) {
  await prepareStore({ dataDir: paths.dataDir, disk: nodeDisk, logger: silentLogger });
  const snapshotter = new Snapshotter(nodeDisk, paths.snapDir);
  const { wal, contents, snapshot } = readLog(nodeDisk, paths.walDir, snapshotter, { clock: systemClock });
  wal.close();
  return {
    store: (await describeStore(paths.backendDir)).value,
    snapshot: snapshot?.metadata.index,
    entries: contents.entries.map(({ index }) => index),
    hardState: contents.hardState,
    isOrdered: readOrder(orderPath(paths.memberDir)) !== undefined,
  };
}

const until = (last: number, first: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

test('without an order nothing is done', async () => {
  const paths = dataPaths(root.path('nothing'), '');
  assert.equal(await refillIfOrdered(optionsFor(paths, { index: 1 })), false);
  assert.equal(existsSync(paths.dataDir), false);
});

for (const [what, index, applied, entries, commit] of [
  ['behind the store', 10, 15, until(20, 11), 15],
  ['ahead of what was known to be committed', 18, 15, until(20, 19), 18],
  ['beyond the end of the log', 30, 15, [], 30],
] as const) {
  test(`a snapshot ${what}: the log and the vote stay, the store is the new one`, async () => {
    const paths = await makeMember(applied);
    assert.equal(await refillIfOrdered(optionsFor(paths, { index })), true);
    assert.deepEqual(await found(paths), {
      store: 'new',
      snapshot: index,
      entries: [...entries],
      hardState: { term: 3, vote: 2n, commit },
      isOrdered: false,
    });
    assert.equal((await describeStore(paths.backendDir + CORRUPT_SUFFIX)).value, 'old');
  });
}

test('a vote of an older term than the snapshot is none any more', async () => {
  const paths = await makeMember(15);
  await refillIfOrdered(optionsFor(paths, { index: 30, term: 5 }));
  assert.deepEqual((await found(paths)).hardState, { term: 5, vote: 0n, commit: 30 });
});

for (const step of ['fetched', 'verified', 'recorded', 'switched'] as const) {
  for (const index of [10, 30]) {
    test(`the process ends when the store of index ${index} is ${step}: the next start finishes it`, async () => {
      const paths = await makeMember(15);
      const ending = optionsFor(paths, {
        index,
        step: (done) => {
          if (done === step) throw new FatalError('the process ends');
        },
        silent: ['three-a', 'three-b'],
      });
      await refillIfOrdered(ending).catch(() => {});
      if (readOrder(orderPath(paths.memberDir)) !== undefined) {
        assert.equal(await refillIfOrdered(optionsFor(paths, { index })), true);
      }
      const { store, snapshot, isOrdered } = await found(paths);
      assert.deepEqual([store, snapshot, isOrdered], ['new', index, false]);
    });
  }
}

test('what the majority does not hold is not taken, and the next source is asked', async () => {
  const paths = await makeMember(15);
  const asked: string[] = [];
  const options = optionsFor(paths, { index: 30, matching: ['two'], asked });
  assert.equal(await refillIfOrdered(options), false);
  assert.deepEqual(asked.slice(0, 4), ['two', 'three-a', 'three-b', 'two']);
  const after = await found(paths);
  assert.deepEqual([after.store, after.snapshot, after.isOrdered], ['old', undefined, false]);
  assert.equal(await storedPosition(`${paths.backendDir}.ready`), undefined);
});

test('a source that gives nothing is passed over', async () => {
  const paths = await makeMember(15);
  assert.equal(await refillIfOrdered(optionsFor(paths, { index: 30, silent: ['two', 'three-a'] })), true);
  assert.equal((await found(paths)).store, 'new');
});

test('a snapshot that is older than the one the log begins with is not taken', async () => {
  const paths = await makeMember(15);
  assert.equal(await refillIfOrdered(optionsFor(paths, { index: 12 })), true);
  writeOrder(orderPath(paths.memberDir), {
    memberId: 1n,
    clusterId: 7n,
    others: [
      { id: 2n, urls: ['two'], isSource: true },
      { id: 3n, urls: ['three-a'], isSource: true },
    ],
  });
  assert.equal(await refillIfOrdered(optionsFor(paths, { index: 11 })), false);
  assert.equal((await found(paths)).snapshot, 12);
});
