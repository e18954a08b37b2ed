// The writes of one log entry. Index, record and backend are changed at once; the revision moves when the txn ends.
import { assert } from '@quorate/base';
import type { Backend } from '../backend/index.ts';
import { deletionKeyValue, type PreviousReader, StoredEvent } from './events.ts';
import { IntList, type KeyIndex } from './key-index.ts';
import { keyValueSizeBound, writeKeyValue } from './key-value.ts';
import type { RangeReader } from './range.ts';
import { rangeBound } from './range.ts';
import type { RecordArena } from './record-arena.ts';
import type { RecordReader } from './record-reader.ts';
import { none } from './slot-table.ts';
import {
  type DeleteResult,
  EventType,
  type LeaseAttacher,
  type MvccCounters,
  MvccError,
  MvccErrorKind,
  type RangeQuery,
  type RangeResult,
  type WriteTxn,
} from './types.ts';

const noBytes = new Uint8Array(0);
const noKvs: readonly Uint8Array[] = [];

/** The parts of the store a txn works on. */
export interface TxnParts {
  readonly backend: Backend;
  readonly index: KeyIndex;
  readonly arena: RecordArena;
  readonly records: RecordReader;
  readonly ranges: RangeReader;
  readonly leases: LeaseAttacher;
  readonly counters: MvccCounters;
  readonly previous: PreviousReader;
  readonly compactRevision: () => number;
  /** Whether anybody watches. */
  readonly watched: () => boolean;
  /** The txn is over. @returns the store's revision */
  readonly ended: (txn: StoreWriteTxn) => number;
}

/** One instance serves all txns, one after the other. */
export class StoreWriteTxn implements WriteTxn {
  writeRevision = 0;
  open = false;
  /** What the watchers are told. */
  events: StoredEvent[] = [];
  private watched = false;
  /** Sub revision of the next write. */
  private sub = 0;
  /** Puts, deletions and ranges so far. */
  private operations = 0;
  private readonly parts: TxnParts;
  private readonly slots = new IntList();

  constructor(parts: TxnParts) {
    this.parts = parts;
  }

  begin(revision: number): this {
    assert(!this.open, 'one write txn at a time');
    this.open = true;
    this.writeRevision = revision + 1;
    this.sub = 0;
    this.operations = 0;
    this.watched = this.parts.watched();
    return this;
  }

  get dirty(): boolean {
    return this.sub > 0;
  }

  put(key: Uint8Array, value: Uint8Array, lease: bigint, wantPrev: boolean): Uint8Array | undefined {
    assert(this.open && key.length > 0, 'a put has a key and an open txn');
    const { index, arena, backend, counters } = this.parts;
    counters.puts++;
    counters.putBytes += key.length + value.length;
    this.operations++;
    const { slots } = index;
    const main = this.writeRevision;
    const sub = this.sub++;
    let previous: Uint8Array | undefined;
    if (wantPrev) {
      this.countRange();
      const before = index.find(key);
      if (before !== none && !slots.isDead(before)) previous = this.parts.records.current(before, false);
    }
    const slot = index.put(key, main, sub);
    const version = slots.version(slot);
    const start = arena.begin(keyValueSizeBound(key.length, value.length));
    const bytes = arena.buffer;
    const end = writeKeyValue(bytes, start, key, slots.create(slot), main, version, value, lease);
    arena.finish(start, end, slot);
    backend.appendRevision(main, sub, false, bytes, start, end);
    if (lease !== 0n || slots.hasLease(slot)) this.changeLease(slot, key, lease);
    if (this.watched) {
      this.events.push(
        new StoredEvent(
          EventType.put,
          index.keyOf(slot),
          main,
          version,
          bytes.subarray(start, end),
          this.parts.previous,
        ),
      );
    }
    return previous;
  }

  deleteRange(key: Uint8Array, rangeEnd: Uint8Array, wantPrev: boolean): DeleteResult {
    assert(this.open, 'the txn is open');
    const { index, records, counters } = this.parts;
    counters.deletes++;
    this.operations++;
    if (wantPrev) this.countRange();
    const { slots } = this;
    const end = rangeBound(rangeEnd);
    if (end === null) {
      slots.length = 0;
      const slot = index.find(key);
      if (slot !== none && !index.slots.isDead(slot)) slots.push(slot);
    } else {
      index.rangeLive(key, end, 0, slots);
    }
    const prevKvs: Uint8Array[] = [];
    for (let at = 0; at < slots.length; at++) {
      const slot = slots.values[at] as number;
      if (wantPrev) prevKvs.push(records.current(slot, false));
      this.deleteSlot(slot);
    }
    return { deleted: slots.length, prevKvs: wantPrev ? prevKvs : noKvs };
  }

  range(query: RangeQuery): RangeResult {
    assert(this.open, 'the txn is open');
    this.countRange();
    const current = this.dirty ? this.writeRevision : this.writeRevision - 1;
    if (query.revision > current) throw new MvccError(MvccErrorKind.futureRevision);
    const compactRevision = this.parts.compactRevision();
    if (query.revision > 0 && query.revision < compactRevision) {
      throw new MvccError(MvccErrorKind.compacted, compactRevision);
    }
    return this.parts.ranges.range(query, current);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.countRange();
    const { index, records } = this.parts;
    const slot = index.find(key);
    return slot === none || index.slots.isDead(slot) ? undefined : records.current(slot, true);
  }

  end(): number {
    assert(this.open, 'the txn is open');
    this.open = false;
    if (this.operations > 1) this.parts.counters.txns++;
    return this.parts.ended(this);
  }

  private countRange(): void {
    this.parts.counters.ranges++;
    this.operations++;
  }

  private deleteSlot(slot: number): void {
    const { index, arena, backend } = this.parts;
    const main = this.writeRevision;
    const sub = this.sub++;
    const key = index.keyOf(slot);
    index.tombstone(slot, main, sub);
    index.slots.setRecord(slot, none, 0);
    const start = arena.begin(keyValueSizeBound(key.length, 0));
    const bytes = arena.buffer;
    const end = writeKeyValue(bytes, start, key, 0, 0, 0, noBytes, 0n);
    arena.finish(start, end, none);
    backend.appendRevision(main, sub, true, bytes, start, end);
    if (index.slots.hasLease(slot)) this.changeLease(slot, key, 0n);
    if (this.watched) {
      this.events.push(
        new StoredEvent(EventType.delete, key, main, 0, deletionKeyValue(key, main), this.parts.previous),
      );
    }
  }

  private changeLease(slot: number, key: Uint8Array, lease: bigint): void {
    const { leases, index } = this.parts;
    const before = index.slots.lease(slot);
    if (before !== 0n) leases.detach(before, key);
    index.slots.setLease(slot, lease);
    if (lease !== 0n) leases.attach(lease, key);
  }
}
