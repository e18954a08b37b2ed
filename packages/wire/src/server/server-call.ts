// A gRPC call on the server: one object that is the HTTP/2 stream, the unary call and the server stream, because
// it is made for every request. Status and texts for protocol violations follow grpc-go.

import { gzipSync } from 'node:zlib';
import { concatBytes, GrpcCode } from '@quorate/base';
import type { DeadlineEntry } from '../grpc/deadline-wheel.ts';
import { type MessageError, MessageReader, unknownEncoding } from '../grpc/message-reader.ts';
import { type MetadataPair, metadataPair } from '../grpc/metadata.ts';
import { PREFIX_BYTES, packedMessages } from '../grpc/packed-messages.ts';
import type { Route } from '../grpc/router.ts';
import { ErrorCode } from '../h2/frame.ts';
import type { RequestHead } from '../h2/heads.ts';
import { messageLength, Prefix } from '../h2/sender.ts';
import { Http2Stream } from '../h2/stream.ts';
import { GZIP_MIN_BYTES } from '../limits.ts';
import type { MessageBytes, PeerInfo, ServerStream, UnaryCall } from '../types.ts';
import type { ServerConnection } from './server-connection.ts';

export class ServerCall extends Http2Stream implements UnaryCall, ServerStream, DeadlineEntry {
  declare readonly connection: ServerConnection;
  readonly deadlineMs: number;
  wheelBucket = -1;
  wheelNext: DeadlineEntry | undefined = undefined;
  wheelPrevious: DeadlineEntry | undefined = undefined;
  cancelled = false;
  state: unknown = undefined;
  onCancel: (() => void) | undefined = undefined;
  onMessage: ((message: Uint8Array) => void) | undefined = undefined;
  onHalfClose: (() => void) | undefined = undefined;
  onDrain: (() => void) | undefined = undefined;
  readonly #head: RequestHead;
  readonly #route: Route;
  #reader: MessageReader | undefined = undefined;
  /** Unary: the message, while its END_STREAM is outstanding. */
  #request: Uint8Array | undefined = undefined;
  /** The answer is complete, queued or sent; or the call is cancelled. */
  #ended = false;
  #headersSent = false;
  /** The last message was delivered and onHalfClose called. */
  #halfCloseDue = false;
  #statusCode = 0;
  #statusMessage = '';
  /** Only set where durations are asked for. */
  #startedMs = 0;
  #extraHeaders: MetadataPair[] | undefined = undefined;
  #extraTrailers: MetadataPair[] | undefined = undefined;

  constructor(connection: ServerConnection, id: number, head: RequestHead, route: Route, deadlineMs: number) {
    super(connection, id);
    this.#head = head;
    this.#route = route;
    this.deadlineMs = deadlineMs;
    this.expectedBytes = head.contentLength;
  }

  get path(): string {
    return this.#head.path;
  }

  get peer(): PeerInfo {
    return this.connection.peer;
  }

  get bufferedBytes(): number {
    return this.queuedBytes;
  }

