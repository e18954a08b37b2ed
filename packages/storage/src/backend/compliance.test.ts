// One suite for every backend: what Backend promises.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { crc32c, latin1Key, systemClock } from '@quorate/base';
import { encodeKeyValue } from '../mvcc/key-value.ts';
import { portionMarks, portionNumbers } from './index-portion.ts';
import { indexPortionRecords } from './limits.ts';
import { LmdbBackend } from './lmdb-backend.ts';
import { MemoryBackend } from './memory-backend.ts';
import { encodeRevisionKey } from './revision-key.ts';
import type { Backend, BackendOptions } from './types.ts';

interface Subject {
  readonly name: string;
  /** Opens a backend on what the one before left, as after a clean end. */
  open(options?: Partial<BackendOptions>): Backend;
  dispose(): void;
}

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const all = Number.POSITIVE_INFINITY;

function fail(error: Error): never {
  throw error;
}

function lmdbSubject(): Subject {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-backend-'));
  return {
    name: 'LMDB',
    open: (options = {}) =>
      new LmdbBackend({
        clock: systemClock,
        onError: fail,
        directory: join(directory, 'db.lmdb'),
        ...options,
      }),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function memorySubject(): Subject {
  let last: MemoryBackend | undefined;
  return {
    name: 'memory',
    open(options = {}) {
      const merged = { clock: systemClock, onError: fail, ...options };
      last = last === undefined ? new MemoryBackend(merged) : last.crash(merged);
      return last;
    },
    dispose() {},
  };
}

function append(backend: Backend, main: number, sub: number, tombstone: boolean, value: string): void {
  const stored = Buffer.from(`..${value}..`, 'latin1');
  backend.appendRevision(main, sub, tombstone, stored, 2, stored.length - 2);
}

function revisions(backend: Backend, main = 0, sub = 0, endMain = Number.MAX_SAFE_INTEGER): string[] {
  return backend
    .readRevisions(main, sub, endMain, all, all)
    .map((entry) => `${entry.main}/${entry.sub}${entry.tombstone ? 't' : ''}=${latin1Key(entry.value)}`);
}

for (const make of [memorySubject, lmdbSubject]) {
  const withSubject = (name: string, body: (subject: Subject) => Promise<void>): void => {
    const subject = make();
    test(`${subject.name}: ${name}`, async () => {
      try {
        await body(subject);
      } finally {
        subject.dispose();
      }
    });
  };

  withSubject('what is written is read at once, in order, and survives a reopening', async (subject) => {
    let backend = subject.open();
    backend.put('lease', bytes('b'), bytes('2'));
    backend.put('lease', bytes('a'), bytes('1'));
    backend.put('lease', bytes('c'), bytes(''));
    backend.put('members', bytes('a'), bytes('other'));
    const check = (): void => {
      assert.equal(latin1Key(backend.get('lease', bytes('a')) as Uint8Array), '1');
      assert.equal(backend.get('lease', bytes('c'))?.length, 0);
      assert.equal(backend.get('lease', bytes('d')), undefined);
      const list = (start: string, end: string | undefined, limit: number): string =>
        backend
          .range('lease', bytes(start), end === undefined ? undefined : bytes(end), limit)
          .map(({ key, value }) => `${latin1Key(key)}${latin1Key(value)}`)
          .join();
      assert.equal(list('', undefined, 0), 'a1,b2,c');
      assert.equal(list('b', undefined, 1), 'b2');
      assert.equal(list('a', 'b', 0), 'a1');
    };
    check();
    await backend.forceCommit();
    check();
    backend.delete('lease', bytes('b'));
    backend.put('lease', bytes('aa'), bytes('3'));
    assert.equal(
      backend
        .range('lease', bytes(''), undefined, 2)
        .map(({ key }) => latin1Key(key))
        .join(),
      'a,aa',
    );
    assert.equal(
      backend
        .range('lease', bytes(''), undefined, 0)
        .map(({ key }) => latin1Key(key))
        .join(),
      'a,aa,c',
    );
    await backend.close();
    backend = subject.open();
    assert.equal(
      backend
        .range('lease', bytes(''), undefined, 0)
        .map(({ key }) => latin1Key(key))
        .join(),
      'a,aa,c',
    );
    await backend.close();
  });

  withSubject('revisions are appended, found, read in portions and removed', async (subject) => {
    let backend = subject.open();
    append(backend, 2, 0, false, 'one');
    append(backend, 3, 0, false, 'two');
    append(backend, 3, 1, true, '');
    await backend.forceCommit();
    append(backend, 2 ** 40, 0, false, 'far');
    assert.deepEqual(revisions(backend), ['2/0=one', '3/0=two', '3/1t=', `${2 ** 40}/0=far`]);
    assert.deepEqual(revisions(backend, 3, 1), ['3/1t=', `${2 ** 40}/0=far`]);
    assert.deepEqual(revisions(backend, 0, 0, 3), ['2/0=one']);
    assert.equal(latin1Key(backend.getRevision(3, 0, false) as Uint8Array), 'two');
    assert.equal(latin1Key(backend.getRevision(2 ** 40, 0, false) as Uint8Array), 'far');
    assert.equal(backend.getRevision(3, 1, false), undefined);
    assert.equal(backend.getRevision(3, 1, true)?.length, 0);
    assert.equal(backend.readRevisions(0, 0, 100, 2, all).length, 2);
    assert.equal(backend.readRevisions(0, 0, 100, all, 1).length, 1);
    backend.deleteRevision(2, 0, false);
    assert.equal(backend.getRevision(2, 0, false), undefined);
    assert.deepEqual(revisions(backend, 0, 0, 4), ['3/0=two', '3/1t=']);
    await backend.forceCommit();
    assert.deepEqual(revisions(backend, 0, 0, 4), ['3/0=two', '3/1t=']);
    await backend.close();
    backend = subject.open();
    assert.deepEqual(revisions(backend), ['3/0=two', '3/1t=', `${2 ** 40}/0=far`]);
    append(backend, 2 ** 40, 1, false, 'further');
    assert.equal(revisions(backend).length, 4);
    await backend.close();
  });

  withSubject('what the index needs is read in portions', async (subject) => {
    let backend = subject.open();
    const count = 2 * indexPortionRecords + 3;
    const lease = 0x7fedcba987654321n;
    for (let n = 0; n < count; n++) {
      const dead = n % 10 === 9;
      const key = Buffer.from(`key ${n}`.padEnd(n % 1000, '.'));
      const kv = dead
        ? encodeKeyValue(key, 0, 0, 0, new Uint8Array(0), 0n)
        : encodeKeyValue(key, n + 1, n + 2, 7, Buffer.from('value'), lease);
      backend.appendRevision(n + 2, n % 3, dead, kv, 0, kv.length);
    }
    await backend.close();
    backend = subject.open();
    let seen = 0;
    let portions = 0;
    await backend.readIndex((portion) => {
      portions++;
      let start = 0;
      for (let at = 0; at < portion.count; at++, seen++) {
        const dead = seen % 10 === 9;
        const numbers = portion.numbers.subarray(at * portionNumbers, (at + 1) * portionNumbers);
        const [subMark, end, low, high] = portion.marks.subarray(at * portionMarks, (at + 1) * portionMarks);
        const text = latin1Key(portion.keys.subarray(start, end));
        start = end as number;
        assert.deepEqual([...numbers], dead ? [seen + 2, 0, 0] : [seen + 2, seen + 1, 7]);
        assert.equal(subMark, (seen % 3) * 2 + (dead ? 1 : 0));
        assert.equal(text, `key ${seen}`.padEnd(seen % 1000, '.'));
        assert.deepEqual([low, high], dead ? [0, 0] : [0x87654321 | 0, 0x7fedcba9]);
      }
    });
    assert.equal(seen, count);
    assert.ok(portions >= 3);
    await backend.close();
  });

  withSubject('the commit hook writes into the commit it belongs to', async (subject) => {
    let backend = subject.open();
    let written = 0;
    backend.setBeforeCommit(() => backend.put('meta', bytes('written'), bytes(String(written))));
    for (let main = 2; main < 50; main++) {
      append(backend, main, 0, false, 'x');
      written = main;
      if (main % 7 === 0) await backend.forceCommit();
    }
    await backend.forceCommit();
    backend.setBeforeCommit(() => {});
    await backend.close();
    backend = subject.open();
    assert.equal(latin1Key(backend.get('meta', bytes('written')) as Uint8Array), '49');
    await backend.close();
  });

  withSubject('commits come by themselves, after a while or when many records wait', async (subject) => {
    const backend = subject.open({ commitIntervalMs: 10, commitRecords: 100 });
    backend.put('auth', bytes('a'), bytes('b'));
    const until = Date.now() + 5_000;
    while (backend.counters.commits === 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(backend.counters.commits, 1);
    assert.equal(backend.pendingRecords, 0);
    await backend.close();
    const eager = subject.open({ commitIntervalMs: 1_000_000, commitRecords: 100 });
    for (let main = 2; main < 300; main++) append(eager, main, 0, false, 'x');
    while (eager.counters.commits === 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(eager.counters.commits, 1);
    assert.equal(eager.counters.recordsCommitted, 298);
    await eager.close();
  });

  withSubject('hashes are those of the records at the moment of the call', async (subject) => {
    const backend = subject.open();
    append(backend, 2, 0, false, 'one');
    append(backend, 3, 0, false, 'two');
    append(backend, 4, 0, true, 'k');
    append(backend, 5, 0, false, 'three');
    let expected = crc32c(bytes('key'));
    for (const [main, tombstone, value] of [
      [2, false, 'one'],
      [3, false, 'two'],
      [4, true, 'k'],
    ] as const) {
      expected = crc32c(bytes(value), crc32c(encodeRevisionKey(main, 0, tombstone), expected));
    }
    const none = new Float64Array(0);
    const first = backend.hashRevisions({ revision: 4, compactRevision: -1, skip: none });
    backend.deleteRevision(2, 0, false);
    assert.equal(await first, expected);
    expected = crc32c(bytes('three'), crc32c(encodeRevisionKey(5, 0, false), crc32c(bytes('key'))));
    const query = { revision: 5, compactRevision: 4, skip: Float64Array.of(3, 0) };
    assert.equal(await backend.hashRevisions(query), expected);
    const before = await backend.hashAll();
    backend.put('meta', bytes('consistent_index'), bytes('12345678'));
    assert.equal(await backend.hashAll(), before);
    backend.put('lease', bytes('x'), bytes('y'));
    assert.notEqual(await backend.hashAll(), before);
    await backend.close();
  });

  withSubject('a snapshot shows what was written before it, and nothing later', async (subject) => {
    const backend = subject.open();
    for (let main = 2; main < 40; main++) append(backend, main, 0, false, 'x'.repeat(100));
    backend.put('lease', bytes('a'), bytes('1'));
    const snapshot = await backend.snapshot();
    append(backend, 40, 0, false, 'later');
    backend.deleteRevision(2, 0, false);
    backend.put('lease', bytes('a'), bytes('2'));
    await backend.forceCommit();
    let count = 0;
    let after: Uint8Array | undefined;
    for (;;) {
      const entries = snapshot.read('key', after, 500);
      if (entries.length === 0) break;
      assert.ok(entries.length <= 5);
      count += entries.length;
      after = entries[entries.length - 1]?.key;
    }
    assert.equal(count, 38);
    assert.equal(latin1Key(snapshot.read('lease', undefined, 100)[0]?.value as Uint8Array), '1');
    snapshot.close();
    snapshot.close();
    await backend.close();
  });

  withSubject('reads and writes go on during a defragmentation, and nothing is lost', async (subject) => {
    let backend = subject.open({ commitIntervalMs: 5 });
    for (let main = 2; main < 4000; main++) append(backend, main, 0, false, 'x'.repeat(500));
    await backend.forceCommit();
    for (let main = 2; main < 3910; main++) backend.deleteRevision(main, 0, false);
    await backend.forceCommit();
    const before = backend.size();
    let done = false;
    const defragmented = backend.defragment().then(() => {
      done = true;
    });
    let main = 4000;
    while (!done) {
      append(backend, main, 0, false, `m${main}`);
      backend.put('lease', bytes(`l${main}`), bytes('v'));
      if (main > 4010) backend.delete('lease', bytes(`l${main - 5}`));
      backend.deleteRevision(main - 90, 0, false);
      assert.equal(latin1Key(backend.getRevision(main, 0, false) as Uint8Array), `m${main}`);
      assert.ok(backend.getRevision(main - 89, 0, false) !== undefined);
      main++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await defragmented;
    await backend.forceCommit();
    assert.ok(backend.size().bytes <= before.bytes);
    if (subject.name === 'LMDB') assert.ok(backend.size().bytes < before.bytes / 2);
    const check = (): void => {
      assert.equal(revisions(backend).length, 90);
      for (let at = main - 89; at < main; at++) assert.ok(backend.getRevision(at, 0, false) !== undefined);
      assert.equal(backend.get('lease', bytes(`l${main - 1}`))?.length, 1);
      assert.equal(backend.get('lease', bytes(`l${main - 20}`)), undefined);
    };
    check();
    await backend.close();
    backend = subject.open();
    check();
    await backend.releaseMemory();
    check();
    await backend.close();
  });
}

// Runs in a process of its own that may not write files beyond 2 MiB: to LMDB the disk is full.
const fullDiskScript = `
  import { LmdbBackend } from ${JSON.stringify(new URL('./lmdb-backend.js', import.meta.url).href)};
  import { systemClock } from ${JSON.stringify(import.meta.resolve('@quorate/base'))};
  const errors = [];
  const backend = new LmdbBackend({ clock: systemClock, directory: process.argv[1], onError: (e) => errors.push(e.message) });
  const append = (main, size) => backend.appendRevision(main, 0, false, Buffer.alloc(size, 1), 0, size);
  append(2, 4);
  await backend.forceCommit();
  for (let main = 3; main < 5000; main++) append(main, 1000);
  const results = [];
  const attempt = async (promise) => results.push(await promise.then(() => 'done', (e) => e.message));
  await attempt(backend.forceCommit());
  results.push(backend.getRevision(4999, 0, false).length);
  await attempt(backend.forceCommit());
  await attempt(backend.hashAll());
  await attempt(backend.close());
  console.log(JSON.stringify({ results, errors }));
`;

test('LMDB: a commit that finds no room is reported, nothing of it is stored, later ones are refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-backend-'));
  const path = join(directory, 'db.lmdb');
  const shell = `trap '' XFSZ; ulimit -f 4096; exec "$0" --input-type=module -e "$1" "$2"`;
  const { stdout, stderr } = await promisify(execFile)('/bin/sh', [
    '-c',
    shell,
    process.execPath,
    fullDiskScript,
    path,
  ]);
  assert.notEqual(stdout, '', stderr);
  const { results, errors } = JSON.parse(stdout) as { results: (string | number)[]; errors: string[] };
  assert.equal(errors.length, 1);
  assert.match(errors[0] as string, /^commit failed: ./);
  assert.deepEqual(results, [errors[0], 1000, errors[0], errors[0], errors[0]]);
  const backend = new LmdbBackend({ clock: systemClock, onError: fail, directory: path });
  assert.deepEqual(revisions(backend).length, 1);
  await backend.close();
  rmSync(directory, { recursive: true, force: true });
});
