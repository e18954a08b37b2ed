// The backend in memory, for tests and simulations: what was committed survives `crash`, the rest does not.
import { assert, type Clock, crc32c, keyFromLatin1, latin1Key } from '@quorate/base';
import { CommitScheduler } from './commit-scheduler.ts';
import { includeInHashAll, RevisionHasher } from './hash.ts';
import { type IndexPortion, IndexPortionWriter } from './index-portion.ts';
import { defaultCommitIntervalMs, defaultCommitRecords, indexPortionRecords } from './limits.ts';
import {
  isTombstoneKey,
  mainOf,
  readUint64,
  revisionKeyText,
  subOf,
  tombstoneKeyBytes,
} from './revision-key.ts';
import { SortedBucket } from './sorted-bucket.ts';
import {
  type Backend,
  type BackendCounters,
  type BackendEntry,
  type BackendObserver,
  type BackendOptions,
  type BackendSize,
  type BackendSnapshot,
  type BucketName,
  bucketNames,
  type HashRevisionsQuery,
  type RevisionEntry,
} from './types.ts';

export interface MemoryBackendOptions extends BackendOptions {
  /** How long a commit takes before it is durable; 0 (default): it is durable at once. */
  readonly commitDurationMs?: number;
}

interface Operation {
  readonly bucket: BucketName;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

type Buckets = Record<BucketName, SortedBucket>;

function emptyBuckets(): Buckets {
  return Object.fromEntries(bucketNames.map((name) => [name, new SortedBucket()])) as Buckets;
}

function copyBuckets(from: Buckets): Buckets {
  return Object.fromEntries(bucketNames.map((name) => [name, new SortedBucket(from[name])])) as Buckets;
}

export class MemoryBackend implements Backend {
  readonly counters = { commits: 0, recordsCommitted: 0, lastCommitDurationMs: 0 } satisfies BackendCounters;
  private readonly clock: Clock;
  private readonly options: MemoryBackendOptions;
  private readonly scheduler: CommitScheduler;
  private live: Buckets = emptyBuckets();
  private durable: Buckets = emptyBuckets();
  private written: Operation[] = [];
  private inFlight: Operation[] | undefined;
  private waiters: Waiter[] = [];
  private inFlightWaiters: Waiter[] = [];
  private beforeCommit: () => void = () => {};
  private failure: Error | undefined;
  private nextFailure: Error | undefined;
  private observer: BackendObserver | undefined;
  private closed = false;

  constructor(options: MemoryBackendOptions) {
    this.options = options;
    this.clock = options.clock;
    this.scheduler = new CommitScheduler({
      clock: options.clock,
      intervalMs: options.commitIntervalMs ?? defaultCommitIntervalMs,
      records: options.commitRecords ?? defaultCommitRecords,
      commit: () => this.cut(),
    });
  }

  /** A backend that holds what was committed here; this one is dead afterwards, as after a power failure. */
  crash(options: MemoryBackendOptions = this.options): MemoryBackend {
    this.scheduler.stop();
    this.closed = true;
    const survivor = new MemoryBackend(options);
    survivor.live = copyBuckets(this.durable);
    survivor.durable = this.durable;
    return survivor;
  }

  /** Makes the next commit fail with this error. */
  failNextCommit(error: Error): void {
    this.nextFailure = error;
  }

  get(bucket: BucketName, key: Uint8Array): Uint8Array | undefined {
    return this.live[bucket].get(latin1Key(key));
  }

  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void {
    assert(key.length > 0, 'a backend key has at least one byte');
    this.write(bucket, latin1Key(key), value);
  }

  delete(bucket: BucketName, key: Uint8Array): void {
    this.write(bucket, latin1Key(key), undefined);
  }

  range(bucket: BucketName, start: Uint8Array, end: Uint8Array | undefined, limit: number): BackendEntry[] {
    const entries: BackendEntry[] = [];
    this.live[bucket].visit(
      latin1Key(start),
      end === undefined ? undefined : latin1Key(end),
      (key, value) => {
        entries.push({ key: keyFromLatin1(key), value });
        return limit === 0 || entries.length < limit;
      },
    );
    return entries;
  }

  appendRevision(
    main: number,
    sub: number,
    tombstone: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    this.write('key', revisionKeyText(main, sub, tombstone), bytes.subarray(start, end));
  }

  deleteRevision(main: number, sub: number, tombstone: boolean): void {
    this.write('key', revisionKeyText(main, sub, tombstone), undefined);
  }

  getRevision(main: number, sub: number, tombstone: boolean): Uint8Array | undefined {
    return this.live.key.get(revisionKeyText(main, sub, tombstone));
  }

  readRevisions(
    main: number,
    sub: number,
    endMain: number,
    maxRecords: number,
    maxBytes: number,
  ): RevisionEntry[] {
    const entries: RevisionEntry[] = [];
    let bytes = 0;
    const end = revisionKeyText(endMain, 0, false);
    this.live.key.visit(revisionKeyText(main, sub, false), end, (keyText, value) => {
      const key = keyFromLatin1(keyText);
      entries.push({ main: mainOf(key), sub: subOf(key), tombstone: isTombstoneKey(key), value });
      bytes += value.length;
      return entries.length < maxRecords && bytes < maxBytes;
    });
    return entries;
  }

