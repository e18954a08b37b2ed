// What the store answers and what watchers get: an action on a node, as it was at that moment.

import type { V2Error } from './errors.ts';
import type { ExpireTime } from './expire-time.ts';

/** etcd's action names. */
export type V2Action =
  | 'get'
  | 'create'
  | 'set'
  | 'update'
  | 'delete'
  | 'compareAndSwap'
  | 'compareAndDelete'
  | 'expire';

/** A node as it was when the event was made. Immutable. */
export class NodeView {
  /** Full path inside the store, namespace included (`/1/foo`). */
  readonly key: string;
  /** `undefined` for directories and for the `node` of a deletion. */
  readonly value: string | undefined;
  readonly dir: boolean;
  /** Children without the hidden ones; `undefined` when they were not asked for or on a file. */
  readonly nodes: readonly NodeView[] | undefined;
  readonly modifiedIndex: number;
  readonly createdIndex: number;
  /** `undefined` for a permanent node. */
  readonly expiration: ExpireTime | undefined;
  /** Seconds left, rounded up; 0 for a permanent node. */
  readonly ttl: number;

  constructor(
    key: string,
    value: string | undefined,
    dir: boolean,
    nodes: readonly NodeView[] | undefined,
    modifiedIndex: number,
    createdIndex: number,
    expiration: ExpireTime | undefined,
    ttl: number,
  ) {
    this.key = key;
    this.value = value;
    this.dir = dir;
    this.nodes = nodes;
    this.modifiedIndex = modifiedIndex;
    this.createdIndex = createdIndex;
    this.expiration = expiration;
    this.ttl = ttl;
  }
}

/** One change, or the answer to a get. Immutable; shared by the answer, the history and all watchers. */
export class V2Event {
  readonly action: V2Action;
  readonly node: NodeView;
  readonly prevNode: NodeView | undefined;
  /** Store index after the change, or at the time of the get: the `X-Etcd-Index` header. */
  readonly etcdIndex: number;
  /** A TTL refresh: kept in the history, shown to no watcher. */
  readonly refresh: boolean;
  /** A get that found more nodes than it was to list: `node` has no `nodes`. */
  readonly partial: boolean;

  constructor(
    action: V2Action,
    node: NodeView,
    prevNode: NodeView | undefined,
    etcdIndex: number,
    refresh: boolean,
    partial = false,
  ) {
    this.action = action;
    this.node = node;
    this.prevNode = prevNode;
    this.etcdIndex = etcdIndex;
    this.refresh = refresh;
    this.partial = partial;
  }

  /** Whether the change made a node where none was: the answer is 201, not 200. */
  get isCreated(): boolean {
    return this.action === 'create' || (this.action === 'set' && this.prevNode === undefined);
  }
}

/** Outcome of every operation of the store. */
export type V2Result = V2Event | V2Error;
