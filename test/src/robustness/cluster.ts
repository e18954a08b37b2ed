// The members of a run as processes, the network between them, and what is wrong with both at the moment.
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { EtcdClient } from '@quorate/client';
import type { StatusResponse } from '@quorate/proto';
import { eventually, type MemberKind, sleep } from '../harness/cluster.ts';
import { Availability } from './availability.ts';
import { clockEnvironment, clockFile } from './clock-trouble.ts';
import { RobustMember } from './member.ts';
import { type Conditions, FAIR, type Impairment, type Network } from './network.ts';
import { Volume } from './volume.ts';
import type { World } from './world.ts';

const CALL_TIMEOUT_MS = 2000;
/** Go etcd 3.4 has a fixed number of entries that it keeps for slow followers; ours get few, so that they need snapshots. */
const CATCH_UP_ENTRIES = '50';

/** Something that is wrong with links or members. */
export interface Trouble {
  readonly conditions: Conditions;
  /** Writes may be slow as long as it lasts. */
  readonly isSlow: boolean;
  /** Members that do not serve as long as it lasts. */
  readonly ill: ReadonlySet<RobustMember>;
}

export const NO_TROUBLE: Trouble = { conditions: FAIR, isSlow: false, ill: new Set() };

export class RobustCluster {
  readonly members: RobustMember[] = [];
  readonly network: Network;
  readonly availability: Availability;
  readonly hasClocks: boolean;
  readonly #world: World;
  readonly #directory: string;
  readonly #snapshotCount: number;
  readonly #hasVolumes: boolean;
  readonly #troubles = new Set<Trouble>();
  /** Lives of members that listen for peers. */
  readonly #listening = new Map<RobustMember, number>();
  #isOver = false;

  constructor(
    world: World,
    network: Network,
    directory: string,
    options: { readonly snapshotCount: number; readonly hasClocks: boolean; readonly hasVolumes: boolean },
  ) {
    this.#world = world;
    this.network = network;
    this.#directory = directory;
    this.#snapshotCount = options.snapshotCount;
    this.hasClocks = options.hasClocks;
    this.#hasVolumes = options.hasVolumes;
    this.availability = new Availability(() => world.nowMs());
  }

