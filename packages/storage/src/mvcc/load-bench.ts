// Measures long work beside the loop, and fan-out: node packages/storage/dist/mvcc/load-bench.js <directory>
// The directory is one that store-bench filled and kept (its second argument). Prints the longest time the loop was
// held during each piece of work.
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock, systemRandom } from '@quorate/base';
import { LmdbBackend } from '../backend/index.ts';
import { openMvccStore } from './store.ts';
import { noLeases, throwError } from './testing.ts';

const directory = process.argv[2];
if (directory === undefined) throw new Error('give the directory store-bench was given');
// The system clock's timers do not keep a process alive.
const alive = setInterval(() => {}, 1000);
const delay = monitorEventLoopDelay({ resolution: 1 });

async function during(name: string, work: () => Promise<unknown>): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.reset();
  delay.enable();
  const startedMs = performance.now();
  await work();
  const tookMs = performance.now() - startedMs;
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  const rss = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
  console.log(
    `${name}: ${tookMs.toFixed(0)} ms, longest stall ${(delay.max / 1e6).toFixed(1)} ms, rss ${rss} MiB`,
  );
}

const backend = new LmdbBackend({
  clock: systemClock,
  directory: join(directory, 'db.lmdb'),
  onError: throwError,
});
const open = openMvccStore({
  backend,
  clock: systemClock,
  random: systemRandom,
  leases: noLeases,
  onError: throwError,
});
await during('open', () => open);
const store = await open;
const all = { key: new Uint8Array([0]), rangeEnd: new Uint8Array([0]) };

await during('nothing', () => new Promise((resolve) => setTimeout(resolve, 300)));
await during('hash', () => store.hashByRevision(0));
await during('scan of 100 k keys', async () => {
  const scan = store.openScan(all.key, all.rangeEnd, 0, 100_000, false);
  while (!scan.done) {
    scan.next(1000, 2 ** 20);
    await new Promise((resolve) => setImmediate(resolve));
  }
});
let seen = 0;
await during('catch-up of 512 watchers over everything', async () => {
  const watchers = Array.from({ length: 512 }, (_, at) =>
    store.watchHub.watch(
      {
        key: at === 0 ? all.key : Buffer.from(`/registry/k/${at.toString(16)}`),
        rangeEnd: at === 0 ? all.rangeEnd : new Uint8Array(0),
        startRevision: Math.max(2, store.compactRevision),
        noPut: false,
        noDelete: false,
        prevKv: false,
      },
      {
        events(watchers, events) {
          seen += watchers.length * events.length;
          return true;
        },
        compacted() {},
      },
    ),
  );
  while (store.watchHub.progress(watchers) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 5));
  for (const watcher of watchers) store.watchHub.cancel(watcher);
});
console.log(`events seen: ${seen}`);

let received = 0;
const name = Buffer.from('watched');
const watchers = Array.from({ length: 1000 }, () =>
  store.watchHub.watch(
    {
      key: name,
      rangeEnd: new Uint8Array(0),
      startRevision: 0,
      noPut: false,
      noDelete: false,
      prevKv: false,
    },
    {
      events(watchers, events) {
        received += watchers.length * events.length;
        return true;
      },
      compacted() {},
    },
  ),
);
const startedMs = performance.now();
for (let n = 0; n < 5_000; n++) {
  const txn = store.beginWrite();
  txn.put(name, name, 0n, false);
  txn.end();
  if (n % 16 === 15) await new Promise((resolve) => setImmediate(resolve));
}
const tookMs = performance.now() - startedMs;
console.log(
  `fan-out to 1000 watchers: ${((received / tookMs) * 1000).toFixed(0)} events/s, ${((tookMs * 1e6) / received).toFixed(1)} ns each`,
);
for (const watcher of watchers) store.watchHub.cancel(watcher);

if (process.argv[3] === 'compact') {
  await during('compaction', () => store.compact(store.revision - 10));
  console.log(JSON.stringify(backend.size()), JSON.stringify(store.memory));
  await during('defragment', () => backend.defragment());
  console.log(JSON.stringify(backend.size()));
}
await store.close();
await backend.close();
clearInterval(alive);
