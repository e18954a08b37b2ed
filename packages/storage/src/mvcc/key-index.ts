// The index of all keys: which revisions of which keys exist. It holds no values. What it knows about a key lies in
// its slot, older revisions in the history, order in the tree, point lookups go through the hash.
import { assert, type Random } from '@quorate/base';
import { History } from './history.ts';
import { KeyHash } from './key-hash.ts';
import { KeySlab, SearchKey } from './key-slab.ts';
import { KeyTree } from './key-tree.ts';
import { none, SlotTable } from './slot-table.ts';
import { sortSlots } from './sort-slots.ts';

/** Revisions given up by a compaction, oldest first for each key. */
export class DroppedRevisions {
  readonly mains: number[] = [];
  /** Sub revision times two, plus one for a tombstone. */
  readonly subMarks: number[] = [];

  add(main: number, subMark: number): void {
    this.mains.push(main);
    this.subMarks.push(subMark);
  }
}

/** Growable list of slots or revisions of a range; reused from call to call. */
export class IntList {
  values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }
}

/** Keys entered in the hash at a time while the index is rebuilt. */
const HASHED_TOGETHER = 65_536;

export class KeyIndex {
  readonly slots = new SlotTable();
  readonly history = new History();
  readonly keys = new KeySlab();
  readonly tree: KeyTree;
  private readonly hash: KeyHash;
  private readonly search = new SearchKey();
  private readonly seed: number;
  /** While the index is rebuilt keys come in the order of revisions and the tree is made at the end. */
  private building = false;
  /** While it is rebuilt: slots from here on are not in the hash yet. */
  private unhashed = 0;
  /** While it is rebuilt: slots that are to be given back. */
  private merged: number[] = [];
  /** While it is rebuilt: the keys have come in order. */
  private sorted = true;
  /** While it is rebuilt: no tombstone has come, so that a key of version 1 cannot have come before. */
  private allLive = true;

  // Results of `locate` and `bound`, kept in fields so that no object is made per key.
  foundMain = 0;
  foundSubMark = 0;
  private startLeaf = 0;
  private startAt = 0;
  private startRank = 0;
  private endLeaf = 0;
  private endAt = 0;
  private endRank = 0;
  private empty = false;

  constructor(random: Random) {
    this.seed = random.nextUint32() | 0;
    this.tree = new KeyTree(this.slots, this.keys);
    this.hash = new KeyHash(this.slots, this.keys);
  }

  /** Bytes of memory held, for measurements. */
  get bytes(): number {
    return this.slots.bytes + this.history.bytes + this.keys.bytes + this.tree.bytes + this.hash.bytes;
  }

  /** The key's slot, dead or alive, or none. */
  find(key: Uint8Array): number {
    this.search.set(key, this.seed);
    return this.hash.find(this.search);
  }

  /** The key of a slot, as a new byte string. */
  keyOf(slot: number): Uint8Array {
    return this.keys.copy(this.slots.keyPosition(slot), this.slots.keyLength(slot));
  }

  /** Records a put at (main, sub). @returns the slot; create revision and version are in it */
  put(key: Uint8Array, main: number, sub: number): number {
    const { slots, search } = this;
    search.set(key, this.seed);
    const slot = this.hash.find(search);
    if (slot === none) {
      const added = this.addKey();
      this.tree.seek(search);
      this.tree.insert(added);
      slots.setRevision(added, main, sub << 1, main, 1);
      return added;
    }
    this.pushHistory(slot);
    if (slots.isDead(slot)) {
      this.tree.seek(search);
      this.tree.setLive(true);
      slots.setRevision(slot, main, sub << 1, main, 1);
    } else {
      slots.setRevision(slot, main, sub << 1, slots.create(slot), slots.version(slot) + 1);
    }
    return slot;
  }

  /** Records the deletion of a live key at (main, sub). */
  tombstone(slot: number, main: number, sub: number): void {
    assert(!this.slots.isDead(slot), 'only a live key is deleted');
    this.pushHistory(slot);
    this.slots.setRevision(slot, main, (sub << 1) | 1, 0, 0);
    this.seekSlot(slot);
    this.tree.setLive(false);
  }

  /**
   * Finds the key's revision as of `revision`; it is left in foundMain and foundSubMark.
   * @returns false when the key did not exist then
   */
  locate(slot: number, revision: number): boolean {
    const { slots } = this;
    const main = slots.modMain(slot);
    if (main <= revision) {
      this.foundMain = main;
      this.foundSubMark = slots.subMark(slot);
      return (this.foundSubMark & 1) === 0;
    }
    const entry = this.history.find(slots.historyHead(slot), slots.historyFloor(slot), revision);
    if (entry === none) return false;
    this.foundMain = this.history.main(entry);
    this.foundSubMark = this.history.subMark(entry);
    return (this.foundSubMark & 1) === 0;
  }

  /** Number of live keys in key ≤ k < end (end undefined: all from key on). */
  count(key: Uint8Array, end: Uint8Array | undefined): number {
    this.bound(key, end);
    return this.empty ? 0 : this.endRank - this.startRank;
  }

