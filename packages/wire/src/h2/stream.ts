// One HTTP/2 stream (RFC 9113 §5): flow-control state and output queue. What the stream is for (gRPC call, HTTP
// exchange) is a subclass, so that a call costs one object and the frame loop one virtual call.

import type { Http2Connection } from './connection.ts';

export abstract class Http2Stream {
  readonly connection: Http2Connection;
  /** 0 until the stream is opened (only the client role makes streams before that). */
  id: number;
  /** END_STREAM sent, or RST_STREAM in either direction. */
  localClosed = false;
  /** END_STREAM received, or RST_STREAM in either direction. */
  remoteClosed = false;
  /** Bytes the peer lets us send; negative after it shrank its initial window (RFC 9113 §6.9.2). */
  sendWindow: number;
  /** Bytes the peer may still send. */
  receiveWindow: number;
  /** Bytes taken by the reader and not yet given back to the peer. */
  #uncredited = 0;
  /** What `content-length` still promises; -1 without that header. */
  expectedBytes = -1;
  /** Output waiting for window or socket. */
  queue: Uint8Array[] | undefined = undefined;
  queueOffset = 0;
  queuedBytes = 0;
  /** Called once when nothing of the queue is needed any more. */
  onQueueReleased: (() => void) | undefined = undefined;
  /** `finishOutput` is to be called once the queue is empty. */
  finishPending = false;
  /** A writer was told to wait: `onWritable` is due. */
  drainWanted = false;

  constructor(connection: Http2Connection, id: number) {
    this.connection = connection;
    this.id = id;
    this.sendWindow = connection.sender.initialWindowBytes;
    this.receiveWindow = connection.limits.streamWindowBytes;
  }

  /** A DATA frame's content. Whoever takes bytes says so with `consumed`. */
  abstract onData(bytes: Buffer, start: number, end: number, endStream: boolean): void;
  /** The peer reset the stream, or its connection ended. The stream is already closed. */
  abstract onReset(code: number, reason: string): void;
  /** The queue is short again after a writer was told to wait. */
  abstract onWritable(): void;
  /** The queue is empty: write what ends the stream. */
  abstract finishOutput(): void;

  /** The queue was written or dropped. */
  queueReleased(): void {
    const { onQueueReleased } = this;
    this.onQueueReleased = undefined;
    onQueueReleased?.();
  }

  /** END_STREAM was sent. */
  closeLocal(): void {
    this.localClosed = true;
    if (this.remoteClosed) this.connection.removeStream(this);
  }

  /** END_STREAM was received. */
  closeRemote(): void {
    this.remoteClosed = true;
    if (this.localClosed) this.connection.removeStream(this);
  }

  /** Gives receive window back for bytes that are no longer held on the peer's account. */
  consumed(bytes: number): void {
    if (this.remoteClosed) return;
    this.#uncredited += bytes;
    if (this.#uncredited * 2 >= this.connection.limits.streamWindowBytes) {
      this.receiveWindow += this.#uncredited;
      this.connection.writeWindowUpdate(this.id, this.#uncredited);
      this.#uncredited = 0;
    }
  }
}
