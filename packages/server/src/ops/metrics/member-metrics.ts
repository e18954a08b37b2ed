// etcd_server_*, etcd_cluster_*, leases, and the log's and snapshots' times: what the member says of itself.
import { API_LEVEL, hex64 } from '@quorate/base';
import type { MemberApi, MemberObserver } from '../../member/seam.ts';
import type { Exposition, Sample } from './exposition.ts';
import { DISK_BOUNDS, exponentialBounds, Histogram } from './histogram.ts';

const ALARM_NAMES: Readonly<Record<number, string>> = { 1: 'NOSPACE', 2: 'CORRUPT' };

/** Whatever the member tells as it happens. */
export class MemberTimes implements MemberObserver {
  readonly walSyncs = new Histogram(DISK_BOUNDS);
  readonly walWrites = new Histogram(DISK_BOUNDS);
  readonly snapshotSaves = new Histogram(DISK_BOUNDS);
  readonly snapshotMarshals = new Histogram(DISK_BOUNDS);
  readonly snapshotSyncs = new Histogram(DISK_BOUNDS);
  readonly applies = new Histogram(exponentialBounds(0.0001, 2, 20));
  readonly leaseTtls = new Histogram(exponentialBounds(1, 2, 24));
  walBytes = 0;
  /** Revisions of the store read so far at the start. */
  revisionsRestored = 0;

  walSynced(durationMs: number): void {
    this.walSyncs.observeMs(durationMs);
  }
  walWritten(bytes: number, durationMs: number): void {
    this.walBytes += bytes;
    this.walWrites.observeMs(durationMs);
  }
  snapshotSaved(durationMs: number): void {
    this.snapshotSaves.observeMs(durationMs);
  }
  snapshotMarshalled(durationMs: number): void {
    this.snapshotMarshals.observeMs(durationMs);
  }
  snapshotSynced(durationMs: number): void {
    this.snapshotSyncs.observeMs(durationMs);
  }
  applied(durationMs: number): void {
    this.applies.observeMs(durationMs);
  }
  leaseTtlGranted(ttlSeconds: number): void {
    this.leaseTtls.observe(ttlSeconds);
  }
  restoring(revisions: number): void {
    this.revisionsRestored = revisions;
  }
}

/** A feature gate of etcd 3.7, and whether what it stands for is done here. */
export interface Feature {
  readonly name: string;
  readonly stage: 'ALPHA' | 'BETA';
  readonly enabled: boolean;
}

const flag = (value: boolean): number => (value ? 1 : 0);

