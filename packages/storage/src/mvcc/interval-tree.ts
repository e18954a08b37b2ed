// Which ranges hold a key: a treap ordered by (start, end), every node knowing the largest end under it. Equal ranges
// share a node, so its payload is whatever the owner keeps per range.
import type { Random } from '@quorate/base';

/** A range of latin-1 keys: start ≤ key < end; end undefined: no upper bound. */
export interface IntervalNode<T> {
  readonly start: string;
  readonly end: string | undefined;
  readonly payload: T;
}

class Node<T> implements IntervalNode<T> {
  readonly start: string;
  readonly end: string | undefined;
  readonly payload: T;
  readonly priority: number;
  maxEnd: string | undefined;
  left: Node<T> | undefined = undefined;
  right: Node<T> | undefined = undefined;

  constructor(start: string, end: string | undefined, payload: T, priority: number) {
    this.start = start;
    this.end = end;
    this.payload = payload;
    this.priority = priority;
    this.maxEnd = end;
  }
}

function laterEnd(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a : b;
}

function compareEnds(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

export class IntervalTree<T> {
  private readonly random: Random;
  private root: Node<T> | undefined = undefined;
  private count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  get size(): number {
    return this.count;
  }

  /** The payload of exactly this range, or undefined. */
  get(start: string, end: string | undefined): T | undefined {
    let node = this.root;
    while (node !== undefined) {
      const order = compare(start, end, node);
      if (order === 0) return node.payload;
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }

  /** Adds a range that is not there yet. */
  add(start: string, end: string | undefined, payload: T): void {
    this.root = this.insert(this.root, new Node(start, end, payload, this.random.nextUint32()));
    this.count++;
  }

  /** Removes exactly this range, which must be there. */
  remove(start: string, end: string | undefined): void {
    this.root = this.erase(this.root, start, end);
    this.count--;
  }

  /** Calls `visit` with the payload of every range that holds the key. */
  visit(key: string, visit: (payload: T) => void): void {
    this.stab(this.root, key, visit);
  }

  private stab(node: Node<T> | undefined, key: string, visit: (payload: T) => void): void {
    if (node === undefined || (node.maxEnd !== undefined && node.maxEnd <= key)) return;
    this.stab(node.left, key, visit);
    if (node.start > key) return;
    if (node.end === undefined || key < node.end) visit(node.payload);
    this.stab(node.right, key, visit);
  }

  private insert(node: Node<T> | undefined, added: Node<T>): Node<T> {
    if (node === undefined) return added;
    let top = node;
    if (compare(added.start, added.end, node) < 0) {
      node.left = this.insert(node.left, added);
      if (node.left.priority > node.priority) top = rotateRight(node, node.left);
    } else {
      node.right = this.insert(node.right, added);
      if (node.right.priority > node.priority) top = rotateLeft(node, node.right);
    }
    update(top);
    return top;
  }

  private erase(node: Node<T> | undefined, start: string, end: string | undefined): Node<T> | undefined {
    if (node === undefined) return undefined;
    const order = compare(start, end, node);
    if (order === 0) return merge(node.left, node.right);
    if (order < 0) node.left = this.erase(node.left, start, end);
    else node.right = this.erase(node.right, start, end);
    update(node);
    return node;
  }
}

function compare<T>(start: string, end: string | undefined, node: Node<T>): number {
  if (start !== node.start) return start < node.start ? -1 : 1;
  return compareEnds(end, node.end);
}

function update<T>(node: Node<T>): void {
  let maxEnd = node.end;
  if (node.left !== undefined) maxEnd = laterEnd(maxEnd, node.left.maxEnd);
  if (node.right !== undefined) maxEnd = laterEnd(maxEnd, node.right.maxEnd);
  node.maxEnd = maxEnd;
}

function rotateRight<T>(node: Node<T>, left: Node<T>): Node<T> {
  node.left = left.right;
  left.right = node;
  update(node);
  return left;
}

function rotateLeft<T>(node: Node<T>, right: Node<T>): Node<T> {
  node.right = right.left;
  right.left = node;
  update(node);
  return right;
}

function merge<T>(left: Node<T> | undefined, right: Node<T> | undefined): Node<T> | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.priority > right.priority) {
    left.right = merge(left.right, right);
    update(left);
    return left;
  }
  right.left = merge(left, right.left);
  update(right);
  return right;
}
