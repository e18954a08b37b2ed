// One HTTP/2 connection (RFC 9113), either role: cuts the byte stream into frames, keeps the protocol's rules and
// both windows, and passes header blocks and stream content on. Roles differ in a subclass (`server/`, `client/`).

import type { Socket } from 'node:net';
import type { Clock } from '@quorate/base';
import { HpackDecoder, HpackError } from '../hpack/decoder.ts';
import { HpackEncoder } from '../hpack/encoder.ts';
import type { HeaderField } from '../hpack/header-field.ts';
import { ENCODER_TABLE_BYTES, LINGER_TIMEOUT_MS, RECEIVE_FRAME_BYTES, type WireLimits } from '../limits.ts';
import { ClosedStreams } from './closed-streams.ts';
import {
  ConnectionError,
  DEFAULT_WINDOW_BYTES,
  ErrorCode,
  errorCodeName,
  Flag,
  FRAME_HEADER_BYTES,
  FrameType,
  MAX_MAX_FRAME_BYTES,
  MAX_STREAM_ID,
  MAX_WINDOW_BYTES,
  MIN_MAX_FRAME_BYTES,
  Setting,
} from './frame.ts';
import { Sender } from './sender.ts';
import type { Http2Stream } from './stream.ts';
import { TokenBucket } from './token-bucket.ts';

/** Longest debug text we put into GOAWAY. */
const DEBUG_TEXT_CHARS = 200;

export abstract class Http2Connection {
  readonly socket: Socket;
  readonly limits: WireLimits;
  readonly clock: Clock;
  readonly sender: Sender;
  readonly streams = new Map<number, Http2Stream>();
  readonly encoder = new HpackEncoder(ENCODER_TABLE_BYTES);
  readonly decoder: HpackDecoder;
  /** No frame is read or written any more. */
  closed = false;
  bytesReceived = 0;
  /** Received message bytes held for incomplete messages and paused readers, over all streams. */
  bufferedBytes = 0;
  /** Set with every read, cleared by the sweep: is the peer alive? */
  protected heard = true;
  /** The peer's first SETTINGS arrived. */
  protected settingsReceived = false;
  protected peerMaxConcurrentStreams = Number.POSITIVE_INFINITY;
  protected readonly closedStreams = new ClosedStreams();
  /** Frames that carry nothing, and streams the peer makes us or itself reset. */
  protected readonly controls: TokenBucket;
  protected readonly resets: TokenBucket;

  #settingsUnacknowledged = 0;
  #receiveWindow = DEFAULT_WINDOW_BYTES;
  // The stream of the last frame: frames of a stream come in rows.
  #recent: Http2Stream | undefined;
  // A frame cut by the end of a chunk: its first bytes.
  #carry: Buffer | undefined;
  #carryLength = 0;
  // A header block cut into CONTINUATION frames (RFC 9113 §6.10): nothing else may come between.
  #blockStreamId = 0;
  #blockParts: Buffer[] = [];
  #blockBytes = 0;
  #blockEndsStream = false;
  #blockFrames = 0;
  /** When the sweep first saw an unfinished frame or block; -1 if there is none. */
  #unfinishedSinceMs = -1;
  #stalledSinceMs = -1;
  #stalledAtBytes = 0;

  constructor(socket: Socket, limits: WireLimits, clock: Clock) {
    this.socket = socket;
    this.limits = limits;
    this.clock = clock;
    this.sender = new Sender(socket, limits);
    this.decoder = new HpackDecoder({
      allowedBytes: limits.headerTableBytes,
      maxListBytes: limits.maxHeaderListBytes,
    });
    const nowMs = clock.nowMs();
    this.controls = new TokenBucket(limits.controlBurst, limits.controlsPerSecond, nowMs);
    this.resets = new TokenBucket(limits.resetBurst, limits.resetsPerSecond, nowMs);
  }

