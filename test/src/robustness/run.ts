// One run: a cluster of real processes under real faults, with clients of all APIs, judged in the end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkRegisters, checkWrites, Draw, type Violation } from '@quorate/testkit';
import { eventually, type MemberKind, sleep } from '../harness/cluster.ts';
import type { Gap } from './availability.ts';
import { canStepClocks } from './clock-trouble.ts';
import { RobustCluster } from './cluster.ts';
import { FAULT_KINDS, type FaultKind, Faults, type FaultTimes } from './faults.ts';
import { LoopbackNetwork } from './loopback-network.ts';
import { NamespaceNetwork } from './namespace-network.ts';
import type { Network } from './network.ts';
import { Ports } from './ports.ts';
import { Probe } from './probes.ts';
import { V2Load } from './v2-clients.ts';
import { V2Log } from './v2-log.ts';
import { V2Waiter } from './v2-watchers.ts';
import { V3Client } from './v3-clients.ts';
import { createFollowers, type Follower } from './watchers.ts';
import { World } from './world.ts';

/** A cluster with a quorum that takes no write for so long hangs. */
const LIVENESS_LIMIT_MS = 30_000;
/** Time for everything to come to order when all trouble is over. */
const RECOVERY_MS = 180_000;
/** Who is so late himself cannot say that others are slow. */
const BUSY_MS = 300;
const TEND_MS = 300;
const TICK_MS = 50;
const FIRST_PORT = 24_001;

export interface RunOptions {
  readonly kinds: readonly MemberKind[];
  readonly seed: number;
  readonly durationMs: number;
  readonly faults?: readonly FaultKind[];
  readonly times?: FaultTimes;
  readonly network?: 'auto' | 'namespaces' | 'loopback';
  readonly firstPort?: number;
  readonly v3Clients?: number;
  readonly v2Clients?: number;
  /** Keeps timeline, logs and data of a run that passes, too. */
  readonly keep?: boolean;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
  onTrace?(line: string): void;
}

export interface RunResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly network: string;
  readonly faultKinds: readonly FaultKind[];
  readonly counts: ReadonlyMap<string, number>;
  /** Longest time without an acknowledged write while a quorum was there. */
  readonly worstGap: Gap;
  /** Gaps over 3 s, less those of a machine that was too busy to judge by. */
  readonly gapsOverThreeSeconds: number;
  readonly timeline: readonly string[];
  /** Where timeline, logs and data are. */
  readonly kept: string | undefined;
}

const DISK_FAULTS: readonly FaultKind[] = ['fullDisk', 'readOnlyDisk'];
const DEFAULT_TIMES: FaultTimes = { meanDurationMs: 3000, maxDurationMs: 12_000, pauseMs: 1500 };

async function chooseNetwork(options: RunOptions): Promise<Network> {
  if (options.network !== 'loopback') {
    const network = await NamespaceNetwork.create();
    if (network !== undefined) return network;
    if (options.network === 'namespaces') throw new Error('this machine allows no network namespaces');
  }
  const draw = new Draw(options.seed, 'packets');
  return new LoopbackNetwork(new Ports(options.firstPort ?? FIRST_PORT), () => draw.random.nextFloat());
}

