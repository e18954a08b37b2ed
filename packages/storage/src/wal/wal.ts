// The write-ahead log: what a member has promised to remember, in etcd's files.
//
// Order of a write: `save` (one write to the page cache), then `sync` or `syncAsync`; only what a completed sync covers
// may be acknowledged. After any failed operation the log is poisoned and refuses everything: whether data that a
// failed fsync was about are on the disk cannot be known, and a second fsync would claim they are.
import {
  assert,
  type Clock,
  type Disk,
  type DiskCallback,
  DiskError,
  type DiskFile,
  type DiskLock,
  joinPath,
} from '@quorate/base';
import type { Entry, HardState } from '@quorate/proto';
import { BEGINNING, createLog } from './create.ts';
import { WalError } from './errors.ts';
import {
  MIN_SEGMENTS_KEPT,
  PREPARE_AT_FRACTION,
  SEGMENT_BYTES,
  SLOW_SYNC_MS,
  WRITE_BUFFER_BYTES,
} from './limits.ts';
import { listSegments, parseSegmentName, type SegmentName, segmentFileName, segmentsFrom } from './names.ts';
import {
  NO_HARD_STATE,
  readContents,
  readValidSnapshots,
  repairTornTail,
  segmentPath,
  verifyLog,
  zeroTail,
} from './read.ts';
import { RecordWriter } from './record-writer.ts';
import { SegmentAllocator } from './segment-allocator.ts';
import type { WalContents, WalOptions, WalPosition, WalSnapshotMark, WalWarn } from './types.ts';

const noWarn: WalWarn = () => {};

/** Called when a sync is over; the error is a WalError. */
export type WalCallback = (error: WalError | undefined) => void;

/** Where writing goes on: known after `create` or `readAll`. */
interface Tail {
  readonly file: DiskFile;
  readonly segment: SegmentName;
  offset: number;
}

export class Wal {
  /** How long the last sync took, in milliseconds: what decides whether the next one is done inline. */
  lastSyncMs = 0;
  /** Bytes written since the log was opened. */
  bytesWritten = 0;
  readonly directory: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #segmentBytes: number;
  readonly #unsafeNoSync: boolean;
  readonly #warn: WalWarn;
  readonly #onSync: ((durationMs: number) => void) | undefined;
  readonly #onWrite: ((bytes: number, durationMs: number) => void) | undefined;
  readonly #lock: DiskLock;
  readonly #from: WalPosition;
  readonly #allocator: SegmentAllocator;
  readonly #prepareAt: number;
  #writer = new RecordWriter(0);
  #tail: Tail | undefined;
  #metadata: Uint8Array = new Uint8Array(0);
  /** Last one saved; repeated at the head of each segment. */
  #hardState: HardState = NO_HARD_STATE;
  #lastIndex = 0;
  /** Segments before this sequence number may be purged. */
  #releasedBefore = 0;
  #failure: WalError | undefined;
  #syncing = false;
  #purging = false;
  #closed = false;

  private constructor(disk: Disk, directory: string, from: WalPosition, options: WalOptions, lock: DiskLock) {
    this.#disk = disk;
    this.directory = directory;
    this.#from = from;
    this.#clock = options.clock;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#unsafeNoSync = options.unsafeNoSync ?? false;
    this.#warn = options.warn ?? noWarn;
    this.#onSync = options.onSync;
    this.#onWrite = options.onWrite;
    this.#lock = lock;
    this.#allocator = new SegmentAllocator(disk, directory, this.#segmentBytes, this.#warn);
    this.#prepareAt = Math.floor(this.#segmentBytes * PREPARE_AT_FRACTION);
  }

  /** Whether a directory holds a log. */
  static exists(disk: Disk, directory: string): boolean {
    return listSegments(disk, directory).length > 0;
  }

  /**
   * Creates a log and opens it for appending. It appears whole or not at all: it is made beside its place and renamed.
   * @throws WalError EXISTS if there is one, DISK
   */
  static create(disk: Disk, directory: string, metadata: Uint8Array, options: WalOptions): Wal {
    if (Wal.exists(disk, directory)) {
      throw new WalError('EXISTS', 'there is a log already', { file: directory });
    }
    return guardDisk('cannot create the log', () => {
      const { file, segment, writer, lock } = createLog(disk, directory, metadata, options);
      const wal = new Wal(disk, directory, BEGINNING, options, lock);
      wal.#tail = { file, segment, offset: writer.length };
      wal.#metadata = Uint8Array.from(metadata);
      wal.bytesWritten = writer.length;
      writer.clear();
      wal.#writer = writer;
      return wal;
    });
  }

