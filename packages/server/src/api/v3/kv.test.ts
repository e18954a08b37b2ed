import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { errors, GrpcCode, seededRandom } from '@quorate/base';
import {
  Compare,
  CompareResult,
  CompareTarget,
  type KeyValue,
  PutRequest,
  RangeRequest,
  RequestOp,
  SortOrder,
  SortTarget,
  services,
  TxnRequest,
} from '@quorate/proto';
import { GrpcRouter } from '@quorate/wire';
import { rangeAtOnceKeys } from './limits.ts';
import { registerV3 } from './register.ts';
import { call, FakeStream, failure, start, startRaw } from './testing/fake-calls.ts';
import { createMemoryMember, type MemoryMember, testWorld } from './testing/memory-member.ts';
import { modelRange } from './testing/range-model.ts';

const { KV } = services;
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
let member: MemoryMember;
let router: GrpcRouter;

before(async () => {
  member = await createMemoryMember();
  router = new GrpcRouter();
  registerV3(router, member.api, { ...testWorld, maxRequestBytes: 4096 });
});
after(() => member.stop());

test('every method of every service is registered with its kind', () => {
  for (const service of Object.values(services)) {
    for (const method of Object.values(service)) {
      const route = router.find(method.path);
      assert.ok(route !== undefined, method.path);
      const streaming = method.clientStreaming || method.serverStreaming;
      assert.equal(route.stream !== undefined, streaming, method.path);
    }
  }
});

test('put, get, delete: header, previous values, counts', async () => {
  const first = await call(router, KV.Put, { key: bytes('k1'), value: bytes('v1'), prevKv: true });
  assert.equal(first.prevKv, undefined);
  assert.equal(first.header?.clusterId, 0xcdf818194e3a8c32n);
  assert.equal(first.header?.memberId, 0x8e9e05c52164694dn);
  assert.equal(first.header?.raftTerm, 2);
  const second = await call(router, KV.Put, { key: bytes('k1'), value: bytes('v2'), prevKv: true });
  assert.equal(second.header?.revision, (first.header?.revision as number) + 1);
  assert.equal(text(second.prevKv?.value as Uint8Array), 'v1');
  const got = await call(router, KV.Range, { key: bytes('k1') });
  assert.equal(got.count, 1);
  assert.equal(got.kvs[0]?.version, 2);
  const missing = await call(router, KV.Range, { key: bytes('nope') });
  assert.deepEqual([missing.count, missing.kvs.length, missing.more], [0, 0, false]);
  const gone = await call(router, KV.DeleteRange, { key: bytes('k1'), prevKv: true });
  assert.deepEqual([gone.deleted, text(gone.prevKvs[0]?.value as Uint8Array)], [1, 'v2']);
  const again = await call(router, KV.DeleteRange, { key: bytes('k1') });
  assert.equal(again.deleted, 0);
  assert.equal(again.header?.revision, gone.header?.revision);
});

test('refusals come with code and text, malformed bytes as grpc-go words them', async () => {
  assert.deepEqual(await failure(router, KV.Put, {}), {
    code: 3,
    message: 'etcdserver: key is not provided',
  });
  assert.deepEqual(await failure(router, KV.Range, { key: bytes('a'), sortTarget: 9 }), {
    code: 3,
    message: errors.invalidSortOption.message,
  });
  assert.deepEqual(await failure(router, KV.Put, { key: bytes('a'), lease: 4n }), {
    code: GrpcCode.NotFound,
    message: 'etcdserver: requested lease not found',
  });
  for (const method of [KV.Range, KV.Put, KV.DeleteRange, KV.Txn, KV.Compact]) {
    const { error } = await startRaw<object, object>(router, method, Uint8Array.of(0x0a, 0x05, 0x61)).outcome;
    assert.equal(error?.code, GrpcCode.Internal);
    assert.match(error?.message ?? '', /^grpc: error unmarshalling request: /);
  }
});

