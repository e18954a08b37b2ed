// Makes a member from its options: founds it, or restores it from snapshot, log and backend, and starts its loop.
import { FatalError, hex64, joinPath } from '@quorate/base';
import { MemoryStorage, type Logger as RaftLogger, RawNode } from '@quorate/raft';
import {
  type Backend,
  type BackendOptions,
  LmdbBackend,
  type MvccStore,
  openMvccStore,
  readPosition,
  Snapshotter,
} from '@quorate/storage';
import { V2Store } from '@quorate/v2store';
import { Alarms } from '../apply/alarms.ts';
import { Applier, alarmName } from '../apply/applier.ts';
import { MAX_RECOMMENDED_QUOTA_BYTES } from '../apply/limits.ts';
import { Quota } from '../apply/quota.ts';

import { type LeaseBucket, Lessor } from '../lease/lessor.ts';
import {
  DEFAULT_DOWNGRADE_CHECK_MS,
  DEFAULT_ELECTION_MS,
  DEFAULT_HEARTBEAT_MS,
  DEFAULT_MAX_REQUEST_BYTES,
  DEFAULT_MAX_SNAPSHOT_FILES,
  DEFAULT_MAX_WAL_FILES,
  DEFAULT_SNAPSHOT_CATCH_UP_ENTRIES,
  DEFAULT_SNAPSHOT_COUNT,
  MAX_COMMITTED_SIZE_PER_READY,
  MAX_INFLIGHT_MESSAGES,
  MAX_SIZE_PER_MESSAGE,
  MAX_UNCOMMITTED_BYTES,
  REQUEST_TIMEOUT_BASE_MS,
} from '../member/limits.ts';
import { Member } from '../member/member.ts';
import type { MemberSettings } from '../member/member-parts.ts';
import type { MemberOptions } from '../member/options.ts';
import { Cluster, storedMembers } from '../membership/cluster.ts';
import { BackendUsage } from './backend-usage.ts';
import { type DataPaths, dataPaths, makeDataDirs } from './data-dir.ts';
import { goOnAlone } from './force-new-cluster.ts';
import { foundingPeers } from './new-cluster.ts';
import { type OpenedLog, openLog } from './open-log.ts';

/**
 * Makes and starts a member. It serves requests once `onReady` says so.
 * @throws FatalError (rejects): nothing was started, and everything opened has been closed
 */
export async function createMember(options: MemberOptions): Promise<Member> {
  const paths = dataPaths(options.dataDir, options.walDir);
  makeDataDirs(options.disk, paths);
  const cleanups: (() => unknown)[] = [];
  try {
    return await assemble(options, paths, cleanups);
  } catch (error) {
    for (const cleanup of cleanups.reverse()) {
      try {
        await cleanup();
      } catch (cleanupError) {
        options.logger.warn('cleaning up after a failed start', { error: String(cleanupError) });
      }
    }
    throw error;
  }
}

