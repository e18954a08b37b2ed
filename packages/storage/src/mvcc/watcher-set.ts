// Watchers by what they watch: those of one key in a map, those of ranges in an interval tree, equal ones in one group.
import type { Random } from '@quorate/base';
import type { StoredEvent } from './events.ts';
import { IntervalTree } from './interval-tree.ts';
import type { WatchSink } from './types.ts';

/** What a member of the set watches; `rangeEnd` null: the one key, undefined: everything from `key` on. */
export interface Watching {
  readonly watchedKey: string;
  readonly watchedEnd: string | undefined | null;
  readonly prevKv: boolean;
  readonly sink: WatchSink;
  /** Position among the watchers of its group and sink; owned by the set. */
  groupIndex: number;
}

/** Watchers of the same keys. */
export class WatcherGroup<W extends Watching> {
  readonly bySink = new Map<WatchSink, W[]>();
  /** How many of them want previous values. */
  wantPrevious = 0;
  /** What happened to the keys and was not delivered yet, ascending. */
  gathered: StoredEvent[] = [];

  add(watcher: W): void {
    let watchers = this.bySink.get(watcher.sink);
    if (watchers === undefined) {
      watchers = [];
      this.bySink.set(watcher.sink, watchers);
    }
    watcher.groupIndex = watchers.length;
    watchers.push(watcher);
    if (watcher.prevKv) this.wantPrevious++;
  }

  /** The last of the same sink takes its place. */
  remove(watcher: W): void {
    const watchers = this.bySink.get(watcher.sink) as W[];
    const last = watchers.pop() as W;
    if (last !== watcher) {
      watchers[watcher.groupIndex] = last;
      last.groupIndex = watcher.groupIndex;
    }
    if (watchers.length === 0) this.bySink.delete(watcher.sink);
    if (watcher.prevKv) this.wantPrevious--;
  }
}

export class WatcherSet<W extends Watching> {
  private readonly exact = new Map<string, WatcherGroup<W>>();
  private readonly ranges: IntervalTree<WatcherGroup<W>>;
  private count = 0;

  constructor(random: Random) {
    this.ranges = new IntervalTree(random);
  }

  get size(): number {
    return this.count;
  }

  add(watcher: W): void {
    const { watchedKey: key, watchedEnd: end } = watcher;
    let group = end === null ? this.exact.get(key) : this.ranges.get(key, end);
    if (group === undefined) {
      group = new WatcherGroup();
      if (end === null) this.exact.set(key, group);
      else this.ranges.add(key, end, group);
    }
    group.add(watcher);
    this.count++;
  }

  /** Removes a watcher that is in the set. */
  remove(watcher: W): void {
    const { watchedKey: key, watchedEnd: end } = watcher;
    const group = (end === null ? this.exact.get(key) : this.ranges.get(key, end)) as WatcherGroup<W>;
    group.remove(watcher);
    if (group.bySink.size === 0) {
      if (end === null) this.exact.delete(key);
      else this.ranges.remove(key, end);
    }
    this.count--;
  }

  /** Calls `visit` with every group of watchers that watches the key. */
  visit(key: string, visit: (group: WatcherGroup<W>) => void): void {
    const group = this.exact.get(key);
    if (group !== undefined) visit(group);
    if (this.ranges.size > 0) this.ranges.visit(key, visit);
  }
}
