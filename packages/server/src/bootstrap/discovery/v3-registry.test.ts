import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { errors, GrpcCode, utf8Bytes } from '@quorate/base';
import {
  AuthenticateRequest,
  AuthenticateResponse,
  PutRequest,
  RangeResponse,
  services,
} from '@quorate/proto';
import { createServer, GrpcRouter, type WireServer } from '@quorate/wire';
import { registerV3, type V3Server } from '../../api/v3/register.ts';
import { createMemoryMember, type MemoryMember, testWorld } from '../../api/v3/testing/memory-member.ts';
import { selfSignedKeyPair } from '../../embed/self-signed.ts';
import { silentLogger } from '../../member/logger.ts';
import { joinRegistry } from './join-registry.ts';
import { hurriedClock, steadyClock } from './testing/hurried-clock.ts';
import { parseEndpoint } from './v3-endpoint.ts';
import { V3Registry, type V3RegistryOptions } from './v3-registry.ts';

let etcd: MemoryMember;
let v3: V3Server;
let port = 0;
const servers: WireServer[] = [];

async function listening(router: GrpcRouter): Promise<number> {
  const server = createServer({
    grpc: router,
    http: (_request, response) => response.end(),
    clock: steadyClock,
  });
  servers.push(server);
  return (await server.listen({ host: '127.0.0.1', port: 0 })).port;
}

before(async () => {
  etcd = await createMemoryMember();
  const router = new GrpcRouter();
  v3 = registerV3(router, etcd.api, testWorld);
  port = await listening(router);
});
after(async () => {
  v3.close();
  for (const server of servers) server.destroy();
  await etcd.stop();
});

function registry(token: string, changes: Partial<V3RegistryOptions> = {}): V3Registry {
  return new V3Registry({
    token,
    endpoints: [`http://127.0.0.1:${port}`],
    dialTimeoutMs: 2000,
    requestTimeoutMs: 2000,
    keepaliveTimeMs: 2000,
    keepaliveTimeoutMs: 6000,
    tls: {},
    secure: false,
    user: '',
    password: '',
    clock: steadyClock,
    ...changes,
  });
}

async function put(key: string, value: string): Promise<void> {
  const sink = { cancelled: false };
  await new Promise<void>((resolve, reject) => {
    const request = PutRequest.create({ key: utf8Bytes(key), value: utf8Bytes(value) });
    etcd.api.propose(
      { kind: 'put', request, raw: undefined, requester: undefined },
      { ...sink, done: () => resolve(), failed: reject },
    );
  });
}

async function member(
  token: string,
  name: string,
  changes: Partial<V3RegistryOptions> = {},
): Promise<string> {
  const where = registry(token, changes);
  const self = { id: `1${name}`, value: `${name}=http://h${name}:2380` };
  const options = { clock: hurriedClock(), logger: silentLogger, resuming: false };
  return joinRegistry(where, self, options).finally(() => where.close());
}

const refused = (joined: Promise<string>): Promise<string> =>
  joined.then(
    (text) => assert.fail(`joined ${text}`),
    (error: Error) => `${error.name}: ${error.message}`,
  );

