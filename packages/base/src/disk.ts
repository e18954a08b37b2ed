// The disk as a parameter: what the log, the snapshots and the file interchange need of a file system, in a
// form that a simulation can own (crash at any operation, lose or tear what was not synced, fail on demand).
//
// Rules every implementation keeps:
// - a synchronous call has happened when it returns; an asynchronous one when its callback runs, never earlier,
//   and the callback never runs inside the call that took it;
// - data is durable after `dataSync` of its file *and* `syncDirectory` of the directories that name it;
// - an error is always a DiskError; a failed write may have written any part of its bytes.

/** A failed disk operation. `code` is the system's (`ENOENT`, `ENOSPC`, `EIO`, ...), or `ELOCKED`. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: string;
  /** What was tried: `open`, `write`, `fdatasync`, ... */
  readonly operation: string;
  readonly path: string;
  constructor(
    code: string,
    operation: string,
    path: string,
    options: { detail?: string; cause?: unknown } = {},
  ) {
    super(
      `${operation} ${path}: ${options.detail ?? code}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.operation = operation;
    this.path = path;
  }
}

/** Completion of an asynchronous operation: undefined on success. */
export type DiskCallback = (error: DiskError | undefined) => void;

/**
 * How a file is opened: `read` an existing one; `update` (read and write) an existing one; `replace`: create it or
 * empty it, read and write; `createNew`: like `replace`, but EEXIST if it is there. New files get mode 0600.
 */
export type DiskOpenMode = 'read' | 'update' | 'replace' | 'createNew';

/** An open file. Positions and lengths are bytes. @throws DiskError from every method */
export interface DiskFile {
  /** The path it was opened under (a later rename does not change it). */
  readonly path: string;
  /** Reads up to `length` bytes into `into` at `start`; returns how many: fewer only at the end of the file. */
  read(into: Uint8Array, start: number, length: number, position: number): number;
  /** Writes all of the bytes or throws (some of them may then be written). */
  write(from: Uint8Array, start: number, length: number, position: number): void;
  /** `write` off the event loop; `from` must not change until `done`. */
  writeAsync(from: Uint8Array, start: number, length: number, position: number, done: DiskCallback): void;
  /** Makes the file's data and length durable (fdatasync). After a failure nothing is known: do not try again. */
  dataSync(): void;
  dataSyncAsync(done: DiskCallback): void;
  /** Cuts or extends the file; an extension reads as zeros and reserves no space. */
  truncate(size: number): void;
  size(): number;
  close(): void;
}

/** What `stat` tells. */
export interface DiskStat {
  readonly size: number;
  readonly isDirectory: boolean;
  /** Wall-clock milliseconds. */
  readonly modifiedMs: number;
}

/** Space of a file system, in bytes; `freeBytes` is what this process may use. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Exclusive ownership of a directory until released or the process ends, however it ends. */
export interface DiskLock {
  /** Gives the directory up; harmless when called again. */
  release(): void;
}

/** A file system. @throws DiskError from every method */
export interface Disk {
  open(path: string, mode: DiskOpenMode): DiskFile;
  /** Names in a directory (not `.` and `..`), sorted by code unit. */
  list(path: string): string[];
  /** undefined if nothing is there. */
  stat(path: string): DiskStat | undefined;
  /** Creates a directory and its missing parents, mode 0700; an existing one is left as it is. */
  makeDirectory(path: string): void;
  /** Atomically gives a file or directory a new name, replacing a file that has it. */
  rename(from: string, to: string): void;
  /** Removes a file; ENOENT if there is none. */
  remove(path: string): void;
  /** `remove` off the event loop: freeing a large file's blocks takes a while. */
  removeAsync(path: string, done: DiskCallback): void;
  /** Removes a file or a directory with everything in it; nothing there is fine. */
  removeTree(path: string): void;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): void;
  syncDirectoryAsync(path: string, done: DiskCallback): void;
  /**
   * Takes exclusive ownership of an existing directory.
   * @throws DiskError ELOCKED, saying who has it as far as that can be told
   */
  lockDirectory(path: string): DiskLock;
  space(path: string): DiskSpace;
}

/** Reads a whole file. @throws DiskError */
export function readWholeFile(disk: Disk, path: string): Uint8Array {
  const file = disk.open(path, 'read');
  try {
    const bytes = Buffer.allocUnsafe(file.size());
    const length = file.read(bytes, 0, bytes.length, 0);
    return length === bytes.length ? bytes : bytes.subarray(0, length);
  } finally {
    file.close();
  }
}

/** Creates a directory and its missing parents so that they survive a loss of power. @throws DiskError */
export function makeDirectoryDurable(disk: Disk, path: string): void {
  if (disk.stat(path) !== undefined) return;
  const parent = parentPath(path);
  if (parent !== path && parent !== '.') makeDirectoryDurable(disk, parent);
  disk.makeDirectory(path);
  disk.syncDirectory(parent);
}

/** Joins path parts with `/`; a leading part that is empty is left out. */
export function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/** The directory part of a path (`.` if there is none), trailing slashes ignored. */
export function parentPath(path: string): string {
  const clean = path.replace(/\/+$/, '');
  const at = clean.lastIndexOf('/');
  if (at < 0) return '.';
  return at === 0 ? '/' : clean.slice(0, at);
}