export function addMemberMetrics(
  page: Exposition,
  member: MemberApi,
  times: MemberTimes,
  features: readonly Feature[],
): void {
  const { counters } = member;
  page.gauges('etcd_server_version', 'The version of etcd that this server is like.', () => [
    [{ server_version: API_LEVEL }, 1],
  ]);
  page.gauges('etcd_server_go_version', 'What this server runs on.', () => [
    [{ server_go_version: `node${process.versions.node}` }, 1],
  ]);
  page.gauges('etcd_server_id', 'The id of this member.', () => [[{ server_id: hex64(member.memberId) }, 1]]);
  page.gauges('etcd_cluster_version', 'The version that the cluster has agreed on.', () => {
    const version = member.membership.clusterVersion();
    if (version === undefined) return [];
    return [[{ cluster_version: version.split('.').slice(0, 2).join('.') }, 1]];
  });
  page.gauges('etcd_server_feature_enabled', 'Features of etcd, and whether they are on.', () =>
    features.map(({ name, stage, enabled }): Sample => [{ name, stage }, flag(enabled)]),
  );
  page.gauge('etcd_server_has_leader', 'Whether there is a leader.', () => flag(counters.hasLeader));
  page.gauge('etcd_server_is_leader', 'Whether this member leads.', () => flag(counters.isLeader));
  page.gauge('etcd_server_is_learner', 'Whether this member is a learner.', () => flag(counters.isLearner));
  page.counter(
    'etcd_server_leader_changes_seen_total',
    'Changes of leader seen by this member.',
    () => counters.leaderChangesSeen,
  );
  page.counter(
    'etcd_server_heartbeat_send_failures_total',
    'Heartbeats that the leader sent late.',
    () => counters.heartbeatSendFailures,
  );
  page.gauge(
    'etcd_server_proposals_committed_total',
    'The index up to which the log is committed.',
    () => counters.proposalsCommitted,
  );
  page.gauge(
    'etcd_server_proposals_applied_total',
    'The index up to which the log is applied.',
    () => counters.proposalsApplied,
  );
  page.gauge(
    'etcd_server_proposals_pending',
    'Proposals whose outcome is open.',
    () => counters.proposalsPending,
  );
  page.counter(
    'etcd_server_proposals_failed_total',
    'Proposals that failed.',
    () => counters.proposalsFailed,
  );
  page.counter(
    'etcd_server_slow_apply_total',
    'Batches of entries applied slowly.',
    () => counters.slowApplies,
  );
  page.counter(
    'etcd_server_slow_read_indexes_total',
    'Read indices that took long.',
    () => counters.slowReadIndexes,
  );
  page.counter(
    'etcd_server_read_indexes_failed_total',
    'Read indices that failed.',
    () => counters.readIndexesFailed,
  );
  page.gauge(
    'etcd_server_quota_backend_bytes',
    'Size at which the store takes no more writes.',
    () => member.status().dbSizeQuota,
  );
  page.histograms('etcd_server_apply_duration_seconds', 'Time to apply the entries of a batch.', () => [
    [{ version: 'v3', op: 'Batch', success: 'true' }, times.applies],
  ]);
  page.gauges('etcd_debugging_server_alarms', 'Alarms that are raised.', () =>
    member
      .alarms()
      .map(
        ({ memberID, alarm }): Sample => [
          { server_id: hex64(memberID), alarm_type: ALARM_NAMES[alarm] ?? String(alarm) },
          1,
        ],
      ),
  );
  page.gauge('etcd_debugging_auth_revision', 'The revision of the auth store.', () => authRevision(member));

  page.counter(
    'etcd_debugging_server_lease_expired_total',
    'Leases that ran out.',
    () => counters.leasesExpired,
  );
  page.counter('etcd_debugging_lease_granted_total', 'Leases granted.', () => counters.leasesGranted);
  page.counter('etcd_debugging_lease_revoked_total', 'Leases revoked.', () => counters.leasesRevoked);
  page.counter(
    'etcd_debugging_lease_renewed_total',
    'Renewals of leases by the leader.',
    () => counters.leasesRenewed,
  );
  page.histogram('etcd_debugging_lease_ttl_total', 'TTLs of leases granted, in seconds.', times.leaseTtls);

  page.histogram('etcd_disk_wal_fsync_duration_seconds', 'Time of syncs of the log.', times.walSyncs);
  page.histogram('etcd_disk_wal_write_duration_seconds', 'Time of writes to the log.', times.walWrites);
  page.gauge('etcd_disk_wal_write_bytes_total', 'Bytes written to the log.', () => times.walBytes);
  page.histogram('etcd_snap_fsync_duration_seconds', 'Time of syncs of snapshot files.', times.snapshotSyncs);
  page.histogram(
    'etcd_debugging_snap_save_total_duration_seconds',
    'Time of snapshots, from gathering the state to recording them in the log.',
    times.snapshotSaves,
  );
  page.histogram(
    'etcd_debugging_snap_save_marshalling_duration_seconds',
    'Time to encode snapshots.',
    times.snapshotMarshals,
  );
}

const AUTH_REVISION_KEY = Buffer.from('authRevision', 'latin1');

/** As it is stored: a big-endian number, which begins with 1. */
function authRevision(member: MemberApi): number {
  const stored = member.backend.get('auth', AUTH_REVISION_KEY);
  if (stored === undefined || stored.length !== 8) return 1;
  return Number(Buffer.from(stored.buffer, stored.byteOffset, 8).readBigUInt64BE());
}
