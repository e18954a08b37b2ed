// The sending half of flow control (RFC 9113 §5.2): DATA goes straight into the output buffer while windows and
// socket allow it, and waits in its stream's queue otherwise. Blocked streams take turns, a frame each.

import type { Socket } from 'node:net';
import { PREFIX_BYTES } from '../grpc/packed-messages.ts';
import { KEPT_PART_BYTES, OUTPUT_BUFFER_BYTES } from '../limits.ts';
import type { MessageBytes } from '../types.ts';
import { DEFAULT_WINDOW_BYTES, Flag, FRAME_HEADER_BYTES, FrameType, MIN_MAX_FRAME_BYTES } from './frame.ts';
import { Output } from './output.ts';
import type { Http2Stream } from './stream.ts';

/** What precedes the bytes: nothing, or a gRPC prefix with this compressed flag. */
export const Prefix = { none: -1, plain: 0, compressed: 1 } as const;

export function messageLength(message: MessageBytes): number {
  if (message instanceof Uint8Array) return message.length;
  let total = 0;
  for (let i = 0; i < message.length; i++) total += (message[i] as Uint8Array).length;
  return total;
}

export class Sender {
  readonly out: Output;
  readonly #socket: Socket;
  /** The peer's connection-level window. */
  windowBytes = DEFAULT_WINDOW_BYTES;
  /** The peer's SETTINGS_INITIAL_WINDOW_SIZE and SETTINGS_MAX_FRAME_SIZE. */
  initialWindowBytes = DEFAULT_WINDOW_BYTES;
  maxFrameBytes = MIN_MAX_FRAME_BYTES;
  readonly #outputHighWaterBytes: number;
  readonly #streamHighWaterBytes: number;
  /** Bytes the socket held back after the last flush. */
  #unsentBytes = 0;
  /** Streams with queued bytes and an open stream window, waiting for connection window or socket. */
  readonly #waiting = new Set<Http2Stream>();
  #flushScheduled = false;
  readonly #flush = (): void => this.flush();
  #continueScheduled = false;
  readonly #continue = (): void => {
    this.#continueScheduled = false;
    this.pumpWaiting();
  };
  // The DATA frame the output buffer ends with: later messages of the same stream join it.
  #tailStreamId = 0;
  #tailAt = 0;
  #tailEnd = 0;
  /** Set with every HEADERS and DATA frame (keepalive enforcement asks for it and clears it). */
  contentSent = false;
  /** Called after each flush that left bytes unsent, and when all of them went out. */
  onBacklog: ((bytes: number) => void) | undefined = undefined;

  constructor(
    socket: Socket,
    limits: { readonly outputHighWaterBytes: number; readonly streamHighWaterBytes: number },
  ) {
    this.#socket = socket;
    this.out = new Output(socket);
    this.#outputHighWaterBytes = limits.outputHighWaterBytes;
    this.#streamHighWaterBytes = limits.streamHighWaterBytes;
    socket.on('drain', () => this.#drained());
  }

  /** True while more output does not pile up before a slow socket. */
  get hasRoom(): boolean {
    return this.out.length + this.#unsentBytes < this.#outputHighWaterBytes;
  }

  /**
   * How much queued content may still join this turn's write: what fits in a pooled buffer, and nothing while the
   * socket holds enough to call back when it is empty.
   */
  get #queueRoom(): number {
    return this.#socket.writableNeedDrain ? 0 : OUTPUT_BUFFER_BYTES - FRAME_HEADER_BYTES - this.out.length;
  }

  /** Everything written this turn leaves in one write at its end. */
  scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    process.nextTick(this.#flush);
  }

  flush(): void {
    this.#flushScheduled = false;
    if (this.out.length === 0) return;
    this.#handOver();
    if (this.#waiting.size > 0 && this.#queueRoom > 0) this.#continueLater();
  }

  #handOver(): void {
    this.#tailStreamId = 0;
    this.out.flush();
    this.#unsentBytes = this.out.unsentBytes;
    if (this.#unsentBytes > 0) this.onBacklog?.(this.#unsentBytes);
  }

  /** Makes room for a frame. A full buffer goes to the socket before the turn's end: growing it would cost more. */
  #reserveFrame(bytes: number): void {
    const { out } = this;
    if (out.length > 0 && out.length + bytes > OUTPUT_BUFFER_BYTES) this.#handOver();
    out.reserve(bytes);
  }

  /** A fast socket must not let one connection's backlog keep the event loop: one buffer a turn. */
  #continueLater(): void {
    if (this.#continueScheduled) return;
    this.#continueScheduled = true;
    setImmediate(this.#continue);
  }

  /**
   * Sends a message (or raw bytes) on a stream, or queues it. With `endStream` nothing may follow.
   * Returns false when the stream's queue is past its high-water mark.
   */
  send(stream: Http2Stream, prefix: number, message: MessageBytes, endStream: boolean): boolean {
    const size = messageLength(message);
    const total = prefix === Prefix.none ? size : size + PREFIX_BYTES;
    if (
      stream.queuedBytes === 0 &&
      total <= stream.sendWindow &&
      total <= this.windowBytes &&
      this.#fits(message, size, total) &&
      this.hasRoom &&
      total > 0
    ) {
      stream.sendWindow -= total;
      this.windowBytes -= total;
      this.contentSent = true;
      if (total <= this.maxFrameBytes) {
        this.#writeOne(stream.id, prefix, message, size, total, endStream ? Flag.endStream : 0);
        if (endStream) stream.closeLocal();
      } else {
        this.#writeMany(stream.id, prefix, message, size, total);
        if (endStream) this.endStream(stream);
      }
      this.scheduleFlush();
      return true;
    }
    if (total > 0) {
      enqueue(stream, prefix, message, size, total);
      this.#pump(stream, Number.POSITIVE_INFINITY);
    }
    if (endStream) this.finish(stream);
    if (stream.queuedBytes < this.#streamHighWaterBytes) return true;
    stream.drainWanted = true;
    return false;
  }

  /** Whether a message joins this turn's write. One of large parts, which are not copied, rather waits than has the buffer grow. */
  #fits(message: MessageBytes, size: number, total: number): boolean {
    if (message instanceof Uint8Array || size < KEPT_PART_BYTES) return total <= OUTPUT_BUFFER_BYTES;
    return total <= this.#queueRoom;
  }

  /** Empty DATA frame with END_STREAM. The queue must be empty. */
  endStream(stream: Http2Stream): void {
    this.out.reserve(FRAME_HEADER_BYTES);
    this.out.frameHeader(0, FrameType.data, Flag.endStream, stream.id);
    this.scheduleFlush();
    stream.closeLocal();
  }

  /** Calls `finishOutput` as soon as the queue is empty, which may be now. */
  finish(stream: Http2Stream): void {
    if (stream.queuedBytes === 0 && stream.id !== 0) stream.finishOutput();
    else stream.finishPending = true;
  }

  /** HEADERS and, for a long block, CONTINUATION frames. */
  headers(streamId: number, block: Uint8Array, endStream: boolean): void {
    const length = block.length;
    const max = this.maxFrameBytes;
    this.contentSent = true;
    this.out.reserve(length + FRAME_HEADER_BYTES * (Math.ceil(length / max) + 1));
    let flags: number = endStream ? Flag.endStream : 0;
    if (length <= max) flags |= Flag.endHeaders;
    let at = Math.min(length, max);
    this.out.frameHeader(at, FrameType.headers, flags, streamId);
    this.out.copy(block, 0, at);
    while (at < length) {
      const next = Math.min(length, at + max);
      this.out.frameHeader(
        next - at,
        FrameType.continuation,
        next === length ? Flag.endHeaders : 0,
        streamId,
      );
      this.out.copy(block, at, next);
      at = next;
    }
    this.scheduleFlush();
  }

  /** A prepared HEADERS frame, addressed to a stream. */
  frame(frame: Uint8Array, streamId: number): void {
    const out = this.out;
    const at = out.length;
    out.reserve(frame.length);
    out.copy(frame, 0, frame.length);
    const { buffer } = out;
    buffer[at + 5] = streamId >>> 24;
    buffer[at + 6] = streamId >>> 16;
    buffer[at + 7] = streamId >>> 8;
    buffer[at + 8] = streamId;
    this.contentSent = true;
    this.scheduleFlush();
  }

  /** A stream's window grew, or its peer's initial window did. */
  streamWindowOpened(stream: Http2Stream): void {
    if (stream.queuedBytes > 0 && stream.sendWindow > 0) this.#pump(stream, Number.POSITIVE_INFINITY);
  }

  /** A stream that was filled before it had an id is open now. */
  opened(stream: Http2Stream): void {
    if (stream.queuedBytes > 0) {
      this.#pump(stream, Number.POSITIVE_INFINITY);
    } else if (stream.finishPending) {
      stream.finishPending = false;
      stream.finishOutput();
    }
  }

  /** Lets waiting streams go on, one frame each in turn, while the connection has window and room. */
  pumpWaiting(): void {
    for (const stream of this.#waiting) {
      if (this.windowBytes <= 0 || this.#queueRoom <= 0) return;
      // A stream that still has bytes puts itself at the end of the set, and is visited again.
      this.#waiting.delete(stream);
      this.#pump(stream, 1);
    }
  }

  /** Drops a closed stream's queue. */
  forget(stream: Http2Stream): void {
    if (stream.queuedBytes === 0) return;
    this.#waiting.delete(stream);
    stream.queue = undefined;
    stream.queueOffset = 0;
    stream.queuedBytes = 0;
    stream.finishPending = false;
    stream.queueReleased();
  }

  #drained(): void {
    this.#unsentBytes = this.out.unsentBytes;
    this.onBacklog?.(this.#unsentBytes);
    if (this.#waiting.size > 0) this.#continueLater();
  }

  #writeOne(
    id: number,
    prefix: number,
    message: MessageBytes,
    size: number,
    total: number,
    flags: number,
  ): void {
    const out = this.out;
    this.#reserveFrame(total + FRAME_HEADER_BYTES);
    const joined = out.length - this.#tailAt - FRAME_HEADER_BYTES + total;
    if (this.#tailStreamId === id && this.#tailEnd === out.length && joined <= this.maxFrameBytes) {
      const header = this.#tailAt;
      out.buffer[header] = joined >>> 16;
      out.buffer[header + 1] = joined >>> 8;
      out.buffer[header + 2] = joined;
      out.buffer[header + 4] = flags;
    } else {
      this.#tailStreamId = id;
      this.#tailAt = out.length;
      out.frameHeader(total, FrameType.data, flags, id);
    }
    if (prefix !== Prefix.none) {
      out.buffer[out.length++] = prefix;
      out.uint32(size);
    }
    if (message instanceof Uint8Array) {
      out.copy(message, 0, message.length);
    } else {
      for (let i = 0; i < message.length; i++) {
        const part = message[i] as Uint8Array;
        out.copy(part, 0, part.length);
      }
    }
    this.#tailEnd = out.length;
  }

  #writeMany(id: number, prefix: number, message: MessageBytes, size: number, total: number): void {
    const out = this.out;
    const max = this.maxFrameBytes;
    let left = total;
    let room = 0;
    if (prefix !== Prefix.none) {
      this.#reserveFrame(Math.min(left, max) + FRAME_HEADER_BYTES);
      out.frameHeader(Math.min(left, max), FrameType.data, 0, id);
      out.buffer[out.length++] = prefix;
      out.uint32(size);
      room = Math.min(left, max) - PREFIX_BYTES;
      left -= PREFIX_BYTES;
    }
    const parts = message instanceof Uint8Array ? [message] : message;
    for (const part of parts) {
      let from = 0;
      while (from < part.length) {
        if (room === 0) {
          room = Math.min(left, max);
          this.#reserveFrame(room + FRAME_HEADER_BYTES);
          out.frameHeader(room, FrameType.data, 0, id);
        }
        const count = Math.min(room, part.length - from);
        out.copy(part, from, from + count);
        from += count;
        room -= count;
        left -= count;
      }
    }
  }

  /** Writes up to `frames` DATA frames of a stream's queue, as windows and socket allow. */
  #pump(stream: Http2Stream, frames: number): void {
    let budget = frames;
    while (stream.queuedBytes > 0) {
      const count = Math.min(stream.queuedBytes, stream.sendWindow, this.maxFrameBytes);
      if (count <= 0) break; // a WINDOW_UPDATE for the stream brings us back
      const room = this.#queueRoom;
      if (budget === 0 || this.windowBytes <= 0 || room <= 0) {
        this.#waiting.add(stream);
        break;
      }
      this.#writeQueued(stream, Math.min(count, this.windowBytes, room));
      budget--;
    }
    if (stream.queuedBytes === 0) {
      this.#waiting.delete(stream);
      stream.queueReleased();
      if (stream.finishPending) {
        stream.finishPending = false;
        stream.finishOutput();
        return;
      }
    }
    if (stream.drainWanted && stream.queuedBytes * 2 <= this.#streamHighWaterBytes) {
      stream.drainWanted = false;
      stream.onWritable();
    }
  }

  #writeQueued(stream: Http2Stream, count: number): void {
    const out = this.out;
    const queue = stream.queue as Uint8Array[];
    stream.sendWindow -= count;
    this.windowBytes -= count;
    stream.queuedBytes -= count;
    this.contentSent = true;
    this.#reserveFrame(count + FRAME_HEADER_BYTES);
    out.frameHeader(count, FrameType.data, 0, stream.id);
    let left = count;
    let done = 0;
    while (left > 0) {
      const head = queue[done] as Uint8Array;
      const take = Math.min(left, head.length - stream.queueOffset);
      out.copy(head, stream.queueOffset, stream.queueOffset + take);
      stream.queueOffset += take;
      left -= take;
      if (stream.queueOffset === head.length) {
        stream.queueOffset = 0;
        done++;
      }
    }
    if (done > 0) queue.splice(0, done);
    this.scheduleFlush();
  }
}

