/** Renews one lease over a stream that is opened again when it breaks. */
import { errors } from '@quorate/base';
import { LeaseKeepAliveRequest, LeaseKeepAliveResponse, services } from '@quorate/proto';
import type { CallStatus, ClientStream } from '@quorate/wire';
import type { Caller } from './caller.ts';
import {
  KEEP_ALIVE_FRACTION,
  KEEP_ALIVE_MIN_MS,
  STREAM_RESUME_MAX_MS,
  STREAM_RESUME_MIN_MS,
} from './limits.ts';

export interface KeepAliveOptions {
  /** Called for every renewal. */
  readonly onRenewed?: (response: LeaseKeepAliveResponse) => void;
  /** Called once when the lease has expired or was revoked, or could not be renewed in time. */
  readonly onLost: () => void;
}

const { LeaseKeepAlive } = services.Lease;

export class LeaseKeeper {
  readonly #caller: Caller;
  readonly #id: bigint;
  readonly #options: KeepAliveOptions;
  #stream: ClientStream | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** When the lease is over unless renewed (performance.now milliseconds). */
  #expiresMs = Number.POSITIVE_INFINITY;
  #pauseMs = STREAM_RESUME_MIN_MS;

  constructor(caller: Caller, id: bigint, options: KeepAliveOptions) {
    this.#caller = caller;
    this.#id = id;
    this.#options = options;
    void this.#open();
  }

  /** Stops renewing; the lease then lives out its time. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#stream?.cancel();
    this.#stream = undefined;
  }

  async #open(): Promise<void> {
    try {
      const stream = await this.#caller.stream(LeaseKeepAlive.path, { requireLeader: true });
      if (this.#stopped) {
        stream.cancel();
        return;
      }
      this.#stream = stream;
      stream.onMessage = (message) => this.#renewed(LeaseKeepAliveResponse.decode(message));
      stream.onEnd = (status) => this.#broken(stream, status);
      this.#renew();
    } catch {
      // No endpoint answers: the reason is in the connection; only the time that is left matters here.
      this.#retry();
    }
  }

  #renew(): void {
    this.#stream?.send(LeaseKeepAliveRequest.encode(LeaseKeepAliveRequest.create({ ID: this.#id })));
  }

  #renewed(response: LeaseKeepAliveResponse): void {
    if (this.#stopped) return;
    if (response.TTL <= 0) {
      this.#lost();
      return;
    }
    const ttlMs = response.TTL * 1000;
    this.#expiresMs = performance.now() + ttlMs;
    this.#pauseMs = STREAM_RESUME_MIN_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), Math.max(KEEP_ALIVE_MIN_MS, ttlMs * KEEP_ALIVE_FRACTION));
    this.#options.onRenewed?.(response);
  }

  #broken(stream: ClientStream, status: CallStatus): void {
    if (this.#stopped || this.#stream !== stream) return;
    this.#stream = undefined;
    if (status.message === errors.invalidAuthToken.message) this.#caller.forgetToken();
    this.#retry();
  }

  #retry(): void {
    if (this.#stopped) return;
    if (performance.now() >= this.#expiresMs || this.#caller.connection.closed) {
      this.#lost();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#open(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, STREAM_RESUME_MAX_MS);
  }

  #lost(): void {
    this.stop();
    this.#options.onLost();
  }
}
