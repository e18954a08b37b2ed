// The server role of an HTTP/2 connection: opens streams for requests, writes response heads, enforces keepalive
// policy, drains.

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { MetadataPair } from '../grpc/metadata.ts';
import { Http2Connection } from '../h2/connection.ts';
import { ConnectionError, ErrorCode, Flag, MAX_STREAM_ID, PREFACE, Setting } from '../h2/frame.ts';
import { HeaderCache } from '../h2/header-cache.ts';
import { checkTrailers, encodeGrpcMessage, parseRequestHead, type RequestHead } from '../h2/heads.ts';
import { Template } from '../h2/template.ts';
import { Indexing } from '../hpack/encoder.ts';
import type { HeaderField } from '../hpack/header-field.ts';
import { DRAIN_PING_TIMEOUT_MS, IDLE_PING_INTERVAL_MS, RECEIVE_FRAME_BYTES } from '../limits.ts';
import type { PeerInfo } from '../types.ts';
import type { ServerContext } from './context.ts';
import { HttpExchange } from './http-exchange.ts';
import { ServerCall } from './server-call.ts';

/** How requests with a given head are treated; worked out once per head. */
const Disposition = {
  undecided: 0,
  grpc: 1,
  unknownMethod: 2,
  http: 3,
  wrongContentType: 4,
  notPost: 5,
  connect: 6,
};

const DRAIN_PING = Buffer.from('qr-drain', 'latin1');
const KEEPALIVE_PING = Buffer.from('qr-alive', 'latin1');

export interface ServerConnectionOwner {
  readonly context: ServerContext;
  onConnectionClosed(connection: ServerConnection, error: Error): void;
}

export class ServerConnection extends Http2Connection {
  readonly context: ServerContext;
  readonly peer: PeerInfo;
  readonly #owner: ServerConnectionOwner;
  readonly #serve: 'all' | 'grpc' | 'http';
  readonly #heads = new HeaderCache<RequestHead>();
  readonly #startedMs: number;
  #prefaceBytes = 0;
  #lastStreamId = 0;
  readonly #responseHeaders = new Template();
  readonly #okTrailers = new Template();
  // Keepalive enforcement and keepalive of our own.
  #pingStrikes = 0;
  #lastPingMs = Number.NEGATIVE_INFINITY;
  #lastHeardMs: number;
  #pingSentMs = -1;
  // Graceful shutdown: 0 no, 1 first GOAWAY sent, 2 final GOAWAY sent.
  #drainStage = 0;
  #drainStartedMs = 0;
  #peerLeaving = false;
  #readingPaused = false;

  constructor(socket: Socket, owner: ServerConnectionOwner, serve: 'all' | 'grpc' | 'http') {
    super(socket, owner.context.limits, owner.context.clock);
    this.#owner = owner;
    this.context = owner.context;
    this.#serve = serve;
    this.#startedMs = this.clock.nowMs();
    this.#lastHeardMs = this.#startedMs;
    this.peer = peerInfo(socket);
    this.sender.onBacklog = (bytes) => this.#onBacklog(bytes);
    const { limits } = this;
    this.writeSettings([
      [Setting.maxConcurrentStreams, Math.min(limits.maxConcurrentStreams, 0xffffffff)],
      [Setting.initialWindowSize, limits.streamWindowBytes],
      [Setting.maxFrameSize, RECEIVE_FRAME_BYTES],
      [Setting.maxHeaderListSize, limits.maxHeaderListBytes],
      [Setting.headerTableSize, limits.headerTableBytes],
    ]);
  }

  get draining(): boolean {
    return this.#drainStage > 0;
  }

