// The `.snap` files of a member: `%016x-%016x.snap` (term, index) in member/snap, as etcd keeps them.
import {
  assert,
  type Clock,
  crc32c,
  type Disk,
  type DiskCallback,
  DiskError,
  type DiskFile,
  FatalError,
  joinPath,
  makeDirectoryDurable,
  readWholeFile,
  systemClock,
} from '@quorate/base';
import { RaftSnapshot } from '@quorate/proto';
import { MAX_SNAP_FILE_BYTES, MIN_SNAPSHOTS_KEPT, SNAP_CHUNK_BYTES } from './limits.ts';
import { decodeSnapFile, SnapFileError, snapFileHead } from './snap-file.ts';

const SNAP_SUFFIX = '.snap';
const DATABASE_SUFFIX = '.snap.db';
const BROKEN_SUFFIX = '.broken';
const TEMPORARY_SUFFIX = '.snap.tmp';
/** Left behind by a defragmentation of Go etcd that was interrupted. */
const DEFRAG_PREFIX = 'db.tmp';

/** A message for the operator with its fields, as etcd logs it. */
export type SnapWarn = (message: string, fields: Readonly<Record<string, string | number>>) => void;

/** The place of a snapshot in the log. */
export interface SnapPosition {
  readonly index: number;
  readonly term: number;
}

export interface SnapshotterOptions {
  readonly clock?: Clock;
  readonly warn?: SnapWarn;
  /** Told, in milliseconds, how long snapshots took to encode and to sync. */
  readonly onMarshalled?: (durationMs: number) => void;
  readonly onSynced?: (durationMs: number) => void;
}

function hex16(value: number): string {
  return value.toString(16).padStart(16, '0');
}

/** Name of the file of a snapshot. */
export function snapFileName(position: SnapPosition): string {
  return `${hex16(position.term)}-${hex16(position.index)}${SNAP_SUFFIX}`;
}

/** Name of a v3 database received with a snapshot. */
export function snapDatabaseName(index: number): string {
  return `${hex16(index)}${DATABASE_SUFFIX}`;
}

/** Index in a name made by `snapFileName`; 0 for others. */
function indexOfSnapFile(name: string): number {
  const match = /^[0-9a-f]{16}-([0-9a-f]{16})\.snap$/.exec(name);
  return match === null ? 0 : Number.parseInt(match[1] as string, 16);
}

export class Snapshotter {
  readonly directory: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #warn: SnapWarn;
  readonly #options: SnapshotterOptions;

  /** Uses (and creates, if missing) a directory. @throws FatalError */
  constructor(disk: Disk, directory: string, options: SnapshotterOptions = {}) {
    this.#disk = disk;
    this.directory = directory;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#warn = options.warn ?? (() => {});
    guard('cannot use the snapshot directory', () => makeDirectoryDurable(disk, directory));
  }

  /** Makes a snapshot durable before it returns. @throws FatalError */
  save(snapshot: RaftSnapshot): void {
    const { path, temporary, payload } = this.#prepare(snapshot);
    guard('cannot save a snapshot', () => {
      const file = this.#disk.open(temporary, 'replace');
      try {
        const head = snapFileHead(crc32c(payload), payload.length);
        file.write(head, 0, head.length, 0);
        file.write(payload, 0, payload.length, head.length);
        file.dataSync();
      } finally {
        file.close();
      }
      this.#disk.rename(temporary, path);
      this.#disk.syncDirectory(this.directory);
    });
  }

  /** `save` in small steps off the event loop; `done` runs once, in a later turn. */
  saveAsync(snapshot: RaftSnapshot, done: (error: FatalError | undefined) => void): void {
    const { path, temporary, payload } = this.#prepare(snapshot);
    let file: DiskFile | undefined;
    const finish: DiskCallback = (error) => {
      const failure =
        error === undefined
          ? undefined
          : new FatalError(`cannot save a snapshot: ${error.message}`, { cause: error });
      done(failure);
    };
    const step =
      (action: () => void): DiskCallback =>
      (before) => {
        try {
          if (before !== undefined) throw before;
          action();
        } catch (error) {
          if (!(error instanceof DiskError)) throw error;
          file?.close();
          this.#clock.defer(() => finish(error));
        }
      };
    const checksum = (from: number, crc: number): void => {
      const to = Math.min(from + SNAP_CHUNK_BYTES, payload.length);
      const sum = crc32c(payload, crc, from, to);
      if (to < payload.length) this.#clock.defer(() => checksum(to, sum));
      else write(snapFileHead(sum, payload.length));
    };
    const write = (head: Uint8Array): void =>
      step(() => {
        const target = this.#disk.open(temporary, 'replace');
        file = target;
        const body = (from: number): void => {
          if (from === payload.length) {
            const began = this.#clock.nowMs();
            const synced = (): void => {
              this.#options.onSynced?.(this.#clock.nowMs() - began);
              publish();
            };
            target.dataSyncAsync(step(synced));
            return;
          }
          const length = Math.min(SNAP_CHUNK_BYTES, payload.length - from);
          const next = step(() => body(from + length));
          target.writeAsync(payload, from, length, head.length + from, next);
        };
        target.writeAsync(
          head,
          0,
          head.length,
          0,
          step(() => body(0)),
        );
      })(undefined);
    const publish = (): void => {
      file?.close();
      file = undefined;
      this.#disk.rename(temporary, path);
      this.#disk.syncDirectoryAsync(
        this.directory,
        step(() => this.#clock.defer(() => finish(undefined))),
      );
    };
    this.#clock.defer(() => checksum(0, 0));
  }

