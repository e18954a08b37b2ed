// Trouble, drawn one by one: each fault has a number, from which its kind, its victims and its duration follow. A fault
// strikes, lasts, and is healed; sometimes two strike together.
import { Draw } from '@quorate/testkit';
import { sleep } from '../harness/cluster.ts';
import type { RobustCluster } from './cluster.ts';
import type { RobustMember } from './member.ts';
import { type Impairment, type LinkTrouble, linkName, UNIMPAIRED } from './network.ts';
import { canTraceSyncs, SyncTracer } from './sync-trouble.ts';
import type { World } from './world.ts';

type Heal = () => Promise<void>;

interface Strike {
  readonly draw: Draw;
  readonly victim: RobustMember;
  readonly durationMs: number;
}

interface Fault {
  readonly weight: number;
  /** Whether this machine, this network and these members allow it; absent: always. */
  possible?(cluster: RobustCluster): boolean;
  strike(this: void, cluster: RobustCluster, strike: Strike, world: World): Promise<Heal>;
}

const needs =
  (trouble: LinkTrouble) =>
  ({ network }: RobustCluster): boolean =>
    network.can.has(trouble);
const hasVolumes = ({ members }: RobustCluster): boolean => members.every(({ volume }) => volume.isOwn);
/** Syncs of a member that was about to end. */
const FORGIVEN_SYNCS = 3;
const NOTHING: Heal = async () => {};

function cutsBetween(
  members: readonly RobustMember[],
  isCut: (from: RobustMember, to: RobustMember) => boolean,
): ReadonlySet<string> {
  return new Set(
    members.flatMap((from) =>
      members.filter((to) => to !== from && isCut(from, to)).map((to) => linkName(from.name, to.name)),
    ),
  );
}

function cut(
  cluster: RobustCluster,
  isCut: (from: RobustMember, to: RobustMember) => boolean,
): Promise<Heal> {
  const cuts = cutsBetween(cluster.members, isCut);
  return cluster.trouble({ conditions: { cuts, impaired: new Map() } });
}

function impair(
  cluster: RobustCluster,
  victims: readonly RobustMember[],
  change: Partial<Impairment>,
): Promise<Heal> {
  const impaired = new Map(victims.map(({ name }) => [name, { ...UNIMPAIRED, ...change }]));
  return cluster.trouble({ conditions: { cuts: new Set(), impaired }, isSlow: true });
}

function others(cluster: RobustCluster, victim: RobustMember): RobustMember[] {
  return cluster.members.filter((member) => member !== victim);
}

async function killAll(cluster: RobustCluster, victims: readonly RobustMember[]): Promise<Heal> {
  await Promise.all(victims.map((victim) => cluster.kill(victim)));
  return async () => {
    for (const victim of victims) if (!victim.isRunning) cluster.startMember(victim);
  };
}

/** A trouble of a member's disk, which may end it; afterwards the member is started again, by force if need be. */
async function diskTrouble(
  cluster: RobustCluster,
  victim: RobustMember,
  begin: () => Promise<void>,
  end: () => Promise<void>,
  world: World,
): Promise<Heal> {
  const heal = await cluster.trouble({ ill: new Set([victim]), isSlow: true });
  victim.mayEnd = true;
  await begin();
  return async () => {
    world.count(victim.isRunning ? 'lived through a disk fault' : 'ended by a disk fault');
    await cluster.kill(victim);
    await end();
    cluster.startMember(victim);
    await heal();
  };
}

async function traced(
  cluster: RobustCluster,
  victim: RobustMember,
  trace: (pid: number) => SyncTracer,
  world: World,
): Promise<Heal> {
  const heal = await cluster.trouble({ isSlow: true });
  const tracer = trace(victim.pid);
  victim.tracer = tracer;
  return async () => {
    world.count('slow syncs', await tracer.stop());
    await heal();
  };
}

