// Clusters that find themselves: through our own v2 and v3 APIs, through Go etcd with Debian's discovery service in
// front of it, and through DNS; Go members among ours.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { type GoMember, startGoMember } from '../harness/go-member.ts';
import { type MemberProcess, startMember, temporaryDirectory } from '../harness/process.ts';
import { cluster, enableAuth, get, put, setV2 } from './calls.ts';
import { type DiscoveredMember, type DiscoveredMemberOptions, startDiscovered } from './discovered-member.ts';
import { quietPort } from './ports.ts';

const hasGo = existsSync('/usr/bin/etcd');
const discoveryService = '/usr/bin/discovery.etcd.io';

/** A registry of ours, whose member is ended and removed afterwards. */
async function withOurs(run: (member: MemberProcess) => Promise<void>): Promise<void> {
  const directory = temporaryDirectory();
  const [clientPort, peerPort] = [await quietPort(), await quietPort()];
  const member = await startMember({ dataDir: directory.path, clientPort, peerPort });
  try {
    await run(member);
  } finally {
    await member.end('SIGKILL');
    directory.dispose();
  }
}

async function withGo(run: (member: GoMember) => Promise<void>): Promise<void> {
  const member = await startGoMember();
  try {
    await run(member);
  } finally {
    await member.dispose();
  }
}

/** Starts members together, and disposes of them whatever happens. */
async function withMembers(
  options: readonly DiscoveredMemberOptions[],
  run: (members: readonly DiscoveredMember[]) => Promise<void>,
): Promise<void> {
  const members: DiscoveredMember[] = [];
  try {
    for (const one of options) members.push(await startDiscovered(one));
    await run(members);
  } finally {
    await Promise.all(members.map((member) => member.dispose()));
  }
}

/** All are one cluster: the same id and members everywhere, and what one writes the others read. */
async function checkCluster(members: readonly DiscoveredMember[]): Promise<void> {
  await Promise.all(members.map((member) => member.ready()));
  const names = members.map(({ name }) => name).sort();
  const ids = new Set<string>();
  for (const { clientPort } of members) {
    const deadline = performance.now() + 20_000;
    let found = await cluster(clientPort);
    // The last one publishes its name a moment after it is ready.
    while (found.names.join() !== names.join() && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      found = await cluster(clientPort);
    }
    assert.deepEqual(found.names, names);
    ids.add(found.id);
  }
  assert.equal(ids.size, 1);
  for (const { name, clientPort } of members) {
    await put(clientPort, `from-${name}`, name);
    for (const other of members) assert.equal(await get(other.clientPort, `from-${name}`), name);
  }
}

const three = (args: readonly string[], kinds: readonly ('ours' | 'go')[] = []): DiscoveredMemberOptions[] =>
  ['a', 'b', 'c'].map((name, at) => ({ name, args, kind: kinds[at] ?? 'ours' }));

test('three members bootstrap through our own v2 API, serve, and restart without it', async () => {
  await withOurs(async (registry) => {
    await setV2(registry.clientPort, '/_etcd/registry/t1/_config/size', '3');
    const url = `http://127.0.0.1:${registry.clientPort}/v2/keys/_etcd/registry/t1`;
    await withMembers(three(['--discovery', url]), async (members) => {
      await checkCluster(members);

      const fourth = await startDiscovered({ name: 'd', args: ['--discovery', url] });
      assert.equal(await fourth.ended, 1);
      assert.match(fourth.output(), /failed to join discovery cluster \(discovery: cluster is full\)/);
      await fourth.dispose();

      await registry.end('SIGKILL');
      const [first] = members as [DiscoveredMember];
      await first.restart('SIGKILL');
      await checkCluster(members);
      assert.match(first.output(), /discovery is ignored since cluster already initialized/);
    });
  });
});

test('three members bootstrap through the v3 API, ours', async () => {
  await withOurs(async ({ clientPort }) => {
    await put(clientPort, '/_etcd/registry/t3/_config/size', '3');
    await withMembers(
      three(['--discovery-token', 't3', '--discovery-endpoints', `http://127.0.0.1:${clientPort}`]),
      checkCluster,
    );
  });
});

test('three members bootstrap through the v3 API, Go etcd’s', {
  skip: hasGo ? false : 'no Go etcd',
}, async () => {
  await withGo(async ({ clientPort }) => {
    await put(clientPort, '/_etcd/registry/t3/_config/size', '3');
    await withMembers(
      three(['--discovery-token', 't3', '--discovery-endpoints', `127.0.0.1:1,127.0.0.1:${clientPort}`]),
      checkCluster,
    );
  });
});

test('a v3 service with users wants a name and the right password', {
  skip: hasGo ? false : 'no Go etcd',
}, async () => {
  await withGo(async ({ clientPort }) => {
    await put(clientPort, '/_etcd/registry/t4/_config/size', '1');
    await enableAuth(clientPort, 'secret');
    const args = ['--discovery-token', 't4', '--discovery-endpoints', `127.0.0.1:${clientPort}`];
    await withMembers([{ name: 'a', args: [...args, '--discovery-user', 'root:secret'] }], checkCluster);
    for (const [more, reason] of [
      [['--discovery-user', 'root', '--discovery-password', 'wrong'], /authentication failed/],
      [[], /user name is empty/],
    ] as const) {
      const refused = await startDiscovered({ name: 'b', args: [...args, ...more] });
      assert.equal(await refused.ended, 1);
      assert.match(refused.output(), reason);
      await refused.dispose();
    }
  });
});

