// Watches over real HTTP: long polls, streams, clients that leave, and what is not answered at once.
import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '@quorate/base';
import { permanent } from '@quorate/v2store';
import { DirectMember, listenDirect } from './testing/direct-member.ts';
import { exchange } from './testing/raw-http.ts';

async function withMember(run: (member: DirectMember, port: number) => Promise<void>): Promise<void> {
  const member = new DirectMember();
  const { server, port } = await listenDirect(member);
  try {
    await run(member, port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Opens a request and resolves with the response as soon as its headers are there. */
function open(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, path, agent: false }, resolve);
    request.on('error', reject);
    request.end();
  });
}

async function nextChunk(response: IncomingMessage): Promise<string> {
  for (;;) {
    const chunk = response.read() as Buffer | null;
    if (chunk !== null) return chunk.toString();
    await new Promise((resolve) => response.once('readable', resolve));
  }
}

const put = (member: DirectMember, key: string): unknown =>
  member.store.set(key, false, 'v', permanent, Date.now());

test('a long poll gets its headers at once and its event when it comes', () =>
  withMember(async (member, port) => {
    const response = await open(port, '/v2/keys/a?wait=true');
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['x-etcd-index'], '3');
    assert.equal(response.headers['content-type'], 'application/json');
    assert.equal(member.store.watcherCount, 1);
    put(member, '/1/b');
    put(member, '/1/a');
    let body = '';
    for await (const chunk of response) body += String(chunk);
    assert.equal(
      body,
      '{"action":"set","node":{"key":"/a","value":"v","modifiedIndex":5,"createdIndex":5}}\n',
    );
    assert.equal(member.store.watcherCount, 0);
  }));

test('a stream sends one line per event until the client leaves, which removes the watcher', () =>
  withMember(async (member, port) => {
    const response = await open(port, '/v2/keys/?wait=true&recursive=true&stream=true');
    put(member, '/1/a');
    assert.match(await nextChunk(response), /"key":"\/a".*\n$/);
    put(member, '/1/b');
    assert.match(await nextChunk(response), /"key":"\/b".*\n$/);
    assert.equal(member.store.watcherCount, 1);
    response.destroy();
    while (member.store.watcherCount > 0) await sleep(5);
  }));

test('a client that leaves a long poll removes its watcher', () =>
  withMember(async (member, port) => {
    const response = await open(port, '/v2/keys/a?wait=true&waitIndex=1000');
    assert.equal(member.store.watcherCount, 1);
    response.on('error', () => undefined);
    response.destroy();
    while (member.store.watcherCount > 0) await sleep(5);
  }));

test('a stream that is not read ends after its buffer, without holding the member up', () =>
  withMember(async (member, port) => {
    const response = await open(port, '/v2/keys/big?wait=true&stream=true');
    const value = 'x'.repeat(100_000);
    let writes = 0;
    while (member.store.watcherCount > 0 && writes < 20_000) {
      member.store.set('/1/big', false, value, permanent, Date.now());
      writes++;
      if (writes % 50 === 0) await sleep(1);
    }
    assert.equal(member.store.watcherCount, 0);
    let lines = 0;
    for await (const chunk of response) lines += String(chunk).split('\n').length - 1;
    assert.ok(lines >= 100 && lines < writes, `${lines} of ${writes}`);
  }));

test('a watch that a recovery cuts off ends with error 400', () =>
  withMember(async (member, port) => {
    const ahead = new DirectMember();
    for (let at = 0; at < 1100; at++) put(ahead, '/1/a');
    const response = await open(port, '/v2/keys/b?wait=true');
    member.store.recover(ahead.store.save());
    let body = '';
    for await (const chunk of response) body += String(chunk);
    assert.equal(
      body,
      '{"errorCode":400,"message":"watcher is cleared due to etcd recovery","index":1103}\n',
    );
  }));

test('a failure of the log is error 300 with its text', () =>
  withMember(async (member, port) => {
    member.failWith = errors.timeout;
    const answer = await exchange(port, { method: 'GET', target: '/v2/keys/a?quorum=true' });
    assert.equal(answer.status, 500);
    assert.equal(
      answer.body,
      '{"errorCode":300,"message":"Raft Internal Error","cause":"etcdserver: request timed out","index":0}\n',
    );
  }));

test('a form of more than ten megabytes is refused', () =>
  withMember(async (_member, port) => {
    const answer = await exchange(port, {
      method: 'PUT',
      target: '/v2/keys/a',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `value=${'x'.repeat(10 * 1024 * 1024)}`,
    });
    assert.equal(answer.status, 400);
    assert.match(answer.body, /"errorCode":210,"message":"Invalid POST form","cause":"http: POST too large"/);
  }));

