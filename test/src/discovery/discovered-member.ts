// Members, ours and Go's, that are told where to look for their cluster instead of who is in it.
import { type ChildProcess, spawn } from 'node:child_process';
import { command, isHealthy, temporaryDirectory } from '../harness/process.ts';
import { quietPort } from './ports.ts';

export interface DiscoveredMember {
  readonly name: string;
  readonly clientPort: number;
  readonly peerPort: number;
  output(): string;
  /** Resolves when it serves clients; rejects when it ends before. */
  ready(): Promise<void>;
  /** The exit code, or the signal, once it has ended by itself. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends the process with a signal and starts it anew, on the same data. */
  restart(signal: NodeJS.Signals): Promise<void>;
  /** Ends it and removes its data. */
  dispose(): Promise<void>;
}

export interface DiscoveredMemberOptions {
  readonly name: string;
  readonly kind?: 'ours' | 'go';
  readonly args: readonly string[];
  readonly peerPort?: number;
  /** Words before the command, such as `unshare -m`. */
  readonly wrapper?: readonly string[];
}

const READY_TIMEOUT_MS = 60_000;

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts a member; whether it becomes ready depends on the others. */
export async function startDiscovered(options: DiscoveredMemberOptions): Promise<DiscoveredMember> {
  const { name, kind = 'ours', wrapper = [] } = options;
  const directory = temporaryDirectory();
  const clientPort = await quietPort();
  const peerPort = options.peerPort ?? (await quietPort());
  const [client, peer] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`];
  const words = [
    ...wrapper,
    ...(kind === 'go'
      ? ['/usr/bin/etcd', '--enable-v2', '--logger', 'zap']
      : [process.execPath, command('etcd')]),
    ...['--name', name, '--data-dir', `${directory.path}/data`],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...options.args,
  ];
  let log = '';
  const start = (): Running => {
    const child = spawn(words[0] as string, words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
    }
    const ended = new Promise<number | NodeJS.Signals>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? (signal as NodeJS.Signals)));
    });
    return { child, ended };
  };
  let running = start();
  const hasEnded = (): boolean => running.child.exitCode !== null || running.child.signalCode !== null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!hasEnded()) running.child.kill(signal);
    await running.ended;
  };
  return {
    name,
    clientPort,
    peerPort,
    output: () => log,
    ready: async () => {
      const deadline = performance.now() + READY_TIMEOUT_MS;
      while (!(await isHealthy(clientPort))) {
        if (hasEnded()) throw new Error(`${name} ended before it was ready:\n${log}`);
        if (performance.now() > deadline) throw new Error(`${name} did not become ready:\n${log}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    get ended() {
      return running.ended;
    },
    restart: async (signal) => {
      await end(signal);
      running = start();
    },
    dispose: async () => {
      await end('SIGKILL');
      directory.dispose();
    },
  };
}
