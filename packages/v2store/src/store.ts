// The v2 tree: etcd's actions, indexes, errors and events. Pure and deterministic: it owns no clock. `nowMs` (Unix
// milliseconds) only fills the `ttl` of events; when a node expires is decided by the time in a SYNC log entry.

import { assert } from '@quorate/base';
import { type CaptureScope, TreeCapture } from './capture.ts';
import { V2Error, V2ErrorCode } from './errors.ts';
import { NodeView, type V2Action, V2Event, type V2Result } from './event.ts';
import { compareExpireTimes, type ExpireTime, ttlSeconds } from './expire-time.ts';
import { ExpiryHeap } from './expiry-heap.ts';
import { minExpirationSeconds, storeVersion } from './limits.ts';
import { ListingJob } from './listing.ts';
import { childPath, listingOf, TreeNode, viewOf } from './node.ts';
import { cleanPath } from './path.ts';
import { recoverStore } from './recover.ts';
import type { KeyTrim } from './render.ts';
import { SaveJob } from './save.ts';
import { StoreStats, storeStatsJson } from './stats.ts';
import { type V2Watcher, WatcherHub } from './watcher-hub.ts';

/** Expiration of a write. */
export interface TtlOptions {
  /** `undefined`: the node becomes permanent. */
  readonly expiration: ExpireTime | undefined;
  /** Keep the value, tell no watcher. */
  readonly refresh: boolean;
}

/** A permanent write that is not a refresh. */
export const permanent: TtlOptions = { expiration: undefined, refresh: false };

/** Expected state of a compareAndSwap or compareAndDelete; `''` and 0 match anything. */
export interface Expected {
  readonly prevValue: string;
  readonly prevIndex: number;
}

/** Where a walk down the tree ended: a node, or an error. */
type Found = TreeNode | V2Error;

/**
 * The v2 store. Operations return an event or a V2Error and never throw for a request's problem.
 * Paths may be unclean; they are seen as absolute.
 */
export class V2Store {
  /** Directories that exist from the start and cannot be changed, `/` included. */
  readonly #readOnly: ReadonlySet<string>;
  readonly #namespaces: readonly string[];
  #root: TreeNode;
  #index = 0;
  #stats = new StoreStats();
  readonly #hub = new WatcherHub();
  readonly #expiry = new ExpiryHeap();
  /** Walks in progress that must go on seeing the tree as it was when they began. */
  readonly #captures = new Set<TreeCapture>();

  /** @param namespaces top-level directories made at index 0; etcd makes `/0` (cluster) and `/1` (keys) */
  constructor(namespaces: readonly string[] = ['/0', '/1']) {
    this.#namespaces = namespaces;
    this.#readOnly = new Set([...namespaces, '/']);
    this.#root = emptyRoot();
    for (const namespace of namespaces) this.#addNamespace(namespace);
  }

  /** Index of the last change. */
  get index(): number {
    return this.#index;
  }

  /** Version of the store's format. */
  get version(): number {
    return storeVersion;
  }

  /** Whether some node has a TTL: only then is SYNC proposed. */
  get hasTtlKeys(): boolean {
    return this.#expiry.size > 0;
  }

  /** When the next node expires. */
  get nextExpiration(): ExpireTime | undefined {
    return this.#expiry.peek()?.expiration;
  }

  /** Watchers waiting. */
  get watcherCount(): number {
    return this.#hub.count;
  }

  /** Counters, live. */
  get stats(): Readonly<StoreStats> {
    return this.#stats;
  }

