// The hash and the size of a store in memory, which members and checkers ask for all the time: carried on from the last
// answer as far as nothing that went into it has changed. They are what the backend finds itself; a test compares them.
import { type Clock, crc32c } from '@quorate/base';
import {
  type BackendSize,
  encodeRevisionKey,
  type HashRevisionsQuery,
  type MemoryBackend,
} from '@quorate/storage';

const REVISION_KEY_BYTES = encodeRevisionKey(0, 0, false).length;
const TOMBSTONE_KEY_BYTES = encodeRevisionKey(0, 0, true).length;

/** Has a backend keep its figures for the rest of its life. */
export function keepFigures(backend: MemoryBackend, clock: Clock): void {
  const figures = new StoreFigures(backend, clock);
  const { appendRevision, deleteRevision, put, delete: remove } = backend;
  backend.size = () => figures.size();
  backend.hashRevisions = (query) => figures.hashRevisions(query);
  backend.appendRevision = (main, sub, tombstone, bytes, start, end) => {
    figures.revision(main, sub, tombstone, end - start);
    appendRevision.call(backend, main, sub, tombstone, bytes, start, end);
  };
  backend.deleteRevision = (main, sub, tombstone) => {
    figures.revision(main, sub, tombstone, undefined);
    deleteRevision.call(backend, main, sub, tombstone);
  };
  backend.put = (bucket, key, value) => {
    figures.record(bucket, key, value.length);
    put.call(backend, bucket, key, value);
  };
  backend.delete = (bucket, key) => {
    figures.record(bucket, key, undefined);
    remove.call(backend, bucket, key);
  };
}

class StoreFigures {
  readonly #backend: MemoryBackend;
  readonly #clock: Clock;
  readonly #measure: () => BackendSize;
  readonly #hashAfresh: (query: HashRevisionsQuery) => Promise<number>;
  /** Undefined until somebody asks for it. */
  #bytes: number | undefined;
  /** The last hash, of what is still there. */
  #hashed: { readonly query: HashRevisionsQuery; readonly hash: number } | undefined;
  /** No hash took in a revision above. */
  #hashedUpTo = 0;
  /** Changes of revisions that a hash may have taken in. */
  #rewrites = 0;

  constructor(backend: MemoryBackend, clock: Clock) {
    this.#backend = backend;
    this.#clock = clock;
    this.#measure = backend.size.bind(backend);
    this.#hashAfresh = backend.hashRevisions.bind(backend);
  }

  size(): BackendSize {
    this.#bytes ??= this.#measure().bytes;
    return { bytes: this.#bytes, bytesInUse: this.#bytes };
  }

  hashRevisions(query: HashRevisionsQuery): Promise<number> {
    const before = this.#hashed;
    if (before !== undefined && carriesOn(before.query, query)) {
      const hash = this.#hashOn(before.hash, before.query.revision, query.revision);
      this.#hashed = { query, hash };
      this.#hashedUpTo = Math.max(this.#hashedUpTo, query.revision);
      return new Promise((resolve) => this.#clock.defer(() => resolve(hash)));
    }
    this.#hashedUpTo = Math.max(this.#hashedUpTo, query.revision);
    const rewrites = this.#rewrites;
    const answer = this.#hashAfresh(query);
    void answer.then((hash) => {
      if (rewrites === this.#rewrites) this.#hashed = { query, hash };
    });
    return answer;
  }

  /** Takes in the revisions that have come since. */
  #hashOn(hash: number, upTo: number, revision: number): number {
    if (revision === upTo) return hash;
    const start = encodeRevisionKey(upTo + 1, 0, false);
    const end = encodeRevisionKey(revision + 1, 0, false);
    let crc = hash;
    for (const { key, value } of this.#backend.range('key', start, end, 0))
      crc = crc32c(value, crc32c(key, crc));
    return crc;
  }

  /** A revision is about to be written, with so many bytes, or removed. */
  revision(main: number, sub: number, tombstone: boolean, length: number | undefined): void {
    if (main <= this.#hashedUpTo) this.#rewritten();
    if (this.#bytes === undefined) return;
    const before = this.#backend.getRevision(main, sub, tombstone);
    this.#resized(tombstone ? TOMBSTONE_KEY_BYTES : REVISION_KEY_BYTES, before, length);
  }

  /** A record of some bucket is about to be written or removed. */
  record(bucket: Parameters<MemoryBackend['put']>[0], key: Uint8Array, length: number | undefined): void {
    if (bucket === 'key') this.#rewritten();
    if (this.#bytes === undefined) return;
    this.#resized(key.length, this.#backend.get(bucket, key), length);
  }

  #rewritten(): void {
    this.#rewrites++;
    this.#hashed = undefined;
  }

  #resized(keyLength: number, before: Uint8Array | undefined, length: number | undefined): void {
    if (this.#bytes === undefined) return;
    if (before !== undefined) this.#bytes -= keyLength + before.length;
    if (length !== undefined) this.#bytes += keyLength + length;
  }
}

/** Whether a query takes in exactly what the one before did, and what has come above. */
function carriesOn(before: HashRevisionsQuery, query: HashRevisionsQuery): boolean {
  const { revision, compactRevision, skip } = before;
  return (
    query.revision >= revision &&
    // Only up to the compaction something may be left out.
    revision >= compactRevision &&
    query.compactRevision === compactRevision &&
    query.skip.length === skip.length &&
    query.skip.every((part, at) => part === skip[at])
  );
}
