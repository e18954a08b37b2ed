// The v3 API over a real socket, with the wire layer's own client.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { GrpcCode } from '@quorate/base';
import {
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  RangeStreamResponse,
  SnapshotRequest,
  SnapshotResponse,
  services,
  WatchCreateRequest,
  WatchRequest,
  WatchResponse,
} from '@quorate/proto';
import { BboltFile, byteSource, ETCD_BUCKETS } from '@quorate/storage';
import {
  connectGrpc,
  createServer,
  type GrpcChannel,
  type GrpcError,
  GrpcRouter,
  type WireServer,
} from '@quorate/wire';
import { snapshotChunkBytes } from './limits.ts';
import { registerV3 } from './register.ts';
import { createMemoryMember, type MemoryMember, testWorld } from './testing/memory-member.ts';

const { KV, Lock, Maintenance, Watch } = services;
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
let member: MemoryMember;
let server: WireServer;
let channel: GrpcChannel;

before(async () => {
  member = await createMemoryMember();
  const router = new GrpcRouter();
  registerV3(router, member.api, testWorld);
  server = createServer({ grpc: router });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  channel = connectGrpc({ host: '127.0.0.1', port });
  await channel.ready();
});
after(async () => {
  channel.close({ force: true });
  server.destroy();
  await member.stop();
});

const put = async (key: string, value: Uint8Array | string): Promise<PutResponse> => {
  const request = PutRequest.create({
    key: bytes(key),
    value: typeof value === 'string' ? bytes(value) : value,
  });
  return PutResponse.decode(await channel.unary(KV.Put.path, PutRequest.encode(request)));
};

test('thousands of puts and gets in flight keep their answers apart', async () => {
  const revisions = await Promise.all(
    Array.from({ length: 2000 }, (_, i) => put(`n/${i}`, `v${i}`).then((r) => r.header?.revision)),
  );
  assert.equal(new Set(revisions).size, 2000);
  await Promise.all(
    Array.from({ length: 2000 }, async (_, i) => {
      const request = RangeRequest.encode(RangeRequest.create({ key: bytes(`n/${i}`) }));
      const response = RangeResponse.decode(await channel.unary(KV.Range.path, request));
      assert.equal(Buffer.from(response.kvs[0]?.value ?? []).toString(), `v${i}`);
    }),
  );
});

test('a range of many megabytes arrives whole, at once and streamed', async () => {
  const value = Buffer.alloc(20_000, 'x');
  for (let i = 0; i < 800; i++) {
    const write = member.api.kv.beginWrite();
    write.put(bytes(`m/${String(i).padStart(4, '0')}`), value, 0n, false);
    write.end();
  }
  const request = RangeRequest.encode(RangeRequest.create({ key: bytes('m/'), rangeEnd: bytes('m0') }));
  const whole = RangeResponse.decode(await channel.unary(KV.Range.path, request));
  assert.equal(whole.kvs.length, 800);
  const stream = channel.stream(KV.RangeStream.path);
  let keys = 0;
  let last: RangeResponse | undefined;
  const code = await new Promise<number>((resolve) => {
    stream.onMessage = (message) => {
      last = RangeStreamResponse.decode(message).rangeResponse;
      keys += last?.kvs.length ?? 0;
    };
    stream.onEnd = (status) => resolve(status.code);
    stream.send(request);
    stream.halfClose();
  });
  assert.deepEqual([code, keys, last?.count, last?.header?.revision], [0, 800, 800, member.api.revision()]);
});

test('watch: a client that stops reading for a while misses nothing', async () => {
  const stream = channel.stream(Watch.Watch.path);
  const seen: number[] = [];
  let created = 0;
  stream.onMessage = (message) => {
    const response = WatchResponse.decode(message);
    if (response.created) created++;
    for (const event of response.events) seen.push(event.kv?.modRevision as number);
  };
  const createRequest = WatchCreateRequest.create({ key: bytes('w') });
  stream.send(WatchRequest.encode(WatchRequest.create({ createRequest })));
  while (created === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stream.pause();
  const revisions: number[] = [];
  const value = Buffer.alloc(100_000, 'w');
  for (let i = 0; i < 100; i++) revisions.push((await put('w', value)).header?.revision as number);
  assert.equal(member.api.kv.watchHub.stats.paused, 1, 'ten megabytes do not fit: the watcher waits');
  stream.resume();
  while (seen.length < 100) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(seen, revisions);
  stream.cancel();
  while (member.api.kv.watchHub.stats.watchers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('a deadline ends a lock request that waits, and its place in line', async () => {
  const lock = (timeoutMs: number): Promise<Uint8Array> => {
    const request = Lock.Lock.request.encode(Lock.Lock.request.create({ name: bytes('L') }));
    return channel.unary(Lock.Lock.path, request, { timeoutMs });
  };
  await lock(5000);
  await assert.rejects(lock(100), (error: GrpcError) => error.code === GrpcCode.DeadlineExceeded);
  const count = (): number => member.api.kv.count(bytes('L/'), bytes('L0'));
  for (let i = 0; i < 100 && count() > 1; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(count(), 1);
});

test('snapshot: a bbolt file of the store in chunks, then its digest', async () => {
  await put('snapshot/key', 'value');
  member.api.backend.put('lease', bytes('a lease'), Buffer.alloc(200, 7));
  const parts: SnapshotResponse[] = [];
  const stream = channel.stream(Maintenance.Snapshot.path);
  const code = await new Promise<number>((resolve) => {
    stream.onMessage = (message) => parts.push(SnapshotResponse.decode(Buffer.from(message)));
    stream.onEnd = (status) => resolve(status.code);
    stream.send(SnapshotRequest.encode(SnapshotRequest.create()));
    stream.halfClose();
  });
  assert.equal(code, 0);
  const digest = parts.pop();
  const image = Buffer.concat(parts.map((part) => part.blob));
  assert.equal(
    Buffer.from(digest?.blob ?? []).toString('hex'),
    createHash('sha256').update(image).digest('hex'),
  );
  assert.equal(digest?.remainingBytes, 0);
  let remaining = image.length;
  for (const { blob, remainingBytes, version } of parts) {
    assert.ok(blob.length > 0 && blob.length <= snapshotChunkBytes);
    remaining -= blob.length;
    assert.equal(remainingBytes, remaining);
    assert.equal(version, '3.7.0');
  }
  const file = BboltFile.open(byteSource(image));
  assert.deepEqual(file.bucket('lease')?.get(bytes('a lease')), Buffer.alloc(200, 7));
  for (const name of ETCD_BUCKETS) assert.notEqual(file.bucket(name), undefined, name);
  const values = [...(file.bucket('key')?.entries() ?? [])].map(([, value]) =>
    (value as Buffer).toString('latin1'),
  );
  assert.ok(values.some((value) => value.includes('snapshot/key')));
});

test('unknown methods and services are unimplemented', async () => {
  await assert.rejects(channel.unary('/etcdserverpb.KV/Nope', new Uint8Array(0)), {
    code: GrpcCode.Unimplemented,
    message: 'unknown method Nope for service etcdserverpb.KV',
  });
});
