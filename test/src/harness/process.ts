// Starts the real commands as processes of their own, on loopback ports that nobody uses.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Path of one of our commands. */
export function command(name: 'etcd' | 'etcdctl'): string {
  return join(projectRoot, 'bin', name);
}

/** Below the ports that outgoing connections are given, any of which may take one between the look and its use. */
const FIRST_PORT = 11_000;
const LAST_PORT = 31_999;
const given = new Set<number>();

/** A TCP port of 127.0.0.1 that was free a moment ago; never the same twice. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A temporary directory, removed by `dispose`. */
export function temporaryDirectory(): { readonly path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), 'quorate-test-'));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

/** A member that runs as a process. */
export interface MemberProcess {
  readonly clientPort: number;
  readonly peerPort: number;
  /** Everything that the process has logged so far. */
  output(): string;
  /** Sends a signal and waits for the end. @returns exit code, or the signal that ended it */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  readonly running: boolean;
  readonly pid: number;
}

/** How a member is started. */
export interface MemberOptions {
  readonly dataDir: string;
  readonly clientPort: number;
  readonly peerPort: number;
  readonly args?: readonly string[];
  /** How long it may take to serve. Default 20 s. */
  readonly readyTimeoutMs?: number;
  /** The log level is too high for the ready message: wait for /health instead. */
  readonly quiet?: boolean;
  /** Kills it after so long if it does not serve by then; a member that was killed so is returned all the same. */
  readonly killAfterMs?: number;
}

/** Whether a server at this port says that it is healthy. */
export async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok;
  } catch {
    return false;
  }
}

/** Starts a member and waits until it serves clients. @throws Error with its log when it does not */
export async function startMember(options: MemberOptions): Promise<MemberProcess> {
  const client = `http://127.0.0.1:${options.clientPort}`;
  const peer = `http://127.0.0.1:${options.peerPort}`;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      command('etcd'),
      ...['--name', 'm', '--data-dir', options.dataDir],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...[
        '--listen-peer-urls',
        peer,
        '--initial-advertise-peer-urls',
        peer,
        '--initial-cluster',
        `m=${peer}`,
      ],
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal as NodeJS.Signals)));
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;

  const deadline = performance.now() + (options.readyTimeoutMs ?? 20_000);
  const killAt = performance.now() + (options.killAfterMs ?? Number.POSITIVE_INFINITY);
  while (
    !(options.quiet === true
      ? await isHealthy(options.clientPort)
      : log.includes('ready to serve client requests'))
  ) {
    if (performance.now() > killAt) {
      child.kill('SIGKILL');
      break;
    }
    if (!isRunning()) throw new Error(`the member ended before it was ready:\n${log}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the member did not become ready:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    clientPort: options.clientPort,
    peerPort: options.peerPort,
    output: () => log,
    end: (signal) => {
      if (isRunning()) child.kill(signal);
      return ended;
    },
    get running() {
      return isRunning();
    },
    pid: child.pid as number,
  };
}
