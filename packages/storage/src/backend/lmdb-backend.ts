// The backend on LMDB. The main thread gathers writes and reads through a memory map; a thread of its own commits.
// Until a commit is reported its writes are answered from memory, so a read never waits and never sees less than was
// written. Several commits may be under way; they are done in the order in which they were cut.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assert, type Clock, compareBytes, keyFromLatin1, latin1Key } from '@quorate/base';
import { CommitScheduler } from './commit-scheduler.ts';
import type { IndexPortion } from './index-portion.ts';
import {
  defaultCommitIntervalMs,
  defaultCommitRecords,
  defaultMapSizeBytes,
  defragmentPollMs,
  indexPortionRecords,
  indexPortionsAhead,
  maxKeyBytes,
  readChunkRecords,
} from './limits.ts';
import { LmdbEnvironment } from './lmdb-environment.ts';
import type { WriterSettings } from './lmdb-protocol.ts';
import {
  encodeRevisionKey,
  isTombstoneKey,
  mainOf,
  revisionKeyBytes,
  subOf,
  tombstoneKeyBytes,
  writeRevisionKey,
} from './revision-key.ts';
import type {
  Backend,
  BackendCounters,
  BackendEntry,
  BackendObserver,
  BackendOptions,
  BackendSize,
  BackendSnapshot,
  BucketName,
  HashRevisionsQuery,
  RevisionEntry,
} from './types.ts';
import { Batch } from './write-batch.ts';
import { type WriterDone, WriterThread } from './writer-thread.ts';

export interface LmdbBackendOptions extends BackendOptions {
  /** The environment's directory, e.g. `…/member/snap/db.lmdb`; made if missing. */
  readonly directory: string;
  /** Address space for the data file. Default limits.defaultMapSizeBytes. */
  readonly mapSizeBytes?: number;
}

const COPY_SUFFIX = '.defrag';
const OLD_SUFFIX = '.old';

/**
 * Clears up after an interrupted defragmentation. The copy takes the environment's place in two renamings, and only
 * when it is complete and flushed: so a missing environment beside a copy means that the copy is it.
 */
function clearDefragmentation(directory: string): void {
  const copy = directory + COPY_SUFFIX;
  if (!existsSync(directory) && existsSync(copy)) renameSync(copy, directory);
  rmSync(copy, { recursive: true, force: true });
  rmSync(directory + OLD_SUFFIX, { recursive: true, force: true });
}

export class LmdbBackend implements Backend {
  readonly counters = { commits: 0, recordsCommitted: 0, lastCommitDurationMs: 0 } satisfies BackendCounters;
  readonly directory: string;
  private readonly clock: Clock;
  private readonly options: LmdbBackendOptions;
  private readonly scheduler: CommitScheduler;
  private readonly writer: WriterThread;
  private readonly settings: WriterSettings;
  private environment: LmdbEnvironment;
  private current = new Batch();
  /** Cut and not yet reported, oldest first. */
  private inFlight: Batch[] = [];
  private spare: Batch | undefined;
  private beforeCommit: () => void = () => {};
  private failure: Error | undefined;
  private lastSize: BackendSize;
  /** An exchange of the files under way; no snapshot is opened before it is over. */
  private exchange: Promise<void> | undefined;
  private defragmenting: Promise<void> | undefined;
  private openSnapshots = 0;
  private observer: BackendObserver | undefined;
  private closed = false;
  private lastMain = -1;
  private lastSub = -1;
  private readonly longKey = Buffer.alloc(tombstoneKeyBytes);
  private readonly shortKey = this.longKey.subarray(0, revisionKeyBytes);

  /** @throws what LMDB says when the directory holds no usable environment */
  constructor(options: LmdbBackendOptions) {
    this.options = options;
    this.clock = options.clock;
    this.directory = options.directory;
    this.settings = {
      directory: options.directory,
      mapSizeBytes: options.mapSizeBytes ?? defaultMapSizeBytes,
    };
    clearDefragmentation(options.directory);
    this.environment = this.openEnvironment();
    this.lastSize = this.environment.size();
    this.findLastRevision();
    this.scheduler = new CommitScheduler({
      clock: options.clock,
      intervalMs: options.commitIntervalMs ?? defaultCommitIntervalMs,
      records: options.commitRecords ?? defaultCommitRecords,
      commit: () => this.cut('due'),
    });
    this.writer = new WriterThread(this.settings, (error) => this.fail(error));
  }

