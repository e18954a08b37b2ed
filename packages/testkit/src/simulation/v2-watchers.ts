// Clients that watch the v2 tree: once or as a stream, one key or all below a directory, over members and crashes. One more
// watch on every member, on everything, writes down what happened.
import { unixNanoOf, V2Error, type V2Watcher } from '@quorate/v2store';
import { V2Log, V2WatchJudge } from './checkers/v2-watches.ts';
import { Draw } from './draw.ts';
import type { SimNode } from './sim-node.ts';
import type { World } from './world.ts';

const RETRY_MS = 300;
const NANOS_PER_MS = 1_000_000n;
/** The leader lets keys expire within this time. */
const EXPIRY_MS = 3000;

class V2Follower {
  readonly judge: V2WatchJudge;
  readonly #world: World;
  readonly #draw: Draw;
  readonly #stream: boolean;
  #node: SimNode | undefined;
  #life = -1;
  #watcher: V2Watcher | undefined;
  /** Reads nothing until then: a stream that does not keep up is ended by the member. */
  #stalledUntilMs = 0;

  constructor(world: World, log: V2Log, number: number) {
    this.#world = world;
    this.#draw = new Draw(world.seed, 'v2 watcher', number);
    const key = `/1/e0000/k${this.#draw.whole(0, world.settings.keys - 1)}`;
    const [path, recursive] = this.#draw.pick<[string, boolean]>([
      ['/1', true],
      ['/1/e0000', true],
      ['/1/ttl', true],
      ['/1/queue', true],
      [key, false],
      [key, true],
    ]);
    this.#stream = this.#draw.chance(0.5);
    const name = `v2 ${this.#stream ? 'stream' : 'wait'} ${number}`;
    this.judge = new V2WatchJudge(name, path, recursive, log, world.report);
  }

  /** Looks after the watch; called from time to time. */
  tend(): void {
    const node = this.#node;
    if (node === undefined || !node.isUp || node.clock.life !== this.#life) {
      this.#watcher = undefined;
      this.#begin(this.#draw.pick(this.#world.nodes));
      return;
    }
    this.#read();
    if (this.#watcher?.ended === true && this.#watcher.buffered === 0) this.#watcher = undefined;
    if (this.#watcher !== undefined && this.#draw.chance(0.02)) {
      this.#watcher.remove();
      this.#watcher = undefined;
    }
    if (this.#watcher === undefined)
      this.#begin(this.#draw.chance(0.5) ? node : this.#draw.pick(this.#world.nodes));
    else if (this.#draw.chance(0.05))
      this.#stalledUntilMs = this.#world.scheduler.nowMs + this.#draw.exponential(3000);
  }

  /** Stops stalling. */
  calm(): void {
    this.#stalledUntilMs = 0;
  }

  #begin(node: SimNode): void {
    this.#node = node;
    this.#life = node.clock.life;
    const v2 = node.isUp ? node.member?.v2 : undefined;
    if (v2 === undefined) return;
    const { path, recursive } = this.judge;
    // A wait that is answered from the history is over at once, and the next one is asked for.
    do {
      const watcher = v2.watch(path, recursive, this.#stream, this.judge.nextIndex);
      if (watcher instanceof V2Error) {
        this.#world.count('v2 watch refused');
        this.judge.refused(watcher, v2.index);
        return;
      }
      this.#world.count('v2 watch begun');
      this.#watcher = watcher;
      watcher.onReady = () => this.#read();
      this.#read();
    } while (this.#watcher.ended && this.#watcher.buffered === 0);
  }

  #read(): void {
    const node = this.#node;
    if (node === undefined || node.disk.crashed || node.clock.life !== this.#life) return;
    if (this.#stalledUntilMs > this.#world.scheduler.nowMs) return;
    for (let event = this.#watcher?.take(); event !== undefined; event = this.#watcher?.take())
      this.judge.take(event);
  }
}

export class V2Watchers {
  readonly followers: V2Follower[] = [];
  readonly #world: World;
  readonly #log: V2Log;

  constructor(world: World) {
    this.#world = world;
    this.#log = new V2Log(world.report, () =>
      Math.max(...world.machines.map(({ clock }) => clock.latestWallMs())),
    );
    for (let number = 0; number < world.settings.v2Watchers; number++) {
      const follower = new V2Follower(world, this.#log, number);
      this.followers.push(follower);
      const tend = (): void => {
        follower.tend();
        world.scheduler.after(RETRY_MS, tend);
      };
      world.scheduler.after(RETRY_MS, tend);
    }
  }

  /** A member is up: what it has applied and will apply is written down. */
  follow(node: SimNode): void {
    const v2 = node.member?.v2;
    if (v2 === undefined || this.#world.settings.v2Watchers === 0) return;
    const { life } = node.clock;
    const all = v2.watch('/', true, true, Math.min(this.#log.last, v2.index) + 1);
    if (all instanceof V2Error) {
      this.#world.report(
        'v2-watch',
        `${node.name} at ${v2.index} does not know of ${this.#log.last}: ${all.cause}`,
      );
      return;
    }
    const read = (): void => {
      if (node.clock.life !== life || node.disk.crashed) return;
      for (let event = all.take(); event !== undefined; event = all.take()) this.#log.note(node.name, event);
    };
    all.onReady = read;
    read();
  }

  /** What is not yet as it should be in the end. */
  disorder(leader: SimNode | undefined): string | undefined {
    const waiting = this.followers.find(({ judge }) => !judge.isComplete);
    if (waiting !== undefined)
      return `${waiting.judge.name} of ${waiting.judge.path} has not seen everything from ${waiting.judge.nextIndex} on`;
    const next = leader?.member?.v2.nextExpiration;
    if (leader === undefined || next === undefined) return undefined;
    const lateMs = leader.clock.wallMs() - Number(unixNanoOf(next) / NANOS_PER_MS);
    return lateMs > EXPIRY_MS ? `v2 keys outlive their time, by ${lateMs} ms` : undefined;
  }
}
