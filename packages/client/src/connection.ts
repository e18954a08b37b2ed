/**
 * One live channel to any of the endpoints: dials them in turn, keeps the first that answers, and dials again
 * (the same one first) when it is lost. Calls wait here for a channel, each up to its own deadline.
 */
import { GrpcCode } from '@quorate/base';
import {
  type ClientTlsOptions,
  type ConnectOptions,
  connectGrpc,
  type GrpcChannel,
  GrpcError,
  type Target,
} from '@quorate/wire';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { describeError } from './errors.ts';
import { MAX_RECEIVE_BYTES, NO_DEADLINE_CONNECT_MS, RECONNECT_MAX_MS, RECONNECT_MIN_MS } from './limits.ts';

/** Opens a channel; replaceable for tests. */
export type Dial = (target: Target, options: ConnectOptions) => GrpcChannel;

export interface ConnectionOptions {
  readonly endpoints: readonly string[];
  /** TLS settings; also used for endpoints without a scheme. Undefined: plain, unless an endpoint says https. */
  readonly tls: ClientTlsOptions | undefined;
  /** Time for one endpoint to accept; 0 for no limit. */
  readonly dialTimeoutMs: number;
  readonly userAgent: string | undefined;
  readonly dial: Dial | undefined;
}

interface Waiter {
  readonly resolve: (channel: GrpcChannel) => void;
  readonly reject: (error: GrpcError) => void;
  readonly timer: NodeJS.Timeout;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #dial: Dial;
  #endpoints: readonly Endpoint[];
  /** Which endpoint is used, or tried next. */
  #index = 0;
  #channel: GrpcChannel | undefined;
  /** True while #connect runs. */
  #connecting = false;
  #closed = false;
  #lastError: string | undefined;
  readonly #waiters = new Set<Waiter>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#dial = options.dial ?? connectGrpc;
    this.#endpoints = options.endpoints.map(parseEndpoint);
  }

  get endpoints(): readonly string[] {
    return this.#endpoints.map((endpoint) => endpoint.text);
  }

  /** Replaces the endpoints; the open channel stays until it is lost. Throws EndpointError. */
  setEndpoints(endpoints: readonly string[]): void {
    this.#endpoints = endpoints.map(parseEndpoint);
    this.#index = 0;
  }

  /** The channel, if one is ready now. */
  get current(): GrpcChannel | undefined {
    return this.#channel?.state === 'ready' ? this.#channel : undefined;
  }

  /** Why the last attempt failed. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /**
   * A ready channel. Without a deadline (Infinity) waits for one dial timeout and then rejects with UNAVAILABLE;
   * with one (performance.now milliseconds) rejects with DEADLINE_EXCEEDED when it passes.
   */
  ready(deadlineMs: number): Promise<GrpcChannel> {
    const channel = this.current;
    if (channel !== undefined) return Promise.resolve(channel);
    if (this.#closed) return Promise.reject(closedError());
    if (this.#endpoints.length === 0) {
      return Promise.reject(new GrpcError(GrpcCode.Unavailable, 'no endpoints available'));
    }
    return new Promise((resolve, reject) => {
      const unbounded = deadlineMs === Number.POSITIVE_INFINITY;
      const patience = this.#options.dialTimeoutMs > 0 ? this.#options.dialTimeoutMs : NO_DEADLINE_CONNECT_MS;
      const delay = unbounded ? patience : Math.max(0, deadlineMs - performance.now());
      const waiter: Waiter = {
        resolve,
        reject,
        timer: setTimeout(() => {
          this.#waiters.delete(waiter);
          reject(this.#waitingFailed(unbounded));
        }, delay),
      };
      this.#waiters.add(waiter);
      if (!this.#connecting) void this.#connect();
    });
  }

  /** Opens a channel of its own to one endpoint, for calls that concern that member. */
  async dedicated(endpoint: string, deadlineMs: number): Promise<GrpcChannel> {
    const parsed = parseEndpoint(endpoint);
    let pause = RECONNECT_MIN_MS;
    const patience = deadlineMs === Number.POSITIVE_INFINITY ? NO_DEADLINE_CONNECT_MS : 0;
    const giveUpMs = patience > 0 ? performance.now() + patience : deadlineMs;
    for (;;) {
      const channel = this.#open(parsed, giveUpMs - performance.now());
      try {
        await channel.ready();
        return channel;
      } catch (error) {
        this.#lastError = `${parsed.text}: ${describeError(error)}`;
        const left = giveUpMs - performance.now();
        if (left <= 0 || this.#closed) throw this.#waitingFailed(patience > 0);
        await sleep(Math.min(pause, left));
        pause = Math.min(pause * 2, RECONNECT_MAX_MS);
      }
    }
  }

  /** Ends the channel and everything that waits for one. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel?.close({ force: true });
    this.#channel = undefined;
    this.#settle((waiter) => waiter.reject(closedError()));
  }

  get closed(): boolean {
    return this.#closed;
  }

  async #connect(): Promise<void> {
    this.#connecting = true;
    let pause = RECONNECT_MIN_MS;
    let failures = 0;
    while (!this.#closed && this.#waiters.size > 0) {
      const endpoint = this.#endpoints[this.#index % this.#endpoints.length] as Endpoint;
      try {
        const channel = this.#open(endpoint, Number.POSITIVE_INFINITY);
        await channel.ready();
        this.#connecting = false;
        this.#adopt(channel);
        return;
      } catch (error) {
        this.#lastError = `${endpoint.text}: ${describeError(error)}`;
        this.#index = (this.#index + 1) % this.#endpoints.length;
        failures++;
      }
      if (failures % this.#endpoints.length === 0) {
        await sleep(pause);
        pause = Math.min(pause * 2, RECONNECT_MAX_MS);
      }
    }
    this.#connecting = false;
  }

  #adopt(channel: GrpcChannel): void {
    if (this.#closed) {
      channel.close({ force: true });
      return;
    }
    this.#channel = channel;
    channel.onClose = (reason) => {
      this.#lastError = describeError(reason);
      if (this.#channel === channel) this.#channel = undefined;
    };
    this.#settle((waiter) => waiter.resolve(channel));
  }

  #settle(action: (waiter: Waiter) => void): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) {
      clearTimeout(waiter.timer);
      action(waiter);
    }
  }

  #open(endpoint: Endpoint, timeLeftMs: number): GrpcChannel {
    const { tls, dialTimeoutMs, userAgent } = this.#options;
    const secure = endpoint.secure ?? tls !== undefined;
    const limit = dialTimeoutMs > 0 ? dialTimeoutMs : Number.POSITIVE_INFINITY;
    const timeout = Math.min(limit, Math.max(1, timeLeftMs));
    return this.#dial(endpoint.target, {
      tls: secure ? (tls ?? {}) : undefined,
      userAgent,
      maxReceiveBytes: MAX_RECEIVE_BYTES,
      connectTimeoutMs: Number.isFinite(timeout) ? timeout : undefined,
    });
  }

  #waitingFailed(unbounded: boolean): GrpcError {
    const reason = this.#lastError === undefined ? 'no connection yet' : this.#lastError;
    return unbounded
      ? new GrpcError(GrpcCode.Unavailable, `connection error: ${reason}`)
      : new GrpcError(GrpcCode.DeadlineExceeded, `no connection: ${reason}`);
  }
}

function closedError(): GrpcError {
  return new GrpcError(GrpcCode.Canceled, 'the client is closed');
}

/** Resolves after a while; keeps the process alive meanwhile. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
