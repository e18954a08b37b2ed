// A store as a file of etcd's.
import { compareBytes } from '@quorate/base';
import { type EtcdSnapshotPlan, writeEtcdSnapshot } from '../bbolt/index.ts';
import type { StoreView } from './store-view.ts';

/** Records for the bucket `meta` that go into the file only; they take the place of the store's own. */
export type ExtraMeta = readonly (readonly [key: Uint8Array, value: Uint8Array])[];

/** Lays out the file of a pinned view; reads everything once. @throws BboltError INVALID_INPUT */
export function planStoreFile(view: StoreView, extraMeta: ExtraMeta = []): EtcdSnapshotPlan {
  return writeEtcdSnapshot((bucket, pass) =>
    bucket === 'meta' ? withExtra(view.entries('meta'), extraMeta) : view.runs(bucket, pass),
  );
}

/** A bucket `meta` (a handful of records) with others in their places. */
export function withExtra(
  records: Iterable<readonly [Uint8Array, Uint8Array]>,
  extra: ExtraMeta,
): (readonly [Uint8Array, Uint8Array])[] {
  const own = [...records].filter(([key]) => extra.every(([other]) => compareBytes(key, other) !== 0));
  return [...own, ...extra].sort(([a], [b]) => compareBytes(a, b));
}
