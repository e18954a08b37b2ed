// A GET on a connection of its own, whose answer is read as it comes: how a stream of a peer is taken. Between the socket and
// its reader there is nothing that a heartbeat would have to pass besides.
import type { Socket } from 'node:net';
import type { PeerClientTls } from './http-client.ts';
import { addressOf, dial } from './peer-address.ts';
import { ResponseError, type ResponseEvents, ResponseReader } from './response-reader.ts';

export interface StreamRequest {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Time for the head of the answer. */
  readonly timeoutMs: number;
}

export interface StreamCallEvents extends ResponseEvents {
  /** The connection failed, or ended before the answer was complete; told at most once, and nothing after it. */
  failed(error: Error): void;
}

export class StreamCall {
  readonly #socket: Socket;
  readonly #events: StreamCallEvents;
  readonly #timer: NodeJS.Timeout;
  #over = false;

  constructor(request: StreamRequest, tls: PeerClientTls | undefined, events: StreamCallEvents) {
    const address = addressOf(request.url);
    this.#events = events;
    const reader = new ResponseReader({
      answered: (status, headers) => {
        clearTimeout(this.#timer);
        events.answered(status, headers);
      },
      received: (bytes) => {
        if (!this.#over) events.received(bytes);
      },
      ended: () => this.#ended(),
    });
    this.#timer = setTimeout(
      () => this.destroy(new Error(`no answer within ${request.timeoutMs} ms`)),
      request.timeoutMs,
    );
    const socket = dial(address, tls);
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (this.#over) return;
      try {
        reader.push(chunk);
      } catch (error) {
        if (!(error instanceof ResponseError)) throw error;
        this.destroy(error);
      }
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      reader.closed();
      this.#fail(new Error('connection closed'));
    });
    socket.write(headOf(address.authority, request), 'latin1');
  }

  /** Ends it; with a reason, the owner is told. */
  destroy(reason?: Error): void {
    if (reason === undefined) this.#over = true;
    else this.#fail(reason);
    clearTimeout(this.#timer);
    this.#socket.destroy();
  }

  #ended(): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    this.#events.ended();
  }

  #fail(error: Error): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    this.#over = true;
    this.#events.failed(error);
  }
}

function headOf(authority: string, { path, headers }: StreamRequest): string {
  let text = `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\n`;
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  return `${text}Connection: close\r\n\r\n`;
}
