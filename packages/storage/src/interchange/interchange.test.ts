import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nodeDisk, systemClock, systemRandom } from '@quorate/base';
import { encodeRevisionKey, LmdbBackend } from '../backend/index.ts';
import {
  type EtcdBucket,
  type EtcdEntries,
  etcdSnapshotStatus,
  readEtcdSnapshot,
  writeEtcdSnapshot,
} from '../bbolt/index.ts';
import { encodeKeyValue, openMvccStore } from '../mvcc/index.ts';
import {
  confStateKey,
  encodePositionNumber,
  type LoadOptions,
  loadStoreFile,
  planStoreFile,
  StoreBuilder,
  StoreView,
} from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'quorate-interchange-'));
after(() => rmSync(root, { recursive: true, force: true }));
let names = 0;
const fresh = (): string => join(root, `s${names++}`);

function keyValue(main: number, value = 'v'.repeat(main % 700)): Uint8Array {
  return encodeKeyValue(Buffer.from(`k${main % 50}`), main, main, 1, Buffer.from(value), 0n);
}

const contents: Partial<Record<EtcdBucket, [Uint8Array, Uint8Array][]>> = {
  key: Array.from({ length: 2_000 }, (_, at) => [encodeRevisionKey(at + 2, 0, false), keyValue(at + 2)]),
  lease: [[encodePositionNumber(77), Buffer.from('lease')]],
  members: [[Buffer.from('8e9e05c52164694d'), Buffer.from('{}')]],
  meta: [
    [Buffer.from('consistent_index'), encodePositionNumber(2005)],
    [Buffer.from('term'), encodePositionNumber(3)],
  ],
};

function writeFile(read: (bucket: EtcdBucket) => EtcdEntries): string {
  const path = fresh();
  writeFileSync(path, Buffer.concat([...writeEtcdSnapshot(read).chunks()]));
  return path;
}

async function load(path: string, options: LoadOptions = {}) {
  const directory = fresh();
  const file = readEtcdSnapshot(nodeDisk, path);
  const builder = new StoreBuilder(directory);
  try {
    const steps = loadStoreFile(file, builder, options);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    await builder.finish();
    return { directory, loaded: step.value };
  } catch (error) {
    await builder.abandon();
    throw error;
  } finally {
    file.close();
  }
}

const statusOf = (path: string) => {
  const file = readEtcdSnapshot(nodeDisk, path, { requireHash: true });
  const steps = etcdSnapshotStatus(file);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  file.close();
  return step.value;
};

test('a file becomes a store, and the store the same file again', async () => {
  const path = writeFile((bucket) => contents[bucket] ?? []);
  const { directory, loaded } = await load(path);
  assert.deepEqual(loaded, {
    position: { index: 2005, term: 3 },
    records: 2004,
    revision: 2001,
    foreignBuckets: [],
  });
  const view = new StoreView(directory);
  assert.deepEqual(view.pin(), { index: 2005, term: 3 });
  const again = fresh();
  writeFileSync(again, Buffer.concat([...planStoreFile(view).chunks()]));
  await view.close();
  assert.deepEqual(statusOf(again), statusOf(path));
});

test('a store that was built is one that a member opens', async () => {
  const { directory } = await load(writeFile((bucket) => contents[bucket] ?? []));
  const onError = (error: Error): void => {
    throw error;
  };
  const backend = new LmdbBackend({ directory, clock: systemClock, onError });
  const kv = await openMvccStore({
    backend,
    clock: systemClock,
    random: systemRandom,
    leases: { attach: () => {}, detach: () => {} },
    onError,
  });
  assert.equal(kv.revision, 2001);
  assert.equal(kv.keyCount, 50);
  assert.equal(kv.consistentIndex, 2005);
  await kv.close();
  await backend.close();
});

test('a view shows one moment, while its owner goes on writing', async () => {
  const directory = fresh();
  const onError = (error: Error): void => {
    throw error;
  };
  const backend = new LmdbBackend({ directory, clock: systemClock, onError });
  for (let at = 0; at < 500; at++) backend.put('lease', Buffer.from(`l${at}`), Buffer.from('before'));
  const hold = await backend.snapshot();
  const view = new StoreView(directory);
  view.pin();
  for (let at = 0; at < 500; at++) backend.put('lease', Buffer.from(`l${at}`), Buffer.from('after'));
  await backend.forceCommit();
  const values = new Set([...view.entries('lease')].map(([, value]) => Buffer.from(value).toString()));
  assert.deepEqual([...values], ['before']);
  view.pin();
  assert.equal(Buffer.from(view.get('lease', Buffer.from('l7')) as Uint8Array).toString(), 'after');
  assert.equal(view.get('lease', Buffer.from('l')), undefined);
  await view.close();
  hold.close();
  await backend.close();
});

