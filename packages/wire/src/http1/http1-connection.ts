// An HTTP/1.1 connection on the lean path: plain requests one after the other (pipelined or not), answered in order.
// At the first request that is not plain the socket goes to node:http, bytes and all, for the rest of its life.

import type { Socket } from 'node:net';
import type { Clock } from '@quorate/base';
import { Output } from '../h2/output.ts';
import { HTTP1_BODY_HELD_BYTES, HTTP1_PIPELINE_BYTES, type WireLimits } from '../limits.ts';
import type { HttpHandler } from '../types.ts';
import { HeadParser } from './head-parser.ts';
import { type Exchange, Http1Request, Http1Response } from './messages.ts';

export interface Http1Owner {
  readonly http: HttpHandler;
  readonly limits: WireLimits;
  readonly clock: Clock;
  readonly closing: boolean;
  /** Takes a socket over, with bytes that were read but not used. */
  handOver(connection: Http1Connection, socket: Socket, unread: Buffer): void;
  onHttp1Closed(connection: Http1Connection): void;
}

export class Http1Connection implements Exchange {
  readonly socket: Socket;
  bytesReceived = 0;
  readonly out: Output;
  readonly #owner: Http1Owner;
  readonly #parser = new HeadParser();
  /** Read, not parsed. */
  #pending: Buffer | undefined = undefined;
  #request: Http1Request | undefined = undefined;
  #response: Http1Response | undefined = undefined;
  #bodyLeft = 0;
  #running = false;
  #closed = false;
  #readingPaused = false;
  #flushScheduled = false;
  /** End the socket after this answer. */
  #ending = false;
  /** When the sweep first saw the connection idle, or a head incomplete; -1 if neither. */
  #idleSinceMs = -1;
  #headSinceMs = -1;
  #stalledSinceMs = -1;
  readonly #onData = (chunk: Buffer): void => this.receive(chunk);
  readonly #onGone = (): void => this.#gone();
  readonly #onError = (): void => undefined;
  readonly #onDrain = (): void => this.#drained();
  readonly #flush = (): void => this.flush();