test('three members find each other in the order of registration; a fourth finds the cluster full', async () => {
  await put('/_etcd/registry/t1/_config/size', '3');
  const first = member('t1', 'z');
  const known = registry('t1');
  while ((await known.list()).members.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const others = [member('t1', 'a'), member('t1', 'b')];
  const lists = await Promise.all([first, ...others]);
  assert.equal(new Set(lists).size, 1);
  assert.match(lists[0] as string, /^z=http:\/\/hz:2380,(a|b)=.*,(a|b)=/);
  assert.equal(await refused(member('t1', 'c')), 'DiscoveryFailure: discovery: cluster is full');
  // Who starts anew, without its data, takes its place again.
  assert.equal(await member('t1', 'a'), lists[0]);
  assert.deepEqual((await known.list()).members.map(({ id }) => id).sort(), ['1a', '1b', '1z']);
  known.close();
});

test('tokens without a size or with a bad one are refused', async () => {
  assert.equal(await refused(member('none', 'a')), 'DiscoveryFailure: discovery: size key not found');
  await put('/_etcd/registry/bad/_config/size', 'three');
  assert.equal(await refused(member('bad', 'a')), 'DiscoveryFailure: discovery: size key is bad');
});

test('endpoints are tried in turn, and a service that is away for a while is waited for', async () => {
  await put('/_etcd/registry/t2/_config/size', '1');
  const endpoints = ['127.0.0.1:1', `127.0.0.1:${port}`];
  assert.equal(await member('t2', 'a', { endpoints }), 'a=http://ha:2380');
  const away = registry('t2', { endpoints: ['127.0.0.1:1', '[::1]:2'] });
  await assert.rejects(away.size(), {
    name: 'RegistryUnavailable',
    message: /127\.0\.0\.1:1: .*; \[::1\]:2: /,
  });
});

test('a watch that is compacted away is answered with the list', async () => {
  await put('/_etcd/registry/t3/_config/size', '2');
  for (let i = 0; i < 5; i++) await put('noise', String(i));
  await new Promise<void>((resolve, reject) => {
    etcd.api.propose(
      {
        kind: 'compaction',
        request: { revision: etcd.api.revision(), physical: false },
        raw: undefined,
        requester: undefined,
      },
      { cancelled: false, done: () => resolve(), failed: reject },
    );
  });
  const where = registry('t3');
  await where.changed(1);
  where.close();
});

test('a watch that sends what is no message ends discovery with words', async () => {
  const router = new GrpcRouter().stream(services.Watch.Watch.path, (stream) => {
    stream.send(Buffer.from([0x12]));
  });
  const where = registry('t', { endpoints: [`127.0.0.1:${await listening(router)}`] });
  await assert.rejects(where.changed(1), { name: 'DiscoveryFailure', message: /^discovery: / });
  where.close();
});

test('endpoints in every form', () => {
  assert.deepEqual(parseEndpoint('h').target, { host: 'h', port: 2379 });
  assert.deepEqual(parseEndpoint('[::1]:5').target, { host: '::1', port: 5 });
  assert.deepEqual(parseEndpoint('https://h:1/'), {
    text: 'https://h:1/',
    target: { host: 'h', port: 1 },
    secure: true,
  });
  assert.equal(parseEndpoint('http://h:1').secure, false);
  assert.equal(parseEndpoint('h:1').secure, undefined);
  assert.deepEqual(parseEndpoint('unix:///run/x').target, { path: '/run/x' });
  for (const text of ['', 'ftp://h:1', 'h:port', 'http://h:1/path', '::1']) {
    assert.throws(() => parseEndpoint(text), /is no endpoint/, text);
  }
});

test('users log in, tokens that ran out are renewed, and refusals end it', async () => {
  const router = new GrpcRouter();
  let logins = 0;
  router.unary(services.Auth.Authenticate.path, (call, bytes) => {
    const { name, password } = AuthenticateRequest.decode(bytes);
    if (name === 'nobody') call.fail(errors.authNotEnabled.code, errors.authNotEnabled.message);
    else if (password !== 'right') call.fail(errors.authFailed.code, errors.authFailed.message);
    else call.reply(AuthenticateResponse.encode(AuthenticateResponse.create({ token: `t${++logins}` })));
  });
  const tokens: (string | undefined)[] = [];
  router.unary(services.KV.Range.path, (call) => {
    const token = call.header('token');
    tokens.push(token);
    if (token === 't1') call.fail(errors.invalidAuthToken.code, errors.invalidAuthToken.message);
    else if (token === 't4') call.fail(GrpcCode.PermissionDenied, 'etcdserver: permission denied');
    else {
      const kv = {
        key: utf8Bytes('k'),
        createRevision: 1,
        modRevision: 1,
        version: 1,
        value: utf8Bytes('1'),
        lease: 0n,
      };
      call.reply(RangeResponse.encode(RangeResponse.create({ kvs: [kv] })));
    }
  });
  const endpoints = [`127.0.0.1:${await listening(router)}`];
  const as = (user: string, password: string): V3Registry => registry('t', { endpoints, user, password });
  const stale = as('root', 'right');
  await assert.rejects(stale.size(), { name: 'RegistryUnavailable', message: /invalid auth token/ });
  assert.equal(await stale.size(), '1');
  stale.close();
  const wrong = as('root', 'wrong');
  await assert.rejects(wrong.size(), { name: 'DiscoveryFailure', message: /authentication failed/ });
  const open = as('nobody', 'x');
  assert.equal(await open.size(), '1');
  open.close();
  assert.deepEqual(tokens, ['t1', 't2', undefined]);
  logins = 3;
  await assert.rejects(as('root', 'right').size(), {
    name: 'DiscoveryFailure',
    message: /permission denied/,
  });
});

test('endpoints that say https, and the others unless told otherwise, are spoken to in TLS', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-discovery-'));
  const pair = selfSignedKeyPair(directory, ['127.0.0.1'], 1);
  const router = new GrpcRouter();
  router.unary(services.KV.Range.path, (call) => {
    const kv = { key: utf8Bytes('k'), createRevision: 1, modRevision: 1, version: 1, lease: 0n };
    call.reply(RangeResponse.encode(RangeResponse.create({ kvs: [{ ...kv, value: utf8Bytes('7') }] })));
  });
  const server = createServer({
    grpc: router,
    http: (_request, response) => response.end(),
    clock: steadyClock,
  });
  servers.push(server);
  const tls = { ...pair, ALPNProtocols: ['h2'] };
  const address = `127.0.0.1:${(await server.listen({ host: '127.0.0.1', port: 0, tls })).port}`;
  const sizeBy = async (changes: Partial<V3RegistryOptions>): Promise<string> => {
    const where = registry('t', changes);
    return where.size().finally(() => where.close());
  };
  assert.equal(await sizeBy({ endpoints: [`https://${address}`], tls: { ca: pair.cert } }), '7');
  assert.equal(await sizeBy({ endpoints: [address], secure: true, tls: { ca: pair.cert } }), '7');
  assert.equal(await sizeBy({ endpoints: [`https://${address}`], tls: { rejectUnauthorized: false } }), '7');
  await assert.rejects(sizeBy({ endpoints: [`https://${address}`] }), {
    name: 'RegistryUnavailable',
    message: /self-signed certificate/,
  });
  await assert.rejects(sizeBy({ endpoints: [`http://${address}`] }), { name: 'RegistryUnavailable' });
  rmSync(directory, { recursive: true });
});
