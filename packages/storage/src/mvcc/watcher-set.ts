// Watchers by what they watch: those of one key in a map, those of ranges in an interval tree, equal ones in one group.
import type { Random } from '@quorate/base';
import { IntervalTree } from './interval-tree.ts';

/** What a member of the set watches; `rangeEnd` null: the one key, undefined: everything from `key` on. */
export interface Watching {
  readonly watchedKey: string;
  readonly watchedEnd: string | undefined | null;
  /** Position in its group; owned by the set. */
  groupIndex: number;
}

export class WatcherSet<W extends Watching> {
  private readonly exact = new Map<string, W[]>();
  private readonly ranges: IntervalTree<W[]>;
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
      group = [];
      if (end === null) this.exact.set(key, group);
      else this.ranges.add(key, end, group);
    }
    watcher.groupIndex = group.length;
    group.push(watcher);
    this.count++;
  }

  /** Removes a watcher that is in the set. The last of its group takes its place. */
  remove(watcher: W): void {
    const { watchedKey: key, watchedEnd: end } = watcher;
    const group = (end === null ? this.exact.get(key) : this.ranges.get(key, end)) as W[];
    const last = group.pop() as W;
    if (last !== watcher) {
      group[watcher.groupIndex] = last;
      last.groupIndex = watcher.groupIndex;
    }
    if (group.length === 0) {
      if (end === null) this.exact.delete(key);
      else this.ranges.remove(key, end);
    }
    this.count--;
  }

  /** Calls `visit` with every group of watchers that watches the key. */
  visit(key: string, visit: (group: W[]) => void): void {
    const group = this.exact.get(key);
    if (group !== undefined) visit(group);
    if (this.ranges.size > 0) this.ranges.visit(key, visit);
  }
}
