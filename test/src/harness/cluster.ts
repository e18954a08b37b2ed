// Clusters of real processes, ours and Go's, driven through the JSON gateway that both have.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HashKVRequest, HashKVResponse, services } from '@quorate/proto';
import { connectGrpc } from '@quorate/wire';
import { command, freePort, temporaryDirectory } from './process.ts';

export const GO_ETCD = '/usr/bin/etcd';
export const hasGoEtcd = existsSync(GO_ETCD);

export type MemberKind = 'ours' | 'go';

/** A gateway answer that is not 200. */
export class GatewayError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface MemberInfo {
  readonly ID: string;
  readonly name: string;
  readonly isLearner: boolean;
  readonly peerURLs: readonly string[];
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Tries until `check` gives something. @throws Error with the last reason after the time */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  check: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let reason: unknown = 'it never came true';
  for (;;) {
    try {
      const value = await check();
      if (value !== undefined) return value;
    } catch (error) {
      reason = error;
    }
    if (performance.now() > deadline) throw new Error(`${what}: ${String(reason)}`, { cause: reason });
    await sleep(20);
  }
}

export class TestMember {
  readonly name: string;
  readonly kind: MemberKind;
  readonly clientPort: number;
  readonly peerPort: number;
  readonly dataDir: string;
  peerScheme: 'http' | 'https' = 'http';
  log = '';
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(name: string, kind: MemberKind, clientPort: number, peerPort: number, dataDir: string) {
    this.name = name;
    this.kind = kind;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
    this.dataDir = dataDir;
  }

  get clientURL(): string {
    return `http://127.0.0.1:${this.clientPort}`;
  }

  get peerURL(): string {
    return `${this.peerScheme}://127.0.0.1:${this.peerPort}`;
  }

  /** Of the running process. */
  get pid(): number {
    return this.#child?.pid as number;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  start(args: readonly string[]): void {
    const all = [
      ...['--name', this.name, '--data-dir', this.dataDir],
      ...['--listen-client-urls', this.clientURL, '--advertise-client-urls', this.clientURL],
      ...['--listen-peer-urls', this.peerURL, '--initial-advertise-peer-urls', this.peerURL],
      ...(this.kind === 'go' ? ['--logger', 'zap', '--log-outputs', 'stderr', '--enable-v2'] : []),
      ...args,
    ];
    const child =
      this.kind === 'go'
        ? spawn(GO_ETCD, all, { stdio: ['ignore', 'pipe', 'pipe'] })
        : spawn(process.execPath, [command('etcd'), ...all], { stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      this.log += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.running) this.#child?.kill(signal);
    await this.#ended;
  }

  /** Waits until the process ends by itself. */
  ended(): Promise<void> {
    return this.#ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Asks the JSON gateway. @throws GatewayError, or another when there is no answer */
  async call(path: string, body: unknown, timeoutMs = 5000): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.clientURL}/v3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.status !== 200) throw new GatewayError(response.status, text);
    return JSON.parse(text) as Record<string, unknown>;
  }

  async put(key: string, value: string, timeoutMs?: number): Promise<void> {
    await this.call('kv/put', { key: base64(key), value: base64(value) }, timeoutMs);
  }

  async get(key: string, options: { readonly serializable?: boolean } = {}): Promise<string | undefined> {
    const answer = await this.call('kv/range', { key: base64(key), ...options });
    const kvs = (answer['kvs'] ?? []) as readonly { readonly value?: string }[];
    return kvs[0] === undefined ? undefined : Buffer.from(kvs[0].value ?? '', 'base64').toString();
  }

  /** Number of keys with a prefix. */
  async count(prefix: string): Promise<number> {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    const body = { key: base64(prefix), range_end: base64(end), count_only: true };
    return Number((await this.call('kv/range', body))['count'] ?? 0);
  }

  async status(): Promise<{ id: string; leader: string; revision: number; raftIndex: number }> {
    const answer = await this.call('maintenance/status', {});
    const header = answer['header'] as Record<string, string>;
    return {
      id: header['member_id'] as string,
      leader: (answer['leader'] as string | undefined) ?? '0',
      revision: Number(header['revision'] ?? 0),
      raftIndex: Number(answer['raftIndex'] ?? 0),
    };
  }

  async members(): Promise<MemberInfo[]> {
    const answer = await this.call('cluster/member/list', {});
    return (answer['members'] as Record<string, unknown>[]).map((member) => ({
      ID: member['ID'] as string,
      name: (member['name'] as string | undefined) ?? '',
      isLearner: member['isLearner'] === true,
      peerURLs: member['peerURLs'] as string[],
    }));
  }

  /** Over gRPC: the gateway of Go etcd 3.4 answers another question at this path. */
  async hashKv(revision: number): Promise<string> {
    const channel = await connectGrpc({ host: '127.0.0.1', port: this.clientPort });
    try {
      const request = HashKVRequest.encode(HashKVRequest.create({ revision }));
      const { HashKV } = services.Maintenance;
      const answer = HashKVResponse.decode(await channel.unary(HashKV.path, request, { timeoutMs: 5000 }));
      return `${answer.hash}@${answer.compactRevision}`;
    } finally {
      channel.close();
    }
  }

  async v2(method: string, path: string): Promise<string> {
    const response = await fetch(`${this.clientURL}/v2/keys${path}`, {
      method,
      signal: AbortSignal.timeout(5000),
    });
    return response.text();
  }
}

export interface ClusterOptions {
  readonly kinds: readonly MemberKind[];
  readonly args?: readonly string[];
  /** For members of ours alone. */
  readonly ourArgs?: readonly string[];
}

