// The order of all keys: a B+-tree over slot numbers in plain memory, with the number of live keys under every branch,
// so that the rank of a key (and so the size of a range) costs one walk down.
//
// A leaf holds up to 64 slots, negative (~slot) for keys that are dead at the current revision but still have history.
// A branch holds for each child its number, the first slot under it and the live keys under it. Searching compares
// against first slots only; they are exact, for a removed key leaves the branches too.
import { assert } from '@quorate/base';
import type { KeySlab, SearchKey } from './key-slab.ts';
import { NodePool } from './node-pool.ts';
import { none, type SlotTable } from './slot-table.ts';

const FANOUT = 64;
/** Leaves made in one step of a tree that is built. */
const LEAVES_PER_STEP = 64;

// Leaf: [count, live, next leaf, previous leaf, 64 slots]
const LEAF_INTS = 4 + FANOUT;
// Branch: [count, unused, 64 children, 64 first slots, 64 live counts]
const BRANCH_INTS = 2 + 3 * FANOUT;
const COUNT = 0;
const LIVE = 1;
const NEXT = 2;
const PREVIOUS = 3;
const SLOTS = 4;
const CHILDREN = 2;
const FIRSTS = CHILDREN + FANOUT;
const LIVES = FIRSTS + FANOUT;

/** Leaves smaller than this are merged with a neighbour if both fit. */
const MERGE_BELOW = 16;
const MERGE_LIMIT = 48;
const MAX_HEIGHT = 12;

export class KeyTree {
  private readonly slots: SlotTable;
  private readonly keys: KeySlab;
  private readonly leaves = new NodePool(LEAF_INTS);
  private readonly branches = new NodePool(BRANCH_INTS);
  /** Levels of branches above the leaves. */
  private height = 0;
  private root: number;
  private firstLeaf: number;
  private liveTotal = 0;
  // The way of the last walk down: branch and position at each level, then the leaf.
  private readonly pathNode = new Int32Array(MAX_HEIGHT);
  private readonly pathAt = new Int32Array(MAX_HEIGHT);
  /** Leaf found by the last `seek`. */
  leaf = 0;
  /** Position in that leaf: of the key itself, or of the first one behind it (may be one past the leaf's last). */
  at = 0;
  /** Whether the key itself was found. */
  found = false;

  constructor(slots: SlotTable, keys: KeySlab) {
    this.slots = slots;
    this.keys = keys;
    this.root = this.newLeaf();
    this.firstLeaf = this.root;
  }

  get bytes(): number {
    return this.leaves.bytes + this.branches.bytes;
  }

  /** Number of live keys. */
  get live(): number {
    return this.liveTotal;
  }