test('range: every option agrees with a naive model, small and large ranges alike', async () => {
  const random = seededRandom(99);
  const history: { revision: number; kvs: KeyValue[] }[] = [];
  const keys = 3 * rangeAtOnceKeys;
  for (let i = 0; i < keys * 2; i++) {
    const key = bytes(`m/${String(random.nextBelow(keys)).padStart(4, '0')}`);
    if (random.nextBelow(8) === 0) await call(router, KV.DeleteRange, { key });
    else await call(router, KV.Put, { key, value: bytes(String(random.nextBelow(500))) });
    if (i % 300 === 0 || i === keys * 2 - 1) {
      const all = await call(router, KV.Range, { key: bytes('m/'), rangeEnd: bytes('m0') });
      history.push({ revision: all.header?.revision as number, kvs: all.kvs });
    }
  }
  const last = history[history.length - 1] as { revision: number; kvs: KeyValue[] };
  assert.ok(last.kvs.length > rangeAtOnceKeys, 'the large path is taken');
  const pick = <T>(...choices: T[]): T => choices[random.nextBelow(choices.length)] as T;
  for (let round = 0; round < 400; round++) {
    const at = pick(...history, last, last);
    const request = RangeRequest.create({
      key: bytes(pick('m/', 'm/', 'm/0100', 'm/0300')),
      rangeEnd: bytes(pick('m0', 'm0', 'm/0200', 'm/0500', '')),
      limit: pick(0, 0, 1, 10, 300, 5000),
      revision: at === last ? pick(0, at.revision) : at.revision,
      sortOrder: random.nextBelow(3),
      sortTarget: random.nextBelow(5),
      countOnly: random.nextBelow(8) === 0,
      keysOnly: random.nextBelow(4) === 0,
      serializable: random.nextBelow(2) === 0,
      minModRevision: pick(0, 0, 0, last.revision - 200),
      maxModRevision: pick(0, 0, 0, last.revision - 100),
      minCreateRevision: pick(0, 0, 0, last.revision - 300),
      maxCreateRevision: pick(0, 0, 0, last.revision - 150),
    });
    const expected = modelRange(at.kvs, request);
    const actual = await call(router, KV.Range, request);
    const context = JSON.stringify(request, (_k, v) => (v instanceof Uint8Array ? text(v) : v));
    assert.equal(actual.header?.revision, last.revision, context);
    assert.equal(actual.count, expected.count, context);
    assert.equal(actual.more, expected.more, context);
    assert.deepEqual(
      actual.kvs.map((kv) => [text(kv.key), kv.modRevision, text(kv.value)]),
      expected.kvs.map((kv) => [text(kv.key), kv.modRevision, text(kv.value)]),
      context,
    );
  }
});

test('a large range gives the loop back and does not see what is written meanwhile', async () => {
  for (let i = 0; i < 3000; i++) {
    const write = member.api.kv.beginWrite();
    write.put(bytes(`big/${i}`), Buffer.alloc(500, 'x'), 0n, false);
    write.end();
  }
  const revision = member.api.revision();
  const reading = call(router, KV.Range, {
    key: bytes('big/'),
    rangeEnd: bytes('big0'),
    sortTarget: SortTarget.VALUE,
  });
  setImmediate(() => {
    const write = member.api.kv.beginWrite();
    write.put(bytes('big/new'), bytes('x'), 0n, false);
    write.end();
  });
  const response = await reading;
  assert.equal(response.kvs.length, response.header?.revision === revision ? 3000 : 3001);
});

test('range stream: chunks that grow, header, more and count last, pinned revision', async () => {
  const stream = new FakeStream(router, KV.RangeStream);
  stream.write({ key: bytes('big/'), rangeEnd: bytes('big0') });
  const status = await stream.ended();
  assert.equal(status.code, 0);
  const parts = stream.received.map((message) => message.rangeResponse);
  assert.ok(parts.length > 3);
  assert.ok((parts[0]?.kvs.length ?? 0) <= 10);
  for (const part of parts.slice(0, -1)) {
    assert.deepEqual([part?.header, part?.more, part?.count], [undefined, false, 0]);
  }
  const final = parts[parts.length - 1];
  assert.equal(final?.header?.revision, member.api.revision());
  assert.equal(
    final?.count,
    parts.reduce((sum, part) => sum + (part?.kvs.length ?? 0), 0),
  );
  const keys = parts.flatMap((part) => part?.kvs.map((kv) => text(kv.key)) ?? []);
  assert.deepEqual(keys, [...keys].sort());
});

test('range stream: limit sets more, empty ranges answer once, sorts and filters are unimplemented', async () => {
  const limited = new FakeStream(router, KV.RangeStream);
  limited.write({ key: bytes('big/'), rangeEnd: bytes('big0'), limit: 15, keysOnly: true });
  await limited.ended();
  const last = limited.received[limited.received.length - 1]?.rangeResponse;
  assert.equal(last?.more, true);
  assert.equal(last?.count, 3001);
  const empty = new FakeStream(router, KV.RangeStream);
  empty.write({ key: bytes('none/') });
  await empty.ended();
  assert.equal(empty.received.length, 1);
  assert.equal(empty.received[0]?.rangeResponse?.count, 0);
  for (const init of [
    { sortOrder: SortOrder.DESCEND },
    { sortTarget: SortTarget.MOD },
    { minModRevision: 3 },
  ]) {
    const refused = new FakeStream(router, KV.RangeStream);
    refused.write({ key: bytes('a'), ...init });
    assert.equal((await refused.ended()).code, GrpcCode.Unimplemented);
  }
});

