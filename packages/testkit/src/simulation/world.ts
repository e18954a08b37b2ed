// A whole cluster, its clients and its troubles under one seed, in one synchronous call. Every event runs to its end,
// promise continuations included, before the next one; nothing depends on real time.
import { AssertionError } from '@quorate/base';
import { AlarmType } from '@quorate/proto';
import type { Message } from '@quorate/raft';
import {
  type ClusterInquirer,
  type PeerReceiver,
  type PeerTransport,
  REMOVED_TEXT,
  type TransportCluster,
} from '@quorate/server';
import { SimCrash } from '../sim-disk.ts';
import { ElectionChecker } from './checkers/elections.ts';
import { LeaderCompletenessChecker } from './checkers/leader-completeness.ts';
import { LeaseChecker } from './checkers/leases.ts';
import { hasAlarm, QuotaChecker } from './checkers/quota.ts';
import { checkRegisters } from './checkers/registers.ts';
import { deepMark, StateChecker } from './checkers/states.ts';
import { checkWrites } from './checkers/writes.ts';
import { Clients } from './clients.ts';
import { Draw } from './draw.ts';
import { Faults } from './faults.ts';
import { History } from './history.ts';
import { drainMicrotasks } from './microtasks.ts';
import { Operator } from './operator.ts';
import { RevisionLog } from './revision-log.ts';
import { Scheduler } from './scheduler.ts';
import type { SimSettings } from './settings.ts';
import { startSimChecks } from './sim-checks.ts';
import { type InquirerWorld, SimInquirer } from './sim-inquirer.ts';
import { SimNetwork } from './sim-network.ts';
import { type NodeWorld, SimNode } from './sim-node.ts';
import { SimTransport, type TransportWorld } from './sim-transport.ts';
import { V2Watchers } from './v2-watchers.ts';
import type { Report, Violation } from './violation.ts';
import { Watchers } from './watchers.ts';

/** Virtual time within which a cluster without trouble must be in order again. */
const RECOVERY_MS = 60_000;
const RECOVERY_LOOK_MS = 500;
/** A supervisor waits so many times longer at most. */
const MAX_RESTART_PATIENCE = 64;
const TRACE_LINES = 4000;
const MAX_EVENTS = 20_000_000;
/** Type number for what is not a raft message. */
const CONNECTION = -1;
/** Machines in a run, those included that members were moved away from. */
const MAX_MACHINES = 24;

export interface SimResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  /** Virtual time of the run. */
  readonly virtualMs: number;
  readonly events: number;
  readonly counts: ReadonlyMap<string, number>;
  /** A checksum of everything that happened: equal for equal seeds and settings. */
  readonly digest: number;
  readonly timeline: readonly string[];
}

export class World implements NodeWorld, TransportWorld, InquirerWorld {
  readonly seed: number;
  readonly settings: SimSettings;
  readonly scheduler = new Scheduler();
  readonly log: RevisionLog;
  readonly history = new History();
  readonly network: SimNetwork;
  /** The machines of the cluster. */
  readonly nodes: SimNode[] = [];
  /** All machines that there have been, by their index. */
  readonly machines: SimNode[] = [];
  readonly leases: LeaseChecker;
  readonly quota: QuotaChecker;
  /** Highest revision that somebody wanted compacted. */
  readonly compaction = { asked: 0 };
  readonly initialCluster: string;
  readonly counts = new Map<string, number>();
  readonly #elections: ElectionChecker;
  readonly #completeness: LeaderCompletenessChecker;
  readonly #states: StateChecker;
  readonly #clients: Clients;
  readonly #faults: Faults;
  readonly operator: Operator;
  readonly #restarts: Draw;
  #watchers: Watchers | undefined;
  #v2Watchers: V2Watchers | undefined;
  #violation: Violation | undefined;
  #calm = false;
  /** Some machine may need settling. */
  #unsettled = false;
  #timeline: string[] = [];
  #digest = 0x811c9dc5;
  readonly #onTrace: ((line: string) => void) | undefined;

