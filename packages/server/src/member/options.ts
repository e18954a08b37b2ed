// How a member is made.
import type { Clock, Disk, FatalError, Random } from '@quorate/base';
import type { Backend, BackendOptions, IndexBuilder, StorePosition } from '@quorate/storage';
import type { AuthApplier } from '../apply/applier.ts';
import type { Discover } from '../bootstrap/discovery/discover.ts';
import type { ClusterInquirer } from '../bootstrap/remote-cluster.ts';
import type { StartingMember } from '../corruption/initial-check.ts';
import type { Logger } from './logger.ts';
import type { MemberObserver } from './seam.ts';
import type { PeerReceiver, PeerTransport, TransportCluster } from './transport.ts';

/** Everything a member is made of. What is optional has etcd's default. Times in milliseconds. */
export interface MemberOptions {
  /** Created (0700) if missing; holds `member/wal`, `member/snap` and the key-value store. */
  readonly dataDir: string;
  /** `--wal-dir`: the log elsewhere than in `dataDir/member/wal`. */
  readonly walDir?: string;
  readonly name: string;
  /** `--initial-advertise-peer-urls`. */
  readonly peerURLs: readonly string[];
  /** `--advertise-client-urls`: published to the cluster. */
  readonly clientURLs: readonly string[];
  /** `--initial-cluster`: `name=url,…`. Used for a member without a log only. */
  readonly initialCluster: string;
  readonly initialClusterToken: string;
  /** `--initial-cluster-state`. */
  readonly initialClusterState: 'new' | 'existing';
  /** Finds the initial cluster and its token, in the place of those above, when there is no log. */
  readonly discover?: Discover;

  readonly heartbeatMs?: number;
  readonly electionMs?: number;
  readonly preVote?: boolean;
  readonly maxRequestBytes?: number;
  /** `--quota-backend-bytes`: 0 the default, negative none. */
  readonly quotaBackendBytes?: number;
  readonly snapshotCount?: number;
  readonly snapshotCatchUpEntries?: number;
  /** `--max-snapshots` and `--max-wals`; 0 keeps all. */
  readonly maxSnapshotFiles?: number;
  readonly maxWalFiles?: number;
  readonly maxLearners?: number;
  readonly strictReconfigCheck?: boolean;
  /** `--force-new-cluster`: everybody else is gone; go on alone with the data that is here. */
  readonly forceNewCluster?: boolean;
  /** `--unsafe-no-fsync`. */
  readonly unsafeNoFsync?: boolean;
  /** `--cluster-version-limit`: `3.4` keeps the cluster at a version that Go etcd 3.4 can take back. */
  readonly clusterVersionLimit?: string;
  /** `--downgrade-check-time`: how often it is looked at whether a downgrade is over. */
  readonly downgradeCheckMs?: number;
  /** Write the remaining time of long leases down, so that a change of leader does not reset them. Default true. */
  readonly leaseCheckpoints?: boolean;
  readonly leaseCheckpointIntervalMs?: number;
  /** `--backend-batch-interval` and `--backend-batch-limit`. */
  readonly backendCommitIntervalMs?: number;
  readonly backendCommitRecords?: number;
  /** `--compaction-batch-limit` and `--compaction-sleep-interval`. */
  readonly compactionBatchLimit?: number;
  readonly compactionSleepIntervalMs?: number;
  /** `--experimental-compact-hash-check-enabled`: hash what is there when a compaction comes. */
  readonly hashCompactions?: boolean;
  /** Size of a log segment; tests make it small. */
  readonly walSegmentBytes?: number;

  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly logger: Logger;
  readonly observer?: MemberObserver;
  /** Opens the place of the key-value store; `path` is a directory of its own. Default: LMDB. */
  readonly openBackend?: (path: string, options: BackendOptions) => Backend | Promise<Backend>;
  /** An index made while the store came in, and where that store stands; used if the store is still that one. */
  readonly stagedIndex?: { readonly position: StorePosition; readonly index: IndexBuilder };
  /** Connections to peers; needed as soon as the cluster has any. */
  readonly createTransport?: (receiver: PeerReceiver, cluster: TransportCluster) => PeerTransport;
  /** Questions to a running cluster, for joining it; without it, nobody is asked. */
  readonly inquirer?: ClusterInquirer;
  readonly auth?: AuthApplier;
  /** Serve no reads while the alarm CORRUPT names this member. Default false, as in etcd. */
  readonly quarantineWhenCorrupt?: boolean;
  /** Looks at what was restored, before the member takes part in anything; rejecting ends the start. */
  readonly beforeStart?: (member: StartingMember) => Promise<void>;
  /**
   * Told once when a leader has sent its whole state: that is on disk, and the member has stopped and waits for `stop()`;
   * made again, it goes on from there. Without it, a snapshot is a failure.
   */
  readonly onReplaced?: () => void;
  /**
   * Told once when the member cannot go on: disk failure, corruption, removal from the cluster. Nothing is acknowledged
   * after it; the member has stopped and only waits for `stop()`.
   */
  readonly onFatal: (error: FatalError) => void;
}
