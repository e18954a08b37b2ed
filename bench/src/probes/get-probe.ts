// Latency of small gets as a client sees it, measured in a process of its own so that whatever else the generator does
// is not in it: one connection, one request in flight, a pause between them.
import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { RangeRequest } from '@quorate/proto';
import { openChannels } from '../load.ts';
import { percentile } from '../statistics.ts';

const PAUSE_MS = 2;
/** Before everything else on the machine, so that the probe's own waiting for a core is not in its figures. */
const PROBE_PRIORITY = -20;
const self = fileURLToPath(import.meta.url);

/** Runs in the background until it is stopped. */
export class GetProbe {
  readonly #process: ChildProcess;

  constructor(port: number, key: Uint8Array) {
    this.#process = fork(self, [String(port), Buffer.from(key).toString('hex')], {
      serialization: 'advanced',
    });
  }

  /** Latencies since the last call, in ms: [p50, p99, longest]. */
  take(): Promise<[p50: number, p99: number, longest: number]> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the get probe ended with code ${code}`));
      this.#process.once('exit', ended);
      this.#process.once('message', (samples: Float64Array) => {
        this.#process.removeListener('exit', ended);
        resolve([percentile(samples, 0.5), percentile(samples, 0.99), percentile(samples, 1)]);
      });
      this.#process.send('take');
    });
  }

  stop(): void {
    this.#process.kill();
  }
}

async function run(port: number, key: Uint8Array): Promise<void> {
  try {
    setPriority(PROBE_PRIORITY);
  } catch {
    console.log('the get probe runs at normal priority: raising it is not permitted');
  }
  const [channel] = await openChannels(port, 1);
  const request = RangeRequest.encode(RangeRequest.create({ key }));
  let samples: number[] = [];
  process.on('message', () => {
    process.send?.(Float64Array.from(samples));
    samples = [];
  });
  process.on('disconnect', () => process.exit());
  for (;;) {
    const started = performance.now();
    await channel?.unary('/etcdserverpb.KV/Range', request);
    samples.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

const [, entry, port, key] = process.argv;
if (entry === self) await run(Number(port), Buffer.from(key as string, 'hex'));
