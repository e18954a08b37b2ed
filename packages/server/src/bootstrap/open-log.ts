// Opens a member's log: the one that is there, or a new one for a cluster that is being founded.
import { FatalError, hex64 } from '@quorate/base';
import { WalMetadata } from '@quorate/proto';
import type { Snapshot } from '@quorate/raft';
import { type Snapshotter, Wal, type WalContents, WalError, type WalOptions } from '@quorate/storage';
import type { MemberOptions } from '../member/options.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';
import type { DataPaths } from './data-dir.ts';
import { checkNotBootstrapped, joinCluster, joinedMembers } from './join-cluster.ts';
import { type FoundedCluster, foundCluster } from './new-cluster.ts';
import { readLog } from './read-log.ts';
import { sameAddresses } from './resolve.ts';
import { parseInitialCluster, parseMemberUrls, verifyInitialCluster } from './urls.ts';

/** The log as it was found or made. */
export interface OpenedLog {
  readonly wal: Wal;
  readonly contents: WalContents;
  readonly snapshot: Snapshot | undefined;
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** Set when the log is empty and the cluster new: raft has to be given its first entries. */
  readonly founding: FoundedCluster | undefined;
  /** Members of the running cluster that this one joins; empty when it does not. */
  readonly remotes: readonly ClusterMember[];
}

/** Which member of which cluster this one is, before it has a log that says so. */
interface Place {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  readonly founding: FoundedCluster | undefined;
  readonly remotes: readonly ClusterMember[];
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
    ...(observer === undefined
      ? {}
      : {
          onSync: (durationMs: number) => observer.walSynced(durationMs),
          onWrite: (bytes: number, durationMs: number) => observer.walWritten(bytes, durationMs),
        }),
  };
  if (!Wal.exists(disk, paths.walDir)) return foundLog(options, paths, walOptions);

  const { wal, contents, snapshot } = readOrAdvise(() =>
    readLog(disk, paths.walDir, snapshotter, walOptions),
  );
  try {
    const { nodeID, clusterID } = WalMetadata.decode(contents.metadata);
    logger.info('restarting local member', {
      'cluster-id': hex64(clusterID),
      'local-member-id': hex64(nodeID),
      'commit-index': contents.hardState.commit,
      'snapshot-index': snapshot?.metadata.index ?? 0,
      entries: contents.entries.length,
    });
    const isEmpty = snapshot === undefined && contents.entries.length === 0;
    if (options.discover !== undefined && !isEmpty) {
      logger.warn('discovery is ignored since cluster already initialized; valid logs are found', {
        'wal-dir': paths.walDir,
      });
    }
    // An empty log: the process ended between making it and writing its first entries; founding or joining goes on.
    const place = isEmpty ? await placeAs(options, paths, nodeID, clusterID) : undefined;
    const { founding, remotes } = place ?? { founding: undefined, remotes: [] };
    return { wal, contents, snapshot, memberId: nodeID, clusterId: clusterID, founding, remotes };
  } catch (error) {
    wal.close();
    throw error;
  }
}

/** A log that is damaged cannot be made good out of itself: says what can be done. @throws FatalError */
function readOrAdvise<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WalError) || error.code === 'DISK' || error.code === 'POISONED') throw error;
    throw new FatalError(
      `${error.message}. The log of this member is damaged, and it must not go on without what it has lost. ` +
        'If the other members have a quorum, replace this one: "etcdctl member remove" it, remove its data directory, ' +
        '"etcdctl member add" it again, and start it with --initial-cluster-state existing; ' +
        'it then gets its data from the leader. Without other members, restore a snapshot ("etcdutl snapshot restore")',
      { cause: error },
    );
  }
}

/** @param resuming there is a log already, an empty one */
async function findPlace(given: MemberOptions, resuming: boolean): Promise<Place> {
  const options = given.discover === undefined ? given : { ...given, ...(await given.discover(resuming)) };
  const { name, peerURLs } = options;
  const initial = parseInitialCluster(options.initialCluster);
  if (options.initialClusterState === 'existing') {
    // The cluster knows where this member can be reached.
    verifyInitialCluster(initial, name, initial.get(name) ?? []);
    const { memberId, clusterId, members } = await joinCluster(options, initial);
    return { memberId, clusterId, founding: undefined, remotes: members };
  }
  const listed = initial.get(name);
  // The same addresses under other names are fine: localhost here, 127.0.0.1 there.
  const isSame = listed !== undefined && (await sameAddresses(parseMemberUrls(peerURLs), listed));
  verifyInitialCluster(initial, name, isSame ? listed : peerURLs);
  const founding = foundCluster(initial, options.initialClusterToken, name);
  await checkNotBootstrapped(options, initial, founding);
  return { memberId: founding.local.id, clusterId: founding.clusterId, founding, remotes: [] };
}

async function placeAs(
  options: MemberOptions,
  paths: DataPaths,
  memberId: bigint,
  clusterId: bigint,
): Promise<Place> {
  if (options.initialClusterState === 'existing' && options.discover === undefined) {
    // It was found to be a member when the log was made. The list of members given then may be out of date by now, and
    // so may be that of a member that has just started itself.
    const remotes = await joinedMembers(options, clusterId);
    return { memberId, clusterId, founding: undefined, remotes };
  }
  const place = await findPlace(options, true);
  if (place.memberId === memberId && place.clusterId === clusterId) return place;
  throw new FatalError(
    `the log in ${paths.walDir} was made for member ${hex64(memberId)} of cluster ${hex64(clusterId)}, ` +
      `but the initial cluster makes this member ${hex64(place.memberId)} of ${hex64(place.clusterId)}`,
  );
}

async function foundLog(
  options: MemberOptions,
  paths: DataPaths,
  walOptions: WalOptions,
): Promise<OpenedLog> {
  const { disk, logger } = options;
  const { memberId, clusterId, founding, remotes } = await findPlace(options, false);
  const metadata = WalMetadata.encode(WalMetadata.create({ nodeID: memberId, clusterID: clusterId }));
  const wal = Wal.create(disk, paths.walDir, metadata, walOptions);
  logger.info('starting local member', {
    'local-member-id': hex64(memberId),
    'cluster-id': hex64(clusterId),
  });
  const hardState = { term: 0, vote: 0n, commit: 0 };
  const contents: WalContents = { metadata, hardState, entries: [], confState: undefined };
  return { wal, contents, snapshot: undefined, memberId, clusterId, founding, remotes };
}
