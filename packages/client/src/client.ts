/** The v3 client: one connection, all services. */
import type { WatchCreateRequest } from '@quorate/proto';
import type { ClientTlsOptions } from '@quorate/wire';
import { Auth } from './auth.ts';
import { Caller, type CallSettings } from './caller.ts';
import { Cluster } from './cluster.ts';
import { Connection, type Dial } from './connection.ts';
import { Kv } from './kv.ts';
import { Leases } from './lease.ts';
import { DEFAULT_DIAL_TIMEOUT_MS } from './limits.ts';
import { Maintenance } from './maintenance.ts';
import { type Watch, WatchHub, type WatchOptions } from './watch.ts';

export interface ClientOptions {
  /** `host:port`, `http://…`, `https://…`, `unix://…`; tried in turn. */
  readonly endpoints: readonly string[];
  /** TLS settings; needed for endpoints without `https://`. */
  readonly tls?: ClientTlsOptions | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** A token (JWT) made elsewhere, instead of user name and password. */
  readonly token?: string | undefined;
  /** Time one endpoint gets to accept a connection; 0: no limit. */
  readonly dialTimeoutMs?: number | undefined;
  /** Deadline of calls that set none. */
  readonly timeoutMs?: number | undefined;
  readonly userAgent?: string | undefined;
  /** How channels are opened; for tests. */
  readonly dial?: Dial | undefined;
}

/** A client of an etcd cluster's v3 API. Connects when first used. */
export class EtcdClient {
  readonly kv: Kv;
  readonly lease: Leases;
  readonly cluster: Cluster;
  readonly maintenance: Maintenance;
  readonly auth: Auth;
  readonly #connection: Connection;
  readonly #caller: Caller;
  readonly #watches: WatchHub;

  /** Throws EndpointError. */
  constructor(options: ClientOptions) {
    this.#connection = new Connection({
      endpoints: options.endpoints,
      tls: options.tls,
      dialTimeoutMs: options.dialTimeoutMs ?? DEFAULT_DIAL_TIMEOUT_MS,
      userAgent: options.userAgent,
      dial: options.dial,
    });
    const caller = new Caller(this.#connection, options, options.timeoutMs);
    this.#caller = caller;
    this.kv = new Kv(caller);
    this.lease = new Leases(caller);
    this.cluster = new Cluster(caller);
    this.maintenance = new Maintenance(caller);
    this.auth = new Auth(caller);
    this.#watches = new WatchHub(caller);
  }

  get endpoints(): readonly string[] {
    return this.#connection.endpoints;
  }

  /** Throws EndpointError. */
  setEndpoints(endpoints: readonly string[]): void {
    this.#connection.setEndpoints(endpoints);
  }

  /** Replaces the endpoints by the client URLs of the cluster's members. */
  async syncEndpoints(): Promise<void> {
    const { members } = await this.cluster.memberList();
    const endpoints = members.filter((member) => !member.isLearner).flatMap((member) => member.clientURLs);
    if (endpoints.length > 0) this.setEndpoints(endpoints);
  }

  /** Asks for a token now, rather than with the first call; nothing happens without a user name. Throws GrpcError. */
  authenticate(settings?: CallSettings): Promise<void> {
    return this.#caller.authenticate(settings);
  }

  /** Why the last attempt to connect failed, if it did. */
  get lastConnectionError(): string | undefined {
    return this.#connection.lastError;
  }

  /** Starts a watch; it survives lost connections and ends by `cancel()` or a response with `canceled` set. */
  watch(request: Partial<WatchCreateRequest>, options: WatchOptions): Watch {
    return this.#watches.watch(request, options);
  }

  /** Asks how far the watches have got; the answer comes to every watch as a response without events. */
  requestProgress(): void {
    this.#watches.requestProgress();
  }

  /** Ends everything at once. */
  close(): void {
    this.#watches.close();
    this.#connection.close();
  }
}
