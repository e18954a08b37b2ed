// Responses of streams, whole and in pieces.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_RESPONSE_HEAD_BYTES } from './limits.ts';
import { ResponseError, ResponseReader } from './response-reader.ts';

interface Seen {
  status: number;
  headers: Record<string, unknown>;
  body: string;
  ended: boolean;
}

function read(pieces: readonly (string | Buffer)[], closes = false): Seen {
  const seen: Seen = { status: 0, headers: {}, body: '', ended: false };
  const reader = new ResponseReader({
    answered: (status, headers) => {
      assert.equal(seen.status, 0, 'answered once');
      Object.assign(seen, { status, headers: { ...headers } });
    },
    received: (bytes) => {
      assert.ok(bytes.length > 0 && !seen.ended);
      seen.body += bytes.toString('latin1');
    },
    ended: () => {
      assert.ok(!seen.ended, 'ended once');
      seen.ended = true;
    },
  });
  for (const piece of pieces) reader.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
  if (closes) reader.closed();
  return seen;
}

const STREAM =
  'HTTP/1.1 200 OK\r\nX-Server-Version: 3.4.23\r\nTransfer-Encoding: chunked\r\n\r\n' +
  '5\r\nhello\r\nA;name="x"\r\n, a stream\r\n00b \r\n of chunks!\r\n';
const STREAM_BODY = 'hello, a stream of chunks!';

test('a chunked body that has no end yet is handed on as it comes', () => {
  assert.deepEqual(read([STREAM]), {
    status: 200,
    headers: { 'x-server-version': '3.4.23', 'transfer-encoding': 'chunked' },
    body: STREAM_BODY,
    ended: false,
  });
});

test('a response means the same cut at any two places, and byte by byte', () => {
  const whole = `HTTP/1.1 100 Continue\r\n\r\n${STREAM}0\r\nTrailer: t\r\n\r\n`;
  const expected = read([whole]);
  assert.equal(expected.body, STREAM_BODY);
  assert.equal(expected.ended, true);
  assert.deepEqual(read([...whole]), expected);
  for (let first = 1; first < whole.length; first++) {
    for (let second = first + 1; second < whole.length; second += 7) {
      const pieces = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)];
      assert.deepEqual(read(pieces), expected, `cut at ${first} and ${second}`);
    }
  }
});

test('random chunks in random pieces give the body that was sent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 })),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
      (chunks, cuts) => {
        const parts = [Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')];
        for (const chunk of chunks) {
          parts.push(
            Buffer.from(`${chunk.length.toString(16)}\r\n`),
            Buffer.from(chunk),
            Buffer.from('\r\n'),
          );
        }
        const bytes = Buffer.concat(parts);
        const pieces: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] as number;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        assert.equal(read(pieces).body, Buffer.concat(chunks).toString('latin1'));
      },
    ),
  );
});

test('bodies end by their length, with their connection, or where there is none at once', () => {
  const refused = 'HTTP/1.1 412 Precondition Failed\r\nContent-Length: 8\r\n\r\nmismatch';
  assert.deepEqual(read([refused]).body, 'mismatch');
  assert.equal(read([refused]).ended, true);
  assert.equal(read([refused.slice(0, -1)], true).ended, false, 'cut off');
  assert.equal(read(['HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n']).ended, true);
  assert.equal(read(['HTTP/1.1 204 No Content\r\n\r\n']).ended, true);
  const untilClose = 'HTTP/1.0 404 Not Found\r\n\r\n404 page';
  assert.equal(read([untilClose]).ended, false);
  assert.deepEqual(read([untilClose, ' not found'], true), {
    status: 404,
    headers: {},
    body: '404 page not found',
    ended: true,
  });
});

test('bytes that are no response are refused', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  for (const bytes of [
    'HTTP/2 200\r\n\r\n',
    'SSH-2.0-x\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    `${head}x\r\n`,
    `${head}\r\n`,
    `${head}5x\r\n`,
    `${head}1234567890123\r\n`,
    `${head}5\r\nhelloX`,
    `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(MAX_RESPONSE_HEAD_BYTES)}`,
  ]) {
    assert.throws(() => read([bytes]), ResponseError, bytes.slice(0, 60));
    assert.throws(() => read([...bytes]), ResponseError, bytes.slice(0, 60));
  }
});

test('what node:http writes is read as it was meant', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'X-Twice': ['a', 'b'] });
    response.write('one');
    response.write('two');
    response.end('three');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const pieces: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => pieces.push(chunk));
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await new Promise((resolve) => socket.on('close', resolve));
  server.close();
  const seen = read(pieces);
  assert.equal(seen.headers['x-twice'], 'a, b');
  assert.equal(seen.body, 'onetwothree');
  assert.equal(seen.ended, true);
});
