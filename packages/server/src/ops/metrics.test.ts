// A whole server: its page against what etcd's documentation lists, and its numbers against what was done.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DeleteRangeRequest, type MessageType, PutRequest, RangeRequest, services } from '@quorate/proto';
import { connectGrpc, type GrpcChannel } from '@quorate/wire';
import { loadCommand } from '../config/index.ts';
import { type EmbeddedServer, startServer } from '../embed/server.ts';
import { silentLogger } from './logger.ts';
import { etcdMetrics } from './metrics/etcd-metrics.testing.ts';

/** Metrics of etcd that nothing here stands for, and why. */
const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  etcd_debugging_disk_backend_commit_rebalance_duration_seconds: 'a phase of bbolt',
  etcd_debugging_disk_backend_commit_spill_duration_seconds: 'a phase of bbolt',
  etcd_debugging_disk_backend_commit_write_duration_seconds: 'a phase of bbolt',
  etcd_debugging_server_watch_send_loop_control_stream_duration_seconds: 'there is no send loop',
  etcd_debugging_server_watch_send_loop_progress_duration_seconds: 'there is no send loop',
  etcd_debugging_server_watch_send_loop_watch_stream_duration_per_event_seconds: 'there is no send loop',
  etcd_debugging_server_watch_send_loop_watch_stream_duration_seconds: 'there is no send loop',
  etcd_grpc_proxy_cache_hits_total: 'the gRPC proxy is not part of the server',
  etcd_grpc_proxy_cache_keys_total: 'the gRPC proxy is not part of the server',
  etcd_grpc_proxy_cache_misses_total: 'the gRPC proxy is not part of the server',
  etcd_grpc_proxy_events_coalescing_total: 'the gRPC proxy is not part of the server',
  etcd_grpc_proxy_watchers_coalescing_total: 'the gRPC proxy is not part of the server',
  etcd_proxy_dropped_total: 'the v2 proxy is not part of the server',
  etcd_proxy_handled_total: 'the v2 proxy is not part of the server',
  etcd_proxy_handling_duration_seconds: 'the v2 proxy is not part of the server',
  etcd_proxy_requests_total: 'the v2 proxy is not part of the server',
  etcd_server_range_duration_seconds:
    'would cost every read two looks at the clock; see grpc_server_handling_seconds',
  etcd_server_request_duration_seconds:
    'would cost every request two looks at the clock; see grpc_server_handling_seconds',
};

/** Shown only once there is something to show: peers, failures, alarms. */
const NOT_YET =
  /^etcd_network_(?!client)|^etcd_http|_failed_total$|^etcd_debugging_(store|server_alarms)|promote_failures$|client_requests_total$/;

let directory = '';
let server: EmbeddedServer;
let channel: GrpcChannel;
let clientPort = 0;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'quorate-metrics-'));
  clientPort = await freePort();
  const [client, peer] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${await freePort()}`];
  const command = loadCommand(
    [
      ...['--name', 'm', '--data-dir', join(directory, 'data'), '--metrics', 'extensive', '--enable-v2'],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--initial-cluster', `m=${peer}`],
    ],
    {},
  );
  assert.ok(command.kind === 'serve');
  server = await startServer(command.config, silentLogger, (error) => {
    throw error;
  });
  channel = connectGrpc({ host: '127.0.0.1', port: clientPort });
  await channel.ready();
});

after(async () => {
  channel.close();
  await server.stop();
  rmSync(directory, { recursive: true });
});

async function page(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${clientPort}/metrics`);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  return response.text();
}

function call<T>(method: { path: string }, type: MessageType<T>, request: Partial<T>): Promise<Uint8Array> {
  return channel.unary(method.path, type.encode(type.create(request)));
}

/** The lines of one metric. */
function lines(text: string, name: string): string[] {
  return text.split('\n').filter((line) => new RegExp(`^${name}(_bucket|_sum|_count)?[{ ]`).test(line));
}

function value(text: string, name: string): number {
  const [line] = lines(text, name);
  assert.ok(line !== undefined, `${name} is on the page`);
  return Number(line.slice(line.lastIndexOf(' ')));
}

test("names, types, labels and bounds are etcd's", async () => {
  const text = await page();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  for (const [name, type, labels, bounds] of etcdMetrics) {
    if (name in WITHOUT_MEANING) {
      assert.ok(!types.has(name), `${name} has a meaning after all`);
      continue;
    }
    const shown = types.get(name);
    if (shown === undefined && NOT_YET.test(name)) continue;
    if (shown === undefined && /^etcd_server_healthcheck/.test(name)) continue;
    assert.equal(shown, type, name);
    const [sample = ''] = lines(text, name);
    const found = [...sample.matchAll(/([a-zA-Z_]+)="/g)].map(([, label]) => label as string);
    const wanted = labels === '' ? [] : labels.split(',');
    assert.deepEqual(found.filter((label) => label !== 'le').sort(), wanted.sort(), `labels of ${name}`);
    if (bounds === '') continue;
    const [start = 0, factor = 0, count = 0] = bounds.split(' ').map(Number);
    const shownBounds = lines(text, name).flatMap((line) => {
      const bound = /le="([^"]+)"/.exec(line)?.[1];
      return bound === undefined || bound === '+Inf' ? [] : [Number(bound)];
    });
    assert.equal(shownBounds.length, count, `bounds of ${name}`);
    for (const [at, bound] of shownBounds.entries()) {
      assert.ok(Math.abs(bound / (start * factor ** at) - 1) < 1e-9, `bounds of ${name}`);
    }
  }
});

