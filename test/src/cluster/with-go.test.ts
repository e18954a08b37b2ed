// Clusters of Go etcd 3.4 members and ours: each side leads, joins and leaves, and all have the same data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, hasGoEtcd, type MemberKind, TestCluster, type TestMember } from '../harness/cluster.ts';

const skip = hasGoEtcd ? false : 'Go etcd is not installed';
/** What takes long runs only when asked for. */
const skipLong = skip || (process.env['QUORATE_LONG_TESTS'] === undefined ? 'set QUORATE_LONG_TESTS' : false);

async function exercise(cluster: TestCluster, round: string): Promise<void> {
  for (const member of cluster.live()) {
    await member.put(`${round}/${member.name}`, member.name);
    await member.v2('PUT', `/${round}/${member.name}?value=${member.name}`);
  }
  for (const member of cluster.live()) {
    for (const other of cluster.live()) assert.equal(await member.get(`${round}/${other.name}`), other.name);
  }
  await cluster.equalHashes();
  await cluster.equalV2();
}

for (const kinds of [
  ['go', 'ours', 'ours'],
  ['go', 'go', 'ours'],
] as const satisfies readonly MemberKind[][]) {
  test(`${kinds.join(' + ')}: each side leads in turn`, { skip }, async (t) => {
    const cluster = await TestCluster.start({ kinds });
    t.after(() => cluster.dispose());
    const go = cluster.members[0] as TestMember;
    const ours = cluster.members[2] as TestMember;
    await cluster.moveLeader(go);
    await exercise(cluster, 'go-leads');
    // Leases live on the leader, whoever is asked.
    const grant = await ours.call('lease/grant', { TTL: '100' });
    const alive = (await ours.call('lease/keepalive', { ID: grant['ID'] }))['result'] as Record<
      string,
      string
    >;
    assert.equal(alive['TTL'], '100');
    await cluster.moveLeader(ours);
    await exercise(cluster, 'we-lead');
    const left = await go.call('lease/timetolive', { ID: grant['ID'], keys: true });
    assert.equal(left['grantedTTL'], '100');
    const again = (await go.call('lease/keepalive', { ID: grant['ID'] }))['result'] as Record<string, string>;
    assert.equal(again['TTL'], '100');
    await ours.end('SIGKILL');
    await cluster.leader();
    cluster.startMember(ours, 'new');
    await cluster.healthy();
    await exercise(cluster, 'after-a-crash');
  });
}

test('a member of ours joins a live Go cluster, leads it and leaves it', { skip }, async (t) => {
  const cluster = await TestCluster.start({ kinds: ['go'] });
  t.after(() => cluster.dispose());
  const go = cluster.members[0] as TestMember;
  for (let at = 0; at < 20; at++) await go.put(`before/${at}`, 'x');
  await go.v2('PUT', '/before?value=1');
  const ours = await cluster.add('ours');
  await exercise(cluster, 'joined');
  await cluster.moveLeader(ours);
  await exercise(cluster, 'leads');
  await cluster.moveLeader(go);
  const { id } = await ours.status();
  await eventually('the removal', 15_000, async () => {
    await go.call('cluster/member/remove', { ID: id });
    return true;
  });
  await ours.ended();
  assert.match(ours.log, /removed from the cluster/);
  await go.put('after', '1');
  assert.equal(await go.get('after'), '1');
});

test('a Go member joins a live cluster of ours that is held at 3.4', { skip }, async (t) => {
  const held = await TestCluster.start({ kinds: ['ours'], args: ['--cluster-version-limit', '3.4'] });
  t.after(() => held.dispose());
  const first = held.members[0] as TestMember;
  await first.put('a', '1');
  const go = await (async () => {
    const others = held.live();
    const member = await held.make('go');
    await first.call('cluster/member/add', { peerURLs: [member.peerURL] });
    const list = [...others, member].map(({ name, peerURL }) => `${name}=${peerURL}`).join(',');
    member.start(['--initial-cluster', list, '--initial-cluster-state', 'existing']);
    await held.healthy([member]);
    return member;
  })();
  assert.equal(await go.get('a'), '1');
  await held.moveLeader(go);
  await exercise(held, 'go-leads');
});

for (const receiver of ['ours', 'go'] as const) {
  const sender: MemberKind = receiver === 'ours' ? 'go' : 'ours';
  test(`a snapshot of a leader (${sender}) goes to a slow member (${receiver})`, {
    skip: skipLong,
  }, async (t) => {
    const args = ['--snapshot-count', '100'];
    const kinds: MemberKind[] = [sender, sender, receiver];
    const cluster = new TestCluster([...args]);
    t.after(() => cluster.dispose());
    for (const kind of kinds) await cluster.make(kind);
    for (const member of cluster.members) cluster.startMember(member, 'new');
    await cluster.healthy();
    const slow = cluster.members[2] as TestMember;
    await cluster.moveLeader(cluster.members[0] as TestMember);
    const leader = cluster.members[0] as TestMember;
    await slow.end('SIGKILL');
    await leader.v2('PUT', '/v2-key?value=1');
    // Both keep 5000 entries for stragglers.
    for (let batch = 0; batch < 30; batch++) {
      await Promise.all(
        Array.from({ length: 200 }, (_, at) => leader.put(`s/${batch}/${at}`, 'x'.repeat(50), 15_000)),
      );
    }
    cluster.startMember(slow, 'new');
    await cluster.healthy();
    await eventually('all keys', 20_000, async () => ((await slow.count('s/')) === 6000 ? true : undefined));
    assert.match(slow.log, /received and saved database snapshot/);
    await exercise(cluster, 'after');
  });
}
