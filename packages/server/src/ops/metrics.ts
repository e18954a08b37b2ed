// The metrics page: etcd's metric names over live numbers, read when somebody asks. See metrics.test-data for which
// metrics there are, and DESIGN.md for those that have no meaning here.
import type { GrpcRouter } from '@quorate/wire';
import { KeyCounters } from '../api/v2/key-counters.ts';
import type { V3Observer } from '../api/v3/options.ts';
import type { MemberApi, MemberObserver } from '../member/seam.ts';
import { CONTENT_TYPE, Exposition, type Sample } from './metrics/exposition.ts';
import { addGrpcMetrics } from './metrics/grpc-metrics.ts';
import { HealthCounters } from './metrics/health-counters.ts';
import { addMemberMetrics, type Feature, MemberTimes } from './metrics/member-metrics.ts';
import { addNetworkMetrics, type NetworkView } from './metrics/network-metrics.ts';
import { addProcessMetrics } from './metrics/process-metrics.ts';
import { addStoreMetrics, StoreTimes, type WatchNumbers } from './metrics/store-metrics.ts';
import { addV2HttpMetrics } from './metrics/v2-http-metrics.ts';

/** The metrics of one member. The observers take what cannot be read off the member when the page is asked for. */
export interface Metrics {
  readonly memberObserver: MemberObserver;
  /** How far the start has come: revisions of the store read. */
  readonly revisionsRestored: number;
  readonly v3Observer: V3Observer;
  readonly health: HealthCounters;
  /** Of /v2/keys. */
  readonly v2Keys: KeyCounters;
  /** Shows what is read off a running member. */
  bindMember(member: MemberApi, features: readonly Feature[]): void;
  bindNetwork(network: NetworkView): void;
  /** Shows the calls of all methods registered by now. `extensive`: with their durations. */
  bindGrpc(router: GrpcRouter, extensive: boolean): void;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Counts by labels, few enough to keep. */
class LabelledCounter {
  readonly #counts = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();

  add(labels: Readonly<Record<string, string>>, count = 1): void {
    const key = Object.values(labels).join('\0');
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels, value: count });
    else known.value += count;
  }

  samples(): Sample[] {
    return [...this.#counts.values()].map(({ labels, value }) => [labels, value]);
  }
}

/** Makes the metrics of a member that is about to start, and of those that replace it in this process. */
export function createMetrics(): Metrics {
  const page = new Exposition();
  const processPart = addProcessMetrics(page);
  const memberTimes = new MemberTimes();
  const storeTimes = new StoreTimes();
  const watches: WatchNumbers = { watchers: 0, streams: 0, events: 0 };
  const health = new HealthCounters();
  health.addTo(page);
  const v2Keys = new KeyCounters();
  addV2HttpMetrics(page, v2Keys);

  const clientRequests = new LabelledCounter();
  page.counters(
    'etcd_server_client_requests_total',
    "Requests by the API version of the client's library.",
    () => clientRequests.samples(),
  );
  const streamFailures = new LabelledCounter();
  page.counters('etcd_network_server_stream_failures_total', 'Streams to clients that broke.', () =>
    streamFailures.samples(),
  );
  const promotionFailures = new LabelledCounter();
  page.counters('etcd_server_learner_promote_failures', 'Learners not promoted, by reason.', () =>
    promotionFailures.samples(),
  );
  let promotions = 0;
  page.counter(
    'etcd_server_learner_promote_successes',
    'Learners promoted through this member.',
    () => promotions,
  );

  return {
    memberObserver: memberTimes,
    get revisionsRestored() {
      return memberTimes.revisionsRestored;
    },
    v3Observer: {
      clientRequest: (type, version) => clientRequests.add({ type, client_api_version: version }),
      clientRequests: (type, version, count) =>
        clientRequests.add({ type, client_api_version: version }, count),
      watchers: (change) => {
        watches.watchers += change;
      },
      watchStreams: (change) => {
        watches.streams += change;
      },
      watchEvents: (count) => {
        watches.events += count;
      },
      streamFailure: (direction, stream) => streamFailures.add({ Type: direction, API: stream }),
      learnerPromoted: (failure) => {
        if (failure === undefined) promotions++;
        else promotionFailures.add({ Reason: failure });
      },
    },
    health,
    v2Keys,
    bindMember: (member, features) => {
      addMemberMetrics(page, member, memberTimes, features);
      addStoreMetrics(page, member, storeTimes, watches);
    },
    bindNetwork: (network) => addNetworkMetrics(page, network),
    bindGrpc: (router, extensive) => addGrpcMetrics(page, router, extensive),
    render: async () => ({ contentType: CONTENT_TYPE, body: page.render() + (await processPart()) }),
  };
}