  /**
   * The newest usable snapshot, of those at the given places in the log if any are given. Files that are damaged get
   * the suffix `.broken` on the way; leftovers of interrupted saves are removed. @throws FatalError
   */
  loadNewest(positions?: readonly SnapPosition[]): RaftSnapshot | undefined {
    return guard('cannot read the snapshots', () => {
      for (const name of this.#cleanNames().reverse()) {
        const snapshot = this.#load(name);
        if (snapshot === undefined) continue;
        const place = snapshot.metadata;
        const wanted =
          positions === undefined ||
          positions.some((one) => one.index === place?.index && one.term === place.term);
        if (wanted) return snapshot;
      }
      return undefined;
    });
  }

  /**
   * Sets the snapshots after `index` aside (`.broken`): the log does not know them to be committed. A log that goes on
   * past their place would make them count, and they are not what the store was made of. @throws FatalError
   */
  setAsideAfter(index: number): void {
    guard('cannot set a snapshot aside', () => {
      const names = this.#cleanNames().filter((name) => indexOfSnapFile(name) > index);
      for (const name of names) this.#setAside(joinPath(this.directory, name));
      if (names.length > 0) this.#disk.syncDirectory(this.directory);
    });
  }

  /** Path of a v3 database that came with a snapshot. */
  databasePath(index: number): string {
    return joinPath(this.directory, snapDatabaseName(index));
  }

  /**
   * Removes the oldest snapshot files while there are more than `maxSnapshots` (`--max-snapshots`; 0: keep all), off
   * the event loop, and likewise of the databases that came with snapshots. @returns the names being removed
   */
  purge(maxSnapshots: number): string[] {
    if (maxSnapshots <= 0) return [];
    const keep = Math.max(maxSnapshots, MIN_SNAPSHOTS_KEPT);
    const names = guard('cannot list the snapshots', () => this.#disk.list(this.directory));
    const excess = (suffix: string): string[] => {
      const matching = names.filter((name) => name.endsWith(suffix));
      return matching.slice(0, Math.max(0, matching.length - keep));
    };
    const gone = [...excess(SNAP_SUFFIX), ...excess(DATABASE_SUFFIX)];
    for (const name of gone) this.#removeLater(name, 'could not purge a snapshot file');
    return gone;
  }

  /** Removes databases that came with snapshots before `index`: nothing will ask for them again. */
  releaseDatabases(index: number): string[] {
    const names = guard('cannot list the snapshots', () => this.#disk.list(this.directory));
    const orphans = names.filter((name) => {
      const match = /^([0-9a-f]{16})\.snap\.db$/.exec(name);
      return match !== null && Number.parseInt(match[1] as string, 16) < index;
    });
    for (const name of orphans) this.#removeLater(name, 'failed to remove orphaned .snap.db file');
    return orphans;
  }

  #prepare(snapshot: RaftSnapshot): { path: string; temporary: string; payload: Uint8Array } {
    const place = snapshot.metadata;
    assert(place !== undefined && place.index > 0, 'an empty snapshot is not saved');
    const name = snapFileName(place);
    const temporary = `${name.slice(0, -SNAP_SUFFIX.length)}${TEMPORARY_SUFFIX}`;
    const began = this.#clock.nowMs();
    const payload = RaftSnapshot.encode(snapshot);
    this.#options.onMarshalled?.(this.#clock.nowMs() - began);
    return {
      path: joinPath(this.directory, name),
      temporary: joinPath(this.directory, temporary),
      payload,
    };
  }

  #load(name: string): RaftSnapshot | undefined {
    const path = joinPath(this.directory, name);
    try {
      const size = this.#disk.stat(path)?.size ?? 0;
      if (size > MAX_SNAP_FILE_BYTES) throw new SnapFileError(`a file of ${size} bytes is no snapshot file`);
      return decodeSnapFile(readWholeFile(this.#disk, path));
    } catch (error) {
      if (!(error instanceof SnapFileError)) throw error;
      this.#warn('failed to read a snap file', { path, error: error.message });
      this.#setAside(path);
      return undefined;
    }
  }

  #setAside(path: string): void {
    this.#disk.rename(path, `${path}${BROKEN_SUFFIX}`);
    this.#warn('renamed to a broken snap file', { path, 'broken-path': `${path}${BROKEN_SUFFIX}` });
  }

  /** Names of snapshot files, oldest first, after removing leftovers. */
  #cleanNames(): string[] {
    const names: string[] = [];
    for (const name of this.#disk.list(this.directory)) {
      if (name.endsWith(SNAP_SUFFIX)) names.push(name);
      else if (name.startsWith(DEFRAG_PREFIX) || name.endsWith(TEMPORARY_SUFFIX)) {
        this.#warn('found a leftover of an interrupted operation; deleting', { path: name });
        this.#disk.remove(joinPath(this.directory, name));
      }
    }
    return names;
  }

  #removeLater(name: string, problem: string): void {
    const path = joinPath(this.directory, name);
    this.#disk.removeAsync(path, (error) => {
      if (error !== undefined) this.#warn(problem, { path, error: error.message });
    });
  }
}

/** Turns a failed disk operation into a FatalError. */
function guard<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof DiskError) throw new FatalError(`${what}: ${error.message}`, { cause: error });
    throw error;
  }
}
