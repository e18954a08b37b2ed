import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import {
  NoEndpointsError,
  V2Client,
  V2ClusterError,
  V2DeadlineError,
  V2Error,
  V2ServiceError,
} from '../index.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

type Answer = (seen: Seen, response: ServerResponse) => void;

/** A server that answers as told and remembers what it was asked. */
async function serve(answer: Answer): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', body, headers: request.headers };
      seen.push(one);
      answer(one, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'X-Etcd-Index': '17', ...headers });
    response.end(`${JSON.stringify(value)}\n`);
  };
}

const event = { action: 'get', node: { key: '/a', value: '1', createdIndex: 4, modifiedIndex: 5 } };
const soon = (): { deadlineMs: number } => ({ deadlineMs: performance.now() + 2000 });

test('requests are written as the keys API reads them', async () => {
  const { url, seen } = await serve(json(event));
  const { keys } = new V2Client({ endpoints: [url], username: 'root', password: 'p:w' });
  await keys.get('/a b/%c/', { recursive: true }, soon());
  await keys.set('x', 'v&1 ü', { ttl: 5, prevExist: false, prevIndex: 3, prevValue: 'old' }, soon());
  await keys.set('d', '', { dir: true, prevExist: true }, soon());
  await keys.set('x', '', { refresh: true, ttl: 9 }, soon());
  await keys.createInOrder('q', 'v', { ttl: 1 }, soon());
  await keys.delete('x', { recursive: true, dir: true, prevIndex: 7, prevValue: 'p' }, soon());
  assert.deepEqual(
    seen.map(({ method, url: path, body }) => [method, path, body]),
    [
      ['GET', '/v2/keys/a%20b/%25c/?quorum=false&recursive=true&sorted=false', ''],
      ['PUT', '/v2/keys/x?prevExist=false&prevIndex=3&prevValue=old', 'value=v%261+%C3%BC&ttl=5'],
      ['PUT', '/v2/keys/d?dir=true&prevExist=true', ''],
      ['PUT', '/v2/keys/x', 'ttl=9&refresh=true'],
      ['POST', '/v2/keys/q', 'value=v&ttl=1'],
      ['DELETE', '/v2/keys/x?dir=true&prevIndex=7&prevValue=p&recursive=true', ''],
    ],
  );
  assert.equal(seen[0]?.headers.authorization, `Basic ${Buffer.from('root:p:w').toString('base64')}`);
  assert.equal(seen[1]?.headers['content-type'], 'application/x-www-form-urlencoded');
});

test('an event carries the index of the response', async () => {
  const { url } = await serve(json(event));
  assert.deepEqual(await new V2Client({ endpoints: [url] }).keys.get('a'), { ...event, index: 17 });
});

test("errors of the keys API read as etcd's client shows them", async () => {
  const answer = { errorCode: 100, message: 'Key not found', cause: '/a', index: 9 };
  const { url } = await serve(json(answer, 404));
  await assert.rejects(new V2Client({ endpoints: [url] }).keys.get('a'), (error: unknown) => {
    assert.ok(error instanceof V2Error);
    assert.equal(error.message, '100: Key not found (/a) [9]');
    assert.equal(error.errorCode, 100);
    return true;
  });
});

test('answers that are not of the keys API are named', async () => {
  const page = await serve((_, response) => response.end('<html>'));
  await assert.rejects(new V2Client({ endpoints: [page.url] }).keys.get('a'), /response is invalid json/);
  const empty = await serve((_, response) => response.end());
  await assert.rejects(new V2Client({ endpoints: [empty.url] }).keys.get('a'), /response body is empty/);
});

test('endpoints that do not answer, or have no leader, are passed over', async () => {
  const leaderless = await serve(json({ message: 'no leader' }, 503));
  const good = await serve(json(event));
  const client = new V2Client({ endpoints: ['http://127.0.0.1:1', leaderless.url, good.url] });
  await client.keys.get('a');
  await client.keys.get('a');
  assert.equal(leaderless.seen.length, 1, 'the endpoint that answered last is asked first');
  const hopeless = new V2Client({ endpoints: ['http://127.0.0.1:1', leaderless.url] });
  await assert.rejects(hopeless.keys.get('a'), (error: unknown) => {
    assert.ok(error instanceof V2ClusterError);
    assert.equal(error.unreachable, false);
    assert.deepEqual(error.reasons, [
      'dial tcp 127.0.0.1:1: connect: connection refused',
      `client: etcd member ${leaderless.url} has no leader`,
    ]);
    return true;
  });
});