test('every method has all its children before it is called', async () => {
  const text = await page();
  const methods = Object.values(services).flatMap((service) => Object.values(service));
  const shown = lines(text, 'grpc_server_handled_total');
  for (const { path } of methods) {
    const [, service, method] = path.split('/');
    const own = shown.filter((line) => line.includes(`method="${method}",grpc_service="${service}"`));
    if (own.length > 0) assert.equal(own.length, 17, path);
  }
  assert.ok(
    shown.includes(
      'grpc_server_handled_total{grpc_code="OK",grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 0',
    ),
  );
});

test("operations are counted by etcd's rules", async () => {
  const { KV } = services;
  const first = await page();
  await call(KV.Put, PutRequest, { key: Buffer.from('a'), value: Buffer.from('123') });
  // With the previous value: a range and a txn besides.
  await call(KV.Put, PutRequest, { key: Buffer.from('a'), value: Buffer.from('1'), prevKv: true });
  await call(KV.Range, RangeRequest, { key: Buffer.from('a') });
  await call(KV.DeleteRange, DeleteRangeRequest, { key: Buffer.from('none') });
  await assert.rejects(call(KV.Range, RangeRequest, { key: Buffer.from('a'), revision: 99 }));
  const second = await page();
  const difference = (name: string): number => value(second, name) - value(first, name);
  for (const prefix of ['etcd_mvcc', 'etcd_debugging_mvcc']) {
    assert.equal(difference(`${prefix}_put_total`), 2);
    assert.equal(difference(`${prefix}_delete_total`), 1);
    assert.equal(difference(`${prefix}_range_total`), 3);
    assert.equal(difference(`${prefix}_txn_total`), 1);
  }
  assert.equal(difference('etcd_debugging_mvcc_total_put_size_in_bytes'), 6);
  assert.equal(value(second, 'etcd_debugging_mvcc_keys_total'), 1);
  const put = 'grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"';
  const range = put.replace('Put', 'Range');
  for (const line of [
    `grpc_server_started_total{${put}} 2`,
    `grpc_server_msg_received_total{${put}} 2`,
    `grpc_server_msg_sent_total{${put}} 2`,
    `grpc_server_handled_total{grpc_code="OK",${put}} 2`,
    `grpc_server_handled_total{grpc_code="OutOfRange",${range}} 1`,
    `grpc_server_handling_seconds_count{${put}} 2`,
  ]) {
    assert.ok(second.includes(`${line}\n`), line);
  }
});

test('calls over the JSON gateway count as gRPC calls', async () => {
  const post = (body: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${clientPort}/v3/kv/compaction`, { method: 'POST', body });
  assert.equal((await post('{"revision":"1000"}')).status, 400);
  assert.equal((await post('not JSON')).status, 400);
  const text = await page();
  const method = 'grpc_method="Compact",grpc_service="etcdserverpb.KV",grpc_type="unary"';
  assert.ok(text.includes(`grpc_server_started_total{${method}} 1\n`));
  assert.ok(text.includes(`grpc_server_handled_total{grpc_code="OutOfRange",${method}} 1\n`));
  assert.ok(text.includes(`grpc_server_handling_seconds_count{${method}} 1\n`));
});

test('requests of v2 are counted by method', async () => {
  const keys = `http://127.0.0.1:${clientPort}/v2/keys`;
  await (await fetch(`${keys}/a`, { method: 'PUT', body: new URLSearchParams({ value: '1' }) })).text();
  await (await fetch(`${keys}/a`)).text();
  await (await fetch(`${keys}/b`)).text();
  await (await fetch(`${keys}/b`, { method: 'DELETE' })).text();
  const text = await page();
  for (const line of [
    'etcd_http_received_total{method="GET"} 2',
    'etcd_http_received_total{method="PUT"} 1',
    'etcd_http_failed_total{code="404",method="GET"} 1',
    'etcd_http_failed_total{code="404",method="DELETE"} 1',
    'etcd_http_successful_duration_seconds_count{method="GET"} 1',
    'etcd_http_successful_duration_seconds_count{method="PUT"} 1',
    'etcd_debugging_store_reads_total{action="get"} 2',
    'etcd_debugging_store_reads_failed_total{action="get"} 1',
    'etcd_debugging_store_writes_failed_total{action="delete"} 1',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
});

const promtool = spawnSync('promtool', ['--version']).error === undefined;

test('Prometheus reads the page', { skip: promtool ? false : 'promtool is not installed' }, async () => {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await page() });
  // 3: it reads the page, but has wishes about names, which are etcd's.
  assert.ok(status === 0 || status === 3, String(stderr));
});

test('health answers are counted', async () => {
  const before = await page();
  await (await fetch(`http://127.0.0.1:${clientPort}/health`)).text();
  await (await fetch(`http://127.0.0.1:${clientPort}/readyz`)).text();
  const text = await page();
  assert.equal(value(text, 'etcd_server_health_success') - value(before, 'etcd_server_health_success'), 1);
  assert.ok(text.includes('etcd_server_healthcheck{name="linearizable_read",type="readyz"} 1\n'));
  assert.ok(
    text.includes('etcd_server_healthchecks_total{name="non_learner",status="success",type="readyz"} 1\n'),
  );
});
