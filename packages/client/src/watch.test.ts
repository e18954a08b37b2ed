import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { WatchResponse } from '@quorate/proto';
import { EtcdClient, prefixRange, type WatchOptions } from './index.ts';
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

/** Collects what a watch delivers. */
class Collector implements WatchOptions {
  readonly responses: WatchResponse[] = [];
  created = 0;
  #wake: () => void = () => undefined;
  readonly onCreated = (): void => {
    this.created++;
    this.#wake();
  };
  readonly onResponse = (response: WatchResponse): void => {
    this.responses.push(response);
    this.#wake();
  };
  get values(): string[] {
    return this.responses.flatMap((response) => response.events.map((event) => `${event.kv?.value}`));
  }
  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + 5000;
    while (!condition()) {
      assert.ok(performance.now() < deadline, 'the watch did not deliver in time');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 20);
      });
    }
  }
}

test('a watch delivers what happens to its keys, from now or from a revision on', async () => {
  const { server, client } = await setUp();
  await client.kv.put('a', '1');
  const now = new Collector();
  const past = new Collector();
  client.watch({ key: Buffer.from('a') }, now);
  client.watch({ ...prefixRange('a'), startRevision: 2 }, past);
  await now.until(() => now.created === 1 && past.values.length === 1);
  await client.kv.put('a', '2');
  await client.kv.put('ab', '3');
  await client.kv.put('b', '4');
  await past.until(() => past.values.length === 3 && now.values.length === 1);
  assert.deepEqual(past.values, ['1', '2', '3']);
  assert.deepEqual(now.values, ['2']);
  assert.equal(server.store.streams.size, 1, 'all watches share a stream');
});

test('no event is lost or repeated over broken streams and restarts', async () => {
  const { server, client } = await setUp();
  const watch = new Collector();
  client.watch({ ...prefixRange('k') }, watch);
  await watch.until(() => watch.created === 1);
  const expected: string[] = [];
  const put = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const value = `v${expected.length}`;
      expected.push(value);
      server.store.put(Buffer.from(`k${expected.length % 7}`), Buffer.from(value));
    }
  };
  put(5);
  for (let round = 0; round < 4; round++) {
    server.breakStreams();
    put(5);
    await watch.until(() => watch.values.length === expected.length);
  }
  const { port } = server;
  server.stop();
  put(5);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.start(port);
  put(5);
  await watch.until(() => watch.values.length >= expected.length);
  assert.deepEqual(watch.values, expected);
  assert.equal(watch.created, 1, 'the watch was created once as its owner sees it');
});

test('a watch that begins before the compaction ends with the revision of it', async () => {
  const { server, client } = await setUp();
  server.store.compacted = 10;
  const watch = new Collector();
  const handle = client.watch({ key: Buffer.from('a'), startRevision: 5 }, watch);
  await watch.until(() => watch.responses.length === 1);
  assert.equal(watch.responses[0]?.canceled, true);
  assert.equal(watch.responses[0]?.compactRevision, 10);
  assert.ok(handle.done);
});

test('a cancelled watch delivers nothing more, and the last one ends the stream', async () => {
  const { server, client } = await setUp();
  const [first, second] = [new Collector(), new Collector()];
  const handles = [first, second].map((options) => client.watch({ key: Buffer.from('a') }, options));
  await first.until(() => first.created + second.created === 2);
  handles[0]?.cancel();
  await client.kv.put('a', '1');
  await second.until(() => second.values.length === 1);
  assert.deepEqual(first.values, []);
  handles[1]?.cancel();
  await second.until(() => server.store.streams.size === 0);
});

test('progress is asked for on the stream and told to every watch', async () => {
  const { server, client } = await setUp();
  const watches = [new Collector(), new Collector()];
  for (const options of watches) client.watch({ key: Buffer.from('a') }, options);
  const [first, second] = watches as [Collector, Collector];
  await first.until(() => first.created + second.created === 2);
  server.store.put(Buffer.from('z'), Buffer.from('1'));
  client.requestProgress();
  await first.until(() => first.responses.length + second.responses.length === 2);
  assert.equal(first.responses[0]?.header?.revision, server.store.revision);
  assert.equal(first.responses[0]?.events.length, 0);
});
