// Snapshot files on a real disk, and to and from Go etcd's snap package.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { FatalError, nodeDisk } from '@quorate/base';
import { RaftSnapshot } from '@quorate/proto';
import { type GoFiles, goFiles, needsGo } from '../go-files.testing.ts';
import { decodeSnapFile, SnapFileError } from './snap-file.ts';
import { Snapshotter } from './snapshotter.ts';

const tool = goFiles();
const go = tool as GoFiles;
let directory = '';
let warnings: string[] = [];

beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'quorate-snap-')), 'member', 'snap');
  warnings = [];
});
afterEach(() => fs.rmSync(path.dirname(path.dirname(directory)), { recursive: true, force: true }));

function snapshotter(): Snapshotter {
  return new Snapshotter(nodeDisk, directory, { warn: (message) => warnings.push(message) });
}

function snapshot(index: number, term = 2, data = Buffer.from(`state at ${index}`)): RaftSnapshot {
  const confState = {
    voters: [1n, 0xfedcba9876543210n],
    learners: [7n],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
  return RaftSnapshot.create({ data, metadata: { confState, index, term } });
}

function saveAsync(snapshots: Snapshotter, one: RaftSnapshot): Promise<FatalError | undefined> {
  return new Promise((resolve) => snapshots.saveAsync(one, resolve));
}

async function settled(count: number): Promise<string[]> {
  for (let wait = 0; wait < 500 && fs.readdirSync(directory).length > count; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return fs.readdirSync(directory).sort();
}

test('the newest snapshot is loaded, or the newest of those the log knows', () => {
  const snapshots = snapshotter();
  assert.equal(snapshots.loadNewest(), undefined);
  for (const index of [100, 200, 0x1000]) snapshots.save(snapshot(index));
  snapshots.save(snapshot(150, 1));
  assert.deepEqual(fs.readdirSync(directory).sort(), [
    '0000000000000001-0000000000000096.snap',
    '0000000000000002-0000000000000064.snap',
    '0000000000000002-00000000000000c8.snap',
    '0000000000000002-0000000000001000.snap',
  ]);
  assert.equal(snapshots.loadNewest()?.metadata?.index, 0x1000);
  const known = [
    { index: 100, term: 2 },
    { index: 200, term: 2 },
    { index: 0x1000, term: 1 },
  ];
  assert.deepEqual(snapshots.loadNewest(known), RaftSnapshot.decode(RaftSnapshot.encode(snapshot(200))));
  assert.equal(snapshots.loadNewest([]), undefined);
});

test('saving in steps off the loop writes the same file', async () => {
  const large = snapshot(5, 2, Buffer.alloc(3_500_000, 'v2 '));
  const snapshots = snapshotter();
  snapshots.save(large);
  const file = path.join(directory, '0000000000000002-0000000000000005.snap');
  const bytes = fs.readFileSync(file);
  fs.rmSync(file);
  assert.equal(await saveAsync(snapshots, large), undefined);
  assert.equal(Buffer.compare(fs.readFileSync(file), bytes), 0);
  assert.deepEqual(fs.readdirSync(directory), [path.basename(file)]);
  fs.rmSync(directory, { recursive: true });
  assert.ok((await saveAsync(snapshots, large)) instanceof FatalError);
});

test('damaged files are set aside, leftovers removed, and the next older one is used', () => {
  const snapshots = snapshotter();
  for (const index of [1, 2, 3, 4]) snapshots.save(snapshot(index));
  const file = (index: number): string =>
    path.join(directory, `0000000000000002-000000000000000${index}.snap`);
  fs.writeFileSync(file(4), '');
  const bytes = fs.readFileSync(file(3));
  bytes[20] = (bytes[20] as number) ^ 4;
  fs.writeFileSync(file(3), bytes);
  fs.writeFileSync(path.join(directory, 'db.tmp.123'), 'x');
  fs.writeFileSync(path.join(directory, '0000000000000002-0000000000000009.snap.tmp'), 'x');
  fs.writeFileSync(path.join(directory, 'db'), 'x');
  assert.equal(snapshots.loadNewest()?.metadata?.index, 2);
  assert.equal(warnings.length, 6);
  assert.deepEqual(fs.readdirSync(directory).sort(), [
    path.basename(file(1)),
    path.basename(file(2)),
    `${path.basename(file(3))}.broken`,
    `${path.basename(file(4))}.broken`,
    'db',
  ]);
});

test('the oldest files are purged; databases of earlier snapshots are released', async () => {
  const snapshots = snapshotter();
  for (let index = 1; index <= 7; index++) snapshots.save(snapshot(index));
  for (let index = 1; index <= 3; index++) fs.writeFileSync(snapshots.databasePath(index), 'db');
  assert.deepEqual(snapshots.purge(0), []);
  assert.equal(snapshots.purge(5).length, 2);
  assert.equal((await settled(8)).filter((name) => name.endsWith('.snap')).length, 5);
  assert.deepEqual(snapshots.releaseDatabases(3), ['0000000000000001.snap.db', '0000000000000002.snap.db']);
  assert.equal((await settled(6)).length, 6);
  assert.equal(snapshots.loadNewest()?.metadata?.index, 7);
});

test('snapshots that the log does not know to be committed are set aside', () => {
  const snapshots = snapshotter();
  for (const index of [100, 200, 300]) snapshots.save(snapshot(index));
  snapshots.setAsideAfter(200);
  assert.deepEqual(fs.readdirSync(directory).sort(), [
    '0000000000000002-0000000000000064.snap',
    '0000000000000002-00000000000000c8.snap',
    '0000000000000002-000000000000012c.snap.broken',
  ]);
  assert.equal(snapshots.loadNewest([{ index: 300, term: 2 }]), undefined);
});

test('anything but a whole file is refused', () => {
  snapshotter().save(snapshot(9));
  const bytes = fs.readFileSync(path.join(directory, '0000000000000002-0000000000000009.snap'));
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeSnapFile(bytes.subarray(0, length)), SnapFileError);
  }
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] as number) ^ 0x11;
    assert.throws(() => decodeSnapFile(changed), SnapFileError, `byte ${at}`);
  }
});

test('Go reads our snapshot files, and we read the file Go writes, byte for byte ours', needsGo(tool), () => {
  const snapshots = snapshotter();
  const ours = snapshot(1234, 5, Buffer.from('state of the go member'));
  snapshots.save(ours);
  const seen = JSON.parse(go.run('snap-read', directory)) as {
    data: string;
    metadata: { index: number; conf_state: { voters: number[] } };
  };
  assert.equal(Buffer.from(seen.data, 'base64').toString(), 'state of the go member');
  assert.equal(seen.metadata.index, 1234);
  const file = path.join(directory, '0000000000000005-00000000000004d2.snap');
  const bytes = fs.readFileSync(file);
  fs.rmSync(file);
  go.run('snap-write', directory);
  assert.deepEqual(fs.readFileSync(file), bytes);
  assert.deepEqual(snapshots.loadNewest(), RaftSnapshot.decode(RaftSnapshot.encode(ours)));
});
