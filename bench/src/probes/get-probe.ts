// Latency of small gets as a client sees it, measured in a thread of its own so that whatever else the generator does
// is not in it: one connection, one request in flight, a pause between them.
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { RangeRequest } from '@quorate/proto';
import { openChannels } from '../load.ts';
import { percentile } from '../statistics.ts';

const PAUSE_MS = 2;
const self = new URL(import.meta.url);

/** Runs in the background until it is stopped. */
export class GetProbe {
  readonly #worker: Worker;

  constructor(port: number, key: Uint8Array) {
    this.#worker = new Worker(self, { workerData: { port, key } });
  }

  /** Latencies since the last call, in ms: [p50, p99, longest]. */
  take(): Promise<[p50: number, p99: number, longest: number]> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('message', (samples: Float64Array) => {
        this.#worker.removeListener('error', reject);
        resolve([percentile(samples, 0.5), percentile(samples, 0.99), percentile(samples, 1)]);
      });
      this.#worker.postMessage('take');
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function run({ port, key }: { port: number; key: Uint8Array }): Promise<void> {
  const [channel] = await openChannels(port, 1);
  const request = RangeRequest.encode(RangeRequest.create({ key }));
  let samples: number[] = [];
  parentPort?.on('message', () => {
    parentPort?.postMessage(Float64Array.from(samples));
    samples = [];
  });
  for (;;) {
    const started = performance.now();
    await channel?.unary('/etcdserverpb.KV/Range', request);
    samples.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

if (parentPort !== null) await run(workerData as { port: number; key: Uint8Array });