  /** A complete header block of `streamId`. Must decode it, whatever becomes of the stream. */
  protected abstract onHeaderBlock(
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
    endStream: boolean,
  ): void;
  /** True if the stream has not been opened by either side yet (RFC 9113 §5.1 "idle"). */
  protected abstract isIdle(streamId: number): boolean;
  protected abstract onPing(payload: Buffer): void;
  protected abstract onPingAck(payload: Buffer): void;
  protected abstract onGoAway(lastStreamId: number, code: number, debug: string): void;
  protected abstract onPeerSettings(): void;
  /** Everything is over: tell the open streams (already detached) and the owner. */
  protected abstract onClosed(error: Error): void;
  /** The last open stream ended. */
  protected abstract onIdle(): void;

  /** Bytes from the socket. Never throws for what a peer sent. */
  receive(chunk: Buffer): void {
    if (this.closed) return;
    this.heard = true;
    this.bytesReceived += chunk.length;
    try {
      this.#parse(chunk);
    } catch (error) {
      if (error instanceof ConnectionError) this.fail(error.code, error.message);
      else if (error instanceof HpackError) this.fail(ErrorCode.compressionError, error.message);
      else throw error;
    }
  }

  /** The socket ended or failed. */
  socketClosed(error: Error): void {
    if (this.closed) return;
    this.closed = true;
    this.#detachAll(error);
  }

  /** GOAWAY with an error, then the end of the connection. */
  fail(code: number, message: string): void {
    if (this.closed) return;
    this.writeGoAway(this.lastPeerStreamId(), code, message);
    this.sender.flush();
    this.end(new ConnectionError(code, `${errorCodeName(code)}: ${message}`));
  }

  /** Ends the connection after what has been written so far. */
  end(reason: Error): void {
    if (this.closed) return;
    this.sender.flush();
    this.closed = true;
    this.socket.end();
    // Keep reading (and dropping) for a moment: closing with unread bytes would reset the connection and
    // take our GOAWAY with it.
    const timer = this.clock.setTimer(LINGER_TIMEOUT_MS, () => this.socket.destroy());
    this.socket.once('close', () => timer.cancel());
    this.#detachAll(reason);
  }

  /** Highest stream id of the peer that we acted on, for GOAWAY. */
  protected abstract lastPeerStreamId(): number;