  async start(kinds: readonly MemberKind[]): Promise<void> {
    mkdirSync(join(this.#directory, 'logs'));
    for (const [at, kind] of kinds.entries()) {
      const name = `m${at + 1}`;
      const place = await this.network.addMember(name);
      const volume = await (this.#hasVolumes ? Volume.create : Volume.plain)(this.#directory, name);
      const hasClock = this.hasClocks && kind === 'ours';
      if (hasClock) writeFileSync(clockFile(this.#directory, name), '+0s');
      const member = new RobustMember({
        name,
        kind,
        place,
        volume,
        network: this.network,
        logDirectory: join(this.#directory, 'logs'),
        environment: hasClock ? clockEnvironment(this.#directory, name) : {},
      });
      member.onExit = (reason) => this.#exited(member, reason);
      this.members.push(member);
    }
    await this.network.apply(FAIR);
    for (const member of this.members) this.startMember(member, 'new');
    await this.healthy();
  }

  setClock(member: RobustMember, seconds: number): void {
    writeFileSync(clockFile(this.#directory, member.name), `${seconds < 0 ? '' : '+'}${seconds}s`);
  }

  startMember(member: RobustMember, state: 'new' | 'existing' = 'new'): void {
    const list = this.members.map(({ name, place }) => `${name}=${place.peerURL}`).join();
    member.start([
      ...['--initial-cluster', list, '--initial-cluster-state', state],
      ...['--snapshot-count', String(this.#snapshotCount)],
      ...(member.kind === 'ours' ? ['--snapshot-catchup-entries', CATCH_UP_ENTRIES] : []),
    ]);
    this.#world.trace(member.name, `start ${member.life}, process ${member.pid}`);
    this.#awaitListening(member, member.life);
  }

  /** A member counts as up when it listens for its peers. */
  #awaitListening(member: RobustMember, life: number): void {
    if (this.#isOver || member.life !== life || !member.isRunning) return;
    const { hostname, port } = new URL(member.place.peerListenURL);
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      if (member.life !== life) return;
      this.#listening.set(member, life);
      this.#world.trace(member.name, 'listens');
      this.changed();
    });
    socket.once('error', () => setTimeout(() => this.#awaitListening(member, life), 20));
  }

  #exited(member: RobustMember, reason: string): void {
    this.#world.trace(member.name, `ended: ${reason}`);
    this.changed();
    if (!member.mayEnd && !this.#isOver)
      this.#world.report(
        'unexpected-end',
        `${member.name} ended with ${reason}:\n${member.logTail.slice(-3000)}`,
      );
  }

  async kill(member: RobustMember): Promise<void> {
    await member.end('SIGKILL');
    this.changed();
  }

  async stop(member: RobustMember): Promise<void> {
    await member.end('SIGTERM');
    this.changed();
  }

  pause(member: RobustMember): void {
    member.pause();
    this.changed();
  }

  resume(member: RobustMember): void {
    member.resume();
    this.changed();
  }

  /** Begins a trouble; the answer ends it. */
  async trouble(trouble: Partial<Trouble>): Promise<() => Promise<void>> {
    const whole = { ...NO_TROUBLE, ...trouble };
    this.#troubles.add(whole);
    await this.#apply();
    return async () => {
      this.#troubles.delete(whole);
      await this.#apply();
    };
  }

  async #apply(): Promise<void> {
    await this.network.apply(this.#conditions());
    this.changed();
  }

  #conditions(): Conditions {
    const cuts = new Set<string>();
    const impaired = new Map<string, Impairment>();
    for (const { conditions } of this.#troubles) {
      for (const cut of conditions.cuts) cuts.add(cut);
      for (const [name, impairment] of conditions.impaired) impaired.set(name, impairment);
    }
    return { cuts, impaired };
  }

  /** Has the availability looked at anew. */
  changed(): void {
    const troubles = [...this.#troubles];
    const isUp = (member: RobustMember): boolean =>
      member.isRunning &&
      !member.isPaused &&
      this.#listening.get(member) === member.life &&
      !troubles.some(({ ill }) => ill.has(member));
    const isSlow = troubles.some((trouble) => trouble.isSlow);
    this.availability.changed(this.members.filter(isUp), this.members.length, this.#conditions(), isSlow);
  }

  /** Starts everybody who is down. */
  async restartAll(): Promise<void> {
    for (const member of this.members) {
      if (member.isPaused) this.resume(member);
      if (!member.isRunning) this.startMember(member);
    }
  }

  async call<T>(
    members: readonly RobustMember[],
    ask: (client: EtcdClient, timeoutMs: number) => Promise<T>,
  ): Promise<T> {
    const client = new EtcdClient({
      endpoints: members.map(({ url }) => url),
      dialTimeoutMs: CALL_TIMEOUT_MS,
    });
    try {
      return await ask(client, CALL_TIMEOUT_MS);
    } finally {
      client.close();
    }
  }

  status(member: RobustMember): Promise<StatusResponse> {
    return this.call([member], (client, timeoutMs) => client.maintenance.status(member.url, { timeoutMs }));
  }

  /** The member that leads in the newest term that anybody tells of. */
  async leader(): Promise<RobustMember | undefined> {
    const asked = this.members.filter((member) => member.isRunning && !member.isPaused);
    const answers = await Promise.allSettled(
      asked.map(async (member) => ({ member, status: await this.status(member) })),
    );
    const told = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    return told
      .filter(({ status }) => status.leader !== 0n && status.leader === status.header?.memberId)
      .sort((a, b) => b.status.raftTerm - a.status.raftTerm)[0]?.member;
  }

  /** Waits until every member answers a linearizable read. @throws Error when one does not in time */
  async healthy(timeoutMs = 180_000): Promise<void> {
    await Promise.all(
      this.members.map((member) =>
        eventually(`${member.name} to serve`, timeoutMs, async () => {
          if (this.#world.violation !== undefined) return true;
          await this.call([member], (client) => client.kv.get('health', { timeoutMs: CALL_TIMEOUT_MS }));
          return true;
        }),
      ),
    );
  }

  /** Removes a member from the cluster and adds it again without its data. */
  async replace(member: RobustMember): Promise<void> {
    const others = this.members.filter((one) => one !== member && one.isRunning && !one.isPaused);
    const id = await eventually(`${member.name} to tell its ID`, 120_000, async () => {
      const { header } = await this.status(member);
      return header?.memberId;
    });
    const list = (client: EtcdClient, timeoutMs: number): Promise<readonly bigint[]> =>
      client.cluster.memberList({}, { timeoutMs }).then(({ members }) => members.map(({ ID }) => ID));
    await eventually(`${member.name} to be removed`, 120_000, async () => {
      const ids = await this.call(others, list);
      if (!ids.includes(id)) return true;
      // It ends by itself when it hears of it.
      member.mayEnd = true;
      await this.call(others, (client, timeoutMs) => client.cluster.memberRemove(id, { timeoutMs }));
      return true;
    });
    this.#world.trace(member.name, 'removed');
    await this.kill(member);
    member.volume.wipe();
    await eventually(`${member.name} to be added`, 120_000, async () => {
      const { members } = await this.call(others, (client, timeoutMs) =>
        client.cluster.memberList({}, { timeoutMs }),
      );
      if (members.some(({ peerURLs }) => peerURLs.includes(member.place.peerURL))) return true;
      await this.call(others, (client, timeoutMs) =>
        client.cluster.memberAdd({ peerURLs: [member.place.peerURL] }, { timeoutMs }),
      );
      return true;
    });
    this.#world.trace(member.name, 'added');
    this.startMember(member, 'existing');
  }

  /** Ends everything. `keep`: where the data go. */
  async dispose(keep?: string): Promise<void> {
    this.#isOver = true;
    for (const member of this.members) await member.tracer?.stop();
    await Promise.all(this.members.map((member) => member.dispose()));
    for (const member of this.members)
      this.#world.count('snapshots installed', member.countInLog('applying snapshot'));
    await sleep(10);
    for (const { volume } of this.members) await volume.dispose(keep);
    await this.network.dispose();
  }
}
