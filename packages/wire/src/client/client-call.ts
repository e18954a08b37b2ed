// A gRPC call on the client: stream, unary call and its deadline in one object.

import { gzipSync } from 'node:zlib';
import { concatBytes, GrpcCode } from '@quorate/base';
import type { DeadlineEntry } from '../grpc/deadline-wheel.ts';
import { MessageReader, unknownEncoding } from '../grpc/message-reader.ts';
import { codeOfHttpStatus, codeOfReset, textOfHttpStatus, textOfReset } from '../grpc/status.ts';
import { ErrorCode } from '../h2/frame.ts';
import type { ResponseHead } from '../h2/heads.ts';
import { messageLength, Prefix } from '../h2/sender.ts';
import { Http2Stream } from '../h2/stream.ts';
import { GZIP_MIN_BYTES } from '../limits.ts';
import {
  type CallStatus,
  type ClientCallHandle,
  type ClientStream,
  GrpcError,
  type MessageBytes,
  type Metadata,
  type UnaryCallback,
} from '../types.ts';
import type { ClientConnection } from './client-connection.ts';

const NO_METADATA: ReadonlyMap<string, string> = new Map();

export class ClientCall extends Http2Stream implements ClientStream, ClientCallHandle, DeadlineEntry {
  declare readonly connection: ClientConnection;
  readonly path: string;
  readonly metadata: Metadata | undefined;
  readonly deadlineMs: number;
  wheelBucket = -1;
  wheelNext: DeadlineEntry | undefined = undefined;
  wheelPrevious: DeadlineEntry | undefined = undefined;
  onHeaders: ((headers: ReadonlyMap<string, string>) => void) | undefined = undefined;
  onMessage: ((message: Uint8Array) => void) | undefined = undefined;
  onEnd: ((status: CallStatus) => void) | undefined = undefined;
  onDrain: (() => void) | undefined = undefined;
  ended = false;
  /** Unary calls have a callback and keep their message; streams have none. */
  readonly #callback: UnaryCallback | undefined;
  #message: Uint8Array | undefined = undefined;
  #reader: MessageReader | undefined = undefined;
  #head: ResponseHead | undefined = undefined;
  #halfClosed = false;
  /** The status, while messages before it are held back by a pause. */
  #statusDue: CallStatus | undefined = undefined;
  #signal: AbortSignal | undefined = undefined;
  readonly #onAbort = (): void => this.cancel();

  constructor(
    connection: ClientConnection,
    path: string,
    metadata: Metadata | undefined,
    deadlineMs: number,
    callback: UnaryCallback | undefined,
  ) {
    super(connection, 0);
    // Nothing leaves before the stream has an id: messages wait in the queue.
    this.sendWindow = 0;
    this.path = path;
    this.metadata = metadata;
    this.deadlineMs = deadlineMs;
    this.#callback = callback;
  }

  get bufferedBytes(): number {
    return this.queuedBytes;
  }

  // ---- sending

