// RangeRequest's meaning in the plainest form: filter, sort, cut. For comparison in tests.
import { compareBytes } from '@quorate/base';
import { type KeyValue, type RangeRequest, SortOrder, SortTarget } from '@quorate/proto';

/** What the request answers on key-values that are in key order. */
export function modelRange(
  all: readonly KeyValue[],
  request: RangeRequest,
): { kvs: KeyValue[]; count: number; more: boolean } {
  const { key, rangeEnd } = request;
  const inRange = all.filter(
    (kv) =>
      (rangeEnd.length === 0 ? compareBytes(kv.key, key) === 0 : compareBytes(kv.key, key) >= 0) &&
      (rangeEnd.length === 0 || isOpen(rangeEnd) || compareBytes(kv.key, rangeEnd) < 0),
  );
  const count = inRange.length;
  if (request.countOnly) return { kvs: [], count, more: false };
  const kept = inRange.filter(
    (kv) =>
      (request.minModRevision === 0 || kv.modRevision >= request.minModRevision) &&
      (request.maxModRevision === 0 || kv.modRevision <= request.maxModRevision) &&
      (request.minCreateRevision === 0 || kv.createRevision >= request.minCreateRevision) &&
      (request.maxCreateRevision === 0 || kv.createRevision <= request.maxCreateRevision),
  );
  const { sortOrder, sortTarget } = request;
  if (sortOrder !== SortOrder.NONE || sortTarget !== SortTarget.KEY) {
    const sign = sortOrder === SortOrder.DESCEND ? -1 : 1;
    kept.sort((a, b) => sign * compareBy(a, b, sortTarget));
  }
  const more = request.limit > 0 && kept.length > request.limit;
  const kvs = (more ? kept.slice(0, request.limit) : kept).map((kv) =>
    request.keysOnly ? { ...kv, value: new Uint8Array(0) } : kv,
  );
  return { kvs, count, more };
}

function isOpen(rangeEnd: Uint8Array): boolean {
  return rangeEnd.length === 1 && rangeEnd[0] === 0;
}

function compareBy(a: KeyValue, b: KeyValue, target: number): number {
  switch (target) {
    case SortTarget.VERSION:
      return a.version - b.version;
    case SortTarget.CREATE:
      return a.createRevision - b.createRevision;
    case SortTarget.MOD:
      return a.modRevision - b.modRevision;
    case SortTarget.VALUE:
      return compareBytes(a.value, b.value);
    default:
      return compareBytes(a.key, b.key);
  }
}
