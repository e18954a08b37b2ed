// Evaluates the compares of a txn against a view of the store. The outcome is replicated: etcd's rules to the letter.
import { compareBytes, emptyBytes } from '@quorate/base';
import { type Compare, CompareResult, CompareTarget, KeyValue } from '@quorate/proto';
import type { MvccStore } from '@quorate/storage';
import { COMPARE_SCAN_BYTES, COMPARE_SCAN_KEYS } from './limits.ts';

const NO_KEY_VALUE: KeyValue = KeyValue.create();

/** Whether all compares hold. */
export function comparesHold(store: MvccStore, compares: readonly Compare[]): boolean {
  for (let at = 0; at < compares.length; at++) {
    if (!compareHolds(store, compares[at] as Compare)) return false;
  }
  return true;
}

function compareHolds(store: MvccStore, compare: Compare): boolean {
  if (compare.rangeEnd.length > 0) return rangeCompareHolds(store, compare);
  const kv = store.get(compare.key);
  return kv === undefined ? missingHolds(compare) : keyValueHolds(compare, KeyValue.decode(kv));
}

// A missing key has no value to compare with; its version, revisions and lease count as 0.
function missingHolds(compare: Compare): boolean {
  return compare.target !== CompareTarget.VALUE && keyValueHolds(compare, NO_KEY_VALUE);
}

function rangeCompareHolds(store: MvccStore, compare: Compare): boolean {
  const keysOnly = compare.target !== CompareTarget.VALUE;
  const scan = store.openScan(compare.key, compare.rangeEnd, 0, 0, keysOnly);
  try {
    if (scan.count === 0) return missingHolds(compare);
    while (!scan.done) {
      for (const kv of scan.next(COMPARE_SCAN_KEYS, COMPARE_SCAN_BYTES)) {
        if (!keyValueHolds(compare, KeyValue.decode(kv))) return false;
      }
    }
    return true;
  } finally {
    scan.close();
  }
}

function keyValueHolds(compare: Compare, kv: KeyValue): boolean {
  const order = orderOf(compare, kv);
  switch (compare.result) {
    case CompareResult.EQUAL:
      return order === 0;
    case CompareResult.NOT_EQUAL:
      return order !== 0;
    case CompareResult.GREATER:
      return order > 0;
    case CompareResult.LESS:
      return order < 0;
    default:
      return true; // an unknown operator holds, as in etcd
  }
}

function orderOf(compare: Compare, kv: KeyValue): number {
  switch (compare.target) {
    case CompareTarget.VALUE:
      return compareBytes(kv.value, compare.value ?? emptyBytes);
    case CompareTarget.CREATE:
      return kv.createRevision - (compare.createRevision ?? 0);
    case CompareTarget.MOD:
      return kv.modRevision - (compare.modRevision ?? 0);
    case CompareTarget.VERSION:
      return kv.version - (compare.version ?? 0);
    case CompareTarget.LEASE: {
      const wanted = compare.lease ?? 0n;
      return kv.lease === wanted ? 0 : kv.lease > wanted ? 1 : -1;
    }
    default:
      return 0;
  }
}
