// What a run looks like from outside: the processes' memory and open files as the kernel tells them, and how long a put, a
// linearizable get and a v2 write take that somebody asks for now and then.
import { readdirSync, readFileSync } from 'node:fs';
import { EtcdClient, V2Client } from '@quorate/client';
import { sleep } from '../harness/cluster.ts';
import type { Load } from './load.ts';

/** The members together, over one interval. Sizes in MiB, latencies in ms. */
export interface Sample {
  readonly seconds: number;
  readonly rss: number;
  readonly files: number;
  readonly operations: number;
  readonly putP50: number;
  readonly putP99: number;
  readonly getP50: number;
  readonly v2P50: number;
}

const PROBE_EVERY_MS = 25;

/** Resident memory of a process in MiB. */
function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** The value below which the share `p` lies; NaN for none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

/** Takes a sample every so often until the time is over. */
export async function takeSamples(
  load: Load,
  endpoint: string,
  pids: readonly number[],
  options: {
    readonly seconds: number;
    readonly everySeconds: number;
    readonly onSample: (sample: Sample) => void;
  },
): Promise<Sample[]> {
  const client = new EtcdClient({ endpoints: [endpoint] });
  const v2 = new V2Client({ endpoints: [endpoint] });
  const samples: Sample[] = [];
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  let operationsBefore = 0;
  try {
    for (let due = options.everySeconds; due <= options.seconds; due += options.everySeconds) {
      const [puts, gets, v2Sets]: number[][] = [[], [], []];
      while (seconds() < due) {
        puts?.push(await timed(client.kv.put('probe', 'put')));
        gets?.push(await timed(client.kv.get('probe')));
        v2Sets?.push(await timed(v2.keys.set('/probe', 'set')));
        await sleep(PROBE_EVERY_MS);
      }
      const { operations } = load.counters;
      const sample = {
        seconds: due,
        rss: pids.reduce((sum, pid) => sum + residentMiB(pid), 0),
        files: pids.reduce((sum, pid) => sum + openFiles(pid), 0),
        operations: (operations - operationsBefore) / options.everySeconds,
        putP50: percentile(puts ?? [], 0.5),
        putP99: percentile(puts ?? [], 0.99),
        getP50: percentile(gets ?? [], 0.5),
        v2P50: percentile(v2Sets ?? [], 0.5),
      };
      operationsBefore = operations;
      samples.push(sample);
      options.onSample(sample);
    }
  } finally {
    client.close();
  }
  return samples;
}

async function timed(work: Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work;
  return performance.now() - startedMs;
}
