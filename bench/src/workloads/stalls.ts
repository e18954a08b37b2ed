// Long work beside small gets: how long the event loop stands still, and what the gets notice of it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CompactionRequest,
  HashKVRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '@quorate/proto';
import type { GrpcChannel } from '@quorate/wire';
import { HeavyClients } from '../heavy-clients.ts';
import { openChannels } from '../load.ts';
import { GetProbe } from '../probes/get-probe.ts';
import type { LoopReport } from '../probes/loop-probe.ts';
import type { RunningServer } from '../servers.ts';
import type { Figure, Workload } from '../workload.ts';
import { fill, keyOf } from './key-value.ts';

const KEYS = 100_000;
const REVISIONS = Number(process.env['BENCH_REVISIONS'] ?? 1_000_000);
const RANGE_CLIENTS = 4;
const SORTED_RANGE_CLIENTS = 2;
const WATCHERS = 1000;
const KEYS_PER_WATCHER = KEYS / WATCHERS;
const VALUE = Buffer.alloc(128, 'w');
const EMPTY = new Uint8Array(0);
const REPORT_TIMEOUT_MS = 10_000;
const RANGE = '/etcdserverpb.KV/Range';
const COMPACT = '/etcdserverpb.KV/Compact';
const HASH_KV = '/etcdserverpb.Maintenance/HashKV';
const HASH = '/etcdserverpb.Maintenance/Hash';
const DEFRAGMENT = '/etcdserverpb.Maintenance/Defragment';

/** Updates the keys in turn until there are so many revisions; every second txn is a put of its own. */
async function update(channel: GrpcChannel, count: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const success: RequestOp[] = [];
      for (let n = 0; n < 100; n++) {
        success.push(
          RequestOp.create({ requestPut: PutRequest.create({ key: keyOf(next++ % KEYS), value: VALUE }) }),
        );
      }
      await channel.unary('/etcdserverpb.KV/Txn', TxnRequest.encode(TxnRequest.create({ success })));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** Every key, in as many ranges as there are watchers. */
function watchedRanges(): [Uint8Array, Uint8Array][] {
  return Array.from({ length: WATCHERS }, (_, n) => [
    keyOf(n * KEYS_PER_WATCHER),
    keyOf((n + 1) * KEYS_PER_WATCHER),
  ]);
}

async function loopReport(server: RunningServer): Promise<LoopReport | undefined> {
  if (server.contender !== 'quorate') return undefined;
  const path = join(server.dataDir, 'probe');
  writeFileSync(path, '');
  server.signal('SIGUSR2');
  const until = performance.now() + REPORT_TIMEOUT_MS;
  while (!existsSync(path) || !readFileSync(path, 'utf8').endsWith('\n')) {
    if (performance.now() > until) throw new Error('the loop probe does not answer');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return JSON.parse(readFileSync(path, 'utf8')) as LoopReport;
}

/** Whether a phase was asked for: all are, unless BENCH_PHASES names some. */
function isWanted(phase: string): boolean {
  const names = process.env['BENCH_PHASES'];
  return names === undefined || phase === 'quiet' || names.split(',').includes(phase);
}

async function run(server: RunningServer, seconds: number): Promise<Figure[]> {
  const { port } = server;
  const [channel] = (await openChannels(port, 1)) as [GrpcChannel];
  await fill(port, KEYS);
  await update(channel, REVISIONS);
  channel.close();
  const probe = new GetProbe(port, keyOf(KEYS / 2));
  const clients = new HeavyClients(port);
  const figures: Figure[] = [];
  let quiet = Number.NaN;
  const phase = async (name: string, work: () => Promise<void>): Promise<void> => {
    if (!isWanted(name)) return;
    await probe.take();
    await loopReport(server);
    const [begun, cpuBegun] = [performance.now(), server.cpuSeconds()];
    await work();
    const tookMs = performance.now() - begun;
    const cpuMs = (server.cpuSeconds() - cpuBegun) * 1000;
    const [p50, p99, longest] = await probe.take();
    const loop = await loopReport(server);
    if (Number.isNaN(quiet)) quiet = p99;
    figures.push({ name: `${name}, get p99 ÷ quiet`, unit: '', value: p99 / quiet });
    figures.push({ name: `${name}, get p99`, unit: 'ms', value: p99 });
    figures.push({ name: `${name}, took`, unit: 'ms', value: tookMs });
    const gets =
      `${name}: ${tookMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of CPU; ` +
      `gets p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, longest ${longest.toFixed(1)} ms`;
    if (loop === undefined) {
      console.log(gets);
      return;
    }
    figures.push({ name: `${name}, longest stall`, unit: 'ms', value: loop.ranMs });
    console.log(
      `${gets}; longest gap ` +
        `${loop.gapMs.toFixed(1)} ms (ran ${loop.gapRanMs.toFixed(1)}, waited for a core ${loop.gapWaitedMs.toFixed(1)}), ` +
        `longest time on a core ${loop.ranMs.toFixed(1)} ms`,
    );
  };
  const calls = (path: string, request: Uint8Array, count: number, forSeconds: number): Promise<void> =>
    clients.run({ kind: 'calls', path, request, clients: count, seconds: forSeconds });

  try {
    await phase('quiet', () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
    const range = { key: keyOf(0), rangeEnd: Buffer.from('l') };
    const all = RangeRequest.encode(RangeRequest.create(range));
    await phase('ranges', () => calls(RANGE, all, RANGE_CLIENTS, seconds));
    const sorted = RangeRequest.encode(RangeRequest.create({ ...range, sortOrder: 2, sortTarget: 3 }));
    await phase('sorted ranges', () => calls(RANGE, sorted, SORTED_RANGE_CLIENTS, seconds));
    await phase('watch catch-up', () =>
      clients.run({ kind: 'catchUp', ranges: watchedRanges(), bytes: (KEYS + REVISIONS) * VALUE.length }),
    );
    const hashKv = HashKVRequest.encode(HashKVRequest.create({}));
    await phase('HashKV', () => calls(HASH_KV, hashKv, 1, seconds / 2));
    await phase('Hash', () => calls(HASH, EMPTY, 1, seconds / 2));
    await phase('snapshot', () => clients.run({ kind: 'snapshot' }));
    const revision = REVISIONS / 100 + KEYS / 100 - 1;
    const compaction = (upTo: number): Uint8Array =>
      CompactionRequest.encode(CompactionRequest.create({ revision: upTo, physical: true }));
    await phase('compaction, first half', () => calls(COMPACT, compaction(Math.floor(revision / 2)), 1, 0));
    await phase('HashKV when compacted', () => calls(HASH_KV, hashKv, 1, seconds / 2));
    await phase('compaction', () => calls(COMPACT, compaction(revision), 1, 0));
    await phase('defragment', () => calls(DEFRAGMENT, EMPTY, 1, 0));
  } finally {
    probe.stop();
    await clients.stop();
  }
  return figures;
}

export const stalls: Workload = {
  name: 'stalls',
  what:
    `${KEYS} keys with ${REVISIONS} revisions; while each kind of long work runs, a process of high priority gets a key every 2 ms ` +
    'and the clients that ask for the work run at the lowest. ' +
    'A stall is the time on a core between two looks of a 2 ms timer in the server',
  goals: {},
  limits: { 'longest stall': 50, 'get p99 ÷ quiet': 10 },
  once: true,
  nodeFlags: ['--import', new URL('../probes/loop-probe.js', import.meta.url).href],
  run,
};
