// Members in network namespaces of their own, joined by a bridge: links are cut and lossy in the kernel (nftables, on the
// side that receives), narrow by a token bucket, slow by netem where the kernel has it. Needs root, iproute2, nftables.
import { hasCommands, isRoot, run } from './commands.ts';
import { type Conditions, type LinkTrouble, linkName, type Network, type Place } from './network.ts';

const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
/** A token bucket passes at least this much at once, and lets packets wait this long. */
const BURST_BYTES = 16_384;
const QUEUE_MS = 2000;

/** The number of a network that nobody uses: a namespace is made once, also when several runs begin at the same time. */
async function reserve(): Promise<number | undefined> {
  const taken = await run('ip', ['-o', 'addr']);
  for (let number = 1; number < 255; number++) {
    if (taken.includes(`10.213.${number}.`) || (await linksOf(`qr${number}`)).length > 0) continue;
    const isMine = await run('ip', ['netns', 'add', `qr${number}t`]).then(
      () => true,
      () => false,
    );
    if (isMine) return number;
  }
  return undefined;
}

/** This machine's ends of the links to a network's members, and its bridge. */
async function linksOf(tag: string): Promise<string[]> {
  const listed = await run('ip', ['-o', 'link']);
  const names = listed.split('\n').map((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? '');
  return names.filter((name) => name.startsWith(`${tag}v`) || name === `${tag}br`);
}

interface Host {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  isShaped: boolean;
}

export class NamespaceNetwork implements Network {
  readonly name = 'namespaces';
  readonly can: ReadonlySet<LinkTrouble>;
  readonly #tag: string;
  readonly #subnet: string;
  readonly #hasNetem: boolean;
  readonly #hosts: Host[] = [];
  #applying: Promise<void> = Promise.resolve();

  private constructor(tag: string, subnet: string, hasNetem: boolean) {
    this.#tag = tag;
    this.#subnet = subnet;
    this.#hasNetem = hasNetem;
    this.can = new Set(['cut', 'loss', 'bandwidth', ...(hasNetem ? (['delay'] as const) : [])]);
  }

  /** A network, or undefined where this machine allows none. */
  static async create(): Promise<NamespaceNetwork | undefined> {
    if (!isRoot || !hasCommands('ip', 'tc', 'nft', 'nsenter')) return undefined;
    const number = await reserve();
    if (number === undefined) return undefined;
    const [tag, subnet] = [`qr${number}`, `10.213.${number}`];
    try {
      await run('ip', ['link', 'add', `${tag}br`, 'type', 'bridge']);
      await run('ip', ['addr', 'add', `${subnet}.254/24`, 'dev', `${tag}br`]);
      await run('ip', ['link', 'set', `${tag}br`, 'up']);
      await run('nsenter', [`--net=/run/netns/${tag}t`, 'nft', 'add', 'table', 'ip', 'quorate']);
    } catch {
      // Not allowed, or not in this kernel: what was made of it is taken back.
      await new NamespaceNetwork(tag, subnet, false).dispose();
      return undefined;
    }
    const netem = ['qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'];
    const hasNetem = await run('nsenter', [`--net=/run/netns/${tag}t`, 'tc', ...netem]).then(
      () => true,
      () => false,
    );
    return new NamespaceNetwork(tag, subnet, hasNetem);
  }

  async addMember(name: string): Promise<Place> {
    const number = this.#hosts.length + 1;
    const host = {
      name,
      namespace: `${this.#tag}n${number}`,
      address: `${this.#subnet}.${number}`,
      isShaped: false,
    };
    const [outer, inner] = [`${this.#tag}v${number}`, `${this.#tag}w${number}`];
    await run('ip', ['netns', 'add', host.namespace]);
    this.#hosts.push(host);
    await run('ip', ['link', 'add', outer, 'type', 'veth', 'peer', 'name', inner]);
    await run('ip', ['link', 'set', inner, 'netns', host.namespace, 'name', 'eth0']);
    await run('ip', ['link', 'set', outer, 'master', `${this.#tag}br`, 'up']);
    await run('ip', ['-n', host.namespace, 'link', 'set', 'lo', 'up']);
    await run('ip', ['-n', host.namespace, 'addr', 'add', `${host.address}/24`, 'dev', 'eth0']);
    await run('ip', ['-n', host.namespace, 'link', 'set', 'eth0', 'up']);
    const peerURL = `http://${host.address}:${PEER_PORT}`;
    return {
      clientURL: `http://${host.address}:${CLIENT_PORT}`,
      peerListenURL: peerURL,
      peerURL,
      inside: ['nsenter', `--net=/run/netns/${host.namespace}`],
    };
  }

  started(): void {}

  apply(conditions: Conditions): Promise<void> {
    this.#applying = this.#applying.then(async () => {
      await Promise.all(
        this.#hosts.map(async (host) => {
          await this.#filter(host, conditions);
          await this.#shape(host, conditions);
        }),
      );
    });
    return this.#applying;
  }

  /** What a host does not hear. */
  async #filter(host: Host, conditions: Conditions): Promise<void> {
    const rules = this.#hosts.flatMap((from) => {
      if (conditions.cuts.has(linkName(from.name, host.name))) return [`ip saddr ${from.address} drop`];
      const loss = conditions.impaired.get(from.name)?.loss ?? 0;
      if (loss === 0) return [];
      return [`ip saddr ${from.address} numgen random mod 1000 < ${Math.round(loss * 1000)} drop`];
    });
    const ruleset = [
      'table ip quorate',
      'delete table ip quorate',
      'table ip quorate {',
      '  chain input {',
      '    type filter hook input priority 0; policy accept;',
      ...rules.map((rule) => `    ${rule}`),
      '  }',
      '}',
    ];
    await run('nsenter', [`--net=/run/netns/${host.namespace}`, 'nft', '-f', '-'], `${ruleset.join('\n')}\n`);
  }

  /** How a host sends. */
  async #shape(host: Host, conditions: Conditions): Promise<void> {
    const { delayMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } =
      conditions.impaired.get(host.name) ?? {};
    const bits = Number.isFinite(bytesPerSecond) ? `${Math.round(bytesPerSecond * 8)}bit` : undefined;
    const root = ['-n', host.namespace, 'qdisc'];
    const device = ['dev', 'eth0', 'root'];
    if (host.isShaped) await run('tc', [...root, 'del', ...device]);
    host.isShaped = false;
    if (delayMs > 0 && this.#hasNetem) {
      const rate = bits === undefined ? [] : ['rate', bits];
      await run('tc', [
        ...root,
        'add',
        ...device,
        'netem',
        'delay',
        `${delayMs}ms`,
        ...rate,
        'limit',
        '100000',
      ]);
      host.isShaped = true;
    } else if (bits !== undefined) {
      const bucket = ['rate', bits, 'burst', String(BURST_BYTES), 'latency', `${QUEUE_MS}ms`];
      await run('tc', [...root, 'add', ...device, 'tbf', ...bucket]);
      host.isShaped = true;
    }
  }

  /** Takes everything back; members must have ended. */
  async dispose(): Promise<void> {
    await this.#applying.catch(() => {});
    // First of all: those that go with a namespace go when the kernel finds time.
    for (const link of await linksOf(this.#tag)) await run('ip', ['link', 'del', link]);
    const listed = await run('ip', ['netns', 'list']);
    const namespaces = listed.split('\n').map((line) => line.split(' ')[0] ?? '');
    for (const namespace of namespaces) {
      if (namespace.startsWith(`${this.#tag}n`) || namespace === `${this.#tag}t`)
        await run('ip', ['netns', 'del', namespace]);
    }
  }
}