  constructor(seed: number, settings: SimSettings, onTrace?: (line: string) => void) {
    this.seed = seed;
    this.settings = settings;
    this.#onTrace = onTrace;
    this.log = new RevisionLog(this.report, () => this.scheduler.nowMs);
    this.network = new SimNetwork(MAX_MACHINES, this.scheduler, new Draw(seed, 'network'), settings);
    this.leases = new LeaseChecker(this.log, this.report, 'lease/', settings.clockDrift);
    this.quota = new QuotaChecker(
      this.log,
      this.report,
      settings.quotaBytes,
      () => this.scheduler.nowMs,
      (name) => this.machines.find((node) => node.name === name),
    );
    this.#elections = new ElectionChecker(this.report);
    this.#completeness = new LeaderCompletenessChecker(this.report);
    this.#states = new StateChecker(this.report);
    this.#restarts = new Draw(seed, 'restarts');
    this.initialCluster = Array.from(
      { length: settings.members },
      (_, index) => `m${index}=http://10.0.0.${index + 1}:2380`,
    ).join();
    for (let index = 0; index < settings.members; index++) {
      const node = this.addMachine();
      if (node !== undefined) this.employ(node);
    }
    this.operator = new Operator(this);
    this.#clients = new Clients(this);
    this.#faults = new Faults(this);
  }

  readonly report: Report = (checker, message) => {
    this.#violation ??= { checker, message, atMs: this.scheduler.nowMs };
  };

  /** A new machine, with nothing on it; undefined when there have been too many. */
  addMachine(): SimNode | undefined {
    if (this.machines.length === MAX_MACHINES) return undefined;
    const node = new SimNode(this.machines.length, this);
    this.machines.push(node);
    return node;
  }

  /** The machine is one of the cluster's from now on, and is kept running. */
  employ(node: SimNode): void {
    node.inService = true;
    if (!this.nodes.includes(node)) this.nodes.push(node);
  }

  /** The machine is none of the cluster's any more. */
  retire(node: SimNode): void {
    node.inService = false;
    const at = this.nodes.indexOf(node);
    if (at >= 0) this.nodes.splice(at, 1);
  }

