// Nodes with a TTL, soonest first. Ties are broken by creation and path, so that every member, also one that
// recovered from a snapshot, expires nodes in the same order and gives the expirations the same indexes.

import { assert } from '@quorate/base';
import { compareExpireTimes, type ExpireTime } from './expire-time.ts';
import type { TreeNode } from './node.ts';
import { compareUtf8 } from './path.ts';

function expiresBefore(a: TreeNode, b: TreeNode): boolean {
  const order = compareExpireTimes(a.expiration as ExpireTime, b.expiration as ExpireTime);
  if (order !== 0) return order < 0;
  if (a.createdIndex !== b.createdIndex) return a.createdIndex < b.createdIndex;
  return compareUtf8(a.path, b.path) < 0;
}

/** A binary heap that knows where each node sits. Invariant: `nodes[n.heapIndex] === n` for all in it. */
export class ExpiryHeap {
  readonly #nodes: TreeNode[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  /** The node that expires first. */
  peek(): TreeNode | undefined {
    return this.#nodes[0];
  }

  /** All nodes in it, in no useful order. */
  values(): Iterable<TreeNode> {
    return this.#nodes;
  }

  push(node: TreeNode): void {
    assert(
      node.heapIndex === -1 && node.expiration !== undefined,
      'a node enters the expiry heap once, with a TTL',
    );
    node.heapIndex = this.#nodes.length;
    this.#nodes.push(node);
    this.#up(node.heapIndex);
  }

  /** Takes a node out; nothing happens when it is not in the heap. */
  remove(node: TreeNode): void {
    const at = node.heapIndex;
    if (at === -1) return;
    assert(this.#nodes[at] === node, 'the expiry heap knows the place of each node');
    const last = this.#nodes.pop() as TreeNode;
    node.heapIndex = -1;
    if (last === node) return;
    this.#place(last, at);
    this.#up(at);
    this.#down(last.heapIndex);
  }

  clear(): void {
    for (const node of this.#nodes) node.heapIndex = -1;
    this.#nodes.length = 0;
  }

  #place(node: TreeNode, at: number): void {
    this.#nodes[at] = node;
    node.heapIndex = at;
  }

  #up(start: number): void {
    let at = start;
    const node = this.#nodes[at] as TreeNode;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = this.#nodes[parentAt] as TreeNode;
      if (!expiresBefore(node, parent)) break;
      this.#place(parent, at);
      at = parentAt;
    }
    this.#place(node, at);
  }

  #down(start: number): void {
    let at = start;
    const node = this.#nodes[at] as TreeNode;
    for (;;) {
      let childAt = 2 * at + 1;
      if (childAt >= this.#nodes.length) break;
      let child = this.#nodes[childAt] as TreeNode;
      const right = this.#nodes[childAt + 1];
      if (right !== undefined && expiresBefore(right, child)) {
        childAt++;
        child = right;
      }
      if (!expiresBefore(child, node)) break;
      this.#place(child, at);
      at = childAt;
    }
    this.#place(node, at);
  }
}
