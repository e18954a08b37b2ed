// Trouble, drawn one by one: each fault has a number, from which everything about it follows.
import { Draw } from './draw.ts';
import { afterActivity } from './phases.ts';
import { op } from './requests.ts';
import type { FaultKind } from './settings.ts';
import { addressOf, machineAt, type SimNode } from './sim-node.ts';
import type { World } from './world.ts';

export class Faults {
  readonly #world: World;
  #number = 0;
  #over = false;

  constructor(world: World) {
    this.#world = world;
  }

  start(): void {
    this.#next(new Draw(this.#world.seed, 'fault times'));
  }

  /** No more trouble, and what there is ends. */
  stop(): void {
    this.#over = true;
    const { network } = this.#world;
    network.calm();
    for (const node of this.#world.machines) {
      node.syncFactor = 1;
      node.diskFault = undefined;
      node.disk.crashAt = 0;
    }
  }

  #next(times: Draw): void {
    const { scheduler, settings } = this.#world;
    const atMs = afterActivity(settings, scheduler.nowMs, times.exponential(settings.faultMeanMs));
    scheduler.at(atMs, undefined, () => {
      if (this.#over) return;
      const number = this.#number++;
      if (!settings.skipFaults.includes(number)) this.#strike(number);
      this.#next(times);
    });
  }

