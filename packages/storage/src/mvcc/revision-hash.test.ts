// HashKV equals Go etcd's for the same history: expected numbers come from a real one (scripts/hash-vectors.mjs).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytes, ManualClock, memoryBackend, openTestStore } from './testing.ts';
import type { MvccStore } from './types.ts';

type Op =
  | { readonly put: { readonly key: string; readonly value: string; readonly lease: number } }
  | { readonly delete: { readonly key: string; readonly end: string } };
type Step =
  | { readonly txn: readonly Op[]; readonly revision: number }
  | { readonly compact: number }
  | {
      readonly hash: number;
      readonly at: number;
      readonly compactRevision: number;
      readonly currentRevision: number;
    };

const vectors = JSON.parse(
  readFileSync(new URL('../../testdata/hash-vectors.json', import.meta.url), 'utf8'),
) as { readonly etcd: string; readonly steps: readonly Step[] };

async function replay(waitForCompaction: boolean): Promise<void> {
  const clock = new ManualClock();
  const store = await openTestStore(clock, memoryBackend(clock), { compactionBatchLimit: 3 });
  for (const [at, step] of vectors.steps.entries()) {
    if ('txn' in step) {
      const txn = store.beginWrite();
      for (const op of step.txn) {
        if ('put' in op) txn.put(bytes(op.put.key), bytes(op.put.value), BigInt(op.put.lease), false);
        else txn.deleteRange(bytes(op.delete.key), bytes(op.delete.end), false);
      }
      assert.equal(txn.end(), step.revision, `revision after step ${at}`);
    } else if ('compact' in step) {
      const done = store.compact(step.compact);
      if (waitForCompaction) await clock.until(done);
      else done.catch(() => {});
    } else {
      const found = await clock.until(store.hashByRevision(step.at));
      assert.deepEqual(
        found,
        {
          hash: step.hash,
          compactRevision: step.compactRevision,
          hashRevision: step.at === 0 ? step.currentRevision : step.at,
          currentRevision: step.currentRevision,
        },
        `hash at step ${at}`,
      );
    }
  }
}

test(`hashes of a long history equal those of etcd ${vectors.etcd}`, () => replay(true));

test('a compaction that is still removing revisions makes no difference to the hash', () => replay(false));

test('what a compaction is about to remove of one key does not count, however far it has come', async () => {
  const clock = new ManualClock();
  const store = await openTestStore(clock, memoryBackend(clock), { compactionBatchLimit: 1 });
  for (let n = 0; n < 10; n++) {
    const txn = store.beginWrite();
    txn.put(bytes('a'), bytes(`${n}`), 0n, false);
    txn.end();
  }
  let isDone = false;
  const done = store.compact(9).then(() => {
    isDone = true;
  });
  const hashes = new Set<number>();
  for (let looks = 0; !isDone && looks < 1000; looks++) {
    hashes.add((await clock.until(store.hashByRevision(11))).hash);
    clock.step(clock.nowMs() + 100);
    await Promise.resolve();
  }
  await clock.until(done);
  hashes.add((await clock.until(store.hashByRevision(11))).hash);
  assert.equal(hashes.size, 1);
});

test('a hash below the compact revision or above the current one is refused', async () => {
  const clock = new ManualClock();
  const store = await openTestStore(clock, memoryBackend(clock));
  for (let n = 0; n < 4; n++) {
    const txn = store.beginWrite();
    txn.put(bytes('a'), bytes('b'), 0n, false);
    txn.end();
  }
  await clock.until(store.compact(3));
  await assert.rejects(store.hashByRevision(2), { name: 'MvccError', kind: 'compacted', compactRevision: 3 });
  await assert.rejects(store.hashByRevision(6), { name: 'MvccError', kind: 'futureRevision' });
  const atCompact = await clock.until(store.hashByRevision(3));
  assert.equal(atCompact.hashRevision, 3);
});

test('a compaction is hashed as it was before it took effect, on request', async () => {
  const clock = new ManualClock();
  const write = (store: MvccStore, key: string): void => {
    const txn = store.beginWrite();
    txn.put(bytes(key), bytes('b'), 0n, false);
    txn.end();
  };
  const store = await openTestStore(clock, memoryBackend(clock), { hashCompactions: true });
  for (const key of ['a', 'b', 'a', 'c']) write(store, key);
  const first = await clock.until(store.hashByRevision(4));
  await clock.until(store.compact(4));
  write(store, 'd');
  assert.deepEqual(await clock.until(store.hashByRevision(4)), { ...first, currentRevision: 6 });
  const second = await clock.until(store.hashByRevision(6));
  assert.equal(second.compactRevision, 4);
  await clock.until(store.compact(6));
  assert.deepEqual(await clock.until(store.hashByRevision(6)), second);
  assert.deepEqual(await clock.until(store.hashByRevision(4)), { ...first, currentRevision: 6 });
  assert.deepEqual(store.compactionHashRevisions(), [6, 4]);
  for (let revision = 7; revision < 20; revision++) {
    write(store, 'e');
    await clock.until(store.compact(revision));
  }
  assert.deepEqual(store.compactionHashRevisions(), [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
  await assert.rejects(store.hashByRevision(6), { name: 'MvccError', kind: 'compacted' });

  const plain = await openTestStore(clock, memoryBackend(clock));
  for (const key of ['a', 'b', 'a', 'c']) write(plain, key);
  await clock.until(plain.compact(4));
  assert.equal((await clock.until(plain.hashByRevision(4))).compactRevision, 4);
  assert.deepEqual(plain.compactionHashRevisions(), []);
});
