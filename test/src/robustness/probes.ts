// A writer per member that asks again and again, to see when the cluster takes writes.
import { requests } from '@quorate/testkit';
import { sleep } from '../harness/cluster.ts';
import type { RobustCluster } from './cluster.ts';
import type { RobustMember } from './member.ts';
import { describe, outcomeOf } from './outcomes.ts';
import { GrpcAccess } from './v3-access.ts';
import type { World } from './world.ts';

const EVERY_MS = 40;
const TIMEOUT_MS = 1500;
/** Gaps over this are told in the timeline. */
const TOLD_MS = 1000;

export class Probe {
  readonly #world: World;
  readonly #cluster: RobustCluster;
  readonly #member: RobustMember;
  #stopped = false;
  acknowledged = 0;

  constructor(world: World, cluster: RobustCluster, member: RobustMember) {
    this.#world = world;
    this.#cluster = cluster;
    this.#member = member;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    const { name, url } = this.#member;
    const access = new GrpcAccess([url]);
    while (!this.#stopped) {
      const number = this.#world.nextNumber();
      const operation = this.#world.begin(number, 'probe', `probe ${name}`, name);
      operation.values = [`v${number}`];
      try {
        const { header } = await access.put(requests.put(`probe/${name}`, `v${number}`), TIMEOUT_MS);
        operation.revision = header?.revision ?? 0;
        this.#world.answers.change(operation, operation.revision);
        const gap = this.#cluster.availability.acknowledged();
        if (gap !== undefined && gap.ms > TOLD_MS)
          this.#world.trace(name, `takes a write after ${gap.ms.toFixed(0)} ms with a quorum`);
        this.acknowledged++;
        this.#world.settle(operation, 'ok', `revision ${operation.revision}`);
      } catch (error) {
        this.#world.settle(operation, outcomeOf(error), describe(error));
      }
      await sleep(EVERY_MS);
    }
    access.close();
  }
}
