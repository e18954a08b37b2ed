// Measures the store: node packages/storage/dist/mvcc/store-bench.js [keys] [directory]
// Load (random keys), overwrite half, point reads, limited ranges, close, restore; memory after each step.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, systemClock, systemRandom } from '@quorate/base';
import { LmdbBackend } from '../backend/index.ts';
import { openMvccStore } from './store.ts';
import { noLeases, query, throwError } from './testing.ts';

const keys = Number(process.argv[2] ?? 1_000_000);
const given = process.argv[3];
const directory = given ?? mkdtempSync(join(tmpdir(), 'quorate-bench-'));
const value = Buffer.alloc(128, 0x61);

function rss(): string {
  return `rss ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`;
}

async function open() {
  const startedMs = performance.now();
  const backend = new LmdbBackend({
    clock: systemClock,
    directory: join(directory, 'db.lmdb'),
    onError: throwError,
  });
  const store = await openMvccStore({
    backend,
    clock: systemClock,
    random: systemRandom,
    leases: noLeases,
    onError: throwError,
  });
  const openMs = performance.now() - startedMs;
  console.log(`open: ${openMs.toFixed(0)} ms, revision ${store.revision}, keys ${store.keyCount}, ${rss()}`);
  return { backend, store };
}

const random = seededRandom(1);
const key = (at: number): Uint8Array => {
  // Spread over the key space, so that keys come in no order.
  const mixed = Math.imul(at ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  return Buffer.from(`/registry/k/${mixed.toString(16).padStart(8, '0')}`, 'latin1');
};

const { backend, store } = await open();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function puts(name: string, count: number, pick: (at: number) => Uint8Array): Promise<void> {
  const list: Uint8Array[] = [];
  let busyMs = 0;
  const startedMs = performance.now();
  for (let at = 0; at < count; ) {
    list.length = 0;
    for (let n = 0; n < 256 && at < count; n++, at++) list.push(pick(at));
    const fromMs = performance.now();
    for (const item of list) {
      const txn = store.beginWrite();
      txn.put(item, value, 0n, false);
      txn.end();
    }
    store.setConsistentIndex(store.revision, 1);
    busyMs += performance.now() - fromMs;
    await turn();
  }
  await backend.forceCommit();
  const totalMs = performance.now() - startedMs;
  console.log(
    `${name}: ${((busyMs / count) * 1000).toFixed(2)} µs each in the store, ${((totalMs / count) * 1000).toFixed(2)} µs all in; ${rss()}`,
  );
}

if (store.keyCount === 0) {
  await puts('put, new random keys', keys, key);
  await puts('put, existing keys', keys / 2, () => key(random.nextBelow(keys)));
}
const memory = store.memory;
console.log(
  `index: ${(memory.indexBytes / memory.keys).toFixed(0)} B per key with keys of ${key(1).length} B, history entries ${memory.historyEntries}`,
);
console.log(`backend: ${JSON.stringify(backend.size())}, commits ${backend.counters.commits}`);

function time(name: string, count: number, body: (at: number) => void): void {
  const startedMs = performance.now();
  for (let at = 0; at < count; at++) body(at);
  console.log(`${name}: ${(((performance.now() - startedMs) / count) * 1000).toFixed(2)} µs; ${rss()}`);
}
const picked = Array.from({ length: 1000 }, () => key(random.nextBelow(keys)));
for (let round = 0; round < 3; round++) {
  time('get, 1000 hot keys', 100_000, (at) => void store.get(picked[at % 1000] as Uint8Array));
}
time('get, any key', 100_000, () => void store.get(key(random.nextBelow(keys))));
const prefix = Buffer.from('/registry/k/', 'latin1');
const end = Buffer.from('/registry/k0', 'latin1');
time('range, single key query', 100_000, (at) => {
  store.range(query(picked[at % 1000] as Uint8Array, new Uint8Array(0)));
});
for (let round = 0; round < 3; round++) {
  time('range, first 100 keys', 2_000, () => void store.range(query(prefix, end, { limit: 100 })));
}
time('range, 100 keys anywhere', 2_000, () => {
  store.range(query(key(random.nextBelow(keys)), end, { limit: 100 }));
});
time('count of everything', 10_000, () => void store.count(prefix, end));
const half = store.revision - 1000;
time('range, 100 keys at an older revision', 20, () => {
  store.range(
    query(Buffer.from('/registry/k/80', 'latin1'), Buffer.from('/registry/k/81', 'latin1'), {
      limit: 100,
      revision: half,
    }),
  );
});
let fromMs = performance.now();
const hash = await store.hashByRevision(0);
console.log(`hash: ${(performance.now() - fromMs).toFixed(0)} ms, ${JSON.stringify(hash)}`);
fromMs = performance.now();
await store.close();
await backend.close();
console.log(`close: ${(performance.now() - fromMs).toFixed(0)} ms; ${rss()}`);
if (given === undefined) rmSync(directory, { recursive: true, force: true });