test('range stream: a slow reader holds it back', async () => {
  const stream = new FakeStream(router, KV.RangeStream);
  stream.highWaterBytes = 1;
  stream.write({ key: bytes('big/'), rangeEnd: bytes('big0') });
  await stream.until((received) => received.length >= 1);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(stream.received.length, 1);
  stream.highWaterBytes = Number.POSITIVE_INFINITY;
  stream.drain();
  assert.equal((await stream.ended()).code, 0);
});

test('txn: read-only txns stay out of the log, writes go through it', async () => {
  const before = member.state.proposed.length;
  const compare = Compare.create({
    key: bytes('t1'),
    target: CompareTarget.CREATE,
    result: CompareResult.EQUAL,
    createRevision: 0,
  });
  const get = RequestOp.create({ requestRange: RangeRequest.create({ key: bytes('t1') }) });
  const read = await call(router, KV.Txn, { compare: [compare], success: [get] });
  assert.equal(read.succeeded, true);
  assert.equal(read.responses[0]?.responseRange?.count, 0);
  assert.equal(member.state.proposed.length, before);
  const put = RequestOp.create({ requestPut: PutRequest.create({ key: bytes('t1'), value: bytes('1') }) });
  const written = await call(router, KV.Txn, { compare: [compare], success: [put, get] });
  assert.equal(member.state.proposed.length, before + 1);
  assert.equal(written.responses[1]?.responseRange?.kvs[0]?.version, 1);
  const failed = await call(router, KV.Txn, { compare: [compare], success: [put], failure: [get] });
  assert.equal(failed.succeeded, false);
  assert.equal(failed.responses[0]?.responseRange?.count, 1);
  const raw = TxnRequest.encode(TxnRequest.create({ success: [put] }));
  await startRaw(router, KV.Txn, raw).outcome;
  assert.equal(
    member.state.proposed[member.state.proposed.length - 1]?.raw,
    raw,
    'the bytes of the client go into the log',
  );
});

test('compaction: future, past, and what it takes away', async () => {
  const now = member.api.revision();
  assert.equal(
    (await failure(router, KV.Compact, { revision: now + 1 })).message,
    errors.futureRevision.message,
  );
  await call(router, KV.Compact, { revision: now - 1, physical: true });
  assert.deepEqual(await failure(router, KV.Compact, { revision: now - 1 }), {
    code: GrpcCode.OutOfRange,
    message: errors.compacted.message,
  });
  for (const init of [{}, { rangeEnd: bytes('m0') }, { rangeEnd: bytes('m0'), sortTarget: SortTarget.MOD }]) {
    const error = await failure(router, KV.Range, { key: bytes('m/'), revision: now - 2, ...init });
    assert.equal(error.message, errors.compacted.message);
    const ahead = await failure(router, KV.Range, { key: bytes('m/'), revision: now + 9, ...init });
    assert.equal(ahead.message, errors.futureRevision.message);
  }
});

test('without a leader: hasleader is refused at the door, the rest by the member; serializable reads go on', async () => {
  member.state.leader = 0n;
  const asked = await failure(router, KV.Put, { key: bytes('a') }, { hasleader: 'true' });
  assert.deepEqual(asked, { code: GrpcCode.Unavailable, message: 'etcdserver: no leader' });
  assert.equal((await failure(router, KV.Range, { key: bytes('a') })).message, 'etcdserver: no leader');
  await call(router, KV.Range, { key: bytes('a'), serializable: true });
  member.state.leader = member.api.memberId;
});

test('a learner serves serializable ranges and status only', async () => {
  member.state.learner = true;
  const refused = { code: GrpcCode.FailedPrecondition, message: 'etcdserver: rpc not supported for learner' };
  assert.deepEqual(await failure(router, KV.Range, { key: bytes('a') }), refused);
  assert.deepEqual(await failure(router, KV.Put, { key: bytes('a') }), refused);
  assert.deepEqual(await failure(router, services.Cluster.MemberList, {}), refused);
  await call(router, KV.Range, { key: bytes('a'), serializable: true });
  await call(router, services.Maintenance.Status, {});
  const stream = new FakeStream(router, services.Watch.Watch);
  assert.deepEqual(await stream.ended(), refused);
  member.state.learner = false;
});

test('a cancelled call is not answered and its write not made', async () => {
  const cancelled = start(router, KV.Put, { key: bytes('cancelled') });
  cancelled.cancel();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await call(router, KV.Range, { key: bytes('cancelled') })).count, 0);
});
