// The servers under measurement: ours and, where it is installed, Go etcd, each a process of its own on loopback.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Who is measured. */
export type Contender = 'quorate' | 'go-etcd';

/** A running server. */
export interface RunningServer {
  readonly contender: Contender;
  readonly port: number;
  readonly dataDir: string;
  /** Resident memory in MB. */
  rssMb(): number;
  /** CPU seconds used so far, user and system. */
  cpuSeconds(): number;
  /** Ends the process with SIGKILL and waits; the data stays. */
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Ends the process with SIGTERM and waits; the data stays. */
  stop(): Promise<void>;
  /** Starts it again on the same data. Resolves with the seconds until it answered. */
  restart(): Promise<number>;
  /** Stops and removes the data. */
  dispose(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const CLOCK_TICKS_PER_SECOND = 100;

/** Without a setting for outgoing TLS, of which nothing is measured: reading those certificates is longer than the start. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/** Path of Go etcd, or undefined when it is not installed. */
export function findGoEtcd(): string | undefined {
  const path = process.env['GO_ETCD'] ?? '/usr/bin/etcd';
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.includes('Go Version') ? path : undefined;
}

/** First line of `etcd --version`. */
export function versionOf(path: string): string {
  return spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? 'unknown';
}

export function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function answers(port: number): Promise<boolean> {
  if (!(await canConnect(port))) return false;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    return response.ok;
  } catch {
    return false;
  }
}

/** Starts a single member on 127.0.0.1:`port` (peers on the next port) with a data directory of its own. */
export async function startServer(
  contender: Contender,
  port: number,
  extra: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<RunningServer> {
  return startMember(contender, 'bench', port, `bench=http://127.0.0.1:${port + 1}`, extra, flags);
}

/** A running cluster of three; the figures of a RunningServer are summed over its members. */
export interface RunningCluster extends RunningServer {
  readonly members: readonly RunningServer[];
  /** A fourth member that can be started once it has been added; it does not wait until it serves. */
  readonly newcomer: { readonly peerUrl: string; launch(): Promise<RunningServer> };
}

/** Starts three members on ports from `port` on (up to `port` + 7) and waits until all of them serve. */
export async function startCluster(
  contender: Contender,
  port: number,
  extra: readonly string[] = [],
): Promise<RunningCluster> {
  const ports = [port, port + 2, port + 4];
  const address = (at: number): string => `m${at}=http://127.0.0.1:${at + 1}`;
  const cluster = ports.map(address).join(',');
  const members = await Promise.all(
    ports.map((at) => startMember(contender, `m${at}`, at, cluster, extra, [])),
  );
  const all = [...members];
  const launch = async (): Promise<RunningServer> => {
    const flags = [...extra, '--initial-cluster-state', 'existing'];
    const at = port + 6;
    const newcomer = await startMember(
      contender,
      `m${at}`,
      at,
      `${cluster},${address(at)}`,
      flags,
      [],
      'started',
    );
    all.push(newcomer);
    return newcomer;
  };
  const sum = (read: (member: RunningServer) => number): number =>
    members.reduce((total, member) => total + read(member), 0);
  return {
    ...(members[0] as RunningServer),
    members,
    newcomer: { peerUrl: `http://127.0.0.1:${port + 7}`, launch },
    rssMb: () => sum((member) => member.rssMb()),
    cpuSeconds: () => sum((member) => member.cpuSeconds()),
    stop: async () => {
      await Promise.all(members.map((member) => member.stop()));
    },
    dispose: async () => {
      await Promise.all(all.map((member) => member.dispose()));
    },
  };
}

async function startMember(
  contender: Contender,
  name: string,
  port: number,
  cluster: string,
  extra: readonly string[],
  flags: readonly string[],
  until: 'serving' | 'started' = 'serving',
): Promise<RunningServer> {
  const dataDir = mkdtempSync(join(tmpdir(), `bench-${contender}-`));
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`];
  const args = [
    ...['--name', name, '--data-dir', join(dataDir, 'data'), '--enable-v2'],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', cluster],
    ...['--log-level', 'error', '--quota-backend-bytes', '8589934592'],
    ...(contender === 'go-etcd' ? ['--logger', 'zap', '--log-outputs', 'stderr'] : []),
    ...extra,
  ];
  let child: ChildProcess;

  const launch = async (): Promise<number> => {
    const begun = performance.now();
    child =
      contender === 'go-etcd'
        ? spawn(findGoEtcd() as string, args, { stdio: ['ignore', 'ignore', 'inherit'] })
        : spawn(process.execPath, [...nodeFlags(), ...flags, join(root, 'bin', 'etcd'), ...args], {
            stdio: ['ignore', 'ignore', 'inherit'],
            env: { ...environment, BENCH_PROBE_FILE: join(dataDir, 'probe') },
          });
    while (until === 'serving') {
      if (child.exitCode !== null) throw new Error(`${contender} ended with code ${child.exitCode}`);
      if (await answers(port)) return (performance.now() - begun) / 1000;
      if (performance.now() - begun > 300_000) throw new Error(`${contender} did not come up`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return 0;
  };
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  const stop = (): Promise<void> => end('SIGTERM');

  await launch();
  return {
    contender,
    port,
    dataDir,
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
    },
    kill: () => end('SIGKILL'),
    signal: (name) => child.kill(name),
    stop,
    restart: async () => {
      await stop();
      return launch();
    },
    dispose: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Extra flags for the Node.js process under measurement, e.g. `--cpu-prof`. */
function nodeFlags(): string[] {
  return (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
}
