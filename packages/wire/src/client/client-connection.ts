// The client role of an HTTP/2 connection: opens streams in order, holds calls back while the server's stream limit is
// reached, encodes request heads, reacts to GOAWAY.

import type { Socket } from 'node:net';
import { type Clock, GrpcCode } from '@quorate/base';
import type { DeadlineWheel } from '../grpc/deadline-wheel.ts';
import { encodeMetadata, type MetadataPair } from '../grpc/metadata.ts';
import { Http2Connection } from '../h2/connection.ts';
import { ConnectionError, ErrorCode, errorCodeName, Flag, PREFACE, Setting } from '../h2/frame.ts';
import { HeaderCache } from '../h2/header-cache.ts';
import { formatTimeout, parseResponseHead, type ResponseHead } from '../h2/heads.ts';
import type { Http2Stream } from '../h2/stream.ts';
import { Template } from '../h2/template.ts';
import { Indexing } from '../hpack/encoder.ts';
import type { HeaderField } from '../hpack/header-field.ts';
import { CLIENT_WAITING_CALLS, type WireLimits } from '../limits.ts';
import type { Metadata } from '../types.ts';
import type { ClientCall } from './client-call.ts';

/** Stream ids end here; the channel retires before. */
const LAST_STREAM_ID = 0x7fffffff;
/** Distinct paths whose request heads are remembered. */
const REMEMBERED_HEADS = 256;

const KEEPALIVE_PING = Buffer.from('qr-alive', 'latin1');

export interface ClientConnectionOptions {
  readonly limits: WireLimits;
  readonly clock: Clock;
  readonly wheel: DeadlineWheel;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly userAgent: string;
  readonly gzip: boolean;
  readonly onReady: () => void;
  readonly onDraining: () => void;
  readonly onClosed: (error: Error) => void;
}

interface RequestTemplate {
  readonly metadata: Metadata | undefined;
  readonly template: Template;
}

export class ClientConnection extends Http2Connection {
  readonly wheel: DeadlineWheel;
  readonly gzip: boolean;
  /** No new calls: the server said GOAWAY, or the owner closed the channel. */
  draining = false;
  readonly #options: ClientConnectionOptions;
  readonly #heads = new HeaderCache<ResponseHead>();
  readonly #requests = new Map<string, RequestTemplate>();
  /** Calls without a stream, oldest first. */
  readonly #waiting = new Set<ClientCall>();
  #opening = false;
  #nextStreamId = 1;
  #goAwayText = '';
  #lastHeardMs: number;
  #pingSentMs = -1;

  constructor(socket: Socket, options: ClientConnectionOptions) {
    super(socket, options.limits, options.clock);
    this.#options = options;
    this.wheel = options.wheel;
    this.gzip = options.gzip;
    this.#lastHeardMs = this.clock.nowMs();
    const { out } = this.sender;
    out.reserve(PREFACE.length);
    out.copy(PREFACE, 0, PREFACE.length);
    this.writeSettings([
      [Setting.enablePush, 0],
      [Setting.initialWindowSize, this.limits.streamWindowBytes],
      [Setting.maxHeaderListSize, this.limits.maxHeaderListBytes],
      [Setting.headerTableSize, this.limits.headerTableBytes],
    ]);
  }

  get openCalls(): number {
    return this.streams.size + this.#waiting.size;
  }

  /** Opens a stream for a call, now or when the server has room. False: too many are waiting already. */
  open(call: ClientCall): boolean {
    if (this.#waiting.size === 0 && this.streams.size < this.#streamLimit) {
      this.#openNow(call);
      return true;
    }
    if (this.#waiting.size >= CLIENT_WAITING_CALLS) return false;
    this.#waiting.add(call);
    return true;
  }

  /** Takes a call out, whatever state its stream is in. */
  abandon(call: ClientCall): void {
    if (call.id === 0) this.#forgetWaiting(call);
    else this.resetStream(call, ErrorCode.cancel);
  }

  /** Stops new calls; the connection ends with the last open one. */
  shutdown(): void {
    this.draining = true;
    if (this.openCalls === 0) this.#finish();
  }

  get #streamLimit(): number {
    // Nothing before the server said how many streams it takes: it would refuse the rest.
    return this.settingsReceived ? this.peerMaxConcurrentStreams : 0;
  }

