// gRPC's length-prefixed messages, plain and compressed, out of pieces of any size, with readers that pause.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { type MessageError, MessageReader } from '../../../../packages/wire/dist/grpc/message-reader.js';
import { message } from '../../../../packages/wire/dist/testing/raw-peer.js';
import type { FuzzTarget } from '../target.ts';

const MAX_MESSAGE_BYTES = 1 << 16;
const ENCODINGS = ['', 'identity', 'gzip', 'snappy'];

function readMessages(input: Buffer): void {
  // The head chooses encoding, size of the pieces, and how often the reader pauses.
  const [encoding = 2, pieceBytes = 0, pauseEvery = 0] = input;
  let held = 0;
  let consumed = 0;
  let messages = 0;
  const reader = new MessageReader(
    {
      onReaderMessage: (bytes) => {
        assert.ok(bytes.length <= MAX_MESSAGE_BYTES, 'a message is bounded');
        messages++;
        if (pauseEvery > 0 && messages % pauseEvery === 0) reader.pause();
      },
      consumed: (bytes) => {
        consumed += bytes;
      },
      onHeld: (change) => {
        held += change;
        assert.ok(held >= 0, 'what is held is counted');
      },
    },
    MAX_MESSAGE_BYTES,
    ENCODINGS[encoding % ENCODINGS.length] as string,
  );
  const content = input.subarray(3);
  let failure: MessageError | undefined;
  for (let at = 0; at < content.length && failure === undefined; ) {
    const next = Math.min(content.length, at + 1 + pieceBytes);
    failure = reader.push(content, at, next);
    at = next;
    if (failure === undefined && reader.paused && at % 2 === 0) failure = reader.resume();
    assert.ok(held <= content.length + 4096, 'what is held grows with what came');
  }
  while (failure === undefined && reader.paused) failure = reader.resume();
  assert.ok(consumed <= content.length);
  if (failure === undefined) assert.equal(consumed, content.length, 'all of it was read');
  reader.clear();
  assert.equal(held, 0, 'nothing is held in the end');
}

const head = Buffer.from([2, 255, 0]);

export const targets: readonly FuzzTarget[] = [
  {
    name: 'grpc',
    run: readMessages,
    maxBytes: 4096,
    // A message of the largest size, and zlib's windows and growing buffers on the way to it.
    memoryBytes: 2 << 20,
    seeds: () => [
      Buffer.concat([head, message(Buffer.from('hello')), message(Buffer.alloc(0))]),
      Buffer.concat([
        head,
        message(gzipSync(Buffer.from('hello hello hello')), 1),
        message(Buffer.from('x')),
      ]),
      Buffer.concat([head, message(gzipSync(Buffer.alloc(MAX_MESSAGE_BYTES)), 1)]),
      Buffer.concat([head, message(gzipSync(Buffer.alloc(MAX_MESSAGE_BYTES + 1)), 1)]),
      Buffer.concat([Buffer.from([0, 0, 1]), message(Buffer.alloc(300)), message(Buffer.alloc(3))]),
      Buffer.concat([head, Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1])]),
      Buffer.concat([head, Buffer.from([0, 0, 0x1, 0, 0, 1])]),
    ],
    words: [Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from([1, 0, 0, 0, 20]), Buffer.from([0, 0, 0, 0, 0])],
  },
];
