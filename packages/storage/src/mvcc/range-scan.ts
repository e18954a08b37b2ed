// A large range in portions, all of one revision. While a scan is open compactions wait for it, within reason.
import { keyOf } from './key-value.ts';
import type { RangeReader } from './range.ts';
import { rangeBound } from './range.ts';
import { MvccError, MvccErrorKind, type RangeScan } from './types.ts';

/** What a scan needs of its store. */
export interface ScanSource {
  readonly revision: number;
  readonly compactRevision: number;
  readonly ranges: RangeReader;
  unpin(scan: StoreRangeScan): void;
}

/** Keys looked at by one step of `next` before the bytes are counted. */
const STEP_KEYS = 64;

export class StoreRangeScan implements RangeScan {
  readonly revision: number;
  readonly count: number;
  private readonly source: ScanSource;
  private readonly rangeEnd: Uint8Array;
  private readonly keysOnly: boolean;
  private nextKey: Uint8Array;
  private left: number;
  private ended: boolean;
  private closed = false;
  private readonly held: Uint8Array[] = [];
  /** Set by a compaction that waits no longer: the revision may be gone. */
  outrun = false;

  constructor(
    source: ScanSource,
    key: Uint8Array,
    rangeEnd: Uint8Array,
    revision: number,
    limit: number,
    keysOnly: boolean,
  ) {
    this.source = source;
    this.revision = revision > 0 ? revision : source.revision;
    this.rangeEnd = rangeEnd;
    this.keysOnly = keysOnly;
    this.nextKey = key;
    this.count =
      this.revision === source.revision
        ? source.ranges.countLive(key, rangeEnd)
        : source.ranges.countAt(key, rangeEnd, this.revision);
    this.left = limit > 0 ? Math.min(limit, this.count) : this.count;
    this.ended = this.left === 0;
  }

  get done(): boolean {
    return this.ended;
  }

  next(maxKeys: number, maxBytes: number): Uint8Array[] {
    const out: Uint8Array[] = [];
    let bytes = 0;
    while (!this.ended && out.length < maxKeys && (out.length === 0 || bytes < maxBytes)) {
      if (this.held.length === 0) this.fetch(Math.min(STEP_KEYS, this.left));
      const kv = this.held.pop() as Uint8Array;
      out.push(kv);
      bytes += kv.length;
      this.left--;
      if (this.left === 0) this.ended = true;
    }
    if (this.ended) this.close();
    return out;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.ended = true;
    this.held.length = 0;
    this.source.unpin(this);
  }

  /** Reads ahead a little; what was read is held in reverse. */
  private fetch(keys: number): void {
    if (this.outrun) {
      this.close();
      throw new MvccError(MvccErrorKind.compacted, this.source.compactRevision);
    }
    const { revision, source } = this;
    const live = revision === source.revision;
    const found = source.ranges.page(this.nextKey, this.rangeEnd, live ? 0 : revision, keys, this.keysOnly);
    const last = found[found.length - 1] as Uint8Array;
    if (rangeBound(this.rangeEnd) !== null) {
      const lastKey = keyOf(last);
      const next = Buffer.alloc(lastKey.length + 1);
      next.set(lastKey);
      this.nextKey = next;
    }
    for (let at = found.length - 1; at >= 0; at--) this.held.push(found[at] as Uint8Array);
  }
}
