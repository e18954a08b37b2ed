import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GrpcCode } from '@quorate/base';
import {
  WatchCreateRequest as Create,
  FilterType,
  PutRequest,
  RequestOp,
  services,
  type WatchCreateRequest,
  type WatchRequest,
  type WatchResponse,
} from '@quorate/proto';
import { GrpcRouter } from '@quorate/wire';
import { requestOverheadBytes } from './limits.ts';
import { registerV3 } from './register.ts';
import { call, FakeStream } from './testing/fake-calls.ts';
import { createMemoryMember, type MemoryMember, testWorld } from './testing/memory-member.ts';

const { KV, Watch } = services;
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString('latin1');
const maxRequestBytes = 1000;
let member: MemoryMember;
let router: GrpcRouter;

before(async () => {
  member = await createMemoryMember();
  router = new GrpcRouter();
  registerV3(router, member.api, {
    ...testWorld,
    maxRequestBytes,
    watchProgressIntervalMs: 100,
    electionTimeoutMs: 20,
  });
});
after(() => member.stop());

class WatchClient extends FakeStream<WatchRequest, WatchResponse> {
  constructor(headers: Readonly<Record<string, string>> = {}) {
    super(router, Watch.Watch, headers);
  }
  create(init: Partial<WatchCreateRequest>): void {
    this.write({ createRequest: Create.create(init) });
  }
  async created(init: Partial<WatchCreateRequest>): Promise<WatchResponse> {
    this.create(init);
    const [response] = await this.take(1);
    assert.equal(response?.created, true);
    return response as WatchResponse;
  }
  async events(count: number): Promise<string[]> {
    await this.until((received) => received.reduce((sum, r) => sum + r.events.length, 0) >= count);
    return this.received
      .splice(0)
      .flatMap((r) => r.events.map((e) => `${e.type}:${text(e.kv?.key)}=${text(e.kv?.value)}`));
  }
}

const put = (key: string, value = ''): Promise<unknown> =>
  call(router, KV.Put, { key: bytes(key), value: bytes(value) });
const remove = (key: string): Promise<unknown> => call(router, KV.DeleteRange, { key: bytes(key) });

async function quiet(client: WatchClient): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(client.received, []);
}

test('created, then each change at once, with the revision of the change', async () => {
  const client = new WatchClient();
  const created = await client.created({ key: bytes('a') });
  assert.equal(created.watchId, 0);
  assert.equal(created.header?.revision, member.api.revision());
  await put('a', '1');
  await put('other');
  await remove('a');
  const [first, second] = await client.take(2);
  assert.equal(first?.events[0]?.kv?.modRevision, first?.header?.revision);
  assert.equal(first?.header?.memberId, member.api.memberId);
  assert.equal(text(first?.events[0]?.kv?.value), '1');
  assert.equal(second?.events[0]?.type, 1);
  assert.deepEqual(
    [text(second?.events[0]?.kv?.key), second?.events[0]?.kv?.version, second?.events[0]?.kv?.createRevision],
    ['a', 0, 0],
    'a deletion carries key and mod_revision only',
  );
  client.cancel();
});

test('watch ids: automatic ones skip those chosen, a duplicate is refused on the stream', async () => {
  const client = new WatchClient();
  assert.equal((await client.created({ key: bytes('i'), watchId: 1 })).watchId, 1);
  assert.equal((await client.created({ key: bytes('i') })).watchId, 0);
  assert.equal((await client.created({ key: bytes('i') })).watchId, 2);
  const refused = await client.created({ key: bytes('i'), watchId: 1 });
  assert.deepEqual(
    [refused.watchId, refused.canceled, refused.cancelReason, refused.compactRevision],
    [-1, true, 'mvcc: duplicate watch ID provided on the WatchStream', 0],
  );
  client.write({ cancelRequest: { watchId: 1 } });
  const [canceled] = await client.take(1);
  assert.deepEqual(
    [canceled?.watchId, canceled?.canceled, canceled?.created, canceled?.cancelReason],
    [1, true, false, ''],
  );
  client.write({ cancelRequest: { watchId: 99 } });
  client.write({});
  await quiet(client);
  assert.equal(
    (await client.created({ key: bytes('i'), watchId: 1 })).watchId,
    1,
    'a cancelled id is free again',
  );
  await put('i');
  await client.until((received) => received.length === 3);
  assert.deepEqual(client.received.map((r) => r.watchId).sort(), [0, 1, 2]);
  client.cancel();
});

test('refused creates: an empty range, a negative revision', async () => {
  const client = new WatchClient();
  const empty = await client.created({ key: bytes('b'), rangeEnd: bytes('a') });
  assert.deepEqual(
    [empty.watchId, empty.canceled, empty.cancelReason],
    [-1, true, 'mvcc: watcher range is empty'],
  );
  const negative = await client.created({ key: bytes('b'), startRevision: -1 });
  assert.deepEqual(
    [negative.watchId, negative.canceled, negative.cancelReason],
    [-1, true, 'etcdserver: mvcc: required revision has been compacted'],
  );
  client.cancel();
});

