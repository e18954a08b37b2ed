// HTTP/1.1 requests to other members, plain or over TLS.
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions, Agent as TlsAgent } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { IDLE_CONNECTION_MS, MAX_ANSWER_BYTES } from './limits.ts';
import { addressOf } from './peer-address.ts';
import { StreamCall, type StreamCallEvents, type StreamRequest } from './stream-call.ts';

/** TLS towards peers: our certificate, and whose certificates we believe. */
export interface PeerClientTls extends SecureContextOptions {
  /** False with certificates that members make for themselves: nothing can be checked then, as in etcd. */
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

export interface PeerRequest {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  /** `http://host:port`, `https://…`, `unix://…` or `unixs://…`. */
  readonly url: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
}

export interface PeerAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A request under way. */
export interface Call {
  /** Gives up; nothing more is told. */
  cancel(): void;
}

/** What a streamed exchange tells its owner. `failed` is told at most once and ends it. */
export interface StreamEvents {
  /** The head has come. */
  answered(response: IncomingMessage): void;
  failed(error: Error): void;
}

export class PeerHttpClient {
  readonly #tls: PeerClientTls | undefined;
  /** For short requests; idle connections close before the peer closes them. */
  readonly #agent: Agent;
  readonly #tlsAgent: TlsAgent;

  constructor(tls?: PeerClientTls) {
    this.#tls = tls;
    const options = { keepAlive: true, timeout: IDLE_CONNECTION_MS, maxFreeSockets: 8 };
    this.#agent = new Agent(options);
    this.#tlsAgent = new TlsAgent(options);
  }

  /** Sends a request and reads the answer whole. `done` is called once, in a later turn. */
  ask(request: PeerRequest, done: (error: Error | undefined, answer: PeerAnswer | undefined) => void): Call {
    return this.#ask(request, done, true);
  }

  /** `ask` as a promise. */
  fetch(request: PeerRequest): Promise<PeerAnswer> {
    return new Promise((resolve, reject) => {
      this.ask(request, (error, answer) => {
        if (answer === undefined) reject(error ?? new Error('no answer'));
        else resolve(answer);
      });
    });
  }

  /** Opens a stream of a peer. */
  stream(request: StreamRequest, events: StreamCallEvents): StreamCall {
    return new StreamCall(request, this.#tls, events);
  }

  /** Opens an exchange on a connection of its own. The owner ends the request and reads the response. */
  open(
    request: Omit<PeerRequest, 'body' | 'timeoutMs'> & { readonly timeoutMs?: number },
    events: StreamEvents,
  ): ClientRequest {
    const call = this.#start(request, false);
    const timer =
      request.timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => call.destroy(new Error(`no answer within ${request.timeoutMs} ms`)),
            request.timeoutMs,
          );
    let over = false;
    const fail = (error: Error): void => {
      clearTimeout(timer);
      if (over) return;
      over = true;
      events.failed(error);
    };
    call.on('response', (response) => {
      clearTimeout(timer);
      if (!over) events.answered(response);
    });
    call.on('error', fail);
    call.on('close', () => fail(new Error('connection closed')));
    return call;
  }

  close(): void {
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  #ask(
    request: PeerRequest,
    done: (error: Error | undefined, answer: PeerAnswer | undefined) => void,
    mayRepeat: boolean,
  ): Call {
    const call = this.#start(request, true);
    let inner: Call | undefined;
    let over = false;
    const finish = (error: Error | undefined, answer: PeerAnswer | undefined): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      done(error, answer);
    };
    const timer = setTimeout(() => {
      finish(new Error(`no answer within ${request.timeoutMs} ms`), undefined);
      call.destroy();
    }, request.timeoutMs);
    call.on('error', (error: NodeJS.ErrnoException) => {
      // The peer closed an idle connection just when it was used again.
      const isStale = call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (!isStale || !mayRepeat || over) {
        finish(error, undefined);
        return;
      }
      over = true;
      clearTimeout(timer);
      inner = this.#ask(request, done, false);
    });
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length > MAX_ANSWER_BYTES) call.destroy(new Error('the answer is too large'));
      });
      response.on('error', (error) => finish(error, undefined));
      response.on('end', () => {
        finish(undefined, {
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      });
      response.on('close', () => finish(new Error('the answer was cut off'), undefined));
    });
    call.end(request.body);
    return {
      cancel: () => {
        over = true;
        clearTimeout(timer);
        call.destroy();
        inner?.cancel();
      },
    };
  }

  #start(request: Omit<PeerRequest, 'body' | 'timeoutMs'> & { readonly body?: Uint8Array }, pooled: boolean) {
    const { secure, host, port, socketPath } = addressOf(request.url);
    const options: RequestOptions = {
      method: request.method,
      path: request.path,
      headers: {
        ...request.headers,
        ...(request.body === undefined ? {} : { 'Content-Length': request.body.length }),
      },
      ...(socketPath === undefined ? { host, port } : { host, socketPath }),
      ...(secure ? { ...this.#tls, agent: pooled ? this.#tlsAgent : false } : {}),
    };
    if (!secure) return httpRequest({ ...options, agent: pooled ? this.#agent : false });
    return httpsRequest(options);
  }
}
