// Prepares the next segment ahead of time, off the event loop: a file of zeros, synced, that waits under a
// temporary name (`0.tmp`, `1.tmp` in turn, as etcd's) until a cut takes it. Node cannot fallocate; zeros really
// reserve the space, and later appends then change no metadata of the file.
import { type Disk, type DiskError, type DiskFile, joinPath } from '@quorate/base';
import { INITIAL_ZERO_BYTES, ZERO_CHUNK_BYTES, ZERO_SYNC_BYTES } from './limits.ts';
import type { WalWarn } from './types.ts';

let sharedZeros: Buffer | undefined;
/** A chunk of zeros that nobody writes to. */
export function zeros(): Buffer {
  sharedZeros ??= Buffer.alloc(ZERO_CHUNK_BYTES);
  return sharedZeros;
}

/** Reserves the head of a new segment and gives it its length. */
export function reserveHead(file: DiskFile, segmentBytes: number): void {
  file.truncate(segmentBytes);
  const wanted = Math.min(INITIAL_ZERO_BYTES, segmentBytes);
  for (let at = 0; at < wanted; at += ZERO_CHUNK_BYTES) {
    file.write(zeros(), 0, Math.min(ZERO_CHUNK_BYTES, wanted - at), at);
  }
}

export class SegmentAllocator {
  /** Cuts that found no prepared segment, and made one on the spot. */
  missed = 0;
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #segmentBytes: number;
  readonly #warn: WalWarn;
  #count = 0;
  /** Being filled by an operation under way. */
  #filling: DiskFile | undefined;
  #ready: DiskFile | undefined;
  #closed = false;

  constructor(disk: Disk, directory: string, segmentBytes: number, warn: WalWarn) {
    this.#disk = disk;
    this.#directory = directory;
    this.#segmentBytes = segmentBytes;
    this.#warn = warn;
  }

  /** Starts preparing a segment, unless one is ready or on its way. Failing is not fatal: a cut makes its own. */
  prepare(): void {
    if (this.#closed || this.#filling !== undefined || this.#ready !== undefined) return;
    try {
      const file = this.#create();
      this.#filling = file;
      file.truncate(this.#segmentBytes);
      this.#fill(file, 0);
    } catch (error) {
      this.#failed(error as DiskError);
    }
  }

  /** The prepared segment, or one made on the spot. It is the caller's from here on. @throws DiskError */
  take(): DiskFile {
    const ready = this.#ready;
    if (ready !== undefined) {
      this.#ready = undefined;
      return ready;
    }
    this.missed++;
    const file = this.#create();
    reserveHead(file, this.#segmentBytes);
    return file;
  }

  /** Drops what was prepared. A write under way ends first, by itself. */
  close(): void {
    this.#closed = true;
    const ready = this.#ready;
    this.#ready = undefined;
    if (ready !== undefined) this.#discard(ready);
  }

  /** The name alternates, so that a cut never meets the file being filled or the one just taken. */
  #create(): DiskFile {
    let path = this.#nextPath();
    if (path === this.#filling?.path) path = this.#nextPath();
    return this.#disk.open(path, 'replace');
  }

  #nextPath(): string {
    return joinPath(this.#directory, `${this.#count++ % 2}.tmp`);
  }

  #fill(file: DiskFile, from: number): void {
    const length = Math.min(ZERO_CHUNK_BYTES, this.#segmentBytes - from);
    file.writeAsync(zeros(), 0, length, from, (writeError) => {
      const next = from + length;
      const atEnd = next >= this.#segmentBytes;
      if (writeError !== undefined) this.#failed(writeError);
      else if (this.#closed) this.#failed(undefined);
      else if (!atEnd && next % ZERO_SYNC_BYTES !== 0) this.#fill(file, next);
      else {
        file.dataSyncAsync((syncError) => {
          if (syncError !== undefined) this.#failed(syncError);
          else if (this.#closed) this.#failed(undefined);
          else if (!atEnd) this.#fill(file, next);
          else {
            this.#filling = undefined;
            this.#ready = file;
          }
        });
      }
    });
  }

  #failed(error: DiskError | undefined): void {
    const file = this.#filling;
    this.#filling = undefined;
    if (file !== undefined) this.#discard(file);
    if (error !== undefined) {
      this.#warn('could not prepare the next WAL segment ahead of time', { error: error.message });
    }
  }

  #discard(file: DiskFile): void {
    try {
      file.close();
      this.#disk.remove(file.path);
    } catch (error) {
      this.#warn('could not remove a temporary WAL segment', { error: (error as DiskError).message });
    }
  }
}