  #openNow(call: ClientCall): void {
    const id = this.#nextStreamId;
    this.#nextStreamId += 2;
    call.id = id;
    call.sendWindow = this.sender.initialWindowBytes;
    this.addStream(call);
    this.#writeHead(call);
    this.sender.opened(call);
    if (id >= LAST_STREAM_ID - 1) {
      this.draining = true;
      this.#options.onDraining();
    }
  }

  #openWaiting(): void {
    if (this.#opening) return;
    this.#opening = true;
    for (const call of this.#waiting) {
      if (this.closed || this.streams.size >= this.#streamLimit) break;
      this.#waiting.delete(call);
      this.#openNow(call);
    }
    this.#opening = false;
  }

  #forgetWaiting(call: ClientCall): void {
    this.#waiting.delete(call);
    this.sender.forget(call);
    call.localClosed = true;
    call.remoteClosed = true;
    if (this.draining && this.openCalls === 0) this.#finish();
  }

  override removeStream(stream: Http2Stream): void {
    super.removeStream(stream);
    if (this.#waiting.size > 0) this.#openWaiting();
  }

  override resetStream(stream: Http2Stream, code: number): void {
    super.resetStream(stream, code);
    if (this.#waiting.size > 0) this.#openWaiting();
  }

  #writeHead(call: ClientCall): void {
    const { encoder, sender } = this;
    const known = this.#requests.get(call.path);
    const usable =
      known !== undefined &&
      known.metadata === call.metadata &&
      known.template.generation === encoder.generation &&
      !encoder.updateDue;
    if (usable && call.deadlineMs === Number.POSITIVE_INFINITY) {
      sender.frame(known.template.frame, call.id);
      return;
    }
    const before = encoder.generation;
    encoder.begin();
    if (usable) encoder.again(known.template.block);
    else {
      // Metadata that may differ from call to call must not churn the table.
      const stable = call.metadata === undefined || Object.isFrozen(call.metadata);
      this.#encodeHead(call.path, encodeMetadata(call.metadata), stable ? Indexing.add : Indexing.none);
      if (stable && encoder.generation === before) this.#remember(call, encoder.block(), before);
    }
    if (call.deadlineMs !== Number.POSITIVE_INFINITY) {
      const timeoutMs = call.deadlineMs - this.clock.nowMs();
      encoder.field('grpc-timeout', formatTimeout(timeoutMs), Indexing.none);
    }
    sender.headers(call.id, encoder.block(), false);
  }

  #encodeHead(path: string, metadata: readonly MetadataPair[], indexing: number): void {
    const { encoder } = this;
    const { scheme, authority, userAgent } = this.#options;
    encoder.field(':method', 'POST');
    encoder.field(':scheme', scheme);
    encoder.field(':path', path);
    encoder.field(':authority', authority);
    encoder.field('content-type', 'application/grpc');
    encoder.field('user-agent', userAgent);
    encoder.field('te', 'trailers');
    if (this.gzip) encoder.field('grpc-encoding', 'gzip');
    encoder.field('grpc-accept-encoding', 'gzip');
    for (const [name, value] of metadata) encoder.field(name, value, indexing);
  }

  #remember(call: ClientCall, block: Buffer, generation: number): void {
    if (this.#requests.size >= REMEMBERED_HEADS) this.#requests.clear();
    const template = new Template();
    template.set(block, Flag.endHeaders, generation);
    this.#requests.set(call.path, { metadata: call.metadata, template });
  }

  protected override onHeaderBlock(
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
    endStream: boolean,
  ): void {
    const { decoder } = this;
    let head: ResponseHead | string | undefined = this.#heads.find(bytes, start, end, decoder.generation);
    if (head === undefined) {
      const fields: HeaderField[] = [];
      const before = decoder.generation;
      decoder.decode(bytes, start, end, fields);
      head = decoder.truncated ? 'header list too large' : parseResponseHead(fields);
      if (typeof head !== 'string' && before === decoder.generation) {
        this.#heads.add(bytes, start, end, before, head);
      }
    }
    const stream = this.findStream(id) as ClientCall | undefined;
    if (stream === undefined) {
      if (this.isIdle(id)) throw new ConnectionError(ErrorCode.protocolError, `HEADERS on idle stream ${id}`);
      return;
    }
    if (stream.remoteClosed) {
      this.streamError(id, ErrorCode.streamClosed, 'HEADERS after END_STREAM');
      return;
    }
    if (typeof head === 'string') {
      this.streamError(id, ErrorCode.protocolError, head);
      return;
    }
    if (endStream) stream.closeRemote();
    stream.onHead(head, endStream);
  }

  protected override isIdle(id: number): boolean {
    return (id & 1) === 0 || id >= this.#nextStreamId;
  }

  protected override lastPeerStreamId(): number {
    return 0;
  }

  protected override onPeerSettings(): void {
    this.#options.onReady();
    if (this.#waiting.size > 0) this.#openWaiting();
  }

  protected override onPing(payload: Buffer): void {
    if (!this.controls.take(this.clock)) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too many pings');
    }
    this.writePing(payload, true);
  }

  protected override onPingAck(): void {
    this.#pingSentMs = -1;
  }

  /** RFC 9113 §6.8: streams beyond `lastStreamId` were not processed. */
  protected override onGoAway(lastStreamId: number, code: number, debug: string): void {
    this.draining = true;
    this.#goAwayText =
      code === ErrorCode.noError
        ? 'the connection is draining'
        : `closing transport due to: connection error: received GOAWAY ${errorCodeName(code)}, debug data: ${JSON.stringify(debug)}`;
    this.#options.onDraining();
    for (const call of [...this.#waiting]) {
      this.#forgetWaiting(call);
      call.abort(GrpcCode.Unavailable, this.#goAwayText);
    }
    for (const [id, stream] of [...this.streams]) {
      if (id > lastStreamId) (stream as ClientCall).abort(GrpcCode.Unavailable, this.#goAwayText);
    }
    if (this.openCalls === 0) this.#finish();
  }

  protected override onIdle(): void {
    if (this.draining && this.#waiting.size === 0) this.#finish();
  }

  #finish(): void {
    if (this.closed) return;
    this.writeGoAway(0, ErrorCode.noError, '');
    this.end(new Error(this.#goAwayText === '' ? 'the client connection is closing' : this.#goAwayText));
  }

  protected override onClosed(error: Error): void {
    for (const call of [...this.#waiting]) {
      this.#waiting.delete(call);
      call.onReset(ErrorCode.refusedStream, error.message);
    }
    this.#options.onClosed(error);
  }

  override sweep(nowMs: number): void {
    super.sweep(nowMs);
    if (this.closed) return;
    if (this.heard) {
      this.heard = false;
      this.#lastHeardMs = nowMs;
      this.#pingSentMs = -1;
    } else if (this.#pingSentMs >= 0) {
      if (nowMs - this.#pingSentMs > this.limits.keepaliveTimeoutMs) {
        this.socketClosed(new Error('keepalive ping failed to receive ACK within timeout'));
        this.socket.destroy();
      }
    } else if (nowMs - this.#lastHeardMs > this.limits.keepaliveIntervalMs && this.streams.size > 0) {
      this.#pingSentMs = nowMs;
      this.writePing(KEEPALIVE_PING, false);
    }
  }
}
