import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { permanent } from '@quorate/v2store';
import { DirectMember, listenDirect } from '../../api/v2/testing/direct-member.ts';
import { selfSignedKeyPair } from '../../embed/self-signed.ts';
import { silentLogger } from '../../member/logger.ts';
import { joinRegistry } from './join-registry.ts';
import { steadyClock } from './testing/hurried-clock.ts';
import { parseDiscoveryUrl, V2Registry } from './v2-registry.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener): Promise<number> => listening(createServer(listener));

/** A v2 API with a registry of its own; returns the discovery URL. */
async function service(size: string | undefined, token = 'tok'): Promise<string> {
  const { server, port } = await listenDirect(new DirectMember());
  servers.push(server);
  const url = `http://127.0.0.1:${port}/v2/keys/_etcd/registry/${token}`;
  if (size !== undefined) {
    await fetch(`${url}/_config/size`, { method: 'PUT', body: new URLSearchParams({ value: size }) });
  }
  return url;
}

function member(url: string, name: string, proxy = ''): Promise<string> {
  const registry = new V2Registry({ url, proxy, clock: steadyClock });
  const self = { id: `1${name}`, value: `${name}=http://h${name}:2380` };
  return joinRegistry(registry, self, { clock: steadyClock, logger: silentLogger, resuming: false });
}

const refused = (joined: Promise<string>): Promise<string> =>
  joined.then(
    (text) => assert.fail(`joined ${text}`),
    (error: Error) => error.message,
  );

test('three members find each other, and the fourth finds the cluster full', async () => {
  const url = await service('3');
  const lists = await Promise.all(['a', 'b', 'c'].map((name) => member(url, name)));
  assert.equal(new Set(lists).size, 1);
  const listed = (lists[0] as string).split(',').map((pair) => pair.slice(0, 1));
  assert.deepEqual(listed.sort(), ['a', 'b', 'c']);
  assert.equal(await refused(member(url, 'd')), 'discovery: cluster is full');
  assert.equal(await refused(member(url, 'a')), 'discovery: found duplicate id');
});

test('members are in the order of registration, whatever the order of their ids', async () => {
  const url = await service('3');
  const first = member(url, 'z');
  while (!(await (await fetch(url)).text()).includes('1z'))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const second = member(url, 'y');
  while (!(await (await fetch(url)).text()).includes('1y'))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const expected = 'z=http://hz:2380,y=http://hy:2380,x=http://hx:2380';
  assert.deepEqual(await Promise.all([first, second, member(url, 'x')]), [expected, expected, expected]);
});

test('services and tokens that are none are told apart', async () => {
  assert.equal(await refused(member(await service(undefined), 'a')), 'discovery: size key not found');
  assert.equal(await refused(member(await service('x'), 'a')), 'discovery: size key is bad');
  const page = await serve((_request, response) => response.end('<html>'));
  assert.equal(
    await refused(member(`http://127.0.0.1:${page}/tok`, 'a')),
    'discovery: bad discovery endpoint',
  );
  const missing = await serve((_request, response) => response.writeHead(404).end('not here'));
  assert.equal(
    await refused(member(`http://127.0.0.1:${missing}/t`, 'a')),
    'discovery: bad discovery endpoint',
  );
  const odd = await serve((_request, response) => response.end('{"action":"get"}'));
  assert.equal(await refused(member(`http://127.0.0.1:${odd}/t`, 'a')), 'discovery: bad discovery endpoint');
  const locked = await serve((_request, response) =>
    response.writeHead(401).end('{"errorCode":110,"message":"no","cause":"c","index":7}'),
  );
  assert.equal(await refused(member(`http://127.0.0.1:${locked}/t`, 'a')), '110: no (c) [7]');
});

test('discovery URLs', () => {
  assert.equal(parseDiscoveryUrl('http://h:1//a/b/?x#y').href, 'http://h:1/a/b');
  for (const text of ['', 'tok', 'ftp://h/tok', 'http://', 'http:///']) {
    assert.throws(() => parseDiscoveryUrl(text), { message: 'discovery: invalid URL' });
  }
  assert.throws(() => parseDiscoveryUrl('http://h:1/'), /names no token/);
  for (const proxy of ['http://', 'socks5://h:1']) {
    assert.throws(
      () => new V2Registry({ url: 'http://h/t', proxy, clock: steadyClock }),
      /invalid proxy address/,
    );
  }
});