  constructor(socket: Socket, owner: Http1Owner) {
    this.socket = socket;
    this.#owner = owner;
    this.out = new Output(socket);
    socket.on('data', this.#onData);
    socket.on('end', this.#onGone);
    socket.on('close', this.#onGone);
    socket.on('error', this.#onError);
    socket.on('drain', this.#onDrain);
  }

  get closing(): boolean {
    return this.#owner.closing;
  }

  get behind(): boolean {
    return this.out.length + this.out.unsentBytes >= this.#owner.limits.streamHighWaterBytes;
  }

  /** Between requests. */
  get idle(): boolean {
    return this.#response === undefined && this.#bodyLeft === 0 && this.#pending === undefined;
  }

  sweep(nowMs: number): void {
    const { limits } = this.#owner;
    if (!this.idle) this.#idleSinceMs = -1;
    else if (this.#idleSinceMs < 0) this.#idleSinceMs = nowMs;
    else if (nowMs - this.#idleSinceMs > limits.http1KeepAliveTimeoutMs) this.socket.destroy();
    const headUnfinished =
      this.#pending !== undefined && this.#response === undefined && this.#bodyLeft === 0;
    if (!headUnfinished) this.#headSinceMs = -1;
    else if (this.#headSinceMs < 0) this.#headSinceMs = nowMs;
    else if (nowMs - this.#headSinceMs > limits.http1HeadersTimeoutMs) {
      this.#ending = true;
      this.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
      this.socket.destroySoon();
    }
    if (this.out.unsentBytes === 0) this.#stalledSinceMs = -1;
    else if (this.#stalledSinceMs < 0) this.#stalledSinceMs = nowMs;
    else if (nowMs - this.#stalledSinceMs > limits.writeStallTimeoutMs) this.socket.destroy();
  }

  // ---- reading

  receive(chunk: Buffer): void {
    if (this.#closed || this.#ending) return;
    this.bytesReceived += chunk.length;
    let rest = chunk;
    if (this.#bodyLeft > 0) {
      const take = Math.min(this.#bodyLeft, chunk.length);
      this.#giveBody(take === chunk.length ? chunk : chunk.subarray(0, take));
      if (take === chunk.length) return;
      rest = chunk.subarray(take);
    }
    this.#pending = this.#pending === undefined ? rest : Buffer.concat([this.#pending, rest]);
    this.#run();
    if (this.#pending !== undefined && this.#pending.length > HTTP1_PIPELINE_BYTES) this.#pauseReading();
  }

  /** Starts requests while there are any and the one before is answered. */
  #run(): void {
    if (this.#running) return; // an answer given inside the handler: the loop goes on by itself
    this.#running = true;
    let at = 0;
    while (
      !this.#closed &&
      !this.#ending &&
      this.#response === undefined &&
      this.#bodyLeft === 0 &&
      this.#pending !== undefined &&
      this.out.length + this.out.unsentBytes < this.#owner.limits.outputHighWaterBytes
    ) {
      const bytes = this.#pending;
      const head = this.#parser.parse(bytes, at);
      if (
        head === 'unusual' ||
        (head === 'incomplete' && bytes.length - at > this.#owner.limits.http1MaxHeaderBytes)
      ) {
        this.#leave(bytes.subarray(at));
        break;
      }
      if (head === 'incomplete') {
        // A copy when most of the chunk is used up.
        if (at > 0) this.#pending = Buffer.from(bytes.subarray(at));
        at = 0;
        break;
      }
      at = this.#parser.end;
      const request = new Http1Request(this, head);
      const response = new Http1Response(this, head);
      this.#request = request;
      this.#response = response;
      this.#bodyLeft = head.contentLength;
      if (this.#bodyLeft > 0) {
        const take = Math.min(this.#bodyLeft, bytes.length - at);
        if (take > 0) {
          this.#bodyLeft -= take;
          request.receive(bytes.subarray(at, at + take));
          at += take;
        }
      }
      if (this.#bodyLeft === 0) request.complete();
      // The rest waits where `receive` and a nested end can see it.
      if (at === bytes.length) {
        this.#pending = undefined;
        at = 0;
      }
      this.#owner.http(request, response);
      request.deliver();
    }
    if (at > 0 && this.#pending !== undefined) this.#pending = this.#pending.subarray(at);
    this.#running = false;
  }

  #giveBody(chunk: Buffer): void {
    this.#bodyLeft -= chunk.length;
    const request = this.#request;
    if (request !== undefined) {
      request.receive(chunk);
      if (this.#bodyLeft === 0) request.complete();
      request.deliver();
    }
    if (this.#bodyLeft === 0) this.#nextRequest();
  }

  bodyDemandChanged(): void {
    const held = this.#request?.heldBytes ?? 0;
    if (held > HTTP1_BODY_HELD_BYTES) this.#pauseReading();
    else this.#resumeReading();
  }

  #pauseReading(): void {
    if (this.#readingPaused || this.#closed) return;
    this.#readingPaused = true;
    this.socket.pause();
  }

  #resumeReading(): void {
    if (!this.#readingPaused || this.#closed) return;
    if (this.#pending !== undefined && this.#pending.length > HTTP1_PIPELINE_BYTES) return;
    this.#readingPaused = false;
    this.socket.resume();
  }

  // ---- writing

  writeHead(text: string): void {
    this.out.latin1(text);
    this.#scheduleFlush();
  }

  writeBody(bytes: Uint8Array | string): void {
    if (typeof bytes === 'string') {
      this.out.utf8(bytes);
    } else {
      this.out.reserve(bytes.length);
      this.out.copy(bytes, 0, bytes.length);
    }
    this.#scheduleFlush();
  }

  /** Output alone: what a whole turn's flush does besides comes with the scheduled one. */
  flushNow(): void {
    this.out.flush();
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    process.nextTick(this.#flush);
  }

  flush(): void {
    this.#flushScheduled = false;
    this.out.flush();
    // What the kernel takes at once leaves nothing behind for the socket to tell of.
    if (this.#response?.wantsDrain === true && !this.behind) this.#drained();
    if (this.#ending) this.socket.destroySoon();
    // Requests that waited for the output to go.
    else if (this.#pending !== undefined && this.#response === undefined && !this.#running)
      this.#nextRequest();
  }

  responseEnded(close: boolean): void {
    this.#response = undefined;
    if (this.#bodyLeft === 0) this.#request = undefined;
    else this.#request?.discard();
    if (close) {
      this.#ending = true;
      this.#pending = undefined;
      this.#scheduleFlush();
      return;
    }
    this.#nextRequest();
  }

  #nextRequest(): void {
    if (this.#response !== undefined || this.#bodyLeft > 0) return;
    this.#request = undefined;
    this.#run();
    this.#resumeReading();
  }

  /** In a later turn: a fast reader must not let one long answer keep the event loop. */
  #drained(): void {
    setImmediate(() => {
      if (this.#closed) return;
      this.#response?.drained();
      this.#run();
      this.#resumeReading();
    });
  }

  // ---- ends

  /** node:http takes over at a request boundary. */
  #leave(unread: Buffer): void {
    this.#pending = undefined;
    this.flush();
    this.#detach();
    this.#owner.handOver(this, this.socket, unread);
  }

  #detach(): void {
    this.#closed = true;
    const { socket } = this;
    socket.off('data', this.#onData);
    socket.off('end', this.#onGone);
    socket.off('close', this.#onGone);
    socket.off('error', this.#onError);
    socket.off('drain', this.#onDrain);
    if (this.#readingPaused) socket.resume();
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending = undefined;
    this.#request?.abort();
    this.#response?.abort();
    this.#owner.onHttp1Closed(this);
  }
}