test('runs of a view hold what its entries are, whatever their sizes', async () => {
  const directory = fresh();
  const onError = (error: Error): void => {
    throw error;
  };
  const backend = new LmdbBackend({ directory, clock: systemClock, onError });
  const sizes = [0, 1, 63, 64, 65, 1_000, 4_096, 100_000, 700_000];
  for (let at = 0; at < 9_000; at++) {
    const size = at % 500 === 0 ? (sizes[(at / 500) % sizes.length] as number) : at % 90;
    backend.put('lease', Buffer.from(`l${at}`.padStart(3 + (at % 70), '-')), Buffer.alloc(size, at));
  }
  const hold = await backend.snapshot();
  const view = new StoreView(directory);
  view.pin();
  const entries = [...view.entries('lease')];
  for (const pass of ['sizes', 'bytes'] as const) {
    let seen = 0;
    for (const run of view.runs('lease', pass)) {
      let at = 0;
      for (let one = 0; one < run.count; one++) {
        const [key, value] = entries[seen++] as readonly [Uint8Array, Uint8Array];
        assert.deepEqual([run.sizes[2 * one], run.sizes[2 * one + 1]], [key.length, value.length]);
        const bytes = pass === 'bytes' ? Buffer.concat([key, value]) : Buffer.from(key);
        assert.ok(bytes.equals(run.bytes.subarray(at, at + bytes.length)));
        at += bytes.length;
      }
      assert.equal(at, run.bytes.length);
    }
    assert.equal(seen, 9_000);
  }
  assert.deepEqual([...view.runs('alarm', 'bytes')], []);
  await view.close();
  hold.close();
  await backend.close();
});

test('a store behind the place it was sent for is taken to stand there; one ahead keeps its place', async () => {
  const path = writeFile((bucket) => contents[bucket] ?? []);
  const behind = await load(path, { atLeast: { index: 3000, term: 9 } });
  assert.deepEqual(behind.loaded.position, { index: 3000, term: 9 });
  const view = new StoreView(behind.directory);
  assert.deepEqual(view.pin(), { index: 3000, term: 9 });
  await view.close();
  const ahead = await load(path, { atLeast: { index: 3, term: 1 } });
  assert.deepEqual(ahead.loaded.position, { index: 2005, term: 3 });
});

test('a store that begins another log leaves members and configuration behind', async () => {
  const path = writeFile((bucket) =>
    bucket === 'meta'
      ? [[confStateKey, Buffer.from('{}')], ...(contents.meta ?? [])]
      : (contents[bucket] ?? []),
  );
  const position = { index: 1, term: 1 };
  const { directory } = await load(path, { restart: { position, without: ['members'] } });
  const view = new StoreView(directory);
  assert.deepEqual(view.pin(), position);
  assert.equal([...view.entries('members')].length, 0);
  assert.equal(view.get('meta', confStateKey), undefined);
  const plan = planStoreFile(view, [
    [confStateKey, Buffer.from('{"voters":[1]}')],
    [Buffer.from('term'), encodePositionNumber(8)],
  ]);
  const out = fresh();
  writeFileSync(out, Buffer.concat([...plan.chunks()]));
  await view.close();
  const file = readEtcdSnapshot(nodeDisk, out);
  assert.equal(file.get('meta', confStateKey)?.toString(), '{"voters":[1]}');
  assert.equal(file.get('meta', Buffer.from('term'))?.readBigUInt64BE(), 8n);
  file.close();
});

test('what is no store of etcd is refused with a reason', async () => {
  const key = (records: [Uint8Array, Uint8Array][]) =>
    writeFile((bucket) => (bucket === 'key' ? records : []));
  await assert.rejects(
    load(key([[Buffer.from('x'), keyValue(2)]])),
    /bucket key has 78, which is no revision/,
  );
  await assert.rejects(
    load(key([[encodeRevisionKey(2, 0, false), Buffer.from([0x0a, 0xff])]])),
    /key-value of revision 2\.0: /,
  );
  await assert.rejects(
    load(
      key([
        [encodeRevisionKey(2, 0, false), keyValue(2)],
        [encodeRevisionKey(2, 0, true), keyValue(2)],
      ]),
    ),
    /revision 2\.0 comes twice/,
  );
  const huge = Buffer.from(encodeRevisionKey(2, 0, false));
  huge[0] = 0x7f;
  await assert.rejects(load(key([[huge, keyValue(2)]])), /which is no revision/);
});

test('a store is made where nothing is, and nowhere else', () => {
  const directory = fresh();
  writeFileSync(directory, '');
  assert.throws(() => new StoreBuilder(directory), { code: 'EEXIST' });
  assert.ok(existsSync(directory));
});
