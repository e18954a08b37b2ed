// Nodes of the tree. A file never changes once it is in the tree: an update puts a new object in its place, so
// that whoever walks the tree in slices (capture.ts) can tell by the indexes what is newer than its walk.

import { NodeView } from './event.ts';
import { type ExpireTime, ttlSeconds } from './expire-time.ts';
import { compareUtf8, isHiddenName } from './path.ts';

/** A file (`children` undefined) or a directory. */
export class TreeNode {
  /** Full clean path; `/` for the root. */
  readonly path: string;
  /** Last segment of the path; '' for the root. */
  readonly name: string;
  /** `undefined` for the root only. */
  readonly parent: TreeNode | undefined;
  /** '' for directories. */
  readonly value: string;
  readonly children: Map<string, TreeNode> | undefined;
  readonly createdIndex: number;
  /** Of a directory: always its `createdIndex`, as in etcd. */
  readonly modifiedIndex: number;
  /** `undefined`: permanent. Changes on directories only (a TTL update). */
  expiration: ExpireTime | undefined;
  /** Place in the expiry heap, -1 when it is not in it. Owned by expiry-heap.ts. */
  heapIndex = -1;

  constructor(
    path: string,
    name: string,
    parent: TreeNode | undefined,
    value: string,
    children: Map<string, TreeNode> | undefined,
    createdIndex: number,
    modifiedIndex: number,
    expiration: ExpireTime | undefined,
  ) {
    this.path = path;
    this.name = name;
    this.parent = parent;
    this.value = value;
    this.children = children;
    this.createdIndex = createdIndex;
    this.modifiedIndex = modifiedIndex;
    this.expiration = expiration;
  }
}

/** Path of a child. */
export function childPath(parent: TreeNode, name: string): string {
  return parent.parent === undefined ? `/${name}` : `${parent.path}/${name}`;
}

/** A node on its own, without children: what `prevNode` and deep entries of a listing show. */
export function viewOf(node: TreeNode, nodes: readonly NodeView[] | undefined, nowMs: number): NodeView {
  const dir = node.children !== undefined;
  const expiration = node.expiration;
  return new NodeView(
    node.path,
    dir ? undefined : node.value,
    dir,
    nodes,
    node.modifiedIndex,
    node.createdIndex,
    expiration,
    expiration === undefined ? 0 : ttlSeconds(expiration, nowMs),
  );
}

/** Children that a listing shows, in byte order of their names where asked for. */
export function visibleChildren(children: Map<string, TreeNode>, sorted: boolean): TreeNode[] {
  const visible: TreeNode[] = [];
  for (const child of children.values()) if (!isHiddenName(child.name)) visible.push(child);
  if (sorted) visible.sort((a, b) => compareUtf8(a.name, b.name));
  return visible;
}

/**
 * A node as a get shows it: a directory with its children, and with everything below them when `recursive`;
 * `undefined` when these are more than `maxNodes`, hidden ones counted.
 * The walk keeps its own stack: a path may have as many segments as a URL has room for.
 */
export function listingOf(
  node: TreeNode,
  recursive: boolean,
  sorted: boolean,
  nowMs: number,
  maxNodes: number,
): NodeView | undefined {
  if (node.children === undefined) return viewOf(node, undefined, nowMs);
  const top: NodeView[] = [];
  const pending: { children: Map<string, TreeNode>; into: NodeView[] }[] = [
    { children: node.children, into: top },
  ];
  let count = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    count += next.children.size;
    if (count > maxNodes) return undefined;
    for (const child of visibleChildren(next.children, sorted)) {
      let nodes: NodeView[] | undefined;
      if (recursive && child.children !== undefined) {
        nodes = [];
        pending.push({ children: child.children, into: nodes });
      }
      next.into.push(viewOf(child, nodes, nowMs));
    }
  }
  return viewOf(node, top, nowMs);
}
