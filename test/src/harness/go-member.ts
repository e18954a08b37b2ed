// A single Go etcd with its v2 API on, for comparisons.
import { spawn } from 'node:child_process';
import { freePort, isHealthy, temporaryDirectory } from './process.ts';

/** A running Go etcd. */
export interface GoMember {
  readonly clientPort: number;
  readonly peerPort: number;
  dispose(): Promise<void>;
}

/** Starts /usr/bin/etcd and waits until it is healthy. */
export async function startGoMember(): Promise<GoMember> {
  const directory = temporaryDirectory();
  const [clientPort, peerPort] = [await freePort(), await freePort()];
  const [client, peer] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`];
  const child = spawn(
    '/usr/bin/etcd',
    [
      ...['--name', 'm', '--data-dir', `${directory.path}/data`, '--enable-v2'],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...[
        '--listen-peer-urls',
        peer,
        '--initial-advertise-peer-urls',
        peer,
        '--initial-cluster',
        `m=${peer}`,
      ],
      ...['--logger', 'zap', '--log-level', 'error'],
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = performance.now() + 20_000;
  while (!(await isHealthy(clientPort))) {
    if (performance.now() > deadline) throw new Error('Go etcd did not become healthy');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    clientPort,
    peerPort,
    dispose: async () => {
      child.kill('SIGTERM');
      await ended;
      directory.dispose();
    },
  };
}
