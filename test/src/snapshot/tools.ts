// Members and tools for the tests in this folder: a Go etcd or one of ours on a given data directory, and the commands
// of both.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, isHealthy, projectRoot, startMember } from '../harness/process.ts';

const GO_ETCD = '/usr/bin/etcd';
const GO_ETCDCTL = '/usr/bin/etcdctl';
const START_TIMEOUT_MS = 20_000;

/** For `test`: skipped where Go's etcd is not installed. */
export const needsGo = {
  skip: existsSync(GO_ETCD) && existsSync(GO_ETCDCTL) ? false : 'Go etcd is not installed',
};

const run = promisify(execFile);

/** The peer URL that all members here advertise, so that one's directory suits the other. */
export const PEER_URL = 'http://127.0.0.1:29990';

/** A running member, Go's or ours. */
export interface RunningMember {
  readonly endpoint: string;
  readonly output: () => string;
  /** Go's etcdctl against it; standard output. */
  ctl(...args: string[]): Promise<string>;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Go's etcdctl. */
export async function goCtl(...args: string[]): Promise<string> {
  const { stdout } = await run(GO_ETCDCTL, args, { env: { ...process.env, ETCDCTL_API: '3' } });
  return stdout;
}

/** Our etcdutl; rejects with its standard error when it fails. */
export async function utl(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(projectRoot, 'bin', 'etcdutl'), ...args]);
  return stdout;
}

export async function startGo(dataDir: string): Promise<RunningMember> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(
    GO_ETCD,
    [
      ...['--name', 'm', '--data-dir', dataDir, '--enable-v2', '--snapshot-count', '50'],
      ...['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
      ...['--listen-peer-urls', `http://127.0.0.1:${await freePort()}`],
      ...['--initial-advertise-peer-urls', PEER_URL, '--initial-cluster', `m=${PEER_URL}`],
      ...['--logger', 'zap', '--log-level', 'error'],
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isHealthy(port))) {
    if (performance.now() > deadline || child.exitCode !== null) throw new Error('Go etcd did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    endpoint,
    output: () => '',
    ctl: (...args) => goCtl('--endpoints', endpoint, ...args),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

export async function startOurs(dataDir: string): Promise<RunningMember> {
  const clientPort = await freePort();
  const member = await startMember({
    dataDir,
    clientPort,
    peerPort: await freePort(),
    args: ['--initial-advertise-peer-urls', PEER_URL, '--initial-cluster', `m=${PEER_URL}`],
  });
  const endpoint = `http://127.0.0.1:${clientPort}`;
  return {
    endpoint,
    output: member.output,
    ctl: (...args) => goCtl('--endpoints', endpoint, ...args),
    end: async (signal) => {
      await member.end(signal);
    },
  };
}

/** What a client can see of a store: all keys with their revisions, the leases with their keys, and the hash. */
export async function describe(
  member: RunningMember,
): Promise<{ keys: unknown; leases: unknown; hash: unknown }> {
  const json = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await member.ctl(...args, '-w', 'json')) as Record<string, unknown>;
  const { kvs } = await json('get', '', '--from-key');
  const leases: unknown[] = [];
  for (const line of (await member.ctl('lease', 'list')).split('\n').slice(1)) {
    if (line === '') continue;
    const text = await member.ctl('lease', 'timetolive', line, '--keys');
    leases.push(text.replace(/remaining\(\d+s\)/, ''));
  }
  const [status] = JSON.parse(await member.ctl('endpoint', 'hashkv', '-w', 'json')) as [
    { HashKV: { hash: number; compact_revision: number; header: { revision: number } } },
  ];
  const { hash, compact_revision, header } = status.HashKV;
  return { keys: kvs, leases, hash: { hash, compactRevision: compact_revision, revision: header.revision } };
}

/** A bit of everything: keys with history, deletions, leases, a compaction, large values. */
export async function fill(member: RunningMember): Promise<void> {
  const { ctl } = member;
  const lease = (await ctl('lease', 'grant', '3000')).split(' ')[1] as string;
  for (let at = 0; at < 30; at++) await ctl('put', `key-${at % 20}`, `value ${at}`);
  await ctl('put', 'leased', 'value', `--lease=${lease}`);
  await ctl('put', 'large', 'x'.repeat(60_000));
  await ctl('del', 'key-3');
  await ctl('compact', '12');
  await ctl('put', 'last', 'value');
  await fetch(`${member.endpoint}/v2/keys/two`, {
    method: 'PUT',
    body: new URLSearchParams({ value: 'tree' }),
  });
}
