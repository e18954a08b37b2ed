// Followers of the v3 key space: each watches a range on one member (or on any), goes on from where it was when it is
// broken off, and moves now and then. Those that see all keys write the log of revisions; what others see waits for it.
import { latin1Key } from '@quorate/base';
import { EtcdClient, type Watch } from '@quorate/client';
import { Event, EventType, KeyValue, type WatchResponse } from '@quorate/proto';
import { Draw, requests, WatchJudge } from '@quorate/testkit';
import type { RobustMember } from './member.ts';
import type { World } from './world.ts';

const ALL_KEYS = '\0';

export class Follower {
  readonly judge: WatchJudge;
  readonly #world: World;
  readonly #members: readonly RobustMember[];
  readonly #draw: Draw;
  /** Of one that stays with a member. */
  readonly #home: RobustMember | undefined;
  #client: EtcdClient | undefined;
  #watch: Watch | undefined;
  /** Whether what comes may come from Go etcd 3.4, whose watches are not faultless. */
  #mayBeGo = false;
  /** Not judged yet: the log is behind. */
  #waiting: WatchResponse[] = [];

  constructor(
    world: World,
    members: readonly RobustMember[],
    number: number,
    home: RobustMember | undefined,
    [start, end]: readonly [start: string, end: string],
  ) {
    this.#world = world;
    this.#members = members;
    this.#home = home;
    this.#draw = new Draw(world.seed, 'follower', number);
    const name = `follower ${number} of ${latin1Key(requests.bytes(start)).replace('\0', 'all')}`;
    this.judge = new WatchJudge(name, start, end, 1, world.log, world.report);
    world.log.listeners.push(() => {
      if (this.#waiting.length > 0) queueMicrotask(() => this.#judgeWaiting());
    });
  }

  get #seesAll(): boolean {
    return this.judge.start === ALL_KEYS;
  }

  /** Looks after the watch; called from time to time. */
  tend(): void {
    // Go 3.4 tells of progress that it has not made (etcd-io/etcd#15220): it is not asked.
    if (this.#client === undefined) this.#begin();
    else if (this.#draw.chance(0.04)) this.#restart();
    else if (!this.#mayBeGo && this.#draw.chance(0.3)) this.#client.requestProgress();
  }

  stop(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  #restart(): void {
    // What has been received has been seen: it must not come again.
    this.stop();
    this.#begin();
  }

  /** Where to go on: behind what waits to be judged. */
  get #nextRevision(): number {
    const last =
      this.#waiting.findLast(({ events }) => events.length > 0)?.events.at(-1)?.kv?.modRevision ?? 0;
    return Math.max(this.judge.nextRevision, last + 1);
  }

  #begin(): void {
    const isAnywhere = this.#home === undefined && this.#draw.chance(0.5);
    const member = this.#home ?? this.#draw.pick(this.#members);
    const members = isAnywhere ? this.#members : [member];
    this.#mayBeGo = members.some(({ kind }) => kind === 'go');
    const client = new EtcdClient({ endpoints: members.map(({ url }) => url), dialTimeoutMs: 1000 });
    this.#client = client;
    const { start, end } = this.judge;
    this.#world.count('watch begun');
    const watch = client.watch(
      {
        key: requests.bytes(start),
        rangeEnd: requests.bytes(end),
        startRevision: this.#nextRevision,
        prevKv: true,
      },
      {
        onResponse: (response) => {
          if (this.#watch === watch) this.#take(this.#mayBeGo ? this.#withoutRepeated(response) : response);
        },
      },
    );
    this.#watch = watch;
  }

  /**
   * Go 3.4 goes back to where a watch began when it installs a snapshot (etcd-io/etcd#15271), also to before that
   * (etcd-io/etcd#20221).
   */
  #withoutRepeated(response: WatchResponse): WatchResponse {
    const next = this.#nextRevision;
    const events = response.events.filter(({ kv }) => (kv?.modRevision ?? 0) >= next);
    this.#world.count('events repeated by Go etcd', response.events.length - events.length);
    return { ...response, events };
  }

  #take(response: WatchResponse): void {
    if (response.events.length === 0 && this.#mayBeGo && !response.canceled) return;
    if (response.canceled) {
      this.#judgeCancel(response);
      // From within the client's delivery it must not be closed.
      queueMicrotask(() => this.stop());
      return;
    }
    if (this.#seesAll) this.#write(response);
    this.#waiting.push(response);
    this.#judgeWaiting();
  }

  #judgeCancel({ compactRevision, cancelReason }: WatchResponse): void {
    if (compactRevision === 0) {
      this.#world.trace(this.judge.name, `ended: ${cancelReason}`);
      return;
    }
    this.#world.count('watch compacted');
    this.#waiting = [];
    this.judge.compacted(compactRevision, this.#world.compaction.asked);
  }

  /** Puts what was seen into the log of revisions, which says so when it does not fit. */
  #write({ events }: WatchResponse): void {
    let [revision, sub] = [0, 0];
    for (const { type, kv } of events) {
      if (kv === undefined) continue;
      sub = kv.modRevision === revision ? sub + 1 : 0;
      revision = kv.modRevision;
      this.#world.log.append(this.judge.name, revision, sub, type === EventType.DELETE, KeyValue.encode(kv));
    }
  }

  #judgeWaiting(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const revision = first.header?.revision ?? 0;
      const last = first.events.at(-1)?.kv?.modRevision;
      if (this.#world.log.last < (last ?? revision)) return;
      this.#waiting.shift();
      if (last === undefined) {
        this.judge.progress(revision);
        continue;
      }
      const events = first.events.map((event) => {
        const kv = event.kv ?? KeyValue.create();
        const encoded = Event.encode(event);
        return {
          type: event.type === EventType.DELETE ? (1 as const) : (0 as const),
          modRevision: kv.modRevision,
          version: kv.version,
          kv: KeyValue.encode(kv),
          encoded,
          encodedWithPrev: encoded,
        };
      });
      this.judge.take(events, revision);
      this.#world.count('watch events', events.length);
    }
  }

  get isComplete(): boolean {
    return this.#waiting.length === 0 && this.judge.isComplete;
  }
}

/** One follower of everything per member, one of everything anywhere, and some of parts that wander. */
export function createFollowers(world: World, members: readonly RobustMember[]): Follower[] {
  const homes = [...members, undefined];
  const everything = homes.map(
    (home, number) => new Follower(world, members, number, home, [ALL_KEYS, ALL_KEYS]),
  );
  const parts = (
    [
      ['e', 'f'],
      ['e00000/', 'e00001'],
      ['lease/', 'lease0'],
      ['probe/m1', ''],
    ] as const
  ).map((range, at) => new Follower(world, members, homes.length + at, undefined, range));
  return [...everything, ...parts];
}