async function assemble(
  options: MemberOptions,
  paths: DataPaths,
  cleanups: (() => unknown)[],
): Promise<Member> {
  const { clock, random, logger } = options;
  const heartbeatMs = options.heartbeatMs ?? DEFAULT_HEARTBEAT_MS;
  const electionMs = options.electionMs ?? DEFAULT_ELECTION_MS;
  const electionTicks = Math.max(2, Math.floor(electionMs / heartbeatMs));

  const snapshotter = new Snapshotter(options.disk, paths.snapDir, {
    clock,
    warn: (message, fields) => logger.warn(message, fields),
    onMarshalled: (durationMs) => options.observer?.snapshotMarshalled(durationMs),
    onSynced: (durationMs) => options.observer?.snapshotSynced(durationMs),
  });
  const log = await openLog(options, paths, snapshotter);
  cleanups.push(() => log.wal.close());

  // Failures found before the member exists end the start.
  let report: (error: unknown) => void = (error) => {
    throw error;
  };
  const backend = await openBackend(options, paths, (error) => report(error));
  cleanups.push(() => backend.close());

  const v2 = new V2Store();
  if (log.snapshot !== undefined) v2.recover(log.snapshot.data);

  let member: Member | undefined;
  const checkpoints = options.leaseCheckpoints ?? true;
  const lessor = new Lessor({
    clock,
    bucket: leaseBucket(backend),
    // Less than 1.5 election timeouts could run out during an election.
    minTtlSeconds: Math.ceil((Math.floor((3 * electionTicks) / 2) * heartbeatMs) / 1000),
    effects: {
      expired: (ids) => member?.revokeExpired(ids),
      checkpoint: (records) => member?.checkpointLeases(records),
      granted: (ttlSeconds) => options.observer?.leaseTtlGranted(ttlSeconds),
    },
    checkpoints,
    ...(options.leaseCheckpointIntervalMs === undefined
      ? {}
      : { checkpointIntervalMs: options.leaseCheckpointIntervalMs }),
  });
  // Leases first: the store attaches its keys to them while it opens.
  lessor.restore();
  const kv = await openKv(options, backend, lessor, (error) => report(error));
  cleanups.push(() => kv.close());
  checkBackend(log, backend, kv);

  const cluster = new Cluster({
    localId: log.memberId,
    clusterId: log.clusterId,
    v2,
    backend,
    ...(options.maxLearners === undefined ? {} : { maxLearners: options.maxLearners }),
    listener: {
      versionChanged: (from, to) => {
        if (from === undefined) logger.info('set initial cluster version', { 'cluster-version': to });
        else logger.info('updated cluster version', { from, to });
      },
    },
  });
  cluster.recover();
  const alarms = new Alarms(backend);
  alarms.restore();

  const usage = new BackendUsage(backend);
  const quota = new Quota(options.quotaBackendBytes ?? 0, usage);
  if (Number.isFinite(quota.limitBytes) && quota.limitBytes > MAX_RECOMMENDED_QUOTA_BYTES) {
    logger.warn('quota exceeds the maximum value', { 'quota-size-bytes': quota.limitBytes });
  }
  const applier = new Applier({
    kv,
    lessor,
    alarms,
    cluster,
    quota,
    auth: options.auth,
    persistLeaseCheckpoints: checkpoints,
    onAlarm: (alarm, raised) => {
      logger.warn(raised ? 'alarm raised' : 'alarm disarmed', {
        alarm: alarmName(alarm.alarm),
        from: hex64(alarm.memberID),
      });
      member?.alarmsChanged();
    },
  });

  const isAlone = options.forceNewCluster === true && log.founding === undefined && log.remotes.length === 0;
  // What the store has applied was committed, whatever the log's last record of that says.
  const committed = Math.max(
    log.contents.hardState.commit,
    kv.consistentIndex,
    log.snapshot?.metadata.index ?? 0,
  );
  const { node, storage } = startRaft(
    options,
    isAlone ? goOnAlone(options, log, committed) : log,
    committed,
    electionTicks,
    logger,
  );
  const { createTransport } = options;
  if (createTransport === undefined && (log.founding?.members.length ?? 1) > 1) {
    throw new FatalError('a cluster of several members needs a peer transport');
  }
  const settings: MemberSettings = {
    name: options.name,
    clientURLs: options.clientURLs,
    heartbeatMs,
    electionMs,
    requestTimeoutMs: REQUEST_TIMEOUT_BASE_MS + 2 * electionMs,
    maxRequestBytes: options.maxRequestBytes ?? DEFAULT_MAX_REQUEST_BYTES,
    snapshotCount: options.snapshotCount ?? DEFAULT_SNAPSHOT_COUNT,
    snapshotCatchUpEntries: options.snapshotCatchUpEntries ?? DEFAULT_SNAPSHOT_CATCH_UP_ENTRIES,
    maxSnapshotFiles: options.maxSnapshotFiles ?? DEFAULT_MAX_SNAPSHOT_FILES,
    maxWalFiles: options.maxWalFiles ?? DEFAULT_MAX_WAL_FILES,
    strictReconfigCheck: options.strictReconfigCheck ?? true,
    clusterVersionLimit: options.clusterVersionLimit,
    downgradeCheckMs: options.downgradeCheckMs ?? DEFAULT_DOWNGRADE_CHECK_MS,
    quarantineWhenCorrupt: options.quarantineWhenCorrupt ?? false,
  };
  await options.beforeStart?.({
    memberId: log.memberId,
    clusterId: log.clusterId,
    kv,
    // Not those that the log begins with: entries after its snapshot are applied later.
    members: storedMembers(backend),
  });
  member = new Member({
    settings,
    clock,
    random,
    logger,
    observer: options.observer,
    node,
    storage,
    wal: log.wal,
    snapshotter,
    backend,
    kv,
    v2,
    cluster,
    lessor,
    alarms,
    quota,
    applier,
    hasAuth: options.auth !== undefined,
    createTransport: createTransport === undefined ? undefined : (receiver) => createTransport(receiver, log),
    onReplaced: options.onReplaced,
    onFatal: options.onFatal,
    snapshotIndex: log.snapshot?.metadata.index ?? 0,
    snapshotTerm: log.snapshot?.metadata.term ?? 0,
  });
  const made = member;
  report = (error) => made.reportFailure(error);
  logger.info('starting etcd server', {
    'local-member-id': hex64(log.memberId),
    'cluster-id': hex64(log.clusterId),
    'cluster-version': cluster.clusterVersion() ?? 'to_be_decided',
  });
  made.start();
  if (made.failure !== undefined) throw made.failure;
  return made;
}

// ------------------------------------------------------------------------------------------------------- backend

function openLmdb(directory: string, options: BackendOptions): Backend {
  return new LmdbBackend({ ...options, directory });
}

async function openBackend(
  options: MemberOptions,
  paths: DataPaths,
  onError: (error: Error) => void,
): Promise<Backend> {
  const { disk, clock } = options;
  if (disk.stat(paths.boltPath) !== undefined && disk.stat(paths.backendDir) === undefined) {
    throw new FatalError(
      `${paths.boltPath} is a database of Go etcd; it has to be imported before this member can start on it`,
    );
  }
  const backendOptions: BackendOptions = {
    clock,
    onError,
    ...(options.backendCommitIntervalMs === undefined
      ? {}
      : { commitIntervalMs: options.backendCommitIntervalMs }),
    ...(options.backendCommitRecords === undefined ? {} : { commitRecords: options.backendCommitRecords }),
  };
  const open = options.openBackend ?? openLmdb;
  try {
    return await open(paths.backendDir, backendOptions);
  } catch (cause) {
    if (cause instanceof FatalError) throw cause;
    throw new FatalError(`cannot open the key-value store in ${paths.backendDir}: ${String(cause)}`, {
      cause,
    });
  }
}

