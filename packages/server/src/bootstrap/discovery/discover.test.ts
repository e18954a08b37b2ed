import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { test } from 'node:test';
import { DirectMember, listenDirect } from '../../api/v2/testing/direct-member.ts';
import type { DiscoverySettings } from '../../config/discovery-settings.ts';
import { silentLogger } from '../../member/logger.ts';
import { newMember } from '../../membership/cluster-member.ts';
import { createDiscovery, type DiscoveredCluster, type DiscoveringMember } from './discover.ts';
import { steadyClock } from './testing/hurried-clock.ts';

function memberWith(discovery: DiscoverySettings, name = 'a', port = 2380): DiscoveringMember {
  return {
    name,
    initialAdvertisePeerUrls: [`http://127.0.0.1:${port}`],
    initialClusterToken: 'etcd-cluster',
    initialClusterState: 'new',
    discovery,
  };
}

async function discover(member: DiscoveringMember, resuming = false): Promise<DiscoveredCluster> {
  const found = createDiscovery(member, { clock: steadyClock, logger: silentLogger });
  assert.ok(found);
  return found(resuming);
}

async function withService(run: (url: string) => Promise<void>): Promise<void> {
  const { server, port }: { server: Server; port: number } = await listenDirect(new DirectMember());
  try {
    const url = `http://127.0.0.1:${port}/v2/keys/t`;
    await fetch(`${url}/_config/size`, { method: 'PUT', body: new URLSearchParams({ value: '1' }) });
    await run(url);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('no discovery without settings', () => {
  assert.equal(
    createDiscovery(memberWith({ kind: 'none' }), { clock: steadyClock, logger: silentLogger }),
    undefined,
  );
});

test('the discovery URL is the token of the cluster, and so part of the member id that is registered', async () => {
  await withService(async (url) => {
    const settings = { kind: 'v2', url, proxy: '', fallback: 'exit' } as const;
    const expected = { initialCluster: 'a=http://127.0.0.1:2380', initialClusterToken: url };
    assert.deepEqual(await discover(memberWith(settings)), expected);
    const { id } = newMember('a', ['http://127.0.0.1:2380'], url);
    const registered = await fetch(`${url}/${id.toString(16)}`);
    assert.equal(
      ((await registered.json()) as { node: { value: string } }).node.value,
      'a=http://127.0.0.1:2380',
    );

    assert.deepEqual(await discover(memberWith(settings), true), expected, 'an interrupted start goes on');
    await assert.rejects(discover(memberWith(settings)), {
      name: 'FatalError',
      message: 'failed to join discovery cluster (discovery: found duplicate id)',
    });
    await assert.rejects(discover(memberWith(settings, 'b', 1)), {
      message: 'failed to join discovery cluster (discovery: cluster is full)',
    });
    await assert.rejects(discover(memberWith({ ...settings, fallback: 'proxy' }, 'b', 1)), {
      message:
        'failed to join discovery cluster (discovery: cluster is full, and --discovery-fallback=proxy is not supported by this release)',
    });
    await assert.rejects(discover({ ...memberWith(settings), initialClusterState: 'existing' }), {
      message: 'discovery URL should not be set when joining existing initial cluster',
    });
  });
});

test('settings that cannot be used end the start', async () => {
  const v2 = { kind: 'v2', url: 'nonsense', proxy: '', fallback: 'exit' } as const;
  await assert.rejects(discover(memberWith(v2)), {
    name: 'FatalError',
    message: 'failed to join discovery cluster (discovery: invalid URL)',
  });
  const v3 = {
    kind: 'v3',
    token: 't',
    endpoints: ['https://127.0.0.1:1'],
    dialTimeoutMs: 100,
    requestTimeoutMs: 100,
    keepaliveTimeMs: 100,
    keepaliveTimeoutMs: 100,
    insecureTransport: true,
    insecureSkipVerify: false,
    certFile: '',
    keyFile: '',
    caFile: '/does/not/exist',
    user: '',
    password: '',
  } as const;
  await assert.rejects(discover(memberWith(v3)), {
    name: 'FatalError',
    message: /cannot read the CA bundle of v3 discovery: .*\/does\/not\/exist/,
  });
});

test('SRV records give the cluster, whose token stays as it is', async () => {
  const resolver = { srv: async () => [{ name: 'h', port: 2380 }], address: async () => '127.0.0.1' };
  const member = memberWith({ kind: 'srv', domain: 'd', serviceName: '' });
  const found = createDiscovery(member, { clock: steadyClock, logger: silentLogger, resolver });
  assert.deepEqual(await found?.(false), {
    initialCluster: 'a=http://h:2380',
    initialClusterToken: 'etcd-cluster',
  });
});
