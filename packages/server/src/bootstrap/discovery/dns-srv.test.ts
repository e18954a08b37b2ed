import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { silentLogger } from '../../member/logger.ts';
import { type DnsResolver, dnsResolver, type SrvRecord, srvCluster } from './dns-srv.ts';

/** Records by service name; hosts are found by a table, and IP addresses are themselves. */
function table(
  services: Record<string, readonly SrvRecord[]>,
  hosts: Record<string, string> = {},
): DnsResolver {
  const missing = (): Error => Object.assign(new Error('query ENOTFOUND'), { code: 'ENOTFOUND' });
  return {
    srv: async (name) => {
      const found = services[name];
      if (found === undefined) throw missing();
      return found;
    },
    address: async (host) => {
      const found = /^[\d.]+$|:/.test(host) ? host : hosts[host];
      if (found === undefined) throw missing();
      return found;
    },
  };
}

function find(resolver: DnsResolver, peerURLs: readonly string[], serviceName = ''): Promise<string> {
  return srvCluster({
    domain: 'example.com',
    serviceName,
    name: 'me',
    peerURLs,
    resolver,
    logger: silentLogger,
  });
}

const plain = '_etcd-server._tcp.example.com';
const secure = '_etcd-server-ssl._tcp.example.com';
const hosts = { 'a.example.com': '10.0.0.1', 'b.example.com': '10.0.0.2', 'c.example.com': '10.0.0.3' };

test('the record that resolves to an own peer URL is this member; the others get numbers', async () => {
  const records = [
    { name: 'a.example.com', port: 2380 },
    { name: 'b.example.com.', port: 2380 },
    { name: 'c.example.com', port: 2380 },
  ];
  assert.equal(
    await find(table({ [plain]: records }, hosts), ['http://10.0.0.2:2380']),
    '0=http://a.example.com:2380,me=http://b.example.com:2380,1=http://c.example.com:2380',
  );
  assert.equal(
    await find(table({ [secure]: records }, hosts), ['https://c.example.com:2380']),
    '0=https://a.example.com:2380,1=https://b.example.com:2380,me=https://c.example.com:2380',
  );
});

test('a service name is part of both services', async () => {
  const resolver = table(
    {
      '_etcd-server-ssl-blue._tcp.example.com': [{ name: 'a.example.com', port: 1 }],
      '_etcd-server-blue._tcp.example.com': [{ name: 'b.example.com', port: 1 }],
    },
    hosts,
  );
  assert.equal(
    await find(resolver, ['http://10.0.0.2:1'], 'blue'),
    '0=https://a.example.com:1,me=http://b.example.com:1',
  );
});

test('a member with several URLs is found by each of them', async () => {
  const records = [
    { name: 'a.example.com', port: 1 },
    { name: 'a.example.com', port: 2 },
  ];
  assert.equal(
    await find(table({ [plain]: records }, hosts), ['http://a.example.com:1', 'http://a.example.com:2']),
    'me=http://a.example.com:1,me=http://a.example.com:2',
  );
});

test('what is missing is said in etcd’s words', async () => {
  await assert.rejects(find(table({}), ['http://10.0.0.1:1']), {
    name: 'DiscoveryFailure',
    message: `error querying DNS SRV records for _etcd-server-ssl lookup ${secure}: no such host; error querying DNS SRV records for _etcd-server lookup ${plain}: no such host`,
  });
  const others = table({ [plain]: [{ name: 'a.example.com', port: 1 }] }, hosts);
  await assert.rejects(find(others, ['http://10.0.0.9:1']), {
    message: 'cannot find local etcd member "me" in SRV records',
  });
  await assert.rejects(find(others, ['http://unknown:1']), { message: 'lookup unknown: no such host' });
  await assert.rejects(find(others, ['https://10.0.0.1:1']), {
    message:
      /bootstrap at http:\/\/a\.example\.com:1 from DNS for etcd-server has scheme mismatch with expected peer https:\/\/10\.0\.0\.1:1/,
  });
  const halfKnown = table(
    {
      [plain]: [
        { name: 'gone', port: 1 },
        { name: 'a.example.com', port: 1 },
      ],
    },
    hosts,
  );
  assert.equal(await find(halfKnown, ['http://10.0.0.1:1']), 'me=http://a.example.com:1');
});

// ------------------------------------------------------------------------------------------------------- dnsmasq

const dnsmasq = ['/usr/sbin/dnsmasq', '/usr/bin/dnsmasq'].find(
  (path) => spawnSync(path, ['--version']).status === 0,
);
let server: ChildProcess | undefined;
after(() => server?.kill());

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

test('records of a DNS server', {
  skip: dnsmasq === undefined ? 'dnsmasq is not installed' : false,
}, async () => {
  const port = await freeUdpPort();
  server = spawn(
    dnsmasq as string,
    [
      ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file'],
      ...[`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces', '--user=', '--local=/test/'],
      ...['--srv-host=_etcd-server._tcp.cluster.test,localhost,32001'],
      ...['--srv-host=_etcd-server._tcp.cluster.test,localhost,32002'],
      ...['--srv-host=_etcd-server._tcp.cluster.test,localhost,32003'],
      ...['--srv-host=_etcd-server-ssl-blue._tcp.cluster.test,localhost,32004'],
    ],
    { stdio: 'ignore' },
  );
  const resolver = dnsResolver([`127.0.0.1:${port}`]);
  const deadline = performance.now() + 5000;
  for (;;) {
    try {
      await resolver.srv('_etcd-server._tcp.cluster.test');
      break;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const options = { domain: 'cluster.test', name: 'me', resolver, logger: silentLogger };
  const found = await srvCluster({ ...options, serviceName: '', peerURLs: ['http://127.0.0.1:32002'] });
  const pairs = found.split(',');
  assert.equal(pairs.length, 3);
  assert.ok(pairs.includes('me=http://localhost:32002'), found);
  assert.deepEqual(pairs.map((pair) => pair.slice(-5)).sort(), ['32001', '32002', '32003']);
  assert.equal(
    await srvCluster({ ...options, serviceName: 'blue', peerURLs: ['https://localhost:32004'] }),
    'me=https://localhost:32004',
  );
  await assert.rejects(
    srvCluster({ ...options, serviceName: 'green', peerURLs: ['http://127.0.0.1:32002'] }),
    /error querying DNS SRV records for _etcd-server-ssl-green lookup .*: no such host/,
  );
});
