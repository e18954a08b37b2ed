// Carries a refill order out, before there is a member: fetches the store from a member that has a good one, makes sure that
// it is what the majority holds, and puts it in the place of our own. The log stays: what this member has promised to the
// others is in it, and entries after the snapshot are applied to the new store at the start.
//
// A crash at any moment leaves the old store or the new one whole, and the order, which is then carried out again.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Disk, FatalError, hex64, systemClock, systemRandom } from '@quorate/base';
import type { Message, Snapshot } from '@quorate/raft';
import { LmdbBackend, openMvccStore, Snapshotter } from '@quorate/storage';
import { type DataPaths, dataPaths } from '../bootstrap/data-dir.ts';
import { readLog } from '../bootstrap/read-log.ts';
import type { Logger } from '../member/logger.ts';
import { buildStore } from '../snapshot/build.ts';
import {
  CORRUPT_SUFFIX,
  fetchedPath,
  placeFetched,
  stagedPath,
  storedPosition,
  switchStore,
} from '../snapshot/install.ts';
import { REFILL_PAUSE_MS, REFILL_ROUNDS } from './limits.ts';
import type { AskHash, PeerHash } from './peer-hash.ts';
import { orderPath, type RefillOrder, readOrder, removeOrder } from './refill-order.ts';

/** Moments at which tests let the process end. */
export type RefillStep = 'fetched' | 'verified' | 'recorded' | 'switched';

export interface RefillOptions {
  readonly dataDir: string;
  readonly walDir: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ask: AskHash;
  readonly timeoutMs: number;
  readonly fetch: (memberId: bigint, clusterId: bigint, url: string, path: string) => Promise<Message>;
  /** Called after the step has been done. */
  readonly step?: (step: RefillStep) => void;
}

/**
 * Does nothing when there is no order. @returns whether the store is a new one
 * @throws FatalError (rejects) when the log or the order cannot be used
 */
export async function refillIfOrdered(options: RefillOptions): Promise<boolean> {
  const paths = dataPaths(options.dataDir, options.walDir);
  const path = orderPath(paths.memberDir);
  const order = readOrder(path);
  if (order === undefined) return false;
  const { logger } = options;
  logger.warn('quarantined: fetching the key-value store anew', { 'local-member-id': hex64(order.memberId) });
  const isNew = (await isRecorded(options, paths)) || (await fetchInRounds(options, paths, order));
  if (isNew) {
    switchStore(paths.backendDir, { keepOldAs: CORRUPT_SUFFIX });
    options.step?.('switched');
    logger.info('the key-value store has been fetched anew', {
      'local-member-id': hex64(order.memberId),
      'old-store': paths.backendDir + CORRUPT_SUFFIX,
    });
  } else {
    logger.error('no member gives its store: going on with the one that is in doubt', {
      'local-member-id': hex64(order.memberId),
    });
  }
  removeOrder(path);
  return isNew;
}

/** An earlier attempt came so far that the log names the snapshot whose store waits. */
async function isRecorded(options: RefillOptions, paths: DataPaths): Promise<boolean> {
  const staged = await storedPosition(stagedPath(paths.backendDir));
  if (staged === undefined) return false;
  const { wal, snapshot } = openLog(options, paths);
  wal.close();
  return snapshot?.metadata.index === staged.index;
}

async function fetchInRounds(options: RefillOptions, paths: DataPaths, order: RefillOrder): Promise<boolean> {
  const { clock, logger } = options;
  for (let round = 0; round < REFILL_ROUNDS; round++) {
    if (round > 0) await new Promise<void>((resolve) => clock.setTimer(REFILL_PAUSE_MS, resolve));
    for (const { id, urls } of order.others.filter(({ isSource }) => isSource)) {
      for (const url of urls) {
        const startedMs = clock.nowMs();
        try {
          const snapshot = await fetchFrom(options, paths, order, url);
          record(options, paths, snapshot);
          options.step?.('recorded');
          logger.info('fetched the key-value store', {
            'remote-peer-id': hex64(id),
            'snapshot-index': snapshot.metadata.index,
            took: `${(clock.nowMs() - startedMs).toFixed(0)}ms`,
          });
          return true;
        } catch (error) {
          if (error instanceof FatalError) throw error;
          logger.warn('failed to fetch the key-value store', {
            'remote-peer-id': hex64(id),
            'remote-peer-endpoint': url,
            error: (error as Error).message,
          });
        }
      }
    }
  }
  return false;
}

