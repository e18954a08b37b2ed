/** check perf and check datascale: whether the cluster bears a load of a given size. */
import { randomBytes } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { describeError, type EtcdClient, prefixRange } from '@quorate/client';
import type { Invocation } from '../../cli/command.ts';
import { ExitCode, ExitError } from '../../cli/exit.ts';
import { stderr, stdout } from '../../cli/output.ts';
import { CommandContext } from '../context.ts';

interface PerfLoad {
  readonly writesPerSecond: number;
  readonly clients: number;
}

interface DataLoad {
  readonly keys: number;
  readonly clients: number;
}

const perfLoads: Readonly<Record<string, PerfLoad>> = {
  s: { writesPerSecond: 150, clients: 50 },
  m: { writesPerSecond: 1000, clients: 200 },
  l: { writesPerSecond: 8000, clients: 500 },
  xl: { writesPerSecond: 15000, clients: 1000 },
};

const dataLoads: Readonly<Record<string, DataLoad>> = {
  s: { keys: 10_000, clients: 50 },
  m: { keys: 100_000, clients: 200 },
  l: { keys: 1_000_000, clients: 500 },
  xl: { keys: 3_000_000, clients: 1000 },
};

const loadNames: Readonly<Record<string, string>> = {
  s: 's',
  small: 's',
  m: 'm',
  medium: 'm',
  l: 'l',
  large: 'l',
  xl: 'xl',
  xLarge: 'xl',
};

const PERF_SECONDS = 60;
const PERF_KEY_BYTES = 256;
const PERF_VALUE_BYTES = 1024;
const DATA_KEY_BYTES = 512;
const DATA_VALUE_BYTES = 512;
/** A write rate below this part of the one wanted fails. */
const LEAST_RATE = 0.9;
const SLOWEST_SECONDS = 0.5;
const MOST_DEVIATION_SECONDS = 0.1;
const MAINTENANCE_TIMEOUT_MS = 30_000;

/** How the writes went. */
class Report {
  readonly errors = new Map<string, number>();
  readonly #seconds: number[] = [];
  readonly #startMs = performance.now();

  async measure(write: Promise<unknown>): Promise<void> {
    const started = performance.now();
    try {
      await write;
      this.#seconds.push((performance.now() - started) / 1000);
    } catch (error) {
      const text = describeError(error);
      this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
    }
  }

  get writesPerSecond(): number {
    return this.#seconds.length / ((performance.now() - this.#startMs) / 1000);
  }

  get slowest(): number {
    return this.#seconds.reduce((most, one) => Math.max(most, one), 0);
  }

