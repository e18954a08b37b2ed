import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { errors } from '@quorate/base';
import { Election, EtcdClient, hasMessage, Mutex, NotLeaderError, Session } from './index.ts';
import { FakeMember } from './testing/fake-member.ts';

const running: { stop(): void }[] = [];
after(() => {
  for (const item of running) item.stop();
});

async function setUp(): Promise<{ server: FakeMember; client: EtcdClient }> {
  const server = await new FakeMember().start();
  const client = new EtcdClient({ endpoints: [server.endpoint], timeoutMs: 5000 });
  running.push(server, { stop: () => client.close() });
  return { server, client };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

test('a lease is renewed once, or refused if it is gone', async () => {
  const { client } = await setUp();
  const { ID } = await client.lease.grant(5);
  assert.equal((await client.lease.keepAliveOnce(ID)).TTL, 5);
  await assert.rejects(client.lease.keepAliveOnce(999n), (error) => hasMessage(error, errors.leaseNotFound));
});

test('a lease is kept alive over broken connections until it is gone', async () => {
  const { server, client } = await setUp();
  const { ID } = await client.lease.grant(2);
  let renewed = 0;
  let lost = 0;
  client.lease.keepAlive(ID, { onRenewed: () => renewed++, onLost: () => lost++ });
  while (renewed < 2) await pause(20);
  const { port } = server;
  server.stop();
  await server.start(port);
  const before = renewed;
  while (renewed === before) await pause(20);
  assert.equal(lost, 0);
  server.leases.delete(ID);
  while (lost === 0) await pause(20);
  await pause(50);
  assert.equal(lost, 1);
});

test('a lock is held by one at a time, in the order of asking', async () => {
  const { client } = await setUp();
  const order: string[] = [];
  const hold = async (name: string): Promise<Mutex> => {
    const mutex = new Mutex(await Session.open(client), 'lock');
    await mutex.lock();
    order.push(name);
    return mutex;
  };
  const first = await hold('first');
  const second = hold('second');
  await pause(50);
  const third = hold('third');
  await pause(50);
  assert.deepEqual(order, ['first']);
  assert.match(`${first.key}`, /^lock\/[0-9a-f]+$/);
  await first.unlock();
  await (await second).unlock();
  await third;
  assert.deepEqual(order, ['first', 'second', 'third']);
});

test('a lock is reentrant within its session', async () => {
  const { client } = await setUp();
  const session = await Session.open(client);
  const [one, two] = [new Mutex(session, 'lock'), new Mutex(session, 'lock')];
  await one.lock();
  await two.lock();
  assert.deepEqual(one.key, two.key);
});

test('giving up waiting gives up the place in the queue', async () => {
  const { server, client } = await setUp();
  const first = new Mutex(await Session.open(client), 'lock');
  await first.lock();
  const controller = new AbortController();
  const waiting = new Mutex(await Session.open(client), 'lock').lock(controller.signal);
  await pause(50);
  assert.equal(server.store.keys.size, 2);
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  assert.equal(server.store.keys.size, 1);
});

test('an election has one leader; observers see every leader and every proposal', async () => {
  const { client } = await setUp();
  const seen: string[] = [];
  const controller = new AbortController();
  const observing = new Election(await Session.open(client), 'vote').observe(
    (response) => seen.push(`${response.kvs[0]?.value}`),
    controller.signal,
  );
  await pause(50);
  const one = new Election(await Session.open(client), 'vote');
  const two = new Election(await Session.open(client), 'vote');
  await one.campaign('one');
  const second = two.campaign('two');
  await pause(50);
  await one.proclaim('one again');
  await pause(50);
  await one.resign();
  await second;
  await pause(50);
  assert.deepEqual(seen, ['one', 'one again', 'two']);
  assert.deepEqual(`${(await two.leader()).kvs[0]?.value}`, 'two');
  await assert.rejects(one.proclaim('late'), NotLeaderError);
  controller.abort();
  await observing;
});