/** The store is staged and verified when this resolves. */
async function fetchFrom(
  options: RefillOptions,
  paths: DataPaths,
  order: RefillOrder,
  url: string,
): Promise<Snapshot> {
  const file = join(paths.snapDir, 'refill.db');
  const fetched = fetchedPath(paths.backendDir);
  rmSync(fetched, { recursive: true, force: true });
  try {
    const { snapshot } = await options.fetch(order.memberId, order.clusterId, url, file);
    if (snapshot === undefined) throw new Error('the answer has no snapshot');
    const { index, term } = snapshot.metadata;
    await buildStore(file, fetched, { atLeast: { index, term } });
    options.step?.('fetched');
    await verify(options, fetched, order);
    placeFetched(paths.backendDir);
    options.step?.('verified');
    return snapshot;
  } finally {
    rmSync(file, { force: true });
    rmSync(fetched, { recursive: true, force: true });
  }
}

/** What was fetched must be what a majority of all members holds; it speaks for us, and is not counted itself. */
async function verify(options: RefillOptions, directory: string, order: RefillOrder): Promise<void> {
  const own = await hashOf(directory);
  const answers = new Map<bigint, PeerHash>();
  const questions = order.others.map(async ({ id, urls }) => {
    const { ask, timeoutMs } = options;
    const { clusterId } = order;
    const answer = await ask({ urls, clusterId, revision: own.revision, timeoutMs, probe: false });
    if (answer.kind === 'hash') answers.set(id, { ...answer.found, revision: own.revision });
  });
  await Promise.all(questions);
  const matching = [...answers.values()].filter(
    ({ hash, compactRevision }) => hash === own.hash && compactRevision === own.compactRevision,
  );
  if (matching.length <= (order.others.length + 1) / 2) {
    throw new Error('what was fetched is not what the majority of the members holds');
  }
}

async function hashOf(directory: string): Promise<PeerHash> {
  const failures: Error[] = [];
  const onError = (error: Error): void => void failures.push(error);
  const backend = new LmdbBackend({ directory, clock: systemClock, onError });
  try {
    const leases = { attach: () => {}, detach: () => {} };
    const store = await openMvccStore({
      backend,
      clock: systemClock,
      random: systemRandom,
      leases,
      onError,
    });
    const { hash, compactRevision, currentRevision } = await store.hashByRevision(0);
    await store.close();
    if (failures[0] !== undefined) throw failures[0];
    return { hash, compactRevision, revision: currentRevision };
  } finally {
    await backend.close();
  }
}

function openLog({ disk, clock }: RefillOptions, paths: DataPaths): ReturnType<typeof readLog> {
  return readLog(disk, paths.walDir, new Snapshotter(disk, paths.snapDir), { clock });
}

/** The log decides which store counts: from here on the start begins with the snapshot. */
function record(options: RefillOptions, paths: DataPaths, snapshot: Snapshot): void {
  const { wal, contents, snapshot: newest } = openLog(options, paths);
  try {
    const { index, term, confState } = snapshot.metadata;
    // Of entries before its newest snapshot the log may have lost some.
    if (newest !== undefined && index < newest.metadata.index) {
      throw new Error(`the snapshot (index ${index}) is older than this member's own`);
    }
    const { hardState } = contents;
    new Snapshotter(options.disk, paths.snapDir).save(snapshot);
    const isNewTerm = term > hardState.term;
    wal.save(
      {
        term: Math.max(term, hardState.term),
        vote: isNewTerm ? 0n : hardState.vote,
        commit: Math.max(index, hardState.commit),
      },
      [],
    );
    wal.saveSnapshot({ index, term, confState });
  } finally {
    wal.close();
  }
}