  /** Gathers slots of live keys in a range in key order, at most `limit` (0: all). @returns how many there are in all */
  rangeLive(key: Uint8Array, end: Uint8Array | undefined, limit: number, out: IntList): number {
    out.length = 0;
    this.bound(key, end);
    if (this.empty) return 0;
    const total = this.endRank - this.startRank;
    const wanted = limit > 0 && limit < total ? limit : total;
    const { tree } = this;
    let leaf = this.startLeaf;
    let at = this.startAt;
    while (out.length < wanted) {
      const page = tree.leafPage(leaf);
      const base = tree.leafBase(leaf);
      const count = tree.leafCount(leaf);
      for (; at < count && out.length < wanted; at++) {
        const entry = page[base + at] as number;
        if (entry >= 0) out.push(entry);
      }
      leaf = tree.next(leaf);
      at = 0;
    }
    return total;
  }

  /**
   * Gathers slots of all keys in a range, dead ones too, in key order, at most `limit` (0: all). For reads of older
   * revisions.
   */
  rangeAll(key: Uint8Array, end: Uint8Array | undefined, limit: number, out: IntList): void {
    out.length = 0;
    this.bound(key, end);
    if (this.empty) return;
    const { tree } = this;
    let leaf = this.startLeaf;
    let at = this.startAt;
    for (;;) {
      const last = leaf === this.endLeaf;
      const page = tree.leafPage(leaf);
      const base = tree.leafBase(leaf);
      const count = last ? this.endAt : tree.leafCount(leaf);
      for (; at < count; at++) {
        if (limit > 0 && out.length === limit) return;
        const entry = page[base + at] as number;
        out.push(entry < 0 ? ~entry : entry);
      }
      if (last) return;
      leaf = tree.next(leaf);
      if (leaf === none) return;
      at = 0;
    }
  }

  /**
   * Forgets what is not needed to read revisions ≥ `revision`: everything older than the newest revision that is not
   * above it, and that one too if it is a tombstone of a revision below (as newer etcd: a tombstone of exactly this
   * revision stays until the next compaction). The key goes when nothing is left of it.
   */
  compact(slot: number, revision: number, dropped: DroppedRevisions): void {
    const { slots, history } = this;
    const head = slots.historyHead(slot);
    const main = slots.modMain(slot);
    if (main <= revision) {
      if (head !== none) {
        slots.setHistoryHead(slot, none);
        this.dropChain(head, dropped);
      }
      if (slots.isDead(slot) && main < revision) {
        dropped.add(main, slots.subMark(slot));
        this.removeKey(slot);
      }
      return;
    }
    if (head === none) return;
    const floor = slots.historyFloor(slot);
    let kept = history.find(head, floor, revision);
    if (kept === none) return;
    if ((history.subMark(kept) & 1) === 1 && history.main(kept) < revision) {
      kept = history.findOldestAbove(head, floor, revision);
      if (kept === none) {
        slots.setHistoryHead(slot, none);
        this.dropChain(head, dropped);
        return;
      }
    }
    const rest = history.cutAfter(kept);
    slots.setHistoryFloor(slot, history.depth(kept));
    if (rest !== none) this.dropChain(rest, dropped);
  }

  /**
   * Revisions not above `compactRevision` that are not the key's state as of `revision`, as pairs (main, sub).
   * @returns whether the key has a state as of `revision`, for HashKV
   */
  supersededAt(slot: number, compactRevision: number, revision: number, out: number[]): boolean {
    const { slots, history } = this;
    const exists = this.locate(slot, revision);
    const keptMain = exists ? this.foundMain : -1;
    const keptSub = exists ? this.foundSubMark : -1;
    const main = slots.modMain(slot);
    if (main <= compactRevision && !(main === keptMain && slots.subMark(slot) === keptSub)) {
      out.push(main, slots.subMark(slot) >> 1);
    }
    const head = slots.historyHead(slot);
    if (head === none) return exists;
    // History entries at or below the compact revision hang together at the old end of the chain.
    let entry = history.find(head, slots.historyFloor(slot), compactRevision);
    for (; entry !== none; entry = history.older(entry)) {
      if (history.main(entry) !== keptMain || history.subMark(entry) !== keptSub) {
        out.push(history.main(entry), history.subMark(entry) >> 1);
      }
    }
    return exists;
  }

  /** From here on keys come through `restore`, until `finishBuilding`. */
  beginBuilding(): void {
    assert(this.slots.capacity === 0, 'only an empty index is rebuilt');
    this.building = true;
  }

  /** A revision found on disk, in ascending order of revisions; the key is `bytes[start, end)`. @returns the slot */
  restore(
    bytes: Uint8Array,
    start: number,
    end: number,
    main: number,
    subMark: number,
    create: number,
    version: number,
  ): number {
    const { search, slots } = this;
    search.set(bytes, this.seed, start, end);
    let slot = none;
    if (!this.allLive || version !== 1 || create !== main) {
      this.hashRest();
      slot = this.hash.find(search);
      if ((subMark & 1) === 1) this.allLive = false;
    }
    if (slot === none) slot = this.appendKey();
    else this.pushHistory(slot);
    slots.setRevision(slot, main, subMark, create, version);
    return slot;
  }

