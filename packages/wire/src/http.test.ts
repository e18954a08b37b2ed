// HTTP/1.1 and plain HTTP/2 on the port that serves gRPC.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { connectGrpc } from './client.ts';
import { GrpcRouter } from './grpc/router.ts';
import { createServer, type WireServer } from './server.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './testing/test-certificate.ts';
import type { HttpHandler } from './types.ts';

let server: WireServer;
let port: number;
let tlsPort: number;
const aborted: string[] = [];

const handler: HttpHandler = (request, response) => {
  if (request.url === '/big') {
    response.setHeader('content-type', 'application/octet-stream');
    let left = 100;
    const chunk = Buffer.alloc(50_000, 5);
    const more = (): void => {
      while (left > 0) {
        left--;
        if (!response.write(chunk)) return;
      }
      if (!response.writableEnded) response.end();
    };
    // Whoever is told to wait is told to go on, also when the kernel has taken everything at once.
    response.on('drain', more);
    more();
    return;
  }
  if (request.url === '/hang') {
    response.on('close', () => {
      aborted.push(request.httpVersion);
      // Handlers do not always notice in time.
      response.write('too late');
      setTimeout(() => response.end('much too late'), 1);
    });
    response.writeHead(200);
    response.flushHeaders();
    return;
  }
  if (request.url === '/empty') {
    response.statusCode = 204;
    response.end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('X-Echo', 'yes');
    const body = Buffer.concat(chunks);
    const text = body.length > 100 ? `${body.length} bytes` : body.toString();
    response.statusCode = 201;
    response.end(`${request.method} ${request.url} ${request.headers['host']} ${text}`);
  });
};

