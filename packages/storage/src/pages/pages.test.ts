import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { seededRandom, systemClock } from '@quorate/base';
import { type BucketName, bucketNames, encodeRevisionKey, LmdbBackend } from '../backend/index.ts';
import { dataFileName } from '../backend/lmdb-environment.ts';
import { encodePositionNumber, StoreBuilder, StoreView } from '../interchange/index.ts';
import { encodeKeyValue, IndexBuilder, openMvccStore } from '../mvcc/index.ts';
import { PageChecker } from './checker.ts';
import { pieceBytes } from './limits.ts';
import { PagedStore } from './paged-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'quorate-pages-'));
// The system clock's timers do not keep a process alive.
const alive = setInterval(() => {}, 1000);
after(() => {
  clearInterval(alive);
  rmSync(directory, { recursive: true, force: true });
});

let made = 0;
const freshPath = (): string => join(directory, `store-${made++}`);

type Records = readonly (readonly [BucketName, Uint8Array, Uint8Array])[];

function revision(main: number, sub: number, key: string, valueBytes: number, lease = 0n): Records[number] {
  const value = Buffer.alloc(valueBytes, main % 251);
  const record = encodeKeyValue(Buffer.from(key), main, main, 1, value, lease);
  return ['key', encodeRevisionKey(main, sub, false), record];
}

function position(index: number): Records {
  return [
    ['meta', Buffer.from('consistent_index'), encodePositionNumber(index)],
    ['meta', Buffer.from('term'), encodePositionNumber(3)],
  ];
}

async function makeStore(records: Records): Promise<string> {
  const path = freshPath();
  const builder = new StoreBuilder(path, 2 ** 30);
  const order = [...records].sort(
    ([a, key], [b, other]) => bucketNames.indexOf(a) - bucketNames.indexOf(b) || Buffer.compare(key, other),
  );
  for (const [bucket, key, value] of order) builder.append(bucket, key, value);
  await builder.finish();
  return path;
}

/** Everything in a store, in words. */
async function contents(path: string): Promise<string[]> {
  const view = new StoreView(path, 2 ** 30);
  view.pin();
  const all = bucketNames.flatMap((bucket) =>
    [...view.entries(bucket)].map(
      ([key, value]) => `${bucket} ${Buffer.from(key).toString('hex')} ${Buffer.from(value).toString('hex')}`,
    ),
  );
  await view.close();
  return all;
}

/** The file that a store is sent as. */
async function pack(path: string): Promise<Buffer> {
  const view = new StoreView(path, 2 ** 30);
  try {
    view.pin();
    const packer = view.pages();
    const pieces: Buffer[] = [];
    for (let piece = packer.next(); piece !== undefined; piece = packer.next()) pieces.push(piece);
    for (const piece of pieces.slice(0, -1)) assert.equal(piece.length, pieceBytes);
    const whole = Buffer.concat(pieces);
    assert.equal(whole.length, packer.sizeBytes);
    return whole;
  } finally {
    await view.close();
  }
}

async function receive(file: Buffer, index?: IndexBuilder): Promise<string> {
  const path = freshPath();
  const store = new PagedStore(path, (portion) => index?.add(portion));
  try {
    for (let at = 0; at < file.length; at += pieceBytes) store.take(file.subarray(at, at + pieceBytes));
    await store.finish();
  } catch (error) {
    await store.abandon();
    throw error;
  }
  return path;
}

const oneLeaf: Records = [...position(8), revision(2, 0, 'a', 3), revision(3, 0, 'b', 3)];

const longValues: Records = [
  ...position(9),
  ...[
    1,
    500,
    1900,
    2000,
    2040,
    4000,
    4050,
    4072,
    4073,
    8168,
    8169,
    70_000,
    pieceBytes,
    3 * pieceBytes + 17,
  ].map((bytes, at) => revision(at + 2, 0, `key-${at}`, bytes)),
  ...Array.from({ length: 50 }, (_, at) => revision(100 + at, 1, `more-${at}`, 5000)),
];

const stores: readonly [string, Records][] = [
  ['an empty store', []],
  ['a position alone', position(7)],
  ['one leaf', oneLeaf],
  ['values of all sizes around a page, and longer than a piece', longValues],
  [
    'a tree of several levels',
    [...position(10), ...Array.from({ length: 40_000 }, (_, at) => revision(at + 2, 0, `k${at}`, 100))],
  ],
  [
    'several large buckets',
    [
      ...position(11),
      ...Array.from({ length: 900 }, (_, at): Records[number] => [
        'lease',
        encodePositionNumber(at),
        Buffer.alloc(40, at),
      ]),
      ...Array.from({ length: 400 }, (_, at): Records[number] => [
        'members',
        Buffer.from(`m${1000 + at}`),
        Buffer.alloc(300, at),
      ]),
      ['cluster', Buffer.from('clusterVersion'), Buffer.alloc(9_000, 5)],
      revision(5, 0, 'x', 10),
    ],
  ],
];

for (const [name, records] of stores) {
  test(`${name} arrives as it was sent`, async () => {
    const sent = await makeStore(records);
    const file = await pack(sent);
    const received = await receive(file);
    assert.deepEqual(await contents(received), await contents(sent));
    assert.deepEqual(await pack(received), file, 'the same pages again');
  });
}

