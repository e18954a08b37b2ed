// What a machine that is to join learns from the members of the running cluster, over the simulated network.
import type { ClusterInquirer, RemoteCluster, RemoteVersions } from '@quorate/server';
import type { SimNetwork } from './sim-network.ts';
import { machineAt, type SimNode } from './sim-node.ts';

export interface InquirerWorld {
  readonly network: SimNetwork;
  machine(index: number): SimNode | undefined;
  onNode(node: SimNode, run: () => void): void;
}

/** Type number for what is not a raft message. */
const QUESTION = -1;
const VERSION_TIMEOUT_MS = 1000;

export class SimInquirer implements ClusterInquirer {
  readonly #world: InquirerWorld;
  readonly #node: SimNode;

  constructor(world: InquirerWorld, node: SimNode) {
    this.#world = world;
    this.#node = node;
  }

  members(peerURLs: readonly string[], timeoutMs: number): Promise<RemoteCluster | undefined> {
    return this.#ask(peerURLs, timeoutMs, ({ member }) =>
      member === undefined
        ? undefined
        : { clusterId: member.clusterId, members: member.membership.members() },
    );
  }

  versions(peerURLs: readonly string[]): Promise<RemoteVersions | undefined> {
    return this.#ask(peerURLs, VERSION_TIMEOUT_MS, ({ member }) =>
      member === undefined
        ? undefined
        : { server: '3.7.0', cluster: member.membership.clusterVersion() ?? 'not_decided' },
    );
  }

  /** The first answer of any of them. */
  #ask<T>(
    urls: readonly string[],
    timeoutMs: number,
    question: (target: SimNode) => T | undefined,
  ): Promise<T | undefined> {
    const { network } = this.#world;
    const node = this.#node;
    const { life } = node.clock;
    const settle = (resolve: (answer: T | undefined) => void, answer: T): void => {
      if (node.clock.life === life) resolve(answer);
    };
    return new Promise<T | undefined>((resolve) => {
      node.clock.setTimer(timeoutMs, () => resolve(undefined));
      for (const url of urls) {
        const index = machineAt(url);
        const target = index === undefined ? undefined : this.#world.machine(index);
        if (target === undefined) continue;
        network.carry(node.index, target.index, node.clock.worldMs, QUESTION, () => {
          this.#world.onNode(target, () => {
            const answer = question(target);
            if (answer === undefined) return;
            network.carry(target.index, node.index, target.clock.worldMs, QUESTION, () => {
              this.#world.onNode(node, () => settle(resolve, answer));
            });
          });
        });
      }
    });
  }
}