test('a Go member and two of ours find each other through our v2 API', {
  skip: hasGo ? false : 'no Go etcd',
}, async () => {
  await withOurs(async ({ clientPort }) => {
    await setV2(clientPort, '/mixed/_config/size', '3');
    const url = `http://127.0.0.1:${clientPort}/v2/keys/mixed`;
    await withMembers(three(['--discovery', url], ['ours', 'go', 'ours']), checkCluster);
  });
});

const skipService = !hasGo
  ? 'no Go etcd'
  : existsSync(discoveryService)
    ? false
    : 'etcd-discovery is not installed';

test('Debian’s etcd-discovery, on Go etcd and on ours, brings Go and our members together', {
  skip: skipService,
}, async () => {
  const behind = async (etcdPort: number, kinds: readonly ('ours' | 'go')[]): Promise<void> => {
    const port = await quietPort();
    const address = `http://127.0.0.1:${port}`;
    const service = spawn(
      discoveryService,
      ['--etcd', `http://127.0.0.1:${etcdPort}`, '--host', address, '--addr', `127.0.0.1:${port}`],
      { stdio: 'ignore' },
    );
    try {
      const url = await newToken(address, 3);
      await withMembers(three(['--discovery', url], kinds), async (members) => {
        await checkCluster(members);
        const late = await startDiscovered({
          name: 'd',
          args: ['--discovery', url, '--discovery-fallback', 'proxy'],
        });
        assert.equal(await late.ended, 1);
        assert.match(late.output(), /cluster is full, and --discovery-fallback=proxy is not supported/);
        await late.dispose();
      });
      const unknown = `${address}/${randomBytes(16).toString('hex')}`;
      const lost = await startDiscovered({ name: 'x', args: ['--discovery', unknown] });
      assert.equal(await lost.ended, 1);
      assert.match(lost.output(), /discovery: size key not found/);
      await lost.dispose();
    } finally {
      service.kill();
    }
  };
  await withGo(({ clientPort }) => behind(clientPort, ['ours', 'ours', 'go']));
  await withOurs(({ clientPort }) => behind(clientPort, ['go', 'ours', 'ours']));
});

/** Asks the discovery service for a cluster, as soon as it is there. */
async function newToken(address: string, size: number): Promise<string> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      const answer = await fetch(`${address}/new?size=${size}`);
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return text.trim();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

// ------------------------------------------------------------------------------------------------------------ DNS

/** A name server's address, this run's own: its port is 53, since resolv.conf can say no other. */
const nameServer = `127.32.${(process.pid >> 8) & 0xff}.${process.pid % 254 || 1}`;

/** Why DNS cannot be tested here; false when it can. The members get a resolv.conf of their own. */
function skipDns(): string | false {
  if (spawnSync('dnsmasq', ['--version']).status !== 0) return 'dnsmasq is not installed';
  const mounted = spawnSync('unshare', ['--mount', 'mount', '--bind', '/dev/null', '/etc/resolv.conf']);
  return mounted.status === 0 ? false : 'no mount namespaces here, for a resolv.conf of the test’s own';
}

/** Waits for the name server. */
async function answering(service: string): Promise<void> {
  const resolver = new Resolver();
  resolver.setServers([nameServer]);
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      await resolver.resolveSrv(service);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

test('three members find each other by SRV records', { skip: skipDns() }, async () => {
  const directory = temporaryDirectory();
  const resolvConf = `${directory.path}/resolv.conf`;
  writeFileSync(resolvConf, `nameserver ${nameServer}\n`);
  const ports = [await quietPort(), await quietPort(), await quietPort()];
  const dns = spawn(
    'dnsmasq',
    [
      ...[
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--no-resolv',
        '--no-hosts',
        '--pid-file',
        '--user=',
      ],
      ...[`--listen-address=${nameServer}`, '--bind-interfaces', '--local=/test/'],
      ...ports.map((port) => `--srv-host=_etcd-server-blue._tcp.cluster.test,localhost,${port}`),
    ],
    { stdio: 'ignore' },
  );
  const wrapper = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    `mount --bind ${resolvConf} /etc/resolv.conf && exec "$@"`,
    'sh',
  ];
  const args = ['--discovery-srv', 'cluster.test', '--discovery-srv-name', 'blue'];
  try {
    await answering('_etcd-server-blue._tcp.cluster.test');
    const options = ['a', 'b', 'c'].map((name, at) => ({
      name,
      args,
      wrapper,
      peerPort: ports[at] as number,
    }));
    await withMembers(options, checkCluster);
    const stranger = await startDiscovered({ name: 'x', args, wrapper });
    assert.equal(await stranger.ended, 1);
    assert.match(stranger.output(), /cannot find local etcd member \\?"x\\?" in SRV records/);
    await stranger.dispose();
  } finally {
    dns.kill();
    directory.dispose();
  }
});