export async function runRobustness(options: RunOptions): Promise<RunResult> {
  const world = new World(options.seed, options.onTrace);
  world.hasGoMembers = options.kinds.includes('go');
  const directory = mkdtempSync(join(tmpdir(), 'quorate-robustness-'));
  const draw = new Draw(options.seed, 'settings');
  const cluster = new RobustCluster(world, await chooseNetwork(options), directory, {
    snapshotCount: draw.pick([100, 300, 1000]),
    hasVolumes: DISK_FAULTS.some((kind) => (options.faults ?? FAULT_KINDS).includes(kind)),
    hasClocks: canStepClocks && (options.faults ?? FAULT_KINDS).includes('clock'),
  });
  let kept: string | undefined;
  let faultKinds: readonly FaultKind[] = [];
  try {
    await cluster.start(options.kinds);
    const faults = new Faults(world, cluster, options.faults ?? FAULT_KINDS, options.times ?? DEFAULT_TIMES);
    faultKinds = faults.kinds;
    await new Run(world, cluster, faults, options).toTheEnd();
  } catch (error) {
    world.report('exception', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    if (world.violation !== undefined || options.keep === true) {
      kept = directory;
      writeFileSync(join(directory, 'timeline.txt'), `${world.timeline.join('\n')}\n`);
    }
    await cluster.dispose(kept === undefined ? undefined : join(directory, 'data'));
    if (kept === undefined) rmSync(directory, { recursive: true, force: true });
  }
  const { gaps, worst } = cluster.availability;
  return {
    seed: options.seed,
    violation: world.violation,
    network: cluster.network.name,
    faultKinds,
    counts: world.counts,
    worstGap: worst,
    gapsOverThreeSeconds: gaps.filter(({ ms, lateMs }) => ms > 3000 && lateMs < BUSY_MS).length,
    timeline: world.timeline,
    kept,
  };
}

class Run {
  readonly #world: World;
  readonly #cluster: RobustCluster;
  readonly #faults: Faults;
  readonly #durationMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #v2Log: V2Log;
  readonly #followers: readonly Follower[];
  readonly #waiters: readonly V2Waiter[];
  readonly #v3: readonly V3Client[];
  readonly #v2: readonly V2Load[];
  readonly #probes: readonly Probe[];

  constructor(world: World, cluster: RobustCluster, faults: Faults, options: RunOptions) {
    this.#world = world;
    this.#cluster = cluster;
    this.#faults = faults;
    this.#durationMs = options.durationMs;
    this.#signal = options.signal;
    const { members } = cluster;
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
    this.#v2Log = new V2Log(world.report);
    this.#followers = createFollowers(world, members);
    this.#waiters = members.map((member) => new V2Waiter(member, this.#v2Log, world.report));
    this.#v3 = numbers(options.v3Clients ?? 6).map((at) => new V3Client(world, members, at));
    this.#v2 = numbers(options.v2Clients ?? 3).map((at) => new V2Load(world, this.#v2Log, members, at));
    this.#probes = members.map((member) => new Probe(world, cluster, member));
  }

  async toTheEnd(): Promise<void> {
    const world = this.#world;
    const waiting = this.#waiters.map((waiter) => this.#watched(waiter.run()));
    this.#cluster.availability.begin();
    const probing = this.#probes.map((probe) => this.#watched(probe.run()));
    const tending = setInterval(() => this.#tend(), TEND_MS);
    let dueMs = performance.now() + TICK_MS;
    const ticking = setInterval(() => {
      this.#cluster.availability.ticked(TICK_MS, performance.now() - dueMs);
      dueMs = performance.now() + TICK_MS;
    }, TICK_MS);
    try {
      const load = [...this.#v3, ...this.#v2].map((client) => this.#watched(client.run()));
      const troubled = this.#watched(this.#faults.run());
      const untilMs = performance.now() + this.#durationMs;
      const isOver = (): boolean =>
        performance.now() >= untilMs || world.violation !== undefined || this.#signal?.aborted === true;
      while (!isOver()) await sleep(50);
      this.#faults.stop();
      await troubled;
      for (const client of [...this.#v3, ...this.#v2]) client.stop();
      await this.#cluster.restartAll();
      world.trace('run', 'no more trouble');
      await Promise.all(load);
      if (world.violation === undefined) await this.#recover();
    } finally {
      for (const probe of this.#probes) probe.stop();
      await Promise.all(probing);
      for (const waiter of this.#waiters) waiter.stop();
      await Promise.all(waiting);
      clearInterval(tending);
      clearInterval(ticking);
      for (const follower of this.#followers) follower.stop();
    }
  }

  /** A part of the run: what goes wrong in it is the run's failure. */
  #watched(part: Promise<void>): Promise<void> {
    return part.catch((error: unknown) =>
      this.#world.report(
        'exception',
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      ),
    );
  }

  #tend(): void {
    for (const follower of this.#followers) follower.tend();
    const { waitingMs } = this.#cluster.availability;
    if (waitingMs > LIVENESS_LIMIT_MS)
      this.#world.report('liveness', `no write for ${waitingMs.toFixed(0)} ms though there is a quorum`);
  }

  /** Everybody serves, has the same, and every follower has seen all of it. */
  async #recover(): Promise<void> {
    const { members } = this.#cluster;
    const world = this.#world;
    const order = <T>(what: string, check: () => Promise<T | undefined>): Promise<T | undefined> =>
      eventually(what, RECOVERY_MS, async () => {
        if (world.violation !== undefined) throw new Error(world.violation.message);
        return check();
      }).catch((error: unknown) => {
        world.report('recovery', String(error));
        return undefined;
      });
    const before = this.#probes.map(({ acknowledged }) => acknowledged);
    await order('every member to take writes', async () =>
      this.#probes.every((probe, at) => probe.acknowledged > (before[at] ?? 0)) ? true : undefined,
    );
    await order('leases to end', async () => {
      const { kvs } = await this.#cluster.call(members, (client, timeoutMs) =>
        client.kv.range({ key: Buffer.from('lease/'), rangeEnd: Buffer.from('lease0') }, { timeoutMs }),
      );
      if (kvs.length > 0) throw new Error(`${kvs.length} keys of leases that nobody keeps alive live on`);
      return true;
    });
    for (const probe of this.#probes) probe.stop();
    const revision = await order('a last read', () =>
      this.#cluster.call(members, async (client, timeoutMs) => {
        const { header } = await client.kv.range({ key: Buffer.from('health') }, { timeoutMs });
        return header?.revision;
      }),
    );
    if (revision === undefined) return;
    await order('followers to have seen everything', async () => {
      const late = this.#followers.filter((follower) => !follower.isComplete);
      if (world.log.last < revision || late.length > 0)
        throw new Error(
          `at ${world.log.last} of ${revision}, late: ${late.map(({ judge }) => `${judge.name} at ${judge.nextRevision}`).join()}`,
        );
      return true;
    });
    await order('equal hashes', async () => {
      const hashes = await Promise.all(
        members.map((member) =>
          this.#cluster.call([member], async (client, timeoutMs) => {
            const { hash, compactRevision } = await client.maintenance.hashKv(member.url, revision, {
              timeoutMs,
            });
            return `${hash}@${compactRevision}`;
          }),
        ),
      );
      if (new Set(hashes).size !== 1) throw new Error(hashes.join(' '));
      return true;
    });
    const tree = await order('equal v2 trees', () => this.#v2Tree());
    if (world.violation !== undefined) return;
    world.trace('run', `in order: revision ${revision}`);
    this.#judge(tree ?? '');
  }

  async #v2Tree(): Promise<string> {
    const trees = await Promise.all(
      this.#cluster.members.map(async ({ url }) => {
        const response = await fetch(`${url}/v2/keys/?recursive=true&sorted=true`, {
          signal: AbortSignal.timeout(5000),
        });
        return (await response.text()).trim();
      }),
    );
    if (new Set(trees).size !== 1) throw new Error(trees.join('\n'));
    return trees[0] ?? '';
  }

  #judge(v2Tree: string): void {
    const world = this.#world;
    world.judgeLater();
    checkWrites(world.history.operations, world.log, world.report);
    checkRegisters(world.history, world.report, (verdict) => world.count(`key ${verdict}`));
    for (const waiter of this.#waiters) world.count('v2 changes judged', waiter.judge());
    for (const value of this.#v2.flatMap(({ posted }) => posted)) {
      const times = v2Tree.split(`"value":"${value}"`).length - 1;
      if (times !== 1) world.report(times === 0 ? 'acknowledged-lost' : 'applied-twice', `v2 post ${value}`);
    }
    world.count('revisions', world.log.last);
    world.count('leases expired', world.leases.expired);
  }
}
