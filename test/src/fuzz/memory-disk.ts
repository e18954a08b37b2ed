// A disk of a few files in memory, as readers and repairs need it.
import { type Disk, DiskError, type DiskFile, type DiskOpenMode } from '@quorate/base';

function unsupported(): never {
  throw new Error('this disk is for reading and repairing');
}

export class MemoryDisk implements Disk {
  readonly files = new Map<string, Buffer>();

  open(path: string, mode: DiskOpenMode): DiskFile {
    if (mode === 'replace' || mode === 'createNew') this.files.set(path, Buffer.alloc(0));
    if (!this.files.has(path)) throw new DiskError('ENOENT', 'open', path);
    const { files } = this;
    const content = (): Buffer => files.get(path) as Buffer;
    return {
      path,
      read(into, start, length, position) {
        const part = content().subarray(position, position + length);
        into.set(part, start);
        return part.length;
      },
      write(from, start, length, position) {
        const old = content();
        const grown = Buffer.alloc(Math.max(old.length, position + length));
        old.copy(grown);
        grown.set(from.subarray(start, start + length), position);
        files.set(path, grown);
      },
      truncate(size) {
        const cut = Buffer.alloc(size);
        content().copy(cut);
        files.set(path, cut);
      },
      size: () => content().length,
      dataSync: () => undefined,
      close: () => undefined,
      writeAsync: unsupported,
      dataSyncAsync: unsupported,
    };
  }

  list(path: string): string[] {
    const prefix = `${path}/`;
    return [...this.files.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort();
  }

  stat(path: string) {
    const file = this.files.get(path);
    if (file !== undefined) return { size: file.length, isDirectory: false, modifiedMs: 0 };
    return this.list(path).length === 0 ? undefined : { size: 0, isDirectory: true, modifiedMs: 0 };
  }

  lockDirectory() {
    return { release: () => undefined };
  }

  space() {
    return { freeBytes: 1 << 30, totalBytes: 1 << 30 };
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  makeDirectory(): void {}
  syncDirectory(): void {}
  rename = unsupported;
  removeAsync = unsupported;
  removeTree = unsupported;
  syncDirectoryAsync = unsupported;
}