  /** A stream both sides are done with. */
  removeStream(stream: Http2Stream): void {
    if (!this.streams.delete(stream.id)) return;
    if (this.#recent === stream) this.#recent = undefined;
    this.sender.forget(stream);
    this.closedStreams.add(stream.id, false);
    if (this.streams.size === 0) this.onIdle();
  }

  protected addStream(stream: Http2Stream): void {
    this.streams.set(stream.id, stream);
    this.#recent = stream;
  }

  protected findStream(id: number): Http2Stream | undefined {
    const recent = this.#recent;
    if (recent !== undefined && recent.id === id) return recent;
    const stream = this.streams.get(id);
    if (stream !== undefined) this.#recent = stream;
    return stream;
  }

  /** Resets a stream of our own accord; its subclass is not told. */
  resetStream(stream: Http2Stream, code: number): void {
    if (stream.localClosed && stream.remoteClosed) return;
    stream.localClosed = true;
    stream.remoteClosed = true;
    this.writeReset(stream.id, code);
    this.streams.delete(stream.id);
    if (this.#recent === stream) this.#recent = undefined;
    this.sender.forget(stream);
    this.closedStreams.add(stream.id, true);
    if (this.streams.size === 0) this.onIdle();
  }

  /** The peer broke a rule on a stream (RFC 9113 §5.4.2): reset it. Too many of these end the connection. */
  protected streamError(id: number, code: number, reason: string): void {
    if (!this.resets.take(this.clock)) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too many stream errors');
    }
    const stream = this.streams.get(id);
    if (stream === undefined) {
      this.writeReset(id, code);
      this.closedStreams.add(id, true);
      return;
    }
    this.resetStream(stream, code);
    stream.onReset(code, reason);
  }

  writeReset(id: number, code: number): void {
    const out = this.sender.out;
    out.reserve(FRAME_HEADER_BYTES + 4);
    out.frameHeader(4, FrameType.rstStream, 0, id);
    out.uint32(code);
    this.sender.scheduleFlush();
  }

  writeWindowUpdate(id: number, bytes: number): void {
    const out = this.sender.out;
    out.reserve(FRAME_HEADER_BYTES + 4);
    out.frameHeader(4, FrameType.windowUpdate, 0, id);
    out.uint32(bytes);
    this.sender.scheduleFlush();
  }

  writePing(payload: Uint8Array, ack: boolean): void {
    const out = this.sender.out;
    out.reserve(FRAME_HEADER_BYTES + 8);
    out.frameHeader(8, FrameType.ping, ack ? Flag.ack : 0, 0);
    out.copy(payload, 0, 8);
    this.sender.scheduleFlush();
  }

  writeGoAway(lastStreamId: number, code: number, message: string): void {
    const debug = Buffer.from(message.slice(0, DEBUG_TEXT_CHARS), 'utf8');
    const out = this.sender.out;
    out.reserve(FRAME_HEADER_BYTES + 8 + debug.length);
    out.frameHeader(8 + debug.length, FrameType.goAway, 0, 0);
    out.uint32(lastStreamId);
    out.uint32(code);
    out.copy(debug, 0, debug.length);
    this.sender.scheduleFlush();
  }

  /** Our SETTINGS and the connection window; first thing either side sends. */
  protected writeSettings(settings: readonly (readonly [number, number])[]): void {
    const out = this.sender.out;
    out.reserve(FRAME_HEADER_BYTES * 2 + settings.length * 6 + 4);
    out.frameHeader(settings.length * 6, FrameType.settings, 0, 0);
    for (const [id, value] of settings) {
      out.buffer[out.length++] = id >>> 8;
      out.buffer[out.length++] = id;
      out.uint32(value);
    }
    this.#settingsUnacknowledged++;
    const more = this.limits.connectionWindowBytes - DEFAULT_WINDOW_BYTES;
    this.#receiveWindow = this.limits.connectionWindowBytes;
    if (more > 0) this.writeWindowUpdate(0, more);
    this.sender.scheduleFlush();
  }

  /** Regular look at what only time can tell. */
  sweep(nowMs: number): void {
    if (this.closed) return;
    if (this.#carry !== undefined || this.#blockStreamId !== 0) {
      if (this.#unfinishedSinceMs < 0) this.#unfinishedSinceMs = nowMs;
      else if (nowMs - this.#unfinishedSinceMs > this.limits.frameTimeoutMs) {
        this.fail(ErrorCode.enhanceYourCalm, 'frame not finished in time');
        return;
      }
    }
    const unsent = this.sender.out.unsentBytes;
    const passed = this.sender.out.bytesSent - unsent;
    if (unsent === 0 || passed !== this.#stalledAtBytes || this.#stalledSinceMs < 0) {
      this.#stalledSinceMs = unsent === 0 ? -1 : nowMs;
      this.#stalledAtBytes = passed;
    } else if (nowMs - this.#stalledSinceMs > this.limits.writeStallTimeoutMs) {
      this.closed = true;
      this.socket.destroy();
      this.#detachAll(new Error('peer takes no bytes'));
    }
  }

  /** Credits connection-level bytes once little enough of them is held. */
  #creditConnection(): void {
    const used = this.limits.connectionWindowBytes - this.#receiveWindow;
    if (used * 2 < this.limits.connectionWindowBytes) return;
    if (this.bufferedBytes > this.limits.maxConnectionBufferedBytes) return;
    this.#receiveWindow += used;
    this.writeWindowUpdate(0, used);
  }

  /** Readers let go of `bytes` they had held. */
  released(bytes: number): void {
    this.bufferedBytes -= bytes;
    if (!this.closed) this.#creditConnection();
  }

  #parse(chunk: Buffer): void {
    const end = chunk.length;
    let at = this.#carry === undefined ? 0 : this.#resume(chunk);
    while (!this.closed) {
      if (end - at < FRAME_HEADER_BYTES) break;
      const length =
        ((chunk[at] as number) << 16) | ((chunk[at + 1] as number) << 8) | (chunk[at + 2] as number);
      if (length > RECEIVE_FRAME_BYTES) throw frameSize(`frame of ${length} bytes`);
      const next = at + FRAME_HEADER_BYTES + length;
      if (next > end) break;
      this.#frame(chunk, at, next);
      at = next;
    }
    if (at < end && !this.closed) this.#keep(chunk, at, end);
  }