async function openKv(
  options: MemberOptions,
  backend: Backend,
  lessor: Lessor,
  onError: (error: Error) => void,
): Promise<MvccStore> {
  const { clock, random, logger, stagedIndex } = options;
  const position = readPosition((key) => backend.get('meta', key));
  const isOfThisStore =
    stagedIndex?.position.index === position.index && stagedIndex.position.term === position.term;
  return openMvccStore({
    backend,
    clock,
    random,
    leases: lessor,
    hashCompactions: options.hashCompactions ?? false,
    onError,
    ...(isOfThisStore ? { index: stagedIndex.index } : {}),
    onRestoreProgress: (revisions) => {
      logger.info('restoring key index', { revisions });
      options.observer?.restoring?.(revisions);
    },
    ...(options.compactionBatchLimit === undefined
      ? {}
      : { compactionBatchLimit: options.compactionBatchLimit }),
    ...(options.compactionSleepIntervalMs === undefined
      ? {}
      : { compactionSleepIntervalMs: options.compactionSleepIntervalMs }),
  });
}

/** Refuses a backend that is not the one of this log. @throws FatalError */
function checkBackend(log: OpenedLog, backend: Backend, kv: MvccStore): void {
  const applied = kv.consistentIndex;
  const snapshotIndex = log.snapshot?.metadata.index ?? 0;
  if (applied < snapshotIndex) {
    throw new FatalError(
      applied === 0
        ? `the key-value store is missing, and the log begins with the snapshot at index ${snapshotIndex}`
        : `the key-value store (index ${applied}) does not match the snapshot (index ${snapshotIndex})`,
    );
  }
  const { entries } = log.contents;
  const lastIndex =
    entries.length === 0 ? snapshotIndex : (entries[entries.length - 1] as { index: number }).index;
  if (applied > lastIndex) {
    throw new FatalError(
      `the key-value store has applied index ${applied}, but the log ends at ${lastIndex}: the log has lost entries or belongs to another store`,
    );
  }
  const own = Buffer.from(hex64(log.memberId), 'latin1');
  const isKnown =
    backend.get('members', own) !== undefined || backend.get('members_removed', own) !== undefined;
  const hasMembers = backend.range('members', Buffer.alloc(1), undefined, 1).length > 0;
  if (hasMembers && !isKnown) {
    throw new FatalError(
      `the key-value store belongs to a cluster without member ${hex64(log.memberId)}, whose log this is`,
    );
  }
}

function leaseBucket(backend: Backend): LeaseBucket {
  return {
    put: (key, value) => backend.put('lease', key, value),
    delete: (key) => backend.delete('lease', key),
    *entries() {
      for (const { key, value } of backend.range('lease', Buffer.alloc(1), undefined, 0)) yield [key, value];
    },
  };
}

// ---------------------------------------------------------------------------------------------------------- raft

function startRaft(
  options: MemberOptions,
  log: OpenedLog,
  committed: number,
  electionTicks: number,
  logger: MemberOptions['logger'],
): { node: RawNode; storage: MemoryStorage } {
  const storage = new MemoryStorage();
  const { contents, snapshot } = log;
  if (snapshot !== undefined) storage.applySnapshot(snapshot);
  storage.append(contents.entries);
  if (log.founding === undefined) {
    const commit = Math.max(contents.hardState.commit, committed);
    const hardState = { ...contents.hardState, commit };
    storage.setHardState(hardState);
    // Into the log, too: the next start takes no snapshot beyond what the log calls committed.
    if (commit > contents.hardState.commit) log.wal.save(hardState, []);
  }
  const raftLogger: RaftLogger = {
    debugEnabled: false,
    debug: (message) => logger.debug(message),
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(message),
  };
  const node = new RawNode({
    id: log.memberId,
    electionTicks,
    heartbeatTicks: 1,
    storage,
    random: options.random,
    applied: snapshot?.metadata.index ?? 0,
    maxSizePerMessage: MAX_SIZE_PER_MESSAGE,
    maxCommittedSizePerReady: MAX_COMMITTED_SIZE_PER_READY,
    maxUncommittedSize: MAX_UNCOMMITTED_BYTES,
    maxInflightMessages: MAX_INFLIGHT_MESSAGES,
    checkQuorum: true,
    deferCommitNews: true,
    preVote: options.preVote ?? true,
    logger: raftLogger,
  });
  if (log.founding !== undefined) node.bootstrap(foundingPeers(log.founding.members));
  return { node, storage };
}

/** The path of the member directory, for tools. */
export function memberDirectory(dataDir: string): string {
  return joinPath(dataDir, 'member');
}