  /** Adds the search key while the index is rebuilt. */
  private appendKey(): number {
    const { search, slots, keys } = this;
    const last = slots.capacity - 1;
    if (this.sorted && last >= 0) {
      this.sorted = keys.compare(search, slots.keyPosition(last), slots.keyLength(last)) > 0;
    }
    // Those that are entered are complete: the next one has come.
    if (slots.capacity - this.unhashed >= HASHED_TOGETHER) this.hashRest();
    return slots.allocate(keys.add(search), search.length, search.hash);
  }

  /** Enters the keys that came since in the hash: many at once, each of its tables is visited once. */
  private hashRest(): void {
    const { capacity } = this.slots;
    if (this.unhashed === capacity) return;
    this.hash.addAll(this.unhashed, capacity, this.merge);
    this.unhashed = capacity;
  }

  /**
   * A store that has lost a tombstone, or was made by others, may begin a key anew that it has: then the slot taken for a
   * new key is the next revision of an earlier one.
   */
  private readonly merge = (slot: number, earlier: number): void => {
    const { slots } = this;
    this.pushHistory(earlier);
    const [main, subMark] = [slots.modMain(slot), slots.subMark(slot)];
    slots.setRevision(earlier, main, subMark, slots.create(slot), slots.version(slot));
    slots.setLease(earlier, slots.lease(slot));
    slots.setLease(slot, 0n);
    this.merged.push(slot);
  };

  /** Puts all keys in order: done when these steps are, which are short unless the keys have to be sorted. */
  *finishSteps(): Generator<undefined, void> {
    assert(this.building, 'the index is being rebuilt');
    this.building = false;
    this.hashRest();
    yield;
    const { capacity } = this.slots;
    const merged = new Set(this.merged);
    const count = capacity - merged.size;
    const sorted = new Int32Array(count);
    for (let slot = 0, at = 0; slot < capacity; slot++)
      if (merged.size === 0 || !merged.has(slot)) sorted[at++] = slot;
    if (!this.sorted) sortSlots(sorted, this.slots, this.keys);
    for (let at = 0; at < count; at++) {
      const slot = sorted[at] as number;
      if (this.slots.isDead(slot)) sorted[at] = ~slot;
    }
    yield;
    yield* this.tree.buildSteps(sorted);
    for (const slot of merged) {
      this.keys.remove(this.slots.keyPosition(slot), this.slots.keyLength(slot));
      this.slots.release(slot);
    }
    this.merged = [];
  }

  private addKey(): number {
    const { search } = this;
    const slot = this.slots.allocate(this.keys.add(search), search.length, search.hash);
    this.hash.add(slot);
    return slot;
  }

  private removeKey(slot: number): void {
    this.seekSlot(slot);
    this.tree.remove();
    this.hash.remove(slot);
    this.keys.remove(this.slots.keyPosition(slot), this.slots.keyLength(slot));
    this.slots.release(slot);
  }

  private seekSlot(slot: number): void {
    const position = this.slots.keyPosition(slot);
    const start = this.keys.offsetOf(position);
    this.search.set(this.keys.slabOf(position), this.seed, start, start + this.slots.keyLength(slot));
    this.tree.seek(this.search);
  }

  private pushHistory(slot: number): void {
    const { slots, history } = this;
    const head = slots.historyHead(slot);
    const floor = slots.historyFloor(slot);
    const entry = history.push(head, floor, slots.modMain(slot), slots.subMark(slot));
    slots.setHistoryHead(slot, entry);
    if (head === none) slots.setHistoryFloor(slot, history.depth(entry));
  }

  private dropChain(first: number, dropped: DroppedRevisions): void {
    const { history } = this;
    const entries: number[] = [];
    for (let entry = first; entry !== none; entry = history.older(entry)) entries.push(entry);
    for (let at = entries.length - 1; at >= 0; at--) {
      const entry = entries[at] as number;
      dropped.add(history.main(entry), history.subMark(entry));
      history.release(entry);
    }
  }

  /** Finds the ends of a range in the tree. */
  private bound(key: Uint8Array, end: Uint8Array | undefined): void {
    const { tree, search } = this;
    this.empty = end !== undefined && Buffer.compare(key, end) >= 0;
    if (this.empty) return;
    search.set(key, this.seed);
    tree.seek(search);
    this.startLeaf = tree.leaf;
    this.startAt = tree.at;
    this.startRank = tree.rank();
    if (end === undefined) {
      this.endLeaf = none;
      this.endAt = 0;
      this.endRank = tree.live;
      return;
    }
    search.set(end, this.seed);
    tree.seek(search);
    this.endLeaf = tree.leaf;
    this.endAt = tree.at;
    this.endRank = tree.rank();
  }
}
