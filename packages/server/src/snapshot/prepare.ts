// Before a member starts: takes over the data of a Go etcd that ran here, and settles what a crash left half done.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Disk, FatalError } from '@quorate/base';
import { readEtcdSnapshot, readPosition, Snapshotter, type StorePosition, Wal } from '@quorate/storage';
import { type DataPaths, dataPaths } from '../bootstrap/data-dir.ts';
import type { Logger } from '../member/logger.ts';
import {
  hasUnfinishedInstall,
  type InstallHooks,
  recoverStore,
  stageSnapshot,
  storedPosition,
  switchStore,
} from './install.ts';

export interface PrepareOptions extends InstallHooks {
  readonly dataDir: string;
  readonly walDir?: string;
  /** Of this process: the store is LMDB, which no simulated disk holds. */
  readonly disk: Disk;
  readonly logger: Logger;
}

/** What a Go etcd's database is renamed to once its contents are ours. */
export const BACKUP_SUFFIX = '.go-etcd-backup';

/** What our store is renamed to when a Go etcd has been running here since. */
export const ASIDE_SUFFIX = '.before-import';

/**
 * Makes the data directory ready for a member of ours. Does nothing, and costs nothing, in the normal case.
 * A crash in the middle is made good by the next call.
 * @throws FatalError (rejects) when there is data that cannot be used
 */
export async function prepareStore(options: PrepareOptions): Promise<void> {
  const paths = dataPaths(options.dataDir, options.walDir);
  if (!existsSync(paths.boltPath) && !hasUnfinishedInstall(paths.backendDir)) return;
  const release = lock(options.disk, paths);
  try {
    // The store that is there first: it may be the newer one.
    if (existsSync(paths.boltPath)) await importDatabase(paths, options);
    await recoverStore(paths.backendDir, newestSnapshot(options.disk, paths), options.logger, options);
  } catch (cause) {
    if (cause instanceof FatalError) throw cause;
    throw new FatalError(`cannot prepare the key-value store: ${(cause as Error).message}`, { cause });
  } finally {
    release();
  }
}

/** Nobody else may be at work here: neither a member of ours nor a Go etcd, which locks its log. */
function lock(disk: Disk, paths: DataPaths): () => void {
  if (!existsSync(paths.walDir)) return () => {};
  try {
    const held = disk.lockDirectory(paths.walDir);
    return () => held.release();
  } catch (cause) {
    throw new FatalError(`the data directory is in use: ${(cause as Error).message}`, { cause });
  }
}

/** The newest snapshot that the log names and that is whole. */
function newestSnapshot(disk: Disk, paths: DataPaths): StorePosition {
  if (!Wal.exists(disk, paths.walDir)) return { index: 0, term: 0 };
  const newest = new Snapshotter(disk, paths.snapDir).loadNewest(
    Wal.validSnapshotEntries(disk, paths.walDir),
  );
  return { index: newest?.metadata.index ?? 0, term: newest?.metadata.term ?? 0 };
}

async function importDatabase(paths: DataPaths, options: PrepareOptions): Promise<void> {
  const { disk, logger } = options;
  const { boltPath, backendDir } = paths;
  if (await isImported(paths, disk)) {
    backUp(boltPath, options);
    return;
  }
  if (!Wal.exists(disk, paths.walDir)) {
    throw new FatalError(
      `${boltPath} is a database of Go etcd, but the log that belongs to it is not in ${paths.walDir}: give --wal-dir, or remove what is of no use`,
    );
  }
  logger.info('importing the database of Go etcd', {
    path: boltPath,
    'size-bytes': disk.stat(boltPath)?.size,
  });
  try {
    const loaded = await stageSnapshot(boltPath, backendDir, {
      ...options,
      onProgress: (records) => logger.info('importing the database of Go etcd', { records }),
    });
    if (loaded.foreignBuckets.length > 0) {
      logger.warn('left out buckets that etcd does not have', { buckets: loaded.foreignBuckets });
    }
    setAside(backendDir, logger);
    switchStore(backendDir, options);
    logger.info('imported the database of Go etcd', {
      records: loaded.records,
      revision: loaded.revision,
      'applied-index': loaded.position.index,
      backup: boltPath + BACKUP_SUFFIX,
    });
  } catch (cause) {
    throw new FatalError(`cannot import ${boltPath}: ${(cause as Error).message}`, { cause });
  }
  backUp(boltPath, options);
}

/**
 * Whether the store already holds what is in the database: an import was cut short after it had done its work. A database
 * that is further than the store means that a Go etcd has been running here since.
 */
async function isImported(paths: DataPaths, disk: Disk): Promise<boolean> {
  const store = await storedPosition(paths.backendDir);
  if (store === undefined) return false;
  const file = readEtcdSnapshot(disk, paths.boltPath);
  try {
    return readPosition((key) => file.get('meta', key)).index <= store.index;
  } finally {
    file.close();
  }
}

/** A Go etcd has been running on this store's log since: the store is kept, in case that was not meant. */
function setAside(backendDir: string, logger: Logger): void {
  if (!existsSync(backendDir)) return;
  const aside = backendDir + ASIDE_SUFFIX;
  logger.warn('the database of Go etcd is newer than the key-value store, which is set aside', {
    path: aside,
  });
  rmSync(aside, { recursive: true, force: true });
  renameSync(backendDir, aside);
}

/** The database stays beside the store, out of a Go etcd's sight, for whoever wants to go back. */
function backUp(boltPath: string, options: PrepareOptions): void {
  rmSync(boltPath + BACKUP_SUFFIX, { force: true });
  renameSync(boltPath, boltPath + BACKUP_SUFFIX);
  options.disk.syncDirectory(dirname(boltPath));
  options.step?.('backed-up');
}