test('history, filters, previous values, ranges', async () => {
  const from = member.api.revision() + 1;
  await put('h/1', 'x');
  await put('h/1', 'y');
  await remove('h/1');
  await put('h/2', 'z');
  const watch = async (init: Partial<WatchCreateRequest>, count: number): Promise<string[]> => {
    const client = new WatchClient();
    await client.created({ key: bytes('h/'), rangeEnd: bytes('h0'), startRevision: from, ...init });
    const seen = await client.events(count);
    client.cancel();
    return seen;
  };
  assert.deepEqual(await watch({}, 4), ['0:h/1=x', '0:h/1=y', '1:h/1=', '0:h/2=z']);
  assert.deepEqual(await watch({ filters: [FilterType.NOPUT] }, 1), ['1:h/1=']);
  assert.deepEqual(await watch({ filters: [FilterType.NODELETE, 7] }, 3), ['0:h/1=x', '0:h/1=y', '0:h/2=z']);
  assert.deepEqual(await watch({ key: bytes('h/2'), rangeEnd: bytes('\0') }, 1), ['0:h/2=z']);
  assert.deepEqual(await watch({ key: bytes(''), rangeEnd: bytes('\0') }, 4).then((all) => all.slice(0, 1)), [
    '0:h/1=x',
  ]);

  const client = new WatchClient();
  await client.created({ key: bytes('h/1'), startRevision: from, prevKv: true });
  await client.until((received) => received.reduce((sum, r) => sum + r.events.length, 0) >= 3);
  const events = client.received.flatMap((r) => r.events);
  assert.deepEqual(
    events.map((e) => (e.prevKv === undefined ? '-' : text(e.prevKv.value))),
    ['-', 'x', 'y'],
  );
  client.cancel();
});

test('a start revision in the future is waited for', async () => {
  const client = new WatchClient();
  await client.created({ key: bytes('f'), startRevision: member.api.revision() + 3 });
  await put('f', '1');
  await put('f', '2');
  await quiet(client);
  await put('f', '3');
  assert.deepEqual(await client.events(1), ['0:f=3']);
  client.cancel();
});

test('a start below the compaction cancels with compact_revision and no reason', async () => {
  await put('c', '1');
  await put('c', '2');
  await call(router, KV.Compact, { revision: member.api.revision(), physical: true });
  const client = new WatchClient();
  await client.created({ key: bytes('c'), startRevision: 2 });
  const [response] = await client.take(1);
  assert.deepEqual(
    [response?.watchId, response?.canceled, response?.created, response?.cancelReason],
    [0, true, false, ''],
  );
  assert.equal(response?.compactRevision, member.api.kv.compactRevision);
  client.cancel();
});

test('fragments: a large batch is split for those who ask, the last part unmarked', async () => {
  const from = member.api.revision() + 1;
  const value = Buffer.alloc(200 * 1024, 'v');
  await call(router, KV.Txn, {
    success: Array.from({ length: 6 }, (_, i) =>
      RequestOp.create({ requestPut: PutRequest.create({ key: bytes(`g/${i}`), value }) }),
    ),
  });
  const client = new WatchClient();
  await client.created({ key: bytes('g/'), rangeEnd: bytes('g0'), startRevision: from, fragment: true });
  await client.until((received) => received.reduce((sum, r) => sum + r.events.length, 0) === 6);
  assert.deepEqual(
    client.received.map((r) => [r.events.length, r.fragment]),
    [
      [2, true],
      [2, true],
      [2, false],
    ],
  );
  assert.ok(maxRequestBytes + requestOverheadBytes > 2 * value.length);
  client.cancel();
  const whole = new WatchClient();
  await whole.created({ key: bytes('g/'), rangeEnd: bytes('g0'), startRevision: from });
  await whole.until((received) => received.length > 0);
  assert.deepEqual([whole.received[0]?.events.length, whole.received[0]?.fragment], [6, false]);
  whole.cancel();
});

test('progress: on request for the whole stream, by interval for those who want it and saw nothing', async () => {
  const client = new WatchClient();
  await client.created({ key: bytes('p') });
  await client.created({ key: bytes('q'), progressNotify: true });
  client.write({ progressRequest: {} });
  const [answer] = await client.take(1);
  assert.deepEqual([answer?.watchId, answer?.events.length, answer?.created], [-1, 0, false]);
  assert.equal(answer?.header?.revision, member.api.revision());
  const [notice] = await client.take(1);
  assert.deepEqual([notice?.watchId, notice?.events.length], [1, 0]);
  assert.equal(notice?.header?.revision, member.api.revision());
  client.cancel();
});

