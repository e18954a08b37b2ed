// Members as processes, one of which holds something else than it should: found out, named, and set right.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom, systemClock } from '@quorate/base';
import { LmdbBackend, openMvccStore } from '@quorate/storage';
import { eventually, GatewayError, TestCluster, type TestMember } from '../harness/cluster.ts';

const CHECK = ['--corrupt-check-time', '1s'];

/** The key-value store of a member. */
function storeOf(member: TestMember): string {
  return join(member.dataDir, 'member', 'snap', 'db.lmdb');
}

/** Writes to the store of a member that is down what no log entry says. */
async function falsify(member: TestMember, key: string, value: string): Promise<void> {
  const failures: Error[] = [];
  const onError = (error: Error): void => void failures.push(error);
  const backend = new LmdbBackend({ directory: storeOf(member), clock: systemClock, onError });
  const leases = { attach: () => {}, detach: () => {} };
  const store = await openMvccStore({
    backend,
    clock: systemClock,
    random: seededRandom(1),
    leases,
    onError,
  });
  const write = store.beginWrite();
  write.put(Buffer.from(key), Buffer.from(value), 0n, false);
  write.end();
  await store.close();
  await backend.close();
  assert.deepEqual(failures, []);
}

async function corruptAlarms(member: TestMember): Promise<string[]> {
  const { alarms = [] } = (await member.call('maintenance/alarm', {})) as {
    alarms?: readonly { readonly memberID?: string; readonly alarm?: string }[];
  };
  return alarms.filter(({ alarm }) => alarm === 'CORRUPT').map(({ memberID }) => memberID ?? '0');
}

/** A follower is stopped, its store falsified; a few writes follow, and it is started again. */
async function falsifiedFollower(
  cluster: TestCluster,
): Promise<{ leader: TestMember; follower: TestMember; id: string }> {
  const leader = await cluster.leader();
  const follower = cluster.members.find((member) => member !== leader) as TestMember;
  for (let at = 0; at < 20; at++) await leader.put(`key/${at}`, 'right');
  await leader.v2('PUT', '/tree?value=right');
  const { id } = await follower.status();
  await follower.end('SIGTERM');
  await falsify(follower, 'key/7', 'wrong');
  await leader.put('meanwhile', 'right');
  cluster.startMember(follower, 'new');
  return { leader, follower, id };
}

test('a follower with a wrong value is named, refuses to give it out, and gets its store anew', async (t) => {
  const cluster = await TestCluster.start({ kinds: ['ours', 'ours', 'ours'], args: CHECK });
  t.after(() => cluster.dispose());
  const { leader, follower, id } = await falsifiedFollower(cluster);
  await eventually('the refill', 30_000, async () =>
    follower.log.includes('the key-value store has been fetched anew') ? true : undefined,
  );
  // By whoever leads by then.
  const logs = cluster.members.map(({ log }) => log).join('');
  assert.match(logs, /found data inconsistency between members/);
  assert.ok(logs.includes(`"member-id":"${BigInt(id).toString(16)}"`), 'the follower is the one');
  assert.match(follower.log, /reads of it are refused/);
  await eventually('the end of the alarm', 30_000, async () =>
    (await corruptAlarms(leader)).length === 0 ? true : undefined,
  );
  await cluster.healthy();
  assert.equal(await follower.get('key/7', { serializable: true }), 'right');
  assert.ok(existsSync(`${storeOf(follower)}.corrupt`), 'what was wrong is kept');
  await leader.put('after', '1');
  assert.equal(await follower.get('after'), '1');
  await cluster.equalHashes();
  await cluster.equalV2();
  // It is a member like the others, also after the next start.
  await cluster.moveLeader(follower);
  await follower.end('SIGKILL');
  cluster.startMember(follower, 'new');
  await cluster.healthy();
  await cluster.equalHashes();
});

