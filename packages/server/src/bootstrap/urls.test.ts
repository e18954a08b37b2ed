import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import { test } from 'node:test';
import { FatalError, hex64 } from '@quorate/base';
import { foundCluster } from './new-cluster.ts';
import { sameAddresses } from './resolve.ts';
import { initialClusterText, parseInitialCluster, parseMemberUrls, verifyInitialCluster } from './urls.ts';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof FatalError);
    return error.message;
  }
  throw new Error('not refused');
}

test('member URLs follow the rules of etcd', () => {
  assert.deepEqual(parseMemberUrls([' http://b:2', 'https://a:1']), ['http://b:2', 'https://a:1']);
  assert.deepEqual(parseMemberUrls(['http://[::1]:2380', 'unix://localhost:m0']), [
    'http://[::1]:2380',
    'unix://localhost:m0',
  ]);
  assert.equal(
    refusal(() => parseMemberUrls(['ftp://a:1'])),
    'URL scheme must be http, https, unix, or unixs: ftp://a:1',
  );
  assert.equal(
    refusal(() => parseMemberUrls(['http://a'])),
    'URL address does not have the form "host:port": http://a',
  );
  assert.equal(
    refusal(() => parseMemberUrls(['http://a:1/x'])),
    'URL must not contain a path: http://a:1/x',
  );
  assert.equal(
    refusal(() => parseMemberUrls([])),
    'no valid URLs given',
  );
});

test('an initial cluster may list several URLs of one name', () => {
  const cluster = parseInitialCluster('m1=http://h:2,m2=http://h:3,m1=http://h:1');
  assert.deepEqual(cluster.get('m1'), ['http://h:1', 'http://h:2']);
  assert.equal(initialClusterText(cluster), 'm1=http://h:1,m1=http://h:2,m2=http://h:3');
});

test('an initial cluster that does not fit this member is refused', () => {
  const cluster = parseInitialCluster('m1=http://h:1,m2=http://h:2');
  verifyInitialCluster(cluster, 'm1', ['http://h:1']);
  assert.equal(
    refusal(() => verifyInitialCluster(cluster, 'm3', ['http://h:1'])),
    `couldn't find local name "m3" in the initial cluster configuration`,
  );
  assert.equal(
    refusal(() => verifyInitialCluster(cluster, 'm1', ['http://h:9'])),
    '--initial-cluster has m1=http://h:1 but missing from --initial-advertise-peer-urls=http://h:9',
  );
  assert.equal(
    refusal(() => verifyInitialCluster(cluster, 'm1', ['http://h:1', 'http://h:9'])),
    '--initial-advertise-peer-urls has http://h:9 but missing from --initial-cluster=m1=http://h:1,m2=http://h:2',
  );
  assert.equal(
    refusal(() =>
      verifyInitialCluster(parseInitialCluster('a=http://h:1,b=http://h:1'), 'a', ['http://h:1']),
    ),
    'initial cluster a=http://h:1,b=http://h:1 has duplicate url',
  );
});

test('all founders compute the same cluster from the same list', () => {
  const list = 'm1=http://127.0.0.1:1,m2=http://127.0.0.1:2,m3=http://127.0.0.1:3';
  const seen = ['m1', 'm2', 'm3'].map((name) => foundCluster(parseInitialCluster(list), 'tok', name));
  assert.equal(new Set(seen.map((founded) => hex64(founded.clusterId))).size, 1);
  assert.equal(new Set(seen.map((founded) => founded.local.id)).size, 3);
  const ids = (seen[0] as (typeof seen)[0]).members.map((member) => member.id);
  assert.deepEqual(
    ids,
    [...ids].sort((a, b) => (a < b ? -1 : 1)),
  );
});

test('URLs are the same when their hosts resolve to the same addresses', async () => {
  assert.equal(await sameAddresses(['http://127.0.0.1:1'], ['http://127.0.0.1:1']), true);
  assert.equal(await sameAddresses(['http://localhost:1'], [await localhostAs(1)]), true);
  assert.equal(await sameAddresses(['http://localhost:1'], [await localhostAs(2)]), false);
  assert.equal(
    await sameAddresses(['http://127.0.0.1:1'], ['http://127.0.0.1:1', 'http://127.0.0.1:2']),
    false,
  );
});

async function localhostAs(port: number): Promise<string> {
  const { address, family } = await lookup('localhost');
  return family === 6 ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
