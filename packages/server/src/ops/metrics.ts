// The metrics page: etcd's metric names over live counters, read when somebody scrapes.
import { readdirSync } from 'node:fs';
import { API_LEVEL } from '@quorate/base';
import type { WireServer } from '@quorate/wire';
import { Counter, collectDefaultMetrics, exponentialBuckets, Gauge, Histogram, Registry } from 'prom-client';
import type { V3Observer } from '../api/v3/options.ts';
import type { MemberApi, MemberObserver } from '../member/seam.ts';

/** The metrics of one member. The observers feed what cannot be read off the member at scrape time. */
export interface Metrics {
  readonly memberObserver: MemberObserver;
  readonly v3Observer: V3Observer;
  /** One finished gRPC call, for grpc_server_handled_total. */
  grpcHandled(path: string, kind: GrpcKind, code: string): void;
  /** Connects the metrics that are read off a running member. */
  bind(member: MemberApi, servers: readonly WireServer[]): void;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export type GrpcKind = 'unary' | 'client_stream' | 'server_stream' | 'bidi_stream';

/** Reads one number when scraped. */
type Source = readonly [name: string, help: string, read: () => number];

const DISK_SECONDS = exponentialBuckets(0.001, 2, 14);

/** Makes the metrics of a member that is about to start. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name, help, buckets, registers });
  const walSync = histogram(
    'etcd_disk_wal_fsync_duration_seconds',
    'Latency of syncing the log.',
    DISK_SECONDS,
  );
  const snapSave = histogram(
    'etcd_debugging_snap_save_total_duration_seconds',
    'Time to save a snapshot.',
    DISK_SECONDS,
  );
  const applyTime = new Histogram({
    name: 'etcd_server_apply_duration_seconds',
    help: 'Time to apply a batch of entries.',
    labelNames: ['version', 'op', 'success'],
    buckets: exponentialBuckets(0.0001, 2, 20),
    registers,
  });
  const leaseTtl = histogram(
    'etcd_debugging_lease_ttl_total',
    'TTLs of granted leases.',
    exponentialBuckets(1, 2, 24),
  );
  let walBytes = 0;
  let watchers = 0;
  let watchStreams = 0;
  let watchEvents = 0;

  const clientRequests = new Counter({
    name: 'etcd_server_client_requests_total',
    help: 'Requests by client API version.',
    labelNames: ['type', 'client_api_version'],
    registers,
  });
  const streamFailures = new Counter({
    name: 'etcd_network_server_stream_failures_total',
    help: 'Streams that failed on this side.',
    labelNames: ['Type', 'API'],
    registers,
  });
  const grpcHandled = new Counter({
    name: 'grpc_server_handled_total',
    help: 'gRPC calls finished, by code.',
    labelNames: ['grpc_code', 'grpc_method', 'grpc_service', 'grpc_type'],
    registers,
  });

  /** Numbers that only grow are counters and the rest gauges; both are set from their source at scrape time. */
  const gauge = ([name, help, read]: Source): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  const counter = ([name, help, read]: Source): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  const info = (name: string, help: string, label: string, read: () => string | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        const value = read();
        if (value !== undefined) this.set({ [label]: value }, 1);
      },
    });
  };

  const bind = (member: MemberApi, servers: readonly WireServer[]): void => {
    const { counters } = member;
    const flag = (value: boolean): number => (value ? 1 : 0);
    const wire = (read: (stats: ReturnType<WireServer['stats']>) => number): number =>
      servers.reduce((sum, server) => sum + read(server.stats()), 0);
    const sources: readonly Source[] = [
      ['etcd_server_has_leader', 'Whether a leader exists.', () => flag(counters.hasLeader)],
      ['etcd_server_is_leader', 'Whether this member leads.', () => flag(counters.isLeader)],
      ['etcd_server_is_learner', 'Whether this member is a learner.', () => flag(counters.isLearner)],
      ['etcd_server_proposals_committed_total', 'Entries committed.', () => counters.proposalsCommitted],
      ['etcd_server_proposals_applied_total', 'Entries applied.', () => counters.proposalsApplied],
      ['etcd_server_proposals_pending', 'Proposals not yet applied.', () => counters.proposalsPending],
      ['etcd_server_quota_backend_bytes', 'Quota of the store.', () => member.status().dbSizeQuota],
      ['etcd_mvcc_db_total_size_in_bytes', 'Size of the store.', () => member.status().dbSize],
      [
        'etcd_mvcc_db_total_size_in_use_in_bytes',
        'Size of the data in the store.',
        () => member.status().dbSizeInUse,
      ],
      ['etcd_debugging_mvcc_keys_total', 'Live keys.', () => member.kv.keyCount],
      ['etcd_debugging_mvcc_current_revision', 'Current revision.', () => member.kv.revision],
      ['etcd_debugging_mvcc_compact_revision', 'Last compaction.', () => member.kv.compactRevision],
      ['etcd_debugging_mvcc_watcher_total', 'Open watchers.', () => watchers],
      ['etcd_debugging_mvcc_watch_stream_total', 'Open watch streams.', () => watchStreams],
      ['etcd_debugging_mvcc_slow_watcher_total', 'Watchers behind.', () => member.kv.watchHub.stats.unsynced],
      ['etcd_disk_wal_write_bytes_total', 'Bytes written to the log.', () => walBytes],
      ['os_fd_used', 'Open file descriptors.', openDescriptors],
    ];
    sources.forEach(gauge);
    const growing: readonly Source[] = [
      ['etcd_server_leader_changes_seen_total', 'Changes of leader.', () => counters.leaderChangesSeen],
      [
        'etcd_server_heartbeat_send_failures_total',
        'Heartbeats sent late.',
        () => counters.heartbeatSendFailures,
      ],
      ['etcd_server_slow_apply_total', 'Entries applied slowly.', () => counters.slowApplies],
      ['etcd_server_slow_read_indexes_total', 'Slow linearizable reads.', () => counters.slowReadIndexes],
      [
        'etcd_server_read_indexes_failed_total',
        'Failed linearizable reads.',
        () => counters.readIndexesFailed,
      ],
      ['etcd_server_proposals_failed_total', 'Failed proposals.', () => counters.proposalsFailed],
      ['etcd_debugging_lease_granted_total', 'Leases granted.', () => counters.leasesGranted],
      ['etcd_debugging_lease_revoked_total', 'Leases revoked.', () => counters.leasesRevoked],
      ['etcd_debugging_lease_renewed_total', 'Leases renewed.', () => counters.leasesRenewed],
      ['etcd_debugging_server_lease_expired_total', 'Leases expired.', () => counters.leasesExpired],
      ['etcd_debugging_mvcc_events_total', 'Events sent to watchers.', () => watchEvents],
      [
        'etcd_network_client_grpc_received_bytes_total',
        'gRPC bytes from clients.',
        () => wire((stats) => stats.grpcBytesReceived),
      ],
      [
        'etcd_network_client_grpc_sent_bytes_total',
        'gRPC bytes to clients.',
        () => wire((stats) => stats.grpcBytesSent),
      ],
    ];
    growing.forEach(counter);
    info('etcd_server_version', 'Version of this server.', 'server_version', () => API_LEVEL);
    info('etcd_server_id', 'Id of this member.', 'server_id', () => member.memberId.toString(16));
    info('etcd_cluster_version', 'Version of the cluster.', 'cluster_version', () =>
      member.membership.clusterVersion()?.split('.').slice(0, 2).join('.'),
    );
  };

  return {
    memberObserver: {
      walSynced: (durationMs) => walSync.observe(durationMs / 1000),
      walWritten: (bytes) => {
        walBytes += bytes;
      },
      snapshotSaved: (durationMs) => snapSave.observe(durationMs / 1000),
      applied: (durationMs) =>
        applyTime.observe({ version: 'v3', op: 'Batch', success: 'true' }, durationMs / 1000),
      leaseTtlGranted: (ttlSeconds) => leaseTtl.observe(ttlSeconds),
    },
    v3Observer: {
      clientRequest: (type, version) => clientRequests.inc({ type, client_api_version: version }),
      watchers: (change) => {
        watchers += change;
      },
      watchStreams: (change) => {
        watchStreams += change;
      },
      watchEvents: (count) => {
        watchEvents += count;
      },
      streamFailure: (direction, stream) => streamFailures.inc({ Type: direction, API: stream }),
    },
    grpcHandled: (path, kind, code) => {
      const [, service = '', method = ''] = path.split('/');
      grpcHandled.inc({ grpc_code: code, grpc_method: method, grpc_service: service, grpc_type: kind });
    },
    bind,
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

/** Open descriptors of this process where the system lists them, else 0. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
