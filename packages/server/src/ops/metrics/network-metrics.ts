// etcd_network_*: clients by the wire's counters, peers by the transport's.
import { hex64 } from '@quorate/base';
import type { WireServer } from '@quorate/wire';
import type { PeerCounters } from '../../peer/peer-counters.ts';
import type { SenderCounters, SnapshotReceiveCounters } from '../../peer/snapshot-receive-counters.ts';
import type { Exposition, Sample } from './exposition.ts';

/** A member that this one talks to. */
export interface PeerView {
  readonly id: bigint;
  readonly isActive: boolean;
  readonly counters: PeerCounters;
}

/** What the page needs of the network. */
export interface NetworkView {
  readonly memberId: bigint;
  /** Those that serve gRPC. */
  servers(): readonly WireServer[];
  peers(): readonly PeerView[];
  readonly snapshots: SnapshotReceiveCounters;
}

export function addNetworkMetrics(page: Exposition, network: NetworkView): void {
  const clients = (read: (stats: ReturnType<WireServer['stats']>) => number): number =>
    network.servers().reduce((sum, server) => sum + read(server.stats()), 0);
  page.counter('etcd_network_client_grpc_received_bytes_total', 'Bytes of gRPC messages from clients.', () =>
    clients((stats) => stats.grpcBytesReceived),
  );
  page.counter('etcd_network_client_grpc_sent_bytes_total', 'Bytes of gRPC messages to clients.', () =>
    clients((stats) => stats.grpcBytesSent),
  );

  const local = hex64(network.memberId);
  const pairs = (read: (peer: PeerView) => number) => (): Sample[] =>
    network.peers().map((peer) => [{ Local: local, Remote: hex64(peer.id) }, read(peer)]);
  const by =
    (label: 'From' | 'To', read: (counters: PeerCounters) => number, always: boolean) => (): Sample[] =>
      network
        .peers()
        .map((peer): Sample => [{ [label]: hex64(peer.id) }, read(peer.counters)])
        .filter(([, value]) => always || value > 0);

  page.gauges(
    'etcd_network_known_peers',
    'Peers that are known.',
    pairs(() => 1),
  );
  page.gauges(
    'etcd_network_active_peers',
    'Peers that can be reached.',
    pairs((peer) => (peer.isActive ? 1 : 0)),
  );
  page.counters('etcd_network_disconnected_peers_total', 'How often peers were lost.', () =>
    pairs((peer) => peer.counters.disconnections)().filter(([, value]) => value > 0),
  );
  page.counters(
    'etcd_network_peer_sent_bytes_total',
    'Bytes sent to peers.',
    by('To', (counters) => counters.bytesSent, true),
  );
  page.counters(
    'etcd_network_peer_received_bytes_total',
    'Bytes received from peers.',
    by('From', (counters) => counters.bytesReceived, true),
  );
  page.counters(
    'etcd_network_peer_sent_failures_total',
    'Messages that could not be sent to peers.',
    by('To', (counters) => counters.sendFailures, false),
  );
  page.counters(
    'etcd_network_peer_received_failures_total',
    'Streams of peers that broke.',
    by('From', (counters) => counters.receiveFailures, false),
  );
  page.histograms('etcd_network_peer_round_trip_time_seconds', 'Round trips to peers.', () =>
    network.peers().map((peer) => [{ To: hex64(peer.id) }, peer.counters.roundTrips] as const),
  );
  page.counters(
    'etcd_network_snapshot_send_success',
    'Snapshots sent to peers.',
    by('To', (counters) => counters.snapshotsSent, false),
  );
  page.counters(
    'etcd_network_snapshot_send_failures',
    'Snapshots that could not be sent to peers.',
    by('To', (counters) => counters.snapshotSendFailures, false),
  );
  page.gauges(
    'etcd_network_snapshot_send_inflights_total',
    'Snapshots being sent to peers.',
    by('To', (counters) => counters.snapshotsSending, false),
  );
  page.histograms(
    'etcd_network_snapshot_send_total_duration_seconds',
    'Time to send snapshots to peers.',
    () =>
      network
        .peers()
        .filter((peer) => peer.counters.snapshotsSent > 0)
        .map((peer) => [{ To: hex64(peer.id) }, peer.counters.snapshotSends] as const),
  );
  addReceivedSnapshots(page, network.snapshots);
}

function addReceivedSnapshots(page: Exposition, snapshots: SnapshotReceiveCounters): void {
  const from = (read: (sender: SenderCounters) => number) => (): Sample[] =>
    [...snapshots.senders].map(([id, sender]) => [{ From: id }, read(sender)]);
  page.counters(
    'etcd_network_snapshot_receive_success',
    'Snapshots received from peers.',
    from((sender) => sender.received),
  );
  page.counters(
    'etcd_network_snapshot_receive_failures',
    'Snapshots of peers that could not be received.',
    from((sender) => sender.failed),
  );
  page.gauges(
    'etcd_network_snapshot_receive_inflights_total',
    'Snapshots being received from peers.',
    from((sender) => sender.receiving),
  );
  page.histograms('etcd_network_snapshot_receive_total_duration_seconds', 'Time to receive snapshots.', () =>
    [...snapshots.senders].map(([id, sender]) => [{ From: id }, sender.durations] as const),
  );
  page.histogram(
    'etcd_snap_db_save_total_duration_seconds',
    'Time to write stores received with snapshots to disk.',
    snapshots.fileSaves,
  );
  page.histogram('etcd_snap_db_fsync_duration_seconds', 'Time of syncs of such files.', snapshots.fileSyncs);
  page.gauge(
    'etcd_server_snapshot_apply_in_progress_total',
    'Whether a store is being made of a snapshot.',
    () => snapshots.staging,
  );
}
