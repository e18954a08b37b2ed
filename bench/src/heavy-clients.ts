// The clients whose requests are heavy, in a thread of their own that gives way to everything else. They stand for
// machines of their own: on this one, decoding what they asked for must not take the cores from the server under
// measurement, whichever it is, nor from the probe.
import { setPriority } from 'node:os';
import { parentPort, Worker } from 'node:worker_threads';
import { WatchCreateRequest, WatchRequest } from '@quorate/proto';
import type { GrpcChannel } from '@quorate/wire';
import { openChannels } from './load.ts';

/** What the clients do. */
export type HeavyWork =
  /** The same unary call, one after the other on each connection, for so long, but at least once. */
  | {
      readonly kind: 'calls';
      readonly path: string;
      readonly request: Uint8Array;
      readonly clients: number;
      readonly seconds: number;
    }
  /** Watches all ranges from revision 2 on, until `bytes` of events have come and no more come. */
  | { readonly kind: 'catchUp'; readonly ranges: readonly [Uint8Array, Uint8Array][]; readonly bytes: number }
  /** Reads a whole snapshot. */
  | { readonly kind: 'snapshot' };

type Order = HeavyWork & { readonly port: number };
type Done = { readonly error?: string };

const LOWEST_PRIORITY = 19;
const WATCH_STREAMS = 10;
const TIMEOUT_MS = 120_000;
const QUIET_MS = 300;
const EMPTY = new Uint8Array(0);

/** One piece of work at a time. */
export class HeavyClients {
  readonly #worker = new Worker(new URL(import.meta.url));
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  run(work: HeavyWork): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('message', ({ error }: Done) => {
        this.#worker.removeListener('error', reject);
        if (error === undefined) resolve();
        else reject(new Error(error));
      });
      this.#worker.postMessage({ ...work, port: this.#port } satisfies Order);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function calls(order: Order & { kind: 'calls' }): Promise<void> {
  const channels = await openChannels(order.port, order.clients);
  const until = performance.now() + order.seconds * 1000;
  await Promise.all(
    channels.map(async (channel) => {
      do await channel.unary(order.path, order.request, { timeoutMs: TIMEOUT_MS });
      while (performance.now() < until);
    }),
  );
  for (const channel of channels) channel.close({ force: true });
}

async function catchUp({ port, ranges, bytes }: Order & { kind: 'catchUp' }): Promise<void> {
  const channels = await openChannels(port, WATCH_STREAMS);
  let received = 0;
  let before = -1;
  for (const [at, channel] of channels.entries()) {
    const stream = channel.stream('/etcdserverpb.Watch/Watch');
    stream.onMessage = (message) => {
      received += message.length;
    };
    for (let n = at; n < ranges.length; n += WATCH_STREAMS) {
      const [key, rangeEnd] = ranges[n] as [Uint8Array, Uint8Array];
      const createRequest = WatchCreateRequest.create({ key, rangeEnd, startRevision: 2 });
      stream.send(WatchRequest.encode(WatchRequest.create({ createRequest })));
    }
  }
  // An event takes more than its value; all are there when nothing more comes.
  while (received < bytes || received !== before) {
    before = received;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
  for (const channel of channels) channel.close({ force: true });
}

async function snapshot({ port }: Order): Promise<void> {
  const [channel] = (await openChannels(port, 1)) as [GrpcChannel];
  const stream = channel.stream('/etcdserverpb.Maintenance/Snapshot');
  await new Promise<void>((resolve, reject) => {
    stream.onMessage = () => {};
    stream.onEnd = ({ code, message }) => (code === 0 ? resolve() : reject(new Error(message)));
    stream.send(EMPTY);
    stream.halfClose();
  });
  channel.close({ force: true });
}

function work(order: Order): Promise<void> {
  switch (order.kind) {
    case 'calls':
      return calls(order);
    case 'catchUp':
      return catchUp(order);
    case 'snapshot':
      return snapshot(order);
  }
}

if (parentPort !== null) {
  const port = parentPort;
  setPriority(LOWEST_PRIORITY); // of this thread: a thread has a priority of its own on Linux
  port.on('message', (order: Order) => {
    work(order).then(
      () => port.postMessage({}),
      (error: Error) => port.postMessage({ error: error.message }),
    );
  });
}
