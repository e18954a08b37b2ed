// A process that writes through LMDB is killed at random moments, over and over on the same directory. What is found
// must always be exactly the state after the entry that the consistent index names.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { seededRandom, systemClock } from '@quorate/base';
import { LmdbBackend } from '../backend/index.ts';
import { decodeKeyValue } from './key-value.ts';
import { openMvccStore } from './store.ts';
import { bytes, fromKey, noEnd, noLeases, query, text, throwError } from './testing.ts';
import { MvccError, type MvccStore } from './types.ts';

/** What entry `index` of the log does, always the same. */
function entry(index: number): { puts: string[]; remove: string | undefined; compact: boolean } {
  const random = seededRandom(index);
  const name = (): string => `key-${random.nextBelow(200)}`;
  const puts = Array.from({ length: random.nextBelow(4) }, name);
  return {
    puts: [...new Set(puts)],
    remove: random.nextBelow(3) === 0 ? name() : undefined,
    compact: random.nextBelow(100) === 0,
  };
}

function apply(store: MvccStore, index: number): void {
  const { puts, remove, compact } = entry(index);
  store.setConsistentIndex(index, 7);
  if (compact && store.revision - 50 > Math.max(store.compactRevision, 1)) {
    store.compact(store.revision - 50).catch((error: unknown) => assert.ok(error instanceof MvccError));
    return;
  }
  const txn = store.beginWrite();
  for (const put of puts) txn.put(bytes(put), bytes(`${put}@${index}`), 0n, false);
  if (remove !== undefined) txn.deleteRange(bytes(remove), noEnd, false);
  txn.end();
}

async function open(directory: string): Promise<{ backend: LmdbBackend; store: MvccStore }> {
  const backend = new LmdbBackend({
    clock: systemClock,
    directory,
    onError: throwError,
    commitIntervalMs: 5,
    commitRecords: 500,
  });
  const random = seededRandom(1);
  const options = { backend, clock: systemClock, random, leases: noLeases, onError: throwError };
  return {
    backend,
    store: await openMvccStore({ ...options, compactionBatchLimit: 20, compactionSleepIntervalMs: 1 }),
  };
}

/** The child: goes on writing from where it finds the store, until it is killed. */
async function writeForever(directory: string): Promise<never> {
  const { backend, store } = await open(directory);
  const first = store.consistentIndex + 1;
  apply(store, first);
  // The writer thread has been started when this is done: from here on the moment of the end is anybody's guess.
  await backend.forceCommit();
  process.stdout.write('ready\n');
  for (let index = first + 1; ; index++) {
    apply(store, index);
    if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (index % 20_000 === 0) await backend.defragment();
  }
}

/** State and revision after the first `index` entries. */
function expected(index: number): { state: Map<string, string>; revision: number } {
  const state = new Map<string, string>();
  let revision = 1;
  let compacted = 1;
  for (let at = 1; at <= index; at++) {
    const { puts, remove, compact } = entry(at);
    if (compact && revision - 50 > compacted) {
      compacted = revision - 50;
      continue;
    }
    for (const put of puts) state.set(put, `${put}@${at}`);
    const removed = remove !== undefined && state.delete(remove);
    if (puts.length > 0 || removed) revision++;
  }
  return { state, revision };
}

const child = process.argv[2];
if (child !== undefined && process.send === undefined && process.env['QUORATE_CRASH_CHILD'] === '1') {
  await writeForever(child);
} else {
  test('a killed process leaves exactly what its consistent index says', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quorate-crash-'));
    const path = join(directory, 'db.lmdb');
    const random = seededRandom(Date.now());
    const rounds = Number(process.env['QUORATE_CRASH_ROUNDS'] ?? 6);
    let last = 0;
    for (let round = 0; round < rounds; round++) {
      const running = spawn(process.execPath, [fileURLToPath(import.meta.url), path], {
        env: { ...process.env, QUORATE_CRASH_CHILD: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise<string | null>((resolve) =>
        running.on('exit', (_code, signal) => resolve(signal)),
      );
      await new Promise((resolve) => running.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, random.nextBelow(250)));
      running.kill('SIGKILL');
      assert.equal(await ended, 'SIGKILL');
      const { backend, store } = await open(path);
      const index = store.consistentIndex;
      assert.ok(index > last);
      assert.equal(store.consistentTerm, index === 0 ? 0 : 7);
      last = index;
      const { state, revision } = expected(index);
      assert.equal(store.revision, revision);
      const found = store.range(query(bytes('a'), fromKey)).kvs.map((kv) => {
        const { key, value } = decodeKeyValue(kv);
        return [text(key), text(value)];
      });
      assert.deepEqual(new Map(found as [string, string][]), new Map([...state].sort()));
      await store.close();
      await backend.close();
    }
    assert.ok(last > 0);
    rmSync(directory, { recursive: true, force: true });
  });
}
