// Snapshots to and from Go's etcdctl and etcd.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { nodeDisk } from '@quorate/base';
import {
  type EtcdBucketReader,
  type EtcdSnapshot,
  type EtcdSnapshotStatus,
  etcdSnapshotStatus,
  readEtcdSnapshot,
  writeEtcdSnapshot,
} from './etcd-snapshot.ts';

const ETCD = '/usr/bin/etcd';
const ETCDCTL = '/usr/bin/etcdctl';
const needsEtcd = {
  skip: fs.existsSync(ETCD) && fs.existsSync(ETCDCTL) ? false : `${ETCD} and ${ETCDCTL} are not installed`,
};
const START_TIMEOUT_MS = 20_000;
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'quorate-snapshot-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const run = promisify(execFile);
const environment = { ...process.env, ETCDCTL_API: '3' };

async function etcdctl(...args: string[]): Promise<string> {
  return (await run(ETCDCTL, args, { env: environment, maxBuffer: 2 ** 28 })).stdout;
}

function save(name: string, read: EtcdBucketReader): string {
  const file = path.join(root, name);
  const plan = writeEtcdSnapshot(read);
  const fd = fs.openSync(file, 'w');
  for (const chunk of plan.chunks()) fs.writeSync(fd, chunk);
  fs.closeSync(fd);
  assert.equal(fs.statSync(file).size, plan.totalBytes);
  assert.equal(plan.totalBytes, plan.databaseBytes + 32);
  return file;
}

function statusOf(snapshot: EtcdSnapshot): EtcdSnapshotStatus {
  const steps = etcdSnapshotStatus(snapshot);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a member of Go etcd and waits until it answers. */
async function startEtcd(dataDirectory: string): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const child: ChildProcess = spawn(
    ETCD,
    [
      `--data-dir=${dataDirectory}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peer}`,
      '--initial-advertise-peer-urls=http://localhost:2380',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await etcdctl(`--endpoints=${endpoint}`, 'get', 'x');
      break;
    } catch (error) {
      if (Date.now() > deadline || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    endpoint,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

test("Go's status agrees with ours on a snapshot of ours; a changed one is refused", needsEtcd, async () => {
  const revision = (main: number): Buffer => {
    const key = Buffer.alloc(17);
    key.writeBigUInt64BE(BigInt(main), 0);
    key[8] = 0x5f;
    return key;
  };
  const file = save('ours.db', function* (bucket) {
    if (bucket === 'meta') yield [Buffer.from('consistent_index'), Buffer.alloc(8, 1)];
    if (bucket === 'key') for (let at = 2; at < 3000; at++) yield [revision(at), Buffer.alloc(at % 500, at)];
  });
  const snapshot = readEtcdSnapshot(nodeDisk, file, { requireHash: true });
  const ours = statusOf(snapshot);
  const theirs = JSON.parse(await etcdctl('snapshot', 'status', file, '-w', 'json')) as EtcdSnapshotStatus;
  assert.deepEqual({ ...ours, totalSize: 0 }, { ...theirs, totalSize: 0 });
  assert.equal(ours.revision, 2999);
  assert.equal(ours.totalKey, 2999);
  assert.equal(snapshot.get('meta', Buffer.from('consistent_index'))?.length, 8);
  assert.equal([...snapshot.entries('key')].length, 2998);
  assert.equal([...snapshot.entries('lease')].length, 0);
  snapshot.close();

  const bytes = fs.readFileSync(file);
  bytes[bytes.length / 2] = (bytes[bytes.length / 2] as number) ^ 1;
  const changed = path.join(root, 'changed.db');
  fs.writeFileSync(changed, bytes);
  assert.throws(() => readEtcdSnapshot(nodeDisk, changed), { code: 'HASH_MISMATCH' });
  fs.writeFileSync(changed, bytes.subarray(0, bytes.length - 32));
  assert.throws(() => readEtcdSnapshot(nodeDisk, changed, { requireHash: true }), { code: 'HASH_MISMATCH' });
});

test(
  'a snapshot of Go etcd is read, written again here, restored by etcdctl and served by etcd',
  needsEtcd,
  async () => {
    const first = await startEtcd(path.join(root, 'first.etcd'));
    const theirFile = path.join(root, 'theirs.db');
    let expected = '';
    try {
      const at = `--endpoints=${first.endpoint}`;
      await etcdctl(at, 'put', 'large', 'x'.repeat(100_000));
      for (let index = 0; index < 20; index++) await etcdctl(at, 'put', `key-${index % 7}`, `value ${index}`);
      await etcdctl(at, 'del', 'key-3');
      const lease = /lease ([0-9a-f]+)/.exec(await etcdctl(at, 'lease', 'grant', '3600'))?.[1] as string;
      await etcdctl(at, 'put', '--lease', lease, 'leased', 'v');
      await etcdctl(at, 'user', 'add', 'root:secret');
      expected = await etcdctl(at, 'get', '', '--from-key', '-w', 'json');
      await etcdctl(at, 'snapshot', 'save', theirFile);
    } finally {
      await first.stop();
    }

    const theirs = readEtcdSnapshot(nodeDisk, theirFile, { requireHash: true });
    const ourFile = save('again.db', (bucket) => theirs.entries(bucket));
    const ours = readEtcdSnapshot(nodeDisk, ourFile, { requireHash: true });
    const read = async (file: string) =>
      JSON.parse(await etcdctl('snapshot', 'status', file, '-w', 'json')) as EtcdSnapshotStatus;
    assert.deepEqual(statusOf(theirs), await read(theirFile));
    const { totalSize: _size, ...summary } = await read(theirFile);
    const { totalSize: _ourSize, ...ourSummary } = await read(ourFile);
    assert.deepEqual(ourSummary, summary);
    assert.deepEqual({ ...statusOf(ours), totalSize: 0 }, { ...summary, totalSize: 0 });
    theirs.close();
    ours.close();

    const restored = path.join(root, 'restored.etcd');
    await etcdctl('snapshot', 'restore', ourFile, `--data-dir=${restored}`);
    const second = await startEtcd(restored);
    try {
      const got = await etcdctl(`--endpoints=${second.endpoint}`, 'get', '', '--from-key', '-w', 'json');
      const kvs = (text: string) => (JSON.parse(text) as { kvs: unknown }).kvs;
      assert.deepEqual(kvs(got), kvs(expected));
      await etcdctl(`--endpoints=${second.endpoint}`, 'put', 'after', 'restore');
      assert.match(await etcdctl(`--endpoints=${second.endpoint}`, 'user', 'list'), /root/);
    } finally {
      await second.stop();
    }
  },
);