  async readIndex(visit: (portion: IndexPortion) => void): Promise<void> {
    const records = Math.min(indexPortionRecords, this.live.key.values.size + 1);
    const key = Buffer.alloc(tombstoneKeyBytes);
    let start = '';
    for (;;) {
      const writer = new IndexPortionWriter(records);
      this.live.key.visit(start, undefined, (keyText, value) => {
        key.write(keyText, 'latin1');
        const isTombstone = keyText.length === tombstoneKeyBytes;
        writer.add(readUint64(key, 0), subOf(key), isTombstone, value, 0, value.length);
        start = `${keyText}\0`;
        return writer.count < records;
      });
      visit(writer.finish());
      if (writer.count < records) return;
      await new Promise<void>((resolve) => this.clock.defer(resolve));
    }
  }

  setBeforeCommit(hook: () => void): void {
    this.beforeCommit = hook;
  }

  forceCommit(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      this.cut();
    });
  }

  get pendingRecords(): number {
    return this.written.length + (this.inFlight?.length ?? 0);
  }

  size(): BackendSize {
    let bytes = 0;
    for (const name of bucketNames) {
      this.live[name].visit('', undefined, (key, value) => {
        bytes += key.length + value.length;
        return true;
      });
    }
    return { bytes, bytesInUse: bytes };
  }

  /** Views are copies here: they hold nothing. */
  get openReaders(): number {
    return 0;
  }

  setObserver(observer: BackendObserver): void {
    this.observer = observer;
  }

  async defragment(): Promise<void> {
    await this.forceCommit();
  }

  async releaseMemory(): Promise<void> {}

  hashRevisions(query: HashRevisionsQuery): Promise<number> {
    const hasher = new RevisionHasher(query);
    this.live.key.visit('', undefined, (keyText, value) => {
      hasher.add(keyFromLatin1(keyText), value, value.length);
      return true;
    });
    return this.later(hasher.hash());
  }

  hashAll(): Promise<number> {
    let hash = 0;
    for (const name of bucketNames) {
      hash = crc32c(Buffer.from(name), hash);
      this.live[name].visit('', undefined, (keyText, value) => {
        if (includeInHashAll(name, keyText)) hash = crc32c(value, crc32c(keyFromLatin1(keyText), hash));
        return true;
      });
    }
    return this.later(hash);
  }

  async snapshot(): Promise<BackendSnapshot> {
    const committed = this.forceCommit();
    const view = copyBuckets(this.live);
    await committed;
    return {
      read(bucket, afterKey, maxBytes) {
        const entries: BackendEntry[] = [];
        let bytes = 0;
        const after = afterKey === undefined ? '' : `${latin1Key(afterKey)}\0`;
        view[bucket].visit(after, undefined, (key, value) => {
          entries.push({ key: keyFromLatin1(key), value });
          bytes += key.length + value.length;
          return bytes < maxBytes;
        });
        return entries;
      },
      close() {},
    };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    try {
      await this.forceCommit();
    } finally {
      this.closed = true;
      this.scheduler.stop();
    }
  }

  private later<T>(value: T): Promise<T> {
    return new Promise((resolve) => this.clock.defer(() => resolve(value)));
  }

  private write(bucket: BucketName, key: string, value: Uint8Array | undefined): void {
    assert(!this.closed, 'the backend is closed');
    if (value === undefined) this.live[bucket].delete(key);
    else this.live[bucket].put(key, value);
    this.written.push({ bucket, key, value });
    this.scheduler.noteWrite();
  }

  private cut(): void {
    if (this.inFlight !== undefined || this.closed) return;
    if (this.failure === undefined) this.beforeCommit();
    this.scheduler.noteCut();
    this.inFlight = this.written;
    this.inFlightWaiters = this.waiters;
    this.written = [];
    this.waiters = [];
    const finish = (): void => this.finishCommit();
    if ((this.options.commitDurationMs ?? 0) > 0)
      this.clock.setTimer(this.options.commitDurationMs ?? 0, finish);
    else finish();
  }

  private finishCommit(): void {
    if (this.closed || this.inFlight === undefined) return;
    const operations = this.inFlight;
    const waiters = this.inFlightWaiters;
    if (this.failure === undefined && this.nextFailure !== undefined) {
      this.failure = this.nextFailure;
      this.options.onError(this.failure);
    }
    if (this.failure !== undefined) {
      // What failed stays uncommitted for good: the order of commits must not change.
      this.written = operations.concat(this.written);
    } else {
      for (const { bucket, key, value } of operations) {
        if (value === undefined) this.durable[bucket].delete(key);
        else this.durable[bucket].put(key, value);
      }
      this.counters.commits++;
      this.counters.recordsCommitted += operations.length;
      this.observer?.committed(this.options.commitDurationMs ?? 0);
    }
    this.inFlight = undefined;
    this.inFlightWaiters = [];
    for (const waiter of waiters) {
      if (this.failure === undefined) waiter.resolve();
      else waiter.reject(this.failure);
    }
    if (this.failure === undefined && this.waiters.length > 0) this.cut();
    else if (this.failure !== undefined) {
      for (const waiter of this.waiters.splice(0)) waiter.reject(this.failure);
    } else if (this.written.length > 0) this.scheduler.noteWrite();
  }
}
