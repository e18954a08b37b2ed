// The body of a snapshot between members: the raft message after its length, then the key-value store: as a bbolt file, or
// in the form of pages.
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { RaftMessage, Writer } from '@quorate/proto';
import type { Message } from '@quorate/raft';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { LENGTH_BYTES, readLength, writeDelimited } from './message-codec.ts';

/** A body as it comes in: of a request or of an answer. */
export interface SnapshotBody {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'aborted', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** The form in which the key-value store comes behind the message, as a media type. */
export const BBOLT_FORM = 'application/octet-stream';
/** Pages of LMDB's file (storage/pages), then their CRC-32, big-endian. Between members of ours only. */
export const PAGES_FORM = 'application/vnd.quorate.pages';

/** Where the store goes while it comes. */
export interface StoreSink<T> {
  /** @returns false when `drained` is to be waited for. */
  write(chunk: Buffer): boolean;
  /** All has come. @throws Error (rejects) when it is no good, or could not be kept */
  finish(message: Message): Promise<T>;
  /** The store is given up; no event follows. */
  abandon(): void;
}

export interface SinkEvents {
  drained(): void;
  failed(error: Error): void;
}

export interface ReceivedSnapshot<T> {
  readonly message: Message;
  /** What came behind the message. */
  readonly bytes: number;
  readonly stored: T;
}

/** The part of the body before the file. */
export function encodeSnapshotHead(message: Message): Uint8Array {
  const head = new Writer();
  writeDelimited(head, () => RaftMessage.encodeTo(message, head));
  return head.copy();
}

/** Reads a body at the pace of the sink: the message, and what follows it goes there. `signal` gives it up. */
export function receiveSnapshot<T>(
  body: SnapshotBody,
  openSink: (events: SinkEvents) => StoreSink<T>,
  signal?: AbortSignal,
): Promise<ReceivedSnapshot<T>> {
  return new Promise((resolve, reject) => {
    /** What has come of the length and the message; put together when there is `wanted` of it. */
    let head: Buffer[] | undefined = [];
    let headBytes = 0;
    let wanted = LENGTH_BYTES;
    let message: Message | undefined;
    let bytes = 0;
    let over = false;
    const fail = (error: Error): void => {
      if (over) return;
      over = true;
      sink.abandon();
      reject(error);
    };
    const sink = openSink({ drained: () => body.resume(), failed: fail });
    const write = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (!sink.write(chunk)) body.pause();
    };
    signal?.addEventListener('abort', () => fail(signal.reason as Error), { once: true });
    body.on('data', (chunk) => {
      if (over) return;
      if (head === undefined) {
        write(chunk);
        return;
      }
      head.push(chunk);
      headBytes += chunk.length;
      if (headBytes < wanted) return;
      const come = Buffer.concat(head, headBytes);
      try {
        wanted = LENGTH_BYTES + readLength(come, 0, MAX_MESSAGE_BYTES);
        if (headBytes < wanted) {
          head = [come];
          return;
        }
        message = RaftMessage.decode(come, LENGTH_BYTES, wanted);
        const rest = come.subarray(wanted);
        head = undefined;
        if (rest.length > 0) write(rest);
      } catch (error) {
        fail(error as Error);
      }
    });
    body.on('error', fail);
    body.on('aborted', () => fail(new Error('the connection was cut')));
    body.on('end', () => {
      if (over) return;
      const received = message;
      if (received === undefined) return fail(new Error('the message was cut off'));
      sink.finish(received).then((stored) => {
        if (over) return;
        over = true;
        resolve({ message: received, bytes, stored });
      }, fail);
    });
  });
}

/** A snapshot whose store is a file now, durably; how long that took. */
export type StoredSnapshot = ReceivedSnapshot<{ readonly syncMs: number }>;

/** Reads a body into a file at the pace of the disk. `signal` gives it up. */
export function storeSnapshot(
  body: SnapshotBody,
  path: string,
  signal?: AbortSignal,
): Promise<StoredSnapshot> {
  return receiveSnapshot(body, (events) => fileSink(path, events), signal);
}

function fileSink(path: string, events: SinkEvents): StoreSink<{ readonly syncMs: number }> {
  const file = createWriteStream(path, { mode: 0o600 });
  file.on('drain', events.drained);
  file.on('error', events.failed);
  return {
    write: (chunk) => file.write(chunk),
    finish: async () => {
      await new Promise<void>((resolve) => file.end(resolve));
      const began = performance.now();
      await sync(path);
      return { syncMs: performance.now() - began };
    },
    abandon: () => file.destroy(),
  };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