test('a connection that fails, a server that fails and an endless answer are worth another try', async () => {
  const broken = await serve((incoming, response) => {
    if (incoming.url?.startsWith('/loop') === true) response.writeHead(307, { Location: incoming.url }).end();
    else if (incoming.url?.startsWith('/away') === true)
      response.writeHead(302, { Location: 'ftp://x/' }).end();
    else if (incoming.url?.startsWith('/long') === true) response.end(Buffer.alloc(2 * 1024 * 1024, 32));
    else if (incoming.url?.startsWith('/cut') === true) {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{');
      setImmediate(() => response.destroy());
    } else response.writeHead(503).end();
  });
  for (const [path, reason] of [
    ['loop', /redirects without an end/],
    ['away', /not HTTP/],
    ['long', /more than 1048576 bytes/],
    ['cut', /cut off|aborted|ECONNRESET/],
    ['sick', /status 503/],
  ] as const) {
    const registry = new V2Registry({
      url: `http://127.0.0.1:${broken}/${path}`,
      proxy: '',
      clock: steadyClock,
    });
    await assert.rejects(registry.size(), { name: 'RegistryUnavailable', message: reason });
  }
  const closed = new V2Registry({ url: 'http://127.0.0.1:1/t', proxy: '', clock: steadyClock });
  await assert.rejects(closed.size(), { name: 'RegistryUnavailable', message: /ECONNREFUSED/ });
});

test('redirects are followed with method and body; the proxy is used, and credentials are for whom they are meant', async () => {
  const target = new URL(await service('1'));
  const seen: string[] = [];
  const note = ({ method, url, headers }: IncomingMessage): void => {
    seen.push(`${method} ${url} ${headers.authorization ?? '-'} ${headers['proxy-authorization'] ?? '-'}`);
  };
  const redirector = await serve((incoming, response) => {
    note(incoming);
    const location = `${target.origin}${target.pathname}${(incoming.url ?? '').replace(/^\/short/, '')}`;
    response.writeHead(307, { Location: location }).end();
  });
  const proxy = await serve((incoming, response) => {
    note(incoming);
    const forwarded = request(incoming.url as string, { method: incoming.method, headers: incoming.headers });
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(forwarded);
  });
  const url = `http://u:p%40@127.0.0.1:${redirector}/short`;
  assert.equal(await member(url, 'a', `x:y@127.0.0.1:${proxy}`), 'a=http://ha:2380');
  const toRedirector = seen.filter((line) => line.includes(`http://127.0.0.1:${redirector}/short`));
  assert.ok(toRedirector.length >= 5, seen.join('\n'));
  const user = Buffer.from('u:p@').toString('base64');
  const proxyUser = Buffer.from('x:y').toString('base64');
  for (const line of toRedirector) assert.ok(line.endsWith(` Basic ${user} Basic ${proxyUser}`), line);
  for (const line of seen.filter((one) => one.includes(target.host))) {
    assert.ok(line.endsWith(` - Basic ${proxyUser}`), line);
  }
  assert.ok(seen.some((line) => line.startsWith(`PUT ${target.origin}`)));
});

test('TLS services are checked against the system’s authorities, through a proxy as well', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-discovery-'));
  const before = process.env['SSL_CERT_FILE'];
  try {
    const pair = selfSignedKeyPair(directory, ['localhost'], 1);
    const cert = join(directory, 'cert.pem');
    const plain = new URL(await service('1'));
    const secure = await listening(
      createTlsServer(pair, (incoming, response) => {
        const forwarded = request(`${plain.origin}${incoming.url}`, {
          method: incoming.method,
          headers: { ...incoming.headers, host: plain.host },
        });
        forwarded.on('response', (answer) => {
          response.writeHead(answer.statusCode as number, answer.headers);
          answer.pipe(response);
        });
        incoming.pipe(forwarded);
      }) as unknown as Server,
    );
    const asked: string[] = [];
    const tunnel = createServer((_request, response) => response.writeHead(405).end());
    tunnel.on('connect', (incoming: IncomingMessage, socket) => {
      asked.push(incoming.url as string);
      if (asked.length === 1) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const far = connect(secure, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(far).pipe(socket);
      });
      far.on('error', () => socket.destroy());
      socket.on('error', () => far.destroy());
    });
    const proxy = `http://127.0.0.1:${await listening(tunnel)}`;
    const url = `https://localhost:${secure}${plain.pathname}`;
    const registry = (by: string): V2Registry => new V2Registry({ url, proxy: by, clock: steadyClock });
    process.env['SSL_CERT_FILE'] = '';
    await assert.rejects(registry('').size(), { message: /self-signed certificate/ });
    await assert.rejects(registry(proxy).size(), { message: /answered with status 407/ });
    process.env['SSL_CERT_FILE'] = cert;
    assert.equal(await registry('').size(), '1');
    assert.equal(await member(url, 'a', proxy), 'a=http://ha:2380');
    assert.equal(asked[1], `localhost:${secure}`);
  } finally {
    if (before === undefined) delete process.env['SSL_CERT_FILE'];
    else process.env['SSL_CERT_FILE'] = before;
    rmSync(directory, { recursive: true });
  }
});

test('a watch whose point in history is gone is answered with the list', async () => {
  const direct = new DirectMember();
  const { server, port } = await listenDirect(direct);
  servers.push(server);
  const url = `http://127.0.0.1:${port}/v2/keys/t`;
  await fetch(`${url}/_config/size`, { method: 'PUT', body: new URLSearchParams({ value: '1' }) });
  for (let i = 0; i < 1100; i++) direct.store.set(`/1/t/${i % 3}`, false, 'x', permanent, 0);
  const registry = new V2Registry({ url, proxy: '', clock: steadyClock });
  await registry.changed(1);
  assert.equal((await registry.list()).members.length, 3);
});
