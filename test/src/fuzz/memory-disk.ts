// A disk in memory that never fails. What a file ends with in zeros takes no memory, so that space reserved costs none.
import { type Disk, type DiskCallback, DiskError, type DiskFile, type DiskOpenMode } from '@quorate/base';

const SMALLEST_FILE_BYTES = 512;

class Content {
  size = 0;
  /** The file's beginning; all that follows is zeros. */
  #bytes: Buffer;

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  read(into: Uint8Array, start: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.size - position));
    const part = this.#bytes.subarray(position, position + count);
    into.set(part, start);
    into.fill(0, start + part.length, start + count);
    return count;
  }

  write(from: Uint8Array, position: number): void {
    const end = position + from.length;
    this.size = Math.max(this.size, end);
    let length = from.length;
    if (end > this.#bytes.length) while (length > 0 && from[length - 1] === 0) length--;
    const wanted = length === 0 ? 0 : position + length;
    if (wanted > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(wanted, 2 * this.#bytes.length, SMALLEST_FILE_BYTES));
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    if (length > 0) this.#bytes.set(length === from.length ? from : from.subarray(0, length), position);
    this.#bytes.fill(0, Math.min(position + length, this.#bytes.length), Math.min(end, this.#bytes.length));
  }

  truncate(size: number): void {
    if (size < this.#bytes.length) this.#bytes.fill(0, size);
    this.size = size;
  }

  bytes(): Buffer {
    if (this.size <= this.#bytes.length) return this.#bytes.subarray(0, this.size);
    const whole = Buffer.alloc(this.size);
    this.#bytes.copy(whole);
    return whole;
  }
}

function withoutSlashAtEnd(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

export class MemoryDisk implements Disk {
  readonly #files = new Map<string, Content>();
  readonly #directories = new Set<string>();
  /** Asynchronous operations under way. */
  #waiting: (() => void)[] = [];

  /** Puts a file there that holds these bytes, which are the disk's from now on. */
  put(path: string, bytes: Buffer): void {
    this.#files.set(path, new Content(bytes));
  }

  /** What a file holds now. @throws DiskError ENOENT */
  get(path: string): Buffer {
    return this.#content(path, 'open').bytes();
  }

  /** Ends the asynchronous operations under way; those that they begin are left. */
  complete(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const end of waiting) end();
  }

  open(path: string, mode: DiskOpenMode): DiskFile {
    if (mode === 'createNew' && this.#files.has(path)) throw new DiskError('EEXIST', 'open', path);
    if (mode === 'replace' || mode === 'createNew') this.put(path, Buffer.alloc(0));
    const content = this.#content(path, 'open');
    const write = (from: Uint8Array, start: number, length: number, position: number): void =>
      content.write(from.subarray(start, start + length), position);
    return {
      path,
      read: (into, start, length, position) => content.read(into, start, length, position),
      write,
      writeAsync: (from, start, length, position, done) =>
        this.#later(done, () => write(from, start, length, position)),
      truncate: (size) => content.truncate(size),
      size: () => content.size,
      dataSync: () => undefined,
      dataSyncAsync: (done) => this.#later(done),
      close: () => undefined,
    };
  }

  list(path: string): string[] {
    const prefix = `${withoutSlashAtEnd(path)}/`;
    const names = new Set<string>();
    const note = (known: string): void => {
      if (!known.startsWith(prefix)) return;
      const end = known.indexOf('/', prefix.length);
      names.add(known.slice(prefix.length, end < 0 ? known.length : end));
    };
    for (const known of this.#files.keys()) note(known);
    for (const known of this.#directories) note(known);
    if (names.size === 0 && this.stat(path) === undefined) throw new DiskError('ENOENT', 'readdir', path);
    return [...names].sort();
  }

  stat(path: string) {
    const file = this.#files.get(path);
    if (file !== undefined) return { size: file.size, isDirectory: false, modifiedMs: 0 };
    const directory = withoutSlashAtEnd(path);
    const isDirectory =
      this.#directories.has(directory) ||
      [...this.#files.keys()].some((name) => name.startsWith(`${directory}/`));
    return isDirectory ? { size: 0, isDirectory, modifiedMs: 0 } : undefined;
  }

  makeDirectory(path: string): void {
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1))
      this.#directories.add(path.slice(0, at));
    this.#directories.add(withoutSlashAtEnd(path));
  }

  rename(from: string, to: string): void {
    const source = withoutSlashAtEnd(from);
    if (this.stat(source) === undefined) throw new DiskError('ENOENT', 'rename', from);
    this.removeTree(to);
    const target = withoutSlashAtEnd(to);
    const isMoved = (name: string): boolean => name === source || name.startsWith(`${source}/`);
    for (const [name, file] of [...this.#files].filter(([known]) => isMoved(known))) {
      this.#files.delete(name);
      this.#files.set(target + name.slice(source.length), file);
    }
    for (const name of [...this.#directories].filter(isMoved)) {
      this.#directories.delete(name);
      this.#directories.add(target + name.slice(source.length));
    }
  }

  remove(path: string): void {
    if (!this.#files.delete(path)) throw new DiskError('ENOENT', 'unlink', path);
  }

  removeAsync(path: string, done: DiskCallback): void {
    this.#later(done, () => this.remove(path));
  }

  removeTree(path: string): void {
    const root = withoutSlashAtEnd(path);
    for (const names of [this.#files, this.#directories]) {
      for (const name of [...names.keys()])
        if (name === root || name.startsWith(`${root}/`)) names.delete(name);
    }
  }

  lockDirectory() {
    return { release: () => undefined };
  }

  space() {
    return { freeBytes: 1 << 30, totalBytes: 1 << 30 };
  }

  syncDirectory(): void {}

  syncDirectoryAsync(_path: string, done: DiskCallback): void {
    this.#later(done);
  }

  #content(path: string, operation: string): Content {
    const content = this.#files.get(path);
    if (content === undefined) throw new DiskError('ENOENT', operation, path);
    return content;
  }

  #later(done: DiskCallback, action?: () => void): void {
    this.#waiting.push(() => {
      let failure: DiskError | undefined;
      try {
        action?.();
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        failure = error;
      }
      done(failure);
    });
  }
}
