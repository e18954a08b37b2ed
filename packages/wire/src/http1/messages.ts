// Request and response of the lean HTTP/1.1 path: what `HttpRequest` and `HttpResponse` promise, and no more.

import { EventEmitter } from 'node:events';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { isValidValue } from '../hpack/header-field.ts';
import type { HttpRequest, HttpResponse } from '../types.ts';
import type { Http1Head } from './head-parser.ts';

export interface Exchange {
  readonly socket: Socket;
  /** Reading of the body may stop or go on. */
  bodyDemandChanged(): void;
  /** Bytes of the answer; false when the socket is behind. */
  writeHead(text: string): void;
  writeBody(bytes: Uint8Array | string): void;
  readonly behind: boolean;
  /** The answer is complete. */
  responseEnded(close: boolean): void;
  /** Gives the output to the socket at once. */
  flushNow(): void;
  /** The server is shutting down: answers say `connection: close`. */
  readonly closing: boolean;
}

export class Http1Request extends EventEmitter implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly httpVersion = '1.1';
  readonly socket: Socket;
  readonly #exchange: Exchange;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #complete = false;
  #ended = false;
  #closed = false;
  /** Undefined until somebody listens or decides. */
  #flowing: boolean | undefined = undefined;
  #deliveryDue = false;

  constructor(exchange: Exchange, head: Http1Head) {
    super();
    this.#exchange = exchange;
    this.method = head.method;
    this.url = head.url;
    this.headers = head.headers;
    this.socket = exchange.socket;
  }

  /** Body bytes nobody has taken. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    super.on(event, listener as (...args: unknown[]) => void);
    if (event === 'data' && this.#flowing === undefined) this.resume();
    return this;
  }

  pause(): this {
    this.#flowing = false;
    return this;
  }

  resume(): this {
    this.#flowing = true;
    if (!this.#deliveryDue) {
      this.#deliveryDue = true;
      process.nextTick(() => {
        this.#deliveryDue = false;
        this.deliver();
      });
    }
    return this;
  }

  receive(chunk: Buffer): void {
    if (this.#closed) return;
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
  }

  complete(): void {
    this.#complete = true;
  }

  /** Hands on what has arrived, as far as somebody wants it. */
  deliver(): void {
    while (this.#flowing === true && this.#chunks.length > 0 && !this.#closed) {
      const chunk = this.#chunks.shift() as Buffer;
      this.#heldBytes -= chunk.length;
      this.emit('data', chunk);
    }
    if (
      this.#flowing === true &&
      this.#complete &&
      this.#chunks.length === 0 &&
      !this.#ended &&
      !this.#closed
    ) {
      this.#ended = true;
      this.emit('end');
    }
    this.#exchange.bodyDemandChanged();
  }

  /** The answer is complete: the rest of the body is not wanted. */
  discard(): void {
    this.#chunks = [];
    this.#heldBytes = 0;
    this.#closed = true;
  }

  /** The connection is gone. */
  abort(): void {
    if (this.#closed) return;
    const unfinished = !this.#complete;
    this.discard();
    if (unfinished) this.emit('aborted');
    this.emit('close');
  }
}

let dateText = '';
let dateUntilMs = 0;

