// The person who looks after the cluster: adds machines, takes them away and replaces them, one errand at a time, and does
// not give up before it is done. What was asked for and not answered is looked up, not assumed.
import { type EtcdError, errors } from '@quorate/base';
import { AlarmType } from '@quorate/proto';
import type { ClusterMember, RaftOp } from '@quorate/server';
import { hasAlarm } from './checkers/quota.ts';
import type { Draw } from './draw.ts';
import { deletion, op } from './requests.ts';
import { rotSomewhere, sendAstray } from './rot.ts';
import { addressOf, machineAt, type SimNode } from './sim-node.ts';
import type { World } from './world.ts';

const RETRY_MS = 400;
const ANSWER_TIMEOUT_MS = 12_000;
/** Members that a cluster is let grow to. */
const MAX_MEMBERS = 6;
/** A removed member that can reach one of the others stops by itself within this time. */
const REMOVED_STOP_MS = 20_000;

export class Operator {
  /** Members whose removal was asked for. */
  readonly removals = new Set<bigint>();
  readonly #world: World;
  #errand: string | undefined;
  #calm = false;
  #known: readonly ClusterMember[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** What is being done. */
  get errand(): string | undefined {
    return this.#errand;
  }

  /** Makes room in stores that are full: by compactions, and once nobody writes by deletions too. */
  watchSpace(draw: Draw): void {
    const world = this.#world;
    if (world.settings.quotaBytes === 0) return;
    const look = async (): Promise<void> => {
      if (!world.nodes.some((node) => hasAlarm(node, AlarmType.NOSPACE))) return;
      if (this.#calm) await this.#ask(op('deleteRange', deletion('e', 'f')), draw);
      world.compaction.asked = world.log.last;
      await this.#ask(op('compaction', { revision: world.log.last, physical: true }), draw);
      world.count('room was made');
    };
    const again = (): void => {
      world.scheduler.after(draw.between(1000, 6000), () => {
        look().then(again, (error: unknown) => world.report('exception', String(error)));
      });
    };
    again();
  }

  /** No more trouble: what is promised for a network that is whole holds from now on. */
  calm(): void {
    this.#calm = true;
  }

  /** A machine more, as a voter or as a learner that becomes one. */
  grow(draw: Draw): void {
    if (this.#members().length >= MAX_MEMBERS) return;
    this.#run('growing', async () => {
      const node = this.#world.addMachine();
      if (node !== undefined) await this.#join(node, draw);
    });
  }

