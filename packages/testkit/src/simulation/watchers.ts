// Clients that watch: each follows a range over members and crashes, and stalls now and then.
import { latin1Key } from '@quorate/base';
import { MvccError, type Watcher, type WatchSink } from '@quorate/storage';
import { WatchJudge } from './checkers/watches.ts';
import { Draw } from './draw.ts';
import { bytes } from './requests.ts';
import type { SimNode } from './sim-node.ts';
import type { World } from './world.ts';

const RETRY_MS = 300;

class Follower {
  readonly judge: WatchJudge;
  readonly #world: World;
  readonly #draw: Draw;
  #node: SimNode | undefined;
  #life = -1;
  #watcher: Watcher | undefined;
  #paused = false;

  constructor(world: World, number: number) {
    this.#world = world;
    this.#draw = new Draw(world.seed, 'watcher', number);
    const { keys } = world.settings;
    const one = `e0000/k${this.#draw.whole(0, keys - 1)}`;
    const [start, end] = this.#draw.pick<[string, string]>([
      ['e', 'f'],
      ['\0', '\0'],
      ['e0000/', 'e0001'],
      ['lease/', 'lease0'],
      [one, ''],
    ]);
    this.judge = new WatchJudge(`watcher${number}`, start, end, 1, world.log, world.report);
  }

  /** Looks after the watch; called from time to time. */
  tend() {
    const { nodes } = this.#world;
    if (this.#node !== undefined && this.#isBroken()) this.#forget();
    if (this.#node === undefined) {
      const node = this.#draw.pick(nodes);
      if (node.isUp) this.#begin(node);
      return;
    }
    const { member } = this.#node;
    const watcher = this.#watcher;
    if (member === undefined || watcher === undefined) return;
    if (watcher.cancelled) return this.#forget();
    if (this.#draw.chance(0.02)) {
      member.kv.watchHub.cancel(watcher);
      return this.#forget();
    }
    if (this.#paused && this.#draw.chance(0.5)) {
      this.#paused = false;
      member.kv.watchHub.resume(watcher);
    } else {
      const progress = member.kv.watchHub.progress([watcher]);
      if (progress !== undefined) this.judge.progress(progress);
    }
  }

  /** Stops stalling. */
  calm(): void {
    if (!this.#paused || this.#node?.member === undefined || this.#watcher === undefined) return;
    this.#paused = false;
    this.#node.member.kv.watchHub.resume(this.#watcher);
  }

  #isBroken(): boolean {
    return this.#node?.isUp !== true || this.#node.clock.life !== this.#life;
  }

  #forget(): void {
    this.#node = undefined;
    this.#watcher = undefined;
    this.#paused = false;
  }

  #begin(node: SimNode): void {
    this.#node = node;
    this.#life = node.clock.life;
    this.#watcher = undefined;
    this.#world.onNode(node, () => {
      // One that is stopping meanwhile has closed its store.
      if (!node.isUp || node.member === undefined || this.#node !== node) return;
      const { start, end, nextRevision } = this.judge;
      // A member that is behind is asked for a revision of the future: it must hold the watch until then.
      const query = {
        key: bytes(start),
        rangeEnd: bytes(end),
        startRevision: nextRevision,
        noPut: false,
        noDelete: false,
        prevKv: true,
      };
      try {
        this.#watcher = node.member.kv.watchHub.watch(query, this.#sink(node));
        this.#world.count('watch begun');
      } catch (error) {
        if (!(error instanceof MvccError)) throw error;
        this.#world.report(
          'watch',
          `${this.judge.name} over ${latin1Key(query.key)} was refused: ${error.message}`,
        );
      }
    });
  }

  #sink(node: SimNode): WatchSink {
    const life = node.clock.life;
    // What the power's loss keeps from leaving the machine is not seen.
    const isCurrent = (watcher: Watcher | undefined): boolean =>
      node.clock.life === life && !node.disk.crashed && this.#watcher === watcher;
    return {
      events: ([watcher], events, revision) => {
        if (!isCurrent(watcher)) return true;
        this.judge.take(events, revision);
        this.#paused = this.#draw.chance(0.05);
        return !this.#paused;
      },
      compacted: (watcher, compactRevision) => {
        if (!isCurrent(watcher)) return;
        this.judge.compacted(compactRevision, this.#world.compaction.asked);
        this.#forget();
      },
    };
  }
}

export class Watchers {
  readonly followers: Follower[] = [];

  constructor(world: World) {
    for (let number = 0; number < world.settings.watchers; number++) {
      const follower = new Follower(world, number);
      this.followers.push(follower);
      const tend = (): void => {
        follower.tend();
        world.scheduler.after(RETRY_MS, tend);
      };
      world.scheduler.after(RETRY_MS, tend);
    }
  }

  get isComplete(): boolean {
    return this.followers.every((follower) => follower.judge.isComplete);
  }
}
