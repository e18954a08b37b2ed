// The process's own file system: node:fs behind the Disk interface.
import * as fs from 'node:fs';
import {
  type Disk,
  type DiskCallback,
  DiskError,
  type DiskFile,
  type DiskLock,
  type DiskOpenMode,
  type DiskSpace,
  type DiskStat,
} from './disk.ts';
import { lockNodeDirectory } from './disk-lock.ts';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

const { O_RDONLY, O_RDWR, O_CREAT, O_TRUNC, O_EXCL } = fs.constants;

const OPEN_FLAGS: Readonly<Record<DiskOpenMode, number>> = {
  read: O_RDONLY,
  update: O_RDWR,
  replace: O_RDWR | O_CREAT | O_TRUNC,
  createNew: O_RDWR | O_CREAT | O_EXCL,
};

function diskError(cause: unknown, operation: string, path: string): DiskError {
  if (cause instanceof DiskError) return cause;
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new DiskError(typeof code === 'string' ? code : 'EUNKNOWN', operation, path, {
    detail: text,
    cause,
  });
}

/** Runs a system call, turning its failure into a DiskError. */
function attempt<T>(operation: string, path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw diskError(error, operation, path);
  }
}

class NodeFile implements DiskFile {
  readonly path: string;
  readonly #fd: number;
  #open = true;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  read(into: Uint8Array, start: number, length: number, position: number): number {
    let done = 0;
    try {
      while (done < length) {
        const count = fs.readSync(this.#fd, into, start + done, length - done, position + done);
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw diskError(error, 'read', this.path);
    }
    return done;
  }

  write(from: Uint8Array, start: number, length: number, position: number): void {
    let done = 0;
    try {
      while (done < length) {
        done += fs.writeSync(this.#fd, from, start + done, length - done, position + done);
      }
    } catch (error) {
      throw diskError(error, 'write', this.path);
    }
  }

  writeAsync(from: Uint8Array, start: number, length: number, position: number, done: DiskCallback): void {
    fs.write(this.#fd, from, start, length, position, (error, count) => {
      if (error !== null) done(diskError(error, 'write', this.path));
      else if (count < length) this.writeAsync(from, start + count, length - count, position + count, done);
      else done(undefined);
    });
  }

  dataSync(): void {
    try {
      fs.fdatasyncSync(this.#fd);
    } catch (error) {
      throw diskError(error, 'fdatasync', this.path);
    }
  }

  dataSyncAsync(done: DiskCallback): void {
    fs.fdatasync(this.#fd, (error) =>
      done(error === null ? undefined : diskError(error, 'fdatasync', this.path)),
    );
  }

  truncate(size: number): void {
    attempt('truncate', this.path, () => fs.ftruncateSync(this.#fd, size));
  }

  size(): number {
    return attempt('stat', this.path, () => fs.fstatSync(this.#fd).size);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    attempt('close', this.path, () => fs.closeSync(this.#fd));
  }
}

class NodeDisk implements Disk {
  open(path: string, mode: DiskOpenMode): DiskFile {
    return attempt('open', path, () => new NodeFile(path, fs.openSync(path, OPEN_FLAGS[mode], FILE_MODE)));
  }

  list(path: string): string[] {
    return attempt('readdir', path, () => fs.readdirSync(path).sort());
  }

  stat(path: string): DiskStat | undefined {
    const found = attempt('stat', path, () => fs.statSync(path, { throwIfNoEntry: false }));
    return found && { size: found.size, isDirectory: found.isDirectory(), modifiedMs: found.mtimeMs };
  }

  makeDirectory(path: string): void {
    attempt('mkdir', path, () => fs.mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE }));
  }

  rename(from: string, to: string): void {
    attempt('rename', from, () => fs.renameSync(from, to));
  }

  remove(path: string): void {
    attempt('unlink', path, () => fs.unlinkSync(path));
  }

  removeAsync(path: string, done: DiskCallback): void {
    fs.unlink(path, (error) => done(error === null ? undefined : diskError(error, 'unlink', path)));
  }

  removeTree(path: string): void {
    attempt('remove', path, () => fs.rmSync(path, { recursive: true, force: true }));
  }

  syncDirectory(path: string): void {
    if (process.platform === 'win32') return; // Windows journals names itself and refuses to sync a directory
    attempt('fsync', path, () => {
      const fd = fs.openSync(path, O_RDONLY);
      try {
        fs.fsyncSync(fd);
      } finally {
        fs.closeSync(fd);
      }
    });
  }

  syncDirectoryAsync(path: string, done: DiskCallback): void {
    if (process.platform === 'win32') {
      setImmediate(done, undefined);
      return;
    }
    const finish = (error: unknown): void =>
      done(error === null ? undefined : diskError(error, 'fsync', path));
    fs.open(path, O_RDONLY, (openError, fd) => {
      if (openError !== null) {
        finish(openError);
        return;
      }
      fs.fsync(fd, (syncError) => {
        fs.close(fd, (closeError) => finish(syncError ?? closeError));
      });
    });
  }

  lockDirectory(path: string): DiskLock {
    try {
      return lockNodeDirectory(path);
    } catch (error) {
      throw diskError(error, 'lock', path);
    }
  }

  space(path: string): DiskSpace {
    const found = attempt('statfs', path, () => fs.statfsSync(path));
    return { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize };
  }
}

/** The file system of this process. */
export const nodeDisk: Disk = new NodeDisk();