  /** A machine less. */
  shrink(node: SimNode, draw: Draw): void {
    if (this.#world.nodes.length < 3) return;
    this.#run(`removing ${node.name}`, async () => {
      if (!(await this.#remove(node, draw))) return;
      await this.#gone(node, draw);
      this.#world.retire(node);
    });
  }

  /** Takes a member away, and gives another its place: the emptied machine, or a new one. */
  replace(node: SimNode, draw: Draw): void {
    if (this.#world.nodes.length < 2) return;
    this.#run(`replacing ${node.name}`, async () => {
      if (!(await this.#remove(node, draw))) return;
      await this.#gone(node, draw);
      const fresh = draw.chance(0.5) ? this.#world.addMachine() : undefined;
      if (fresh !== undefined) this.#world.retire(node);
      await this.#join(fresh ?? node, draw);
    });
  }

  /** A disk goes bad. Sooner or later the member's process meets with that; the machine gets another disk. */
  rot(node: SimNode, draw: Draw): void {
    const world = this.#world;
    if (world.nodes.length < 3 || this.#calm || !node.isUp) return;
    this.#run(`rot on ${node.name}`, async () => {
      const hasStrayed = draw.chance(0.3);
      if (hasStrayed) sendAstray(node.disk, draw);
      else if (rotSomewhere(node.disk, draw) === undefined) return;
      node.isRotten = true;
      if (hasStrayed) await this.#pause(draw.between(100, 3000));
      if (draw.chance(0.5)) node.kill();
      else if (node.state !== 'down') node.losePower();
      const patienceMs = world.scheduler.nowMs + draw.between(2000, 20_000);
      while (node.inService && world.scheduler.nowMs < patienceMs) await this.#pause(RETRY_MS);
      world.count(node.inService ? 'rot was not met with' : 'rot ended a process');
      while (!(await this.#remove(node, draw))) await this.#pause(RETRY_MS);
      await this.#gone(node, draw);
      await this.#join(node, draw);
    });
  }

  #run(errand: string, work: () => Promise<void>): void {
    if (this.#errand !== undefined) return;
    this.#errand = errand;
    this.#world.count(`errand: ${errand.split(' ')[0]}`);
    this.#world.trace('operator', errand);
    work().then(
      () => {
        this.#world.trace('operator', `done: ${errand}`);
        this.#world.count('errands done');
        this.#errand = undefined;
      },
      (error: unknown) => {
        this.#world.report('exception', `${errand}: ${error instanceof Error ? error.stack : String(error)}`);
      },
    );
  }

  // -------------------------------------------------------------------------------------------------------- steps

  /** @returns false when the cluster refuses, since too few members would be left that work */
  async #remove(node: SimNode, draw: Draw): Promise<boolean> {
    const id = node.memberId;
    if (id === 0n) return false;
    let mayBeDone = false;
    for (;;) {
      if (this.#isRemoved(id)) return true;
      this.removals.add(id);
      const answer = await this.#ask(op('memberRemove', { id }), draw);
      if (answer === undefined || answer === errors.memberNotFound) return true;
      const isRefusal = answer === errors.unhealthy || answer === errors.memberNotEnoughStarted;
      if (isRefusal && !mayBeDone) {
        this.removals.delete(id);
        return false;
      }
      if (!isRefusal) mayBeDone = true;
      await this.#pause(RETRY_MS);
    }
  }

  /** Waits for a removed member to stop by itself; after a while, it is made to. */
  async #gone(node: SimNode, draw: Draw): Promise<void> {
    const { scheduler } = this.#world;
    let patienceMs = scheduler.nowMs + draw.between(500, 30_000);
    let wasCalm = false;
    while (node.inService) {
      if (this.#calm && !wasCalm) {
        wasCalm = true;
        patienceMs = scheduler.nowMs + REMOVED_STOP_MS;
      }
      if (scheduler.nowMs > patienceMs) {
        if (wasCalm && this.#knowsMembers(node))
          this.#world.report('removed-stops', `${node.name} was removed and goes on`);
        break;
      }
      await this.#pause(RETRY_MS);
    }
    node.inService = false;
    node.kill();
    this.#world.trace('operator', `${node.name} is off`);
  }

  /** Whether one of the members that it knows of is still one. */
  #knowsMembers(node: SimNode): boolean {
    const known = node.member?.membership.members() ?? [];
    const present = new Set(this.#members().map(({ id }) => id));
    return known.some(({ id }) => id !== node.memberId && present.has(id));
  }

  async #join(node: SimNode, draw: Draw): Promise<void> {
    const asLearner = draw.chance(0.5);
    const url = addressOf(node.index, draw.whole(0, 1));
    const mine = (): ClusterMember | undefined =>
      this.#members().find(
        // Members that are behind still name the one that was removed.
        ({ id, peerURLs }) => !this.removals.has(id) && peerURLs.some((one) => machineAt(one) === node.index),
      );
    while (mine() === undefined) {
      const answer = await this.#ask(op('memberAdd', { peerURLs: [url], isLearner: asLearner }), draw);
      if (answer === errors.tooManyLearners) await this.#dismissStranger(draw);
      await this.#pause(RETRY_MS);
    }
    if (draw.chance(0.3)) await this.#pause(draw.exponential(3000));
    const begin = (): void => {
      node.wipe();
      this.#world.employ(node);
      node.start();
    };
    node.joining = () => this.#initialCluster(node);
    begin();
    for (let wasUp = false; ; await this.#pause(RETRY_MS)) {
      // Whom it asked who it is had not heard of it: it took the place of the one before, and was told that that is removed.
      if (node.state === 'down' && !node.inService) begin();
      wasUp ||= node.isUp;
      if (!wasUp) continue;
      const self = mine();
      if (self?.isLearner === false) return;
      // Whoever has applied most may be one that has not heard of it yet.
      if (self === undefined) continue;
      const answer = await this.#ask(op('memberPromote', { id: self.id }), draw);
      this.#world.count(answer === undefined ? 'promoted' : `not promoted: ${answer.message}`);
    }
  }

  /** A learner that never starts stands in the way. */
  async #dismissStranger(draw: Draw): Promise<void> {
    const stranger = this.#members().find(
      (member) => member.isLearner && this.#machineOf(member) === undefined,
    );
    if (stranger === undefined) return;
    this.removals.add(stranger.id);
    await this.#ask(op('memberRemove', { id: stranger.id }), draw);
  }

  /** `--initial-cluster` of a machine that joins, as `etcdctl member add` prints it. */
  #initialCluster(node: SimNode): string {
    return this.#members()
      .flatMap(({ id, name, peerURLs }) => {
        const isIt = peerURLs.some((url) => machineAt(url) === node.index);
        return peerURLs.map((url) => `${isIt ? node.name : name === '' ? id.toString(16) : name}=${url}`);
      })
      .join();
  }

  // ---------------------------------------------------------------------------------------------------- questions

  /** The members, as the one that has applied most knows them; as they were known last while none is up. */
  #members(): readonly ClusterMember[] {
    this.#known = this.#freshest()?.member?.membership.members() ?? this.#known;
    return this.#known;
  }

  #isRemoved(id: bigint): boolean {
    return this.#freshest()?.member?.membership.isRemoved(id) === true;
  }

  #freshest(): SimNode | undefined {
    const applied = (node: SimNode): number => node.member?.appliedIndex() ?? 0;
    let best: SimNode | undefined;
    for (const node of this.#world.machines) {
      if (node.isUp && (best === undefined || applied(node) > applied(best))) best = node;
    }
    return best;
  }

  #machineOf(member: ClusterMember): SimNode | undefined {
    const index = machineAt(member.peerURLs[0] ?? '');
    return index === undefined ? undefined : this.#world.machine(index);
  }

  /** Undefined: done. What no answer comes to may be done all the same. */
  #ask(request: RaftOp, draw: Draw): Promise<EtcdError | undefined> {
    const world = this.#world;
    return new Promise((resolve) => {
      const up = world.nodes.filter((node) => node.isUp);
      world.scheduler.after(ANSWER_TIMEOUT_MS, () => resolve(errors.timeout));
      if (up.length === 0) return;
      const node = draw.pick(up);
      world.onNode(node, () => {
        node.member?.propose(request, {
          cancelled: false,
          done: () => {
            if (!node.disk.crashed) resolve(undefined);
          },
          failed: (error) => {
            if (!node.disk.crashed) resolve(error);
          },
        });
      });
    });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#world.scheduler.after(delayMs, () => resolve());
    });
  }
}
