// The log is common ground: Go etcd goes on from a log that we wrote, and we from one of its, to the same state. The
// key-value stores differ in format, so each side rebuilds its own by replaying the log from the beginning.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nodeDisk, systemClock, systemRandom } from '@quorate/base';
import {
  CompactionRequest,
  Compare,
  DeleteRangeRequest,
  LeaseGrantRequest,
  PutRequest,
  RequestOp,
  TxnRequest,
  V2Request,
} from '@quorate/proto';
import { type ApplyResult, createMember, type Member, type RaftOp, silentLogger } from '@quorate/server';
import { MemoryBackend } from '@quorate/storage';
import { freePort, isHealthy, temporaryDirectory } from '../harness/process.ts';

const keepAlive = setInterval(() => {}, 1000);
after(() => clearInterval(keepAlive));

const GO_ETCD = '/usr/bin/etcd';
const skip = existsSync(GO_ETCD) ? false : 'Go etcd is not installed';
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function op<K extends RaftOp['kind']>(kind: K, request: Extract<RaftOp, { kind: K }>['request']): RaftOp {
  return { kind, request, raw: undefined, requester: undefined } as unknown as RaftOp;
}

function request(member: Member, given: RaftOp): Promise<ApplyResult> {
  return new Promise((resolve, reject) => {
    member.propose(given, { cancelled: false, done: resolve, failed: reject });
  });
}

async function startOurs(dataDir: string): Promise<Member> {
  const member = await createMember({
    dataDir,
    name: 'default',
    peerURLs: ['http://localhost:2380'],
    clientURLs: ['http://localhost:2379'],
    initialCluster: 'default=http://localhost:2380',
    initialClusterToken: 'etcd-cluster',
    initialClusterState: 'new',
    clusterVersionLimit: '3.4',
    clock: systemClock,
    random: systemRandom,
    disk: nodeDisk,
    logger: silentLogger,
    openBackend: (_directory, options) => new MemoryBackend(options),
    onFatal: (error) => {
      throw error;
    },
  });
  await new Promise<void>((resolve) => {
    member.onReady(resolve);
  });
  while (member.membership.clusterVersion() === undefined)
    await new Promise((resolve) => setImmediate(resolve));
  return member;
}

interface Go {
  ctl(...args: string[]): string;
  v2(path: string, ...curl: string[]): string;
}

