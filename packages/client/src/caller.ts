/** Makes unary calls and opens streams on a Connection: credentials, deadlines, retries. */
import { errors, GrpcCode } from '@quorate/base';
import { AuthenticateRequest, type MethodInfo, services } from '@quorate/proto';
import { type ClientStream, type GrpcChannel, GrpcError, type Metadata } from '@quorate/wire';
import { type Connection, sleep } from './connection.ts';
import { hasMessage } from './errors.ts';
import { MAX_ATTEMPTS, RETRY_PAUSE_MS } from './limits.ts';

/** Settings of one call. */
export interface CallSettings {
  /** Relative deadline, connecting included. Default: the client's `timeoutMs`, else none. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Fail at once when the member knows no leader. */
  readonly requireLeader?: boolean | undefined;
  /** The call changes nothing, so it may be sent again after UNAVAILABLE. */
  readonly repeatable?: boolean | undefined;
}

/** A user name and password, or a token made elsewhere. */
export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

export class Caller {
  readonly connection: Connection;
  readonly #credentials: Credentials;
  readonly #defaultTimeoutMs: number | undefined;
  #token: string | undefined;
  #authenticating: Promise<string | undefined> | undefined;

  constructor(connection: Connection, credentials: Credentials, defaultTimeoutMs: number | undefined) {
    this.connection = connection;
    this.#credentials = credentials;
    this.#defaultTimeoutMs = defaultTimeoutMs;
    this.#token = credentials.token;
  }

  /** Calls a method on whichever endpoint is connected. Throws GrpcError. */
  async unary<Request, Response>(
    method: MethodInfo<Request, Response>,
    request: Request,
    settings: CallSettings = {},
  ): Promise<Response> {
    const deadlineMs = this.#deadline(settings);
    const bytes = method.request.encode(request);
    for (let attempt = 1; ; attempt++) {
      const channel = await this.connection.ready(deadlineMs);
      const metadata = await this.#metadata(channel, deadlineMs, settings);
      try {
        return method.response.decode(
          await this.#send(channel, method.path, bytes, metadata, deadlineMs, settings),
        );
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS || !this.#mayRetry(error, settings, metadata)) throw error;
      }
      await sleep(RETRY_PAUSE_MS * (0.5 + Math.random()));
    }
  }

  /** Calls a method on one given endpoint, over a channel of its own. Throws GrpcError, EndpointError. */
  async unaryAt<Request, Response>(
    endpoint: string,
    method: MethodInfo<Request, Response>,
    request: Request,
    settings: CallSettings = {},
  ): Promise<Response> {
    const deadlineMs = this.#deadline(settings);
    const channel = await this.connection.dedicated(endpoint, deadlineMs);
    try {
      const metadata = await this.#metadata(channel, deadlineMs, settings);
      const bytes = method.request.encode(request);
      return method.response.decode(
        await this.#send(channel, method.path, bytes, metadata, deadlineMs, settings),
      );
    } finally {
      channel.close();
    }
  }

  /** Opens a stream on whichever endpoint is connected. */
  async stream(path: string, settings: CallSettings = {}): Promise<ClientStream> {
    const deadlineMs = settings.timeoutMs === undefined ? Number.POSITIVE_INFINITY : this.#deadline(settings);
    const channel = await this.connection.ready(deadlineMs);
    const metadata = await this.#metadata(channel, deadlineMs, settings);
    const timeoutMs = Number.isFinite(deadlineMs) ? Math.max(0, deadlineMs - performance.now()) : undefined;
    return channel.stream(path, { metadata, timeoutMs, signal: settings.signal });
  }

  /** Asks for a token now, rather than with the first call. Throws GrpcError. */
  async authenticate(settings: CallSettings = {}): Promise<void> {
    const deadlineMs = this.#deadline(settings);
    await this.#currentToken(await this.connection.ready(deadlineMs), deadlineMs);
  }

  /** Forgets the token so that the next call asks for a new one; for streams refused with "invalid auth token". */
  forgetToken(): void {
    if (this.#credentials.token === undefined) this.#token = undefined;
  }

  #deadline(settings: CallSettings): number {
    const timeoutMs = settings.timeoutMs ?? this.#defaultTimeoutMs;
    return timeoutMs === undefined || timeoutMs <= 0
      ? Number.POSITIVE_INFINITY
      : performance.now() + timeoutMs;
  }

  #send(
    channel: GrpcChannel,
    path: string,
    bytes: Uint8Array,
    metadata: Metadata,
    deadlineMs: number,
    settings: CallSettings,
  ): Promise<Uint8Array> {
    const timeoutMs = Number.isFinite(deadlineMs) ? Math.max(0, deadlineMs - performance.now()) : undefined;
    return channel.unary(path, bytes, { metadata, timeoutMs, signal: settings.signal });
  }

  #mayRetry(error: unknown, settings: CallSettings, sent: Metadata): boolean {
    if (!(error instanceof GrpcError) || settings.signal?.aborted === true) return false;
    const stale = hasMessage(error, errors.authOldRevision);
    const refused = hasMessage(error, errors.invalidAuthToken) && this.#credentials.username !== undefined;
    if (stale || refused) {
      // Users, roles or the token changed under way; nothing was done yet.
      if (this.#token === sent['token']) this.forgetToken();
      return true;
    }
    return error.code === GrpcCode.Unavailable && settings.repeatable === true;
  }

  async #metadata(channel: GrpcChannel, deadlineMs: number, settings: CallSettings): Promise<Metadata> {
    const metadata: Record<string, string> = {};
    if (settings.requireLeader === true) metadata['hasleader'] = 'true';
    const token = await this.#currentToken(channel, deadlineMs);
    if (token !== undefined) metadata['token'] = token;
    return metadata;
  }

  async #currentToken(channel: GrpcChannel, deadlineMs: number): Promise<string | undefined> {
    if (this.#token !== undefined || this.#credentials.username === undefined) return this.#token;
    this.#authenticating ??= this.#authenticate(channel, deadlineMs).finally(() => {
      this.#authenticating = undefined;
    });
    return this.#authenticating;
  }

  /** Asks for a token; undefined where authentication is off. */
  async #authenticate(channel: GrpcChannel, deadlineMs: number): Promise<string | undefined> {
    const method = services.Auth.Authenticate;
    const request = AuthenticateRequest.create({
      name: this.#credentials.username ?? '',
      password: this.#credentials.password ?? '',
    });
    try {
      const bytes = await this.#send(
        channel,
        method.path,
        method.request.encode(request),
        {},
        deadlineMs,
        {},
      );
      this.#token = method.response.decode(bytes).token;
      return this.#token;
    } catch (error) {
      if (hasMessage(error, errors.authNotEnabled)) return undefined;
      throw error;
    }
  }
}