  machine(index: number): SimNode | undefined {
    return this.machines[index];
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  trace(who: string, text: string): void {
    const line = `${this.scheduler.nowMs.toFixed(2).padStart(11)} ${who.padEnd(8)} ${text}`;
    this.#note(line);
    this.#onTrace?.(line);
    this.#timeline.push(line);
    if (this.#timeline.length > 2 * TRACE_LINES) this.#timeline = this.#timeline.slice(-TRACE_LINES);
  }

  // --------------------------------------------------------------------------------------------------------- run

  /** Runs to the end or to the first violation. To be called in a macrotask. */
  run(): SimResult {
    for (const node of this.nodes) this.scheduler.after(0, () => node.start());
    this.#clients.start();
    this.#faults.start();
    this.operator.watchSpace(new Draw(this.seed, 'space'));
    this.#watchers = new Watchers(this);
    this.#v2Watchers = new V2Watchers(this);
    this.#advance(this.settings.durationMs);
    if (this.#violation === undefined) this.#recover();
    if (this.#violation === undefined) this.#judge();
    const { sent, lost, cutOff, duplicated } = this.network;
    for (const [name, count] of Object.entries({ sent, lost, cutOff, duplicated })) {
      this.counts.set(`messages ${name}`, count);
    }
    this.counts.set('terms', this.#elections.terms);
    this.counts.set('states compared', this.#states.compared);
    this.counts.set('revisions', this.log.last);
    if (this.quota.refused > 0) this.counts.set('refused for want of space', this.quota.refused);
    this.counts.set('leases expired', this.leases.expired);
    return {
      seed: this.seed,
      violation: this.#violation,
      virtualMs: this.scheduler.nowMs,
      events: this.scheduler.executed,
      counts: this.counts,
      digest: this.#digest >>> 0,
      timeline: this.#timeline.slice(-TRACE_LINES),
    };
  }

  #advance(untilMs: number): void {
    while (this.#violation === undefined) {
      const event = this.scheduler.next(untilMs);
      if (event === undefined) return;
      try {
        event.run();
        drainMicrotasks();
      } catch (error) {
        this.#caught(error);
      }
      if (this.#unsettled) this.#settle();
      if (this.scheduler.executed > MAX_EVENTS) this.report('liveness', 'events without end');
    }
  }

  #settle(): void {
    this.#unsettled = false;
    for (const node of this.machines) if (node.needsSettling) node.settle();
  }

  #caught(error: unknown): void {
    if (error instanceof SimCrash) return;
    const name = error instanceof AssertionError ? 'assertion' : 'exception';
    this.report(name, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  // ------------------------------------------------------------------------------------------- NodeWorld, machines

  createTransport(node: SimNode, receiver: PeerReceiver, cluster: TransportCluster): PeerTransport {
    node.memberId = cluster.memberId;
    const remotes = cluster.remotes.filter(({ id }) => id !== cluster.memberId);
    return new SimTransport(
      this,
      node,
      receiver,
      remotes.map(({ id }) => id),
    );
  }

  inquirer(node: SimNode): ClusterInquirer {
    return new SimInquirer(this, node);
  }

  unsettled(): void {
    this.#unsettled = true;
  }

  applied(node: SimNode): void {
    this.#states.applied(node);
    this.quota.applied(node);
    if (this.settings.corruptCheckMs > 0 && hasAlarm(node, AlarmType.CORRUPT))
      this.report('false-corruption', `${node.name} has the alarm CORRUPT, and nothing is corrupt`);
  }

  started(node: SimNode): void {
    this.count('start');
    this.#v2Watchers?.follow(node);
    const { corruptCheckMs } = this.settings;
    if (corruptCheckMs > 0) startSimChecks(this, node, corruptCheckMs, node.logger);
    this.trace(
      node.name,
      `started, applied ${node.member?.appliedIndex()}, revision ${node.member?.revision()}`,
    );
    this.#connectionsMade(node);
  }

  ended(node: SimNode, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.trace(node.name, `ended: ${text}`);
    this.count(node.diskErrors > 0 ? 'ended by a disk error' : 'ended');
    if (error instanceof AssertionError) this.#caught(error);
    else if (text.includes(REMOVED_TEXT)) this.#removed(node);
    else if (node.isRotten && node.diskErrors === 0) this.#rotFound(node, text);
    else if (node.joining !== undefined && node.memberId === 0n)
      this.count(`could not join: ${text.slice(0, 60)}`);
    else if (node.diskErrors === 0) this.report('unexpected-end', `${node.name}: ${text}`);
  }

  /** It must say where: somebody has to look into it. */
  #rotFound(node: SimNode, text: string): void {
    node.inService = false;
    this.count('rot found');
    // Without a snapshot that can be read, the log that begins behind it is as good as lost.
    const isWithoutSnapshot = text.includes('no segment reaches back');
    const saysWhere = text.includes('/data/member') && (isWithoutSnapshot || /offset \d+/.test(text));
    if (!saysWhere) this.report('rot-honesty', `${node.name} does not say what is wrong: ${text}`);
  }

  /** It has ended with success, so nothing starts it again. */
  #removed(node: SimNode): void {
    node.inService = false;
    this.count('removed member has ended');
    if (!this.operator.removals.has(node.memberId))
      this.report('removed-by-mistake', `${node.name} has ended as removed; nobody asked for that`);
  }

  /** Peers reach it again. */
  #connectionsMade(node: SimNode): void {
    const { memberId } = node;
    for (const other of this.machines) {
      if (other === node || !other.isUp) continue;
      this.network.carry(node.index, other.index, node.clock.worldMs, CONNECTION, () => {
        this.onNode(other, () => other.receiver?.peerReachable(memberId));
      });
    }
  }

  /** Peers look for it, and find that nobody listens. Loss of power is silent. */
  connectionsBroke(node: SimNode): void {
    const { memberId } = node;
    if (memberId === 0n) return;
    for (const other of this.machines) {
      if (other === node || !other.isUp) continue;
      this.network.carry(node.index, other.index, node.clock.worldMs, CONNECTION, () => {
        if (node.state === 'down') this.onNode(other, () => other.receiver?.peerGone(memberId));
      });
    }
  }

  /** Every process that ends is started again after a while, later each time as long as its disk lets it down. */
  wentDown(node: SimNode): void {
    const patience = Math.min(2 ** node.failedLives, MAX_RESTART_PATIENCE);
    const afterMs = this.#calm ? 100 : this.#restarts.exponential(this.settings.restartMeanMs) * patience;
    const loss = this.#restarts.random.nextBelow(4);
    this.scheduler.after(afterMs, () => {
      if (node.state !== 'down' || !node.inService) return;
      if (node.disk.crashed) {
        node.reboot(loss === 0 ? 'lose-all' : loss === 1 ? 'keep-all' : 'random');
        this.count('reboot');
      }
      node.start();
    });
  }

  // ------------------------------------------------------------------------------------------------ TransportWorld

  nodeOf(memberId: bigint): SimNode | undefined {
    for (const node of this.machines) if (node.memberId === memberId) return node;
    return undefined;
  }

  onNode(node: SimNode, run: () => void, delayMs = 0): void {
    this.scheduler.at(Math.max(this.scheduler.nowMs + delayMs, node.clock.busyUntilMs), node.clock, run);
  }

  sending(_from: SimNode, message: Message): void {
    this.#elections.sending(message);
    this.#completeness.sending(message);
  }

  after(delayMs: number, run: () => void): void {
    this.scheduler.after(delayMs, run);
  }

  /** The member that leads in the highest term. */
  leader(): SimNode | undefined {
    const leaders = this.nodes.filter((node) => node.isUp && node.member?.isLeader() === true);
    return leaders.sort((a, b) => (b.member?.term() ?? 0) - (a.member?.term() ?? 0))[0];
  }

  // ------------------------------------------------------------------------------------------------------- the end

  /** No more trouble: everybody must be in order again, in bounded time. */
  #recover(): void {
    this.#calm = true;
    this.trace('world', 'no more trouble');
    this.#clients.stop();
    this.#faults.stop();
    this.operator.calm();
    for (const node of this.nodes) if (node.state === 'down') this.wentDown(node);
    const deadlineMs = this.scheduler.nowMs + RECOVERY_MS;
    const served = new Set<SimNode>();
    let round = 0;
    while (this.#violation === undefined) {
      for (const node of this.nodes) {
        if (node.isUp && !served.has(node)) this.#clients.probe(node, round, () => served.add(node));
      }
      for (const follower of this.#watchers?.followers ?? []) follower.calm();
      for (const follower of this.#v2Watchers?.followers ?? []) follower.calm();
      round++;
      this.#advance(this.scheduler.nowMs + RECOVERY_LOOK_MS);
      const problem = this.#disorder(served);
      if (problem === undefined) return;
      if (this.scheduler.nowMs > deadlineMs) this.report('liveness', problem);
    }
  }

  #disorder(served: ReadonlySet<SimNode>): string | undefined {
    const errand = this.operator.errand;
    if (errand !== undefined) return `not done: ${errand}`;
    if (this.settings.quotaBytes > 0 && this.nodes.some((node) => hasAlarm(node, AlarmType.NOSPACE)))
      return 'the alarm NOSPACE is in force';
    const down = this.nodes.filter((node) => !node.isUp);
    if (down.length > 0) return `${down.map((node) => node.name).join()} not up`;
    const leaders = new Set(this.nodes.map((node) => node.member?.leaderId()));
    if (leaders.size > 1 || leaders.has(0n)) return 'no leader that all agree on';
    const mute = this.nodes.filter((node) => !served.has(node));
    if (mute.length > 0) return `${mute.map((node) => node.name).join()} serves no writes`;
    const indices = new Set(this.nodes.map((node) => node.member?.appliedIndex()));
    if (indices.size > 1) return `applied indices differ: ${[...indices].join()}`;
    if (this.nodes.some((node) => node.member?.kv.compacting === true)) return 'still compacting';
    const waiting = this.#watchers?.followers.filter((follower) => !follower.judge.isComplete) ?? [];
    if (waiting.length > 0)
      return `${waiting.map(({ judge }) => `${judge.name} has not seen everything from ${judge.nextRevision} on`).join('; ')}`;
    const v2 = this.#v2Watchers?.disorder(this.leader());
    if (v2 !== undefined) return v2;
    const leases = this.leader()?.member?.lease.leases() ?? [];
    if (leases.length > 0) return `leases that nobody keeps alive live on: ${leases.join()}`;
    return undefined;
  }

  #judge(): void {
    const marks = this.nodes.map((node) => deepMark(node));
    if (new Set(marks).size > 1)
      this.report('state-equality', `in the end the members are ${marks.join(' / ')}`);
    const hashes: string[] = [];
    for (const node of this.nodes) {
      void node.member?.kv.hashByRevision(0).then(({ hash, compactRevision, currentRevision }) => {
        hashes.push(`${hash} at ${currentRevision}, compacted ${compactRevision}`);
      });
    }
    drainMicrotasks();
    this.#advance(this.scheduler.nowMs + 5000);
    if (hashes.length !== this.nodes.length || new Set(hashes).size > 1) {
      this.report('state-equality', `in the end the hashes are ${hashes.join(' / ')}`);
    }
    this.#judgePosts();
    checkWrites(this.history.operations, this.log, this.report);
    checkRegisters(this.history, this.report, (verdict) => this.count(`key ${verdict}`));
  }

  #judgePosts(): void {
    const queue = this.nodes[0]?.member?.v2.get('/1/queue', true, true, 0);
    const values =
      queue !== undefined && 'node' in queue ? (queue.node.nodes ?? []).map((node) => node.value) : [];
    const seen = new Set(values);
    if (seen.size !== values.length)
      this.report('applied-twice', `v2 posts are there twice: ${values.join()}`);
    for (const value of this.#clients.posted) {
      if (!seen.has(value))
        this.report('acknowledged-lost', `v2 post ${value} was acknowledged and is not there`);
    }
  }

  #note(line: string): void {
    for (let at = 0; at < line.length; at++) {
      this.#digest = Math.imul(this.#digest ^ line.charCodeAt(at), 0x01000193);
    }
  }
}
