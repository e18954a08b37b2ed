// Plain HTTP requests over HTTP/2, in the shape HTTP handlers know from node:http: a readable request, a writable
// response, flow control mapped to stream backpressure.

import { Readable, Writable } from 'node:stream';
import { ErrorCode } from '../h2/frame.ts';
import type { RequestHead } from '../h2/heads.ts';
import { Prefix } from '../h2/sender.ts';
import { Http2Stream } from '../h2/stream.ts';
import { Indexing } from '../hpack/encoder.ts';
import { isValidName, isValidValue, Kind } from '../hpack/header-field.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../types.ts';
import type { ServerConnection } from './server-connection.ts';

/** Meaningless in HTTP/2 (RFC 9113 §8.2.2); handlers written for HTTP/1.1 may set them. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

const BODILESS_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export class HttpExchange extends Http2Stream {
  declare readonly connection: ServerConnection;
  readonly #request: Http2Request;
  readonly #response: Http2Response;
  /** Continues a response writer that was told to wait. */
  #writable: (() => void) | undefined = undefined;
  #finished: (() => void) | undefined = undefined;
  /** The handler, while it waits for the end of the request. */
  #waiting: HttpHandler | undefined = undefined;

  constructor(connection: ServerConnection, id: number, head: RequestHead) {
    super(connection, id);
    this.expectedBytes = head.contentLength;
    this.#request = new Http2Request(this, head);
    this.#response = new Http2Response(this, head.method === 'HEAD');
    if (head.expectContinue) {
      connection.encoder.begin();
      connection.encoder.field(':status', '100', Indexing.none);
      connection.sender.headers(id, connection.encoder.block(), false);
    }
  }

  /**
   * Calls the handler: at once, or, for a method whose content means nothing (RFC 9110 §9.3.1), when the request
   * is complete, so that nothing of it can cross the answer.
   */
  start(handler: HttpHandler, endStream: boolean): void {
    if (endStream) this.#request.push(null);
    if (endStream || !BODILESS_METHODS.has(this.#request.method)) handler(this.#request, this.#response);
    else this.#waiting = handler;
  }

  #remoteEnded(): void {
    this.#request.push(null);
    const handler = this.#waiting;
    this.#waiting = undefined;
    handler?.(this.#request, this.#response);
  }

  onData(bytes: Buffer, start: number, end: number, endStream: boolean): void {
    // A copy: what a slow handler leaves in the queue must not hold the receive buffer.
    if (end > start) {
      const chunk = Buffer.from(bytes.subarray(start, end));
      this.connection.bufferedBytes += chunk.length;
      this.#request.receive(chunk);
    }
    if (endStream) this.#remoteEnded();
  }

  onTrailers(): void {
    this.#remoteEnded();
  }

  onReset(): void {
    this.#waiting = undefined;
    this.#request.abort();
    this.#response.destroy();
  }

  onWritable(): void {
    const next = this.#writable;
    this.#writable = undefined;
    next?.();
  }

  finishOutput(): void {
    this.connection.sender.endStream(this);
    this.finished();
  }

  /** END_STREAM is sent: if the client still sends, it need not. */
  finished(): void {
    if (!this.remoteClosed) {
      this.connection.resetStream(this, ErrorCode.noError);
      this.#request.abort();
    }
    const done = this.#finished;
    this.#finished = undefined;
    done?.();
  }

  /** The handler took body bytes. */
  taken(bytes: number): void {
    this.connection.released(bytes);
    this.consumed(bytes);
  }

  sendHead(
    status: number,
    headers: ReadonlyMap<string, string | number | readonly string[]>,
    last: boolean,
  ): void {
    const { encoder, sender } = this.connection;
    encoder.begin();
    encoder.field(':status', String(status));
    for (const [name, value] of headers) {
      if (CONNECTION_HEADERS.has(name)) continue;
      const values = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
      for (const one of values) encoder.field(name, one, REPEATING.has(name) ? Indexing.add : Indexing.none);
    }
    sender.headers(this.id, encoder.block(), last);
    if (last) {
      this.closeLocal();
      this.finished();
    }
  }

  sendBody(chunk: Buffer, done: () => void): void {
    if (this.connection.sender.send(this, Prefix.none, chunk, false)) done();
    else this.#writable = done;
  }

  finishBody(done: () => void): void {
    this.#finished = done;
    this.connection.sender.finish(this);
  }

  /** The handler gave up on the response. */
  abandon(): void {
    this.connection.resetStream(this, ErrorCode.internalError);
    this.#request.abort();
  }
}

/** Response headers whose values repeat. */
const REPEATING = new Set(['content-type', 'server', 'x-etcd-cluster-id', 'access-control-allow-origin']);

class Http2Request extends Readable implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly httpVersion = '2.0';
  readonly httpVersionMajor = 2;
  readonly httpVersionMinor = 0;
  readonly socket: { readonly remoteAddress: string; readonly remotePort: number };
  readonly #exchange: HttpExchange;
  #ended = false;

  constructor(exchange: HttpExchange, head: RequestHead) {
    super({ autoDestroy: true, emitClose: true });
    this.#exchange = exchange;
    this.method = head.method;
    this.url = head.path;
    this.headers = headerRecord(head);
    this.socket = exchange.connection.peer;
  }

  #unread: Buffer[] = [];

  receive(chunk: Buffer): void {
    if (this.destroyed) {
      this.#exchange.taken(chunk.length);
      return;
    }
    if (this.#unread.length > 0) this.#unread.push(chunk);
    else if (!this.#give(chunk)) this.#unread.push(Buffer.alloc(0));
  }

  /** Hands a chunk to the reader's buffer; false once that is full. */
  #give(chunk: Buffer): boolean {
    const more = this.push(chunk);
    this.#exchange.taken(chunk.length);
    return more;
  }

  override _read(): void {
    while (this.#unread.length > 0) {
      const chunk = this.#unread.shift() as Buffer;
      if (chunk.length > 0 && !this.#give(chunk)) {
        this.#unread.unshift(Buffer.alloc(0));
        return;
      }
    }
    if (this.#ended) super.push(null);
  }

  override push(chunk: Buffer | null): boolean {
    if (chunk === null && this.#unread.length > 0) {
      this.#ended = true;
      return false;
    }
    return super.push(chunk);
  }

  abort(): void {
    if (this.readableEnded || this.destroyed) return;
    this.emit('aborted');
    this.destroy();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    for (const chunk of this.#unread) this.#exchange.taken(chunk.length);
    this.#unread = [];
    callback(error);
  }
}

function headerRecord(head: RequestHead): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { name, value, kind } of head.fields) {
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else headers[name] = kind === Kind.cookie ? `${before}; ${value}` : `${before}, ${value}`;
  }
  if (head.authority !== '') headers['host'] = head.authority;
  return headers;
}

class Http2Response extends Writable implements HttpResponse {
  statusCode = 200;
  statusMessage = '';
  headersSent = false;
  readonly #exchange: HttpExchange;
  readonly #headOnly: boolean;
  readonly #headers = new Map<string, string | number | readonly string[]>();
  #complete = false;

  constructor(exchange: HttpExchange, headOnly: boolean) {
    super({ decodeStrings: true, emitClose: true });
    this.#exchange = exchange;
    this.#headOnly = headOnly;
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    const lower = name.toLowerCase();
    if (this.headersSent) throw new Error(`header ${name} set after the headers were sent`);
    const texts = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
    if (!isValidName(lower) || lower.startsWith(':')) throw new TypeError(`invalid header name ${name}`);
    for (const text of texts) {
      if (!isValidValue(text) || /[^\0-\xff]/.test(text))
        throw new TypeError(`invalid value of header ${name}`);
    }
    this.#headers.set(lower, value);
    return this;
  }

  getHeader(name: string): string | number | string[] | undefined {
    const value = this.#headers.get(name.toLowerCase());
    return typeof value === 'object' ? [...value] : value;
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  writeHead(status: number, headers?: Record<string, string | number | string[]>): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers ?? {})) this.setHeader(name, value);
    return this;
  }

  flushHeaders(): void {
    this.#sendHead(false);
  }

  /** As node:http: a response whose whole body is known gets a content-length. */
  override end(...args: unknown[]): this {
    const chunk = args[0];
    if (!this.headersSent && !this.hasHeader('content-length') && !this.#bodyless) {
      if (chunk === undefined || chunk === null || typeof chunk === 'function')
        this.setHeader('content-length', 0);
      else if (typeof chunk === 'string') this.setHeader('content-length', Buffer.byteLength(chunk));
      else if (chunk instanceof Uint8Array) this.setHeader('content-length', chunk.length);
    }
    return super.end(...(args as []));
  }

  get #bodyless(): boolean {
    return this.#headOnly || this.statusCode === 204 || this.statusCode === 304;
  }

  #sendHead(last: boolean): void {
    if (this.headersSent || this.destroyed) return;
    this.headersSent = true;
    if (!this.#headers.has('date')) this.#headers.set('date', new Date().toUTCString());
    this.#complete = last;
    this.#exchange.sendHead(this.statusCode, this.#headers, last);
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    if (this.#bodyless) {
      callback();
      return;
    }
    this.#sendHead(false);
    this.#exchange.sendBody(chunk, callback);
  }

  override _final(callback: () => void): void {
    if (!this.headersSent && (this.#bodyless || this.getHeader('content-length') === 0)) {
      this.#sendHead(true);
      callback();
      return;
    }
    this.#sendHead(false);
    this.#complete = true;
    this.#exchange.finishBody(callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#complete) {
      this.#complete = true;
      this.#exchange.abandon();
    }
    callback(error);
  }
}
