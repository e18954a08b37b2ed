// One HTTP/1.1 request and its whole answer, directly or through an HTTP proxy, redirects followed.
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '@quorate/base';
import { DiscoveryFailure, RegistryUnavailable } from './failures.ts';
import { MAX_ANSWER_BYTES, MAX_REDIRECTS } from './limits.ts';
import { systemRoots } from './system-roots.ts';

export interface HttpAsk {
  readonly method: 'GET' | 'PUT';
  readonly url: URL;
  /** A form, for PUT. */
  readonly form?: string;
  readonly timeoutMs: number;
}

export interface HttpTold {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The time given for a request ran out. */
export class ExchangeTimeout extends RegistryUnavailable {}

/** Reads `--discovery-proxy`: a URL, or host and port alone. @throws DiscoveryFailure */
export function parseProxyUrl(text: string): URL | undefined {
  if (text === '') return undefined;
  const url = text.includes('://') ? text : `http://${text}`;
  if (/^https?:/.test(url) && URL.canParse(url)) return new URL(url);
  throw new DiscoveryFailure(`invalid proxy address ${JSON.stringify(text)}`);
}

/** Text of a URL's part; what is no escape stands for itself. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

/** The header for a URL's credentials; undefined when it has none. */
export function basicAuth(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const pair = `${unescaped(url.username)}:${unescaped(url.password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** Name and port as in `CONNECT`, and the name alone, without the brackets of an IPv6 address. */
function authorityOf(url: URL): { readonly hostPort: string; readonly host: string; readonly port: number } {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { hostPort: `${url.hostname}:${port}`, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

export class HttpExchange {
  readonly #proxy: URL | undefined;
  readonly #clock: Clock;

  constructor(proxy: URL | undefined, clock: Clock) {
    this.#proxy = proxy;
    this.#clock = clock;
  }

  /** @throws RegistryUnavailable (rejects): no connection, no whole answer, a server's error */
  async ask(ask: HttpAsk): Promise<HttpTold> {
    let url = ask.url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const told = await this.#once({ ...ask, url });
      const { location } = told.headers;
      if (told.status < 300 || told.status > 399 || location === undefined) {
        if (told.status < 500) return told;
        throw new RegistryUnavailable(`${url.host} answered with status ${told.status}`);
      }
      url = redirected(url, location);
    }
    throw new RegistryUnavailable(`${ask.url.host} redirects without an end`);
  }

  #once(ask: HttpAsk): Promise<HttpTold> {
    return new Promise<HttpTold>((resolve, reject) => {
      const attempt = new Attempt(this.#proxy, ask, (error, told) => {
        timer.cancel();
        if (told !== undefined) resolve(told);
        else reject(error);
      });
      const timer = this.#clock.setTimer(ask.timeoutMs, () => {
        attempt.fail(new ExchangeTimeout(`${ask.url.host} did not answer in ${ask.timeoutMs / 1000} s`));
      });
      attempt.start();
    });
  }
}

function redirected(from: URL, location: string): URL {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch {
    throw new RegistryUnavailable(`${from.host} redirects to ${JSON.stringify(location)}, which is no URL`);
  }
  if (to.protocol !== 'http:' && to.protocol !== 'https:') {
    throw new RegistryUnavailable(`${from.host} redirects to ${to.protocol}, which is not HTTP`);
  }
  // Credentials go to nobody but the one they were given for.
  if (to.origin === from.origin && to.username === '') {
    to.username = from.username;
    to.password = from.password;
  }
  return to;
}

/** One request, which is settled once. */
class Attempt {
  readonly #proxy: URL | undefined;
  readonly #ask: HttpAsk;
  readonly #settle: (error: Error | undefined, told: HttpTold | undefined) => void;
  readonly #requests: ClientRequest[] = [];
  #settled = false;

  constructor(
    proxy: URL | undefined,
    ask: HttpAsk,
    settle: (error: Error | undefined, told: HttpTold | undefined) => void,
  ) {
    this.#proxy = proxy;
    this.#ask = ask;
    this.#settle = settle;
  }

  start(): void {
    const { url } = this.#ask;
    const proxy = this.#proxy;
    const headers = this.#headers();
    const path = `${url.pathname}${url.search}`;
    if (proxy === undefined) {
      this.#send(url, headers, path, undefined);
    } else if (url.protocol === 'http:') {
      const login = basicAuth(proxy);
      const extra = login === undefined ? {} : { 'Proxy-Authorization': login };
      this.#send(proxy, { ...headers, ...extra }, `${url.origin}${path}`, undefined);
    } else {
      this.#tunnel(proxy, (socket) => this.#send(url, headers, path, socket));
    }
  }

  fail(error: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const request of this.#requests) request.destroy();
    this.#settle(error, undefined);
  }

  #headers(): Record<string, string> {
    const { url, form } = this.#ask;
    const login = basicAuth(url);
    return {
      Host: url.host,
      ...(login === undefined ? {} : { Authorization: login }),
      ...(form === undefined
        ? {}
        : {
            'Content-Type': 'application/x-www-form-urlencoded',
            'Content-Length': String(Buffer.byteLength(form)),
          }),
    };
  }

  /** @param to whom to connect to, unless there is a connection */
  #send(to: URL, headers: Record<string, string>, path: string, socket: Socket | undefined): void {
    const { host, port } = authorityOf(to);
    const options = { method: this.#ask.method, host, port, path, headers };
    let request: ClientRequest;
    // An agent, even none, would make a connection of its own.
    if (socket !== undefined) request = httpRequest({ ...options, createConnection: () => socket });
    else if (to.protocol === 'https:')
      request = httpsRequest({ ...options, agent: false, ca: systemRoots() });
    else request = httpRequest({ ...options, agent: false });
    this.#watch(request);
    request.on('response', (response) => this.#read(response));
    request.end(this.#ask.form);
  }

  /** A connection through the proxy, with TLS to the far end. */
  #tunnel(proxy: URL, ready: (socket: Socket) => void): void {
    const { hostPort, host: servername } = authorityOf(this.#ask.url);
    const { host, port } = authorityOf(proxy);
    const login = basicAuth(proxy);
    const headers = {
      Host: hostPort,
      ...(login === undefined ? {} : { 'Proxy-Authorization': login }),
    };
    const options = { method: 'CONNECT', host, port, path: hostPort, headers, agent: false } as const;
    const request =
      proxy.protocol === 'https:' ? httpsRequest({ ...options, ca: systemRoots() }) : httpRequest(options);
    this.#watch(request);
    request.on('response', ({ statusCode }) => this.#refusedByProxy(proxy, statusCode));
    request.on('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        this.#refusedByProxy(proxy, statusCode);
        return;
      }
      if (this.#settled) {
        socket.destroy();
        return;
      }
      const secure = connectTls({ socket, servername, ca: systemRoots() });
      secure.once('error', (error) => this.fail(unavailable(error)));
      secure.once('secureConnect', () => ready(secure));
    });
    request.end();
  }

  #refusedByProxy(proxy: URL, status: number | undefined): void {
    this.fail(new RegistryUnavailable(`the proxy ${proxy.host} answered with status ${status}`));
  }

  #watch(request: ClientRequest): void {
    this.#requests.push(request);
    request.on('error', (error) => this.fail(unavailable(error)));
  }

  #read(response: IncomingMessage): void {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_ANSWER_BYTES) {
        this.fail(
          new RegistryUnavailable(`${this.#ask.url.host} answered with more than ${MAX_ANSWER_BYTES} bytes`),
        );
      }
    });
    response.on('error', (error) => this.fail(unavailable(error)));
    response.on('close', () => this.fail(new RegistryUnavailable('the answer was cut off')));
    response.on('end', () => {
      if (this.#settled) return;
      this.#settled = true;
      const { statusCode = 0, headers } = response;
      this.#settle(undefined, {
        status: statusCode,
        headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
    });
  }
}

function unavailable(error: Error): RegistryUnavailable {
  // An AggregateError, of several addresses tried, has no message.
  const text = error.message === '' ? ((error as NodeJS.ErrnoException).code ?? error.name) : error.message;
  return new RegistryUnavailable(text, { cause: error });
}
