// The lean HTTP/1.1 path: the same bytes through it and through node:http must give the same answers.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { seededRandom } from '@quorate/base';
import { createServer, type WireServer } from '../server.ts';
import type { HttpHandler } from '../types.ts';

const servers: WireServer[] = [];
const ports: number[] = [];
let aborts = 0;
let served = 0;

const handler: HttpHandler = (request, response) => {
  served++;
  const url = request.url ?? '';
  if (url.startsWith('/early')) {
    response.statusCode = 403;
    response.end('no');
    return;
  }
  if (url.startsWith('/stream')) {
    response.setHeader('X-Kind', ['a', 'b']);
    response.write('one,');
    setTimeout(() => {
      response.write(Buffer.from('two,'));
      response.end('three');
    }, 1);
    return;
  }
  if (url.startsWith('/wait')) {
    response.flushHeaders();
    response.on('close', () => aborts++);
    return;
  }
  if (url.startsWith('/large')) {
    response.end(Buffer.alloc(300_000, 'x'));
    return;
  }
  const chunks: Buffer[] = [];
  const answer = (): void => {
    response.statusCode = url.startsWith('/204') ? 204 : 200;
    response.setHeader('Content-Type', 'text/plain');
    const names = Object.keys(request.headers).sort().join();
    response.end(`${request.method} ${url} ${names} ${Buffer.concat(chunks).toString('latin1')}`);
  };
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', url.startsWith('/slow') ? () => setTimeout(answer, 2) : answer);
};

before(async () => {
  for (const http1 of ['lean', 'node'] as const) {
    const server = createServer({
      http: handler,
      http1,
      limits: { http1HeadersTimeoutMs: 400, http1KeepAliveTimeoutMs: 400, writeStallTimeoutMs: 5_000 },
    });
    servers.push(server);
    ports.push((await server.listen({ host: '127.0.0.1', port: 0 })).port);
  }
});

after(() => {
  for (const server of servers) server.destroy();
});

function open(which: number): { socket: Socket; text: () => string; closed: Promise<void> } {
  const socket = connect({ host: '127.0.0.1', port: ports[which] as number });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, text: () => Buffer.concat(chunks).toString('latin1'), closed };
}

/** Statuses and bodies of a row of responses: framing differs in style between the two, meaning must not. */
function responses(text: string, methods: readonly string[]): string[] {
  const found: string[] = [];
  let rest = text;
  while (rest !== '') {
    const headEnd = rest.indexOf('\r\n\r\n');
    assert.notEqual(headEnd, -1, `no head in ${JSON.stringify(rest.slice(0, 200))}`);
    const head = rest.slice(0, headEnd);
    rest = rest.slice(headEnd + 4);
    const status = Number(head.slice(9, 12));
    if (status === 100) continue;
    const length = /\r\ncontent-length: (\d+)/i.exec(head);
    let body = '';
    if (methods[found.length] !== 'HEAD' && status !== 204) {
      if (/\r\ntransfer-encoding: chunked/i.test(head)) {
        for (;;) {
          const lineEnd = rest.indexOf('\r\n');
          const size = Number.parseInt(rest.slice(0, lineEnd), 16);
          body += rest.slice(lineEnd + 2, lineEnd + 2 + size);
          rest = rest.slice(lineEnd + 2 + size + 2);
          if (size === 0) break;
        }
      } else {
        const size = length === null ? rest.length : Number(length[1]);
        body = rest.slice(0, size);
        rest = rest.slice(size);
      }
    }
    found.push(`${status} ${status >= 400 && status !== 403 ? '' : body}`);
  }
  return found;
}

