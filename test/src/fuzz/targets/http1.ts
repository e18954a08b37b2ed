// The lean HTTP/1.1 parser and its connection: requests one after the other, cut anywhere.
import assert from 'node:assert/strict';
import { HeadParser } from '../../../../packages/wire/dist/http1/head-parser.js';
import { Http1Connection } from '../../../../packages/wire/dist/http1/http1-connection.js';
import { DEFAULT_LIMITS } from '../../../../packages/wire/dist/limits.js';
import { FakeClock } from '../../../../packages/wire/dist/testing/fake-clock.js';
import { FakeSocket } from '../fake-socket.ts';
import { type FuzzTarget, text } from '../target.ts';

function parseHead(input: Buffer): void {
  const parser = new HeadParser();
  for (let at = 0; at < input.length; ) {
    const head = parser.parse(input, at);
    if (typeof head === 'string') return;
    assert.ok(parser.end > at && parser.end <= input.length, 'the parser moves on');
    assert.ok(Number.isSafeInteger(head.contentLength) && head.contentLength >= 0);
    assert.ok(head.headers['host'] !== undefined);
    for (const [name, value] of Object.entries(head.headers)) {
      assert.ok(name === name.toLowerCase() && !/[\r\n]/.test(value), 'no header holds another one');
    }
    at = parser.end + Math.min(head.contentLength, input.length);
  }
}

/** From one place where the small pieces may begin to the next. */
const CUT_STEP_BYTES = 16;
/** So many small pieces, which reach to the next such place, and the rest before and after them at once. */
const MOST_PIECES = CUT_STEP_BYTES;

function converse(input: Buffer): void {
  const [pieceBytes = 0, how = 0] = input;
  const socket = new FakeSocket();
  let handedOver = 0;
  let open = 0;
  const later: (() => void)[] = [];
  const connection = new Http1Connection(socket.socket, {
    http: (request, response) => {
      assert.equal(++open, 1, 'one request at a time');
      let body = 0;
      request.on('data', (chunk) => {
        body += chunk.length;
      });
      const answer = (): void => {
        open--;
        response.setHeader('X-Length', String(body));
        response.end(request.method === 'HEAD' ? undefined : 'answer');
      };
      if ((how & 1) === 0) request.on('end', answer);
      else later.push(answer);
    },
    limits: DEFAULT_LIMITS,
    clock: new FakeClock(),
    closing: false,
    handOver: () => handedOver++,
    onHttp1Closed: () => undefined,
  });
  const content = input.subarray(2);
  const firstCut = (how >> 1) * CUT_STEP_BYTES;
  const lastCut = firstCut + MOST_PIECES * (1 + pieceBytes);
  for (let at = 0; at < content.length; ) {
    const isWhole = at < firstCut || at >= lastCut;
    const next = isWhole ? (at < firstCut ? firstCut : content.length) : at + 1 + pieceBytes;
    connection.receive(Buffer.from(content.subarray(at, next)));
    at = next;
    later.shift()?.();
    connection.flush();
  }
  for (let answer = later.shift(); answer !== undefined; answer = later.shift()) answer();
  connection.flush();
  assert.ok(handedOver <= 1, 'a socket is handed over once');
  socket.emit('close');
}

const requests = [
  'GET /v2/keys/a?recursive=true HTTP/1.1\r\nHost: a\r\n\r\n',
  'PUT /v2/keys/a HTTP/1.1\r\nHost: a:2379\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nvalue=x',
  'POST /v3/kv/range HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}',
  'GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
  'HEAD / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n',
];
const words = [
  'GET ',
  'PUT ',
  ' HTTP/1.1\r\n',
  ' HTTP/1.0\r\n',
  '\r\n\r\n',
  '\r\n',
  'Host: a\r\n',
  'Content-Length: ',
  'Content-Length: 99999999999999999999\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive\r\n',
  'Upgrade: h2c\r\n',
  'Expect: 100-continue\r\n',
  '__proto__: a\r\n',
  ': ',
  '\n',
  '\0',
];

export const targets: readonly FuzzTarget[] = [
  {
    name: 'http1-head',
    run: parseHead,
    maxBytes: 2048,
    memoryBytes: 2 << 20,
    seeds: () => [...requests.map((request) => text(request)), text(...requests)],
    words,
  },
  {
    name: 'http1-connection',
    run: converse,
    maxBytes: 2048,
    memoryBytes: 8 << 20,
    seeds: () =>
      [0, 1, 30, 255].map((piece) => Buffer.concat([Buffer.from([piece, piece & 1]), text(...requests)])),
    words,
  },
];
