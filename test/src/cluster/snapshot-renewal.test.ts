import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, TestCluster, type TestMember } from '../harness/cluster.ts';

/** What a stop of the whole server gives open calls. */
const GRACE_MS = 5000;

/** Time of the first line of the log that has this message. */
function loggedAt(log: string, message: string): number {
  const line = log.split('\n').find((one) => one.includes(`"msg":"${message}"`));
  return line === undefined ? Number.NaN : Date.parse((JSON.parse(line) as { ts: string }).ts);
}

test('a member that is sent a snapshot does not wait for v2 clients that wait', async (t) => {
  const cluster = await TestCluster.start({
    kinds: ['ours', 'ours', 'ours'],
    args: ['--snapshot-count', '20', '--snapshot-catchup-entries', '5'],
  });
  t.after(() => cluster.dispose());
  const [first, , late] = cluster.members as [TestMember, TestMember, TestMember];
  await cluster.moveLeader(first);
  const waiting = fetch(`${late.clientURL}/v2/keys/never?wait=true`);
  assert.equal((await waiting).status, 200, 'the wait has begun');
  late.signal('SIGSTOP');
  // More appends than a leader has on their way to one member, or the entries would all be there when it goes on.
  for (let at = 0; at < 900; at++) await first.put(`key/${at % 3}`, String(at));
  late.signal('SIGCONT');
  await eventually('the snapshot to be installed', 60_000, async () =>
    Number.isNaN(loggedAt(late.log, 'restarting local member')) ? undefined : true,
  );
  const tookMs =
    loggedAt(late.log, 'taking the key-value store of the newest snapshot') -
    loggedAt(late.log, 'closing etcd server');
  assert.ok(tookMs < GRACE_MS, `closing took ${tookMs} ms`);
  await cluster.healthy();
  await cluster.equalHashes();
});
