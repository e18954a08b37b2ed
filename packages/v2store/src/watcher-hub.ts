// Who waits for what: watchers by path, told of each change as it is applied. A watcher that cannot keep up loses
// its place rather than memory.

import { V2Error, V2ErrorCode } from './errors.ts';
import type { V2Event } from './event.ts';
import { EventHistory } from './event-history.ts';
import { watcherBufferCapacity } from './limits.ts';
import { isHiddenBelow } from './path.ts';

/**
 * A watch. Events wait in a buffer of 100; `onReady` is called when an event comes into an empty buffer and when
 * the watch ends. A one-shot watch gets one event and then is `ended`.
 */
export class V2Watcher {
  /** Watched path, clean. */
  readonly key: string;
  readonly recursive: boolean;
  readonly stream: boolean;
  /** First index of interest. */
  readonly sinceIndex: number;
  /** Store index when the watch began: the `X-Etcd-Index` header. */
  readonly startIndex: number;
  /** Called from within the store's write; must not call back into the store. */
  onReady: (() => void) | undefined = undefined;
  /** Why the watch ended, where there is a reason to give. */
  error: V2Error | undefined = undefined;
  #ended = false;
  #buffer: V2Event[] = [];
  #taken = 0;
  readonly #detach: (watcher: V2Watcher) => void;

  constructor(
    key: string,
    recursive: boolean,
    stream: boolean,
    sinceIndex: number,
    startIndex: number,
    detach: (watcher: V2Watcher) => void,
  ) {
    this.key = key;
    this.recursive = recursive;
    this.stream = stream;
    this.sinceIndex = sinceIndex;
    this.startIndex = startIndex;
    this.#detach = detach;
  }

  /** No event will come after those in the buffer. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Events waiting. */
  get buffered(): number {
    return this.#buffer.length - this.#taken;
  }

  /** The next event, oldest first; `undefined` when none waits. */
  take(): V2Event | undefined {
    const event = this.#buffer[this.#taken];
    if (event === undefined) return undefined;
    this.#taken++;
    if (this.#taken === this.#buffer.length) {
      this.#buffer = [];
      this.#taken = 0;
    }
    return event;
  }

  /** Gives the watch up: no further call of `onReady`, waiting events are dropped. */
  remove(): void {
    this.onReady = undefined;
    this.#buffer = [];
    this.#taken = 0;
    this.end(undefined);
  }

  /** @internal Ends the watch, events in the buffer can still be taken. */
  end(error: V2Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.error = error;
    this.#detach(this);
    this.onReady?.();
  }

  /** @internal Puts an event in the buffer; one too many ends the watch instead. */
  push(event: V2Event): void {
    if (this.buffered >= watcherBufferCapacity) {
      this.end(undefined);
      return;
    }
    this.replay(event);
  }

  /** @internal As push, without the bound: for events of the history, of which there are at most 1000. */
  replay(event: V2Event): void {
    this.#buffer.push(event);
    if (!this.stream) this.end(undefined);
    else if (this.buffered === 1) this.onReady?.();
  }
}

/** All watchers and the history they may start in. */
export class WatcherHub {
  history: EventHistory;
  readonly #byPath = new Map<string, Set<V2Watcher>>();
  #count = 0;
  readonly #detach = (watcher: V2Watcher): void => this.#remove(watcher);

  constructor(history: EventHistory = new EventHistory()) {
    this.history = history;
  }

  /** Watchers waiting. */
  get count(): number {
    return this.#count;
  }

  /** Distinct paths that are watched. */
  get watchedPaths(): Iterable<string> {
    return this.#byPath.keys();
  }
  get watchedPathCount(): number {
    return this.#byPath.size;
  }

  /** A watch on a clean path from `sinceIndex` (at least 1) on. */
  watch(
    key: string,
    recursive: boolean,
    stream: boolean,
    sinceIndex: number,
    storeIndex: number,
  ): V2Watcher | V2Error {
    let found = this.history.scan(key, recursive, sinceIndex, storeIndex);
    if (found instanceof V2Error) return found;
    const watcher = new V2Watcher(key, recursive, stream, sinceIndex, storeIndex, this.#detach);
    while (found !== undefined) {
      watcher.replay(found);
      if (!stream) return watcher;
      const next = this.history.scan(key, recursive, found.node.modifiedIndex + 1, storeIndex);
      if (next instanceof V2Error) return next;
      found = next;
    }
    let sharers = this.#byPath.get(key);
    if (sharers === undefined) {
      sharers = new Set();
      this.#byPath.set(key, sharers);
    }
    sharers.add(watcher);
    this.#count++;
    return watcher;
  }

  /** Remembers an event that nobody is told of (a refresh). */
  record(event: V2Event): void {
    this.history.add(event);
  }

  /** Remembers an event and tells the watchers on its path and on the directories above it. */
  notify(event: V2Event): void {
    this.history.add(event);
    if (this.#count === 0) return;
    const key = event.node.key;
    this.notifyAt(event, '/', false);
    for (let slash = key.indexOf('/', 1); slash !== -1; slash = key.indexOf('/', slash + 1)) {
      this.notifyAt(event, key.slice(0, slash), false);
    }
    if (key !== '/') this.notifyAt(event, key, false);
  }

  /** Tells the watchers on one path; `deleted`: the path went away with the directory of the event. */
  notifyAt(event: V2Event, path: string, deleted: boolean): void {
    const watchers = this.#byPath.get(path);
    if (watchers === undefined) return;
    const original = event.node.key === path;
    if (!original && isHiddenBelow(path, event.node.key)) return;
    for (const watcher of watchers) {
      if (!(watcher.recursive || original || deleted)) continue;
      if (event.node.modifiedIndex >= watcher.sinceIndex) watcher.push(event);
    }
  }

  /**
   * The store was replaced: watchers get what the new history holds for them, and end with error 400 where it
   * does not reach back to what they have seen (`seenIndex`: the old store's index).
   */
  recover(history: EventHistory, seenIndex: number, storeIndex: number): void {
    this.history = history;
    const waiting: V2Watcher[] = [];
    for (const watchers of this.#byPath.values()) waiting.push(...watchers);
    for (const watcher of waiting) {
      let from = Math.max(watcher.sinceIndex, seenIndex + 1);
      while (!watcher.ended) {
        const found = history.scan(watcher.key, watcher.recursive, from, storeIndex);
        if (found === undefined) break;
        if (found instanceof V2Error) {
          watcher.end(new V2Error(V2ErrorCode.watcherCleared, '', storeIndex));
          break;
        }
        watcher.push(found);
        from = found.node.modifiedIndex + 1;
      }
    }
  }

  #remove(watcher: V2Watcher): void {
    const sharers = this.#byPath.get(watcher.key);
    if (sharers?.delete(watcher) !== true) return; // it was answered from the history
    this.#count--;
    if (sharers.size === 0) this.#byPath.delete(watcher.key);
  }
}
