// The log on a real disk: what etcd's own log does, its errors, repair, and reading damaged files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DiskError, FatalError, nodeDisk, seededRandom, systemClock } from '@quorate/base';
import type { Entry } from '@quorate/proto';
import { WalError, type WalErrorCode } from './errors.ts';
import type { WalContents, WalOptions, WalPosition } from './types.ts';
import { Wal } from './wal.ts';

const METADATA = Buffer.from('metadata');
const START: WalPosition = { index: 0, term: 0 };
const ROUNDS = process.env['QUORATE_LONG_TESTS'] === '1' ? 20_000 : 600;

let root = '';
let directory = '';
let warnings: string[] = [];
const options = (segmentBytes = 64_000): WalOptions => ({
  clock: systemClock,
  segmentBytes,
  warn: (message) => warnings.push(message),
});

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'quorate-wal-'));
  directory = path.join(root, 'member', 'wal');
  warnings = [];
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function entry(index: number, term = 1, size = 100): Entry {
  return { type: 0, term, index, data: Buffer.alloc(size, index) };
}

function entries(from: number, to: number, term = 1, size = 100): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, term, size));
}

function code(expected: WalErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WalError && error instanceof FatalError, String(error));
    assert.equal(error.code, expected, error.message);
    return true;
  };
}

function files(): string[] {
  return fs.readdirSync(directory).filter((name) => name.endsWith('.wal'));
}

/** A closed log of `count` entries of 100 bytes. */
function written(count: number, segmentBytes = 64_000): void {
  const wal = Wal.create(nodeDisk, directory, METADATA, options(segmentBytes));
  for (let index = 1; index <= count; index++) {
    wal.save({ term: 1, vote: 1n, commit: index - 1 }, [entry(index)]);
    if (index % 20 === 0) wal.saveSnapshot({ index: index - 1, term: 1 });
    wal.sync();
  }
  wal.close();
}

function reopened(from = START): ReturnType<typeof Wal.openAndRead> {
  return Wal.openAndRead(nodeDisk, directory, from, options());
}

test('create makes a preallocated first segment, private to the user, and refuses to make a second log', () => {
  const wal = Wal.create(nodeDisk, directory, METADATA, options());
  assert.deepEqual(files(), ['0000000000000000-0000000000000000.wal']);
  assert.equal(fs.statSync(path.join(directory, files()[0] as string)).size, 64_000);
  assert.equal(fs.statSync(directory).mode & 0o777, 0o700);
  assert.equal(fs.existsSync(`${directory}.tmp`), false);
  assert.throws(() => Wal.create(nodeDisk, directory, METADATA, options()), code('EXISTS'));
  wal.close();
});

test('create does not touch a directory that holds something else', () => {
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'precious'), 'x');
  assert.throws(() => Wal.create(nodeDisk, directory, METADATA, options()), code('EXISTS'));
  assert.equal(fs.readFileSync(path.join(directory, 'precious'), 'utf8'), 'x');
});

test('what was saved is read again; appending goes on; an overwritten tail stays overwritten', () => {
  let wal = Wal.create(nodeDisk, directory, METADATA, options());
  wal.save({ term: 1, vote: 0xfedcba9876543210n, commit: 0 }, entries(1, 10));
  wal.save({ term: 2, vote: 2n, commit: 5 }, entries(8, 9, 2));
  wal.sync();
  assert.equal(wal.lastIndex, 9);
  wal.close();
  const again = reopened();
  wal = again.wal;
  assert.deepEqual(Buffer.from(again.contents.metadata), METADATA);
  assert.deepEqual(again.contents.hardState, { term: 2, vote: 2n, commit: 5 });
  assert.deepEqual(
    again.contents.entries.map((one) => [one.index, one.term]),
    [...entries(1, 7), ...entries(8, 9, 2)].map((one) => [one.index, one.term]),
  );
  wal.save(undefined, entries(10, 12, 2));
  wal.sync();
  wal.close();
  const { wal: third, contents } = reopened();
  assert.equal(contents.entries.length, 12);
  assert.deepEqual(contents.hardState, { term: 2, vote: 2n, commit: 5 });
  third.close();
});

