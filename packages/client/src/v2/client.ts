/** A client of etcd's v2 API: HTTP and JSON. */
import type { ClientTlsOptions } from '@quorate/wire';
import { DEFAULT_V2_HEADER_TIMEOUT_MS } from '../limits.ts';
import { V2Auth } from './auth.ts';
import { NoEndpointsError } from './errors.ts';
import { V2Http } from './http.ts';
import { type V2CallSettings, V2Keys } from './keys.ts';
import { V2Members } from './members.ts';

export interface V2ClientOptions {
  /** URLs, tried in turn. */
  readonly endpoints: readonly string[];
  readonly tls?: ClientTlsOptions | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Time one endpoint has to begin its answer. */
  readonly headerTimeoutMs?: number | undefined;
  /** Told of every request as a cURL command. */
  readonly onRequest?: ((command: string) => void) | undefined;
}

export class V2Client {
  readonly keys: V2Keys;
  readonly members: V2Members;
  readonly auth: V2Auth;
  readonly #http: V2Http;

  /** Throws TypeError for an endpoint that is no URL. */
  constructor(options: V2ClientOptions) {
    this.#http = new V2Http(options.endpoints, {
      tls: options.tls,
      username: options.username,
      password: options.password,
      headerTimeoutMs: options.headerTimeoutMs ?? DEFAULT_V2_HEADER_TIMEOUT_MS,
      onRequest: options.onRequest,
    });
    this.keys = new V2Keys(this.#http);
    this.members = new V2Members(this.#http);
    this.auth = new V2Auth(this.#http);
  }

  get endpoints(): readonly string[] {
    return this.#http.endpoints;
  }

  /** Replaces the endpoints by the client URLs of the members. Throws NoEndpointsError if they publish none. */
  async sync(settings: V2CallSettings = {}): Promise<void> {
    const members = await this.members.list(settings);
    const endpoints = members.flatMap((member) => member.clientURLs);
    if (endpoints.length === 0) throw new NoEndpointsError();
    this.#http.setEndpoints(endpoints);
  }
}