before(async () => {
  server = createServer({
    grpc: new GrpcRouter().unary('/t.T/Echo', (call, message) => call.reply(message)),
    http: handler,
    upgrade: (request, socket, head) => {
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers['upgrade']}\r\n\r\n`);
      socket.end(head);
    },
    limits: { handshakeTimeoutMs: 300, http1HeadersTimeoutMs: 200 },
  });
  port = (await server.listen({ host: '127.0.0.1', port: 0 })).port;
  tlsPort = (
    await server.listen({ host: '127.0.0.1', port: 0, tls: { cert: TEST_CERTIFICATE, key: TEST_KEY } })
  ).port;
});

after(() => server.destroy());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

function over1(method: string, path: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: { host: 'h' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function over2(session: ClientHttp2Session, method: string, path: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': path, ':authority': 'h' });
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: Answer['headers'] = {};
    stream.on('response', (seen) => {
      status = seen[':status'] ?? 0;
      headers = seen as Answer['headers'];
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve({ status, headers, body: Buffer.concat(chunks) }));
    stream.on('error', reject);
    stream.end(body);
  });
}

test('the same handler answers HTTP/1.1 and HTTP/2 alike', async () => {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  for (const ask of [
    (method: string, path: string, body?: Buffer) => over1(method, path, body),
    (method: string, path: string, body?: Buffer) => over2(session, method, path, body),
  ]) {
    const get = await ask('GET', '/a?b=c');
    assert.equal(get.status, 201);
    assert.equal(get.headers['x-echo'], 'yes');
    assert.equal(get.body.toString(), 'GET /a?b=c h ');
    assert.equal(get.headers['content-length'], String(get.body.length));
    assert.equal((await ask('PUT', '/p', Buffer.from('body'))).body.toString(), 'PUT /p h body');
    assert.equal(
      (await ask('POST', '/p', Buffer.alloc(3_000_000))).body.toString(),
      'POST /p h 3000000 bytes',
    );
    const head = await ask('HEAD', '/h');
    assert.equal(head.status, 201);
    assert.equal(head.body.length, 0);
    assert.equal((await ask('DELETE', '/empty')).status, 204);
    const big = await ask('GET', '/big');
    assert.equal(big.body.length, 5_000_000);
  }
  session.close();
});

test('many HTTP/2 requests at once', async () => {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => over2(session, 'GET', `/${i}`)));
  for (const [i, answer] of answers.entries()) assert.equal(answer.body.toString(), `GET /${i} h `);
  session.close();
});

test('a client that goes away closes the response', async () => {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':path': '/hang' });
  await new Promise((resolve) => stream.once('response', resolve));
  stream.close(8);
  const plain = httpRequest({ host: '127.0.0.1', port, path: '/hang' });
  plain.on('error', () => undefined);
  plain.end();
  await new Promise((resolve) => plain.once('response', resolve));
  plain.destroy();
  const deadline = performance.now() + 3_000;
  while (aborted.length < 2 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([...aborted].sort(), ['1.1', '2.0']);
  session.close();
});

test('TLS: ALPN chooses, and without ALPN the first bytes do', async () => {
  const answer = (protocols: string[] | undefined): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({
        host: '127.0.0.1',
        port: tlsPort,
        ca: TEST_CERTIFICATE,
        servername: 'localhost',
        ...(protocols === undefined ? {} : { ALPNProtocols: protocols }),
      });
      socket.on('secureConnect', () =>
        socket.write('GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
  assert.match(await answer(['http/1.1']), /^HTTP\/1\.1 201 /);
  assert.match(await answer(undefined), /^HTTP\/1\.1 201 /);
  const session = connectHttp2(`https://127.0.0.1:${tlsPort}`, { ca: TEST_CERTIFICATE });
  assert.equal((await over2(session, 'GET', '/x')).status, 201);
  session.close();
});

test('the first byte alone decides nothing; a keep-alive connection serves pipelined requests', async () => {
  const socket = connect({ host: '127.0.0.1', port });
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  const ended = new Promise((resolve) => socket.on('end', resolve));
  for (const byte of Buffer.from('PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi')) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write('GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  await ended;
  assert.match(text, /PUT \/1 h hi[\s\S]*GET \/2 h [\s\S]*GET \/3 h /);
});

test('bytes that are no protocol at all, and silence', async () => {
  const reply = (bytes: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      let text = '';
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
      if (bytes !== '') socket.write(bytes, 'latin1');
    });
  assert.equal(await reply('\x16\x03\x01\x00\xa5\x01\x00'), '');
  assert.match(await reply(`GET / HTTP/1.1\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  assert.match(await reply('GET / HTTP/1.1\r\nBad Header\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.equal(await reply(''), '');
});

test('HTTP/1.1: a head that takes too long is cut off', async () => {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.write('GET / HTTP/1.1\r\n');
  const drip = setInterval(() => socket.write('X: y\r\n'), 20);
  await new Promise((resolve) => socket.on('close', resolve));
  clearInterval(drip);
  assert.match(text, /^HTTP\/1\.1 408 |^$/);
});

test('HTTP/1.1: idle connections close with a graceful shutdown', async () => {
  const closing = createServer({ http: handler });
  const { port: closingPort } = await closing.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect({ host: '127.0.0.1', port: closingPort });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  await closing.closeGracefully(5_000);
  await closed;
});

test('an Upgrade request reaches its handler with the socket and what followed', async () => {
  const socket = connect({ host: '127.0.0.1', port });
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write('GET /first HTTP/1.1\r\nHost: h\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframes');
  await closed;
  assert.match(
    text,
    /^HTTP\/1\.1 201 [\s\S]*HTTP\/1\.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nframes$/,
  );
});

test('curl, with prior knowledge of HTTP/2 and without', async (t) => {
  const curl = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile('curl', ['-s', '-w', ' %{http_version}', ...args], (error, stdout) =>
        error === null ? resolve(stdout) : reject(error),
      );
    });
  try {
    await curl('--version');
  } catch {
    t.skip('no curl here');
    return;
  }
  const url = `http://127.0.0.1:${port}/c`;
  assert.equal(await curl('--http2-prior-knowledge', '-d', 'x=1', url), `POST /c 127.0.0.1:${port} x=1 2`);
  assert.equal(await curl(url), `GET /c 127.0.0.1:${port}  1.1`);
  assert.equal(await curl('--http2', url), `GET /c 127.0.0.1:${port}  1.1`);
});

test('a listener with TLS serves plain connections on the same port when told to', async () => {
  const tls = { cert: TEST_CERTIFICATE, key: TEST_KEY };
  const both = createServer({
    grpc: new GrpcRouter().unary('/t.T/Echo', (call, message) => call.reply(message)),
    http: (_request, response) => response.end('hello'),
  });
  const { port: bothPort } = await both.listen({ host: '127.0.0.1', port: 0, tls, plainToo: true });
  try {
    for (const options of [{}, { tls: { ca: TEST_CERTIFICATE } }]) {
      const channel = connectGrpc({ host: '127.0.0.1', port: bothPort }, options);
      assert.equal(Buffer.from(await channel.unary('/t.T/Echo', Buffer.from('x'))).toString(), 'x');
      channel.close();
    }
    assert.equal(await (await fetch(`http://127.0.0.1:${bothPort}/`)).text(), 'hello');
  } finally {
    both.destroy();
  }
});

test('a server that nobody is connected to sets no timers', async () => {
  const clock = new FakeClock();
  const lonely = createServer({ clock });
  const listener = await lonely.listen({ host: '127.0.0.1', port: 0 });
  assert.equal(clock.pendingTimers, 0);
  const socket = connect(listener.port, '127.0.0.1');
  while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(10_000);
  assert.equal(clock.pendingTimers, 1, 'the connection is looked at');
  socket.destroy();
  while (lonely.stats().connections > 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(10_000);
  assert.equal(clock.pendingTimers, 0);
  lonely.destroy();
});
