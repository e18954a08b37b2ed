// Logs go to Go etcd's wal package and come from it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { nodeDisk, systemClock } from '@quorate/base';
import { type GoFiles, goFiles, needsGo } from '../go-files.testing.ts';
import { Wal } from './wal.ts';

const tool = goFiles();
const go = tool as GoFiles;
const options = { clock: systemClock, segmentBytes: 20_000 };
let root = '';

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'quorate-wal-go-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

interface GoContents {
  metadata: string;
  term: number;
  vote: string;
  commit: number;
  entries: { type: number; term: number; index: number; data: string }[];
}

/** The payload scripts/go-files gives to entry i. */
function payload(index: number): Buffer {
  return Buffer.alloc(index % 300, index);
}

test('a log written here is read, appended to and read on by Go', needsGo(tool), () => {
  const directory = path.join(root, 'wal');
  const wal = Wal.create(nodeDisk, directory, Buffer.from('ours'), options);
  for (let index = 1; index <= 500; index++) {
    const entry = { type: index % 3, term: 2, index, data: payload(index) };
    wal.save({ term: 2, vote: 0xfedcba9876543210n, commit: index - 1 }, [entry]);
    if (index === 200) {
      const confState = {
        voters: [1n],
        learners: [],
        votersOutgoing: [],
        learnersNext: [],
        autoLeave: false,
      };
      wal.saveSnapshot({ index: 199, term: 2, confState });
    }
    wal.sync();
  }
  wal.close();
  assert.ok(fs.readdirSync(directory).length > 2);
  for (const from of [0, 199]) {
    const seen = JSON.parse(
      go.run('wal-read', directory, String(from), from === 0 ? '0' : '2'),
    ) as GoContents;
    assert.equal(seen.metadata, Buffer.from('ours').toString('hex'));
    assert.deepEqual([seen.term, seen.vote, seen.commit], [2, String(0xfedcba9876543210n), 499]);
    assert.equal(seen.entries.length, 500 - from);
    for (const entry of seen.entries) {
      assert.equal(entry.data, payload(entry.index).toString('hex'));
      assert.equal(entry.type, entry.index % 3);
    }
  }
  go.run('wal-append', directory, '0', '0');
  const { contents, wal: again } = Wal.openAndRead(nodeDisk, directory, { index: 0, term: 0 }, options);
  assert.equal(contents.entries.length, 501);
  assert.equal(Buffer.from(contents.entries[500]?.data ?? []).toString(), 'from go');
  assert.deepEqual(contents.hardState, { term: 3, vote: 0xfedcba9876543210n, commit: 501 });
  again.close();
});

test(
  'a log written by Go is read here, segments, snapshots and all, byte for byte what we would write',
  needsGo(tool),
  () => {
    const directory = path.join(root, 'wal');
    go.run('wal-write', directory, '500', '20000');
    const { contents, wal } = Wal.openAndRead(nodeDisk, directory, { index: 0, term: 0 }, options);
    assert.equal(Buffer.from(contents.metadata).toString(), 'metadata of the go log');
    assert.deepEqual(contents.hardState, { term: 6, vote: 0xfedcba9876543210n, commit: 499 });
    assert.equal(contents.entries.length, 500);
    for (const entry of contents.entries) {
      assert.equal(entry.type, entry.index % 50 === 0 ? 1 : 0);
      assert.equal(entry.term, 1 + Math.floor(entry.index / 100));
      assert.equal(Buffer.compare(entry.data, payload(entry.index)), 0);
    }
    assert.deepEqual(
      Wal.validSnapshotEntries(nodeDisk, directory).map((mark) => mark.index),
      [0, 100, 200, 300, 400],
    );
    wal.close();

    // Go decides about a cut before it flushes, so its segments end a record later: compare within one.
    const large = path.join(root, 'large');
    go.run('wal-write', large, '500', '1000000');
    const ours = path.join(root, 'ours');
    const same = Wal.create(nodeDisk, ours, Buffer.from('metadata of the go log'), {
      ...options,
      segmentBytes: 1_000_000,
    });
    for (let index = 1; index <= 500; index++) {
      const term = 1 + Math.floor(index / 100);
      const entry = { type: index % 50 === 0 ? 1 : 0, term, index, data: payload(index) };
      same.save({ term, vote: 0xfedcba9876543210n, commit: index - 1 }, [entry]);
      same.sync();
      if (index % 100 === 0) same.saveSnapshot({ index, term });
    }
    same.close();
    const segments = (at: string): string[] => fs.readdirSync(at).filter((name) => name.endsWith('.wal'));
    assert.deepEqual(segments(ours), segments(large));
    for (const name of segments(ours)) {
      const a = fs.readFileSync(path.join(ours, name));
      const b = fs.readFileSync(path.join(large, name));
      const common = Math.min(a.length, b.length);
      assert.equal(Buffer.compare(a.subarray(0, common), b.subarray(0, common)), 0, name);
      assert.ok(
        [...a.subarray(common), ...b.subarray(common)].every((byte) => byte === 0),
        name,
      );
    }
  },
);

test('a torn tail of ours is repaired by Go to the same place', needsGo(tool), () => {
  const directory = path.join(root, 'wal');
  const wal = Wal.create(nodeDisk, directory, Buffer.from('ours'), { ...options, segmentBytes: 1_000_000 });
  for (let index = 1; index <= 100; index++) {
    wal.save({ term: 1, vote: 1n, commit: index - 1 }, [
      { type: 0, term: 1, index, data: Buffer.alloc(3000, index) },
    ]);
  }
  wal.close();
  const file = path.join(directory, '0000000000000000-0000000000000000.wal');
  const bytes = fs.readFileSync(file);
  bytes.fill(0, 200_000); // everything from within a record on was lost
  fs.writeFileSync(file, bytes);
  const copy = path.join(root, 'copy');
  fs.cpSync(directory, copy, { recursive: true });
  assert.equal(go.succeeds('wal-repair', copy), true);
  assert.equal(Wal.repair(nodeDisk, directory), true);
  assert.deepEqual(fs.readFileSync(file), fs.readFileSync(path.join(copy, path.basename(file))));
  assert.deepEqual(
    fs.readFileSync(`${file}.broken`),
    fs.readFileSync(path.join(copy, `${path.basename(file)}.broken`)),
  );
});

test('a log that a Go member has open is refused', needsGo(tool), async () => {
  const directory = path.join(root, 'wal');
  go.run('wal-write', directory, '10', '20000');
  const member = spawn(go.binary, ['wal-hold', directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(member, 'exit');
  await once(member.stdout, 'data');
  assert.throws(
    () => Wal.open(nodeDisk, directory, { index: 0, term: 0 }, options),
    /in use by another process/,
  );
  member.stdin.end();
  await ended;
  Wal.openAndRead(nodeDisk, directory, { index: 0, term: 0 }, options).wal.close();
});