  send(message: MessageBytes): boolean {
    if (this.ended || this.#halfClosed) return true;
    this.sendLast(message, false);
    return !this.drainWanted;
  }

  /** Sends a message, and with `last` the end of the stream with it. */
  sendLast(message: MessageBytes, last: boolean): void {
    const { sender } = this.connection;
    if (this.connection.gzip && messageLength(message) >= GZIP_MIN_BYTES) {
      const whole = message instanceof Uint8Array ? message : concatBytes(message);
      sender.send(this, Prefix.compressed, gzipSync(whole), last);
    } else {
      sender.send(this, Prefix.plain, message, last);
    }
    if (last) this.#halfClosed = true;
  }

  halfClose(): void {
    if (this.ended || this.#halfClosed) return;
    this.#halfClosed = true;
    this.connection.sender.finish(this);
  }

  finishOutput(): void {
    this.connection.sender.endStream(this);
  }

  onWritable(): void {
    if (!this.ended) this.onDrain?.();
  }

  // ---- ending

  cancel(): void {
    this.abort(GrpcCode.Canceled, 'context canceled');
  }

  /** Ends the call from our side. */
  abort(code: number, message: string): void {
    if (this.ended) return;
    this.connection.abandon(this);
    this.#end({ code, message, metadata: NO_METADATA });
  }

  watch(signal: AbortSignal): void {
    this.#signal = signal;
    if (signal.aborted) queueMicrotask(this.#onAbort);
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onDeadline(): void {
    this.abort(GrpcCode.DeadlineExceeded, 'context deadline exceeded');
  }

  #end(status: CallStatus): void {
    if (this.ended) return;
    this.ended = true;
    this.connection.wheel.remove(this);
    this.#reader?.clear();
    if (this.#signal !== undefined) this.#signal.removeEventListener('abort', this.#onAbort);
    const callback = this.#callback;
    if (callback === undefined) {
      this.onEnd?.(status);
    } else if (status.code !== 0) {
      callback(new GrpcError(status.code, status.message, status.metadata), null);
    } else if (this.#message === undefined) {
      callback(new GrpcError(GrpcCode.Internal, 'grpc: no response message in a unary call'), null);
    } else {
      callback(null, this.#message);
    }
  }

  // ---- receiving

  /** Response headers or trailers. */
  onHead(head: ResponseHead, endStream: boolean): void {
    if (this.ended) return;
    if (this.#head === undefined) {
      if (head.status >= 100 && head.status < 200 && !endStream) return;
      this.#head = head;
      if (!this.#checkHead(head)) return;
      if (!endStream) {
        this.onHeaders?.(head.map());
        return;
      }
    } else if (!endStream) {
      this.abort(GrpcCode.Internal, 'grpc: trailers without END_STREAM');
      return;
    }
    if (this.#reader?.insideMessage && !this.#reader.holding) {
      this.#finish({ code: GrpcCode.Internal, message: 'unexpected EOF', metadata: head.map() });
    } else if (head.grpcStatus === 0 && this.#callback !== undefined) {
      this.#finish(OK);
    } else if (head.grpcStatus < 0) {
      this.#finish({
        code: GrpcCode.Internal,
        message: 'server closed the stream without a grpc-status',
        metadata: head.map(),
      });
    } else {
      const code = Number.isNaN(head.grpcStatus) ? GrpcCode.Unknown : head.grpcStatus;
      this.#finish({ code, message: head.grpcMessage, metadata: head.map() });
    }
  }

  #checkHead(head: ResponseHead): boolean {
    if (head.status !== 200 && head.grpcStatus < 0) {
      this.#failWith(codeOfHttpStatus(head.status), textOfHttpStatus(head.status), head);
      return false;
    }
    if (!head.contentType.startsWith('application/grpc') && head.grpcStatus < 0) {
      const type = JSON.stringify(head.contentType);
      this.#failWith(GrpcCode.Unknown, `received unexpected content-type ${type}`, head);
      return false;
    }
    if (head.grpcEncoding !== '' && head.grpcEncoding !== 'identity' && head.grpcEncoding !== 'gzip') {
      const { code, message } = unknownEncoding(head.grpcEncoding);
      this.#failWith(code, message, head);
      return false;
    }
    return true;
  }

  #failWith(code: number, message: string, head: ResponseHead): void {
    this.connection.abandon(this);
    this.#end({ code, message, metadata: head.map() });
  }

  /** The peer ended the stream: report, after the messages that came before. */
  #finish(status: CallStatus): void {
    if (this.#reader?.holding || this.#reader?.paused) {
      this.#statusDue = status;
      return;
    }
    // The server answered before we were done: stop sending.
    if (!this.localClosed) this.connection.resetStream(this, ErrorCode.noError);
    this.#end(status);
  }

  onData(bytes: Buffer, start: number, end: number, endStream: boolean): void {
    if (this.ended) return;
    const size = end - start;
    const reader = this.#reader;
    if (this.#head === undefined) {
      this.abort(GrpcCode.Internal, 'grpc: content before the response headers');
      return;
    }
    if (
      size >= 5 &&
      (reader === undefined || reader.idle) &&
      bytes[start] === 0 &&
      bytes.readUInt32BE(start + 1) === size - 5 &&
      size - 5 <= this.connection.limits.maxReceiveMessageBytes
    ) {
      this.consumed(size);
      this.onReaderMessage(bytes.subarray(start + 5, end));
    } else if (size > 0) {
      const error = this.#useReader().push(bytes, start, end);
      if (error !== undefined) {
        this.abort(error.code, error.message);
        return;
      }
    }
    if (endStream) {
      this.#finish({
        code: GrpcCode.Internal,
        message: 'server closed the stream without sending trailers',
        metadata: NO_METADATA,
      });
    }
  }

  onReaderMessage(message: Uint8Array): void {
    if (this.ended) return;
    if (this.#callback === undefined) this.onMessage?.(message);
    else if (this.#message === undefined) this.#message = message;
    else this.abort(GrpcCode.Internal, 'grpc: more than one response message in a unary call');
  }

  onHeld(change: number): void {
    const { connection } = this;
    if (change < 0) connection.released(-change);
    else connection.bufferedBytes += change;
    if (connection.bufferedBytes > connection.limits.maxConnectionBufferedBytes && change > 0) {
      this.abort(GrpcCode.ResourceExhausted, 'grpc: connection holds too many incomplete messages');
    }
  }

  pause(): void {
    if (!this.ended) this.#useReader().pause();
  }

  resume(): void {
    const reader = this.#reader;
    if (reader === undefined || !reader.paused) return;
    const error = reader.resume();
    if (error !== undefined) this.abort(error.code, error.message);
    else if (this.#statusDue !== undefined && !reader.paused) {
      const status = this.#statusDue;
      const cut: CallStatus = { code: GrpcCode.Internal, message: 'unexpected EOF', metadata: NO_METADATA };
      this.#finish(reader.insideMessage ? cut : status);
    }
  }

  #useReader(): MessageReader {
    this.#reader ??= new MessageReader(
      this,
      this.connection.limits.maxReceiveMessageBytes,
      this.#head?.grpcEncoding ?? 'gzip',
    );
    return this.#reader;
  }

  onReset(code: number, reason: string): void {
    if (this.ended) return;
    // A reset after the trailers takes nothing back.
    if (this.#statusDue !== undefined) return;
    if (this.connection.closed) {
      this.#end({ code: GrpcCode.Unavailable, message: reason, metadata: NO_METADATA });
    } else {
      this.#end({ code: codeOfReset(code), message: textOfReset(code), metadata: NO_METADATA });
    }
  }
}

const OK: CallStatus = { code: 0, message: '', metadata: NO_METADATA };