  /** JSON of /v2/stats/store. */
  statsJson(): string {
    return storeStatsJson(this.#stats, this.#hub.count);
  }

  /**
   * A node; of a directory also its children, and all below them when `recursive`; hidden ones are left out.
   * With more than `maxNodes` of them the event is `partial`; beginListing makes such listings in slices.
   */
  get(
    path: string,
    recursive: boolean,
    sorted: boolean,
    nowMs: number,
    maxNodes: number = Number.POSITIVE_INFINITY,
  ): V2Result {
    const found = this.#find(cleanPath(path));
    if (found instanceof V2Error) {
      this.#stats.getsFail++;
      if (recursive) this.#stats.process.getRecursiveFail++;
      return found;
    }
    this.#stats.getsSuccess++;
    if (recursive) this.#stats.process.getRecursiveSuccess++;
    const listing = listingOf(found, recursive, sorted, nowMs, maxNodes);
    if (listing !== undefined) return new V2Event('get', listing, undefined, this.#index, false);
    return new V2Event('get', viewOf(found, undefined, nowMs), undefined, this.#index, false, true);
  }

  /**
   * The JSON of a get, made in slices and sorted, of the tree as it is now; to be called after a get was `partial`
   * (which has been counted in the stats). `trim`: how much of the front of each key is left out.
   */
  beginListing(path: string, recursive: boolean, trim: KeyTrim, nowMs: number): ListingJob | V2Error {
    const found = this.#find(cleanPath(path));
    if (found instanceof V2Error) return found;
    const scope = recursive ? 'visible' : 'visibleChildren';
    return new ListingJob(this.beginCapture(found, scope), this.#index, nowMs, trim);
  }

  /** Creates a file or directory, and directories above it. Fails where something is already. */
  create(path: string, dir: boolean, value: string, ttl: TtlOptions, nowMs: number): V2Result {
    return this.#counted('create', this.#put('create', cleanPath(path), dir, value, ttl.expiration, nowMs));
  }

  /** Creates a child named after the new index (`%020d`), so that names sort in the order of creation. */
  createInOrder(path: string, dir: boolean, value: string, ttl: TtlOptions, nowMs: number): V2Result {
    const name = String(this.#index + 1).padStart(20, '0');
    const full = cleanPath(`${path}/${name}`);
    return this.#counted('create', this.#put('create', full, dir, value, ttl.expiration, nowMs));
  }

  /** Creates a file or directory, or replaces a file by it. */
  set(path: string, dir: boolean, value: string, ttl: TtlOptions, nowMs: number): V2Result {
    return this.#counted('set', this.#set(cleanPath(path), dir, value, ttl, nowMs));
  }

  /** Changes value and TTL of a file, or the TTL of a directory. */
  update(path: string, value: string, ttl: TtlOptions, nowMs: number): V2Result {
    const clean = cleanPath(path);
    // etcd counts the next refusal, and the one of a value for a directory, as successes.
    if (this.#readOnly.has(clean)) return this.#counted('update', this.#readOnlyError(), true);
    const node = this.#find(clean);
    if (node instanceof V2Error) return this.#counted('update', node);
    const isDir = node.children !== undefined;
    if (isDir && value !== '') {
      return this.#counted('update', new V2Error(V2ErrorCode.notFile, clean, this.#index), true);
    }
    const prev = viewOf(node, undefined, nowMs);
    const index = ++this.#index;
    if (isDir) this.#retime(node, ttl.expiration);
    else this.#rewrite(node, ttl.refresh ? node.value : value, index, ttl.expiration);
    const newValue = isDir ? undefined : ttl.refresh ? node.value : value;
    const event = this.#writeEvent(
      'update',
      clean,
      newValue,
      isDir,
      index,
      node.createdIndex,
      ttl,
      prev,
      nowMs,
    );
    return this.#counted('update', this.#publish(event));
  }

  /** Changes a file that has the expected value and index. */
  compareAndSwap(path: string, expected: Expected, value: string, ttl: TtlOptions, nowMs: number): V2Result {
    const clean = cleanPath(path);
    // etcd counts this refusal as a success.
    if (this.#readOnly.has(clean)) return this.#counted('compareAndSwap', this.#readOnlyError(), true);
    const node = this.#findExpected(clean, expected);
    if (node instanceof V2Error) return this.#counted('compareAndSwap', node);
    const prev = viewOf(node, undefined, nowMs);
    const index = ++this.#index;
    const newValue = ttl.refresh ? node.value : value;
    this.#rewrite(node, newValue, index, ttl.expiration);
    const created = node.createdIndex;
    const event = this.#writeEvent(
      'compareAndSwap',
      clean,
      newValue,
      false,
      index,
      created,
      ttl,
      prev,
      nowMs,
    );
    return this.#counted('compareAndSwap', this.#publish(event));
  }

  /** Deletes a file; a directory when `dir`, with all below it when `recursive` (which implies `dir`). */
  delete(path: string, dir: boolean, recursive: boolean, nowMs: number): V2Result {
    const clean = cleanPath(path);
    // etcd counts this refusal as a success.
    if (this.#readOnly.has(clean)) return this.#counted('delete', this.#readOnlyError(), true);
    const node = this.#find(clean);
    if (node instanceof V2Error) return this.#counted('delete', node);
    if (node.children !== undefined && !recursive) {
      if (!dir) return this.#counted('delete', new V2Error(V2ErrorCode.notFile, node.path, this.#index));
      if (node.children.size > 0) {
        return this.#counted('delete', new V2Error(V2ErrorCode.dirNotEmpty, node.path, this.#index));
      }
    }
    return this.#counted('delete', this.#removeAndTell('delete', node, nowMs));
  }

  /** Deletes a file that has the expected value and index. */
  compareAndDelete(path: string, expected: Expected, nowMs: number): V2Result {
    const node = this.#findExpected(cleanPath(path), expected);
    if (node instanceof V2Error) {
      // etcd counts all but a missing key as successes.
      const missing = node.errorCode === V2ErrorCode.keyNotFound || node.errorCode === V2ErrorCode.notDir;
      return this.#counted('compareAndDelete', node, !missing);
    }
    return this.#counted('compareAndDelete', this.#removeAndTell('compareAndDelete', node, nowMs));
  }

  /** Removes every node whose time is up at `cutoff`. Called by applying a SYNC entry, with its time, only. */
  deleteExpired(cutoff: ExpireTime, nowMs: number): void {
    for (;;) {
      const node = this.#expiry.peek();
      if (node === undefined || compareExpireTimes(node.expiration as ExpireTime, cutoff) > 0) return;
      this.#stats.expireCount++;
      this.#removeAndTell('expire', node, nowMs);
    }
  }

  /**
   * Watches a path, and all below it when `recursive`, from index `since` on (0: from now on). A past event of the
   * history is in the buffer at once; a `stream` watch gets all of them and goes on.
   */
  watch(path: string, recursive: boolean, stream: boolean, since: number): V2Watcher | V2Error {
    this.#stats.process.watchRequests++;
    const from = since === 0 ? this.#index + 1 : since;
    return this.#hub.watch(cleanPath(path), recursive, stream, from, this.#index);
  }

  /** Starts saving the store as it is now; the job is driven in slices while the store goes on changing. */
  beginSave(): SaveJob {
    const capture = this.beginCapture(this.#root, 'all');
    return new SaveJob(capture, this.#hub.history.clone(), this.#index, this.#stats, this.#hub.count);
  }

  /** The whole store as JSON, as Go etcd saves it. For small stores and tests; others use beginSave. */
  save(): Uint8Array {
    return this.beginSave().finish();
  }

  /**
   * Replaces everything by a saved store, ours or Go etcd's. Watchers stay and get what the new history has for
   * them. The store is unchanged if the text is bad. @throws RangeError
   */
  recover(saved: Uint8Array): void {
    const state = recoverStore(saved);
    const seenIndex = this.#index;
    this.#root = state.root;
    this.#index = state.index;
    this.#stats = state.stats;
    this.#expiry.clear();
    for (const node of state.expiring) this.#expiry.push(node);
    for (const namespace of this.#namespaces) {
      if (this.#find(namespace) instanceof V2Error) this.#addNamespace(namespace);
    }
    this.#hub.recover(state.history, seenIndex, state.index);
  }

  /** @internal A walk over a subtree that sees it as it is now, however long it takes. */
  beginCapture(top: TreeNode, scope: CaptureScope): TreeCapture {
    const capture: TreeCapture = new TreeCapture(top, scope, this.#index, () =>
      this.#captures.delete(capture),
    );
    this.#captures.add(capture);
    return capture;
  }

  #addNamespace(path: string): void {
    const name = path.slice(1);
    assert(
      path.startsWith('/') && name !== '' && !name.includes('/'),
      'a namespace is one segment below the root',
    );
    this.#childrenOf(this.#root).set(
      name,
      new TreeNode(path, name, this.#root, '', new Map(), 0, 0, undefined),
    );
  }

  #childrenOf(dir: TreeNode): Map<string, TreeNode> {
    assert(dir.children !== undefined, 'only directories have children');
    return dir.children;
  }

  #readOnlyError(): V2Error {
    return new V2Error(V2ErrorCode.rootReadOnly, '/', this.#index);
  }

  /** Walks down a clean path. */
  #find(path: string): Found {
    let node = this.#root;
    let start = 1;
    while (start < path.length) {
      if (node.children === undefined) return new V2Error(V2ErrorCode.notDir, node.path, this.#index);
      const slash = path.indexOf('/', start);
      const name = slash === -1 ? path.slice(start) : path.slice(start, slash);
      const child = node.children.get(name);
      if (child === undefined)
        return new V2Error(V2ErrorCode.keyNotFound, childPath(node, name), this.#index);
      node = child;
      start = slash === -1 ? path.length : slash + 1;
    }
    return node;
  }

  /** A file that is as expected. */
  #findExpected(path: string, expected: Expected): Found {
    const node = this.#find(path);
    if (node instanceof V2Error) return node;
    if (node.children !== undefined) return new V2Error(V2ErrorCode.notFile, path, this.#index);
    const { prevValue, prevIndex } = expected;
    const causes: string[] = [];
    if (prevValue !== '' && prevValue !== node.value) causes.push(`[${prevValue} != ${node.value}]`);
    if (prevIndex !== 0 && prevIndex !== node.modifiedIndex)
      causes.push(`[${prevIndex} != ${node.modifiedIndex}]`);
    return causes.length === 0 ? node : new V2Error(V2ErrorCode.testFailed, causes.join(' '), this.#index);
  }

  #set(path: string, dir: boolean, value: string, ttl: TtlOptions, nowMs: number): V2Result {
    if (!ttl.refresh) return this.#put('set', path, dir, value, ttl.expiration, nowMs);
    const node = this.#find(path);
    if (node instanceof V2Error) return node;
    return this.#put('set', path, dir, node.value, ttl.expiration, nowMs, true);
  }

  /** create and set: puts a new node at the path, making directories on the way. */
  #put(
    action: 'create' | 'set',
    path: string,
    dir: boolean,
    value: string,
    wanted: ExpireTime | undefined,
    nowMs: number,
    refresh = false,
  ): V2Result {
    if (this.#readOnly.has(path)) return this.#readOnlyError();
    const expiration = wanted !== undefined && wanted.seconds < minExpirationSeconds ? undefined : wanted;
    const index = this.#index + 1;
    const nameAt = path.lastIndexOf('/') + 1;
    const parent = this.#makeDirs(path, nameAt - 1, index);
    if (parent instanceof V2Error) {
      // A set looks at the old node first and fails there; a create fails here and counts as a failed set too.
      if (action === 'create') this.#stats.setsFail++;
      return parent;
    }
    const name = path.slice(nameAt);
    const siblings = this.#childrenOf(parent);
    const old = siblings.get(name);
    let prev: NodeView | undefined;
    if (old !== undefined) {
      if (action === 'create') return new V2Error(V2ErrorCode.nodeExist, path, this.#index);
      if (old.children !== undefined) return new V2Error(V2ErrorCode.notFile, path, this.#index);
      prev = viewOf(old, undefined, nowMs);
      this.#expiry.remove(old);
      this.#noteRemoved(old);
    }
    const children = dir ? new Map<string, TreeNode>() : undefined;
    const text = dir ? '' : value;
    const node = new TreeNode(path, name, parent, text, children, index, index, expiration);
    siblings.set(name, node);
    if (expiration !== undefined) this.#expiry.push(node);
    this.#index = index;
    const event = new V2Event(action, viewOf(node, undefined, nowMs), prev, index, refresh);
    return this.#publish(event);
  }

  /** The directory at `path[0, end)`, made where it is missing. Nothing is made when a file is in the way. */
  #makeDirs(path: string, end: number, index: number): Found {
    let node = this.#root;
    let start = 1;
    while (start < end) {
      const slash = path.indexOf('/', start);
      const stop = slash === -1 || slash > end ? end : slash;
      const name = path.slice(start, stop);
      const children = this.#childrenOf(node);
      let child = children.get(name);
      if (child === undefined) {
        child = new TreeNode(path.slice(0, stop), name, node, '', new Map(), index, index, undefined);
        children.set(name, child);
      } else if (child.children === undefined) {
        return new V2Error(V2ErrorCode.notDir, child.path, this.#index);
      }
      node = child;
      start = stop + 1;
    }
    return node;
  }

  /** Puts a new version of a file in the place of the old one. */
  #rewrite(old: TreeNode, value: string, index: number, expiration: ExpireTime | undefined): void {
    const parent = old.parent as TreeNode;
    const node = new TreeNode(
      old.path,
      old.name,
      parent,
      value,
      undefined,
      old.createdIndex,
      index,
      expiration,
    );
    this.#expiry.remove(old);
    this.#noteRemoved(old);
    this.#childrenOf(parent).set(old.name, node);
    if (expiration !== undefined) this.#expiry.push(node);
  }

  /** Changes the TTL of a directory. */
  #retime(dir: TreeNode, expiration: ExpireTime | undefined): void {
    for (const capture of this.#captures) capture.noteRetimed(dir);
    this.#expiry.remove(dir);
    dir.expiration = expiration;
    if (expiration !== undefined) this.#expiry.push(dir);
  }

  #noteRemoved(node: TreeNode): void {
    if (this.#captures.size === 0) return;
    for (const capture of this.#captures) capture.noteRemoved(node);
  }

  /** Takes a node and all below it out of the tree and tells the watchers of every path that went away. */
  #removeAndTell(action: 'delete' | 'compareAndDelete' | 'expire', node: TreeNode, nowMs: number): V2Event {
    const prev = viewOf(node, undefined, nowMs);
    const index = ++this.#index;
    const isDir = action !== 'compareAndDelete' && node.children !== undefined;
    const gone = new NodeView(node.path, undefined, isDir, undefined, index, node.createdIndex, undefined, 0);
    const event = new V2Event(action, gone, prev, index, false);
    this.#expiry.remove(node);
    if (node.children !== undefined && node.children.size > 0) this.#removeBelow(node, node.children, event);
    this.#childrenOf(node.parent as TreeNode).delete(node.name);
    this.#noteRemoved(node);
    return this.#publish(event);
  }

  /**
   * What hangs on the nodes below a directory that goes away: their TTLs and the watchers on them. The subtree is
   * walked unless it is larger than the number of TTLs and watched paths; then those are looked through instead.
   */
  #removeBelow(dir: TreeNode, children: Map<string, TreeNode>, event: V2Event): void {
    const bound = this.#expiry.size + this.#hub.watchedPathCount;
    if (bound === 0) return;
    const below: TreeNode[] = [];
    const pending = [children];
    for (let next = pending.pop(); next !== undefined && below.length <= bound; next = pending.pop()) {
      for (const child of next.values()) {
        if (below.push(child) > bound) break;
        if (child.children !== undefined) pending.push(child.children);
      }
    }
    if (below.length <= bound) {
      for (const node of below) {
        this.#expiry.remove(node);
        this.#hub.notifyAt(event, node.path, true);
      }
      return;
    }
    const prefix = `${dir.path}/`;
    const expiring: TreeNode[] = [];
    for (const node of this.#expiry.values()) if (node.path.startsWith(prefix)) expiring.push(node);
    for (const node of expiring) this.#expiry.remove(node);
    const watched: string[] = [];
    for (const path of this.#hub.watchedPaths) if (path.startsWith(prefix)) watched.push(path);
    for (const path of watched) {
      if (!(this.#find(path) instanceof V2Error)) this.#hub.notifyAt(event, path, true);
    }
  }

  #writeEvent(
    action: V2Action,
    path: string,
    value: string | undefined,
    isDir: boolean,
    index: number,
    createdIndex: number,
    ttl: TtlOptions,
    prev: NodeView,
    nowMs: number,
  ): V2Event {
    const left = ttl.expiration === undefined ? 0 : ttlSeconds(ttl.expiration, nowMs);
    const view = new NodeView(path, value, isDir, undefined, index, createdIndex, ttl.expiration, left);
    return new V2Event(action, view, prev, index, ttl.refresh);
  }

  /** Puts an event in the history and, unless it is a refresh, before the watchers. */
  #publish(event: V2Event): V2Event {
    if (event.refresh) this.#hub.record(event);
    else this.#hub.notify(event);
    return event;
  }

  #counted(
    kind: 'create' | 'set' | 'update' | 'delete' | 'compareAndSwap' | 'compareAndDelete',
    result: V2Result,
    countsAsSuccess = !(result instanceof V2Error),
  ): V2Result {
    const stats = this.#stats;
    switch (kind) {
      case 'set':
        if (countsAsSuccess) stats.setsSuccess++;
        else stats.setsFail++;
        break;
      case 'create':
        if (countsAsSuccess) stats.createSuccess++;
        else stats.createFail++;
        break;
      case 'update':
        if (countsAsSuccess) stats.updateSuccess++;
        else stats.updateFail++;
        break;
      case 'delete':
        if (countsAsSuccess) stats.deleteSuccess++;
        else stats.deleteFail++;
        break;
      case 'compareAndSwap':
        if (countsAsSuccess) stats.compareAndSwapSuccess++;
        else stats.compareAndSwapFail++;
        break;
      case 'compareAndDelete':
        if (countsAsSuccess) stats.compareAndDeleteSuccess++;
        else stats.compareAndDeleteFail++;
        break;
    }
    return result;
  }
}

function emptyRoot(): TreeNode {
  return new TreeNode('/', '', undefined, '', new Map(), 0, 0, undefined);
}
