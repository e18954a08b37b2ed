/** Plain HTTP requests to any of the endpoints: failover, redirects, basic authentication, deadlines. */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ClientTlsOptions } from '@quorate/wire';
import { MAX_REDIRECTS, MAX_V2_BODY_BYTES } from '../limits.ts';
import { V2ClusterError } from './errors.ts';

export interface V2HttpOptions {
  readonly tls: ClientTlsOptions | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Time one endpoint has to begin its answer. */
  readonly headerTimeoutMs: number;
  /** Told of every request as a cURL command. */
  readonly onRequest: ((command: string) => void) | undefined;
}

export interface V2Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Path and query, already escaped. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /** performance.now milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface V2Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The deadline of the whole call has passed. */
export class V2DeadlineError extends Error {
  override readonly name = 'V2DeadlineError';
  constructor() {
    super('context deadline exceeded');
  }
}

export class V2Http {
  #endpoints: readonly URL[];
  /** The endpoint that answered last; tried first. */
  #preferred = 0;
  readonly #options: V2HttpOptions;

  /** Throws TypeError for an endpoint that is no URL. */
  constructor(endpoints: readonly string[], options: V2HttpOptions) {
    this.#endpoints = endpoints.map((endpoint) => new URL(endpoint));
    this.#options = options;
  }

  get endpoints(): readonly string[] {
    return this.#endpoints.map((url) => url.href.replace(/\/$/, ''));
  }

  setEndpoints(endpoints: readonly string[]): void {
    this.#endpoints = endpoints.map((endpoint) => new URL(endpoint));
    this.#preferred = 0;
  }

  /** The first usable answer of any endpoint. Throws V2ClusterError, V2DeadlineError. */
  async send(request: V2Request): Promise<V2Response> {
    const reasons: string[] = [];
    let unreachable = true;
    for (let i = 0; i < this.#endpoints.length; i++) {
      const index = (this.#preferred + i) % this.#endpoints.length;
      const endpoint = this.#endpoints[index] as URL;
      const name = endpoint.href.replace(/\/$/, '');
      let response: V2Response;
      try {
        response = await this.#follow(new URL(request.path, endpoint), request);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (error instanceof V2DeadlineError) throw error;
        reasons.push(describe(error as NodeJS.ErrnoException, endpoint));
        continue;
      }
      unreachable = false;
      if (response.status < 500) {
        this.#preferred = index;
        return response;
      }
      reasons.push(serverFailure(name, response.status));
    }
    throw new V2ClusterError(reasons, unreachable);
  }

  async #follow(url: URL, request: V2Request): Promise<V2Response> {
    let target = url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.#once(target, request);
      const { location } = response.headers;
      if (response.status !== 307 || typeof location !== 'string') return response;
      target = new URL(location, target);
    }
    throw new Error('client: too many redirects');
  }

  #once(url: URL, request: V2Request): Promise<V2Response> {
    const { tls, username, password, headerTimeoutMs, onRequest } = this.#options;
    const data = request.body === undefined ? '' : ` -d ${JSON.stringify(request.body)}`;
    onRequest?.(`curl -X ${request.method} ${url.href}${data}`);
    const headers: Record<string, string> = {};
    if (request.body !== undefined) {
      headers['content-type'] = request.contentType ?? 'application/x-www-form-urlencoded';
      headers['content-length'] = String(Buffer.byteLength(request.body));
    }
    if (username !== undefined) {
      headers['authorization'] = `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
    }
    const settings = { method: request.method, headers, signal: request.signal };
    return new Promise((resolve, reject) => {
      const remaining = (request.deadlineMs ?? Number.POSITIVE_INFINITY) - performance.now();
      const sent: ClientRequest =
        url.protocol === 'https:'
          ? requestHttps(url, { ...settings, ...(tls ?? {}) })
          : requestHttp(url, settings);
      const total = timer(remaining, () => sent.destroy(new V2DeadlineError()));
      const toHeaders = timer(headerTimeoutMs, () => sent.destroy(new Error('request timed out')));
      const settle = (): void => {
        clearTimeout(total);
        clearTimeout(toHeaders);
      };
      sent.on('response', (incoming) => {
        clearTimeout(toHeaders);
        readBody(incoming).then((body) => {
          settle();
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
        }, reject);
      });
      sent.on('error', (error) => {
        settle();
        reject(error);
      });
      sent.end(request.body);
    });
  }
}

function timer(milliseconds: number, fire: () => void): NodeJS.Timeout | undefined {
  return Number.isFinite(milliseconds) ? setTimeout(fire, Math.max(0, milliseconds)) : undefined;
}

function readBody(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_V2_BODY_BYTES) incoming.destroy(new Error('client: response is too large'));
      else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    incoming.on('error', reject);
  });
}

const ERRNO_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
};

function describe(error: NodeJS.ErrnoException, endpoint: URL): string {
  if (error.syscall === 'connect') {
    const reason = ERRNO_TEXTS[error.code ?? ''] ?? error.message;
    return `dial tcp ${endpoint.host}: connect: ${reason}`;
  }
  return error.message;
}

function serverFailure(endpoint: string, status: number): string {
  if (status === 500 || status === 503) return `client: etcd member ${endpoint} has no leader`;
  return `client: etcd member ${endpoint} returns server error [${status}]`;
}