test('segments are cut when full, repeat metadata and state, and chain their crc', async () => {
  written(300, 10_000);
  assert.ok(files().length >= 4, String(files()));
  const { wal, contents } = reopened();
  assert.equal(contents.entries.length, 300);
  assert.deepEqual(contents.entries[299]?.data.length, 100);
  wal.close();
  // Each segment but the last is cut to its length, and can be read by itself from a snapshot in it.
  const marks = Wal.validSnapshotEntries(nodeDisk, directory);
  assert.equal(marks[0]?.index, 0);
  assert.equal(marks[marks.length - 1]?.index, 299);
  for (const mark of marks) {
    const later = Wal.read(nodeDisk, directory, mark);
    assert.equal(later.entries[0]?.index ?? 301, mark.index + 1);
    assert.equal(later.hardState.commit, 299);
    Wal.verify(nodeDisk, directory, mark);
  }
});

test('the next segment is prepared ahead of time and taken by an asynchronous cut', async () => {
  const wal = Wal.create(nodeDisk, directory, METADATA, options(2_000_000));
  const sync = () =>
    new Promise<void>((resolve, reject) => wal.syncAsync((e) => (e ? reject(e) : resolve())));
  for (let round = 0; round < 30; round++) {
    wal.save({ term: 1, vote: 0n, commit: 1 }, [entry(round + 1, 1, 100_000)]);
    await sync();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.equal(files().length, 2);
  assert.equal(wal.missedPreparations, 0);
  assert.ok(wal.lastSyncMs > 0);
  wal.close();
  const { contents, wal: again } = reopened();
  assert.equal(contents.entries.length, 30);
  again.close();
});

test('released segments are purged, oldest first, down to the number kept', async () => {
  const wal = Wal.create(nodeDisk, directory, METADATA, options(5_000));
  for (let index = 1; index <= 400; index++) {
    wal.save({ term: 1, vote: 1n, commit: index }, [entry(index)]);
    wal.sync();
  }
  const before = files();
  assert.deepEqual(wal.purge(5), [], 'nothing is released yet');
  wal.saveSnapshot({ index: 200, term: 1 });
  wal.releaseTo(200);
  const gone = wal.purge(5);
  assert.ok(gone.length > 2);
  for (let wait = 0; wait < 500 && files().length > before.length - gone.length; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.deepEqual(files(), before.slice(gone.length));
  wal.close();
  const { contents, wal: again } = reopened({ index: 200, term: 1 });
  assert.equal(contents.entries.length, 200);
  assert.equal(contents.entries[0]?.index, 201);
  again.close();
  assert.throws(() => Wal.open(nodeDisk, directory, { index: 1, term: 1 }, options()), code('NOT_FOUND'));
});

test('a snapshot not in the log, or of another term, is refused', () => {
  written(50);
  assert.throws(() => reopened({ index: 7, term: 1 }), code('SNAPSHOT_NOT_FOUND'));
  assert.throws(() => reopened({ index: 19, term: 3 }), code('SNAPSHOT_MISMATCH'));
  assert.throws(() => Wal.verify(nodeDisk, directory, { index: 7, term: 1 }), code('SNAPSHOT_NOT_FOUND'));
  const { contents, wal } = reopened({ index: 19, term: 1 });
  assert.equal(contents.entries[0]?.index, 20);
  wal.close();
});

test('snapshots beyond the committed index are not valid; their configuration is kept', () => {
  const wal = Wal.create(nodeDisk, directory, METADATA, options());
  const confState = {
    voters: [1n, 0xfedcba9876543210n],
    learners: [3n],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
  wal.save({ term: 1, vote: 0n, commit: 5 }, entries(1, 10));
  wal.saveSnapshot({ index: 5, term: 1, confState });
  wal.saveSnapshot({ index: 8, term: 1 });
  wal.close();
  assert.deepEqual(Wal.validSnapshotEntries(nodeDisk, directory), [
    { index: 0, term: 0 },
    { index: 5, term: 1, confState },
  ]);
  const { contents, wal: again } = reopened({ index: 5, term: 1 });
  assert.deepEqual(contents.confState, confState);
  again.close();
});

test('entries after a gap are an error', () => {
  const wal = Wal.create(nodeDisk, directory, METADATA, options());
  wal.save({ term: 1, vote: 0n, commit: 1 }, [entry(1), entry(5)]);
  wal.close();
  assert.throws(() => reopened(), code('SLICE_OUT_OF_RANGE'));
});

test('a missing segment, and segments of two logs in one directory, are found out', () => {
  written(300, 10_000);
  const names = files();
  fs.renameSync(path.join(directory, names[1] as string), path.join(root, 'away'));
  assert.throws(() => reopened(), code('CORRUPT'));
  fs.renameSync(path.join(root, 'away'), path.join(directory, names[1] as string));
  reopened().wal.close();

  const other = path.join(root, 'other');
  const foreign = Wal.create(nodeDisk, other, Buffer.from('another member'), options());
  foreign.close();
  // Same sequence, so it fits the row; only its metadata and crc do not.
  const last = names[names.length - 1] as string;
  fs.copyFileSync(path.join(other, '0000000000000000-0000000000000000.wal'), path.join(directory, last));
  assert.throws(() => reopened(), code('CORRUPT'));
});

test('a torn tail is told apart from corruption, repaired with a warning, and a copy is kept', () => {
  written(50);
  const file = path.join(directory, files()[0] as string);
  const whole = fs.readFileSync(file);
  const end = endOfRecords(whole);
  const tail = Buffer.from(whole);
  // A record of 2000 bytes of which the last sectors were never written.
  tail.writeUInt32LE(2000, end);
  tail.fill(7, end + 8, end + 700);
  fs.writeFileSync(file, tail);
  assert.throws(() => Wal.read(nodeDisk, directory, START), code('TORN_TAIL'));
  assert.equal(Wal.validSnapshotEntries(nodeDisk, directory).length, 3);
  const { wal, contents } = reopened();
  assert.equal(contents.entries.length, 50);
  assert.equal(warnings.length, 1);
  assert.deepEqual(fs.readFileSync(`${file}.broken`), tail);
  wal.save(undefined, [entry(51)]);
  wal.close();
  const again = reopened();
  assert.equal(again.contents.entries.length, 51);
  again.wal.close();
  assert.equal(Wal.repair(nodeDisk, directory), false);
});

test('a file cut short within its last record is repaired, one cut short before is not', () => {
  written(300, 10_000);
  const names = files();
  const last = path.join(directory, names[names.length - 1] as string);
  fs.truncateSync(last, endOfRecords(fs.readFileSync(last)) - 3);
  const { wal, contents } = reopened();
  assert.ok(contents.entries.length >= 299);
  wal.close();
  const middle = path.join(directory, names[1] as string);
  fs.truncateSync(middle, fs.statSync(middle).size - 3);
  assert.throws(() => reopened(), code('CORRUPT'));
});

test('remains of a torn write behind the end are wiped before new records are written', () => {
  written(50);
  const file = path.join(directory, files()[0] as string);
  const end = endOfRecords(fs.readFileSync(file));
  const fd = fs.openSync(file, 'r+');
  fs.writeSync(fd, Buffer.alloc(3000, 1), 0, 3000, end + 512);
  fs.closeSync(fd);
  const { wal } = reopened();
  assert.equal(
    fs
      .readFileSync(file)
      .subarray(end)
      .every((byte) => byte === 0),
    true,
  );
  wal.close();
});

test('a flipped bit in a whole record is corruption, with file and offset', () => {
  written(50);
  const file = path.join(directory, files()[0] as string);
  const bytes = fs.readFileSync(file);
  bytes[2000] = (bytes[2000] as number) ^ 1;
  fs.writeFileSync(file, bytes);
  assert.throws(
    () => reopened(),
    (error) =>
      code('CORRUPT')(error) &&
      (error as WalError).file === file &&
      ((error as WalError).offset ?? -1) > 1500,
  );
  assert.throws(() => Wal.repair(nodeDisk, directory), code('CORRUPT'));
});

test('a process that has the log keeps others out, and lets go when it is killed', () => {
  const held = Wal.create(nodeDisk, directory, METADATA, options());
  held.save(undefined, [entry(1)]);
  held.sync();
  const base = import.meta.resolve('@quorate/base');
  const script = (body: string): string =>
    `import { nodeDisk, systemClock } from ${JSON.stringify(base)};
     import { Wal } from ${JSON.stringify(import.meta.resolve('./wal.js'))};
     const open = () => Wal.openAndRead(nodeDisk, ${JSON.stringify(directory)}, { index: 0, term: 0 }, { clock: systemClock });
     ${body}`;
  const run = (body: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script(body)], { encoding: 'utf8' });
  const refused = run(`try { open(); } catch (e) { console.log(e.code, e.message); }`);
  assert.match(refused.stdout, /DISK .*in use by another process/, refused.stderr);
  assert.throws(() => Wal.open(nodeDisk, directory, START, options()), /in use/);
  held.close();
  const killed = run(`open(); process.kill(process.pid, 'SIGKILL');`);
  assert.equal(killed.signal, 'SIGKILL', killed.stderr);
  const { contents, wal } = reopened();
  assert.equal(contents.entries.length, 1);
  wal.close();
});

test('a failed operation poisons the log: reported once, refused ever after, also off the loop', async () => {
  let failing = false;
  const disk = Object.create(nodeDisk) as typeof nodeDisk;
  disk.open = (at, mode) => {
    const file = nodeDisk.open(at, mode);
    const wrapped = Object.create(file) as typeof file;
    for (const name of ['read', 'write', 'writeAsync', 'truncate', 'size', 'close'] as const) {
      Object.defineProperty(wrapped, name, {
        value: (file[name] as (...a: unknown[]) => unknown).bind(file),
      });
    }
    wrapped.dataSync = () => {
      if (failing) throw new DiskError('EIO', 'fdatasync', at);
      file.dataSync();
    };
    wrapped.dataSyncAsync = (done) => {
      if (failing) setImmediate(done, new DiskError('EIO', 'fdatasync', at));
      else file.dataSyncAsync(done);
    };
    return wrapped;
  };
  const wal = Wal.create(disk, directory, METADATA, options());
  wal.save(undefined, [entry(1)]);
  failing = true;
  const failure = await new Promise((resolve) => wal.syncAsync(resolve));
  assert.ok(code('DISK')(failure));
  failing = false;
  assert.throws(() => wal.save(undefined, [entry(2)]), code('POISONED'));
  assert.throws(() => wal.sync(), code('POISONED'));
  assert.throws(() => wal.appendSnapshot({ index: 1, term: 1 }), code('POISONED'));
  wal.close();
});

test('mutated files are read or refused cleanly', () => {
  written(120, 4_000);
  const names = files();
  const originals = names.map((name) => fs.readFileSync(path.join(directory, name)));
  const whole = Wal.read(nodeDisk, directory, START);
  const random = seededRandom(11);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const at = random.nextBelow(names.length);
    const bytes = Buffer.from(originals[at] as Buffer);
    const end = endOfRecords(bytes);
    let size = bytes.length;
    for (let change = random.nextBelow(3) + 1; change > 0; change--) {
      const position = random.nextBelow(end);
      const kind = random.nextBelow(6);
      if (kind === 0) bytes[position] = random.nextBelow(256);
      else if (kind === 1) bytes.fill(0, position, Math.min(bytes.length, position + random.nextBelow(1200)));
      else if (kind === 2) random.fill(bytes.subarray(position, position + random.nextBelow(64)));
      else if (kind === 3) size = position;
      else if (kind === 4) bytes.copyWithin(position, random.nextBelow(end), end);
      else bytes[position] = (bytes[position] as number) ^ (1 << random.nextBelow(8));
    }
    const file = path.join(directory, names[at] as string);
    fs.writeFileSync(file, bytes.subarray(0, size));
    const attempt = (read: () => WalContents | undefined): void => {
      let outcome = 'read';
      try {
        // What is accepted is a beginning of what was written.
        read()?.entries.forEach((one, place) => {
          assert.deepEqual([one.index, one.term], [whole.entries[place]?.index, whole.entries[place]?.term]);
          assert.equal(Buffer.compare(one.data, whole.entries[place]?.data as Uint8Array), 0);
        });
      } catch (error) {
        if (!(error instanceof WalError)) throw error;
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    };
    attempt(() => Wal.read(nodeDisk, directory, START));
    attempt(() => {
      Wal.validSnapshotEntries(nodeDisk, directory);
      return undefined;
    });
    attempt(() => {
      Wal.verify(nodeDisk, directory, START);
      return undefined;
    });
    fs.writeFileSync(file, originals[at] as Buffer);
  }
  assert.ok((outcomes.get('CORRUPT') ?? 0) > ROUNDS / 2, JSON.stringify([...outcomes]));
});

/** Offset behind the last record. */
function endOfRecords(bytes: Buffer): number {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    if (length === 0) break;
    const next = at + 8 + length + ((bytes[at + 7] as number) & 7);
    if (next > bytes.length) break;
    at = next;
  }
  return at;
}
