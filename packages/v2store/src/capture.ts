// A walk over a subtree that may take many turns of the event loop while the tree goes on changing, and still
// shows the tree as it was when the walk began. Files are never changed in place and every change has a new
// index, so "newer than the walk" can be read off a node; what is taken out of a directory before the walk got
// there is handed to the walk by the store. Nothing is copied up front.

import { assert } from '@quorate/base';
import type { ExpireTime } from './expire-time.ts';
import { sortRunLength } from './limits.ts';
import type { TreeNode } from './node.ts';
import { compareUtf8, isHiddenName } from './path.ts';

/** Receiver of a walk, in depth-first order with children in byte order of their names. */
export interface CaptureVisitor {
  /** `expiration` is the one at the time of the capture: a directory's may have changed since. */
  enter(node: TreeNode, expiration: ExpireTime | undefined, firstChild: boolean): void;
  leave(node: TreeNode): void;
}

/** What a walk shows: everything below its top, all but hidden nodes, or only the top's children that are not hidden. */
export type CaptureScope = 'all' | 'visible' | 'visibleChildren';

/** One directory being walked. */
interface Frame {
  readonly dir: TreeNode;
  readonly order: SortedNodes;
  first: boolean;
}

const byName = (a: TreeNode, b: TreeNode): number => compareUtf8(a.name, b.name);

/** A walk in progress. Must be driven to its end or closed: until then the store reports changes to it. */
export class TreeCapture {
  readonly #index: number;
  readonly #top: TreeNode;
  readonly #scope: CaptureScope;
  readonly #onClose: () => void;
  readonly #removed = new Map<TreeNode, TreeNode[]>();
  readonly #retimed = new Map<TreeNode, ExpireTime | undefined>();
  /** Directories whose children were collected: later removals from them change nothing. */
  readonly #collected = new Set<TreeNode>();
  readonly #stack: Frame[] = [];
  #started = false;
  #closed = false;

  constructor(top: TreeNode, scope: CaptureScope, index: number, onClose: () => void) {
    this.#top = top;
    this.#scope = scope;
    this.#index = index;
    this.#onClose = onClose;
  }

  /** The store takes `node` out of its directory, or puts another in its place. */
  noteRemoved(node: TreeNode): void {
    const parent = node.parent as TreeNode;
    if (this.#isNewer(node) || this.#collected.has(parent)) return;
    const list = this.#removed.get(parent);
    if (list === undefined) this.#removed.set(parent, [node]);
    else list.push(node);
  }

  /** The store is about to change the expiration of a directory. */
  noteRetimed(dir: TreeNode): void {
    if (!this.#isNewer(dir) && !this.#retimed.has(dir)) this.#retimed.set(dir, dir.expiration);
  }

  /** Walks on over about `nodes` nodes. @returns whether the walk is complete (the capture is closed then) */
  step(nodes: number, visitor: CaptureVisitor): boolean {
    assert(!this.#closed, 'a capture is not walked after its end');
    let left = nodes;
    if (!this.#started) {
      this.#started = true;
      this.#enter(this.#top, true, visitor);
    }
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      if (left <= 0) return false;
      if (!frame.order.ready) {
        frame.order.prepare();
        left -= sortRunLength;
        continue;
      }
      const child = frame.order.next();
      left--;
      if (child === undefined) {
        this.#stack.pop();
        visitor.leave(frame.dir);
      } else {
        const first = frame.first;
        frame.first = false;
        this.#enter(child, first, visitor);
      }
    }
    this.close();
    return true;
  }

  /** Ends the walk, at its end or before. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#removed.clear();
    this.#retimed.clear();
    this.#collected.clear();
    this.#stack.length = 0;
    this.#onClose();
  }

  #isNewer(node: TreeNode): boolean {
    return node.modifiedIndex > this.#index;
  }

  #enter(node: TreeNode, first: boolean, visitor: CaptureVisitor): void {
    const expiration = this.#retimed.has(node) ? this.#retimed.get(node) : node.expiration;
    visitor.enter(node, expiration, first);
    const opens = this.#scope !== 'visibleChildren' || node === this.#top;
    if (node.children === undefined || !opens) visitor.leave(node);
    else
      this.#stack.push({
        dir: node,
        order: new SortedNodes(this.#collect(node, node.children)),
        first: true,
      });
  }

  #collect(dir: TreeNode, children: Map<string, TreeNode>): TreeNode[] {
    let nodes = this.#removed.get(dir) ?? [];
    this.#removed.delete(dir);
    this.#collected.add(dir);
    const hides = this.#scope !== 'all';
    if (hides) nodes = nodes.filter((node) => !isHiddenName(node.name));
    for (const child of children.values()) {
      if (!this.#isNewer(child) && !(hides && isHiddenName(child.name))) nodes.push(child);
    }
    return nodes;
  }
}

/** Nodes in byte order of their names; long lists are sorted in runs, one per prepare(), and merged. */
class SortedNodes {
  readonly #nodes: TreeNode[];
  readonly #runs: { nodes: TreeNode[]; at: number }[] = [];
  #sortedUpTo = 0;
  #at = 0;

  constructor(nodes: TreeNode[]) {
    this.#nodes = nodes;
    if (nodes.length <= sortRunLength) {
      nodes.sort(byName);
      this.#sortedUpTo = nodes.length;
    }
  }

  get ready(): boolean {
    return this.#sortedUpTo >= this.#nodes.length;
  }

  /** Sorts one more run. */
  prepare(): void {
    const end = Math.min(this.#sortedUpTo + sortRunLength, this.#nodes.length);
    this.#runs.push({ nodes: this.#nodes.slice(this.#sortedUpTo, end).sort(byName), at: 0 });
    this.#sortedUpTo = end;
    if (this.ready) for (let at = (this.#runs.length >> 1) - 1; at >= 0; at--) this.#down(at);
  }

  next(): TreeNode | undefined {
    if (this.#runs.length === 0) return this.#runless();
    const run = this.#runs[0] as { nodes: TreeNode[]; at: number };
    const node = run.nodes[run.at++];
    if (run.at === run.nodes.length) {
      const last = this.#runs.pop() as { nodes: TreeNode[]; at: number };
      if (this.#runs.length === 0) this.#at = this.#nodes.length;
      else this.#runs[0] = last;
    }
    if (this.#runs.length > 0) this.#down(0);
    return node;
  }

  #runless(): TreeNode | undefined {
    return this.#nodes[this.#at++];
  }

  #head(at: number): TreeNode {
    const run = this.#runs[at] as { nodes: TreeNode[]; at: number };
    return run.nodes[run.at] as TreeNode;
  }

  /** Restores the heap of runs, smallest head first, below `start`. */
  #down(start: number): void {
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#runs.length) return;
      if (child + 1 < this.#runs.length && byName(this.#head(child + 1), this.#head(child)) < 0) child++;
      if (byName(this.#head(at), this.#head(child)) <= 0) return;
      const swap = this.#runs[at] as { nodes: TreeNode[]; at: number };
      this.#runs[at] = this.#runs[child] as { nodes: TreeNode[]; at: number };
      this.#runs[child] = swap;
      at = child;
    }
  }
}