  header(name: string): string | undefined {
    for (const field of this.#head.fields) if (field.name === name) return field.value;
    return undefined;
  }

  headerBytes(name: string): Uint8Array | undefined {
    const value = this.header(name);
    return value === undefined ? undefined : Buffer.from(value, 'base64');
  }

  headers(): readonly MetadataPair[] {
    return this.#head.fields.map((field) => [field.name, field.value] as const);
  }

  setHeader(name: string, value: string | Uint8Array): void {
    if (this.#headersSent) throw new Error(`header ${name} set after the headers were sent`);
    this.#extraHeaders ??= [];
    this.#extraHeaders.push(metadataPair(name, value));
  }

  setTrailer(name: string, value: string | Uint8Array): void {
    this.#extraTrailers ??= [];
    this.#extraTrailers.push(metadataPair(name, value));
  }

  // ---- answering

  reply(message: MessageBytes, released?: () => void): void {
    if (this.#ended) {
      released?.();
      return;
    }
    const sent = this.#sendMessage(message);
    if (this.queuedBytes === 0) released?.();
    else this.onQueueReleased = released;
    if (sent) this.end(0, '');
  }

  fail(code: number, message: string): void {
    this.end(code === 0 ? GrpcCode.Unknown : code, message);
  }

  send(message: MessageBytes): boolean {
    if (this.#ended) return true;
    this.#sendMessage(message);
    return !this.drainWanted;
  }

  sendPacked(messages: Uint8Array, count: number): boolean {
    if (this.#ended) return true;
    if (this.#gzip) {
      for (const message of packedMessages(messages)) this.#sendMessage(message);
      return !this.drainWanted;
    }
    if (!this.#headersSent) this.sendHeaders();
    const { context, sender } = this.connection;
    context.counters.grpcBytesSent += messages.length - count * PREFIX_BYTES;
    this.#route.counters.messagesSent += count;
    sender.send(this, Prefix.none, messages, false);
    return !this.drainWanted;
  }

  sendHeaders(): void {
    if (this.#ended || this.#headersSent) return;
    this.#headersSent = true;
    this.connection.writeResponseHeaders(this.id, this.#extraHeaders, this.#gzip);
  }

  end(code = 0, message = ''): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#statusCode = code;
    this.#statusMessage = message;
    this.#count(code);
    this.connection.context.wheel.remove(this);
    this.#reader?.clear();
    this.onCancel = undefined;
    if (this.queuedBytes === 0) this.finishOutput();
    else this.finishPending = true;
  }

  finishOutput(): void {
    const connection = this.connection;
    if (this.#headersSent) {
      connection.writeTrailers(this.id, this.#statusCode, this.#statusMessage, this.#extraTrailers);
    } else {
      this.#headersSent = true;
      connection.writeTrailersOnly(
        this.id,
        this.#statusCode,
        this.#statusMessage,
        this.#extraHeaders,
        this.#extraTrailers,
      );
    }
    this.closeLocal();
    // The answer is complete before the request is: ask the client to stop (RFC 9113 §8.1).
    if (!this.remoteClosed) connection.resetStream(this, ErrorCode.noError);
  }

  get #gzip(): boolean {
    return this.#head.grpcEncoding === 'gzip' && this.#head.acceptsGzip;
  }

  #sendMessage(message: MessageBytes): boolean {
    const { context, sender } = this.connection;
    const size = messageLength(message);
    if (size > context.limits.maxSendMessageBytes) {
      this.end(
        GrpcCode.ResourceExhausted,
        `grpc: trying to send message larger than max (${size} vs. ${context.limits.maxSendMessageBytes})`,
      );
      return false;
    }
    if (!this.#headersSent) this.sendHeaders();
    context.counters.grpcBytesSent += size;
    this.#route.counters.messagesSent++;
    if (size >= GZIP_MIN_BYTES && this.#gzip) {
      const whole = message instanceof Uint8Array ? message : concatBytes(message);
      sender.send(this, Prefix.compressed, gzipSync(whole), false);
    } else {
      sender.send(this, Prefix.plain, message, false);
    }
    return true;
  }

  // ---- receiving

  /** Called once, after construction: the request's head is complete. */
  start(endStream: boolean): void {
    const { counters } = this.#route;
    counters.started++;
    if (counters.onHandled !== undefined) this.#startedMs = this.connection.context.clock.nowMs();
    const { grpcEncoding } = this.#head;
    if (grpcEncoding !== '' && grpcEncoding !== 'identity' && grpcEncoding !== 'gzip') {
      this.#reject(unknownEncoding(grpcEncoding));
      return;
    }
    if (this.#route.stream !== undefined) this.#route.stream(this);
    if (endStream) this.#onEndStream();
  }

  onData(bytes: Buffer, start: number, end: number, endStream: boolean): void {
    if (this.#ended) return;
    const size = end - start;
    if (this.#route.unary !== undefined) {
      // The common case: the whole message and the end of the stream in one frame.
      if (
        endStream &&
        size >= 5 &&
        this.#reader === undefined &&
        bytes[start] === 0 &&
        readUint32(bytes, start + 1) === size - 5 &&
        size - 5 <= this.connection.limits.maxReceiveMessageBytes
      ) {
        this.connection.context.counters.grpcBytesReceived += size - 5;
        this.#route.counters.messagesReceived++;
        this.#route.unary(this, bytes.subarray(start + 5, end));
        return;
      }
    } else if (
      size >= 5 &&
      (this.#reader === undefined || this.#reader.idle) &&
      bytes[start] === 0 &&
      readUint32(bytes, start + 1) === size - 5 &&
      size - 5 <= this.connection.limits.maxReceiveMessageBytes
    ) {
      this.consumed(size);
      this.onReaderMessage(bytes.subarray(start + 5, end));
      if (endStream) this.#onEndStream();
      return;
    }
    if (size > 0) {
      const error = this.#useReader().push(bytes, start, end);
      if (error !== undefined) {
        this.#reject(error);
        return;
      }
    }
    if (endStream) this.#onEndStream();
  }

  onReaderMessage(message: Uint8Array): void {
    if (this.#ended) return;
    this.connection.context.counters.grpcBytesReceived += message.length;
    this.#route.counters.messagesReceived++;
    if (this.#route.unary === undefined) {
      this.onMessage?.(message);
    } else if (this.#request !== undefined) {
      this.end(GrpcCode.Internal, 'grpc: more than one request message in a unary call');
    } else {
      this.#request = message;
    }
  }

  onHeld(change: number): void {
    const connection = this.connection;
    if (change < 0) {
      connection.released(-change);
      return;
    }
    connection.bufferedBytes += change;
    if (connection.bufferedBytes > connection.limits.maxConnectionBufferedBytes && !this.#ended) {
      this.end(GrpcCode.ResourceExhausted, 'grpc: connection holds too many incomplete messages');
    }
  }

  pause(): void {
    if (!this.#ended) this.#useReader().pause();
  }

  resume(): void {
    const reader = this.#reader;
    if (reader === undefined || !reader.paused) return;
    const error = reader.resume();
    if (error !== undefined) this.#reject(error);
    else if (this.#halfCloseDue) this.#onEndStream();
  }

  onTrailers(): void {
    if (!this.#ended) this.#onEndStream();
  }

  onReset(): void {
    if (this.#ended) return;
    this.#cancel(GrpcCode.Canceled);
  }

  onWritable(): void {
    if (!this.#ended) this.onDrain?.();
  }

  onDeadline(): void {
    if (this.#ended) return;
    // What is queued is worthless now, but half a message must not be followed by trailers.
    if (this.queueOffset > 0) {
      this.connection.resetStream(this, ErrorCode.cancel);
      this.#cancel(GrpcCode.DeadlineExceeded);
      return;
    }
    this.cancelled = true;
    const { onCancel } = this;
    this.connection.sender.forget(this);
    this.end(GrpcCode.DeadlineExceeded, 'context deadline exceeded');
    onCancel?.();
  }

  #cancel(code: number): void {
    this.#ended = true;
    this.#count(code);
    this.cancelled = true;
    this.connection.context.wheel.remove(this);
    this.#reader?.clear();
    const { onCancel } = this;
    this.onCancel = undefined;
    onCancel?.();
  }

  #count(code: number): void {
    const { counters } = this.#route;
    counters.ended(code);
    counters.onHandled?.(this.connection.context.clock.nowMs() - this.#startedMs);
  }

  #useReader(): MessageReader {
    this.#reader ??= new MessageReader(
      this,
      this.connection.limits.maxReceiveMessageBytes,
      this.#head.grpcEncoding,
    );
    return this.#reader;
  }

  #onEndStream(): void {
    const reader = this.#reader;
    if (reader?.holding || reader?.paused) {
      this.#halfCloseDue = true;
      return;
    }
    this.#halfCloseDue = false;
    if (this.#ended) return;
    if (reader?.insideMessage) {
      this.#reject({ code: GrpcCode.Internal, message: 'unexpected EOF' });
    } else if (this.#route.unary === undefined) {
      this.onHalfClose?.();
    } else if (this.#request === undefined) {
      this.#reject({ code: GrpcCode.Internal, message: 'grpc: no request message in a unary call' });
    } else {
      const request = this.#request;
      this.#request = undefined;
      this.#route.unary(this, request);
    }
  }

  /** The client's message cannot be taken: status to the client, cancel to the handler. */
  #reject(error: MessageError): void {
    if (this.#ended) return;
    const { onCancel } = this;
    this.cancelled = true;
    this.end(error.code, error.message);
    onCancel?.();
  }
}

function readUint32(bytes: Buffer, at: number): number {
  return (
    (bytes[at] as number) * 0x1000000 +
    (((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number))
  );
}
