// etcd_mvcc_*, etcd_disk_backend_*, etcd_debugging_mvcc_* and the v2 store's etcd_debugging_store_*.
import type { BackendObserver, MvccObserver } from '@quorate/storage';
import type { StoreStats } from '@quorate/v2store';
import type { MemberApi } from '../../member/seam.ts';
import type { Exposition, Sample } from './exposition.ts';
import { DISK_BOUNDS, exponentialBounds, Histogram } from './histogram.ts';

/** Histograms of the store, which exist before there is a store. */
export class StoreTimes implements BackendObserver, MvccObserver {
  readonly commits = new Histogram(DISK_BOUNDS);
  readonly defragmentations = new Histogram(exponentialBounds(0.1, 2, 13));
  readonly snapshots = new Histogram(exponentialBounds(0.01, 2, 17));
  readonly hashes = new Histogram(exponentialBounds(0.01, 2, 15));
  readonly revisionHashes = new Histogram(exponentialBounds(0.01, 2, 15));
  /** These three in milliseconds. */
  readonly indexPauses = new Histogram(exponentialBounds(0.5, 2, 14));
  readonly removalPauses = new Histogram(exponentialBounds(1, 2, 13));
  readonly compactions = new Histogram(exponentialBounds(100, 2, 14));
  defragmenting = 0;

  committed(durationMs: number): void {
    this.commits.observeMs(durationMs);
  }
  defragmentBegan(): void {
    this.defragmenting++;
  }
  defragmentEnded(durationMs: number): void {
    this.defragmenting--;
    this.defragmentations.observeMs(durationMs);
  }
  snapshotClosed(durationMs: number): void {
    this.snapshots.observeMs(durationMs);
  }
  hashed(durationMs: number): void {
    this.hashes.observeMs(durationMs);
  }
  indexSlice(durationMs: number): void {
    this.indexPauses.observe(durationMs);
  }
  removalSlice(durationMs: number): void {
    this.removalPauses.observe(durationMs);
  }
  compacted(durationMs: number): void {
    this.compactions.observe(durationMs);
  }
  hashedByRevision(durationMs: number): void {
    this.revisionHashes.observeMs(durationMs);
  }
}

/** What the watch API tells of its watchers. */
export interface WatchNumbers {
  watchers: number;
  streams: number;
  events: number;
}

export function addStoreMetrics(
  page: Exposition,
  member: MemberApi,
  times: StoreTimes,
  watches: WatchNumbers,
): void {
  const { kv, backend } = member;
  const { counters } = kv;
  kv.setObserver(times);
  backend.setObserver(times);

  // The second name is the one of 3.4 and before.
  for (const prefix of ['etcd_mvcc', 'etcd_debugging_mvcc']) {
    page.counter(`${prefix}_put_total`, 'Puts seen by this member.', () => counters.puts);
    page.counter(`${prefix}_delete_total`, 'Deletions seen by this member.', () => counters.deletes);
    page.counter(`${prefix}_range_total`, 'Ranges seen by this member.', () => counters.ranges);
    page.counter(
      `${prefix}_txn_total`,
      'Txns of more than one operation seen by this member.',
      () => counters.txns,
    );
    page.gauge(
      `${prefix}_db_total_size_in_bytes`,
      'Size of the file of the store.',
      () => backend.size().bytes,
    );
  }
  page.gauge(
    'etcd_mvcc_db_total_size_in_use_in_bytes',
    'Bytes of the store that hold data.',
    () => backend.size().bytesInUse,
  );
  page.gauge(
    'etcd_mvcc_db_open_read_transactions',
    'Open views of the store: each holds pages that were replaced since.',
    () => backend.openReaders,
  );
  page.histogram('etcd_mvcc_hash_duration_seconds', 'Time to hash the whole store.', times.hashes);
  page.histogram(
    'etcd_mvcc_hash_rev_duration_seconds',
    'Time to hash the store at a revision.',
    times.revisionHashes,
  );

  page.histogram('etcd_disk_backend_commit_duration_seconds', 'Time of commits of the store.', times.commits);
  page.histogram(
    'etcd_disk_backend_defrag_duration_seconds',
    'Time of defragmentations of the store.',
    times.defragmentations,
  );
  page.histogram(
    'etcd_disk_backend_snapshot_duration_seconds',
    'How long views of the whole store were open for reading it out.',
    times.snapshots,
  );
  page.gauge(
    'etcd_disk_defrag_inflight',
    'Whether a defragmentation is under way.',
    () => times.defragmenting,
  );

  page.gauge(
    'etcd_debugging_mvcc_total_put_size_in_bytes',
    'Bytes of keys and values put so far.',
    () => counters.putBytes,
  );
  page.gauge('etcd_debugging_mvcc_keys_total', 'Keys that exist.', () => kv.keyCount);
  page.gauge('etcd_debugging_mvcc_current_revision', 'The current revision.', () => kv.revision);
  page.gauge(
    'etcd_debugging_mvcc_compact_revision',
    'The revision of the last compaction.',
    () => kv.compactRevision,
  );
  page.counter(
    'etcd_debugging_mvcc_db_compaction_keys_total',
    'Revisions removed by compactions.',
    () => counters.compactedRevisions,
  );
  page.gauge('etcd_debugging_mvcc_db_compaction_last', 'When the last compaction ended, Unix seconds.', () =>
    Math.floor(counters.lastCompactionMs / 1000),
  );
  page.histogram(
    'etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds',
    'Time of the slices in which compactions remove revisions.',
    times.removalPauses,
  );
  page.histogram(
    'etcd_debugging_mvcc_db_compaction_total_duration_milliseconds',
    'Time of compactions from begin to end.',
    times.compactions,
  );
  page.histogram(
    'etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds',
    'Time of the slices in which compactions walk over the index.',
    times.indexPauses,
  );
  page.gauge('etcd_debugging_mvcc_watcher_total', 'Watchers.', () => watches.watchers);
  page.gauge('etcd_debugging_mvcc_watch_stream_total', 'Watch streams.', () => watches.streams);
  page.gauge(
    'etcd_debugging_mvcc_slow_watcher_total',
    'Watchers that read history, or wait for their client.',
    () => kv.watchHub.stats.unsynced + kv.watchHub.stats.paused,
  );
  page.counter('etcd_debugging_mvcc_events_total', 'Events given to watch streams.', () => watches.events);
  page.gauge(
    'etcd_debugging_mvcc_pending_events_total',
    'Events between store and watch streams; there is no queue between them, so none.',
    () => 0,
  );
  addV2Metrics(page, member);
}