test('a store that has been in use arrives, can be written to, and its index is that of a store that was read', async () => {
  const sent = freshPath();
  const random = seededRandom(5);
  const noLeases = { attach() {}, detach() {} };
  const onError = (error: Error): void => assert.fail(error);
  const open = async (path: string, index?: IndexBuilder) => {
    const backend = new LmdbBackend({ directory: path, clock: systemClock, onError, mapSizeBytes: 2 ** 30 });
    const store = await openMvccStore({
      backend,
      clock: systemClock,
      random,
      leases: noLeases,
      onError,
      ...(index === undefined ? {} : { index }),
    });
    return { backend, store };
  };
  const first = await open(sent);
  for (let round = 0; round < 60; round++) {
    for (let at = 0; at < 40; at++) {
      const txn = first.store.beginWrite();
      const key = Buffer.from(`key-${random.nextUint32() % 500}`);
      if (random.nextUint32() % 5 === 0) txn.deleteRange(key, new Uint8Array(0), false);
      else txn.put(key, Buffer.alloc(random.nextUint32() % 3000, at), 0n, false);
      txn.end();
    }
    if (round % 20 === 19) await first.store.compact(first.store.revision - 100);
    await first.backend.forceCommit();
  }
  const revision = first.store.revision;
  const { hash } = await first.store.hashByRevision(revision);
  const file = await pack(sent);
  const index = new IndexBuilder(random);
  const second = await open(await receive(file, index), index);
  assert.equal(second.store.revision, revision);
  assert.equal(second.store.keyCount, first.store.keyCount);
  assert.equal((await second.store.hashByRevision(revision)).hash, hash);
  // It goes on in the same way.
  for (const { store, backend } of [first, second]) {
    for (let at = 0; at < 300; at++) {
      const txn = store.beginWrite();
      txn.put(Buffer.from(`key-${at}`), Buffer.alloc(2500, at), 0n, false);
      txn.end();
      if (at % 50 === 0) await backend.forceCommit();
    }
  }
  const hashes = await Promise.all([first, second].map(({ store }) => store.hashByRevision(0)));
  assert.equal(hashes[0]?.hash, hashes[1]?.hash);
  for (const { store, backend } of [first, second]) {
    await store.close();
    await backend.close();
  }
});

test('commits while it is sent do not show', async () => {
  const path = freshPath();
  const onError = (error: Error): void => assert.fail(error);
  const backend = new LmdbBackend({ directory: path, clock: systemClock, onError, mapSizeBytes: 2 ** 30 });
  const put = (at: number): void => backend.put('lease', encodePositionNumber(at), Buffer.alloc(1000, at));
  for (let at = 0; at < 3000; at++) put(at);
  await backend.forceCommit();
  const view = new StoreView(path, 2 ** 30);
  view.pin();
  const before = view.runs('lease', 'bytes');
  const sums = [...before].map((run) => Buffer.from(run.bytes).toString('base64'));
  const packer = view.pages();
  const pieces: Buffer[] = [];
  for (let piece = packer.next(); piece !== undefined; piece = packer.next()) {
    pieces.push(piece);
    for (let at = 0; at < 3000; at += 7) put(at + pieces.length);
    await backend.forceCommit();
  }
  const received = new StoreView(await receive(Buffer.concat(pieces)), 2 ** 30);
  received.pin();
  assert.deepEqual(
    [...received.runs('lease', 'bytes')].map((run) => Buffer.from(run.bytes).toString('base64')),
    sums,
  );
  await received.close();
  await view.close();
  await backend.close();
});

test('a file that is cut short, goes on, or is none, is refused', async () => {
  const file = await pack(await makeStore(longValues));
  const refused = (bytes: Buffer): Promise<void> => assert.rejects(receive(bytes), { name: 'PageError' });
  for (const pages of [0, 1, 2, 3, 10, file.length / 4096 - 1]) await refused(file.subarray(0, pages * 4096));
  await refused(file.subarray(0, file.length - 100));
  await refused(Buffer.concat([file, Buffer.alloc(4096)]));
  await refused(Buffer.alloc(16384));
  await refused(readFileSync(new URL(import.meta.url)));
});

test('damage is refused, or leaves a store that LMDB can read', async () => {
  const sent = await makeStore([
    ...position(8),
    ...Array.from({ length: 2000 }, (_, at) => revision(at + 9, 0, `k${at}`, 60)),
  ]);
  const file = await pack(sent);
  const random = seededRandom(11);
  let refused = 0;
  for (let run = 0; run < 400; run++) {
    const bad = Buffer.from(file);
    for (let changes = 1 + (random.nextUint32() % 3); changes > 0; changes--) {
      // Heads of pages and of nodes are where it hurts.
      const page = random.nextUint32() % (file.length / 4096);
      const at =
        page * 4096 + (random.nextUint32() % 2 === 0 ? random.nextUint32() % 64 : random.nextUint32() % 4096);
      bad[at] = random.nextUint32() & 0xff;
    }
    let received: string;
    try {
      received = await receive(bad);
    } catch (error) {
      assert.equal((error as Error).name, 'PageError');
      refused++;
      continue;
    }
    await contents(received);
    rmSync(received, { recursive: true });
  }
  assert.ok(refused > 100, `${refused} of 400 were refused`);
});

test('a reader may stop anywhere', async () => {
  const file = await pack(await makeStore(oneLeaf));
  const checker = new PageChecker(() => {});
  checker.take(file.subarray(0, 4096));
  assert.equal(checker.sizeBytes, undefined);
  checker.take(file.subarray(4096, 8192));
  assert.equal(checker.sizeBytes, file.length);
  assert.throws(() => checker.finish(), /the file ends in front of page 2/);
  const path = freshPath();
  const store = new PagedStore(path, () => {});
  store.take(file.subarray(0, 8192));
  await store.abandon();
  assert.deepEqual(readdirSync(path), [dataFileName]);
});
