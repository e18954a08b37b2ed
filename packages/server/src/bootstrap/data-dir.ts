// Where a member keeps its things, as etcd lays them out.
import { type Disk, DiskError, FatalError, joinPath, makeDirectoryDurable, parentPath } from '@quorate/base';

export interface DataPaths {
  readonly dataDir: string;
  readonly memberDir: string;
  readonly walDir: string;
  readonly snapDir: string;
  /** The key-value store: a directory of its own beside the snapshots. */
  readonly backendDir: string;
  /** Where Go etcd keeps its key-value store. */
  readonly boltPath: string;
}

export function dataPaths(dataDir: string, walDir: string | undefined): DataPaths {
  const memberDir = joinPath(dataDir, 'member');
  const snapDir = joinPath(memberDir, 'snap');
  return {
    dataDir,
    memberDir,
    walDir: walDir === undefined || walDir === '' ? joinPath(memberDir, 'wal') : walDir,
    snapDir,
    backendDir: joinPath(snapDir, 'db.lmdb'),
    boltPath: joinPath(snapDir, 'db'),
  };
}

/** Creates what is missing (0700), durably: a log in a directory that a power failure takes away would be lost with it. @throws FatalError */
export function makeDataDirs(disk: Disk, paths: DataPaths): void {
  try {
    if (disk.stat(joinPath(paths.dataDir, 'proxy')) !== undefined) {
      throw new FatalError(
        `data directory ${paths.dataDir} belongs to a v2 proxy; a member needs one of its own`,
      );
    }
    makeDirectoryDurable(disk, paths.dataDir);
    makeDirectoryDurable(disk, paths.memberDir);
    makeDirectoryDurable(disk, paths.snapDir);
    makeDirectoryDurable(disk, parentPath(paths.walDir));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new FatalError(`cannot access data directory: ${error.message}`, { cause: error });
  }
}