  get deviation(): number {
    const count = Math.max(1, this.#seconds.length);
    const mean = this.#seconds.reduce((sum, one) => sum + one, 0) / count;
    return Math.sqrt(this.#seconds.reduce((sum, one) => sum + (one - mean) ** 2, 0) / count);
  }
}

function chosenLoad<T>(invocation: Invocation, loads: Readonly<Record<string, T>>): T {
  const given = invocation.flags.string('load');
  const load = loads[loadNames[given] ?? ''];
  if (load === undefined) throw new ExitError(ExitCode.BadFeature, `unknown load option ${given}`);
  return load;
}

/** Clients, the first of which has found the prefix empty. */
async function openClients(context: CommandContext, count: number, prefix: string): Promise<EtcdClient[]> {
  const first = await context.client();
  const present = await context.call(first.kv.range({ ...prefixRange(prefix), limit: 1 }));
  if (present.kvs.length > 0) {
    throw new ExitError(
      ExitCode.InvalidInput,
      `prefix ${JSON.stringify(prefix)} has keys. Delete with etcdctl del --prefix ${prefix} first`,
    );
  }
  const endpoints = await context.endpoints();
  const others = Array.from({ length: count - 1 }, () => context.newClient(endpoints));
  return [first, ...(await Promise.all(others))];
}

function randomKey(prefix: string, bytes: number): Buffer {
  return Buffer.concat([Buffer.from(prefix), randomBytes(bytes)]);
}

export async function checkPerf(invocation: Invocation): Promise<void> {
  const load = chosenLoad(invocation, perfLoads);
  const context = new CommandContext(invocation);
  const prefix = invocation.flags.string('prefix');
  const clients = await openClients(context, load.clients, prefix);
  const report = await writeAtRate(clients, load.writesPerSecond, prefix);
  await cleanUp(context, clients, prefix);
  let passed = tellErrors(report);
  const judge = (good: boolean, ifGood: string, ifBad: string): void => {
    stdout.write(good ? `PASS: ${ifGood}\n` : `${ifBad}\n`);
    passed &&= good;
  };
  const rate = Math.floor(report.writesPerSecond) + 1;
  judge(
    report.writesPerSecond / load.writesPerSecond > LEAST_RATE,
    `Throughput is ${rate} writes/s`,
    `FAIL: Throughput too low: ${rate} writes/s`,
  );
  const slowest = `${report.slowest.toFixed(6)}s`;
  judge(
    report.slowest <= SLOWEST_SECONDS,
    `Slowest request took ${slowest}`,
    `Slowest request took too long: ${slowest}`,
  );
  const deviation = `${report.deviation.toFixed(6)}s`;
  judge(
    report.deviation <= MOST_DEVIATION_SECONDS,
    `Stddev is ${deviation}`,
    `Stddev too high: ${deviation}`,
  );
  stdout.write(passed ? 'PASS\n' : 'FAIL\n');
  if (!passed) throw new ExitError(ExitCode.Error);
}

/** Writes at a steady rate for a minute; no client has two writes under way. */
async function writeAtRate(clients: readonly EtcdClient[], rate: number, prefix: string): Promise<Report> {
  const report = new Report();
  const value = Buffer.alloc(PERF_VALUE_BYTES);
  const idle = [...clients];
  const running = new Set<Promise<void>>();
  const startMs = performance.now();
  let started = 0;
  let shownSecond = 0;
  for (;;) {
    const elapsed = (performance.now() - startMs) / 1000;
    if (elapsed >= PERF_SECONDS) break;
    if (Math.floor(elapsed) > shownSecond) {
      shownSecond = Math.floor(elapsed);
      showProgress(shownSecond, PERF_SECONDS);
    }
    while (started < elapsed * rate) {
      const client = idle.pop();
      if (client === undefined) break;
      started++;
      const write = report.measure(client.kv.put(randomKey(prefix, PERF_KEY_BYTES), value)).then(() => {
        idle.push(client);
        running.delete(write);
      });
      running.add(write);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  showProgress(PERF_SECONDS, PERF_SECONDS);
  await Promise.all(running);
  return report;
}

export async function checkDatascale(invocation: Invocation): Promise<void> {
  const load = chosenLoad(invocation, dataLoads);
  const context = new CommandContext(invocation);
  const prefix = invocation.flags.string('prefix');
  const clients = await openClients(context, load.clients, prefix);
  const [endpoint = ''] = await context.endpoints();
  const before = await residentBytes(context, endpoint, 'before');
  stdout.write(
    `Start data scale check for work load [${load.keys} key-value pairs, ${DATA_KEY_BYTES + DATA_VALUE_BYTES} bytes per key-value, ${load.clients} concurrent clients].\n`,
  );
  const report = new Report();
  const value = Buffer.alloc(DATA_VALUE_BYTES);
  let started = 0;
  const work = async (client: EtcdClient): Promise<void> => {
    while (started < load.keys) {
      started++;
      if (started % Math.ceil(load.keys / 100) === 0) showProgress(started, load.keys);
      await report.measure(client.kv.put(randomKey(prefix, DATA_KEY_BYTES), value));
    }
  };
  await Promise.all(clients.map(work));
  showProgress(load.keys, load.keys);
  const after = await residentBytes(context, endpoint, 'after');
  await cleanUp(context, clients, prefix);
  if (!tellErrors(report)) throw new ExitError(ExitCode.Error);
  const megabytes = (after - before) / (1024 * 1024);
  stdout.write(`PASS: Approximate system memory used : ${megabytes.toFixed(2)} MB.\n`);
}

/** Progress goes to standard error, and only to a terminal. */
function showProgress(done: number, all: number): void {
  if (process.stderr.isTTY) stderr.write(`\r${done} / ${all}${done === all ? '\n' : ''}`);
}

/** True if there were none. */
function tellErrors({ errors }: Report): boolean {
  if (errors.size === 0) return true;
  stdout.write('FAIL: too many errors\n');
  for (const [text, count] of errors) stdout.write(`FAIL: ERROR(${text}) -> ${count}\n`);
  return false;
}

async function cleanUp(
  context: CommandContext,
  clients: readonly EtcdClient[],
  prefix: string,
): Promise<void> {
  const [first, ...others] = clients as [EtcdClient, ...EtcdClient[]];
  for (const client of others) client.close();
  const settings = { timeoutMs: MAINTENANCE_TIMEOUT_MS };
  const { header } = await context.call(first.kv.deletePrefix(prefix, settings));
  if (context.flags.bool('auto-compact')) {
    const revision = header?.revision ?? 0;
    stdout.write(`Compacting with revision ${revision}\n`);
    await context.call(first.kv.compact({ revision, physical: true }, settings));
    stdout.write(`Compacted with revision ${revision}\n`);
  }
  if (!context.flags.bool('auto-defrag')) return;
  for (const endpoint of await context.endpoints()) {
    stdout.write(`Defragmenting "${endpoint}"\n`);
    await context.call(first.maintenance.defragment(endpoint, settings));
    stdout.write(`Defragmented "${endpoint}"\n`);
  }
}

/** Memory of the member's process, from its metrics. Throws ExitError if it cannot be read. */
async function residentBytes(context: CommandContext, endpoint: string, moment: string): Promise<number> {
  const tls = context.tls();
  const scheme = tls === undefined ? 'http' : 'https';
  const url = `${endpoint.includes('://') ? endpoint : `${scheme}://${endpoint}`}/metrics`;
  try {
    const text = await fetchText(url, url.startsWith('https:') ? (tls ?? {}) : undefined);
    const value = /^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1];
    if (value !== undefined) return Number(value);
    stdout.write('could not find: process_resident_memory_bytes\n');
  } catch (error) {
    stdout.write(`fetch error: ${(error as Error).message}\n`);
  }
  throw new ExitError(
    ExitCode.Error,
    `FAIL: Could not read process_resident_memory_bytes ${moment} the put operations.`,
    { labelled: false },
  );
}

function fetchText(url: string, tls: object | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = tls === undefined ? httpGet(url) : httpsGet(url, tls);
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve(text));
    });
  });
}
