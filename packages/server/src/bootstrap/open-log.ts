// Opens a member's log: the one that is there, or a new one for a cluster that is being founded.
import { FatalError, hex64 } from '@quorate/base';
import { WalMetadata } from '@quorate/proto';
import type { Snapshot } from '@quorate/raft';
import { type Snapshotter, Wal, type WalContents, type WalOptions } from '@quorate/storage';
import type { MemberOptions } from '../member/options.ts';
import type { DataPaths } from './data-dir.ts';
import { type FoundedCluster, foundCluster } from './new-cluster.ts';
import { sameAddresses } from './resolve.ts';
import { parseInitialCluster, parseMemberUrls, verifyInitialCluster } from './urls.ts';

/** The log as it was found or made. */
export interface OpenedLog {
  readonly wal: Wal;
  readonly contents: WalContents;
  readonly snapshot: Snapshot | undefined;
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** Set when the log is empty: raft has to be given its first entries. */
  readonly founding: FoundedCluster | undefined;
}

/** @throws FatalError (rejects): corrupt log, settings that do not fit, directory in use */
export async function openLog(
  options: MemberOptions,
  paths: DataPaths,
  snapshotter: Snapshotter,
): Promise<OpenedLog> {
  const { disk, logger, clock, observer } = options;
  const walOptions: WalOptions = {
    clock,
    unsafeNoSync: options.unsafeNoFsync ?? false,
    warn: (message, fields) => logger.warn(message, fields),
    ...(options.walSegmentBytes === undefined ? {} : { segmentBytes: options.walSegmentBytes }),
    ...(observer === undefined ? {} : { onSync: (durationMs: number) => observer.walSynced(durationMs) }),
  };
  if (!Wal.exists(disk, paths.walDir)) return foundLog(options, paths, walOptions);

  const marks = Wal.validSnapshotEntries(disk, paths.walDir);
  const snapshot = snapshotter.loadNewest(marks);
  const from = { index: snapshot?.metadata.index ?? 0, term: snapshot?.metadata.term ?? 0 };
  const { wal, contents } = Wal.openAndRead(disk, paths.walDir, from, walOptions);
  try {
    const { nodeID, clusterID } = WalMetadata.decode(contents.metadata);
    logger.info('restarting local member', {
      'cluster-id': hex64(clusterID),
      'local-member-id': hex64(nodeID),
      'commit-index': contents.hardState.commit,
      'snapshot-index': from.index,
      entries: contents.entries.length,
    });
    const isEmpty = snapshot === undefined && contents.entries.length === 0;
    // An empty log: the process ended between making it and writing its first entries; the founding goes on.
    const founding = isEmpty ? await foundAs(options, paths, nodeID, clusterID) : undefined;
    return { wal, contents, snapshot, memberId: nodeID, clusterId: clusterID, founding };
  } catch (error) {
    wal.close();
    throw error;
  }
}

async function found(options: MemberOptions): Promise<FoundedCluster> {
  const { name, peerURLs } = options;
  const initial = parseInitialCluster(options.initialCluster);
  const listed = initial.get(name);
  // The same addresses under other names are fine: localhost here, 127.0.0.1 there.
  const isSame = listed !== undefined && (await sameAddresses(parseMemberUrls(peerURLs), listed));
  verifyInitialCluster(initial, name, isSame ? listed : peerURLs);
  if (options.initialClusterState === 'existing') {
    throw new FatalError('cannot fetch cluster info from peer urls: joining needs a peer transport');
  }
  return foundCluster(initial, options.initialClusterToken, name);
}

async function foundAs(
  options: MemberOptions,
  paths: DataPaths,
  memberId: bigint,
  clusterId: bigint,
): Promise<FoundedCluster> {
  const founding = await found(options);
  if (founding.local.id === memberId && founding.clusterId === clusterId) return founding;
  throw new FatalError(
    `the log in ${paths.walDir} was made for member ${hex64(memberId)} of cluster ${hex64(clusterId)}, ` +
      `but the initial cluster makes this member ${hex64(founding.local.id)} of ${hex64(founding.clusterId)}`,
  );
}

async function foundLog(
  options: MemberOptions,
  paths: DataPaths,
  walOptions: WalOptions,
): Promise<OpenedLog> {
  const { disk, logger } = options;
  const founding = await found(options);
  const { clusterId } = founding;
  const memberId = founding.local.id;
  const metadata = WalMetadata.encode(WalMetadata.create({ nodeID: memberId, clusterID: clusterId }));
  const wal = Wal.create(disk, paths.walDir, metadata, walOptions);
  logger.info('starting local member', {
    'local-member-id': hex64(memberId),
    'cluster-id': hex64(clusterId),
  });
  const hardState = { term: 0, vote: 0n, commit: 0 };
  const contents: WalContents = { metadata, hardState, entries: [], confState: undefined };
  return { wal, contents, snapshot: undefined, memberId, clusterId, founding };
}
