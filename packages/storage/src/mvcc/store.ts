// The multi-version store put together: index in memory, records in the backend, one writer, watchers told at the end
// of every txn. Nothing here waits: long work is sliced by compaction, hash, scan and watch on their own.
import { assert, type Clock } from '@quorate/base';
import type { Backend } from '../backend/index.ts';
import { Compaction } from './compaction.ts';
import { CompactionHashes } from './compaction-hashes.ts';
import { IndexBuilder } from './index-builder.ts';
import type { KeyIndex } from './key-index.ts';
import {
  defaultCompactionBatchLimit,
  defaultCompactionSleepIntervalMs,
  recordCacheBytes as defaultRecordCacheBytes,
  releaseMemoryRevisions,
} from './limits.ts';
import { readMeta, writeConsistentIndex, writeScheduledCompact } from './meta.ts';
import { RangeReader } from './range.ts';
import { type ScanSource, StoreRangeScan } from './range-scan.ts';
import { RecordArena } from './record-arena.ts';
import { RecordReader } from './record-reader.ts';
import { hashRevisions } from './revision-hash.ts';
import { none } from './slot-table.ts';
import {
  MvccCounters,
  MvccError,
  MvccErrorKind,
  type MvccObserver,
  type MvccOptions,
  type MvccStore,
  type RangeQuery,
  type RangeResult,
  type RangeScan,
  type RevisionHash,
  type WatchHub,
  type WriteTxn,
} from './types.ts';
import { StoreWatchHub, type WatchSource } from './watch-hub.ts';
import { StoreWriteTxn } from './write-txn.ts';

/** Sizes of the store's parts, for measurements. */
export interface MvccMemory {
  readonly indexBytes: number;
  readonly keys: number;
  readonly historyEntries: number;
}

class Store implements MvccStore, ScanSource, WatchSource {
  readonly ranges: RangeReader;
  readonly counters = new MvccCounters();
  private readonly backend: Backend;
  private readonly clock: Clock;
  /** Of the index, until the store is open. */
  private builder: IndexBuilder | undefined;
  private readonly index: KeyIndex;
  private readonly records: RecordReader;
  private readonly hub: StoreWatchHub;
  private readonly compaction: Compaction;
  /** Undefined: compactions are not hashed. */
  private readonly compactionHashes: CompactionHashes | undefined;
  private readonly txn: StoreWriteTxn;
  private readonly scans = new Set<StoreRangeScan>();
  private currentRevision = 1;
  private compactedRevision = -1;
  private appliedIndex = 0;
  private appliedTerm = 0;
  private indexChanged = false;
  private closed = false;
  private observer: MvccObserver | undefined;

  constructor(options: MvccOptions) {
    const { backend, clock } = options;
    this.backend = backend;
    this.clock = clock;
    this.builder = options.index ?? new IndexBuilder(options.random);
    this.index = this.builder.index;
    const arena = new RecordArena(this.index.slots, options.recordCacheBytes ?? defaultRecordCacheBytes);
    this.records = new RecordReader(backend, this.index, arena);
    this.ranges = new RangeReader(this.index, this.records);
    this.hub = new StoreWatchHub(this, clock, options.random, options.onError);
    this.compaction = new Compaction({
      backend,
      clock,
      index: this.index,
      batchLimit: options.compactionBatchLimit ?? defaultCompactionBatchLimit,
      sleepIntervalMs: options.compactionSleepIntervalMs ?? defaultCompactionSleepIntervalMs,
      scansBelow: (revision, evict) => this.scansBelow(revision, evict),
      onError: options.onError,
      counters: this.counters,
    });
    this.compactionHashes = options.hashCompactions === true ? new CompactionHashes() : undefined;
    this.txn = new StoreWriteTxn({
      backend,
      index: this.index,
      arena,
      records: this.records,
      ranges: this.ranges,
      leases: options.leases,
      counters: this.counters,
      previous: this.previous,
      compactRevision: () => this.compactedRevision,
      watched: () => this.hub.active,
      ended: (txn) => this.txnEnded(txn),
    });
  }