test('without the refill the alarm is all, as in etcd: writes stop, and a person lowers it', async (t) => {
  const args = [...CHECK, '--refill-corrupt-member=false'];
  const cluster = await TestCluster.start({ kinds: ['ours', 'ours', 'ours'], args });
  t.after(() => cluster.dispose());
  const { leader, follower, id } = await falsifiedFollower(cluster);
  await eventually('the alarm', 30_000, async () =>
    (await corruptAlarms(leader)).includes(id) ? true : undefined,
  );
  await assert.rejects(
    leader.put('a', 'b'),
    (error) => error instanceof GatewayError && error.message.includes('corrupt cluster'),
  );
  assert.equal(await follower.get('key/7', { serializable: true }), 'wrong');
  assert.doesNotMatch(follower.log, /quarantined/);
});

test('a wrong value of one of two members only raises an alarm: nobody knows who is right', async (t) => {
  const cluster = await TestCluster.start({ kinds: ['ours', 'ours'], args: CHECK });
  t.after(() => cluster.dispose());
  await Promise.all(cluster.members.map((member) => member.put(`from-${member.name}`, '1')));
  const [first, second] = cluster.members as [TestMember, TestMember];
  await second.end('SIGTERM');
  await falsify(second, 'from-m1', 'wrong');
  cluster.startMember(second, 'new');
  await cluster.healthy();
  await eventually('the alarm', 30_000, async () =>
    (await corruptAlarms(first)).length > 0 ? true : undefined,
  );
  assert.equal(await first.get('from-m1'), '1');
  assert.ok(!existsSync(`${storeOf(first)}.corrupt`) && !existsSync(`${storeOf(second)}.corrupt`));
});

test('a corrupt member does not start when it compares its data first', async (t) => {
  const args = ['--experimental-initial-corrupt-check'];
  const cluster = await TestCluster.start({ kinds: ['ours', 'ours', 'ours'], args });
  t.after(() => cluster.dispose());
  const { follower } = await falsifiedFollower(cluster);
  await eventually('its end', 20_000, async () => (follower.running ? undefined : true));
  assert.match(follower.log, /found data inconsistency with peers/);
});

test('compactions are compared although the wrong value has been overwritten everywhere', async (t) => {
  const args = ['--experimental-compact-hash-check-enabled', '--compact-hash-check-time', '1s'];
  const cluster = await TestCluster.start({
    kinds: ['ours', 'ours', 'ours'],
    args: [...args, '--refill-corrupt-member=false'],
  });
  t.after(() => cluster.dispose());
  const { leader, id } = await falsifiedFollower(cluster);
  await cluster.healthy();
  for (let at = 0; at < 20; at++) await leader.put(`key/${at}`, 'again');
  const { revision } = await leader.status();
  await leader.call('kv/compaction', { revision });
  await eventually('the alarm', 30_000, async () =>
    (await corruptAlarms(leader)).includes(id) ? true : undefined,
  );
});

test('a follower whose log is damaged says so, and how it is replaced', async (t) => {
  const args = ['--strict-reconfig-check=false'];
  const cluster = await TestCluster.start({ kinds: ['ours', 'ours', 'ours'], args });
  t.after(() => cluster.dispose());
  const leader = await cluster.leader();
  const damaged = cluster.members.find((member) => member !== leader) as TestMember;
  await leader.put('needle', 'x'.repeat(1000));
  for (let at = 0; at < 50; at++) await leader.put(`key/${at}`, 'x'.repeat(100));
  const { id } = await damaged.status();
  await cluster.equalHashes();
  await damaged.end('SIGKILL');
  const directory = join(damaged.dataDir, 'member', 'wal');
  const [segment = ''] = readdirSync(directory).filter((name) => name.endsWith('.wal'));
  const bytes = readFileSync(join(directory, segment));
  bytes[bytes.indexOf('needle') + 500] = 0x79;
  writeFileSync(join(directory, segment), bytes);
  cluster.startMember(damaged, 'new');
  await eventually('its end', 20_000, async () => (damaged.running ? undefined : true));
  assert.match(damaged.log, /write-ahead log: .*is damaged.*etcdctl member remove.*existing/);

  // What it says works.
  await leader.call('cluster/member/remove', { ID: id });
  cluster.wipe(damaged);
  await leader.call('cluster/member/add', { peerURLs: [damaged.peerURL] });
  cluster.startMember(damaged, 'existing');
  await cluster.healthy();
  assert.equal(await damaged.get('key/7'), 'x'.repeat(100));
  await cluster.equalHashes();
});
