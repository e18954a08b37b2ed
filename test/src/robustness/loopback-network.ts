// Members on 127.0.0.1, each behind a proxy of ours: needs no privileges. Who dials is told by the process that holds the
// socket, so that one advertised URL serves all.
import { FaultProxy, type Link } from './fault-proxy.ts';
import { type Conditions, FAIR, linkName, type Network, type Place, UNIMPAIRED } from './network.ts';
import type { Ports } from './ports.ts';
import { SocketOwners } from './socket-owners.ts';

export class LoopbackNetwork implements Network {
  readonly name = 'loopback';
  readonly can = new Set(['cut', 'delay', 'loss', 'bandwidth'] as const);
  readonly #ports: Ports;
  readonly #random: () => number;
  readonly #proxies: FaultProxy[] = [];
  readonly #pids = new Map<string, number>();
  readonly #owners = new SocketOwners(this.#pids);
  #conditions: Conditions = FAIR;

  constructor(ports: Ports, random: () => number) {
    this.#ports = ports;
    this.#random = random;
  }

  async addMember(name: string): Promise<Place> {
    const client = await this.#ports.next();
    const peer = await this.#ports.next();
    const proxyPort = await this.#ports.next();
    const proxy = new FaultProxy(peer, ({ port }) => this.#links(port, name), this.#random);
    await proxy.listen(proxyPort);
    this.#proxies.push(proxy);
    return {
      clientURL: `http://127.0.0.1:${client}`,
      peerListenURL: `http://127.0.0.1:${peer}`,
      peerURL: `http://127.0.0.1:${proxyPort}`,
      inside: [],
    };
  }

  async #links(port: number, target: string): Promise<{ to: Link; from: Link } | undefined> {
    const dialler = await this.#owners.ownerOf(port);
    return dialler === undefined
      ? undefined
      : { to: this.#link(dialler, target), from: this.#link(target, dialler) };
  }

  #link(from: string, to: string): Link {
    const name = linkName(from, to);
    return {
      isCut: () => this.#conditions.cuts.has(name),
      impairment: () => this.#conditions.impaired.get(from) ?? UNIMPAIRED,
    };
  }

  started(name: string, pid: number): void {
    this.#pids.set(name, pid);
  }

  async apply(conditions: Conditions): Promise<void> {
    this.#conditions = conditions;
    for (const proxy of this.#proxies) proxy.changed();
  }

  async dispose(): Promise<void> {
    for (const proxy of this.#proxies) proxy.close();
  }
}