const V2_WRITES = ['set', 'create', 'update', 'delete', 'compareAndSwap', 'compareAndDelete'] as const;

type V2WriteCount =
  `${'sets' | 'create' | 'update' | 'delete' | 'compareAndSwap' | 'compareAndDelete'}${'Success' | 'Fail'}`;

function v2Count(stats: StoreStats, action: (typeof V2_WRITES)[number], outcome: 'Success' | 'Fail'): number {
  const name: V2WriteCount = `${action === 'set' ? 'sets' : action}${outcome}`;
  return stats[name];
}

/** The v2 store saves its counters; a metric counts from the start of the process. */
function addV2Metrics(page: Exposition, member: MemberApi): void {
  const { v2 } = member;
  const before = Object.assign(Object.create(null) as StoreStats, v2.stats);
  const { getRecursiveSuccess, getRecursiveFail } = v2.stats.process;
  const recursiveBefore = { getRecursiveSuccess, getRecursiveFail };
  const since = (name: 'getsSuccess' | 'getsFail' | 'expireCount'): number =>
    Math.max(0, v2.stats[name] - before[name]);
  const reads = (outcomes: readonly ('Success' | 'Fail')[]): Sample[] => {
    let all = 0;
    let recursive = 0;
    for (const outcome of outcomes) {
      all += since(`gets${outcome}`);
      const name = `getRecursive${outcome}` as const;
      recursive += v2.stats.process[name] - recursiveBefore[name];
    }
    return present([
      [{ action: 'get' }, Math.max(0, all - recursive)],
      [{ action: 'getRecursive' }, recursive],
    ]);
  };
  const writes = (outcomes: readonly ('Success' | 'Fail')[]): Sample[] =>
    present(
      V2_WRITES.map((action) => [
        { action },
        outcomes.reduce(
          (sum, outcome) =>
            sum + Math.max(0, v2Count(v2.stats, action, outcome) - v2Count(before, action, outcome)),
          0,
        ),
      ]),
    );
  page.counters('etcd_debugging_store_reads_total', 'Reads of the v2 store.', () =>
    reads(['Success', 'Fail']),
  );
  page.counters('etcd_debugging_store_reads_failed_total', 'Reads of the v2 store that failed.', () =>
    reads(['Fail']),
  );
  page.counters('etcd_debugging_store_writes_total', 'Writes to the v2 store.', () =>
    writes(['Success', 'Fail']),
  );
  page.counters('etcd_debugging_store_writes_failed_total', 'Writes to the v2 store that failed.', () =>
    writes(['Fail']),
  );
  page.counter('etcd_debugging_store_expires_total', 'Keys of the v2 store that expired.', () =>
    since('expireCount'),
  );
  page.counter(
    'etcd_debugging_store_watch_requests_total',
    'Watches of the v2 store begun.',
    () => v2.stats.process.watchRequests,
  );
  page.gauge('etcd_debugging_store_watchers', 'Watchers of the v2 store.', () => v2.watcherCount);
}

/** Without those that never happened. */
function present(samples: readonly Sample[]): Sample[] {
  return samples.filter(([, value]) => value > 0);
}
