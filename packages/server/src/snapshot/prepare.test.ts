import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { nodeDisk, systemClock } from '@quorate/base';
import { Snapshotter, Wal } from '@quorate/storage';
import { silentLogger } from '../member/logger.ts';
import type { InstallStep } from './install.ts';
import { ASIDE_SUFFIX, BACKUP_SUFFIX, prepareStore } from './prepare.ts';
import { describeStore, makeFile, makeStore, scratch } from './testing.ts';

const directory = scratch();
after(() => directory.dispose());

class Crash extends Error {}

/** A data directory as Go etcd leaves it: log, a snapshot at 100, and the database. */
function goDirectory(name: string, index = 150): { dataDir: string; snap: string } {
  const dataDir = directory.path(name);
  const snap = `${dataDir}/member/snap`;
  mkdirSync(snap, { recursive: true });
  const wal = Wal.create(nodeDisk, `${dataDir}/member/wal`, Buffer.from('m'), { clock: systemClock });
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  new Snapshotter(nodeDisk, snap).save({
    data: Buffer.from('{}'),
    metadata: { confState, index: 100, term: 2 },
  });
  wal.save({ term: 2, vote: 1n, commit: 100 }, []);
  wal.saveSnapshot({ index: 100, term: 2, confState });
  wal.close();
  makeFile(`${snap}/db`, index, 2_000, 'goo');
  return { dataDir, snap };
}

const IMPORTED = { index: 150, revisions: 2_000, value: 'goo' };
const prepare = (dataDir: string, step?: (step: InstallStep) => void): Promise<void> =>
  prepareStore({
    dataDir,
    disk: nodeDisk,
    logger: silentLogger,
    ...(step === undefined ? {} : { step }),
  });

test('the database of a Go etcd becomes the store; the original stays beside it', async () => {
  const { dataDir, snap } = goDirectory('plain');
  const original = readFileSync(`${snap}/db`);
  await prepare(dataDir);
  assert.deepEqual(await describeStore(`${snap}/db.lmdb`), IMPORTED);
  assert.equal(existsSync(`${snap}/db`), false);
  assert.deepEqual(readFileSync(`${snap}/db${BACKUP_SUFFIX}`), original);
  await prepare(dataDir);
  assert.deepEqual(await describeStore(`${snap}/db.lmdb`), IMPORTED);
});

const steps: readonly InstallStep[] = ['built', 'ready', 'switched', 'removed-old', 'backed-up'];
for (const at of steps) {
  test(`an import that is cut short after "${at}" is made good by the next start`, async () => {
    const { dataDir, snap } = goDirectory(`crash-${at}`);
    await assert.rejects(
      prepare(dataDir, (step) => {
        if (step === at) throw new Crash('crash');
      }),
      /crash/,
    );
    await prepare(dataDir);
    assert.deepEqual(await describeStore(`${snap}/db.lmdb`), IMPORTED);
    assert.deepEqual(
      readdirSync(snap)
        .filter((name) => name.startsWith('db'))
        .sort(),
      [`db${BACKUP_SUFFIX}`, 'db.lmdb'].sort(),
    );
  });
}

test('a database behind its log is replaced by the one that came with the newest snapshot', async () => {
  const { dataDir, snap } = goDirectory('behind', 50);
  makeFile(`${snap}/0000000000000064.snap.db`, 100, 30, 'snp');
  await prepare(dataDir);
  assert.deepEqual(await describeStore(`${snap}/db.lmdb`), { index: 100, revisions: 30, value: 'snp' });
  assert.equal(
    readdirSync(snap).some((name) => name.endsWith('.snap.db')),
    false,
  );
});

test('a database that a Go etcd has taken further is imported anew; the store is set aside', async () => {
  const { dataDir, snap } = goDirectory('further');
  await makeStore(`${snap}/db.lmdb`, 120, 10, 'our');
  await prepare(dataDir);
  assert.deepEqual(await describeStore(`${snap}/db.lmdb`), IMPORTED);
  assert.equal((await describeStore(`${snap}/db.lmdb${ASIDE_SUFFIX}`)).value, 'our');
});

test('what is no database is not imported, and stays', async () => {
  const { dataDir, snap } = goDirectory('damaged');
  writeFileSync(`${snap}/db`, Buffer.alloc(70_000, 7));
  await assert.rejects(prepare(dataDir), {
    name: 'FatalError',
    message: /^cannot import .*\/member\/snap\/db: bbolt: no valid meta page/,
  });
  assert.ok(existsSync(`${snap}/db`));
  assert.equal(existsSync(`${snap}/db.lmdb`), false);
});

test('nobody else may be at work in the directory', async () => {
  const { dataDir } = goDirectory('locked');
  const held = nodeDisk.lockDirectory(`${dataDir}/member/wal`);
  await assert.rejects(prepare(dataDir), { name: 'FatalError', message: /^the data directory is in use: / });
  held.release();
  await prepare(dataDir);
});

test('a database without its log is left alone', async () => {
  const { dataDir, snap } = goDirectory('logless');
  rmSync(`${dataDir}/member/wal`, { recursive: true });
  await assert.rejects(prepare(dataDir), {
    name: 'FatalError',
    message: /the log that belongs to it is not in/,
  });
  assert.ok(existsSync(`${snap}/db`));
});

test('nothing is done where nothing is to be done', async () => {
  await prepare(directory.path('absent'));
  assert.equal(existsSync(directory.path('absent')), false);
  rmSync(directory.path('absent'), { recursive: true, force: true });
});
