// An HTTP request and its response without a connection.
import { EventEmitter } from 'node:events';
import type { HttpRequest, HttpResponse } from '@quorate/wire';

export class FakeRequest extends EventEmitter implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly httpVersion = '1.1';
  readonly socket = { remoteAddress: '127.0.0.1', remotePort: 1 };

  constructor(method: string, url: string, headers: Readonly<Record<string, string>>) {
    super();
    this.method = method;
    this.url = url;
    this.headers = headers;
  }

  pause(): void {}

  resume(): void {}

  /** The body comes in pieces of this size, and ends. */
  deliver(body: Buffer, pieceBytes: number): void {
    for (let at = 0; at < body.length; at += pieceBytes)
      this.emit('data', body.subarray(at, at + pieceBytes));
    this.emit('end');
  }
}

export class FakeResponse extends EventEmitter implements HttpResponse {
  statusCode = 200;
  headersSent = false;
  writableEnded = false;
  body = '';
  readonly #headers = new Map<string, string | number | string[]>();

  setHeader(name: string, value: string | number | readonly string[]): void {
    this.#headers.set(name.toLowerCase(), value as string | number | string[]);
  }

  getHeader(name: string): string | number | string[] | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  writeHead(status: number, headers: Record<string, string | number | string[]> = {}): void {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    this.headersSent = true;
  }

  write(chunk: string | Uint8Array): boolean {
    this.headersSent = true;
    this.body += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
    return true;
  }

  end(chunk?: string | Uint8Array): void {
    if (this.writableEnded) throw new Error('an answer ends once');
    if (chunk !== undefined) this.write(chunk);
    this.headersSent = true;
    this.writableEnded = true;
    this.emit('finish');
    this.emit('close');
  }

  flushHeaders(): void {
    this.headersSent = true;
  }
}