test('redirects are followed, loops are not', async () => {
  const good = await serve(json(event));
  const other = await serve((seen, response) => {
    response.writeHead(307, { Location: good.url + seen.url });
    response.end();
  });
  await new V2Client({ endpoints: [other.url] }).keys.set('a', '1');
  assert.deepEqual(good.seen[0]?.body, 'value=1');
  const loop = await serve((seen, response) => {
    response.writeHead(307, { Location: seen.url });
    response.end();
  });
  await assert.rejects(new V2Client({ endpoints: [loop.url] }).keys.get('a'), /too many redirects/);
});

test('a call ends at its deadline; an endpoint that is silent is left for another', async () => {
  const silent = await serve(() => undefined);
  const good = await serve(json(event));
  const impatient = new V2Client({ endpoints: [silent.url, good.url], headerTimeoutMs: 100 });
  await impatient.keys.get('a', {}, soon());
  const patient = new V2Client({ endpoints: [silent.url] });
  await assert.rejects(patient.keys.get('a', {}, { deadlineMs: performance.now() + 100 }), V2DeadlineError);
});

test('a watch asks for one change after the other', async () => {
  let index = 10;
  const { url, seen } = await serve((request, response) => {
    // Every second wait is given up by the server with an empty answer.
    if (seen.length % 2 === 0) {
      response.writeHead(200);
      response.end();
      return;
    }
    index++;
    json({ action: 'set', node: { key: '/a', value: String(index), modifiedIndex: index, createdIndex: 1 } })(
      request,
      response,
    );
  });
  const values: (string | undefined)[] = [];
  for await (const change of new V2Client({ endpoints: [url] }).keys.watch('a', {
    afterIndex: 10,
    recursive: true,
  })) {
    values.push(change.node.value);
    if (values.length === 3) break;
  }
  assert.deepEqual(values, ['11', '12', '13']);
  assert.equal(seen[0]?.url, '/v2/keys/a?recursive=true&wait=true&waitIndex=11');
  assert.equal(seen.at(-1)?.url, '/v2/keys/a?recursive=true&wait=true&waitIndex=13');
});

test('members, and endpoints taken from them', async () => {
  const members = [
    { id: 'a1', name: 'm', peerURLs: ['http://p:1'], clientURLs: ['http://c:1', 'http://c:2'] },
    { id: 'b2', peerURLs: ['http://p:2'] },
  ];
  const { url, seen } = await serve((request, response) => {
    if (request.method === 'POST') json({ message: 'exists' }, 409)(request, response);
    else if (request.method === 'DELETE') response.writeHead(410).end();
    else if (request.method === 'PUT') json({ message: 'No such member: zz' }, 404)(request, response);
    else json({ members })(request, response);
  });
  const client = new V2Client({ endpoints: [url] });
  assert.equal((await client.members.list())[1]?.name, '');
  await assert.rejects(client.members.add('http://p:1'), new V2ServiceError(409, 'exists'));
  await assert.rejects(client.members.update('zz', []), new V2ServiceError(404, 'No such member: zz'));
  await client.members.remove('zz');
  assert.equal(seen[1]?.headers['content-type'], 'application/json');
  await client.sync();
  assert.deepEqual(client.endpoints, ['http://c:1', 'http://c:2']);
  const unpublished = await serve(json({ members: [{ id: 'x', peerURLs: [] }] }));
  await assert.rejects(new V2Client({ endpoints: [unpublished.url] }).sync(), NoEndpointsError);
});

test('users and roles', async () => {
  const { url, seen } = await serve((request, response) => {
    if (request.url === '/v2/auth/users')
      json({ users: [{ user: 'u1' }, { user: 'u2' }] })(request, response);
    else if (request.url.startsWith('/v2/auth/users/'))
      json({ user: 'u1', roles: [{ role: 'r1' }] })(request, response);
    else if (request.url === '/v2/auth/roles') json({ roles: null })(request, response);
    else if (request.url === '/v2/auth/enable')
      json({ message: 'auth: already enabled' }, 409)(request, response);
    else json({ role: 'r', permissions: { kv: { read: ['/a'], write: null } } })(request, response);
  });
  const { auth } = new V2Client({ endpoints: [url] });
  assert.deepEqual(await auth.users(), ['u1', 'u2']);
  assert.deepEqual(await auth.roles(), []);
  assert.deepEqual(await auth.grantRoles('u 1', ['r1']), { user: 'u1', roles: ['r1'] });
  assert.deepEqual(await auth.grantPath('r', '/a', 'read'), { role: 'r', read: ['/a'], write: [] });
  await assert.rejects(auth.enable(), new V2ServiceError(409, 'auth: already enabled'));
  assert.deepEqual(
    seen.slice(2, 4).map(({ url: path, body }) => [path, body]),
    [
      ['/v2/auth/users/u%201', '{"user":"u 1","grant":["r1"]}'],
      ['/v2/auth/roles/r', '{"role":"r","grant":{"kv":{"read":["/a"],"write":[]}}}'],
    ],
  );
});
