// Against node:http2, which is nghttp2: its client with our server, our client with its server.

import assert from 'node:assert/strict';
import { connect, constants, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connectGrpc } from './client.ts';
import { GrpcRouter } from './grpc/router.ts';
import { createServer } from './server.ts';
import { message } from './testing/raw-peer.ts';
import type { CallStatus, GrpcError } from './types.ts';

test('node:http2 client: unary calls and a stream, with trailers', async () => {
  const server = createServer({
    grpc: new GrpcRouter()
      .unary('/t.T/Echo', (call, request) => call.reply(request))
      .unary('/t.T/Fail', (call) => call.fail(9, 'no'))
      .stream('/t.T/Chat', (stream) => {
        stream.onMessage = (bytes) => stream.send(bytes);
        stream.onHalfClose = () => stream.end();
      }),
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const session = connect(`http://127.0.0.1:${port}`);
  const call = (path: string, chunks: Buffer[]): Promise<{ body: Buffer; status: string; text: string }> =>
    new Promise((resolve, reject) => {
      const stream = session.request(
        { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
        { endStream: false },
      );
      const body: Buffer[] = [];
      let status = '';
      let text = '';
      const note = (headers: Record<string, unknown>): void => {
        if (headers['grpc-status'] !== undefined) status = String(headers['grpc-status']);
        if (headers['grpc-message'] !== undefined) text = String(headers['grpc-message']);
      };
      stream.on('response', note);
      stream.on('trailers', note);
      stream.on('data', (chunk: Buffer) => body.push(chunk));
      stream.on('end', () => resolve({ body: Buffer.concat(body), status, text }));
      stream.on('error', reject);
      for (const chunk of chunks) stream.write(chunk);
      stream.end();
    });
  for (const size of [0, 10, 100_000, 1_000_000]) {
    const request = message(Buffer.alloc(size, 3));
    const answer = await call('/t.T/Echo', [request]);
    assert.equal(answer.status, '0');
    assert.ok(answer.body.equals(request));
  }
  assert.deepEqual(await call('/t.T/Fail', [message(Buffer.alloc(0))]), {
    body: Buffer.alloc(0),
    status: '9',
    text: 'no',
  });
  const parts = Array.from({ length: 100 }, (_, i) => message(Buffer.alloc(i * 31, i)));
  const chat = await call('/t.T/Chat', parts);
  assert.equal(chat.status, '0');
  assert.ok(chat.body.equals(Buffer.concat(parts)));
  const many = await Promise.all(
    Array.from({ length: 200 }, (_, i) => call('/t.T/Echo', [message(Buffer.from(`m${i}`))])),
  );
  for (const [i, answer] of many.entries()) assert.ok(answer.body.equals(message(Buffer.from(`m${i}`))));
  session.close();
  server.destroy();
});

async function withNodeServer(
  run: (port: number, server: Http2Server) => Promise<void>,
  settings: { maxConcurrentStreams?: number; initialWindowSize?: number; headerTableSize?: number } = {},
): Promise<void> {
  const server = createHttp2Server({ settings });
  server.on('stream', (stream, headers) => {
    const path = headers[':path'];
    stream.on('error', () => undefined);
    if (path === '/t.T/Html') {
      stream.respond({ ':status': 503, 'content-type': 'text/html' });
      stream.end('<p>');
      return;
    }
    if (path === '/t.T/Reset') {
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    if (path === '/t.T/NoTrailers') {
      stream.respond({ 'content-type': 'application/grpc' });
      stream.end();
      return;
    }
    stream.respond({ 'content-type': 'application/grpc', 'x-path': path ?? '' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': '0', 'x-timeout': String(headers['grpc-timeout'] ?? 'none') }),
    );
    stream.on('data', (chunk: Buffer) => stream.write(chunk));
    stream.on('end', () => stream.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run((server.address() as AddressInfo).port, server);
  } finally {
    server.close();
  }
}

test('node:http2 server: calls, streams, resets, foreign answers', async () => {
  await withNodeServer(async (port) => {
    const channel = connectGrpc({ host: '127.0.0.1', port });
    for (const size of [0, 10, 100_000, 1_000_000]) {
      const request = Buffer.alloc(size, 9);
      assert.ok(request.equals(await channel.unary('/t.T/Echo', request)));
    }
    const failure = (path: string): Promise<string> =>
      channel.unary(path, Buffer.alloc(1)).then(
        () => 'ok',
        (error: GrpcError) => `${error.code} ${error.message}`,
      );
    assert.equal(
      await failure('/t.T/Html'),
      '14 unexpected HTTP status code received from server: 503 (Service Unavailable)',
    );
    assert.equal(
      await failure('/t.T/Reset'),
      '14 stream terminated by RST_STREAM with error code: REFUSED_STREAM',
    );
    assert.match(await failure('/t.T/NoTrailers'), /^13 server closed the stream without/);
    const stream = channel.stream('/t.T/Chat', { timeoutMs: 60_000 });
    let received = 0;
    let path: string | undefined;
    stream.onHeaders = (headers) => {
      path = headers.get('x-path');
    };
    stream.onMessage = (bytes) => {
      received += bytes.length;
    };
    const ended = new Promise<CallStatus>((resolve) => {
      stream.onEnd = resolve;
    });
    for (let i = 0; i < 300; i++) stream.send(Buffer.alloc(5_000));
    stream.halfClose();
    const status = await ended;
    assert.equal(status.code, 0);
    assert.match(status.metadata.get('x-timeout') ?? '', /^\d+u$/);
    assert.equal(path, '/t.T/Chat');
    assert.equal(received, 1_500_000);
    channel.close();
  });
});

test('node:http2 server with narrow settings', async () => {
  await withNodeServer(
    async (port) => {
      const channel = connectGrpc({ host: '127.0.0.1', port });
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, i) => channel.unary(`/t.T/Echo${i % 7}`, Buffer.alloc(3_000, i))),
      );
      for (const [i, answer] of answers.entries()) assert.ok(Buffer.alloc(3_000, i).equals(answer));
      channel.close();
    },
    { maxConcurrentStreams: 3, initialWindowSize: 100, headerTableSize: 0 },
  );
});

test('node:http2 server that goes away: calls fail as unavailable', async () => {
  await withNodeServer(async (port, server) => {
    const channel = connectGrpc({ host: '127.0.0.1', port });
    server.once('session', (session) => setTimeout(() => session.destroy(), 50));
    await channel.ready();
    const closed = new Promise<GrpcError>((resolve) => {
      channel.onClose = resolve;
    });
    const stream = channel.stream('/t.T/Chat');
    const status = await new Promise<CallStatus>((resolve) => {
      stream.onEnd = resolve;
    });
    assert.equal(status.code, 14);
    assert.equal((await closed).code, 14);
  });
});