  /**
   * Opens a log for reading after `from` (a snapshot's place, or zeros); `readAll` must be called before anything is
   * saved. Takes the directory for this process. @throws WalError NOT_FOUND, CORRUPT, DISK (also: it is in use)
   */
  static open(disk: Disk, directory: string, from: WalPosition, options: WalOptions): Wal {
    return guardDisk('cannot open the log', () => {
      segmentsFrom(disk, directory, from.index);
      const lock = disk.lockDirectory(directory);
      return new Wal(disk, directory, { index: from.index, term: from.term }, options, lock);
    });
  }

  /**
   * `open` and `readAll`, once more after `repair` if the tail is torn: what a member does at its start.
   * @throws WalError
   */
  static openAndRead(
    disk: Disk,
    directory: string,
    from: WalPosition,
    options: WalOptions,
  ): { wal: Wal; contents: WalContents } {
    const wal = Wal.open(disk, directory, from, options);
    try {
      try {
        return { wal, contents: wal.readAll() };
      } catch (error) {
        if (!(error instanceof WalError) || error.code !== 'TORN_TAIL') throw error;
        guardDisk('cannot repair the log', () => repairTornTail(disk, directory, options.warn ?? noWarn));
        return { wal, contents: wal.readAll() };
      }
    } catch (error) {
      wal.close();
      throw error;
    }
  }

  /** Reads a log that another process may be writing to, changing nothing. @throws WalError */
  static read(disk: Disk, directory: string, from: WalPosition): WalContents {
    return guardDisk('cannot read the log', () => {
      const segments = segmentsFrom(disk, directory, from.index);
      return readContents(disk, directory, segments, from).contents;
    });
  }

  /**
   * Cuts a half-written record off the end of the last segment, keeping a `.broken` copy; false if there is none.
   * Not for a log that is open. @throws WalError if it is corrupt in another way
   */
  static repair(disk: Disk, directory: string, options: Pick<WalOptions, 'warn'> = {}): boolean {
    return guardDisk('cannot repair the log', () => {
      const lock = disk.lockDirectory(directory);
      try {
        return repairTornTail(disk, directory, options.warn ?? noWarn);
      } finally {
        lock.release();
      }
    });
  }

  /** Reads through a log from a snapshot on, checking it. @throws WalError */
  static verify(disk: Disk, directory: string, from: WalPosition): void {
    guardDisk('cannot verify the log', () => verifyLog(disk, directory, from));
  }

  /** Snapshots recorded at or before the committed index, oldest first. @throws WalError */
  static validSnapshotEntries(disk: Disk, directory: string): WalSnapshotMark[] {
    return guardDisk('cannot read the log', () => readValidSnapshots(disk, directory));
  }

  /** Why the log refuses to go on; undefined while it is well. */
  get failure(): WalError | undefined {
    return this.#failure;
  }

  /** Index of the last entry or snapshot in the log. */
  get lastIndex(): number {
    return this.#lastIndex;
  }

  /** Cuts that had to make their segment on the spot. */
  get missedPreparations(): number {
    return this.#allocator.missed;
  }