  override receive(chunk: Buffer): void {
    if (this.#prefaceBytes === PREFACE.length) {
      super.receive(chunk);
      return;
    }
    if (this.closed) return;
    const take = Math.min(PREFACE.length - this.#prefaceBytes, chunk.length);
    for (let i = 0; i < take; i++) {
      if (chunk[i] !== PREFACE[this.#prefaceBytes + i]) {
        this.fail(ErrorCode.protocolError, 'bad connection preface');
        return;
      }
    }
    this.#prefaceBytes += take;
    if (chunk.length > take) super.receive(chunk.subarray(take));
  }

  // ---- requests

  protected override onHeaderBlock(
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
    endStream: boolean,
  ): void {
    if (id <= this.#lastStreamId || (id & 1) === 0) {
      this.#onLateHeaders(id, bytes, start, end, endStream);
      return;
    }
    const head =
      this.#heads.find(bytes, start, end, this.decoder.generation) ?? this.#decodeHead(bytes, start, end);
    this.#lastStreamId = id;
    if (this.#drainStage === 2) {
      this.streamError(id, ErrorCode.refusedStream, 'server is draining');
      return;
    }
    if (this.streams.size >= this.limits.maxConcurrentStreams) {
      this.streamError(id, ErrorCode.refusedStream, 'too many streams');
      return;
    }
    if (typeof head === 'string') {
      if (head === TOO_LARGE) this.#answerBare(id, 431, endStream);
      else this.streamError(id, ErrorCode.protocolError, head);
      return;
    }
    if (endStream && head.contentLength > 0) {
      this.streamError(id, ErrorCode.protocolError, 'content-length without content');
      return;
    }
    this.#open(id, head, endStream);
  }

  #decodeHead(bytes: Buffer, start: number, end: number): RequestHead | string {
    const fields: HeaderField[] = [];
    const { decoder } = this;
    const before = decoder.generation;
    decoder.decode(bytes, start, end, fields);
    if (decoder.truncated) return TOO_LARGE;
    const head = parseRequestHead(fields);
    if (typeof head !== 'string' && decoder.generation === before) {
      this.#heads.add(bytes, start, end, before, head);
    }
    return head;
  }

  /** HEADERS on a stream that exists or existed: trailers, or an error of the client. */
  #onLateHeaders(id: number, bytes: Buffer, start: number, end: number, endStream: boolean): void {
    const fields: HeaderField[] = [];
    this.decoder.decode(bytes, start, end, fields);
    if ((id & 1) === 0) throw new ConnectionError(ErrorCode.protocolError, `client opened stream ${id}`);
    const stream = this.findStream(id);
    if (stream === undefined) {
      if (this.closedStreams.wasReset(id)) return;
      if (this.closedStreams.ended(id)) {
        throw new ConnectionError(ErrorCode.streamClosed, `HEADERS on closed stream ${id}`);
      }
      throw new ConnectionError(ErrorCode.protocolError, `stream id ${id} is not increasing`);
    }
    if (stream.remoteClosed) {
      this.streamError(id, ErrorCode.streamClosed, 'HEADERS after END_STREAM');
      return;
    }
    const wrong = endStream ? checkTrailers(fields) : 'trailers without END_STREAM';
    if (wrong !== undefined || stream.expectedBytes > 0) {
      this.streamError(id, ErrorCode.protocolError, wrong ?? 'content-length does not match');
      return;
    }
    stream.closeRemote();
    (stream as ServerCall | HttpExchange).onTrailers();
  }