test('a large listing is complete and of one moment, also through the log and while it changes', () =>
  withMember(async (member, port) => {
    for (let at = 0; at < 20_000; at++)
      member.store.set(`/1/big/${at % 100}/${at}`, false, 'v', permanent, 0);
    const { index } = member.store;
    const writer = setInterval(() => {
      for (let at = 0; at < 50; at++) member.store.delete(`/1/big/${at}`, true, true, 0);
      put(member, '/1/big/new');
    }, 1);
    for (const query of ['recursive=true', 'recursive=true&quorum=true']) {
      const answer = await exchange(port, { method: 'GET', target: `/v2/keys/big?${query}` });
      const { node } = JSON.parse(answer.body) as { node: { nodes: { nodes?: unknown[] }[] } };
      const files = node.nodes.reduce((sum, dir) => sum + (dir.nodes?.length ?? 0), 0);
      if (Number(answer.headers['X-Etcd-Index']) === index) assert.equal(files, 20_000);
      else assert.ok(files >= 10_000 && files % 200 === 0, String(files));
      assert.ok(answer.body.endsWith('}\n'));
    }
    clearInterval(writer);
    const head = await exchange(port, { method: 'HEAD', target: '/v2/keys/big?recursive=true' });
    assert.deepEqual([head.status, head.body], [200, '']);
  }));

test('members, leader and statistics are told as they are', () =>
  withMember(async (member, port) => {
    const ask = (target: string) => exchange(port, { method: 'GET', target });
    const id = '8e9e05c52164694d';
    const one = `{"id":"${id}","name":"default","peerURLs":["http://localhost:2380"],"clientURLs":["http://localhost:2379"]}`;
    const list = await ask('/v2/members');
    assert.deepEqual([list.status, list.body], [200, `{"members":[${one}]}\n`]);
    assert.equal(list.headers['X-Etcd-Cluster-Id'], 'cdf818194e3a8c32');
    assert.equal((await ask('/v2/members/leader')).body, `${one}\n`);
    assert.equal((await ask('/v2/stats/leader')).body, `{"leader":"${id}","followers":{}}`);
    assert.match(
      (await ask('/v2/stats/self')).body,
      /^\{"name":"default","id":"8e9e05c52164694d","state":"StateLeader","startTime":"[^"]+Z","leaderInfo":\{"leader":"8e9e05c52164694d","uptime":"[\d.]+m?s","startTime":"[^"]+Z"\},"recvAppendRequestCnt":0,"sendAppendRequestCnt":0\}$/,
    );
    assert.match(
      (await ask('/v2/stats/store')).body,
      /^\{"getsSuccess":0,.*"setsSuccess":2,.*"watchers":0\}$/,
    );
    member.leader = 0n;
    const none = await ask('/v2/members/leader');
    assert.deepEqual([none.status, none.body], [503, '{"message":"During election"}']);
    const refused = await ask('/v2/stats/leader');
    assert.deepEqual([refused.status, refused.body], [403, '{"message":"not current leader"}']);
  }));

test('members are added, changed and removed through the log, with etcd’s refusals', () =>
  withMember(async (_member, port) => {
    const headers = { 'Content-Type': 'application/json' };
    const send = (method: string, rest: string, urls?: string) =>
      exchange(port, {
        method,
        target: `/v2/members${rest}`,
        ...(urls === undefined ? {} : { headers, body: `{"peerURLs":["${urls}"]}` }),
      });
    const added = await send('POST', '', 'http://127.0.0.1:9');
    assert.equal(added.status, 201);
    const { id } = JSON.parse(added.body) as { id: string };
    assert.equal((await send('POST', '', 'http://localhost:2380')).status, 409);
    assert.equal((await send('PUT', `/${id}`, 'http://127.0.0.1:10')).status, 204);
    assert.equal(
      (await send('PUT', `/${id}`, 'http://localhost:2380')).body,
      '{"message":"membership: peerURL exists"}',
    );
    assert.equal((await send('DELETE', `/${id}`)).status, 204);
    assert.equal((await send('DELETE', `/${id}`)).body, `{"message":"No such member: ${id}"}`);
    const gone = await send('DELETE', '/dead');
    assert.deepEqual([gone.status, gone.body], [410, '{"message":"Member permanently removed: dead"}']);
  }));

test('every kind of answer carries the common headers', async () => {
  const { server, port } = await listenDirect(new DirectMember({ 'Access-Control-Allow-Origin': '*' }));
  try {
    const targets = [
      'keys/none',
      'keys/',
      'keys/a?quorum=true',
      'machines',
      'none',
      'stats/store',
      'keys//x',
      'keys/%zz',
      'members',
    ];
    for (const target of targets) {
      const answer = await exchange(port, { method: 'GET', target: `/v2/${target}` });
      assert.equal(answer.headers['Access-Control-Allow-Origin'], '*', target);
    }
    const refused = await exchange(port, { method: 'PATCH', target: '/v2/keys/a' });
    assert.equal(refused.headers['Access-Control-Allow-Origin'], '*');
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('v2 auth is said to be absent, not faked', () =>
  withMember(async (_member, port) => {
    assert.equal((await exchange(port, { method: 'GET', target: '/v2/auth/enable' })).status, 501);
  }));