  get(bucket: BucketName, key: Uint8Array): Uint8Array | undefined {
    if (bucket === 'key') return this.getRevision(mainOf(key), subOf(key), isTombstoneKey(key));
    const text = latin1Key(key);
    for (const batch of this.batchesNewestFirst()) {
      const changes = batch.changes.get(bucket);
      if (changes?.has(text)) return changes.get(text);
    }
    return this.environment.get(bucket, key);
  }

  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void {
    assert(key.length > 0 && key.length <= maxKeyBytes, 'a backend key is neither empty nor too long');
    if (bucket === 'key') {
      this.appendRevision(mainOf(key), subOf(key), isTombstoneKey(key), value, 0, value.length);
    } else this.change(bucket, key, value);
  }

  delete(bucket: BucketName, key: Uint8Array): void {
    if (bucket === 'key') this.deleteRevision(mainOf(key), subOf(key), isTombstoneKey(key));
    else this.change(bucket, key, undefined);
  }

  range(bucket: BucketName, start: Uint8Array, end: Uint8Array | undefined, limit: number): BackendEntry[] {
    if (bucket === 'key') return this.rangeRevisions(start, end, limit);
    const overlay = new Map<string, Uint8Array | undefined>();
    for (const batch of [...this.inFlight, this.current]) {
      const changes = batch.changes.get(bucket);
      if (changes === undefined) continue;
      for (const [key, value] of changes) overlay.set(key, value);
    }
    // Every record of the overlay may hide one, so that many more are read.
    const wanted = limit === 0 ? 0 : limit + overlay.size;
    const stored = this.environment.read(bucket, start, end, wanted, Number.POSITIVE_INFINITY);
    if (overlay.size === 0) return stored;
    const startText = latin1Key(start);
    const endText = end === undefined ? undefined : latin1Key(end);
    const entries = stored.filter(({ key }) => !overlay.has(latin1Key(key)));
    const last = stored.length === wanted ? stored[stored.length - 1] : undefined;
    const lastText = last === undefined ? undefined : latin1Key(last.key);
    for (const [key, value] of overlay) {
      if (value === undefined || key < startText || (endText !== undefined && key >= endText)) continue;
      // Behind the last record read there may be others in front of this one.
      if (lastText !== undefined && limit > 0 && key > lastText) continue;
      entries.push({ key: keyFromLatin1(key), value });
    }
    entries.sort((a, b) => compareBytes(a.key, b.key));
    return limit > 0 ? entries.slice(0, limit) : entries;
  }

  appendRevision(
    main: number,
    sub: number,
    tombstone: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    assert(!this.closed, 'the backend is closed');
    assert(
      main > this.lastMain || (main === this.lastMain && sub > this.lastSub),
      'revisions are appended in order',
    );
    this.lastMain = main;
    this.lastSub = sub;
    this.current.revisions.add(main, (sub << 1) | (tombstone ? 1 : 0), bytes, start, end);
    this.current.records++;
    this.scheduler.noteWrite();
  }

  deleteRevision(main: number, sub: number, tombstone: boolean): void {
    assert(!this.closed, 'the backend is closed');
    this.current.removed.add(this.revisionText(main, sub, tombstone));
    this.current.records++;
    this.scheduler.noteWrite();
  }