  /** Takes over what is on disk. */
  async open(options: MvccOptions): Promise<void> {
    const meta = readMeta(this.backend);
    this.appliedIndex = meta.consistentIndex;
    this.appliedTerm = meta.term;
    this.compactedRevision = Math.max(meta.finishedCompact, meta.scheduledCompact);
    await this.finishIndex(options);
    this.backend.setBeforeCommit(() => this.writeMeta());
    if (meta.scheduledCompact > meta.finishedCompact) {
      // A crash came between: what is left to remove is found by walking the index once more.
      this.compaction.request(meta.scheduledCompact).catch((error: Error) => {
        if (!this.closed) options.onError(error);
      });
    }
  }

  /** Reads everything once, if the index has not come along with the store. */
  private async finishIndex({ index, leases, onRestoreProgress }: MvccOptions): Promise<void> {
    const { builder, backend } = this;
    assert(builder !== undefined, 'a store is opened once');
    this.builder = undefined;
    if (index === undefined) {
      await backend.readIndex((portion) => {
        builder.add(portion);
        onRestoreProgress?.(builder.revisions);
      });
    }
    builder.finish(leases);
    this.currentRevision = Math.max(builder.revision, this.compactedRevision, 1);
    // Most of what was read is not needed again soon.
    if (index === undefined && builder.revisions >= releaseMemoryRevisions) await backend.releaseMemory();
  }

  get revision(): number {
    return this.currentRevision;
  }
  get compactRevision(): number {
    return this.compactedRevision;
  }
  get keyCount(): number {
    return this.index.tree.live;
  }
  get watchHub(): WatchHub {
    return this.hub;
  }
  get consistentIndex(): number {
    return this.appliedIndex;
  }
  get consistentTerm(): number {
    return this.appliedTerm;
  }
  get compacting(): boolean {
    return this.compaction.active;
  }
  get memory(): MvccMemory {
    const { index } = this;
    return { indexBytes: index.bytes, keys: index.slots.size, historyEntries: index.history.size };
  }

  setObserver(observer: MvccObserver): void {
    this.observer = observer;
    this.compaction.setObserver(observer);
  }

  range(query: RangeQuery): RangeResult {
    this.counters.ranges++;
    this.checkRevision(query.revision);
    return this.ranges.range(query, this.currentRevision);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.counters.ranges++;
    const slot = this.index.find(key);
    return slot === none || this.index.slots.isDead(slot) ? undefined : this.records.current(slot, true);
  }

  has(key: Uint8Array): boolean {
    const slot = this.index.find(key);
    return slot !== none && !this.index.slots.isDead(slot);
  }

  count(key: Uint8Array, rangeEnd: Uint8Array): number {
    return this.ranges.countLive(key, rangeEnd);
  }

  openScan(
    key: Uint8Array,
    rangeEnd: Uint8Array,
    revision: number,
    limit: number,
    keysOnly: boolean,
  ): RangeScan {
    this.counters.ranges++;
    this.checkRevision(revision);
    const scan = new StoreRangeScan(this, key, rangeEnd, revision, limit, keysOnly);
    if (!scan.done) this.scans.add(scan);
    return scan;
  }

  unpin(scan: StoreRangeScan): void {
    this.scans.delete(scan);
  }

  beginWrite(): WriteTxn {
    assert(!this.closed, 'the store is closed');
    return this.txn.begin(this.currentRevision);
  }

  setConsistentIndex(index: number, term: number): void {
    this.appliedIndex = index;
    this.appliedTerm = term;
    if (this.indexChanged) return;
    // The first change since the last commit is written down at once, so that a commit will come even if nothing
    // else is written; the hook brings it up to date when the commit is cut.
    this.indexChanged = true;
    writeConsistentIndex(this.backend, index, term);
  }

