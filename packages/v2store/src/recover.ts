// Reading a saved store, ours or Go etcd's. Everything is checked before anything is handed out.

import { utf8Text } from '@quorate/base';
import { NodeView, type V2Action, V2Event } from './event.ts';
import { EventHistory } from './event-history.ts';
import { type ExpireTime, parseExpireTime } from './expire-time.ts';
import { childPath, TreeNode } from './node.ts';
import { StoreStats, storeStatNames } from './stats.ts';

/** What a saved store holds. */
export interface RecoveredState {
  readonly root: TreeNode;
  readonly index: number;
  readonly stats: StoreStats;
  readonly history: EventHistory;
  /** Nodes with a TTL. */
  readonly expiring: readonly TreeNode[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/** @throws RangeError naming the field when the text is not a saved store */
export function recoverStore(saved: Uint8Array): RecoveredState {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8Text(saved));
  } catch (error) {
    throw new RangeError(
      `saved v2 store is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const store = objectAt(parsed, 'store');
  const expiring: TreeNode[] = [];
  const rootObject = objectAt(store['Root'], 'Root');
  const index = numberAt(store['CurrentIndex'], 'CurrentIndex');
  const root = readTree(rootObject, index, expiring);
  return {
    root,
    index,
    stats: readStats(objectAt(store['Stats'], 'Stats')),
    history: readHistory(
      objectAt(objectAt(store['WatcherHub'], 'WatcherHub')['EventHistory'], 'EventHistory'),
    ),
    expiring,
  };
}

function fail(what: string, where: string): never {
  throw new RangeError(`saved v2 store: ${where} is not ${what}`);
}

function objectAt(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('an object', where);
  return value as JsonObject;
}

function numberAt(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    fail('an index or count', where);
  return value;
}

/** A number that Go leaves out when it is zero. */
function optionalNumberAt(value: unknown, where: string): number {
  return value === undefined ? 0 : numberAt(value, where);
}

function stringAt(value: unknown, where: string): string {
  if (typeof value !== 'string') fail('a string', where);
  return value;
}

/** Of an event, which is never about the root. */
function keyAt(value: unknown): string {
  const key = stringAt(value, 'key');
  if (!key.startsWith('/')) fail('a path', 'key');
  return key;
}

/** Seconds that were left, or fewer than none. */
function ttlAt(value: unknown): number {
  if (value === undefined) return 0;
  if (!Number.isSafeInteger(value)) fail('a number of seconds', 'ttl');
  return value as number;
}

function timeAt(value: unknown, where: string): ExpireTime | undefined {
  try {
    return parseExpireTime(stringAt(value, where));
  } catch {
    return fail('an RFC 3339 time', where);
  }
}

function readTree(rootObject: JsonObject, index: number, expiring: TreeNode[]): TreeNode {
  const root = readNode(rootObject, '/', '', undefined, index, expiring);
  if (root.children === undefined) fail('a directory', 'Root');
  const pending: { from: JsonObject; node: TreeNode }[] = [{ from: rootObject, node: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { from, node } = next;
    const children = node.children as Map<string, TreeNode>;
    const saved = from['Children'] as JsonObject;
    for (const name of Object.keys(saved)) {
      const path = childPath(node, name);
      if (name === '' || name.includes('/')) fail('a path segment', `name of ${path}`);
      const child = objectAt(saved[name], path);
      const childNode = readNode(child, path, name, node, index, expiring);
      children.set(name, childNode);
      if (childNode.children !== undefined) pending.push({ from: child, node: childNode });
    }
  }
  return root;
}

function readNode(
  from: JsonObject,
  path: string,
  name: string,
  parent: TreeNode | undefined,
  index: number,
  expiring: TreeNode[],
): TreeNode {
  const saved = from['Children'];
  const isDir = saved !== null && saved !== undefined;
  if (isDir) objectAt(saved, `Children of ${path}`);
  const created = numberAt(from['CreatedIndex'], `CreatedIndex of ${path}`);
  const modified = numberAt(from['ModifiedIndex'], `ModifiedIndex of ${path}`);
  // A capture leaves out what is newer than its store.
  if (Math.max(created, modified) > index) fail('within CurrentIndex', `index of ${path}`);
  const value = stringAt(from['Value'], `Value of ${path}`);
  const expiration = timeAt(from['ExpireTime'], `ExpireTime of ${path}`);
  const children = isDir ? new Map<string, TreeNode>() : undefined;
  const node = new TreeNode(path, name, parent, value, children, created, modified, expiration);
  if (expiration !== undefined) expiring.push(node);
  return node;
}

function readStats(from: JsonObject): StoreStats {
  const stats = new StoreStats();
  for (const name of storeStatNames) stats[name] = optionalNumberAt(from[name], name);
  return stats;
}

/** Replays the saved events, oldest first, into a ring of the saved capacity. */
function readHistory(from: JsonObject): EventHistory {
  const queue = objectAt(from['Queue'], 'Queue');
  const capacity = numberAt(queue['Capacity'], 'Capacity');
  const slots = queue['Events'];
  if (!Array.isArray(slots) || slots.length !== capacity || capacity === 0)
    fail('an array of Capacity', 'Events');
  const size = numberAt(queue['Size'], 'Size');
  const front = numberAt(queue['Front'], 'Front');
  const back = numberAt(queue['Back'], 'Back');
  if (size > capacity || front >= capacity || back !== (front + size) % capacity)
    fail('a ring position', 'Front, Back');
  const events = slots.map((slot: unknown) =>
    slot === null ? undefined : readEvent(objectAt(slot, 'event')),
  );
  for (let at = 0; at < size; at++) {
    if (events[(front + at) % capacity] === undefined) fail('an event', `slot ${(front + at) % capacity}`);
  }
  const startIndex = numberAt(from['StartIndex'], 'StartIndex');
  const lastIndex = numberAt(from['LastIndex'], 'LastIndex');
  return EventHistory.restore(events, size, front, back, startIndex, lastIndex);
}

const actions: readonly string[] = [
  'get',
  'create',
  'set',
  'update',
  'delete',
  'compareAndSwap',
  'compareAndDelete',
  'expire',
] satisfies V2Action[];

function readEvent(from: JsonObject): V2Event {
  const action = stringAt(from['action'], 'action');
  if (!actions.includes(action)) fail('an action', 'action');
  const node = readView(objectAt(from['node'], 'node'));
  const saved = from['prevNode'];
  const prevNode = saved === undefined || saved === null ? undefined : readView(objectAt(saved, 'prevNode'));
  return new V2Event(action as V2Action, node, prevNode, node.modifiedIndex, from['refresh'] === true);
}

function readView(from: JsonObject): NodeView {
  const value = from['value'];
  const expiration = from['expiration'];
  return new NodeView(
    keyAt(from['key']),
    value === undefined || value === null ? undefined : stringAt(value, 'value'),
    from['dir'] === true,
    undefined, // no event of a write has children
    optionalNumberAt(from['modifiedIndex'], 'modifiedIndex'),
    optionalNumberAt(from['createdIndex'], 'createdIndex'),
    expiration === undefined || expiration === null ? undefined : timeAt(expiration, 'expiration'),
    ttlAt(from['ttl']),
  );
}