export class TestCluster {
  readonly members: TestMember[] = [];
  readonly #directory = temporaryDirectory();
  readonly #args: readonly string[];
  readonly #ourArgs: readonly string[];

  constructor(args: readonly string[], ourArgs: readonly string[] = []) {
    this.#args = args;
    this.#ourArgs = ourArgs;
  }

  /** Starts a static cluster and waits until every member serves. */
  static async start(options: ClusterOptions): Promise<TestCluster> {
    const cluster = new TestCluster(options.args ?? [], options.ourArgs);
    for (const kind of options.kinds) await cluster.make(kind);
    for (const member of cluster.members) cluster.startMember(member, 'new');
    try {
      await cluster.healthy();
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  async make(kind: MemberKind): Promise<TestMember> {
    const name = `m${this.members.length + 1}`;
    const [clientPort, peerPort] = [await freePort(), await freePort()];
    const member = new TestMember(name, kind, clientPort, peerPort, join(this.#directory.path, name));
    this.members.push(member);
    return member;
  }

  startMember(
    member: TestMember,
    state: 'new' | 'existing',
    list: readonly TestMember[] = this.members,
    more: readonly string[] = [],
  ): void {
    const initial = list.map(({ name, peerURL }) => `${name}=${peerURL}`).join(',');
    const place = ['--initial-cluster', initial, '--initial-cluster-state', state];
    const ours = member.kind === 'ours' ? this.#ourArgs : [];
    member.start([...place, ...this.#args, ...ours, ...more]);
  }

  /** Adds a member to the running cluster and starts it. */
  async add(kind: MemberKind, options: { readonly learner?: boolean } = {}): Promise<TestMember> {
    const others = this.live();
    const asked = others[0] as TestMember;
    const member = await this.make(kind);
    // With the strict check a cluster wants its members to be well for some seconds first.
    await eventually(`adding ${member.name}`, 15_000, async () => {
      await asked.call('cluster/member/add', {
        peerURLs: [member.peerURL],
        isLearner: options.learner ?? false,
      });
      return true;
    });
    this.startMember(member, 'existing', [...others, member]);
    await this.healthy([member]);
    return member;
  }

  live(): TestMember[] {
    return this.members.filter(({ running }) => running);
  }

  /** Waits until members answer a linearizable read. */
  async healthy(members: readonly TestMember[] = this.live()): Promise<void> {
    await Promise.all(
      members.map((member) =>
        eventually(`${member.name} to be healthy\n${member.log.slice(-3000)}`, 20_000, async () => {
          if (!member.running) throw new Error(`${member.name} has ended`);
          await member.status();
          return true;
        }),
      ),
    );
  }

  /** The member that all of the given ones take for the leader. */
  leader(among: readonly TestMember[] = this.live()): Promise<TestMember> {
    return eventually('a leader', 15_000, async () => {
      const states = await Promise.all(among.map((member) => member.status()));
      const first = states[0]?.leader;
      if (first === undefined || first === '0' || states.some(({ leader }) => leader !== first))
        return undefined;
      return among[states.findIndex(({ id }) => id === first)];
    });
  }

  async moveLeader(target: TestMember): Promise<void> {
    await eventually(`${target.name} to lead`, 30_000, async () => {
      const leader = await this.leader();
      if (leader === target) return true;
      const { id } = await target.status();
      await leader.call('maintenance/transfer-leadership', { targetID: id });
      return undefined;
    });
  }

  /** Waits until all members have the same history: equal hashes at one revision. @throws Error when they do not */
  async equalHashes(members: readonly TestMember[] = this.live()): Promise<void> {
    await eventually('equal hashes', 15_000, async () => {
      const revisions = await Promise.all(members.map(async (member) => (await member.status()).revision));
      const revision = Math.min(...revisions);
      const hashes = await Promise.all(members.map((member) => member.hashKv(revision)));
      if (new Set(hashes).size !== 1) throw new Error(`at ${revision}: ${hashes.join(' ')}`);
      return true;
    });
  }

  /** Waits until the v2 trees are the same. */
  async equalV2(members: readonly TestMember[] = this.live()): Promise<void> {
    await eventually('equal v2 trees', 15_000, async () => {
      const trees = await Promise.all(
        members.map((member) => member.v2('GET', '/?recursive=true&sorted=true')),
      );
      if (new Set(trees.map((tree) => tree.trim())).size !== 1) throw new Error(trees.join('\n'));
      return true;
    });
  }

  async dispose(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end('SIGKILL')));
    this.#directory.dispose();
  }

  /** Forgets everything a member had on disk. */
  wipe(member: TestMember): void {
    rmSync(member.dataDir, { recursive: true, force: true });
  }
}

/** Writes without pause through whoever answers; keeps what was acknowledged. */
export class Writer {
  readonly acknowledged = new Map<string, string>();
  readonly #prefix: string;
  /** Longest time between two acknowledged writes, in ms. */
  longestGapMs = 0;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  start(members: readonly TestMember[]): void {
    this.#running = this.#run(members);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(members: readonly TestMember[]): Promise<void> {
    let at = 0;
    let last = performance.now();
    while (!this.#stopped) {
      const key = `${this.#prefix}${String(at).padStart(6, '0')}`;
      const live = members.filter(({ running }) => running);
      const member = live[at % Math.max(1, live.length)];
      at++;
      if (member === undefined) {
        await sleep(10);
        continue;
      }
      try {
        await member.put(key, key, 1000);
        this.acknowledged.set(key, key);
        const now = performance.now();
        this.longestGapMs = Math.max(this.longestGapMs, now - last);
        last = now;
      } catch {
        // Not acknowledged: whether it was written does not matter.
        await sleep(5);
      }
    }
  }
}