  /** Stores the beginning of a frame until the rest arrives. */
  #keep(chunk: Buffer, at: number, end: number): void {
    let size = FRAME_HEADER_BYTES;
    if (end - at >= FRAME_HEADER_BYTES) size += chunk.readUIntBE(at, 3);
    this.#carry = Buffer.allocUnsafeSlow(size);
    this.#carryLength = chunk.copy(this.#carry, 0, at, end);
    this.#unfinishedSinceMs = -1;
  }

  /** Completes the stored frame from a new chunk; returns where the chunk's own frames begin. */
  #resume(chunk: Buffer): number {
    let carry = this.#carry as Buffer;
    let at = 0;
    if (this.#carryLength < FRAME_HEADER_BYTES) {
      at = chunk.copy(carry, this.#carryLength, 0, FRAME_HEADER_BYTES - this.#carryLength);
      this.#carryLength += at;
      if (this.#carryLength < FRAME_HEADER_BYTES) return at;
      const length = carry.readUIntBE(0, 3);
      if (length > RECEIVE_FRAME_BYTES) throw frameSize(`frame of ${length} bytes`);
      const whole = Buffer.allocUnsafeSlow(FRAME_HEADER_BYTES + length);
      carry.copy(whole, 0, 0, FRAME_HEADER_BYTES);
      carry = whole;
      this.#carry = whole;
    }
    const missing = carry.length - this.#carryLength;
    const take = Math.min(missing, chunk.length - at);
    chunk.copy(carry, this.#carryLength, at, at + take);
    this.#carryLength += take;
    if (take === missing) {
      this.#carry = undefined;
      this.#unfinishedSinceMs = -1;
      this.#frame(carry, 0, carry.length);
    }
    return at + take;
  }

  /** One complete frame at bytes[at..end). */
  #frame(bytes: Buffer, at: number, end: number): void {
    const type = bytes[at + 3] as number;
    const flags = bytes[at + 4] as number;
    const id =
      (((bytes[at + 5] as number) & 0x7f) << 24) |
      ((bytes[at + 6] as number) << 16) |
      ((bytes[at + 7] as number) << 8) |
      (bytes[at + 8] as number);
    const start = at + FRAME_HEADER_BYTES;
    if (this.#blockStreamId !== 0 && (type !== FrameType.continuation || id !== this.#blockStreamId)) {
      throw protocol('expected a CONTINUATION frame');
    }
    if (!this.settingsReceived && type !== FrameType.settings) throw protocol('expected a SETTINGS frame');
    switch (type) {
      case FrameType.data:
        this.#dataFrame(bytes, flags, id, start, end);
        return;
      case FrameType.headers:
        this.#headersFrame(bytes, flags, id, start, end);
        return;
      case FrameType.windowUpdate:
        this.#windowUpdateFrame(bytes, id, start, end);
        return;
      case FrameType.rstStream:
        this.#resetFrame(bytes, id, start, end);
        return;
      case FrameType.settings:
        this.#settingsFrame(bytes, flags, id, start, end);
        return;
      case FrameType.ping:
        this.#pingFrame(bytes, flags, id, start, end);
        return;
      case FrameType.goAway: {
        if (id !== 0) throw protocol('GOAWAY on a stream');
        if (end - start < 8) throw frameSize('GOAWAY');
        const last = bytes.readUInt32BE(start) & MAX_STREAM_ID;
        this.onGoAway(last, bytes.readUInt32BE(start + 4), bytes.toString('utf8', start + 8, end));
        return;
      }
      case FrameType.continuation:
        this.#continuationFrame(bytes, flags, id, start, end);
        return;
      case FrameType.priority:
        this.#priorityFrame(bytes, id, start, end);
        return;
      case FrameType.pushPromise:
        throw protocol('PUSH_PROMISE');
      default:
        // Unknown types are ignored (RFC 9113 §4.1), but not without end.
        this.#countControl();
    }
  }

  #countControl(): void {
    if (!this.controls.take(this.clock)) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too many control frames');
    }
  }

  #dataFrame(bytes: Buffer, flags: number, id: number, start: number, end: number): void {
    if (id === 0) throw protocol('DATA on stream 0');
    const size = end - start;
    // Padding counts in flow control (RFC 9113 §6.1).
    this.#receiveWindow -= size;
    if (this.#receiveWindow < 0) {
      throw new ConnectionError(ErrorCode.flowControlError, 'connection window exceeded');
    }
    let from = start;
    let to = end;
    if ((flags & Flag.padded) !== 0) {
      if (size === 0) throw frameSize('padded DATA');
      to -= bytes[start] as number;
      from++;
      if (to < from) throw protocol('padding longer than the frame');
    }
    const stream = this.findStream(id);
    if (stream === undefined) {
      if (this.isIdle(id)) throw protocol('DATA on an idle stream');
      if (size === 0) this.#countControl();
      if (!this.closedStreams.wasReset(id)) this.streamError(id, ErrorCode.streamClosed, 'stream is closed');
    } else if (stream.remoteClosed) {
      this.streamError(id, ErrorCode.streamClosed, 'DATA after END_STREAM');
    } else {
      const endStream = (flags & Flag.endStream) !== 0;
      stream.receiveWindow -= size;
      if (stream.receiveWindow < 0) {
        this.streamError(id, ErrorCode.flowControlError, 'stream window exceeded');
      } else {
        if (from === to && !endStream) this.#countControl();
        if (size !== to - from) stream.consumed(size - (to - from));
        this.#streamData(stream, bytes, from, to, endStream);
      }
    }
    if (!this.closed) this.#creditConnection();
  }

  #streamData(stream: Http2Stream, bytes: Buffer, from: number, to: number, endStream: boolean): void {
    if (stream.expectedBytes >= 0) {
      stream.expectedBytes -= to - from;
      if (stream.expectedBytes < 0 || (endStream && stream.expectedBytes > 0)) {
        this.streamError(stream.id, ErrorCode.protocolError, 'content-length does not match');
        return;
      }
    }
    if (endStream) stream.closeRemote();
    stream.onData(bytes, from, to, endStream);
  }

  #headersFrame(bytes: Buffer, flags: number, id: number, start: number, end: number): void {
    if (id === 0) throw protocol('HEADERS on stream 0');
    let from = start;
    let to = end;
    if ((flags & Flag.padded) !== 0) {
      if (from === to) throw frameSize('padded HEADERS');
      to -= bytes[from] as number;
      from++;
    }
    let selfDependent = false;
    if ((flags & Flag.priority) !== 0) {
      if (to - from < 5) throw frameSize('HEADERS priority');
      selfDependent = (bytes.readUInt32BE(from) & MAX_STREAM_ID) === id;
      from += 5;
    }
    if (to < from) throw protocol('padding longer than the frame');
    if (selfDependent) throw protocol('stream depends on itself');
    const endStream = (flags & Flag.endStream) !== 0;
    if ((flags & Flag.endHeaders) !== 0) {
      this.onHeaderBlock(id, bytes, from, to, endStream);
      return;
    }
    this.#blockStreamId = id;
    this.#blockParts = [bytes.subarray(from, to)];
    this.#blockBytes = to - from;
    this.#blockEndsStream = endStream;
    this.#blockFrames = 0;
    this.#unfinishedSinceMs = -1;
  }

  #continuationFrame(bytes: Buffer, flags: number, id: number, start: number, end: number): void {
    if (this.#blockStreamId === 0) throw protocol('CONTINUATION without HEADERS');
    this.#blockFrames++;
    this.#blockBytes += end - start;
    if (
      this.#blockFrames > this.limits.maxContinuationFrames ||
      this.#blockBytes > this.limits.maxHeaderBlockBytes
    ) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'header block too long');
    }
    this.#blockParts.push(bytes.subarray(start, end));
    if ((flags & Flag.endHeaders) === 0) return;
    const block = Buffer.concat(this.#blockParts, this.#blockBytes);
    this.#blockParts = [];
    this.#blockStreamId = 0;
    this.#unfinishedSinceMs = -1;
    this.onHeaderBlock(id, block, 0, block.length, this.#blockEndsStream);
  }

  #windowUpdateFrame(bytes: Buffer, id: number, start: number, end: number): void {
    if (end - start !== 4) throw frameSize('WINDOW_UPDATE');
    const bytesMore = bytes.readUInt32BE(start) & MAX_WINDOW_BYTES;
    if (id === 0) {
      if (bytesMore === 0) throw protocol('window update of 0');
      this.sender.windowBytes += bytesMore;
      if (this.sender.windowBytes > MAX_WINDOW_BYTES) {
        throw new ConnectionError(ErrorCode.flowControlError, 'connection window overflow');
      }
      this.sender.pumpWaiting();
      return;
    }
    const stream = this.findStream(id);
    if (stream === undefined) {
      if (this.isIdle(id)) throw protocol('WINDOW_UPDATE on an idle stream');
      return;
    }
    if (bytesMore === 0) {
      this.streamError(id, ErrorCode.protocolError, 'window update of 0');
      return;
    }
    stream.sendWindow += bytesMore;
    if (stream.sendWindow > MAX_WINDOW_BYTES) {
      this.streamError(id, ErrorCode.flowControlError, 'stream window overflow');
      return;
    }
    this.sender.streamWindowOpened(stream);
  }

  #resetFrame(bytes: Buffer, id: number, start: number, end: number): void {
    if (id === 0) throw protocol('RST_STREAM on stream 0');
    if (end - start !== 4) throw frameSize('RST_STREAM');
    if (!this.resets.take(this.clock)) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too many streams reset');
    }
    const stream = this.findStream(id);
    if (stream === undefined) {
      if (this.isIdle(id)) throw protocol('RST_STREAM on an idle stream');
      return;
    }
    stream.localClosed = true;
    stream.remoteClosed = true;
    this.removeStream(stream);
    const code = bytes.readUInt32BE(start);
    stream.onReset(code, `stream reset by peer: ${errorCodeName(code)}`);
  }

  #pingFrame(bytes: Buffer, flags: number, id: number, start: number, end: number): void {
    if (id !== 0) throw protocol('PING on a stream');
    if (end - start !== 8) throw frameSize('PING');
    const payload = bytes.subarray(start, end);
    if ((flags & Flag.ack) !== 0) {
      this.#countControl();
      this.onPingAck(payload);
    } else {
      this.onPing(payload);
    }
  }

  #priorityFrame(bytes: Buffer, id: number, start: number, end: number): void {
    // Priorities are deprecated (RFC 9113 §5.3): checked for form, otherwise ignored.
    this.#countControl();
    if (id === 0) throw protocol('PRIORITY on stream 0');
    if (end - start !== 5) {
      if (this.isIdle(id)) throw frameSize('PRIORITY');
      this.streamError(id, ErrorCode.frameSizeError, 'PRIORITY');
    } else if ((bytes.readUInt32BE(start) & MAX_STREAM_ID) === id) {
      throw protocol('stream depends on itself');
    }
  }

  #settingsFrame(bytes: Buffer, flags: number, id: number, start: number, end: number): void {
    if (id !== 0) throw protocol('SETTINGS on a stream');
    this.#countControl();
    if ((flags & Flag.ack) !== 0) {
      if (end !== start) throw frameSize('SETTINGS acknowledgement');
      if (!this.settingsReceived) throw protocol('expected a SETTINGS frame');
      if (this.#settingsUnacknowledged > 0) {
        this.#settingsUnacknowledged--;
        this.decoder.setAllowedBytes(this.limits.headerTableBytes);
      }
      return;
    }
    if ((end - start) % 6 !== 0) throw frameSize('SETTINGS');
    const windowBefore = this.sender.initialWindowBytes;
    for (let at = start; at < end; at += 6) {
      this.#applySetting(bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2));
    }
    const out = this.sender.out;
    out.reserve(FRAME_HEADER_BYTES);
    out.frameHeader(0, FrameType.settings, Flag.ack, 0);
    this.sender.scheduleFlush();
    this.settingsReceived = true;
    // After the acknowledgement: only now does the peer expect the new windows to be used.
    if (this.sender.initialWindowBytes > windowBefore) {
      for (const stream of this.streams.values()) this.sender.streamWindowOpened(stream);
    }
    this.onPeerSettings();
  }

  #applySetting(setting: number, value: number): void {
    switch (setting) {
      case Setting.headerTableSize:
        this.encoder.setPeerLimit(value);
        return;
      case Setting.enablePush:
        if (value > 1) throw protocol('ENABLE_PUSH must be 0 or 1');
        return;
      case Setting.maxConcurrentStreams:
        this.peerMaxConcurrentStreams = value;
        return;
      case Setting.initialWindowSize:
        this.#applyInitialWindow(value);
        return;
      case Setting.maxFrameSize:
        if (value < MIN_MAX_FRAME_BYTES || value > MAX_MAX_FRAME_BYTES) throw protocol('MAX_FRAME_SIZE');
        this.sender.maxFrameBytes = value;
        return;
      default:
        return;
    }
  }

  /** RFC 9113 §6.9.2: the change applies to all open streams, and may make windows negative. */
  #applyInitialWindow(value: number): void {
    if (value > MAX_WINDOW_BYTES) {
      throw new ConnectionError(ErrorCode.flowControlError, 'INITIAL_WINDOW_SIZE');
    }
    const change = value - this.sender.initialWindowBytes;
    this.sender.initialWindowBytes = value;
    if (change === 0) return;
    for (const stream of this.streams.values()) {
      stream.sendWindow += change;
      if (stream.sendWindow > MAX_WINDOW_BYTES) {
        throw new ConnectionError(ErrorCode.flowControlError, 'stream window overflow');
      }
    }
  }

  /** Decodes a block that nobody needs, for the table's sake. */
  protected skipHeaderBlock(bytes: Buffer, start: number, end: number): void {
    const fields: HeaderField[] = [];
    this.decoder.decode(bytes, start, end, fields);
  }

  #detachAll(error: Error): void {
    const open = [...this.streams.values()];
    this.streams.clear();
    this.#recent = undefined;
    this.#carry = undefined;
    this.#blockParts = [];
    for (const stream of open) {
      stream.localClosed = true;
      stream.remoteClosed = true;
      this.sender.forget(stream);
    }
    for (const stream of open) stream.onReset(ErrorCode.cancel, error.message);
    this.onClosed(error);
  }
}

function protocol(message: string): ConnectionError {
  return new ConnectionError(ErrorCode.protocolError, message);
}

function frameSize(what: string): ConnectionError {
  return new ConnectionError(ErrorCode.frameSizeError, `bad frame size: ${what}`);
}
