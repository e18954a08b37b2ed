// Puts another store in the place of the member's own, so that a crash at any moment leaves one of the two whole.
//
//   db.lmdb            the store
//   db.lmdb.building   a store being made; worth nothing
//   db.lmdb.coming.N   one that comes page by page; worth nothing
//   db.lmdb.ready      a complete one that waits
//   db.lmdb.replaced   the old one, after the exchange has begun
//   db.lmdb.fetched    one that is looked at before it may become the one that waits
//   db.lmdb.corrupt    an old one that was found to be wrong, for a person to look at
//
// Life of a snapshot from the leader: `stageSnapshot` (the old store goes on working) → the member writes the .snap file
// and its log record → closes the store → `switchStore` → opens the new one. What a start finds is settled by
// `recoverStore`: once the log names the snapshot, the store that was made of it counts, before that the old one.
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FatalError, nodeDisk, systemClock } from '@quorate/base';
import {
  LmdbBackend,
  type LoadedFile,
  type StorePosition,
  StoreView,
  snapDatabaseName,
} from '@quorate/storage';
import type { Logger } from '../member/logger.ts';
import { type BuildOptions, buildStore } from './build.ts';

const BUILDING = '.building';
const COMING = '.coming.';
const READY = '.ready';
const REPLACED = '.replaced';
const FETCHED = '.fetched';

/** What a store is renamed to that was thrown away because its data was wrong. */
export const CORRUPT_SUFFIX = '.corrupt';

/** Moments at which tests let the process end. */
export type InstallStep = 'built' | 'ready' | 'moved-away' | 'switched' | 'removed-old' | 'backed-up';

export interface InstallHooks {
  /** Called after the step has been done. */
  readonly step?: (step: InstallStep) => void;
}

/**
 * Makes a store of a file beside the member's own, which goes on working. Validates everything; after it `switchStore`
 * will not fail for what is in the file.
 * @throws Error (rejects): nothing has changed
 */
