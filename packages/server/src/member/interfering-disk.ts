// A disk for tests that interferes with the log's files.
import { type Disk, type DiskCallback, type DiskFile, type DiskOpenMode, nodeDisk } from '@quorate/base';

/** What a test does to the log's files. */
export interface Interference {
  write?: () => void;
  sync?: () => void;
  /** Takes an asynchronous sync over; the test ends it. */
  syncAsync?: ((done: DiskCallback) => void) | undefined;
}

/** The node's file system with the test's hands in the log's files. */
export function interferingDisk(interference: Interference): Disk {
  const wrap = (file: DiskFile): DiskFile => ({
    path: file.path,
    read: (into, start, length, position) => file.read(into, start, length, position),
    write(from, start, length, position) {
      interference.write?.();
      file.write(from, start, length, position);
    },
    writeAsync: (from, start, length, position, done) => file.writeAsync(from, start, length, position, done),
    dataSync() {
      interference.sync?.();
      file.dataSync();
    },
    dataSyncAsync(done) {
      if (interference.syncAsync === undefined) file.dataSyncAsync(done);
      else interference.syncAsync(done);
    },
    truncate: (size) => file.truncate(size),
    size: () => file.size(),
    close: () => file.close(),
  });
  return new Proxy(nodeDisk, {
    get(target, name) {
      if (name === 'open') {
        return (path: string, mode: DiskOpenMode) => {
          const file = target.open(path, mode);
          return path.endsWith('.wal') ? wrap(file) : file;
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