  getRevision(main: number, sub: number, tombstone: boolean): Uint8Array | undefined {
    const subMark = (sub << 1) | (tombstone ? 1 : 0);
    if (this.isRemoved(main, sub, tombstone)) return undefined;
    let at = this.current.revisions.find(main, subMark);
    if (at >= 0) return this.current.revisions.view(at);
    for (const batch of this.inFlight) {
      at = batch.revisions.find(main, subMark);
      if (at >= 0) return batch.revisions.view(at);
    }
    const key = tombstone ? this.longKey : this.shortKey;
    writeRevisionKey(this.longKey, main, sub, tombstone);
    return this.environment.get('key', key);
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
    const add = (entry: RevisionEntry): boolean => {
      if (this.isRemoved(entry.main, entry.sub, entry.tombstone)) return true;
      entries.push(entry);
      bytes += entry.value.length;
      return entries.length < maxRecords && bytes < maxBytes;
    };
    const endKey = encodeRevisionKey(endMain, 0, false);
    let start = encodeRevisionKey(main, sub, false);
    for (;;) {
      const limit = Math.min(readChunkRecords, maxRecords - entries.length);
      const stored = this.environment.read('key', start, endKey, limit, maxBytes - bytes);
      for (const { key, value } of stored) {
        if (!add({ main: mainOf(key), sub: subOf(key), tombstone: isTombstoneKey(key), value }))
          return entries;
      }
      const last = stored[stored.length - 1];
      if (last === undefined || (stored.length < limit && !Number.isFinite(maxBytes))) break;
      start = Buffer.concat([last.key, Buffer.alloc(1)]);
    }
    // What is pending comes after everything stored, unless it has been committed but not yet reported.
    const lastRead = entries[entries.length - 1];
    for (const batch of [...this.inFlight, this.current]) {
      const { revisions } = batch;
      let at = revisions.lowerBound(main, sub);
      if (lastRead !== undefined) at = Math.max(at, revisions.lowerBound(lastRead.main, lastRead.sub + 1));
      for (; at < revisions.count && revisions.main(at) < endMain; at++) {
        const subMark = revisions.subMark(at);
        const entry = {
          main: revisions.main(at),
          sub: subMark >> 1,
          tombstone: (subMark & 1) === 1,
          value: revisions.view(at),
        };
        if (!add(entry)) return entries;
      }
    }
    return entries;
  }

