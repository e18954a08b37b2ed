// From all-Go to all-ours and back, one member at a time, while clients write, watch, and members are killed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eventually,
  hasGoEtcd,
  type MemberKind,
  sleep,
  TestCluster,
  type TestMember,
  Writer,
} from '../harness/cluster.ts';
import { WatchClient } from '../harness/watch-client.ts';

const skip = hasGoEtcd ? false : 'Go etcd is not installed';

/** Writes v2 keys through whoever answers; keeps what was acknowledged. */
class V2Writer {
  readonly acknowledged = new Set<string>();
  #stopped = false;
  #running: Promise<void> | undefined;

  start(members: readonly TestMember[]): void {
    this.#running = this.#run(members);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(members: readonly TestMember[]): Promise<void> {
    for (let at = 0; !this.#stopped; at++) {
      const live = members.filter(({ running }) => running);
      const member = live[at % live.length] as TestMember;
      try {
        const answer = await member.v2('PUT', `/load/${at}?value=${at}`);
        if (answer.includes('"action":"set"')) this.acknowledged.add(`/load/${at}`);
      } catch {
        // Not acknowledged: whether it was written does not matter.
      }
      await sleep(20);
    }
  }
}

interface Load {
  readonly cluster: TestCluster;
  readonly v3: Writer;
  readonly v2: V2Writer;
  readonly watch: WatchClient;
}

function begin(cluster: TestCluster): Load {
  const [v3, v2, watch] = [new Writer('w/'), new V2Writer(), new WatchClient('w/')];
  watch.start(cluster.members);
  v3.start(cluster.members);
  v2.start(cluster.members);
  return { cluster, v3, v2, watch };
}

/** The load has not come to a stop. */
async function flows({ v3, v2 }: Load): Promise<void> {
  const [until, untilV2] = [v3.acknowledged.size + 10, v2.acknowledged.size + 5];
  await eventually('writes to go on', 30_000, async () =>
    v3.acknowledged.size >= until && v2.acknowledged.size >= untilV2 ? true : undefined,
  );
}

/** Nothing acknowledged is missing anywhere, all hold the same, and the watch has seen everything once and in order. */
async function end({ cluster, v3, v2, watch }: Load): Promise<void> {
  await Promise.all([v3.stop(), v2.stop()]);
  await cluster.healthy();
  const [first] = cluster.live() as [TestMember];
  await first.put('w/last', 'last', 15_000);
  await eventually('the last event', 20_000, async () => (watch.keys.has('w/last') ? true : undefined));
  await watch.stop();
  assert.deepEqual(watch.problems, []);
  const unseen = [...v3.acknowledged.keys()].filter((key) => !watch.keys.has(key));
  assert.deepEqual(unseen, [], 'acknowledged writes that the watch has not seen');
  await cluster.equalHashes();
  await cluster.equalV2();
  for (const member of cluster.live()) {
    assert.ok((await member.count('w/')) >= v3.acknowledged.size, `v3 keys on ${member.name}`);
  }
  const tree = JSON.parse(await first.v2('GET', '/load')) as { node: { nodes: { key: string }[] } };
  const present = new Set(tree.node.nodes.map(({ key }) => key));
  assert.deepEqual(
    [...v2.acknowledged].filter((key) => !present.has(key)),
    [],
    'acknowledged v2 writes that are gone',
  );
}

async function remove(cluster: TestCluster, member: TestMember): Promise<void> {
  const other = cluster.live().find((one) => one !== member) as TestMember;
  const { id } = await member.status();
  await eventually(`${member.name} to leave`, 20_000, async () => {
    const members = await other.members();
    if (!members.some(({ ID }) => ID === id)) return true;
    await other.call('cluster/member/remove', { ID: id });
    return undefined;
  });
  await member.end('SIGKILL');
}

test('three members of Go become three of ours and Go again under load, with kills', { skip }, async (t) => {
  const cluster = await TestCluster.start({
    kinds: ['go', 'go', 'go'],
    args: ['--strict-reconfig-check=false'],
    ourArgs: ['--cluster-version-limit', '3.4'],
  });
  t.after(() => cluster.dispose());
  const load = begin(cluster);
  const exchange = async (from: MemberKind, to: MemberKind): Promise<void> => {
    const comer = await cluster.add(to);
    await cluster.moveLeader(comer);
    await flows(load);
    await remove(cluster, cluster.live().find(({ kind }) => kind === from) as TestMember);
    await flows(load);
    // A leader dies, and comes back.
    const victim = await cluster.leader();
    await victim.end('SIGKILL');
    await cluster.leader();
    await flows(load);
    cluster.startMember(victim, 'existing');
    await cluster.healthy();
  };
  const is = (kind: MemberKind): boolean => cluster.live().every((member) => member.kind === kind);
  for (let at = 0; at < 3; at++) await exchange('go', 'ours');
  assert.ok(is('ours'));
  for (let at = 0; at < 3; at++) await exchange('ours', 'go');
  assert.ok(is('go'));
  await end(load);
});

test('a member that was away gets a snapshot, and a watch through it misses nothing', { skip }, async (t) => {
  const cluster = await TestCluster.start({
    kinds: ['ours', 'ours', 'go'],
    args: ['--snapshot-count', '50'],
    ourArgs: ['--cluster-version-limit', '3.4', '--snapshot-catchup-entries', '10'],
  });
  t.after(() => cluster.dispose());
  const [leader, ours, go] = cluster.members as [TestMember, TestMember, TestMember];
  for (const away of [ours, go]) {
    await cluster.moveLeader(leader);
    const watch = new WatchClient('s/');
    t.after(() => watch.stop());
    watch.start([away]);
    await eventually('the watch', 10_000, async () => (watch.isOpen ? true : undefined));
    await away.end('SIGKILL');
    const keys: string[] = [];
    const compactions = (): number => (leader.log.match(/compacted Raft logs/g) ?? []).length;
    const before = compactions();
    await eventually('the log to be compacted', 30_000, async () => {
      const batch = Array.from({ length: 50 }, (_, at) => `s/${away.name}/${keys.length + at}`);
      await Promise.all(batch.map((key) => leader.put(key, 'x'.repeat(10_000), 10_000)));
      keys.push(...batch);
      return compactions() >= before + 2 ? true : undefined;
    });
    cluster.startMember(away, 'new');
    await eventually('all events', 30_000, async () => {
      const unseen = keys.filter((key) => !watch.keys.has(key));
      if (unseen.length > 0) throw new Error(`${unseen.length} of ${keys.length} unseen: ${unseen[0]} …`);
      return true;
    });
    assert.match(away.log, /received and saved database snapshot/);
    await watch.stop();
    assert.deepEqual(watch.problems, []);
    await cluster.equalHashes();
  }
});
