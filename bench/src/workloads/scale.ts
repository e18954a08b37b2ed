// How memory, disk and restart grow with the number of keys. Not part of the default run: ten million keys take minutes.
import { arch, platform, totalmem } from 'node:os';
import { PutRequest, RequestOp, StatusResponse, TxnRequest } from '@quorate/proto';
import { openChannels } from '../load.ts';
import type { RunningServer } from '../servers.ts';
import { brief } from '../statistics.ts';
import type { Figure, Workload } from '../workload.ts';

const MILLIONS = (process.env['BENCH_MILLIONS'] ?? '1,2,5,10').split(',').map(Number);
const VALUE = Buffer.alloc(32, 'v');
const MILLION = 1_000_000;
const PUTS_PER_TXN = 100;
/** After a restart, until what it left behind has been given back. */
const SETTLE_MS = 3000;
/** Keys are made in the order of n × this modulo a power of two: every one once, in no order that an index could like. */
const STRIDE = 2_654_435_761;
const KEY_SPACE = 2 ** 28;

function scatteredKey(n: number): Uint8Array {
  const scattered = Number((BigInt(n) * BigInt(STRIDE)) % BigInt(KEY_SPACE));
  return Buffer.from(`/registry/pods/${scattered.toString(16).padStart(8, '0')}`, 'latin1');
}

async function load(port: number, from: number, to: number): Promise<number> {
  const [channel] = await openChannels(port, 1);
  const begun = performance.now();
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to) {
      const success: RequestOp[] = [];
      for (let n = 0; n < PUTS_PER_TXN && next < to; n++) {
        success.push(
          RequestOp.create({ requestPut: PutRequest.create({ key: scatteredKey(next++), value: VALUE }) }),
        );
      }
      await channel?.unary('/etcdserverpb.KV/Txn', TxnRequest.encode(TxnRequest.create({ success })));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  channel?.close();
  return (performance.now() - begun) / 1000;
}

async function databaseMb(port: number): Promise<number> {
  const [channel] = await openChannels(port, 1);
  const answer = await channel?.unary('/etcdserverpb.Maintenance/Status', new Uint8Array(0));
  channel?.close();
  return StatusResponse.decode(answer as Uint8Array).dbSize / 2 ** 20;
}

async function run(server: RunningServer): Promise<Figure[]> {
  const figures: Figure[] = [];
  let loaded = 0;
  for (const millions of MILLIONS) {
    const seconds = await load(server.port, loaded, millions * MILLION);
    const perSecond = (millions * MILLION - loaded) / seconds;
    loaded = millions * MILLION;
    const rss = server.rssMb();
    const disk = await databaseMb(server.port);
    const restart = await server.restart();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const add = (name: string, value: number, unit: string): void => {
      figures.push({ name: `${millions} M keys, ${name}`, unit, value });
    };
    add('loaded at', perSecond, 'keys/s');
    add('memory', rss, 'MB');
    add('database', disk, 'MB');
    add('restart', restart, 's');
    add('memory after restart', server.rssMb(), 'MB');
  }
  return figures;
}

function table(figures: readonly Figure[]): string[] {
  const value = (millions: number, name: string): number =>
    figures.find((figure) => figure.name === `${millions} M keys, ${name}`)?.value ?? Number.NaN;
  return [
    '| keys | loaded at | database | memory after loading | restart | memory after restart | restart per M keys | memory per M keys |',
    '|---|---|---|---|---|---|---|---|',
    ...MILLIONS.map((millions) => {
      const restart = value(millions, 'restart');
      const memory = value(millions, 'memory after restart');
      const cells = [
        `${millions} M`,
        `${brief(value(millions, 'loaded at'))} keys/s`,
        `${value(millions, 'database').toFixed(0)} MB`,
        `${value(millions, 'memory').toFixed(0)} MB`,
        `${restart.toFixed(1)} s`,
        `${memory.toFixed(0)} MB`,
        `${(restart / millions).toFixed(2)} s`,
        `${(memory / millions).toFixed(0)} MB`,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ];
}

function page(results: ReadonlyMap<string, readonly Figure[]>): string {
  const lines = [
    '# Scale',
    '',
    'Written by `npm run bench -- scale`: keys of 23 bytes in no order with values of 32 bytes, loaded in transactions of',
    '100 puts; after each step the server is stopped with SIGTERM and started until `/health` answers. Memory is the',
    'resident set of the process; the log of the last 64 MiB of writes is in it.',
    '',
    `Machine: ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node.js ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}; generator on the same machine.`,
  ];
  for (const [name, figures] of results) lines.push('', `## ${name}`, '', ...table(figures));
  return `${lines.join('\n')}\n`;
}

export const scale: Workload = {
  name: 'scale',
  what: `${MILLIONS.join(', ')} million keys: memory, disk and restart (only when asked for by name)`,
  goals: {},
  once: true,
  onDemand: true,
  page: { file: 'SCALE.md', render: page },
  run,
};
