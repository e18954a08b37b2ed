// The store as of one moment, as a file to be read piece by piece. The moment is taken in two steps, because a view of
// LMDB cannot be handed from one thread to another: commit here, look there, and compare what was seen.
import { createHash } from 'node:crypto';
import { assert } from '@quorate/base';
import {
  type Backend,
  type BackendSnapshot,
  type EtcdBucket,
  type ExtraMeta,
  LmdbBackend,
  pieceBytes,
  readPosition,
  type StorePosition,
  withExtra,
  writeEtcdSnapshot,
} from '@quorate/storage';
import type { FileReply } from './file-protocol.ts';
import { FileThread } from './file-thread.ts';
import { PIECES_AHEAD, VIEW_PORTION_BYTES } from './limits.ts';

type FilePiece = Extract<FileReply, { kind: 'piece' | 'end' }>;

/** A file being read. */
export interface StoreFile {
  readonly sizeBytes: number;
  /** The next bytes, at most `maxBytes`; an empty array at the end. One call at a time. Pages are valid until the next call. */
  read(maxBytes: number): Promise<Uint8Array>;
  /** SHA-256 of the whole file, once all of it has been read. */
  digest(): Promise<Uint8Array>;
  /** Harmless when called again, or while a read is under way. */
  close(): void;
}

/** A store about to become a file: `pin` once or several times, then `plan` once. */
export interface StoreSource {
  /** Commits what has been written, then holds on to that moment or one a little later. @returns which it is */
  pin(): Promise<StorePosition>;
  /** Lays the file out. `extraMeta`: records for its bucket `meta` that the store does not have. */
  plan(extraMeta: ExtraMeta): Promise<StoreFile>;
  /** Instead of `plan`: the pages of the store, and their CRC-32. Undefined when it has none. */
  readonly planPages: (() => Promise<StoreFile>) | undefined;
  close(): void;
}

/** A source for any backend: LMDB is read by a thread of its own; what is in memory anyway is laid out here. */
export function storeSource(backend: Backend): StoreSource {
  return backend instanceof LmdbBackend ? new ThreadSource(backend) : new ViewSource(backend);
}

class ThreadSource implements StoreSource {
  readonly #backend: LmdbBackend;
  readonly #thread: FileThread;
  /** Keeps the store's files where they are while the thread has them open. */
  #hold: BackendSnapshot | undefined;
  #closed = false;

  constructor(backend: LmdbBackend) {
    this.#backend = backend;
    this.#thread = new FileThread({ directory: backend.directory });
  }

  async pin(): Promise<StorePosition> {
    if (this.#hold === undefined) {
      const hold = await this.#backend.snapshot();
      if (this.#closed) {
        hold.close();
        throw new Error('the snapshot is closed');
      }
      this.#hold = hold;
    } else {
      await this.#backend.forceCommit();
    }
    const { index, term } = await this.#thread.ask({ kind: 'pin' }, 'pinned');
    return { index, term };
  }

  async plan(extraMeta: ExtraMeta): Promise<StoreFile> {
    const { sizeBytes } = await this.#thread.ask({ kind: 'plan', extraMeta }, 'planned');
    return new ThreadFile(this.#thread, sizeBytes, () => this.close());
  }

  readonly planPages = async (): Promise<StoreFile> => {
    const { sizeBytes } = await this.#thread.ask({ kind: 'planPages' }, 'planned');
    return new ThreadFile(this.#thread, sizeBytes, () => this.close(), true);
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // When the backend is closed first, at the end of the process, it has taken the view along and says so.
    void this.#thread
      .close()
      .then(() => this.#hold?.close())
      .catch(() => {});
  }
}

/** Has a few pieces made ahead, so that making and sending overlap. */
class ThreadFile implements StoreFile {
  readonly sizeBytes: number;
  readonly close: () => void;
  readonly #thread: FileThread;
  readonly #ahead: Promise<FilePiece>[] = [];
  /** Whether a piece that has been read goes back to the thread: hundreds of large ones are work for the collector. */
  readonly #returnsMemory: boolean;
  #piece: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #digest: Uint8Array | undefined;

  constructor(thread: FileThread, sizeBytes: number, close: () => void, returnsMemory = false) {
    this.#thread = thread;
    this.sizeBytes = sizeBytes;
    this.close = close;
    this.#returnsMemory = returnsMemory;
    for (let pieces = 0; pieces < PIECES_AHEAD; pieces++) this.#askNext();
  }

  async read(maxBytes: number): Promise<Uint8Array> {
    assert(maxBytes > 0, 'something is asked for');
    if (this.#piece.length === 0) await this.#next();
    const part = this.#piece.subarray(0, maxBytes);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }

  async digest(): Promise<Uint8Array> {
    assert(this.#piece.length === 0, 'the file has been read to its end');
    await this.#next();
    assert(this.#digest !== undefined, 'the file has been read to its end');
    return this.#digest;
  }

  async #next(): Promise<void> {
    if (this.#digest !== undefined) return;
    const piece = await (this.#ahead.shift() as Promise<FilePiece>);
    if (piece.kind === 'end') {
      this.#digest = piece.digest;
    } else {
      const { buffer } = this.#piece;
      this.#piece = piece.bytes;
      this.#askNext(
        this.#returnsMemory && buffer.byteLength === pieceBytes ? (buffer as ArrayBuffer) : undefined,
      );
    }
  }

  #askNext(memory?: ArrayBuffer): void {
    const order = memory === undefined ? ({ kind: 'next' } as const) : ({ kind: 'next', memory } as const);
    const answer = this.#thread.ask(order, 'piece', 'end');
    answer.catch(() => {}); // told by the next read, if there is one
    this.#ahead.push(answer);
  }
}

/** For backends in memory: small, and a thread could not see them. */
class ViewSource implements StoreSource {
  readonly planPages = undefined;
  readonly #backend: Backend;
  #view: BackendSnapshot | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async pin(): Promise<StorePosition> {
    this.#view?.close();
    this.#view = await this.#backend.snapshot();
    const meta = [...entriesOf(this.#view, 'meta')];
    return readPosition((key) => meta.find(([other]) => Buffer.compare(key, other) === 0)?.[1]);
  }

  plan(extraMeta: ExtraMeta): Promise<StoreFile> {
    const view = this.#view;
    assert(view !== undefined, 'the plan comes after the pin');
    const plan = writeEtcdSnapshot((bucket) =>
      bucket === 'meta' ? withExtra(entriesOf(view, bucket), extraMeta) : entriesOf(view, bucket),
    );
    const chunks = plan.databaseChunks();
    const digest = createHash('sha256');
    let chunk: Uint8Array = new Uint8Array(0);
    return Promise.resolve({
      sizeBytes: plan.databaseBytes,
      digest: () => Promise.resolve(digest.digest()),
      read: (maxBytes: number) => {
        if (chunk.length === 0) {
          chunk = chunks.next().value ?? chunk;
          digest.update(chunk);
        }
        const part = chunk.subarray(0, maxBytes);
        chunk = chunk.subarray(part.length);
        return Promise.resolve(part);
      },
      close: () => this.close(),
    });
  }

  close(): void {
    this.#view?.close();
    this.#view = undefined;
  }
}

function* entriesOf(view: BackendSnapshot, bucket: EtcdBucket): Generator<readonly [Uint8Array, Uint8Array]> {
  let last: Uint8Array | undefined;
  for (;;) {
    const entries = view.read(bucket, last, VIEW_PORTION_BYTES);
    for (const { key, value } of entries) yield [key, value];
    last = entries[entries.length - 1]?.key;
    if (last === undefined) return;
  }
}
