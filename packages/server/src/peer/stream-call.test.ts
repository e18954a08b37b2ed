// A stream of a peer, on real sockets: what its reader is told.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { addressOf } from './peer-address.ts';
import { StreamCall } from './stream-call.ts';

interface Told {
  readonly events: string[];
  readonly over: Promise<void>;
  readonly call: StreamCall;
}

function call(server: Server, timeoutMs = 60_000): Told {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const events: string[] = [];
  let resolve = (): void => {};
  const over = new Promise<void>((done) => {
    resolve = done;
  });
  const stream = new StreamCall(
    {
      url: `http://127.0.0.1:${address.port}`,
      path: '/raft/stream/message/1',
      headers: { 'X-Raft-To': '2' },
      timeoutMs,
    },
    undefined,
    {
      answered: (status) => events.push(`answered ${status}`),
      received: (bytes) => events.push(bytes.toString()),
      ended: () => {
        events.push('ended');
        resolve();
      },
      failed: (error) => {
        events.push(`failed: ${error.message}`);
        resolve();
      },
    },
  );
  return { events, over, call: stream };
}

/** A server that treats its only connection as `serve` says. */
async function listen(serve: (socket: Socket, request: string) => void): Promise<Server> {
  const server = createServer((socket) => {
    let request = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      request += chunk.toString();
      if (request.endsWith('\r\n\r\n')) serve(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a stream asks as HTTP/1.1 wants it and hands on what comes until the connection breaks', async () => {
  let asked = '';
  const server = await listen((socket, request) => {
    asked = request;
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbeat\r\n');
  });
  const { events, over } = call(server);
  await over;
  const { port } = server.address() as { port: number };
  assert.equal(
    asked,
    `GET /raft/stream/message/1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Raft-To: 2\r\nConnection: close\r\n\r\n`,
  );
  assert.deepEqual(events, ['answered 200', 'beat', 'failed: connection closed']);
  server.close();
});

test('a refusal ends with its text', async () => {
  const server = await listen((socket) => socket.write('HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone'));
  const { events, over } = call(server);
  await over;
  assert.deepEqual(events, ['answered 410', 'gone', 'ended']);
  server.close();
});

test('whoever answers something else, or not in time, or is not there, has failed', async () => {
  const alien = await listen((socket) => socket.write('220 mail.example ESMTP\r\n\r\n'));
  const first = call(alien);
  await first.over;
  assert.deepEqual(first.events, ['failed: malformed HTTP response']);

  const mute = await listen(() => {});
  const second = call(mute, 20);
  await second.over;
  assert.deepEqual(second.events, ['failed: no answer within 20 ms']);
  mute.close();

  const gone = new Promise<string>((resolve) => {
    const { port } = alien.address() as { port: number };
    alien.close(() => {
      new StreamCall(
        { url: `http://127.0.0.1:${port}`, path: '/', headers: {}, timeoutMs: 60_000 },
        undefined,
        {
          answered: () => resolve('answered'),
          received: () => {},
          ended: () => resolve('ended'),
          failed: (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message),
        },
      );
    });
  });
  assert.equal(await gone, 'ECONNREFUSED');
});

test('a stream that its owner has ended says nothing more; one ended for a reason tells it once', async () => {
  const server = await listen((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
  );
  const silent = call(server);
  const told = call(server);
  silent.call.destroy();
  told.call.destroy(new Error('read timeout'));
  told.call.destroy(new Error('again'));
  await new Promise((resolve) => server.close(resolve));
  assert.deepEqual(silent.events, []);
  assert.deepEqual(told.events, ['failed: read timeout']);
});

test('URLs of members lead to a port, or to a socket in the file system', () => {
  const { host, port, secure, authority } = addressOf('https://[::1]:2380');
  assert.deepEqual(
    { host, port, secure, authority },
    { host: '::1', port: 2380, secure: true, authority: '[::1]:2380' },
  );
  assert.equal(addressOf('unixs://a:1').socketPath, 'a:1');
  assert.equal(addressOf('unixs://a:1').secure, true);
  assert.equal(addressOf('http://a').port, 80);
  assert.equal(addressOf('http://a:70000').port, 0, 'where nobody answers');
});
