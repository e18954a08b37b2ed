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
  WatchCreateRequest,
  WatchRequest,
} from '@quorate/proto';
import type { GrpcChannel } from '@quorate/wire';
import { openChannels } from '../load.ts';
import { GetProbe } from '../probes/get-probe.ts';
import type { LoopReport } from '../probes/loop-probe.ts';
import type { RunningServer } from '../servers.ts';
import type { Figure, Workload } from '../workload.ts';
import { fill, keyOf } from './key-value.ts';

const KEYS = 100_000;
const REVISIONS = Number(process.env['BENCH_REVISIONS'] ?? 1_000_000);
const RANGE_CLIENTS = 4;
const WATCH_STREAMS = 10;
const WATCHERS = 1000;
const KEYS_PER_WATCHER = KEYS / WATCHERS;
const VALUE = Buffer.alloc(128, 'w');
const EMPTY = new Uint8Array(0);
const REPORT_TIMEOUT_MS = 10_000;

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

/** Runs `once` over and over on several connections at a time. */
async function repeat(
  port: number,
  clients: number,
  seconds: number,
  once: (channel: GrpcChannel) => Promise<unknown>,
) {
  const channels = await openChannels(port, clients);
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    channels.map(async (channel) => {
      do await once(channel);
      while (performance.now() < until);
    }),
  );
  for (const channel of channels) channel.close({ force: true });
}

/** Watches every key from the beginning; resolves when all events have come. */
async function catchUp(port: number, expected: number): Promise<void> {
  const channels = await openChannels(port, WATCH_STREAMS);
  let bytes = 0;
  let created = 0;
  let lastBytes = -1;
  for (const [at, channel] of channels.entries()) {
    const stream = channel.stream('/etcdserverpb.Watch/Watch');
    stream.onMessage = (message) => {
      bytes += message.length;
      if (message.length < 64) created++;
    };
    for (let n = at; n < WATCHERS; n += WATCH_STREAMS) {
      const createRequest = WatchCreateRequest.create({
        key: keyOf(n * KEYS_PER_WATCHER),
        rangeEnd: keyOf((n + 1) * KEYS_PER_WATCHER),
        startRevision: 2,
      });
      stream.send(WatchRequest.encode(WatchRequest.create({ createRequest })));
    }
  }
  // An event takes more than its value; all are there when nothing more comes.
  while (bytes < expected * VALUE.length || bytes !== lastBytes) {
    lastBytes = bytes;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  for (const channel of channels) channel.close({ force: true });
  if (created < WATCHERS) throw new Error(`${created} of ${WATCHERS} watchers were created`);
}

/** Reads a whole snapshot. */
async function saveSnapshot(channel: GrpcChannel): Promise<void> {
  const stream = channel.stream('/etcdserverpb.Maintenance/Snapshot');
  await new Promise<void>((resolve, reject) => {
    stream.onMessage = () => {};
    stream.onEnd = ({ code, message }) => (code === 0 ? resolve() : reject(new Error(message)));
    stream.send(EMPTY);
    stream.halfClose();
  });
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

async function run(server: RunningServer, seconds: number): Promise<Figure[]> {
  const { port } = server;
  const [channel] = (await openChannels(port, 1)) as [GrpcChannel];
  await fill(port, KEYS);
  await update(channel, REVISIONS);
  const probe = new GetProbe(port, keyOf(KEYS / 2));
  const figures: Figure[] = [];
  let quiet = Number.NaN;
  const phase = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    await probe.take();
    await loopReport(server);
    const begun = performance.now();
    await work();
    const tookMs = performance.now() - begun;
    const [, p99, longest] = await probe.take();
    const loop = await loopReport(server);
    if (Number.isNaN(quiet)) quiet = p99;
    figures.push({ name: `${name}, get p99 ÷ quiet`, unit: '', value: p99 / quiet });
    figures.push({ name: `${name}, get p99`, unit: 'ms', value: p99 });
    figures.push({ name: `${name}, took`, unit: 'ms', value: tookMs });
    const gets = `gets p99 ${p99.toFixed(2)} ms, longest ${longest.toFixed(1)} ms`;
    if (loop === undefined) {
      console.log(`${name}: ${tookMs.toFixed(0)} ms; ${gets}`);
      return;
    }
    figures.push({ name: `${name}, longest stall`, unit: 'ms', value: loop.ranMs });
    console.log(
      `${name}: ${tookMs.toFixed(0)} ms; ${gets}; longest gap ` +
        `${loop.gapMs.toFixed(1)} ms (ran ${loop.gapRanMs.toFixed(1)}, waited for a core ${loop.gapWaitedMs.toFixed(1)}), ` +
        `longest time on a core ${loop.ranMs.toFixed(1)} ms`,
    );
  };

  await phase('quiet', () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
  const all = RangeRequest.encode(RangeRequest.create({ key: keyOf(0), rangeEnd: Buffer.from('l') }));
  await phase('ranges', () =>
    repeat(port, RANGE_CLIENTS, seconds, (client) => client.unary('/etcdserverpb.KV/Range', all)),
  );
  const sorted = RangeRequest.encode(
    RangeRequest.create({ key: keyOf(0), rangeEnd: Buffer.from('l'), sortOrder: 2, sortTarget: 3 }),
  );
  await phase('sorted ranges', () =>
    repeat(port, 2, seconds, (client) => client.unary('/etcdserverpb.KV/Range', sorted)),
  );
  await phase('watch catch-up', () => catchUp(port, KEYS + REVISIONS));
  const hashKv = HashKVRequest.encode(HashKVRequest.create({}));
  await phase('HashKV', () =>
    repeat(port, 1, seconds / 2, (client) => client.unary('/etcdserverpb.Maintenance/HashKV', hashKv)),
  );
  await phase('Hash', () =>
    repeat(port, 1, seconds / 2, (client) => client.unary('/etcdserverpb.Maintenance/Hash', EMPTY)),
  );
  await phase('snapshot', () => saveSnapshot(channel));
  const revision = REVISIONS / 100 + KEYS / 100 - 1;
  const half = CompactionRequest.create({ revision: Math.floor(revision / 2), physical: true });
  await phase('compaction, first half', () =>
    channel.unary('/etcdserverpb.KV/Compact', CompactionRequest.encode(half)),
  );
  await phase('HashKV when compacted', () =>
    repeat(port, 1, seconds / 2, (client) => client.unary('/etcdserverpb.Maintenance/HashKV', hashKv)),
  );
  const whole = CompactionRequest.create({ revision, physical: true });
  await phase('compaction', () => channel.unary('/etcdserverpb.KV/Compact', CompactionRequest.encode(whole)));
  await phase('defragment', () =>
    channel.unary('/etcdserverpb.Maintenance/Defragment', EMPTY, { timeoutMs: 120_000 }),
  );
  await probe.stop();
  channel.close({ force: true });
  return figures;
}

export const stalls: Workload = {
  name: 'stalls',
  what:
    `${KEYS} keys with ${REVISIONS} revisions; while each kind of long work runs, one client gets a key every 2 ms. ` +
    'A stall is the time on a core between two looks of a 2 ms timer in the server',
  goals: {},
  limits: { 'longest stall': 50, 'get p99 ÷ quiet': 10 },
  once: true,
  nodeFlags: ['--import', new URL('../probes/loop-probe.js', import.meta.url).href],
  run,
};