export const FAULTS = {
  partition: {
    weight: 3,
    strike: (cluster, { draw }) => {
      const side = new Map(cluster.members.map((member) => [member, draw.chance(0.5)]));
      return cut(cluster, (from, to) => side.get(from) !== side.get(to));
    },
  },
  minority: {
    weight: 2,
    strike: (cluster, { draw }) => {
      const few = new Set<RobustMember>();
      while (few.size < Math.floor((cluster.members.length - 1) / 2)) few.add(draw.pick(cluster.members));
      return cut(cluster, (from, to) => few.has(from) !== few.has(to));
    },
  },
  isolateAll: { weight: 1, strike: (cluster) => cut(cluster, () => true) },
  isolateLeader: {
    weight: 3,
    strike: async (cluster, { victim }) => {
      const leader = (await cluster.leader()) ?? victim;
      return cut(cluster, (from, to) => from === leader || to === leader);
    },
  },
  oneWay: {
    weight: 2,
    strike: (cluster, { draw, victim }) => {
      const inward = draw.chance(0.5);
      return cut(cluster, (from, to) => (inward ? to : from) === victim);
    },
  },
  oneLink: {
    weight: 1,
    strike: (cluster, { draw, victim }) => {
      const other = draw.pick(others(cluster, victim));
      return cut(cluster, (from, to) => from === victim && to === other);
    },
  },
  flapping: {
    weight: 2,
    strike: async (cluster, { draw, victim, durationMs }) => {
      const everyMs = draw.between(100, 800);
      const untilMs = performance.now() + durationMs;
      const flap = async (): Promise<void> => {
        while (performance.now() < untilMs) {
          const heal = await cut(cluster, (from, to) => from === victim || to === victim);
          await sleep(everyMs);
          await heal();
          await sleep(everyMs);
        }
      };
      const over = flap();
      return () => over;
    },
  },
  delay: {
    weight: 2,
    possible: needs('delay'),
    strike: (cluster, { draw }) => impair(cluster, cluster.members, { delayMs: draw.pick([20, 100, 200]) }),
  },
  loss: {
    weight: 2,
    possible: needs('loss'),
    strike: (cluster, { draw }) => impair(cluster, cluster.members, { loss: draw.pick([0.02, 0.1, 0.1]) }),
  },
  bandwidth: {
    weight: 1,
    possible: needs('bandwidth'),
    strike: (cluster, { draw, victim }) =>
      impair(cluster, draw.chance(0.5) ? [victim] : cluster.members, {
        bytesPerSecond: draw.pick([16_000, 64_000, 256_000]),
      }),
  },
  kill: { weight: 3, strike: (cluster, { victim }) => killAll(cluster, [victim]) },
  killLeader: {
    weight: 2,
    strike: async (cluster, { victim }) => killAll(cluster, [(await cluster.leader()) ?? victim]),
  },
  killTwo: {
    weight: 1,
    strike: (cluster, { draw, victim }) => killAll(cluster, [victim, draw.pick(others(cluster, victim))]),
  },
  killEverybody: { weight: 1, strike: (cluster) => killAll(cluster, cluster.members) },
  pause: {
    weight: 3,
    strike: async (cluster, { draw, victim }) => {
      const paused = draw.chance(0.5) ? ((await cluster.leader()) ?? victim) : victim;
      cluster.pause(paused);
      return async () => cluster.resume(paused);
    },
  },
  pauseMany: {
    weight: 1,
    strike: async (cluster, { draw }) => {
      const paused = cluster.members.filter(() => draw.chance(0.6));
      for (const member of paused) cluster.pause(member);
      return async () => {
        for (const member of paused) cluster.resume(member);
      };
    },
  },
  rollingRestart: {
    weight: 1,
    strike: async (cluster, { draw }) => {
      for (const member of cluster.members) {
        await (draw.chance(0.5) ? cluster.stop(member) : cluster.kill(member));
        cluster.startMember(member);
        await sleep(draw.between(500, 2000));
      }
      return NOTHING;
    },
  },
  replace: {
    weight: 1,
    strike: async (cluster, { victim }) => {
      await cluster.replace(victim);
      return NOTHING;
    },
  },
  transfer: {
    weight: 2,
    strike: async (cluster, { draw, durationMs }, world) => {
      const untilMs = performance.now() + durationMs;
      do {
        const leader = await cluster.leader();
        if (leader === undefined) break;
        const target = draw.pick(others(cluster, leader));
        try {
          const { header } = await cluster.status(target);
          await cluster.call([leader], (client, timeoutMs) =>
            client.maintenance.moveLeader(header?.memberId ?? 0n, { timeoutMs }),
          );
          world.count('leader transfer');
        } catch (error) {
          world.trace('fault', `leader transfer: ${String(error)}`);
        }
      } while (performance.now() < untilMs && draw.chance(0.6));
      return NOTHING;
    },
  },
  compaction: {
    weight: 2,
    strike: async (cluster, { draw, durationMs }, world) => {
      const untilMs = performance.now() + durationMs;
      while (performance.now() < untilMs) {
        // What nobody has seen yet must stay, or the log of revisions would have a hole.
        const revision = world.log.last - draw.pick([0, 0, 5, 50]);
        if (revision > world.compaction.asked) {
          world.compaction.asked = revision;
          try {
            await cluster.call(cluster.members, (client, timeoutMs) =>
              client.kv.compact({ revision, physical: draw.chance(0.3) }, { timeoutMs }),
            );
            world.count('compaction');
          } catch (error) {
            world.trace('fault', `compaction at ${revision}: ${String(error)}`);
          }
        }
        await sleep(draw.between(20, 400));
      }
      return NOTHING;
    },
  },
  fullDisk: {
    weight: 1,
    possible: hasVolumes,
    strike: (cluster, { victim }, world) =>
      diskTrouble(
        cluster,
        victim,
        () => victim.volume.fill(),
        async () => victim.volume.unfill(),
        world,
      ),
  },
  readOnlyDisk: {
    weight: 1,
    possible: hasVolumes,
    strike: (cluster, { victim }, world) =>
      diskTrouble(
        cluster,
        victim,
        () => victim.volume.abort(),
        () => victim.volume.repair(),
        world,
      ),
  },
  failingSync: {
    weight: 1,
    possible: () => canTraceSyncs,
    strike: async (cluster, { victim }, world) => {
      const { life } = victim;
      let tracer: SyncTracer | undefined;
      const heal = await diskTrouble(
        cluster,
        victim,
        async () => {
          tracer = SyncTracer.failing(victim.pid);
          victim.tracer = tracer;
        },
        async () => {},
        world,
      );
      return async () => {
        const hasLived = victim.isRunning && victim.life === life;
        const failed = (await tracer?.stop()) ?? 0;
        world.count('failed syncs', failed);
        if (hasLived && failed > FORGIVEN_SYNCS && victim.kind === 'ours')
          world.report('failed-sync', `${victim.name} lives on after ${failed} syncs have failed`);
        await heal();
      };
    },
  },
  slowSync: {
    weight: 2,
    possible: () => canTraceSyncs,
    strike: (cluster, { draw, victim }, world) => {
      const delayMs = draw.pick([20, 100, 500]);
      return traced(cluster, victim, (pid) => SyncTracer.slow(pid, delayMs), world);
    },
  },
  clock: {
    weight: 1,
    possible: ({ hasClocks }) => hasClocks,
    strike: async (cluster, { draw, victim }) => {
      cluster.setClock(victim, draw.pick([-3600, -30, 30, 3600]));
      return async () => cluster.setClock(victim, 0);
    },
  },
} as const satisfies Record<string, Fault>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