test('a slow client: at most one batch a watcher is held, the rest comes from history, in order, nothing twice', async () => {
  const client = new WatchClient();
  await client.created({ key: bytes('s') });
  await client.created({ key: bytes('s') });
  client.highWaterBytes = 1;
  const before = member.api.kv.watchHub.stats.paused;
  for (let i = 0; i < 50; i++) await put('s', String(i));
  assert.equal(client.received.length, 1, 'blocked after the first message');
  assert.equal(client.paused, true, 'no more requests are read');
  assert.equal(member.api.kv.watchHub.stats.paused - before, 2);
  client.write({ progressRequest: {} });
  for (
    let round = 0;
    round < 200 && client.received.reduce((n, r) => n + r.events.length, 0) < 100;
    round++
  ) {
    client.drain();
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.highWaterBytes = Number.POSITIVE_INFINITY;
  client.drain();
  await client.until((received) => received.some((r) => r.watchId === -1));
  const progress = client.received.findIndex((r) => r.watchId === -1);
  for (const id of [0, 1]) {
    const values = client.received
      .filter((r, at) => r.watchId === id && at < progress)
      .flatMap((r) => r.events.map((e) => Number(text(e.kv?.value))));
    assert.deepEqual(
      values,
      Array.from({ length: 50 }, (_, i) => i),
      'all before the progress answer',
    );
  }
  assert.equal(client.paused, false);
  client.cancel();
});

test('many watchers of one stream: each gets every event once, in the layout of its own', async () => {
  const client = new WatchClient();
  const ids = Array.from({ length: 300 }, (_, id) => id);
  for (const id of ids)
    await client.created({ key: bytes('many'), prevKv: id % 50 < 10, fragment: id % 7 === 0 });
  const large = 'x'.repeat(900);
  for (const values of [['1', '2', '3'], [large], ['4', large]]) {
    await Promise.all(values.map((value) => put('many', value)));
    await client.until(
      (received) => received.reduce((n, r) => n + r.events.length, 0) >= values.length * 300,
    );
    const received = client.received.splice(0);
    for (const id of ids) {
      const events = received.filter((r) => r.watchId === id).flatMap((r) => r.events);
      assert.deepEqual(
        events.map((e) => text(e.kv?.value)),
        values,
      );
      for (const e of events) {
        assert.equal(e.prevKv !== undefined, id % 50 < 10 && (e.kv?.version ?? 0) > 1);
      }
    }
    for (const { header } of received) assert.equal(header?.revision, member.api.revision());
  }
  client.cancel();
});

test('a slow client with many watchers is sent no more than a piece too much', async () => {
  const client = new WatchClient();
  for (let id = 0; id < 200; id++) await client.created({ key: bytes('burst') });
  client.highWaterBytes = 1;
  const value = 'x'.repeat(900);
  await put('burst', value);
  await client.until((received) => received.length > 0);
  const first = client.received.reduce((n, r) => n + r.events.length, 0);
  assert.ok(first < 70, `${first} messages of a kilobyte at once`);
  for (let i = 0; i < 5; i++) await put('burst', value);
  client.highWaterBytes = Number.POSITIVE_INFINITY;
  client.drain();
  await client.until((received) => received.reduce((n, r) => n + r.events.length, 0) >= 1200);
  for (let id = 0; id < 200; id++) {
    const versions = client.received
      .filter((r) => r.watchId === id)
      .flatMap((r) => r.events.map((e) => e.kv?.version));
    assert.deepEqual(versions, [1, 2, 3, 4, 5, 6]);
  }
  client.cancel();
});

test('a cancelled stream leaves no watcher behind', async () => {
  const before = member.api.kv.watchHub.stats.watchers;
  const client = new WatchClient();
  for (let i = 0; i < 10; i++) await client.created({ key: bytes('z') });
  assert.equal(member.api.kv.watchHub.stats.watchers, before + 10);
  client.cancel();
  assert.equal(member.api.kv.watchHub.stats.watchers, before);
});

test('malformed requests end the stream as grpc-go does; half-closed streams go on', async () => {
  const broken = new WatchClient();
  broken.writeRaw(Uint8Array.of(0xff));
  const status = await broken.ended();
  assert.equal(status.code, GrpcCode.Internal);
  assert.match(status.message, /^grpc: failed to unmarshal the received message /);
  const half = new WatchClient();
  await half.created({ key: bytes('half') });
  half.onHalfClose?.();
  await put('half', '1');
  assert.deepEqual(await half.events(1), ['0:half=1']);
  half.cancel();
});

test('hasleader: ended after three election timeouts without a leader, not before', async () => {
  const bound = new WatchClient({ hasleader: 'true' });
  const free = new WatchClient();
  await bound.created({ key: bytes('x') });
  await free.created({ key: bytes('x') });
  member.state.leader = 0n;
  assert.deepEqual(await bound.ended(), { code: GrpcCode.Unavailable, message: 'etcdserver: no leader' });
  assert.equal(free.status, undefined);
  const refused = new WatchClient({ hasleader: 'true' });
  assert.equal((await refused.ended()).message, 'etcdserver: no leader');
  member.state.leader = member.api.memberId;
  free.cancel();
});
