// A store as a file of etcd's.
import { type EtcdSnapshotPlan, writeEtcdSnapshot } from '../bbolt/index.ts';
import type { StoreView } from './store-view.ts';

/** Records for the bucket `meta` that the store itself does not have; of one that it has, the store's counts. */
export type ExtraMeta = readonly (readonly [key: Uint8Array, value: Uint8Array])[];

/** Lays out the file of a pinned view; reads everything once. @throws BboltError INVALID_INPUT */
export function planStoreFile(view: StoreView, extraMeta: ExtraMeta = []): EtcdSnapshotPlan {
  const extra = extraMeta
    .filter(([key]) => view.get('meta', key) === undefined)
    .sort(([a], [b]) => Buffer.compare(a, b));
  return writeEtcdSnapshot((bucket) =>
    bucket === 'meta' && extra.length > 0
      ? merged([...view.entries('meta'), ...extra])
      : view.entries(bucket),
  );
}

/** The bucket `meta` has a handful of records. */
function merged(records: (readonly [Uint8Array, Uint8Array])[]): Iterable<readonly [Uint8Array, Uint8Array]> {
  return records.sort(([a], [b]) => Buffer.compare(a, b));
}
