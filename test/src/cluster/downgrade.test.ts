// A downgrade of a cluster of three processes by one minor version, through the API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, TestCluster, type TestMember } from '../harness/cluster.ts';

async function clusterVersion(member: TestMember): Promise<string> {
  const answer = (await (await fetch(`${member.clientURL}/version`)).json()) as { etcdcluster: string };
  return answer.etcdcluster;
}

async function isDowngrading(member: TestMember): Promise<string> {
  return (await fetch(`${member.peerURL}/downgrade/enabled`)).text();
}

async function allAt(cluster: TestCluster, version: string): Promise<void> {
  await eventually(`version ${version} everywhere`, 30_000, async () => {
    const versions = await Promise.all(cluster.members.map(clusterVersion));
    return versions.every((one) => one === version) ? true : undefined;
  });
}

const downgrade = (member: TestMember, action: string, version = '') =>
  member.call('maintenance/downgrade', { action, version });

test('a downgrade is checked, survives a crash of everybody, can be called off, and ends by itself', async (t) => {
  const cluster = await TestCluster.start({
    kinds: ['ours', 'ours', 'ours'],
    args: ['--downgrade-check-time', '500ms'],
  });
  t.after(() => cluster.dispose());
  const [first, second, third] = cluster.members as [TestMember, TestMember, TestMember];
  await allAt(cluster, '3.7.0');
  assert.equal((await downgrade(first, 'VALIDATE', '3.6'))['version'], '3.7');
  await assert.rejects(downgrade(first, 'ENABLE', '3.5'), /invalid downgrade target version/);
  await assert.rejects(downgrade(first, 'ENABLE', 'three'), /wrong downgrade target version format/);
  await assert.rejects(downgrade(second, 'CANCEL'), /no inflight downgrade job/);
  assert.equal(await isDowngrading(third), 'false');

  await downgrade(second, 'ENABLE', '3.6.0');
  await allAt(cluster, '3.6.0');
  assert.equal(await isDowngrading(third), 'true');
  await assert.rejects(downgrade(first, 'ENABLE', '3.5.0'), /downgrade job in progress/);
  await Promise.all(cluster.members.map((member) => member.end('SIGKILL')));
  for (const member of cluster.members) cluster.startMember(member, 'new');
  await cluster.healthy();
  assert.equal(await isDowngrading(first), 'true');
  const status = await third.call('maintenance/status', {});
  assert.deepEqual(status['downgradeInfo'], { enabled: true, targetVersion: '3.6.0' });

  await downgrade(third, 'CANCEL');
  await allAt(cluster, '3.7.0');

  await downgrade(first, 'ENABLE', '3.6');
  await allAt(cluster, '3.6.0');
  for (const member of cluster.members) {
    await member.end('SIGTERM');
    cluster.startMember(member, 'new', cluster.members, ['--cluster-version-limit', '3.6']);
    await cluster.healthy();
    await member.put(`with-${member.name}`, '3.6');
  }
  await eventually('the end of the downgrade', 30_000, async () =>
    (await isDowngrading(first)) === 'false' ? true : undefined,
  );
  assert.ok(cluster.members.some(({ log }) => log.includes('the cluster has been downgraded')));
  await allAt(cluster, '3.6.0');
  await cluster.equalHashes();
});
