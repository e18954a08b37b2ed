// Snapshots: the v2 store and the membership as of an index, written beside the log so that the log can be cut. The
// key-value store is not in it: the backend has it on disk, at that index or later, before the snapshot is recorded.
import { assert, type Clock } from '@quorate/base';
import type { ConfState, MemoryStorage, Snapshot } from '@quorate/raft';
import type { Backend, MvccStore, Snapshotter, Wal } from '@quorate/storage';
import type { V2Store } from '@quorate/v2store';
import {
  CATCH_UP_BYTES,
  SNAPSHOT_LOG_BYTES,
  SNAPSHOT_LOG_FACTOR,
  SNAPSHOT_MIN_INTERVAL_MS,
  SNAPSHOT_NODES_PER_SLICE,
} from './limits.ts';
import type { Logger } from './logger.ts';

export interface SnapshotKeeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly v2: V2Store;
  readonly backend: Backend;
  readonly kv: MvccStore;
  readonly storage: MemoryStorage;
  readonly wal: Wal;
  readonly snapshotter: Snapshotter;
  /** Runs when the log is not being synced. */
  readonly whenIdle: (work: () => void) => void;
  readonly snapshotCount: number;
  readonly catchUpEntries: number;
  readonly maxSnapshotFiles: number;
  readonly maxWalFiles: number;
  readonly snapshotIndex: number;
  readonly confState: ConfState;
  readonly onSaved: (durationMs: number) => void;
  readonly onError: (error: unknown) => void;
}

export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  #confState: ConfState;
  #snapshotIndex: number;
  /** Payload of the entries applied since the last snapshot. */
  #bytesSince = 0;
  /** Size of the last snapshot. */
  #lastBytes = 0;
  #lastBegunMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: SnapshotKeeperOptions) {
    this.#options = options;
    this.#confState = options.confState;
    this.#snapshotIndex = options.snapshotIndex;
  }

  get snapshotIndex(): number {
    return this.#snapshotIndex;
  }

  /** The configuration as of the entry applied last. */
  get confState(): ConfState {
    return this.#confState;
  }

  noteConfState(state: ConfState): void {
    this.#confState = state;
  }

  noteEntry(bytes: number): void {
    this.#bytesSince += bytes;
  }

  /** Takes a snapshot of the state as of `index`, which is the present one, if one is due. */
  maybeTake(index: number, term: number): void {
    if (this.#running !== undefined || this.#stopped) return;
    const entries = index - this.#snapshotIndex;
    const isLarge = this.#bytesSince >= Math.max(SNAPSHOT_LOG_BYTES, this.#lastBytes * SNAPSHOT_LOG_FACTOR);
    if (entries <= this.#options.snapshotCount && !isLarge) return;
    // Under a heavy load the count alone would ask for many in a second.
    if (!isLarge && this.#options.clock.nowMs() - this.#lastBegunMs < SNAPSHOT_MIN_INTERVAL_MS) return;
    this.take(index, term);
  }

  /** Takes a snapshot of the present state, which is as of `index`, now. One at a time. */
  take(index: number, term: number): void {
    assert(this.#running === undefined, 'one snapshot is taken at a time');
    this.#bytesSince = 0;
    this.#lastBegunMs = this.#options.clock.nowMs();
    this.#running = this.#take(index, term, this.#confState)
      .catch((error: unknown) => {
        if (!this.#stopped) this.#options.onError(error);
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Waits for the snapshot under way. */
  async finish(): Promise<void> {
    await this.#running;
  }

  /** Takes no more snapshots; one under way ends without being recorded. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #take(index: number, term: number, confState: ConfState): Promise<void> {
    const { clock, logger, v2, backend, kv, snapshotter } = this.#options;
    const startedMs = clock.nowMs();
    logger.info('triggering snapshot', {
      'local-member-applied-index': index,
      'local-member-snapshot-index': this.#snapshotIndex,
      'local-member-snapshot-count': this.#options.snapshotCount,
    });
    // Begun in the turn in which `index` was applied: it sees the tree as of then, whatever happens meanwhile.
    const job = v2.beginSave();
    while (!job.step(SNAPSHOT_NODES_PER_SLICE)) {
      await nextTurn(clock);
      if (this.#stopped) return job.cancel();
    }
    assert(kv.consistentIndex >= index, 'the store has applied what the snapshot covers');
    await backend.forceCommit();
    if (this.#stopped) return;
    const data = Buffer.concat(job.chunks);
    const snapshot: Snapshot = { data, metadata: { confState, index, term } };
    await new Promise<void>((resolve, reject) => {
      snapshotter.saveAsync(snapshot, (error) => (error === undefined ? resolve() : reject(error)));
    });
    if (this.#stopped) return;
    await new Promise<void>((resolve, reject) => {
      this.#options.whenIdle(() => {
        try {
          this.#record(index, term, confState, data);
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    const durationMs = clock.nowMs() - startedMs;
    logger.info('saved snapshot', { 'snapshot-index': index });
    this.#options.onSaved(durationMs);
  }

  /** The file is durable: from now on a restart begins with it. */
  #record(index: number, term: number, confState: ConfState, data: Uint8Array): void {
    if (this.#stopped) return;
    const { wal, storage, snapshotter, logger, catchUpEntries } = this.#options;
    wal.saveSnapshot({ index, term, confState });
    storage.createSnapshot(index, confState, data);
    this.#snapshotIndex = index;
    this.#lastBytes = data.length;
    wal.releaseTo(index);
    const compactIndex = this.#compactIndex(index, catchUpEntries);
    if (compactIndex >= storage.firstIndex()) {
      storage.compact(compactIndex);
      logger.info('compacted Raft logs', { 'compact-index': compactIndex });
    }
    wal.purge(this.#options.maxWalFiles);
    snapshotter.purge(this.#options.maxSnapshotFiles);
  }

  /** Some entries stay for followers that lag a little, as many as are asked for and fit. */
  #compactIndex(index: number, catchUpEntries: number): number {
    const { storage } = this.#options;
    const oldest = Math.max(index - catchUpEntries, storage.firstIndex() - 1);
    let bytes = 0;
    let keepFrom = index;
    while (keepFrom > oldest) {
      bytes += storage.entry(keepFrom).data.length;
      if (bytes > CATCH_UP_BYTES) break;
      keepFrom--;
    }
    return keepFrom;
  }
}

function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.defer(resolve));
}
