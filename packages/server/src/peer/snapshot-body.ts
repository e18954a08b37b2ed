// The body of a snapshot between members: the raft message after its length, then the key-value store as a bbolt file.
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

export interface StoredSnapshot {
  readonly message: Message;
  /** Size of the file. */
  readonly bytes: number;
  readonly syncMs: number;
}

/** The part of the body before the file. */
export function encodeSnapshotHead(message: Message): Uint8Array {
  const head = new Writer();
  writeDelimited(head, () => RaftMessage.encodeTo(message, head));
  return head.copy();
}

/** Reads a body: writes what follows the message to a file, at the pace of the disk, durably. `signal` gives it up. */
export function storeSnapshot(
  body: SnapshotBody,
  path: string,
  signal?: AbortSignal,
): Promise<StoredSnapshot> {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(path, { mode: 0o600 });
    let head: Buffer | undefined = Buffer.alloc(0);
    let message: Message | undefined;
    let bytes = 0;
    let over = false;
    const fail = (error: Error): void => {
      if (over) return;
      over = true;
      file.destroy();
      reject(error);
    };
    const write = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (!file.write(chunk)) body.pause();
    };
    signal?.addEventListener('abort', () => fail(signal.reason as Error), { once: true });
    file.on('drain', () => body.resume());
    file.on('error', fail);
    body.on('data', (chunk) => {
      if (over) return;
      if (head === undefined) {
        write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      try {
        if (head.length < LENGTH_BYTES) return;
        const end = LENGTH_BYTES + readLength(head, 0, MAX_MESSAGE_BYTES);
        if (head.length < end) return;
        message = RaftMessage.decode(head, LENGTH_BYTES, end);
        const rest = head.subarray(end);
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
      file.end(() => {
        const began = performance.now();
        sync(path).then(() => {
          over = true;
          resolve({ message: received, bytes, syncMs: performance.now() - began });
        }, fail);
      });
    });
  });
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