const ALONGSIDE: readonly FaultKind[] = ['isolateLeader', 'oneWay', 'oneLink', 'delay', 'loss', 'compaction'];

export interface FaultTimes {
  readonly meanDurationMs: number;
  readonly maxDurationMs: number;
  /** Between the healing of one and the next, at most. */
  readonly pauseMs: number;
}

export class Faults {
  readonly #world: World;
  readonly #cluster: RobustCluster;
  readonly #weights: Record<FaultKind, number>;
  /** Of faults that can come on top of others: those of links. */
  readonly #alongside: Record<FaultKind, number>;
  readonly #times: FaultTimes;
  #stopped = false;

  constructor(world: World, cluster: RobustCluster, kinds: readonly FaultKind[], times: FaultTimes) {
    this.#world = world;
    this.#cluster = cluster;
    this.#times = times;
    const weigh = (kind: FaultKind): number => {
      const fault: Fault = FAULTS[kind];
      return kinds.includes(kind) && (fault.possible?.(cluster) ?? true) ? fault.weight : 0;
    };
    const table = (weight: (kind: FaultKind) => number): Record<FaultKind, number> =>
      Object.fromEntries(FAULT_KINDS.map((kind) => [kind, weight(kind)])) as Record<FaultKind, number>;
    this.#weights = table(weigh);
    this.#alongside = table((kind) => (ALONGSIDE.includes(kind) ? weigh(kind) : 0));
  }

  /** Kinds that can happen. */
  get kinds(): FaultKind[] {
    return FAULT_KINDS.filter((kind) => this.#weights[kind] > 0);
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    const times = new Draw(this.#world.seed, 'fault times');
    for (let number = 0; !this.#stopped; ) {
      await sleep(times.between(0, this.#times.pauseMs));
      if (this.#stopped) return;
      const durationMs = Math.min(
        200 + times.exponential(this.#times.meanDurationMs),
        this.#times.maxDurationMs,
      );
      const heals = [await this.#strike(number++, durationMs, this.#weights)];
      if (times.chance(0.2)) heals.push(await this.#strike(number++, durationMs, this.#alongside));
      await this.#wait(durationMs);
      for (const heal of heals.reverse()) await heal();
      await this.#cluster.restartAll();
      this.#world.trace('fault', 'healed');
      await this.#settled();
    }
  }

  async #strike(
    number: number,
    durationMs: number,
    weights: Readonly<Record<FaultKind, number>>,
  ): Promise<Heal> {
    const draw = new Draw(this.#world.seed, 'fault', number);
    const kind = draw.weighted<FaultKind>(weights);
    if (kind === undefined) return NOTHING;
    const victim = draw.pick(this.#cluster.members);
    this.#world.count(`fault ${kind}`);
    this.#world.trace('fault', `#${number} ${kind} ${victim.name} ${durationMs.toFixed(0)} ms`);
    const fault: Fault = FAULTS[kind];
    return fault.strike(this.#cluster, { draw, victim, durationMs }, this.#world);
  }

  async #wait(durationMs: number): Promise<void> {
    const untilMs = performance.now() + durationMs;
    while (performance.now() < untilMs && !this.#stopped) await sleep(20);
  }

  /** The next fault waits until the cluster has got over the last one: everybody listens and a write went through. */
  async #settled(): Promise<void> {
    const { availability } = this.#cluster;
    const before = availability.gaps.length;
    while (availability.gaps.length === before && this.#world.violation === undefined && !this.#stopped)
      await sleep(20);
  }
}