  #strike(number: number): void {
    const { seed, settings, nodes } = this.#world;
    const draw = new Draw(seed, 'fault', number);
    const kind = draw.weighted(settings.faults);
    if (kind === undefined) return;
    const node = draw.pick(nodes);
    const durationMs = 200 + draw.exponential(5000);
    this.#world.count(`fault ${kind}`);
    this.#world.trace('fault', `#${number} ${kind} ${node.name} ${durationMs.toFixed(0)} ms`);
    this.#inflict(kind, node, durationMs, draw);
  }

  #inflict(kind: FaultKind, node: SimNode, durationMs: number, draw: Draw) {
    const world = this.#world;
    const { nodes, log } = world;
    switch (kind) {
      case 'powerLoss':
        // At one of the next operations of the disk, or after a while if there is none.
        node.disk.crashAt = node.disk.operations + draw.whole(1, 25);
        return this.#later(2000, () => {
          if (node.disk.crashAt > 0 && node.state !== 'down') node.losePower();
        });
      case 'kill':
        if (node.state !== 'down') node.kill();
        return;
      case 'stop':
        return node.stop();
      case 'restartAll': {
        const gapMs = draw.pick([0, 500, 3000]);
        for (const [at, one] of [...nodes].entries()) this.#later(at * gapMs, () => one.stop());
        return;
      }
      case 'blackout':
        for (const one of nodes) if (one.state !== 'down') one.losePower();
        return;
      case 'partition': {
        const side = nodes.map(() => draw.chance(0.5));
        return this.#cut(durationMs, (from, to) => side[from.index] !== side[to.index]);
      }
      case 'oneWay': {
        const inward = draw.chance(0.5);
        return this.#cut(durationMs, (from, to) => (inward ? to : from) === node);
      }
      case 'flapping': {
        const other = draw.pick(nodes);
        const untilMs = world.scheduler.nowMs + durationMs;
        const flap = (): void => {
          if (world.scheduler.nowMs >= untilMs) return;
          this.#cut(
            draw.between(50, 1000),
            (from, to) => from !== to && [node, other].includes(from) && [node, other].includes(to),
          );
          this.#later(draw.between(100, 2000), flap);
        };
        return flap();
      }
      case 'isolateLeader': {
        const leader = world.leader();
        if (leader !== undefined) this.#cut(durationMs, (from, to) => (from === leader) !== (to === leader));
        return;
      }
      case 'slowDisk':
        node.syncFactor = draw.pick([20, 200, 1000]);
        return this.#later(durationMs, () => {
          node.syncFactor = 1;
        });
      case 'failingDisk': {
        let left = draw.whole(1, 3);
        const kinds = draw.pick([
          ['write'],
          ['dataSync'],
          ['write', 'dataSync', 'create', 'rename', 'syncDirectory'],
        ]);
        node.diskFault = ({ kind: operation }) => {
          if (left === 0 || !kinds.includes(operation)) return undefined;
          left--;
          return 'EIO';
        };
        return this.#later(durationMs, () => {
          left = 0;
        });
      }
      case 'fullDisk':
        node.diskFault = ({ kind: operation }) =>
          operation === 'write' || operation === 'create' || operation === 'mkdir' ? 'ENOSPC' : undefined;
        return this.#later(durationMs, () => {
          node.diskFault = undefined;
        });
      case 'pause':
        return this.#later(0, () =>
          node.clock.standStill(draw.pick([100, 1000, 5000]) * draw.between(0.2, 2)),
        );
      case 'wallJump':
        node.clock.jumpWall(draw.pick([-1, 1]) * draw.pick([500, 60_000, 86_400_000]) * draw.between(0.5, 2));
        return;
      case 'leaderTransfer': {
        const leader = world.leader();
        const target = draw.pick(nodes);
        if (leader === undefined || target.memberId === 0n) return;
        return world.onNode(leader, () => {
          leader.member?.moveLeader(target.memberId).then(
            () => world.count('leader moved'),
            () => {},
          );
        });
      }
      case 'membership':
        return this.#membership(node, draw);
      case 'replaceMember':
        return world.operator.replace(node, draw);
      case 'rot':
        return world.operator.rot(node, draw);
      case 'growCluster':
        return world.operator.grow(draw);
      case 'shrinkCluster':
        return world.operator.shrink(node, draw);
      case 'compaction': {
        const revision = log.last - draw.pick([0, 0, 5, 50]);
        if (revision < 2) return;
        world.compaction.asked = Math.max(world.compaction.asked, revision);
        return this.#propose(node, () => op('compaction', { revision, physical: draw.chance(0.5) }));
      }
    }
  }

  #membership(node: SimNode, draw: Draw) {
    const { operator } = this.#world;
    const stranger = node.member?.membership.members().find(({ peerURLs }) => !this.#isMachine(peerURLs));
    const number = draw.whole(100, 200);
    const what = draw.pick(['add', 'update', 'remove'] as const);
    if (what === 'update' && node.memberId !== 0n) {
      const request = { id: node.memberId, peerURLs: [addressOf(node.index, draw.whole(0, 1))] };
      return this.#propose(node, () => op('memberUpdate', request));
    }
    if (stranger !== undefined) {
      operator.removals.add(stranger.id);
      return this.#propose(node, () => op('memberRemove', { id: stranger.id }));
    }
    return this.#propose(node, () =>
      op('memberAdd', { peerURLs: [`http://10.0.2.${number}:2380`], isLearner: true }),
    );
  }

  #isMachine(peerURLs: readonly string[]): boolean {
    const index = machineAt(peerURLs[0] ?? '');
    return index !== undefined && this.#world.machine(index) !== undefined;
  }

  #propose(node: SimNode, request: () => ReturnType<typeof op>): void {
    const world = this.#world;
    world.onNode(node, () => {
      const made = request();
      node.member?.propose(made, {
        cancelled: false,
        done: () => world.count(`${made.kind} done`),
        failed: (error) => world.count(`${made.kind} failed: ${error.message}`),
      });
    });
  }

  #cut(durationMs: number, isCut: (from: SimNode, to: SimNode) => boolean): void {
    const { nodes, network } = this.#world;
    const cut: [number, number][] = [];
    for (const from of nodes) {
      for (const to of nodes) if (from !== to && isCut(from, to)) cut.push([from.index, to.index]);
    }
    for (const [from, to] of cut) network.cut(from, to);
    this.#later(durationMs, () => {
      for (const [from, to] of cut) network.mend(from, to);
    });
  }

  #later(delayMs: number, run: () => void): void {
    this.#world.scheduler.after(delayMs, () => {
      if (!this.#over) run();
    });
  }
}