export async function stageSnapshot(
  file: string,
  storeDirectory: string,
  options: BuildOptions & InstallHooks = {},
): Promise<LoadedFile> {
  const building = storeDirectory + BUILDING;
  const ready = storeDirectory + READY;
  rmSync(building, { recursive: true, force: true });
  let loaded: LoadedFile;
  try {
    loaded = await buildStore(file, building, options);
    const { atLeast } = options;
    if (atLeast !== undefined && loaded.position.index > atLeast.index) {
      throw new Error(
        `the store stands at index ${loaded.position.index}, the snapshot it came with at ${atLeast.index}`,
      );
    }
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
  options.step?.('built');
  rmSync(ready, { recursive: true, force: true });
  renameSync(building, ready);
  nodeDisk.syncDirectory(dirname(storeDirectory));
  options.step?.('ready');
  return loaded;
}

/** Where a store is made that has to be looked at first. */
export function fetchedPath(storeDirectory: string): string {
  return storeDirectory + FETCHED;
}

export function stagedPath(storeDirectory: string): string {
  return storeDirectory + READY;
}

/** A fetched store, complete and on stable storage, has been found to be good: from now on it waits. */
export function placeFetched(storeDirectory: string): void {
  const ready = storeDirectory + READY;
  rmSync(ready, { recursive: true, force: true });
  renameSync(storeDirectory + FETCHED, ready);
  nodeDisk.syncDirectory(dirname(storeDirectory));
}

/** Where a store is made that comes page by page, the nth of this process. */
export function intakePath(storeDirectory: string, n: number): string {
  return `${storeDirectory}${COMING}${n}`;
}

/** A store that came page by page is complete and on stable storage: from now on it waits. */
export function placeTakenIn(path: string, storeDirectory: string): void {
  const ready = storeDirectory + READY;
  rmSync(ready, { recursive: true, force: true });
  renameSync(path, ready);
  nodeDisk.syncDirectory(dirname(storeDirectory));
}

/** Drops a staged store: the snapshot was not recorded in the log. */
export function dropStaged(storeDirectory: string): void {
  rmSync(storeDirectory + READY, { recursive: true, force: true });
}

export interface SwitchOptions extends InstallHooks {
  /** Keep the old store under its name with this suffix. */
  readonly keepOldAs?: string;
}

/** Puts the staged store in the place of the old one, which must be closed. */
export function switchStore(storeDirectory: string, hooks: SwitchOptions = {}): void {
  const replaced = storeDirectory + REPLACED;
  const parent = dirname(storeDirectory);
  if (existsSync(storeDirectory)) {
    rmSync(replaced, { recursive: true, force: true });
    renameSync(storeDirectory, replaced);
    nodeDisk.syncDirectory(parent);
    hooks.step?.('moved-away');
  }
  renameSync(storeDirectory + READY, storeDirectory);
  nodeDisk.syncDirectory(parent);
  hooks.step?.('switched');
  if (hooks.keepOldAs !== undefined && existsSync(replaced)) {
    rmSync(storeDirectory + hooks.keepOldAs, { recursive: true, force: true });
    renameSync(replaced, storeDirectory + hooks.keepOldAs);
  }
  rmSync(replaced, { recursive: true, force: true });
  hooks.step?.('removed-old');
}

export interface InstallOptions extends BuildOptions, InstallHooks {
  /** Writes down in the log that the store is now the snapshot's: the point of no return. */
  readonly record: () => Promise<void>;
  /** Closes the old store. */
  readonly close: () => Promise<void>;
}

/**
 * The whole way of a received file: stage, record, close, switch. Afterwards the store can be opened again (backend,
 * then leases, then mvcc). When this rejects before `record` was called, the old store is as it was.
 */
export async function installSnapshotFile(
  file: string,
  storeDirectory: string,
  options: InstallOptions,
): Promise<LoadedFile> {
  const loaded = await stageSnapshot(file, storeDirectory, options);
  try {
    await options.record();
  } catch (error) {
    // Whether the log has it is not known; the next start looks.
    throw error instanceof FatalError
      ? error
      : new FatalError(`cannot record the snapshot: ${String(error)}`, { cause: error });
  }
  await options.close();
  switchStore(storeDirectory, options);
  return loaded;
}

/** Where the store in a directory stands; undefined when there is none. */
export async function storedPosition(storeDirectory: string): Promise<StorePosition | undefined> {
  if (!existsSync(storeDirectory)) return undefined;
  const view = new StoreView(storeDirectory);
  try {
    return view.pin();
  } finally {
    await view.close();
  }
}

/** Whether an earlier process left something for `recoverStore` to settle. */
export function hasUnfinishedInstall(storeDirectory: string): boolean {
  return (
    [BUILDING, READY, REPLACED].some((suffix) => existsSync(storeDirectory + suffix)) ||
    receivedFiles(storeDirectory).length > 0 ||
    unfinishedIntakes(storeDirectory).length > 0
  );
}

/**
 * Settles what a process that ended has left behind. `snapshot` is the newest one that the log names: the store must
 * stand there or later. Call it before the store is opened.
 * @throws FatalError (rejects) when a file received for it is no good
 */
export async function recoverStore(
  storeDirectory: string,
  snapshot: StorePosition,
  logger: Logger,
  hooks: InstallHooks = {},
): Promise<void> {
  const ready = storeDirectory + READY;
  const parent = dirname(storeDirectory);
  rmSync(storeDirectory + BUILDING, { recursive: true, force: true });
  for (const path of unfinishedIntakes(storeDirectory)) rmSync(path, { recursive: true, force: true });
  if (!existsSync(storeDirectory)) {
    const wasSwitching = existsSync(storeDirectory + REPLACED);
    if (wasSwitching && existsSync(ready)) {
      logger.info('finishing an interrupted exchange of the key-value store', { path: storeDirectory });
      switchStore(storeDirectory, hooks);
    } else if (wasSwitching) {
      renameSync(storeDirectory + REPLACED, storeDirectory);
      nodeDisk.syncDirectory(parent);
    } else if (existsSync(ready)) {
      await settleDefragmentation(storeDirectory);
    }
  }
  rmSync(storeDirectory + REPLACED, { recursive: true, force: true });
  const received = join(parent, snapDatabaseName(snapshot.index));
  if (existsSync(ready) || existsSync(received)) {
    const position = await storedPosition(storeDirectory);
    if (position === undefined || position.index < snapshot.index) {
      await takeStaged(storeDirectory, received, snapshot, logger, hooks);
    }
  }
  dropStaged(storeDirectory);
  for (const path of receivedFiles(storeDirectory)) rmSync(path, { force: true });
}

/**
 * The log is ahead of the store: the store that was received with the snapshot takes its place. Only that very one: the log
 * goes on after the snapshot, and a store further on would not fit it.
 */
async function takeStaged(
  storeDirectory: string,
  received: string,
  snapshot: StorePosition,
  logger: Logger,
  hooks: InstallHooks,
): Promise<void> {
  const staged = await storedPosition(storeDirectory + READY);
  if (staged?.index !== snapshot.index) {
    if (!existsSync(received)) return; // the start finds out that the store does not fit, and says so
    logger.info('installing a received snapshot', { path: received, 'snapshot-index': snapshot.index });
    try {
      await stageSnapshot(received, storeDirectory, { ...hooks, atLeast: snapshot });
    } catch (cause) {
      throw new FatalError(`cannot install the snapshot ${received}: ${(cause as Error).message}`, { cause });
    }
  }
  logger.info('taking the key-value store of the newest snapshot', { 'snapshot-index': snapshot.index });
  switchStore(storeDirectory, hooks);
}

/** A defragmentation may have been cut short while neither file had the store's name; opening it settles that. */
async function settleDefragmentation(storeDirectory: string): Promise<void> {
  const failures: Error[] = [];
  const backend = new LmdbBackend({
    directory: storeDirectory,
    clock: systemClock,
    onError: (error) => failures.push(error),
  });
  await backend.close();
  if (failures[0] !== undefined)
    throw new FatalError(`cannot open ${storeDirectory}: ${failures[0].message}`);
}

/** Files received with snapshots (`%016x.snap.db`). */
function receivedFiles(storeDirectory: string): string[] {
  return besideStore(storeDirectory, (name) => /^[0-9a-f]{16}\.snap\.db$/.test(name));
}

/** Stores that came page by page when the process ended. */
function unfinishedIntakes(storeDirectory: string): string[] {
  const begin = basename(storeDirectory) + COMING;
  return besideStore(storeDirectory, (name) => name.startsWith(begin));
}

function besideStore(storeDirectory: string, matches: (name: string) => boolean): string[] {
  const parent = dirname(storeDirectory);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter(matches)
    .map((name) => join(parent, name));
}
