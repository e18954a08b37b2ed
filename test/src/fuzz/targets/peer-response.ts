// The responses to our requests for streams: head and body as they come over the connection.
import assert from 'node:assert/strict';
import type { Random } from '@quorate/base';
import { ResponseError, ResponseReader } from '../../../../packages/server/dist/peer/response-reader.js';
import { accepts, type FuzzTarget, text } from '../target.ts';

interface Outcome {
  readonly told: string[];
  readonly body: Buffer;
  readonly isRefused: boolean;
}

/** Reads the input in pieces of `step` bytes. */
function read(input: Buffer, step: number): Outcome {
  const told: string[] = [];
  const parts: Buffer[] = [];
  const reader = new ResponseReader({
    answered: (status, headers) => told.push(JSON.stringify([status, headers])),
    received: (bytes) => {
      assert.equal(told.length, 1, 'the body comes behind the head, and before its end');
      parts.push(Buffer.from(bytes));
    },
    ended: () => told.push('ended'),
  });
  const isAccepted = accepts(() => {
    for (let at = 0; at < input.length; at += step) reader.push(input.subarray(at, at + step));
    reader.closed();
  }, ResponseError);
  return { told, body: Buffer.concat(parts), isRefused: !isAccepted };
}

const CHUNK_SIZES = [0, 1, 7, 64, 300];
const HEADS = [
  'HTTP/1.1 200 OK\r\nX-Etcd-Cluster-Id: 1\r\nX-Server-Version: 3.4.23\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
];

function chunked(random: Random): Buffer {
  const parts: Buffer[] = [Buffer.from(HEADS[random.nextUint32() % HEADS.length] as string)];
  for (let chunks = random.nextUint32() % 6; chunks > 0; chunks--) {
    const size = CHUNK_SIZES[random.nextUint32() % CHUNK_SIZES.length] as number;
    parts.push(text(size.toString(16), '\r\n'), Buffer.alloc(size, chunks), text('\r\n'));
  }
  if (random.nextUint32() % 2 === 0) parts.push(text('0\r\nTrailer: x\r\n\r\n'));
  return Buffer.concat(parts);
}

const response: FuzzTarget = {
  name: 'peer-response',
  run: (input) => {
    const whole = read(input, Math.max(1, input.length));
    assert.ok(
      whole.told.length <= 2 && whole.told.indexOf('ended') !== 0,
      'a response has a head and one end',
    );
    assert.ok(whole.body.length <= input.length, 'a body is made of what came');
    const step = 1 + ((input[0] ?? 0) % 11);
    const inPieces = read(input, step);
    // A refusal may come before what the whole piece still gave.
    assert.equal(inPieces.isRefused, whole.isRefused, 'the cuts of a stream make no difference');
    assert.deepEqual(inPieces.told, whole.told);
    assert.ok(inPieces.body.equals(whole.body), 'the cuts of a stream make no difference');
  },
  seeds: () => [
    ...HEADS.map((head) => text(head, '5\r\nhello\r\n0\r\n\r\n')),
    text('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'),
    text('HTTP/1.1 412 Precondition Failed\r\nX-Min-Cluster-Version: 3.0.0\r\n\r\nincompatible version'),
    text('HTTP/1.0 204 No Content\r\n\r\n'),
  ],
  words: [
    '\r\n',
    '\r\n\r\n',
    'chunked',
    'Transfer-Encoding: ',
    'Content-Length: ',
    '0\r\n\r\n',
    ';x',
    'HTTP/1.1 200',
    '304',
  ],
  generate: chunked,
  maxBytes: 2_048,
  memoryBytes: 4 * 2 ** 20,
};

export const targets: readonly FuzzTarget[] = [response];
