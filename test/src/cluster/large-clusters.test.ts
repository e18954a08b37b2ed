// Five and seven members as processes: as many may fail as the quorum can spare, and all of them may come back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, TestCluster, type TestMember, Writer } from '../harness/cluster.ts';

/** The aim is 3 s from a quorum being back to the first write; a busy machine gets more. */
const RECOVERY_LIMIT_MS = Number(process.env['QUORATE_RECOVERY_LIMIT_MS'] ?? 15_000);

async function start(size: number): Promise<TestCluster> {
  return TestCluster.start({ kinds: Array.from({ length: size }, () => 'ours' as const) });
}

async function grows(writer: Writer, by: number): Promise<void> {
  const until = writer.acknowledged.size + by;
  await eventually(`${by} more writes`, 30_000, async () =>
    writer.acknowledged.size >= until ? true : undefined,
  );
}

/** Every acknowledged write is there, on every member. */
async function holdsAll(cluster: TestCluster, writer: Writer): Promise<void> {
  for (const member of cluster.live()) {
    await eventually(`all writes on ${member.name}`, 15_000, async () => {
      const count = await member.count('w/');
      if (count < writer.acknowledged.size) throw new Error(`${count} of ${writer.acknowledged.size}`);
      return true;
    });
  }
  await cluster.equalHashes();
}

/** Milliseconds until somebody acknowledges a write. */
async function untilWritten(members: readonly TestMember[], key: string): Promise<number> {
  const began = performance.now();
  await eventually('a write', 60_000, async () => {
    await Promise.any(members.map((member) => member.put(key, '1', 1000)));
    return true;
  });
  return performance.now() - began;
}

for (const [size, failures] of [
  [5, 2],
  [7, 3],
] as const) {
  test(`${size} members, ${failures} of them killed: writes go on, and stop without a quorum until it is back`, async (t) => {
    const cluster = await start(size);
    t.after(() => cluster.dispose());
    const writer = new Writer('w/');
    writer.start(cluster.members);
    await grows(writer, 30);
    const leader = await cluster.leader();
    const killed = [leader, ...cluster.members.filter((member) => member !== leader).slice(0, failures - 1)];
    await Promise.all(killed.map((member) => member.end('SIGKILL')));
    await grows(writer, 30);
    await writer.stop();
    t.diagnostic(`longest pause of writes: ${writer.longestGapMs.toFixed(0)} ms`);

    const one = (await cluster.leader()) as TestMember;
    await one.end('SIGKILL');
    const rest = cluster.live();
    await assert.rejects(Promise.any(rest.map((member) => member.put('no-quorum', '1', 1500))));

    cluster.startMember(one, 'new');
    await eventually('its peer port', 30_000, async () => {
      await fetch(`${one.peerURL}/version`);
      return true;
    });
    const recoveryMs = await untilWritten(cluster.live(), 'again');
    t.diagnostic(`from the quorum being back to a write: ${recoveryMs.toFixed(0)} ms`);
    assert.ok(recoveryMs < RECOVERY_LIMIT_MS, `it took ${recoveryMs} ms`);
    for (const member of killed) cluster.startMember(member, 'new');
    await cluster.healthy();
    await holdsAll(cluster, writer);
  });
}

test('five members killed at once come back with everything; a leader that is stopped is replaced', async (t) => {
  const cluster = await start(5);
  t.after(() => cluster.dispose());
  const writer = new Writer('w/');
  writer.start(cluster.members);
  await grows(writer, 30);
  await Promise.all(cluster.members.map((member) => member.end('SIGKILL')));
  for (const member of cluster.members) cluster.startMember(member, 'new');
  await grows(writer, 30);

  const stopped = await cluster.leader();
  const others = cluster.members.filter((member) => member !== stopped);
  stopped.signal('SIGSTOP');
  const pauseMs = await untilWritten(others, 'without-the-leader');
  t.diagnostic(`from the stop of the leader to a write: ${pauseMs.toFixed(0)} ms`);
  assert.ok(pauseMs < RECOVERY_LIMIT_MS, `it took ${pauseMs} ms`);
  stopped.signal('SIGCONT');
  await grows(writer, 30);
  await writer.stop();
  await cluster.healthy();
  await holdsAll(cluster, writer);
});
