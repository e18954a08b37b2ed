// A range read: which keys, in which order, filtered and limited as RangeRequest asks.
// The common case (key order, no filter) never looks at more than it returns; sorting and filtering at the current
// revision work on the index and fetch only what is left.

import { IntList, type KeyIndex } from './key-index.ts';
import { encodeKeyValue, KeyValueReader } from './key-value.ts';
import { maxCachedRangeKeys } from './limits.ts';
import type { RecordReader } from './record-reader.ts';
import { none } from './slot-table.ts';
import {
  MvccError,
  MvccErrorKind,
  type RangeQuery,
  type RangeResult,
  SortOrder,
  SortTarget,
} from './types.ts';

const noValue = new Uint8Array(0);

/** The end of a range in the index's terms: null for a single key, undefined for "no end". */
export function rangeBound(rangeEnd: Uint8Array): Uint8Array | undefined | null {
  if (rangeEnd.length === 0) return null;
  if (rangeEnd.length === 1 && rangeEnd[0] === 0) return undefined;
  return rangeEnd;
}

/** What is known of a candidate while sorting and filtering. */
interface Candidate {
  readonly slot: number;
  readonly main: number;
  readonly sub: number;
  readonly create: number;
  readonly version: number;
  readonly record: Uint8Array | undefined;
  readonly value: Uint8Array;
}

export class RangeReader {
  private readonly index: KeyIndex;
  private readonly records: RecordReader;
  private readonly slots = new IntList();
  private readonly reader = new KeyValueReader();

  constructor(index: KeyIndex, records: RecordReader) {
    this.index = index;
    this.records = records;
  }

  /** `current`: the newest revision there is; the query's revision must be 0 or within [compact revision, current]. */
  range(query: RangeQuery, current: number): RangeResult {
    const { sortOrder, sortTarget, limit } = query;
    if (sortOrder < SortOrder.none || sortOrder > SortOrder.descend || !Number.isInteger(sortOrder)) {
      throw new MvccError(MvccErrorKind.invalidSort);
    }
    if (sortTarget < SortTarget.key || sortTarget > SortTarget.value || !Number.isInteger(sortTarget)) {
      throw new MvccError(MvccErrorKind.invalidSort);
    }
    const revision = query.revision > 0 ? query.revision : current;
    const live = revision === current;
    if (query.countOnly) {
      const count = live
        ? this.countLive(query.key, query.rangeEnd)
        : this.countAt(query.key, query.rangeEnd, revision);
      return { kvs: [], count, more: false, revision: current };
    }
    const inOrder = sortTarget === SortTarget.key && sortOrder !== SortOrder.descend;
    const filtered =
      query.minModRevision !== 0 ||
      query.maxModRevision !== 0 ||
      query.minCreateRevision !== 0 ||
      query.maxCreateRevision !== 0;
    const kvs: Uint8Array[] = [];
    if (inOrder && !filtered) {
      const count = live
        ? this.readLive(query, limit, kvs)
        : this.readAt(query.key, query.rangeEnd, revision, limit, query.keysOnly, kvs);
      return { kvs, count, more: limit > 0 && count > limit, revision: current };
    }
    const { candidates, count } = this.gather(query, revision, live);
    let chosen = filtered ? candidates.filter((candidate) => passes(candidate, query)) : candidates;
    if (!inOrder) sort(chosen, sortOrder, sortTarget);
    const more = limit > 0 && chosen.length > limit;
    if (more) chosen = chosen.slice(0, limit);
    for (const candidate of chosen) kvs.push(this.encode(candidate, live, query));
    return { kvs, count, more, revision: current };
  }

  /** Number of live keys. */
  countLive(key: Uint8Array, rangeEnd: Uint8Array): number {
    const end = rangeBound(rangeEnd);
    if (end !== null) return this.index.count(key, end);
    const slot = this.index.find(key);
    return slot !== none && !this.index.slots.isDead(slot) ? 1 : 0;
  }

  /** Number of keys that existed at an older revision. */
  countAt(key: Uint8Array, rangeEnd: Uint8Array, revision: number): number {
    const { index, slots } = this;
    const end = rangeBound(rangeEnd);
    if (end === null) {
      const slot = index.find(key);
      return slot !== none && index.locate(slot, revision) ? 1 : 0;
    }
    index.rangeAll(key, end, 0, slots);
    let count = 0;
    for (let at = 0; at < slots.length; at++) if (index.locate(slots.values[at] as number, revision)) count++;
    return count;
  }

  /** The first `limit` key-values of a range at a revision (0: the current one), without counting the rest. */
  page(
    key: Uint8Array,
    rangeEnd: Uint8Array,
    revision: number,
    limit: number,
    keysOnly: boolean,
  ): Uint8Array[] {
    const { index, slots, records } = this;
    const out: Uint8Array[] = [];
    const end = rangeBound(rangeEnd);
    if (end === null) {
      this.readAt(key, rangeEnd, revision > 0 ? revision : Number.POSITIVE_INFINITY, limit, keysOnly, out);
      return out;
    }
    if (revision === 0) {
      index.rangeLive(key, end, limit, slots);
      for (let at = 0; at < slots.length; at++) {
        const slot = slots.values[at] as number;
        out.push(keysOnly ? this.keyRecord(slot) : records.current(slot, false));
      }
      return out;
    }
    let from = key;
    for (;;) {
      index.rangeAll(from, end, limit, slots);
      for (let at = 0; at < slots.length && out.length < limit; at++) {
        if (!index.locate(slots.values[at] as number, revision)) continue;
        const record = records.stored(index.foundMain, index.foundSubMark >> 1);
        out.push(keysOnly ? this.withoutValue(record, false) : record);
      }
      if (out.length === limit || slots.length < limit) return out;
      const last = index.keyOf(slots.values[slots.length - 1] as number);
      from = Buffer.concat([last, Buffer.alloc(1)]);
    }
  }