  compact(revision: number): Promise<void> {
    if (revision <= this.compactedRevision) {
      throw new MvccError(MvccErrorKind.compacted, this.compactedRevision);
    }
    if (revision > this.currentRevision) throw new MvccError(MvccErrorKind.futureRevision);
    // What it takes in is settled now; nothing is removed before.
    this.compactionHashes?.keep(revision, this.hashAt(revision));
    this.compactedRevision = revision;
    writeScheduledCompact(this.backend, revision);
    return this.compaction.request(revision);
  }

  async hashByRevision(asked: number): Promise<RevisionHash> {
    const { compactRevision, currentRevision } = this;
    const kept = this.compactionHashes?.find(asked);
    if (kept !== undefined) return { ...(await kept), currentRevision };
    if (asked > 0 && asked < compactRevision) throw new MvccError(MvccErrorKind.compacted, compactRevision);
    if (asked > currentRevision) throw new MvccError(MvccErrorKind.futureRevision);
    return this.hashAt(asked > 0 ? asked : currentRevision);
  }

  compactionHashRevisions(): readonly number[] {
    return this.compactionHashes?.revisions() ?? [];
  }

  private async hashAt(hashRevision: number): Promise<RevisionHash> {
    const { compactRevision, currentRevision, backend, clock, index, compaction } = this;
    const source = { backend, clock, index, compaction, isClosed: () => this.closed };
    const startedMs = clock.nowMs();
    const hash = await hashRevisions(source, hashRevision, compactRevision);
    this.observer?.hashedByRevision(clock.nowMs() - startedMs);
    return { hash, compactRevision, hashRevision, currentRevision };
  }

  readRevisions(
    main: number,
    endMain: number,
    maxRecords: number,
    maxBytes: number,
  ): ReturnType<Backend['readRevisions']> {
    return this.backend.readRevisions(main, 0, endMain, maxRecords, maxBytes);
  }

  readonly previous = (key: Uint8Array, beforeRevision: number): Uint8Array | undefined => {
    const { index } = this;
    // Reading at a compacted revision finds nothing, as etcd answers it.
    if (beforeRevision - 1 < this.compactedRevision) return undefined;
    const slot = index.find(key);
    if (slot === none || !index.locate(slot, beforeRevision - 1)) return undefined;
    return this.records.stored(index.foundMain, index.foundSubMark >> 1);
  };

  async close(): Promise<void> {
    if (this.closed) return;
    assert(!this.txn.open, 'no txn is open');
    this.closed = true;
    this.hub.close();
    this.compaction.close(new MvccError(MvccErrorKind.closed));
    await this.backend.forceCommit();
  }

  private checkRevision(revision: number): void {
    if (revision > this.currentRevision) throw new MvccError(MvccErrorKind.futureRevision);
    if (revision > 0 && revision < this.compactedRevision) {
      throw new MvccError(MvccErrorKind.compacted, this.compactedRevision);
    }
  }

  private txnEnded(txn: StoreWriteTxn): number {
    if (!txn.dirty) return this.currentRevision;
    this.currentRevision = txn.writeRevision;
    const { events } = txn;
    if (events.length > 0) {
      txn.events = [];
      this.hub.notify(events, this.currentRevision);
    }
    return this.currentRevision;
  }

  private writeMeta(): void {
    if (!this.indexChanged) return;
    this.indexChanged = false;
    writeConsistentIndex(this.backend, this.appliedIndex, this.appliedTerm);
  }

  private scansBelow(revision: number, evict: boolean): boolean {
    let below = false;
    for (const scan of this.scans) {
      if (scan.revision >= revision) continue;
      below = true;
      if (evict) {
        scan.outrun = true;
        this.scans.delete(scan);
      }
    }
    return below;
  }
}

/**
 * Opens the store over a backend: rebuilds the index, attaches leases, takes up an unfinished compaction. The backend
 * stays its owner's to close, after the store.
 */
export async function openMvccStore(
  options: MvccOptions,
): Promise<MvccStore & { readonly memory: MvccMemory }> {
  const store = new Store(options);
  await store.open(options);
  return store;
}