  #open(id: number, head: RequestHead, endStream: boolean): void {
    if (head.disposition === Disposition.undecided) this.#decide(head);
    switch (head.disposition) {
      case Disposition.grpc: {
        const { context } = this;
        context.counters.callsStarted++;
        let deadlineMs = Number.POSITIVE_INFINITY;
        if (head.timeoutMs !== Number.POSITIVE_INFINITY) {
          if (Number.isNaN(head.timeoutMs)) {
            this.streamError(id, ErrorCode.protocolError, 'malformed grpc-timeout');
            return;
          }
          deadlineMs = this.clock.nowMs() + head.timeoutMs;
        }
        const call = new ServerCall(
          this,
          id,
          head,
          head.route as NonNullable<RequestHead['route']>,
          deadlineMs,
        );
        this.addStream(call);
        if (endStream) call.remoteClosed = true;
        if (deadlineMs !== Number.POSITIVE_INFINITY) context.wheel.add(call);
        call.start(endStream);
        return;
      }
      case Disposition.http: {
        const exchange = new HttpExchange(this, id, head);
        this.addStream(exchange);
        if (endStream) exchange.remoteClosed = true;
        exchange.start(this.context.http, endStream);
        return;
      }
      case Disposition.unknownMethod:
        this.writeTrailersOnly(id, 12, this.context.router.describeUnknown(head.path), undefined, undefined);
        this.#closeAnswered(id, endStream);
        return;
      case Disposition.wrongContentType:
        this.#answerBare(id, 415, endStream);
        return;
      default:
        this.#answerBare(id, 405, endStream);
    }
  }

  #decide(head: RequestHead): void {
    const { router } = this.context;
    const grpc = this.#serve !== 'http' && isGrpcContentType(head.contentType);
    if (head.method === 'CONNECT') {
      head.disposition = Disposition.connect;
    } else if (!grpc) {
      const registered = this.#serve !== 'http' && head.method === 'POST' && router.has(head.path);
      const refused = registered || this.#serve === 'grpc';
      head.disposition = refused ? Disposition.wrongContentType : Disposition.http;
    } else if (head.method !== 'POST') {
      head.disposition = Disposition.notPost;
    } else {
      head.route = router.find(head.path);
      head.disposition = head.route === undefined ? Disposition.unknownMethod : Disposition.grpc;
    }
  }

  /** Answers with a status alone. */
  #answerBare(id: number, status: number, endStream: boolean): void {
    const { encoder } = this;
    encoder.begin();
    encoder.field(':status', String(status), Indexing.none);
    encoder.field('content-length', '0', Indexing.none);
    this.sender.headers(id, encoder.block(), true);
    this.#closeAnswered(id, endStream);
  }

  /** A stream answered without ever having been kept. */
  #closeAnswered(id: number, endStream: boolean): void {
    if (endStream) {
      this.closedStreams.add(id, false);
    } else {
      this.writeReset(id, ErrorCode.noError);
      this.closedStreams.add(id, true);
    }
  }

  // ---- response heads

  writeResponseHeaders(id: number, extra: readonly MetadataPair[] | undefined, gzip: boolean): void {
    if (extra === undefined && !gzip && this.#fromTemplate(this.#responseHeaders, id)) return;
    const { encoder } = this;
    const before = encoder.generation;
    encoder.begin();
    encoder.field(':status', '200');
    encoder.field('content-type', 'application/grpc');
    if (gzip) encoder.field('grpc-encoding', 'gzip');
    writePairs(encoder, extra);
    this.sender.headers(id, encoder.block(), false);
    if (extra === undefined && !gzip && encoder.generation === before) {
      this.#responseHeaders.set(encoder.block(), Flag.endHeaders, before);
    }
  }

  writeTrailers(id: number, code: number, message: string, extra: readonly MetadataPair[] | undefined): void {
    const plain = code === 0 && extra === undefined;
    if (plain && this.#fromTemplate(this.#okTrailers, id)) return;
    const { encoder } = this;
    const before = encoder.generation;
    encoder.begin();
    this.#status(code, message);
    writePairs(encoder, extra);
    this.sender.headers(id, encoder.block(), true);
    if (plain && encoder.generation === before) {
      this.#okTrailers.set(encoder.block(), Flag.endHeaders | Flag.endStream, before);
    }
  }

  /** An answer without messages: one HEADERS frame. */
  writeTrailersOnly(
    id: number,
    code: number,
    message: string,
    headers: readonly MetadataPair[] | undefined,
    trailers: readonly MetadataPair[] | undefined,
  ): void {
    const { encoder } = this;
    encoder.begin();
    encoder.field(':status', '200');
    encoder.field('content-type', 'application/grpc');
    this.#status(code, message);
    writePairs(encoder, headers);
    writePairs(encoder, trailers);
    this.sender.headers(id, encoder.block(), true);
  }

  #status(code: number, message: string): void {
    this.encoder.field('grpc-status', String(code));
    if (message !== '') this.encoder.field('grpc-message', encodeGrpcMessage(message), Indexing.none);
  }

  #fromTemplate(template: Template, id: number): boolean {
    if (template.generation !== this.encoder.generation || this.encoder.updateDue) return false;
    this.sender.frame(template.frame, id);
    return true;
  }

  // ---- connection

  protected override isIdle(id: number): boolean {
    return id > this.#lastStreamId || (id & 1) === 0;
  }

  protected override lastPeerStreamId(): number {
    return this.#lastStreamId;
  }

  protected override onPeerSettings(): void {}

  /** Keepalive enforcement as grpc-go's: too early pings, without anything sent in between, are strikes. */
  protected override onPing(payload: Buffer): void {
    this.writePing(payload, true);
    const now = this.clock.nowMs();
    if (this.sender.contentSent) {
      this.sender.contentSent = false;
      this.#pingStrikes = 0;
      this.#lastPingMs = now;
      return;
    }
    const interval = this.streams.size === 0 ? IDLE_PING_INTERVAL_MS : this.limits.keepaliveMinTimeMs;
    if (now - this.#lastPingMs < interval) this.#pingStrikes++;
    this.#lastPingMs = now;
    if (this.#pingStrikes > this.limits.maxPingStrikes) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too_many_pings');
    }
  }

  protected override onPingAck(payload: Buffer): void {
    this.#pingSentMs = -1;
    if (this.#drainStage === 1 && payload.equals(DRAIN_PING)) this.#finishDrain();
  }

  protected override onGoAway(): void {
    this.#peerLeaving = true;
    if (this.streams.size === 0) this.#leave();
  }

  protected override onIdle(): void {
    if (this.#drainStage === 2 || this.#peerLeaving) this.#leave();
  }

  #leave(): void {
    if (this.closed) return;
    if (this.#drainStage < 2) this.writeGoAway(this.#lastStreamId, ErrorCode.noError, '');
    this.end(new Error('drained'));
  }

  protected override onClosed(error: Error): void {
    this.#owner.onConnectionClosed(this, error);
  }

  /** Graceful shutdown (RFC 9113 §6.8): announce, wait a round trip, then refuse what is newer. */
  drain(): void {
    if (this.closed || this.#drainStage > 0) return;
    this.#drainStage = 1;
    this.#drainStartedMs = this.clock.nowMs();
    this.writeGoAway(MAX_STREAM_ID, ErrorCode.noError, 'graceful_stop');
    this.writePing(DRAIN_PING, false);
  }

  #finishDrain(): void {
    this.#drainStage = 2;
    this.writeGoAway(this.#lastStreamId, ErrorCode.noError, '');
    if (this.streams.size === 0) this.#leave();
  }

  override sweep(nowMs: number): void {
    super.sweep(nowMs);
    if (this.closed) return;
    if (!this.settingsReceived && nowMs - this.#startedMs > this.limits.handshakeTimeoutMs) {
      this.fail(ErrorCode.protocolError, 'no SETTINGS in time');
      return;
    }
    if (this.#drainStage === 1 && nowMs - this.#drainStartedMs > DRAIN_PING_TIMEOUT_MS) this.#finishDrain();
    this.#keepalive(nowMs);
  }

  #keepalive(nowMs: number): void {
    if (this.closed) return;
    if (this.heard) {
      this.heard = false;
      this.#lastHeardMs = nowMs;
      this.#pingSentMs = -1;
    } else if (this.#pingSentMs >= 0) {
      if (nowMs - this.#pingSentMs > this.limits.keepaliveTimeoutMs) {
        this.socket.destroy(new Error('keepalive ping not answered'));
      }
    } else if (nowMs - this.#lastHeardMs > this.limits.keepaliveIntervalMs) {
      this.#pingSentMs = nowMs;
      this.writePing(KEEPALIVE_PING, false);
    }
  }

  /** A client that does not read is not read from: its requests would only pile up answers. */
  #onBacklog(bytes: number): void {
    if (!this.#readingPaused && bytes >= this.limits.outputHighWaterBytes) {
      this.#readingPaused = true;
      this.socket.pause();
    } else if (this.#readingPaused && bytes * 2 < this.limits.outputHighWaterBytes) {
      this.#readingPaused = false;
      this.socket.resume();
    }
  }
}

const TOO_LARGE = 'header list too large';

/** `application/grpc`, alone or followed by a sub-type or parameters. */
function isGrpcContentType(value: string): boolean {
  if (!value.startsWith('application/grpc')) return false;
  const next = value.charAt('application/grpc'.length);
  return next === '' || next === '+' || next === ';';
}

function writePairs(
  encoder: { field(name: string, value: string, indexing: number): void },
  pairs: readonly MetadataPair[] | undefined,
): void {
  if (pairs !== undefined) for (const [name, value] of pairs) encoder.field(name, value, Indexing.none);
}

function peerInfo(socket: Socket): PeerInfo {
  let tlsCommonName: string | undefined;
  if (socket instanceof TLSSocket && socket.authorized) {
    const name: unknown = socket.getPeerCertificate().subject?.CN;
    if (typeof name === 'string') tlsCommonName = name;
  }
  return { remoteAddress: socket.remoteAddress ?? '', remotePort: socket.remotePort ?? 0, tlsCommonName };
}