  /**
   * Reads all that follows the position given to `open` and makes the log ready for appending.
   * @throws WalError TORN_TAIL (see `repair`), CORRUPT, METADATA_CONFLICT, SNAPSHOT_NOT_FOUND, SNAPSHOT_MISMATCH,
   * SLICE_OUT_OF_RANGE, DISK
   */
  readAll(): WalContents {
    assert(this.#tail === undefined && !this.#closed, 'readAll is called once, on a log just opened');
    return guardDisk('cannot read the log', () => {
      const segments = segmentsFrom(this.#disk, this.directory, this.#from.index);
      const { contents, end } = readContents(this.#disk, this.directory, segments, this.#from);
      const segment = segments[segments.length - 1] as SegmentName;
      const file = zeroTail(this.#disk, segmentPath(this.directory, segment), end.offset);
      this.#writer = new RecordWriter(end.crc);
      this.#tail = { file, segment, offset: end.offset };
      this.#metadata = contents.metadata;
      this.#hardState = contents.hardState;
      this.#lastIndex = end.lastIndex;
      return contents;
    });
  }

  /**
   * Writes entries, then the hard state if there is one, with one write and without syncing. Entries must be in
   * order; the first may step back over earlier ones, which it replaces. Not while a `syncAsync` is under way.
   * @throws WalError DISK, and POISONED from then on
   */
  save(hardState: HardState | undefined, entries: readonly Entry[]): void {
    const tail = this.#writable();
    const writer = this.#writer;
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at] as Entry;
      writer.entry(entry);
      this.#lastIndex = entry.index;
      if (writer.length >= WRITE_BUFFER_BYTES) this.#write(tail);
    }
    if (hardState !== undefined && !isEmpty(hardState)) {
      writer.hardState(hardState);
      this.#hardState = hardState;
    }
    this.#write(tail);
    if (tail.offset >= this.#prepareAt) this.#allocator.prepare();
  }

  /**
   * Records that a snapshot was taken, without syncing. The snapshot itself must be durable before.
   * @throws WalError
   */
  appendSnapshot(mark: WalSnapshotMark): void {
    const tail = this.#writable();
    this.#writer.snapshot(mark);
    if (mark.index > this.#lastIndex) this.#lastIndex = mark.index;
    this.#write(tail);
  }

  /** `appendSnapshot` and `sync`. @throws WalError */
  saveSnapshot(mark: WalSnapshotMark): void {
    this.appendSnapshot(mark);
    this.sync();
  }

  /** Makes everything saved durable, on the spot; cuts the segment if it is full. @throws WalError */
  sync(): void {
    const tail = this.#writable();
    try {
      if (tail.offset < this.#segmentBytes) this.#dataSync(tail.file);
      else this.#cut(tail);
    } catch (error) {
      throw this.#poison(error);
    }
  }

  /**
   * Makes everything saved before durable, off the event loop. Nothing may be saved until `done` has run, which it
   * does exactly once, in a later turn. @throws WalError POISONED
   */
  syncAsync(done: WalCallback): void {
    const tail = this.#writable();
    this.#syncing = true;
    const finish: DiskCallback = (error) => {
      this.#syncing = false;
      done(error === undefined ? undefined : this.#poison(error));
    };
    try {
      if (tail.offset < this.#segmentBytes) this.#dataSyncAsync(tail.file, finish);
      else this.#cutAsync(tail, finish);
    } catch (error) {
      this.#syncing = false;
      throw this.#poison(error);
    }
  }

  /**
   * Entries up to `index` are covered by a snapshot: segments that hold nothing later may go, but for the newest of
   * them (etcd's rule).
   */
  releaseTo(index: number): void {
    const segments = listSegments(this.#disk, this.directory);
    let keep = segments.findIndex((segment) => segment.firstIndex >= index) - 1;
    if (keep === -2) keep = segments.length - 1;
    const first = segments[keep];
    if (keep > 0 && first !== undefined)
      this.#releasedBefore = Math.max(this.#releasedBefore, first.sequence);
  }

  /**
   * Removes released segments, oldest first, while there are more than `maxSegments` (`--max-wals`; 0: keep all), off
   * the event loop. One after the other, each made durable: a loss of power must not leave a hole between segments.
   * @returns the names being removed; none while an earlier purge is under way
   */
  purge(maxSegments: number): string[] {
    if (maxSegments <= 0 || this.#purging) return [];
    const segments = listSegments(this.#disk, this.directory);
    const excess = segments.length - Math.max(maxSegments, MIN_SEGMENTS_KEPT);
    const gone = segments
      .slice(0, Math.max(excess, 0))
      .filter((segment) => segment.sequence < this.#releasedBefore)
      .map((segment) => segment.name);
    this.#purge(gone, 0);
    return gone;
  }

  /** Syncs what was saved, if nothing failed, and gives the directory up. @throws WalError if that sync fails */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      const tail = this.#tail;
      if (tail !== undefined && this.#failure === undefined && !this.#syncing) this.#dataSync(tail.file);
    } catch (error) {
      throw this.#poison(error);
    } finally {
      this.#allocator.close();
      // A sync under way still needs the descriptor; the process is about to end in that case.
      if (!this.#syncing) this.#tail?.file.close();
      this.#lock.release();
    }
  }

  #purge(names: readonly string[], at: number): void {
    const name = names[at];
    this.#purging = name !== undefined;
    if (name === undefined || this.#closed) return;
    const path = joinPath(this.directory, name);
    const failed = (error: DiskError): void => {
      this.#purging = false;
      this.#warn('could not purge a WAL segment', { path, error: error.message });
    };
    this.#disk.removeAsync(path, (removeError) => {
      if (removeError !== undefined) return failed(removeError);
      this.#disk.syncDirectoryAsync(this.directory, (syncError) => {
        if (syncError !== undefined) return failed(syncError);
        this.#purge(names, at + 1);
      });
    });
  }

  #writable(): Tail {
    if (this.#failure !== undefined) {
      throw new WalError('POISONED', `refused after an earlier failure: ${this.#failure.message}`, {
        cause: this.#failure,
      });
    }
    assert(!this.#closed, 'the log is closed');
    assert(!this.#syncing, 'nothing may be saved or synced while a sync is under way');
    assert(this.#tail !== undefined, 'readAll comes before writing');
    return this.#tail;
  }

  #poison(cause: unknown): WalError {
    if (this.#failure !== undefined) return this.#failure;
    if (!(cause instanceof DiskError)) throw cause;
    this.#failure = new WalError('DISK', `writing failed, nothing more will be accepted: ${cause.message}`, {
      file: cause.path,
      cause,
    });
    return this.#failure;
  }

  #write(tail: Tail): void {
    const writer = this.#writer;
    const length = writer.length;
    if (length === 0) return;
    const began = this.#onWrite === undefined ? 0 : this.#clock.nowMs();
    try {
      tail.file.write(writer.buffer, 0, length, tail.offset);
    } catch (error) {
      throw this.#poison(error);
    }
    tail.offset += length;
    this.bytesWritten += length;
    this.#onWrite?.(length, this.#clock.nowMs() - began);
    writer.clear();
  }

  #dataSync(file: DiskFile): void {
    if (this.#unsafeNoSync) return;
    const began = this.#clock.nowMs();
    file.dataSync();
    this.#synced(began);
  }

  #dataSyncAsync(file: DiskFile, done: DiskCallback): void {
    if (this.#unsafeNoSync) {
      this.#clock.defer(() => done(undefined));
      return;
    }
    const began = this.#clock.nowMs();
    file.dataSyncAsync((error) => {
      if (error === undefined) this.#synced(began);
      done(error);
    });
  }

  #synced(began: number): void {
    this.lastSyncMs = this.#clock.nowMs() - began;
    this.#onSync?.(this.lastSyncMs);
    if (this.lastSyncMs > SLOW_SYNC_MS) {
      this.#warn('slow fdatasync', {
        took: `${this.lastSyncMs}ms`,
        'expected-duration': `${SLOW_SYNC_MS}ms`,
      });
    }
  }

  /**
   * Closes a full segment and goes on in the next. The new one is named only when its head is durable, and its head
   * only written when the old one is: a reader finds a chain without a hole whenever this is interrupted.
   */
  #cut(full: Tail): void {
    full.file.truncate(full.offset);
    this.#dataSync(full.file);
    const next = this.#startSegment();
    this.#dataSync(next.file);
    this.#nameSegment(next);
    this.#disk.syncDirectory(this.directory);
    this.#switchTo(full, next);
  }

  #cutAsync(full: Tail, done: DiskCallback): void {
    full.file.truncate(full.offset);
    let next = full;
    this.#dataSyncAsync(
      full.file,
      nextStep(done, () => {
        next = this.#startSegment();
        this.#dataSyncAsync(
          next.file,
          nextStep(done, () => {
            this.#nameSegment(next);
            this.#disk.syncDirectoryAsync(
              this.directory,
              nextStep(done, () => {
                this.#switchTo(full, next);
                this.#clock.defer(() => done(undefined));
              }),
            );
          }),
        );
      }),
    );
  }

  /** Writes the head of the next segment under its temporary name. */
  #startSegment(): Tail {
    const sequence = (this.#tail as Tail).segment.sequence + 1;
    const segment = parseSegmentName(segmentFileName(sequence, this.#lastIndex + 1)) as SegmentName;
    const next: Tail = { file: this.#allocator.take(), segment, offset: 0 };
    const writer = this.#writer;
    writer.crcRecord();
    writer.metadata(this.#metadata);
    if (!isEmpty(this.#hardState)) writer.hardState(this.#hardState);
    next.file.write(writer.buffer, 0, writer.length, 0);
    next.offset = writer.length;
    this.bytesWritten += writer.length;
    writer.clear();
    return next;
  }

  #nameSegment(next: Tail): void {
    this.#disk.rename(next.file.path, joinPath(this.directory, next.segment.name));
  }

  #switchTo(full: Tail, next: Tail): void {
    this.#tail = next;
    full.file.close();
  }
}

function isEmpty(state: HardState): boolean {
  return state.term === 0 && state.vote === 0n && state.commit === 0;
}

/** A step of an asynchronous chain: taken if the one before succeeded; a DiskError of either ends the chain. */
function nextStep(done: DiskCallback, step: () => void): DiskCallback {
  return (before) => {
    if (before !== undefined) return done(before);
    try {
      step();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      done(error);
    }
  };
}

/** Turns a failed disk operation into a WalError. */
function guardDisk<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof DiskError) {
      throw new WalError('DISK', `${what}: ${error.message}`, { file: error.path, cause: error });
    }
    throw error;
  }
}