/** Runs Go etcd on a data directory while `work` is going on. */
async function withGo<T>(dataDir: string, work: (go: Go) => Promise<T> | T): Promise<T> {
  const [client, peer] = [await freePort(), await freePort()];
  const child = spawn(
    GO_ETCD,
    [
      ...['--data-dir', dataDir, '--enable-v2', '--logger', 'zap', '--log-level', 'error'],
      ...[
        '--listen-client-urls',
        `http://127.0.0.1:${client}`,
        '--advertise-client-urls',
        `http://127.0.0.1:${client}`,
      ],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`],
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    while (!(await isHealthy(client))) {
      assert.equal(child.exitCode, null, 'Go etcd refuses the data directory');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return await work({
      ctl: (...args) =>
        execFileSync('/usr/bin/etcdctl', ['--endpoints', `127.0.0.1:${client}`, ...args], {
          env: { ETCDCTL_API: '3' },
          stdio: ['ignore', 'pipe', 'ignore'],
        }).toString(),
      v2: (path, ...curl) =>
        execFileSync('curl', ['-s', ...curl, `http://127.0.0.1:${client}/v2/keys${path}`]).toString(),
    });
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function goHash(go: Go): { hash: number; revision: number } {
  const [answer] = JSON.parse(go.ctl('endpoint', 'hashkv', '-w', 'json')) as {
    HashKV: { hash: number; header: { revision: number } };
  }[];
  assert.ok(answer !== undefined);
  return { hash: answer.HashKV.hash, revision: answer.HashKV.header.revision };
}

test('Go etcd goes on from our log to the same HashKV, v2 tree, leases and members', { skip }, async () => {
  const directory = temporaryDirectory();
  try {
    const ours = join(directory.path, 'ours');
    const member = await startOurs(ours);
    await request(member, op('leaseGrant', LeaseGrantRequest.create({ ID: 77n, TTL: 1000 })));
    for (let at = 0; at < 60; at++) {
      const put = { key: bytes(`k${at % 13}`), value: bytes(`value ${at}`), lease: at % 5 === 0 ? 77n : 0n };
      await request(member, op('put', PutRequest.create(put)));
    }
    await request(
      member,
      op('deleteRange', DeleteRangeRequest.create({ key: bytes('k3'), rangeEnd: bytes('k6') })),
    );
    const compare = Compare.create({ key: bytes('k1'), target: 0, result: 1, version: 2 });
    const success = [
      RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: bytes('k1') }) }),
      RequestOp.create({ requestPut: PutRequest.create({ key: bytes('k9'), ignoreValue: true }) }),
      RequestOp.create({ requestPut: PutRequest.create({ key: bytes('new'), value: bytes('x') }) }),
    ];
    await request(member, op('txn', TxnRequest.create({ compare: [compare], success })));
    await request(member, op('compaction', CompactionRequest.create({ revision: 20 })));
    await request(member, op('v2', V2Request.create({ method: 'PUT', path: '/1/foo', val: 'bar' })));
    await request(member, op('v2', V2Request.create({ method: 'POST', path: '/1/queue', val: '<q>' })));
    await request(member, op('v2', V2Request.create({ method: 'DELETE', path: '/1/foo' })));
    const { hash } = await member.kv.hashByRevision(0);
    const revision = member.revision();
    await member.stop();

    // Go wants a key-value store of its own: one of a member that has applied nothing but its start.
    const fresh = join(directory.path, 'fresh');
    await withGo(fresh, () => {});
    rmSync(join(ours, 'member', 'snap'), { recursive: true, force: true });
    cpSync(join(fresh, 'member', 'snap'), join(ours, 'member', 'snap'), { recursive: true });
    await withGo(ours, (go) => {
      assert.deepEqual(goHash(go), { hash, revision });
      assert.match(
        go.ctl('member', 'list'),
        /^8e9e05c52164694d, started, default, http:\/\/localhost:2380, /,
      );
      assert.match(
        go.ctl('lease', 'timetolive', '4d', '--keys'),
        /granted with TTL\(1000s\).*attached keys\(\[/,
      );
      const tree = JSON.parse(go.v2('/?recursive=true&sorted=true')) as {
        node: { nodes: { nodes?: unknown }[] };
      };
      assert.deepEqual(tree.node.nodes, [
        {
          key: '/queue',
          dir: true,
          nodes: [{ key: '/queue/00000000000000000005', value: '<q>', modifiedIndex: 5, createdIndex: 5 }],
          modifiedIndex: 5,
          createdIndex: 5,
        },
      ]);
      go.ctl('put', 'after', 'x');
    });
  } finally {
    directory.dispose();
  }
});

test('we go on from a log of Go etcd to the same HashKV, v2 tree, leases and members', { skip }, async () => {
  const directory = temporaryDirectory();
  try {
    const theirs = join(directory.path, 'theirs');
    const expected = await withGo(theirs, (go) => {
      for (let at = 0; at < 12; at++) go.ctl('put', `k${at % 5}`, `value ${at}`);
      const lease = /lease ([0-9a-f]+) granted/.exec(go.ctl('lease', 'grant', '500'))?.[1] as string;
      go.ctl('put', 'leased', 'x', '--lease', lease);
      go.ctl('del', 'k1', 'k3');
      go.ctl('compaction', '6');
      go.v2('/foo', '-XPUT', '-d', 'value=bar');
      go.v2('/foo', '-XPUT', '-d', 'value=baz', '-d', 'prevValue=bar');
      go.v2('/queue', '-XPOST', '-d', 'value=q');
      return { ...goHash(go), lease: BigInt(`0x${lease}`) };
    });
    rmSync(join(theirs, 'member', 'snap', 'db'));
    const member = await startOurs(theirs);
    assert.equal(member.revision(), expected.revision);
    assert.equal((await member.kv.hashByRevision(0)).hash, expected.hash);
    assert.deepEqual(member.lease.leases(), [expected.lease]);
    assert.deepEqual(member.lease.attachedKeys(expected.lease)?.map(String), ['leased']);
    assert.equal(member.membership.clusterVersion(), '3.4.0');
    const answer = await request(
      member,
      op('v2', V2Request.create({ method: 'QGET', path: '/1', recursive: true, sorted: true })),
    );
    assert.ok(answer.kind === 'v2');
    const nodes = answer.applied.event?.node.nodes ?? [];
    assert.deepEqual(
      nodes.map((node) => [node.key, node.value, node.modifiedIndex]),
      [
        ['/1/foo', 'baz', 5],
        ['/1/queue', undefined, 6],
      ],
    );
    await request(member, op('put', PutRequest.create({ key: bytes('after'), value: bytes('x') })));
    await member.stop();
  } finally {
    directory.dispose();
  }
});