  /** Walks down to the search key; the result is in leaf, at and found. */
  seek(key: SearchKey): void {
    const { slots, keys, branches } = this;
    let node = this.root;
    for (let level = 0; level < this.height; level++) {
      const page = branches.page(node);
      const base = branches.base(node);
      // The last child whose first key is not above the search key; the first child if there is none.
      let low = 0;
      let high = page[base + COUNT] as number;
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        const slot = page[base + FIRSTS + middle] as number;
        if (keys.compare(key, slots.keyPosition(slot), slots.keyLength(slot)) < 0) high = middle;
        else low = middle;
      }
      this.pathNode[level] = node;
      this.pathAt[level] = low;
      node = page[base + CHILDREN + low] as number;
    }
    const page = this.leaves.page(node);
    const base = this.leaves.base(node);
    let low = 0;
    let high = page[base + COUNT] as number;
    this.found = false;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = page[base + SLOTS + middle] as number;
      const slot = entry < 0 ? ~entry : entry;
      const order = keys.compare(key, slots.keyPosition(slot), slots.keyLength(slot));
      if (order === 0) {
        low = middle;
        this.found = true;
        break;
      }
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    this.leaf = node;
    this.at = low;
  }

  /** Number of live keys before the position of the last `seek`. */
  rank(): number {
    let rank = 0;
    for (let level = 0; level < this.height; level++) {
      const node = this.pathNode[level] as number;
      const page = this.branches.page(node);
      const base = this.branches.base(node) + LIVES;
      const at = this.pathAt[level] as number;
      for (let child = 0; child < at; child++) rank += page[base + child] as number;
    }
    const page = this.leaves.page(this.leaf);
    const base = this.leaves.base(this.leaf) + SLOTS;
    for (let at = 0; at < this.at; at++) if ((page[base + at] as number) >= 0) rank++;
    return rank;
  }

  /** Adds a live key at the position of the last `seek`, which must not have found it. */
  insert(slot: number): void {
    assert(!this.found, 'key is not in the tree');
    let node = this.leaf;
    let at = this.at;
    if (this.leaves.page(node)[this.leaves.base(node) + COUNT] === FANOUT) {
      const right = this.splitLeaf(node, at);
      const left = this.leaves.page(node)[this.leaves.base(node) + COUNT] as number;
      if (at > left || (at === left && left === FANOUT)) {
        node = right;
        at -= left;
      }
      this.leafInsert(node, at, slot);
      if (at === 0 && node === this.leaf) this.fixFirst(slot);
      // Counts of the split leaf's ancestors are set while the new leaf is linked in.
      this.linkSplit(right);
    } else {
      this.leafInsert(node, at, slot);
      if (at === 0) this.fixFirst(slot);
      this.addLive(1);
    }
    this.liveTotal++;
  }

  /** Marks the key found by the last `seek` as live or dead at the current revision. */
  setLive(live: boolean): void {
    assert(this.found, 'key is in the tree');
    const page = this.leaves.page(this.leaf);
    const base = this.leaves.base(this.leaf);
    const entry = page[base + SLOTS + this.at] as number;
    if (entry >= 0 === live) return;
    page[base + SLOTS + this.at] = ~entry;
    const change = live ? 1 : -1;
    page[base + LIVE] = (page[base + LIVE] as number) + change;
    this.addLive(change);
    this.liveTotal += change;
  }

  /** Takes the key found by the last `seek` out of the tree. */
  remove(): void {
    assert(this.found, 'key is in the tree');
    const page = this.leaves.page(this.leaf);
    const base = this.leaves.base(this.leaf);
    const count = (page[base + COUNT] as number) - 1;
    const entry = page[base + SLOTS + this.at] as number;
    page.copyWithin(base + SLOTS + this.at, base + SLOTS + this.at + 1, base + SLOTS + count + 1);
    page[base + COUNT] = count;
    if (entry >= 0) {
      page[base + LIVE] = (page[base + LIVE] as number) - 1;
      this.addLive(-1);
      this.liveTotal--;
    }
    if (count === 0) {
      if (this.height > 0) this.dropLeaf();
      return;
    }
    if (this.at === 0) {
      const first = page[base + SLOTS] as number;
      this.fixFirst(first < 0 ? ~first : first);
    }
    if (count < MERGE_BELOW && this.height > 0) this.mergeLeaf();
  }

  /** First leaf in key order; follow with next(). */
  get first(): number {
    return this.firstLeaf;
  }
  leafCount(leaf: number): number {
    return this.leaves.page(leaf)[this.leaves.base(leaf) + COUNT] as number;
  }
  /** The next leaf in key order, or none. */
  next(leaf: number): number {
    return this.leaves.page(leaf)[this.leaves.base(leaf) + NEXT] as number;
  }
  /** Memory of a leaf: entry i of the leaf is leafPage(leaf)[leafBase(leaf) + i]; negative: ~slot of a dead key. */
  leafPage(leaf: number): Int32Array {
    return this.leaves.page(leaf);
  }
  leafBase(leaf: number): number {
    return this.leaves.base(leaf) + SLOTS;
  }

  /** Builds the tree anew from slots in key order, in short steps; `sorted[i]` is ~slot for a dead key. */
  *buildSteps(sorted: Int32Array): Generator<undefined, void> {
    assert(this.height === 0 && this.leafCount(this.root) === 0, 'only an empty tree is built');
    if (sorted.length === 0) return;
    // A little room in every leaf, so that the first inserts do not split all of them.
    const fill = FANOUT - 8;
    let level: number[] = [];
    let leaf = this.root;
    for (let from = 0; from < sorted.length; from += fill) {
      if (from > 0) {
        const next = this.newLeaf();
        this.leaves.page(leaf)[this.leaves.base(leaf) + NEXT] = next;
        this.leaves.page(next)[this.leaves.base(next) + PREVIOUS] = leaf;
        leaf = next;
      }
      const page = this.leaves.page(leaf);
      const base = this.leaves.base(leaf);
      const count = Math.min(fill, sorted.length - from);
      let live = 0;
      for (let at = 0; at < count; at++) {
        const entry = sorted[from + at] as number;
        if (entry >= 0) live++;
        page[base + SLOTS + at] = entry;
      }
      page[base + COUNT] = count;
      page[base + LIVE] = live;
      this.liveTotal += live;
      level.push(leaf);
      if (level.length % LEAVES_PER_STEP === 0) yield;
    }
    while (level.length > 1) {
      const above: number[] = [];
      for (let from = 0; from < level.length; from += fill) {
        const children = level.slice(from, from + fill);
        const node = this.branches.allocate();
        const page = this.branches.page(node);
        const base = this.branches.base(node);
        page[base + COUNT] = children.length;
        for (const [at, child] of children.entries()) {
          page[base + CHILDREN + at] = child;
          page[base + FIRSTS + at] = this.firstOf(child, this.height);
          page[base + LIVES + at] = this.liveOf(child, this.height);
        }
        above.push(node);
      }
      level = above;
      this.height++;
    }
    this.root = level[0] as number;
  }

  /** Checks every invariant; for tests. */
  verify(): void {
    let live = 0;
    const walk = (node: number, levels: number): void => {
      if (levels === 0) return;
      const page = this.branches.page(node);
      const base = this.branches.base(node);
      assert((page[base + COUNT] as number) > 0, 'branch has children');
      for (let at = 0; at < (page[base + COUNT] as number); at++) {
        const child = page[base + CHILDREN + at] as number;
        assert(page[base + FIRSTS + at] === this.firstOf(child, levels - 1), 'first slot is exact');
        assert(page[base + LIVES + at] === this.liveOf(child, levels - 1), 'live count is exact');
        walk(child, levels - 1);
      }
    };
    walk(this.root, this.height);
    let previous = none;
    for (let leaf = this.firstLeaf; leaf !== none; leaf = this.next(leaf)) {
      const page = this.leaves.page(leaf);
      const base = this.leaves.base(leaf);
      let inLeaf = 0;
      assert(page[base + PREVIOUS] === previous, 'leaves are linked both ways');
      for (let at = 0; at < (page[base + COUNT] as number); at++) {
        if ((page[base + SLOTS + at] as number) >= 0) inLeaf++;
      }
      assert(inLeaf === page[base + LIVE], 'live count of the leaf is exact');
      assert(this.height === 0 || (page[base + COUNT] as number) > 0, 'leaf holds keys');
      live += inLeaf;
      previous = leaf;
    }
    assert(live === this.liveTotal, 'total of live keys is exact');
  }

  private newLeaf(): number {
    const leaf = this.leaves.allocate();
    const page = this.leaves.page(leaf);
    const base = this.leaves.base(leaf);
    page[base + COUNT] = 0;
    page[base + LIVE] = 0;
    page[base + NEXT] = none;
    page[base + PREVIOUS] = none;
    return leaf;
  }

  private leafInsert(leaf: number, at: number, slot: number): void {
    const page = this.leaves.page(leaf);
    const base = this.leaves.base(leaf);
    const count = page[base + COUNT] as number;
    if (at < count) page.copyWithin(base + SLOTS + at + 1, base + SLOTS + at, base + SLOTS + count);
    page[base + SLOTS + at] = slot;
    page[base + COUNT] = count + 1;
    page[base + LIVE] = (page[base + LIVE] as number) + 1;
  }

  /** Moves the upper half of a full leaf into a new one (all new keys at the end: the new one starts empty). */
  private splitLeaf(leaf: number, at: number): number {
    const right = this.newLeaf();
    const page = this.leaves.page(leaf);
    const base = this.leaves.base(leaf);
    const rightPage = this.leaves.page(right);
    const rightBase = this.leaves.base(right);
    const next = page[base + NEXT] as number;
    const keep = at === FANOUT && next === none ? FANOUT : FANOUT >>> 1;
    let live = 0;
    for (let from = keep; from < FANOUT; from++) {
      const entry = page[base + SLOTS + from] as number;
      rightPage[rightBase + SLOTS + from - keep] = entry;
      if (entry >= 0) live++;
    }
    rightPage[rightBase + COUNT] = FANOUT - keep;
    rightPage[rightBase + LIVE] = live;
    page[base + COUNT] = keep;
    page[base + LIVE] = (page[base + LIVE] as number) - live;
    rightPage[rightBase + NEXT] = next;
    rightPage[rightBase + PREVIOUS] = leaf;
    page[base + NEXT] = right;
    if (next !== none) this.leaves.page(next)[this.leaves.base(next) + PREVIOUS] = right;
    return right;
  }

  /** Puts a new right neighbour of the path's leaf into the branches, splitting those that are full. */
  private linkSplit(newLeaf: number): void {
    let left = this.leaf;
    let right = newLeaf;
    for (let level = this.height - 1; level >= 0; level--) {
      const below = this.height - 1 - level;
      const node = this.pathNode[level] as number;
      const at = this.pathAt[level] as number;
      const page = this.branches.page(node);
      const base = this.branches.base(node);
      page[base + LIVES + at] = this.liveOf(left, below);
      if (right === none) {
        left = node;
        continue;
      }
      let target = node;
      let position = at + 1;
      let split = none;
      if (page[base + COUNT] === FANOUT) {
        split = this.splitBranch(node, position);
        const kept = page[base + COUNT] as number;
        if (position > kept || (position === kept && kept === FANOUT)) {
          target = split;
          position -= kept;
        }
      }
      this.branchInsert(target, position, right, below);
      left = node;
      right = split;
    }
    if (right !== none) {
      const root = this.branches.allocate();
      const page = this.branches.page(root);
      page[this.branches.base(root) + COUNT] = 0;
      this.branchInsert(root, 0, left, this.height);
      this.branchInsert(root, 1, right, this.height);
      this.root = root;
      this.height++;
      assert(this.height < MAX_HEIGHT, 'tree is not too high');
    }
  }

  private splitBranch(node: number, position: number): number {
    const right = this.branches.allocate();
    const page = this.branches.page(node);
    const base = this.branches.base(node);
    const rightPage = this.branches.page(right);
    const rightBase = this.branches.base(right);
    const keep = position === FANOUT ? FANOUT : FANOUT >>> 1;
    for (let from = keep; from < FANOUT; from++) {
      rightPage[rightBase + CHILDREN + from - keep] = page[base + CHILDREN + from] as number;
      rightPage[rightBase + FIRSTS + from - keep] = page[base + FIRSTS + from] as number;
      rightPage[rightBase + LIVES + from - keep] = page[base + LIVES + from] as number;
    }
    rightPage[rightBase + COUNT] = FANOUT - keep;
    page[base + COUNT] = keep;
    return right;
  }

  private branchInsert(node: number, at: number, child: number, levelsBelow: number): void {
    const page = this.branches.page(node);
    const base = this.branches.base(node);
    const count = page[base + COUNT] as number;
    for (const field of [CHILDREN, FIRSTS, LIVES]) {
      page.copyWithin(base + field + at + 1, base + field + at, base + field + count);
    }
    page[base + CHILDREN + at] = child;
    page[base + FIRSTS + at] = this.firstOf(child, levelsBelow);
    page[base + LIVES + at] = this.liveOf(child, levelsBelow);
    page[base + COUNT] = count + 1;
  }

  /** Adds to the live counts along the path. */
  private addLive(change: number): void {
    for (let level = 0; level < this.height; level++) {
      const node = this.pathNode[level] as number;
      const page = this.branches.page(node);
      const at = this.branches.base(node) + LIVES + (this.pathAt[level] as number);
      page[at] = (page[at] as number) + change;
    }
  }

  /** The path's leaf begins with another slot now. */
  private fixFirst(slot: number): void {
    for (let level = this.height - 1; level >= 0; level--) {
      const node = this.pathNode[level] as number;
      const at = this.pathAt[level] as number;
      this.branches.page(node)[this.branches.base(node) + FIRSTS + at] = slot;
      if (at > 0) return;
    }
  }

  private firstOf(node: number, levels: number): number {
    if (levels > 0) return this.branches.page(node)[this.branches.base(node) + FIRSTS] as number;
    const entry = this.leaves.page(node)[this.leaves.base(node) + SLOTS] as number;
    return entry < 0 ? ~entry : entry;
  }

  private liveOf(node: number, levels: number): number {
    if (levels === 0) return this.leaves.page(node)[this.leaves.base(node) + LIVE] as number;
    const page = this.branches.page(node);
    const base = this.branches.base(node);
    let live = 0;
    for (let at = 0; at < (page[base + COUNT] as number); at++) live += page[base + LIVES + at] as number;
    return live;
  }

  /** Takes the path's empty leaf out of the tree, and branches that become empty with it. */
  private dropLeaf(): void {
    const { leaf } = this;
    const next = this.next(leaf);
    const previous = this.leaves.page(leaf)[this.leaves.base(leaf) + PREVIOUS] as number;
    if (next !== none) this.leaves.page(next)[this.leaves.base(next) + PREVIOUS] = previous;
    if (previous !== none) this.leaves.page(previous)[this.leaves.base(previous) + NEXT] = next;
    else this.firstLeaf = next;
    this.leaves.release(leaf);
    this.removeChild(this.height - 1);
  }

  /** Removes the path's child from the branch at `level`. */
  private removeChild(level: number): void {
    const node = this.pathNode[level] as number;
    const at = this.pathAt[level] as number;
    const page = this.branches.page(node);
    const base = this.branches.base(node);
    const count = (page[base + COUNT] as number) - 1;
    for (const field of [CHILDREN, FIRSTS, LIVES]) {
      page.copyWithin(base + field + at, base + field + at + 1, base + field + count + 1);
    }
    page[base + COUNT] = count;
    if (count === 0) {
      this.branches.release(node);
      if (level > 0) this.removeChild(level - 1);
      else {
        this.height = 0;
        this.root = this.newLeaf();
        this.firstLeaf = this.root;
      }
      return;
    }
    if (at === 0) {
      const first = page[base + FIRSTS] as number;
      for (let above = level - 1; above >= 0; above--) {
        const parent = this.pathNode[above] as number;
        const parentAt = this.pathAt[above] as number;
        this.branches.page(parent)[this.branches.base(parent) + FIRSTS + parentAt] = first;
        if (parentAt > 0) break;
      }
    }
    while (this.height > 0 && this.branches.page(this.root)[this.branches.base(this.root) + COUNT] === 1) {
      const only = this.branches.page(this.root)[this.branches.base(this.root) + CHILDREN] as number;
      this.branches.release(this.root);
      this.root = only;
      this.height--;
    }
  }

  /** Moves the keys of the path's small leaf's right neighbour (under the same branch) over, if there are few. */
  private mergeLeaf(): void {
    const level = this.height - 1;
    const node = this.pathNode[level] as number;
    const at = this.pathAt[level] as number;
    const page = this.branches.page(node);
    const base = this.branches.base(node);
    if (at + 1 >= (page[base + COUNT] as number)) return;
    const { leaf } = this;
    const right = page[base + CHILDREN + at + 1] as number;
    const leftPage = this.leaves.page(leaf);
    const leftBase = this.leaves.base(leaf);
    const rightPage = this.leaves.page(right);
    const rightBase = this.leaves.base(right);
    const leftCount = leftPage[leftBase + COUNT] as number;
    const rightCount = rightPage[rightBase + COUNT] as number;
    if (leftCount + rightCount > MERGE_LIMIT) return;
    for (let from = 0; from < rightCount; from++) {
      leftPage[leftBase + SLOTS + leftCount + from] = rightPage[rightBase + SLOTS + from] as number;
    }
    leftPage[leftBase + COUNT] = leftCount + rightCount;
    leftPage[leftBase + LIVE] =
      (leftPage[leftBase + LIVE] as number) + (rightPage[rightBase + LIVE] as number);
    page[base + LIVES + at] = leftPage[leftBase + LIVE] as number;
    this.leaf = right;
    this.pathAt[level] = at + 1;
    this.dropLeaf();
  }
}
