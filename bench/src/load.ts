// Closed-loop load: a fixed number of requests in flight on each of a few connections, for a fixed time.
import { connect, type Socket } from 'node:net';
import { systemClock } from '@quorate/base';
import { connectGrpc, type GrpcChannel } from '@quorate/wire';
import { percentile } from './statistics.ts';

/** What a run saw. Latencies in ms. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  /** What the first failed request was answered; empty when none failed. */
  readonly firstError: string;
}

/** How much load. */
export interface LoadShape {
  readonly connections: number;
  readonly inFlight: number;
  readonly seconds: number;
}

const WARM_UP_SHARE = 0.2;
const MAX_SAMPLES = 4_000_000;

class Recorder {
  readonly #latencies = new Float64Array(MAX_SAMPLES);
  #count = 0;
  #errors = 0;
  #firstError = '';
  #from = Number.POSITIVE_INFINITY;
  #until = Number.POSITIVE_INFINITY;

  /** Counts only what ends within the window. */
  open(warmUpMs: number, durationMs: number): void {
    this.#from = performance.now() + warmUpMs;
    this.#until = this.#from + durationMs;
  }

  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** @returns whether the load goes on */
  take(startedMs: number, error: string | undefined): boolean {
    const now = performance.now();
    if (now >= this.#until) return false;
    if (now >= this.#from) {
      if (error !== undefined && this.#errors++ === 0) this.#firstError = error;
      if (this.#count < MAX_SAMPLES) this.#latencies[this.#count++] = now - startedMs;
    }
    return true;
  }

  result(): LoadResult {
    const latencies = this.#latencies.slice(0, this.#count);
    const seconds = (this.#until - this.#from) / 1000;
    return {
      requests: this.#count,
      seconds,
      perSecond: this.#count / seconds,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      errors: this.#errors,
      firstError: this.#firstError,
    };
  }
}

/** Opens gRPC connections to a local server, or in turn to several. */
export async function openChannels(port: number | readonly number[], count: number): Promise<GrpcChannel[]> {
  const ports = typeof port === 'number' ? [port] : port;
  const channels = Array.from({ length: count }, (_, n) =>
    connectGrpc({ host: '127.0.0.1', port: ports[n % ports.length] as number }, { clock: systemClock }),
  );
  await Promise.all(channels.map((channel) => channel.ready()));
  return channels;
}

/** Sends unary gRPC calls; `request` makes the bytes of each. */
export async function grpcLoad(
  port: number | readonly number[],
  path: string,
  request: () => Uint8Array,
  shape: LoadShape,
): Promise<LoadResult> {
  const channels = await openChannels(port, shape.connections);
  const recorder = new Recorder();
  recorder.open(shape.seconds * 1000 * WARM_UP_SHARE, shape.seconds * 1000);
  await Promise.all(
    channels.flatMap((channel) =>
      Array.from(
        { length: shape.inFlight },
        () =>
          new Promise<void>((resolve) => {
            const next = (): void => {
              const started = performance.now();
              channel.call(path, request(), (error) => {
                if (recorder.take(started, error?.message)) next();
                else resolve();
              });
            };
            next();
          }),
      ),
    ),
  );
  for (const channel of channels) channel.close({ force: true });
  return recorder.result();
}

/** Sends HTTP/1.1 requests over kept-alive connections, one in flight on each. */
export async function httpLoad(port: number, request: () => string, shape: LoadShape): Promise<LoadResult> {
  const recorder = new Recorder();
  const sockets = await Promise.all(
    Array.from(
      { length: shape.connections },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
          socket.once('error', reject);
        }),
    ),
  );
  recorder.open(shape.seconds * 1000 * WARM_UP_SHARE, shape.seconds * 1000);
  await Promise.all(sockets.map((socket) => runHttpConnection(socket, request, recorder)));
  for (const socket of sockets) socket.destroy();
  return recorder.result();
}

function runHttpConnection(socket: Socket, request: () => string, recorder: Recorder): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending = '';
    let started = 0;
    const send = (): void => {
      started = performance.now();
      socket.write(request(), 'latin1');
    };
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      pending = pending === '' ? chunk.toString('latin1') : pending + chunk.toString('latin1');
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = /content-length: (\d+)/i.exec(pending.slice(0, headEnd + 2));
      if (length === null)
        return reject(new Error(`answer without Content-Length: ${pending.slice(0, headEnd)}`));
      if (pending.length < headEnd + 4 + Number(length[1])) return;
      const error = pending.startsWith('HTTP/1.1 2') ? undefined : pending;
      pending = '';
      if (recorder.take(started, error)) send();
      else resolve();
    });
    send();
  });
}