/** Copies a message to the stream's queue: its parts belong to the caller again, but for large ones. */
function enqueue(
  stream: Http2Stream,
  prefix: number,
  message: MessageBytes,
  size: number,
  total: number,
): void {
  stream.queuedBytes += total;
  stream.queue ??= [];
  if (size >= KEPT_PART_BYTES && !(message instanceof Uint8Array)) {
    enqueueParts(stream.queue, prefix, message, size);
    return;
  }
  const copy = Buffer.allocUnsafe(total);
  let at = 0;
  if (prefix !== Prefix.none) {
    copy[0] = prefix;
    copy.writeUInt32BE(size, 1);
    at = PREFIX_BYTES;
  }
  if (message instanceof Uint8Array) {
    copy.set(message, at);
  } else {
    for (const part of message) {
      copy.set(part, at);
      at += part.length;
    }
  }
  stream.queue.push(copy);
}

/** Copying a message of many megabytes at once would hold the loop: large parts are queued as they are. */
function enqueueParts(queue: Uint8Array[], prefix: number, parts: readonly Uint8Array[], size: number): void {
  let small: Uint8Array[] = [];
  if (prefix !== Prefix.none) {
    const head = Buffer.allocUnsafe(PREFIX_BYTES);
    head[0] = prefix;
    head.writeUInt32BE(size, 1);
    small.push(head);
  }
  for (const part of parts) {
    if (part.length < KEPT_PART_BYTES) {
      small.push(part);
      continue;
    }
    if (small.length > 0) queue.push(Buffer.concat(small));
    small = [];
    queue.push(part);
  }
  if (small.length > 0) queue.push(Buffer.concat(small));
}