test('differential: rows of requests in random cuts, answered alike by both', async () => {
  const random = seededRandom(7);
  const below = (limit: number): number => random.nextUint32() % limit;
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  for (let round = 0; round < 60; round++) {
    const methods: string[] = [];
    let bytes = '';
    for (let i = 1 + below(6); i > 0; i--) {
      const method = pick(['GET', 'GET', 'HEAD', 'PUT', 'POST', 'DELETE']);
      methods.push(method);
      const url = pick(['/', '/v2/keys/a?x=%20', '/slow', '/stream', '/204', '/early', '/large']);
      const body = method === 'PUT' || method === 'POST' ? 'b'.repeat(below(3_000)) : '';
      const chunked = body !== '' && below(6) === 0;
      const more = pick([
        '',
        'X-A: b\r\n',
        'Accept:*/*\r\n',
        'Connection: keep-alive\r\n',
        'X-A: 1\r\nX-A: 2\r\n',
        'Cookie:  a=b \r\n',
      ]);
      bytes += `${method} ${url} HTTP/1.1\r\nHost: h\r\n${more}`;
      if (chunked)
        bytes += `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      else bytes += `${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n${body}`;
    }
    methods.push('GET');
    const last = pick([
      'Connection: close\r\n',
      'Connection: close\r\n',
      'Upgrade: websocket\r\nConnection: Upgrade, close\r\n',
    ]);
    bytes += `GET /last HTTP/1.1\r\nHost: h\r\n${last}\r\n`;
    const seen: string[][] = [];
    for (const which of [0, 1]) {
      const peer = open(which);
      let at = 0;
      while (at < bytes.length) {
        const next = at + 1 + below(below(2) === 0 ? 20 : 5_000);
        peer.socket.write(bytes.slice(at, next), 'latin1');
        at = next;
        if (below(4) === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await peer.closed;
      seen.push(responses(peer.text(), methods));
    }
    assert.deepEqual(seen[0], seen[1], bytes.slice(0, 500));
    assert.equal(seen[0]?.length, methods.length);
  }
});

test('an answer before the end of the body: the rest is dropped, the connection goes on', async () => {
  const peer = open(0);
  peer.socket.write('PUT /early HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n');
  peer.socket.write(Buffer.alloc(250_000));
  await new Promise((resolve) => setTimeout(resolve, 10));
  peer.socket.write(Buffer.alloc(250_000));
  peer.socket.write('GET /after HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  await peer.closed;
  assert.deepEqual(responses(peer.text(), ['PUT', 'GET']), ['403 no', '200 GET /after connection,host ']);
});

test('a flood of pipelined requests from someone who does not read is not worked off into memory', async () => {
  const peer = open(0);
  peer.socket.pause();
  await new Promise((resolve) => peer.socket.once('connect', resolve));
  const before = served;
  const row = 'GET /large HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(100);
  for (let i = 0; i < 200; i++) peer.socket.write(row);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(served - before < 200, `${served - before} served`);
  peer.socket.destroy();
  await peer.closed;
});

test('idle connections and unfinished heads are closed in time, waiting answers are not', async () => {
  const idle = open(0);
  idle.socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  const half = open(0);
  half.socket.write('GET / HTTP/1.1\r\nHost:');
  const waiting = open(0);
  waiting.socket.write('GET /wait HTTP/1.1\r\nHost: h\r\n\r\n');
  await Promise.all([idle.closed, half.closed]);
  assert.match(half.text(), /^HTTP\/1\.1 408 /);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(waiting.socket.destroyed, false);
  assert.match(waiting.text(), /^HTTP\/1\.1 200 OK\r\n/);
  const before = aborts;
  waiting.socket.destroy();
  await waiting.closed;
  const deadline = performance.now() + 2_000;
  while (aborts === before && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(aborts, before + 1);
});

test('fuzz: mutated requests never throw and always end', async () => {
  const random = seededRandom(11);
  const below = (limit: number): number => random.nextUint32() % limit;
  const base = Buffer.from(
    'PUT /v2/keys/a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-A: b\r\n\r\nvalueGET / HTTP/1.1\r\nHost: h\r\n\r\n',
  );
  const peers: Promise<void>[] = [];
  for (let i = 0; i < Number(process.env['FUZZ_INPUTS'] ?? 4_000) / 10; i++) {
    const bytes = Buffer.from(base);
    for (let n = below(4); n > 0; n--) bytes[below(bytes.length)] = below(256);
    const peer = open(0);
    peer.socket.end(below(3) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes);
    peers.push(peer.closed);
    if (peers.length >= 50) await Promise.all(peers.splice(0));
  }
  await Promise.all(peers);
});