  async readIndex(visit: (portion: IndexPortion) => void): Promise<void> {
    if (this.lastMain < 0) return; // there is none, and no need to wait for the thread to start
    const { writer } = this;
    const ask = (first: boolean): Promise<WriterDone> => writer.ask({ kind: 'indexPortion', first });
    // Some are asked for ahead, so that both threads are always busy.
    const asked: Promise<WriterDone>[] = [];
    for (let ahead = 0; ahead < indexPortionsAhead; ahead++) asked.push(ask(ahead === 0));
    for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
      const { portion } = await next;
      assert(portion !== undefined, 'the writer answers with a portion');
      if (portion.count === indexPortionRecords) asked.push(ask(false));
      if (portion.count > 0) visit(portion);
    }
  }

  setBeforeCommit(hook: () => void): void {
    this.beforeCommit = hook;
  }

  forceCommit(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.current.waiters.push({ resolve, reject });
      this.cut('flush');
    });
  }

  get pendingRecords(): number {
    let records = this.current.records;
    for (const batch of this.inFlight) records += batch.records;
    return records;
  }

  get openReaders(): number {
    return this.openSnapshots;
  }

  setObserver(observer: BackendObserver): void {
    this.observer = observer;
  }

  size(): BackendSize {
    return this.lastSize;
  }

  defragment(): Promise<void> {
    if (this.defragmenting === undefined) {
      const startedMs = this.clock.nowMs();
      this.observer?.defragmentBegan();
      this.defragmenting = this.rewrite().finally(() => {
        this.defragmenting = undefined;
        this.observer?.defragmentEnded(this.clock.nowMs() - startedMs);
      });
    }
    return this.defragmenting;
  }

  async hashRevisions(query: HashRevisionsQuery): Promise<number> {
    this.cut('now');
    return (await this.writer.ask({ kind: 'hashRevisions', query })).hash;
  }

  async hashAll(): Promise<number> {
    this.cut('now');
    const startedMs = this.clock.nowMs();
    const { hash } = await this.writer.ask({ kind: 'hashAll' });
    this.observer?.hashed(this.clock.nowMs() - startedMs);
    return hash;
  }

  async snapshot(): Promise<BackendSnapshot> {
    while (this.exchange !== undefined) await this.exchange;
    // Counted from here on, so that the files are not exchanged in between.
    this.openSnapshots++;
    try {
      await this.forceCommit();
    } catch (error) {
      this.openSnapshots--;
      throw error;
    }
    const { environment } = this;
    environment.refresh();
    const transaction = environment.root.useReadTransaction();
    const openedMs = this.clock.nowMs();
    let open = true;
    return {
      read(bucket, afterKey, maxBytes) {
        assert(open, 'the snapshot is open');
        const start = afterKey === undefined ? undefined : Buffer.concat([afterKey, Buffer.alloc(1)]);
        return environment.read(bucket, start, undefined, 0, maxBytes, transaction);
      },
      close: () => {
        if (!open) return;
        open = false;
        transaction.done();
        this.openSnapshots--;
        this.observer?.snapshotClosed(this.clock.nowMs() - openedMs);
      },
    };
  }

  async releaseMemory(): Promise<void> {
    if (this.openSnapshots > 0 || this.exchange !== undefined || this.defragmenting !== undefined) return;
    const over = this.beginExchange();
    try {
      await this.writer.ask({ kind: 'release' });
      // In one go, so that reads notice nothing. Nothing is written through this side, so closing needs no waiting.
      void this.environment.close();
      assert(!this.environment.isOpen, 'the environment is closed at once');
      this.environment = this.openEnvironment();
      await this.writer.ask({ kind: 'reopen' });
    } catch (error) {
      this.fail(error as Error);
      throw error;
    } finally {
      over();
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    await this.defragmenting?.catch(() => {});
    try {
      await this.forceCommit();
    } finally {
      this.scheduler.stop();
      this.closed = true;
      await this.writer.close();
      await this.environment.close();
    }
  }

  private openEnvironment(): LmdbEnvironment {
    return new LmdbEnvironment(this.settings.directory, this.settings.mapSizeBytes);
  }

  private findLastRevision(): void {
    for (const key of this.environment.bucket('key').getKeys({ reverse: true, limit: 1 })) {
      this.lastMain = mainOf(key);
      this.lastSub = subOf(key);
    }
  }

  private change(bucket: BucketName, key: Uint8Array, value: Uint8Array | undefined): void {
    assert(!this.closed, 'the backend is closed');
    this.current.change(bucket, key, value);
    this.scheduler.noteWrite();
  }

  private revisionText(main: number, sub: number, tombstone: boolean): string {
    const length = writeRevisionKey(this.longKey, main, sub, tombstone);
    return this.longKey.toString('latin1', 0, length);
  }

  private isRemoved(main: number, sub: number, tombstone: boolean): boolean {
    if (this.current.removed.size === 0 && !this.inFlight.some((batch) => batch.removed.size > 0))
      return false;
    const text = this.revisionText(main, sub, tombstone);
    return this.current.removed.has(text) || this.inFlight.some((batch) => batch.removed.has(text));
  }

  private *batchesNewestFirst(): Generator<Batch> {
    yield this.current;
    for (let at = this.inFlight.length - 1; at >= 0; at--) yield this.inFlight[at] as Batch;
  }

  private rangeRevisions(start: Uint8Array, end: Uint8Array | undefined, limit: number): BackendEntry[] {
    const whole = start.length >= revisionKeyBytes;
    const main = whole ? mainOf(start.subarray(0, revisionKeyBytes)) : 0;
    const found: BackendEntry[] = [];
    const all = Number.POSITIVE_INFINITY;
    for (const entry of this.readRevisions(main, 0, Number.MAX_SAFE_INTEGER, all, all)) {
      const key = encodeRevisionKey(entry.main, entry.sub, entry.tombstone);
      if (compareBytes(key, start) < 0) continue;
      if (end !== undefined && compareBytes(key, end) >= 0) break;
      found.push({ key, value: entry.value });
      if (limit > 0 && found.length === limit) break;
    }
    return found;
  }

  /**
   * Takes everything written so far into a commit: `due` when it is time and the writer keeps up, `now` at once,
   * `flush` at once and onto stable storage.
   */
  private cut(mode: 'due' | 'now' | 'flush'): void {
    if (this.closed) return;
    if (this.failure !== undefined) {
      for (const waiter of this.current.waiters.splice(0)) waiter.reject(this.failure);
      return;
    }
    // A writer that is behind gets fewer and larger commits.
    if (mode === 'due' && this.inFlight.length > 1) {
      this.scheduler.retry();
      return;
    }
    this.beforeCommit();
    this.scheduler.noteCut();
    const batch = this.current;
    this.current = this.spare ?? new Batch();
    this.spare = undefined;
    this.inFlight.push(batch);
    this.send(batch, mode === 'flush');
  }

  private send(batch: Batch, flush: boolean): void {
    const packed = batch.pack();
    const memory = [packed.bytes, packed.appends, packed.removals, packed.changes].map((part) => part.buffer);
    this.writer.ask({ kind: 'commit', flush, ...packed }, memory).then(
      (reply) => this.committed(batch, reply),
      (error: Error) => this.fail(error),
    );
  }

  private committed(batch: Batch, reply: WriterDone): void {
    if (this.failure !== undefined) return;
    assert(this.inFlight[0] === batch, 'commits are reported in order');
    this.inFlight.shift();
    this.counters.commits++;
    this.counters.recordsCommitted += batch.records;
    this.counters.lastCommitDurationMs = reply.durationMs;
    this.observer?.committed(reply.durationMs);
    if (reply.size !== undefined) this.lastSize = reply.size;
    // From here on these records are read from LMDB, by a read transaction that sees the commit.
    this.environment.refresh();
    for (const waiter of batch.waiters) waiter.resolve();
    batch.clear();
    this.spare = batch;
  }

  /** The first failure is the last thing that happens here: nothing is committed after it. */
  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.scheduler.stop();
    for (const batch of [...this.inFlight, this.current]) {
      for (const waiter of batch.waiters.splice(0)) waiter.reject(error);
    }
    this.writer.refuse(error);
    this.options.onError(error);
  }

  private async rewrite(): Promise<void> {
    while (this.exchange !== undefined) await this.exchange;
    const copy = this.directory + COPY_SUFFIX;
    const old = this.directory + OLD_SUFFIX;
    rmSync(copy, { recursive: true, force: true });
    await this.writer.ask({ kind: 'defragment', directory: copy });
    // Views of the old file must be gone before it is.
    while (this.openSnapshots > 0) {
      await new Promise<void>((resolve) => this.clock.setTimer(defragmentPollMs, resolve));
    }
    const over = this.beginExchange();
    try {
      try {
        await this.writer.ask({ kind: 'finishDefragment' });
      } catch (error) {
        // The copy is gone, the environment as it was.
        await this.writer.ask({ kind: 'reopen' });
        throw error;
      }
      await this.takeOver(copy, old);
    } finally {
      over();
    }
    // Freeing a large file takes the kernel a while: not on this thread.
    await rm(old, { recursive: true, force: true });
  }

  /** Both threads go over to the copy: first the readers here, at once; then the writer, with what waits there. */
  private async takeOver(copy: string, old: string): Promise<void> {
    try {
      const before = this.environment;
      this.environment = new LmdbEnvironment(copy, this.settings.mapSizeBytes);
      void before.close();
      renameSync(this.directory, old);
      renameSync(copy, this.directory);
      syncDirectory(dirname(this.directory));
      const reply = await this.writer.ask({ kind: 'adopt' });
      if (reply.size !== undefined) this.lastSize = reply.size;
    } catch (error) {
      this.fail(error as Error);
      throw error;
    }
  }

  /** Until the function returned is called no snapshot is opened. */
  private beginExchange(): () => void {
    let over = (): void => {};
    this.exchange = new Promise((resolve) => {
      over = resolve;
    });
    return () => {
      this.exchange = undefined;
      over();
    };
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
