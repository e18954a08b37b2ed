// Calls to a v3 discovery service: one connection at a time, to whichever endpoint answers.
import { type Clock, errors, GrpcCode } from '@quorate/base';
import { AuthenticateRequest, AuthenticateResponse, type MessageType, services } from '@quorate/proto';
import {
  type CallOptions,
  type ClientStream,
  type ClientTlsOptions,
  type ConnectOptions,
  connectGrpc,
  type GrpcChannel,
  GrpcError,
  type Target,
} from '@quorate/wire';
import { DiscoveryFailure, RegistryUnavailable } from './failures.ts';
import { MAX_ANSWER_BYTES, SHORTEST_KEEPALIVE_TIME_MS } from './limits.ts';
import { type Endpoint, parseEndpoint } from './v3-endpoint.ts';

/** What is needed of a connection. */
export type V3Channel = Pick<GrpcChannel, 'state' | 'ready' | 'unary' | 'stream' | 'close'>;

export interface V3ClientOptions {
  readonly endpoints: readonly string[];
  readonly dialTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
  /** TLS for endpoints that ask for it. */
  readonly tls: ClientTlsOptions;
  /** Whether endpoints that do not say which are spoken to in TLS. */
  readonly secure: boolean;
  /** Empty: nobody logs in. */
  readonly user: string;
  readonly password: string;
  readonly clock: Clock;
  /** Default: over the network. */
  readonly connect?: (target: Target, options: ConnectOptions) => V3Channel;
}

/** Codes of calls that another endpoint, or the same one later, may answer. */
const PASSING: ReadonlySet<number> = new Set([
  GrpcCode.Unavailable,
  GrpcCode.DeadlineExceeded,
  GrpcCode.Canceled,
  GrpcCode.ResourceExhausted,
  GrpcCode.Internal,
  GrpcCode.Unknown,
]);

interface Connection {
  readonly channel: V3Channel;
  readonly options: CallOptions;
}

export class V3Client {
  readonly #options: V3ClientOptions;
  readonly #endpoints: readonly Endpoint[];
  #next = 0;
  #connection: Connection | undefined;

  /** @throws DiscoveryFailure: an endpoint that is none */
  constructor(options: V3ClientOptions) {
    this.#options = options;
    this.#endpoints = options.endpoints.map(parseEndpoint);
  }

  /** @throws RegistryUnavailable or DiscoveryFailure (rejects) */
  async unary<Q, A>(
    path: string,
    request: MessageType<Q>,
    answer: MessageType<A>,
    values: Partial<Q>,
  ): Promise<A> {
    const message = request.encode(request.create(values));
    const failed: string[] = [];
    for (let tries = 0; tries < this.#endpoints.length; tries++) {
      const { text } = this.#endpoints[this.#next] as Endpoint;
      try {
        const { channel, options } = await this.#connected();
        return answer.decode(await channel.unary(path, message, options));
      } catch (error) {
        this.#drop();
        if (!isPassing(error)) throw new DiscoveryFailure(`discovery: ${(error as Error).message}`);
        failed.push(`${text}: ${(error as Error).message}`);
        this.#next = (this.#next + 1) % this.#endpoints.length;
      }
    }
    throw new RegistryUnavailable(failed.join('; '));
  }

  /** A stream on the connection that answered last. @throws RegistryUnavailable (rejects) */
  async stream(path: string): Promise<ClientStream> {
    try {
      const { channel, options } = await this.#connected();
      return channel.stream(path, options.metadata === undefined ? {} : { metadata: options.metadata });
    } catch (error) {
      this.#drop();
      if (!isPassing(error)) throw new DiscoveryFailure(`discovery: ${(error as Error).message}`);
      throw new RegistryUnavailable((error as Error).message);
    }
  }

  close(): void {
    this.#drop();
  }

  #drop(): void {
    this.#connection?.channel.close({ force: true });
    this.#connection = undefined;
  }

  async #connected(): Promise<Connection> {
    if (this.#connection !== undefined && this.#connection.channel.state === 'ready') return this.#connection;
    this.#drop();
    const settings = this.#options;
    const { target, secure } = this.#endpoints[this.#next] as Endpoint;
    const channel = (settings.connect ?? connectGrpc)(target, {
      clock: settings.clock,
      connectTimeoutMs: settings.dialTimeoutMs,
      maxReceiveBytes: MAX_ANSWER_BYTES,
      limits: {
        keepaliveIntervalMs: Math.max(settings.keepaliveTimeMs, SHORTEST_KEEPALIVE_TIME_MS),
        keepaliveTimeoutMs: settings.keepaliveTimeoutMs,
      },
      ...((secure ?? settings.secure) ? { tls: settings.tls } : {}),
    });
    try {
      await channel.ready();
      const token = await this.#logIn(channel);
      const options: CallOptions = {
        timeoutMs: settings.requestTimeoutMs,
        ...(token === undefined ? {} : { metadata: { token } }),
      };
      this.#connection = { channel, options };
      return this.#connection;
    } catch (error) {
      channel.close({ force: true });
      throw error;
    }
  }

  /** @returns the token of the calls to come; undefined when the service has no users */
  async #logIn(channel: V3Channel): Promise<string | undefined> {
    const { user, password, requestTimeoutMs } = this.#options;
    if (user === '') return undefined;
    const request = AuthenticateRequest.encode(AuthenticateRequest.create({ name: user, password }));
    try {
      const answer = await channel.unary(services.Auth.Authenticate.path, request, {
        timeoutMs: requestTimeoutMs,
      });
      return AuthenticateResponse.decode(answer).token;
    } catch (error) {
      if (error instanceof GrpcError && error.message === errors.authNotEnabled.message) return undefined;
      throw error;
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof GrpcError)) return false;
  // A token that ran out: the next connection logs in anew.
  return PASSING.has(error.code) || error.message === errors.invalidAuthToken.message;
}
