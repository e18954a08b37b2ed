import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { silentLogger } from '../member/logger.ts';
import {
  hasUnfinishedInstall,
  type InstallStep,
  installSnapshotFile,
  recoverStore,
  stageSnapshot,
  switchStore,
} from './install.ts';
import { describeStore, makeFile, makeStore, openBackend, scratch } from './testing.ts';

const directory = scratch();
after(() => directory.dispose());

class Crash extends Error {}

const OLD = { index: 500, revisions: 40, value: 'old' };
const NEW = { index: 900, revisions: 600, value: 'new' };

/** A member's snap directory with an old store, and a file that came for it. */
async function scene(name: string): Promise<{ snap: string; store: string; file: string }> {
  const snap = directory.path(name);
  mkdirSync(snap);
  const [store, file] = [`${snap}/db.lmdb`, `${snap}/0000000000000384.snap.db`];
  await makeStore(store, OLD.index, OLD.revisions, OLD.value);
  makeFile(file, NEW.index, NEW.revisions, NEW.value);
  return { snap, store, file };
}

test('a received file takes the place of the store', async () => {
  const { store, file, snap } = await scene('plain');
  const backend = openBackend(store);
  const calls: string[] = [];
  const loaded = await installSnapshotFile(file, store, {
    atLeast: { index: 900, term: 7 },
    record: async () => {
      calls.push('record');
    },
    close: () => {
      calls.push('close');
      return backend.close();
    },
  });
  assert.deepEqual(calls, ['record', 'close']);
  assert.equal(loaded.revision, 601);
  assert.deepEqual(await describeStore(store), NEW);
  assert.deepEqual(readdirSync(snap).sort(), ['0000000000000384.snap.db', 'db.lmdb']);
});

const steps: readonly InstallStep[] = ['built', 'ready', 'moved-away', 'switched', 'removed-old'];
for (const at of steps) {
  test(`a crash after "${at}" leaves the old store or the new one, as the log says`, async () => {
    const { store, file, snap } = await scene(`crash-${at}`);
    let recorded = false;
    const crash = (step: InstallStep): void => {
      if (step === at) throw new Crash();
    };
    await assert.rejects(
      installSnapshotFile(file, store, {
        record: async () => {
          recorded = true;
        },
        close: async () => {},
        step: crash,
      }),
      Crash,
    );
    assert.equal(recorded, !['built', 'ready'].includes(at));
    const snapshot = { index: recorded ? 900 : 400, term: 1 };
    // The way back may be cut short as well, anywhere.
    for (const again of ['ready', 'moved-away', 'switched'] as const) {
      const copy = directory.path(`crash-${at}-${again}`);
      cpSync(snap, copy, { recursive: true });
      await recoverStore(`${copy}/db.lmdb`, snapshot, silentLogger, {
        step: (step) => {
          if (step === again) throw new Crash();
        },
      }).catch((error: unknown) => assert.ok(error instanceof Crash));
      await recoverStore(`${copy}/db.lmdb`, snapshot, silentLogger);
      assert.deepEqual(await describeStore(`${copy}/db.lmdb`), recorded ? NEW : OLD);
      assert.equal(hasUnfinishedInstall(`${copy}/db.lmdb`), false);
      assert.deepEqual(readdirSync(copy), ['db.lmdb']);
    }
  });
}

test('a crash between the record in the log and the exchange is made good, from the staged store or from the file', async () => {
  for (const staged of [true, false]) {
    const { store, file } = await scene(`recorded-${staged}`);
    if (staged) await stageSnapshot(file, store);
    await recoverStore(store, { index: 900, term: 1 }, silentLogger);
    assert.deepEqual(await describeStore(store), NEW);
  }
});

test('of two snapshots that came, the one that the log names is taken', async () => {
  const { store, file, snap } = await scene('two');
  await stageSnapshot(file, store, { atLeast: { index: 900, term: 1 } });
  const later = `${snap}/0000000000000385.snap.db`;
  makeFile(later, 901, 601, 'lat');
  await stageSnapshot(later, store, { atLeast: { index: 901, term: 1 } });
  await recoverStore(store, { index: 900, term: 1 }, silentLogger);
  assert.deepEqual(await describeStore(store), NEW);
  assert.deepEqual(readdirSync(snap), ['db.lmdb']);
});

test('a store further on than the snapshot it came with is refused', async () => {
  const { store, file, snap } = await scene('ahead');
  await assert.rejects(stageSnapshot(file, store, { atLeast: { index: 899, term: 1 } }), {
    message: 'the store stands at index 900, the snapshot it came with at 899',
  });
  assert.deepEqual(readdirSync(snap).sort(), ['0000000000000384.snap.db', 'db.lmdb']);
});

test('a snapshot that the log does not name is dropped', async () => {
  const { store, file, snap } = await scene('unrecorded');
  await stageSnapshot(file, store);
  await recoverStore(store, { index: 300, term: 1 }, silentLogger);
  assert.deepEqual(await describeStore(store), OLD);
  assert.deepEqual(readdirSync(snap), ['db.lmdb']);
});

test('a damaged file is refused before anything has changed', async () => {
  const { store, file, snap } = await scene('damaged');
  for (const [bytes, reason] of [
    [Buffer.alloc(100_000), /bbolt: no valid meta page/],
    [Buffer.from('short'), /bbolt: no valid meta page: .*too short/],
  ] as const) {
    writeFileSync(file, bytes);
    await assert.rejects(
      installSnapshotFile(file, store, {
        record: () => assert.fail('not reached'),
        close: () => assert.fail('not reached'),
      }),
      reason,
    );
  }
  assert.deepEqual(await describeStore(store), OLD);
  assert.deepEqual(readdirSync(snap).sort(), ['0000000000000384.snap.db', 'db.lmdb']);
  await assert.rejects(recoverStore(store, { index: 900, term: 1 }, silentLogger), {
    name: 'FatalError',
    message: /^cannot install the snapshot .*384\.snap\.db: bbolt/,
  });
});

test('there need not be an old store', async () => {
  const { store, file } = await scene('fresh');
  const fresh = directory.path('fresh/other.lmdb');
  await stageSnapshot(file, fresh);
  switchStore(fresh);
  assert.deepEqual(await describeStore(fresh), NEW);
  assert.ok(existsSync(store));
});
