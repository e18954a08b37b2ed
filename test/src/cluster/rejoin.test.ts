// A member that was added, and whose process ended before its log had anything in it, goes on whatever its flags name by now.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDisk, systemClock } from '@quorate/base';
import { WalMetadata } from '@quorate/proto';
import { Wal } from '@quorate/storage';
import { eventually, hasGoEtcd, type MemberKind, TestCluster, type TestMember } from '../harness/cluster.ts';

/** Adds a member, of which there is only the log that its first process had just made. */
async function addInterrupted(cluster: TestCluster): Promise<TestMember> {
  const asked = cluster.members[0] as TestMember;
  const member = await cluster.make('ours');
  // With the strict check a cluster wants its members to be well for some seconds first.
  const answer = await eventually(`adding ${member.name}`, 15_000, () =>
    asked.call('cluster/member/add', { peerURLs: [member.peerURL], isLearner: true }),
  );
  const { cluster_id: clusterId } = answer['header'] as Record<string, string>;
  const { ID: id } = answer['member'] as Record<string, string>;
  const metadata = { nodeID: BigInt(id ?? ''), clusterID: BigInt(clusterId ?? '') };
  const directory = join(member.dataDir, 'member');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const wal = Wal.create(nodeDisk, join(directory, 'wal'), WalMetadata.encode(WalMetadata.create(metadata)), {
    clock: systemClock,
  });
  wal.close();
  return member;
}

for (const kind of ['ours', 'go'] as const satisfies readonly MemberKind[]) {
  const skip = kind === 'ours' || hasGoEtcd ? false : 'Go etcd is not installed';
  test(`a member with an empty log comes back to a leader of kind ${kind}`, { skip }, async (t) => {
    const cluster = await TestCluster.start({ kinds: [kind] });
    t.after(() => cluster.dispose());
    const [first] = cluster.members as [TestMember];
    await first.put('a', '1');

    const told = await addInterrupted(cluster);
    const stranger = await cluster.make('ours');
    cluster.startMember(told, 'existing', [first, told, stranger]);
    await holds(told, 'a', '1');

    const { id } = await told.status();
    await eventually('the promotion', 15_000, () => first.call('cluster/member/promote', { ID: id }));
    const alone = await addInterrupted(cluster);
    cluster.startMember(alone, 'existing', [alone]);
    await holds(alone, 'a', '1');
    assert.doesNotMatch(alone.log + told.log, /error validating/);
  });
}

/** A learner answers only such reads. */
async function holds(member: TestMember, key: string, value: string): Promise<void> {
  await eventually(`${member.name} to have ${key}\n${member.log.slice(-3000)}`, 20_000, async () =>
    (await member.get(key, { serializable: true })) === value ? true : undefined,
  );
}