/** The Date header, made once a second. */
function httpDate(): string {
  const now = Date.now();
  if (now >= dateUntilMs) {
    dateText = new Date(now).toUTCString();
    dateUntilMs = now - (now % 1000) + 1000;
  }
  return dateText;
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Header names seen, in lower case; bounded. */
const lowerNames = new Map<string, string>();
const REMEMBERED_NAMES = 256;

function lower(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  if (!NAME.test(name)) throw new TypeError(`invalid header name ${JSON.stringify(name)}`);
  const made = name.toLowerCase();
  if (lowerNames.size < REMEMBERED_NAMES) lowerNames.set(name, made);
  return made;
}

interface Header {
  readonly lower: string;
  readonly name: string;
  readonly value: string | number | readonly string[];
}

export class Http1Response extends EventEmitter implements HttpResponse {
  statusCode = 200;
  statusMessage = '';
  headersSent = false;
  writableEnded = false;
  readonly #exchange: Exchange;
  readonly #headOnly: boolean;
  #headers: Header[] = [];
  #close: boolean;
  #chunked = false;
  #closed = false;
  /** A writer was told to wait. */
  #drainWanted = false;

  constructor(exchange: Exchange, head: Http1Head) {
    super();
    this.#exchange = exchange;
    this.#headOnly = head.method === 'HEAD';
    this.#close = head.close;
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    if (this.headersSent) throw new Error(`header ${name} set after the headers were sent`);
    const key = lower(name);
    for (const text of typeof value === 'object' ? value : [String(value)]) {
      if (!isValidValue(text) || /[^\t\x20-\x7e\x80-\xff]/.test(text)) {
        throw new TypeError(`invalid value of header ${name}`);
      }
    }
    const at = this.#headers.findIndex((header) => header.lower === key);
    const header = { lower: key, name, value };
    if (at === -1) this.#headers.push(header);
    else this.#headers[at] = header;
    return this;
  }

  getHeader(name: string): string | number | string[] | undefined {
    const value = this.#find(lower(name))?.value;
    return typeof value === 'object' ? [...value] : value;
  }

  hasHeader(name: string): boolean {
    return this.#find(lower(name)) !== undefined;
  }

  removeHeader(name: string): void {
    const key = lower(name);
    this.#headers = this.#headers.filter((header) => header.lower !== key);
  }

  writeHead(status: number, headers?: Record<string, string | number | string[]>): this {
    this.statusCode = status;
    if (headers !== undefined)
      for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    return this;
  }

  flushHeaders(): void {
    if (!this.headersSent && !this.#closed) this.#sendHead(undefined);
  }

  flush(): void {
    if (!this.#closed) this.#exchange.flushNow();
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.writableEnded) throw new Error('write after end');
    if (this.#closed) return true;
    if (!this.headersSent) this.#sendHead(undefined);
    this.#sendBody(chunk);
    if (!this.#exchange.behind) return true;
    this.#drainWanted = true;
    return false;
  }

  end(chunk?: string | Uint8Array): this {
    if (this.writableEnded) return this;
    this.writableEnded = true;
    if (this.#closed) return this;
    if (!this.headersSent) this.#sendHead(chunk === undefined ? 0 : byteLength(chunk));
    if (chunk !== undefined) this.#sendBody(chunk);
    if (this.#chunked) this.#exchange.writeHead('0\r\n\r\n');
    this.#closed = true;
    if (this.listenerCount('finish') + this.listenerCount('close') > 0) {
      process.nextTick(() => {
        this.emit('finish');
        this.emit('close');
      });
    }
    this.#exchange.responseEnded(this.#close);
    return this;
  }

  /** Whether a writer waits to go on. */
  get wantsDrain(): boolean {
    return this.#drainWanted;
  }

  /** The socket took what was behind. */
  drained(): void {
    if (!this.#drainWanted || this.#closed) return;
    this.#drainWanted = false;
    this.emit('drain');
  }

  /** The connection is gone. */
  abort(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.emit('close');
  }

  #find(key: string): Header | undefined {
    for (const header of this.#headers) if (header.lower === key) return header;
    return undefined;
  }

  get #bodyless(): boolean {
    return this.#headOnly || this.statusCode === 204 || this.statusCode === 304;
  }

  /** @param length bytes of the whole body, if they are known already */
  #sendHead(length: number | undefined): void {
    this.headersSent = true;
    const reason =
      this.statusMessage === '' ? (STATUS_CODES[this.statusCode] ?? 'unknown') : this.statusMessage;
    let text = `HTTP/1.1 ${this.statusCode} ${reason}\r\n`;
    let hasLength = false;
    let hasDate = false;
    for (const { lower: key, name, value } of this.#headers) {
      if (key === 'transfer-encoding') continue;
      if (key === 'connection') {
        if (String(value).toLowerCase() === 'close') this.#close = true;
        continue;
      }
      if (key === 'content-length') hasLength = true;
      else if (key === 'date') hasDate = true;
      if (typeof value === 'object') for (const one of value) text += `${name}: ${one}\r\n`;
      else text += `${name}: ${value}\r\n`;
    }
    if (!hasDate) text += `Date: ${httpDate()}\r\n`;
    if (this.#exchange.closing) this.#close = true;
    text += this.#close ? 'Connection: close\r\n' : 'Connection: keep-alive\r\n';
    if (!hasLength && this.statusCode !== 204 && this.statusCode !== 304) {
      if (length !== undefined) {
        if (!(this.#headOnly && length === 0)) text += `Content-Length: ${length}\r\n`;
      } else {
        text += 'Transfer-Encoding: chunked\r\n';
        this.#chunked = !this.#headOnly;
      }
    }
    this.#exchange.writeHead(`${text}\r\n`);
  }

  #sendBody(chunk: string | Uint8Array): void {
    if (this.#bodyless) return;
    if (!this.#chunked) {
      this.#exchange.writeBody(chunk);
      return;
    }
    const length = byteLength(chunk);
    if (length === 0) return;
    this.#exchange.writeHead(`${length.toString(16)}\r\n`);
    this.#exchange.writeBody(chunk);
    this.#exchange.writeHead('\r\n');
  }
}

function byteLength(chunk: string | Uint8Array): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
}
