// etcd_http_*: requests on /v2/keys, as etcd up to 3.5 shows them.
import type { KeyCounters } from '../../api/v2/key-counters.ts';
import type { Exposition, Sample } from './exposition.ts';

export function addV2HttpMetrics(page: Exposition, keys: KeyCounters): void {
  page.counters('etcd_http_received_total', 'Requests on /v2/keys, watches left out.', () =>
    [...keys.methods].map(([method, { received }]): Sample => [{ method }, received]),
  );
  page.counters('etcd_http_failed_total', 'Requests on /v2/keys that failed, by status.', () =>
    [...keys.methods].flatMap(([method, { failed }]) =>
      [...failed].map(([code, count]): Sample => [{ code: String(code), method }, count]),
    ),
  );
  page.histograms(
    'etcd_http_successful_duration_seconds',
    'Time of requests on /v2/keys that succeeded.',
    () => [...keys.methods].map(([method, { durations }]) => [{ method }, durations] as const),
  );
}
