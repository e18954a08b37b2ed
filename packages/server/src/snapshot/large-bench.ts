// Measures snapshots of a large store: how long they take, how much memory, and whether the event loop stands still.
//   node packages/server/dist/snapshot/large-bench.js [records, default 1000000] [directory]
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '@quorate/base';

import { consistentIndexKey, encodeKeyValue, encodePositionNumber, LmdbBackend } from '@quorate/storage';
import { buildStore } from './build.ts';
import { storeSource } from './store-source.ts';

const records = Number(process.argv[2] ?? 1_000_000);
const directory = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'quorate-large-snapshot-'));

/** Memory of this process that is not files mapped into it, in MB. */
function privateMb(): number {
  const line = /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}

/** Runs a piece of work and tells what it took. */
async function measure<T>(name: string, work: () => Promise<T>): Promise<T> {
  globalThis.gc?.();
  const before = privateMb();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, privateMb());
  }, 50);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedMs = performance.now();
  const result = await work();
  const tookMs = performance.now() - startedMs;
  delay.disable();
  clearInterval(sampler);
  const stall = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(1)} ms`;
  console.log(
    `${name}: ${tookMs.toFixed(0)} ms, memory ${before} → at most ${peak} MB, ` +
      `loop delay p99 ${stall(delay.percentile(99))}, worst ${stall(delay.max)}`,
  );
  return result;
}

const value = Buffer.alloc(128, 'v');
const backend = new LmdbBackend({
  directory: join(directory, 'db.lmdb'),
  clock: systemClock,
  onError: (error) => {
    throw error;
  },
});
try {
  for (let main = 2; main < records + 2; main++) {
    const record = encodeKeyValue(
      Buffer.from(`key-${String(main).padStart(20, '0')}`),
      main,
      main,
      1,
      value,
      0n,
    );
    backend.appendRevision(main, 0, false, record, 0, record.length);
    if (main % 20_000 === 0) await backend.forceCommit();
  }
  backend.put('meta', consistentIndexKey, encodePositionNumber(records));
  await backend.forceCommit();
  console.log(`${records} records, ${(backend.size().bytesInUse / 2 ** 20).toFixed(0)} MB in use`);

  const path = join(directory, 'snapshot');
  const source = storeSource(backend);
  await measure('pin', () => source.pin());
  const file = await measure('plan', () => source.plan([]));
  await measure('read', async () => {
    const output = openSync(path, 'w');
    for (;;) {
      const part = await file.read(32 * 1024);
      if (part.length === 0) break;
      writeSync(output, part);
    }
    closeSync(output);
  });
  file.close();
  console.log(`file: ${(statSync(path).size / 2 ** 20).toFixed(0)} MB`);
  await measure('build a store from it', () => buildStore(path, join(directory, 'built')));
} finally {
  await backend.close();
  rmSync(directory, { recursive: true, force: true });
}