  /** Reads live keys in order. @returns how many there are in the whole range */
  private readLive(query: RangeQuery, limit: number, out: Uint8Array[]): number {
    const { index, slots, records } = this;
    const end = rangeBound(query.rangeEnd);
    if (end === null) {
      const slot = index.find(query.key);
      if (slot === none || index.slots.isDead(slot)) return 0;
      out.push(query.keysOnly ? this.keyRecord(slot) : records.current(slot, true));
      return 1;
    }
    const count = index.rangeLive(query.key, end, limit, slots);
    const keep = slots.length <= maxCachedRangeKeys;
    for (let at = 0; at < slots.length; at++) {
      const slot = slots.values[at] as number;
      out.push(query.keysOnly ? this.keyRecord(slot) : records.current(slot, keep));
    }
    return count;
  }

  /** Reads keys as of an older revision in order. @returns how many there were in the whole range */
  private readAt(
    key: Uint8Array,
    rangeEnd: Uint8Array,
    revision: number,
    limit: number,
    keysOnly: boolean,
    out: Uint8Array[],
  ): number {
    const { index, slots, records } = this;
    const end = rangeBound(rangeEnd);
    slots.length = 0;
    if (end === null) {
      const slot = index.find(key);
      if (slot !== none) slots.push(slot);
    } else {
      index.rangeAll(key, end, 0, slots);
    }
    let count = 0;
    for (let at = 0; at < slots.length; at++) {
      if (!index.locate(slots.values[at] as number, revision)) continue;
      count++;
      if (limit > 0 && count > limit) continue;
      const record = records.stored(index.foundMain, index.foundSubMark >> 1);
      out.push(keysOnly ? this.withoutValue(record, false) : record);
    }
    return count;
  }

  private gather(
    query: RangeQuery,
    revision: number,
    live: boolean,
  ): { candidates: Candidate[]; count: number } {
    const { index, slots, reader, records } = this;
    const end = rangeBound(query.rangeEnd);
    slots.length = 0;
    if (end === null) {
      const slot = index.find(query.key);
      if (slot !== none) slots.push(slot);
    } else if (live) {
      index.rangeLive(query.key, end, 0, slots);
    } else {
      index.rangeAll(query.key, end, 0, slots);
    }
    const needRecord = !live || query.sortTarget === SortTarget.value;
    const candidates: Candidate[] = [];
    for (let at = 0; at < slots.length; at++) {
      const slot = slots.values[at] as number;
      if (!index.locate(slot, revision)) continue;
      const main = index.foundMain;
      const sub = index.foundSubMark >> 1;
      let create = index.slots.create(slot);
      let version = index.slots.version(slot);
      let record: Uint8Array | undefined;
      let value: Uint8Array = noValue;
      if (needRecord) {
        record = live ? records.current(slot, false) : records.stored(main, sub);
        reader.parse(record);
        create = reader.createRevision;
        version = reader.version;
        value = record.subarray(reader.valueStart, reader.valueEnd);
      }
      candidates.push({ slot, main, sub, create, version, record, value });
    }
    return { candidates, count: candidates.length };
  }

  private encode(candidate: Candidate, live: boolean, query: RangeQuery): Uint8Array {
    if (query.keysOnly && live && candidate.record === undefined) return this.keyRecord(candidate.slot);
    const record = candidate.record ?? this.records.current(candidate.slot, false);
    return query.keysOnly ? this.withoutValue(record, query.sortTarget === SortTarget.value) : record;
  }

  /** A live key without value and, as in etcd 3.7, without lease: made from the index alone. */
  private keyRecord(slot: number): Uint8Array {
    const { slots } = this.index;
    return encodeKeyValue(
      this.index.keyOf(slot),
      slots.create(slot),
      slots.modMain(slot),
      slots.version(slot),
      noValue,
      0n,
    );
  }

  private withoutValue(record: Uint8Array, withLease: boolean): Uint8Array {
    const { reader } = this;
    reader.parse(record);
    return encodeKeyValue(
      record.subarray(reader.keyStart, reader.keyEnd),
      reader.createRevision,
      reader.modRevision,
      reader.version,
      noValue,
      withLease ? reader.leaseId() : 0n,
    );
  }
}

function passes(candidate: Candidate, query: RangeQuery): boolean {
  return (
    (query.maxModRevision === 0 || candidate.main <= query.maxModRevision) &&
    (query.minModRevision === 0 || candidate.main >= query.minModRevision) &&
    (query.maxCreateRevision === 0 || candidate.create <= query.maxCreateRevision) &&
    (query.minCreateRevision === 0 || candidate.create >= query.minCreateRevision)
  );
}

/** Sorts in place; candidates come in key order and equal ones stay in it. */
function sort(candidates: Candidate[], order: number, target: number): void {
  const sign = order === SortOrder.descend ? -1 : 1;
  switch (target) {
    case SortTarget.key:
      if (sign < 0) candidates.reverse();
      return;
    case SortTarget.version:
      candidates.sort((a, b) => sign * (a.version - b.version));
      return;
    case SortTarget.create:
      candidates.sort((a, b) => sign * (a.create - b.create));
      return;
    case SortTarget.mod:
      candidates.sort((a, b) => sign * (a.main - b.main));
      return;
    default:
      candidates.sort((a, b) => sign * Buffer.compare(a.value, b.value));
  }
}
