import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { errors, GrpcCode } from '@quorate/base';
import { RangeRequest, RequestOp } from '@quorate/proto';
import { EtcdClient, hasCode, hasMessage } from './index.ts';
import { FakeMember, FakeStore } from './testing/fake-member.ts';

const running: { stop(): void }[] = [];
after(() => {
  for (const item of running) item.stop();
});

async function member(store?: FakeStore): Promise<FakeMember> {
  const started = await new FakeMember(store).start();
  running.push(started);
  return started;
}

function client(
  endpoints: readonly string[],
  options: Partial<ConstructorParameters<typeof EtcdClient>[0]> = {},
): EtcdClient {
  const made = new EtcdClient({ timeoutMs: 5000, ...options, endpoints });
  running.push({ stop: () => made.close() });
  return made;
}

/** An endpoint nothing listens on. */
const NOWHERE = '127.0.0.1:1';

test('keys are put, read and deleted', async () => {
  const server = await member();
  const { kv } = client([server.endpoint]);
  await kv.put('a', '1');
  await kv.put('ab', Buffer.from('2'));
  assert.deepEqual((await kv.get('a'))?.value, Buffer.from('1'));
  assert.equal(await kv.get('nope'), undefined);
  assert.deepEqual(
    (await kv.getPrefix('a')).map((item) => item.key.toString()),
    ['a', 'ab'],
  );
  assert.equal((await kv.delete('a')).deleted, 1);
  assert.equal((await kv.delete('a')).deleted, 0);
});

test('an endpoint that does not answer is passed over, and another taken when the member goes down', async () => {
  const store = new FakeStore();
  const [first, second] = [await member(store), await member(store)];
  const { kv } = client([NOWHERE, first.endpoint, second.endpoint]);
  await kv.put('a', '1');
  assert.equal(first.calls.get('Put'), 1);
  first.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual((await kv.get('a'))?.value, Buffer.from('1'));
  assert.equal(second.calls.get('Range'), 1);
});

test('a member that comes back is found again', async () => {
  const server = await member();
  const { kv } = client([server.endpoint]);
  await kv.put('a', '1');
  const { port } = server;
  server.stop();
  const reading = kv.get('a');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await server.start(port);
  assert.deepEqual((await reading)?.value, Buffer.from('1'));
});

test('without any member a call fails at its deadline; without a deadline after the dial timeout', async () => {
  const limited = client([NOWHERE], { timeoutMs: 200 });
  await assert.rejects(limited.kv.get('a'), (error) => hasCode(error, GrpcCode.DeadlineExceeded));
  assert.match(limited.lastConnectionError ?? '', /127\.0\.0\.1:1/);
  const unlimited = client([NOWHERE], { timeoutMs: 0, dialTimeoutMs: 200 });
  await assert.rejects(unlimited.kv.get('a'), (error) => hasCode(error, GrpcCode.Unavailable));
});

test('reads are repeated when unavailable, writes are not', async () => {
  const server = await member();
  const { kv } = client([server.endpoint]);
  server.failures.push(errors.noLeader, errors.timeout);
  await kv.get('a');
  assert.equal(server.calls.get('Range'), 3);
  server.failures.push(errors.noLeader);
  await assert.rejects(kv.put('a', '1'), (error) => hasMessage(error, errors.noLeader));
  assert.equal(server.calls.get('Put'), 1);
  server.failures.push(errors.noLeader);
  await kv.txn({
    success: [RequestOp.create({ requestRange: RangeRequest.create({ key: Buffer.from('a') }) })],
  });
  assert.equal(server.calls.get('Txn'), 2, 'a transaction that only reads is a read');
});

test('a server refusal reaches the caller at once', async () => {
  const server = await member();
  const { kv } = client([server.endpoint]);
  server.failures.push(errors.noSpace);
  await assert.rejects(kv.get('a'), (error) => hasMessage(error, errors.noSpace));
});

test('a token is asked for once, and again when it is refused', async () => {
  const server = await member();
  server.tokens = new Set();
  const { kv } = client([server.endpoint], { username: 'root', password: 'pw' });
  await Promise.all([kv.get('a'), kv.get('b'), kv.get('c')]);
  assert.equal(server.issued, 1);
  server.tokens.clear();
  await kv.put('a', '1');
  assert.equal(server.issued, 2);
});

test('a call is repeated when users or roles changed meanwhile', async () => {
  const server = await member();
  server.failures.push(errors.authOldRevision);
  await client([server.endpoint]).kv.put('a', '1');
  assert.equal(server.calls.get('Put'), 2);
});

test('a user name is harmless where authentication is off', async () => {
  const server = await member();
  const made = client([server.endpoint], { username: 'root', password: 'pw' });
  await made.authenticate();
  await made.kv.put('a', '1');
});

test('an aborted call ends at once', async () => {
  const server = await member();
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(client([server.endpoint]).kv.get('a', { signal: controller.signal }));
});

test('a closed client refuses calls', async () => {
  const made = client([NOWHERE], { timeoutMs: 5000 });
  const waiting = assert.rejects(made.kv.get('a'), (error) => hasCode(error, GrpcCode.Canceled));
  made.close();
  await waiting;
  await assert.rejects(made.kv.get('a'), (error) => hasCode(error, GrpcCode.Canceled));
});

test('a snapshot is read piece by piece, and may be left early', async () => {
  const server = await member();
  const { maintenance } = client([server.endpoint]);
  let pieces = 0;
  for await (const piece of maintenance.snapshot()) {
    assert.equal(piece.blob[999], pieces);
    pieces++;
  }
  assert.equal(pieces, 100);
  for await (const _ of maintenance.snapshot()) break;
});

test('what the dial gives up on is retried by a call for one member', async () => {
  const server = await member();
  await assert.rejects(client([server.endpoint]).maintenance.status(NOWHERE, { timeoutMs: 150 }), (error) =>
    hasCode(error, GrpcCode.DeadlineExceeded),
  );
});
