// Our half of a stream: the peer has dialed, and what we send goes into the answer of its request. All messages of a
// turn leave in one write. While the connection is behind, messages wait in a bounded queue, not encoded.
import type { Clock } from '@quorate/base';
import { Writer } from '@quorate/proto';
import type { Message } from '@quorate/raft';
import type { HttpResponse } from '@quorate/wire';
import type { StreamKind } from './headers.ts';
import {
  LINK_HEARTBEAT_MS,
  STREAM_BATCH_BYTES,
  STREAM_QUEUE_BYTES,
  STREAM_QUEUE_MESSAGES,
  STREAM_TIMEOUT_MS,
} from './limits.ts';
import { type MessageEncoder, PlainEncoder } from './message-codec.ts';
import { MessageQueue } from './message-queue.ts';
import { AppendEncoder } from './msgapp-codec.ts';

export interface StreamWriterHooks {
  attached(kind: StreamKind): void;
  /** The connection is gone; `dropped` when messages were lost with it. */
  lost(kind: StreamKind, reason: string, dropped: boolean): void;
}

/** A connection that a peer has opened for us to write to. */
export interface Outgoing {
  readonly response: HttpResponse;
  /** Cuts the connection. */
  destroy(): void;
}

export class StreamWriter {
  readonly kind: StreamKind;
  readonly #clock: Clock;
  readonly #hooks: StreamWriterHooks;
  readonly #queue = new MessageQueue(STREAM_QUEUE_MESSAGES, STREAM_QUEUE_BYTES);
  readonly #out = new Writer();
  #connection: Outgoing | undefined;
  #encoder: MessageEncoder = new PlainEncoder();
  #flushDue = false;
  /** When the connection fell behind; −1 while it is not. */
  #behindSinceMs = -1;
  #lastWriteMs = 0;
  bytesSent = 0;
  readonly #flushBound = (): void => this.#flush();

  constructor(kind: StreamKind, clock: Clock, hooks: StreamWriterHooks) {
    this.kind = kind;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  get working(): boolean {
    return this.#connection !== undefined;
  }

  /** Takes a connection; one that is there already is dropped, for the peer has given it up. */
  attach(connection: Outgoing): void {
    this.#drop();
    this.#connection = connection;
    this.#encoder = this.kind === 'msgapp' ? new AppendEncoder() : new PlainEncoder();
    this.#behindSinceMs = -1;
    this.#lastWriteMs = this.#clock.nowMs();
    const { response } = connection;
    response.on('close', () => {
      if (this.#connection === connection) this.#lose('connection closed');
    });
    response.on('drain', () => {
      if (this.#connection !== connection) return;
      this.#behindSinceMs = -1;
      this.#flush();
    });
    this.#hooks.attached(this.kind);
  }

  /** Queues a message, which leaves with a flush; false when it cannot be taken. */
  send(message: Message): boolean {
    return this.#connection !== undefined && this.#queue.push(message);
  }

  /** Writes what is queued at the end of the turn. */
  flushSoon(): void {
    if (this.#flushDue || this.#queue.length === 0 || this.#behindSinceMs >= 0) return;
    this.#flushDue = true;
    process.nextTick(this.#flushBound);
  }

  /** Writes what is queued to the socket in this very turn: a sync of the log may follow and hold the loop. */
  flushNow(): void {
    if (this.#queue.length === 0) return;
    this.#flush();
    this.#connection?.response.flush?.();
  }

  /** Keeps an idle link alive and ends one that takes nothing. */
  sweep(nowMs: number): void {
    if (this.#connection === undefined) return;
    if (this.#behindSinceMs >= 0) {
      if (nowMs - this.#behindSinceMs >= STREAM_TIMEOUT_MS) this.#lose('write timeout');
      return;
    }
    if (nowMs - this.#lastWriteMs < LINK_HEARTBEAT_MS) return;
    this.#encoder.encodeHeartbeat(this.#out);
    this.#write();
  }

  stop(): void {
    this.#drop();
  }

  #flush(): void {
    this.#flushDue = false;
    while (this.#connection !== undefined && this.#behindSinceMs < 0 && this.#queue.length > 0) {
      while (this.#queue.length > 0 && this.#out.position < STREAM_BATCH_BYTES) {
        this.#encoder.encode(this.#queue.shift() as Message, this.#out);
      }
      this.#write();
    }
  }

  #write(): void {
    const connection = this.#connection as Outgoing;
    const bytes = this.#out.copy();
    this.#out.reset();
    this.bytesSent += bytes.length;
    this.#lastWriteMs = this.#clock.nowMs();
    if (!connection.response.write(bytes)) this.#behindSinceMs = this.#lastWriteMs;
  }

  #lose(reason: string): void {
    const dropped = this.#drop();
    this.#hooks.lost(this.kind, reason, dropped);
  }

  /** @returns whether messages were lost */
  #drop(): boolean {
    const connection = this.#connection;
    if (connection === undefined) return false;
    this.#connection = undefined;
    const dropped = this.#queue.length > 0;
    this.#queue.clear();
    this.#out.reset();
    connection.destroy();
    return dropped;
  }
}
