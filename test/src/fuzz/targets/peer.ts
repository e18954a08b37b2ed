// What other members send: both streams, posted messages, lists of members, answers about hashes and times.
import assert from 'node:assert/strict';
import type { Random } from '@quorate/base';
import { DecodeError, RaftMessage, Writer } from '@quorate/proto';
import { type Message, MessageType } from '@quorate/raft';
import { FrameBuffer, type FrameReader } from '../../../../packages/server/dist/peer/frame-buffer.js';
import { refusalOf, senderOf } from '../../../../packages/server/dist/peer/headers.js';
import { membersBody, parseMembers } from '../../../../packages/server/dist/peer/members-json.js';
import { PlainEncoder, PlainReader } from '../../../../packages/server/dist/peer/message-codec.js';
import { AppendEncoder, AppendReader } from '../../../../packages/server/dist/peer/msgapp-codec.js';
import { accepts, type FuzzTarget, text } from '../target.ts';
import { hostileMessage } from './raft.ts';

type Encoder = AppendEncoder | PlainEncoder;

/** What is written does not outlast the input: its memory serves for all. */
const writer = new Writer();

/** Messages read from a stream, however it is cut, are those read at once; what was read can be sent on. */
function readStream(
  input: Buffer,
  makeReader: (deliver: (message: Message) => void) => FrameReader,
  encoder: Encoder,
): void {
  const piece = 1 + (input[0] ?? 0);
  const bytes = input.subarray(1);
  const read = (pieceBytes: number): { messages: Message[]; ended: boolean } => {
    const messages: Message[] = [];
    const frames = new FrameBuffer(makeReader((message) => messages.push(message)));
    const ended = !accepts(
      () => {
        for (let at = 0; at < bytes.length; at += pieceBytes)
          frames.push(bytes.subarray(at, at + pieceBytes));
      },
      DecodeError,
      RangeError,
    );
    return { messages, ended };
  };
  const whole = read(Math.max(1, bytes.length));
  const pieces = read(piece);
  assert.equal(pieces.messages.length, whole.messages.length, 'the cuts make no difference');
  assert.equal(pieces.ended, whole.ended);
  writer.reset();
  accepts(() => {
    for (const message of whole.messages) {
      encoder.encode(message, writer);
      RaftMessage.encode(message);
    }
  }, RangeError);
}

function stream(random: Random, encoder: Encoder): Buffer {
  writer.reset();
  writer.reserve(1);
  writer.buffer[writer.position++] = random.nextBelow(256);
  let index = 0;
  for (let left = 1 + random.nextBelow(5); left > 0; left--) {
    if (random.nextBelow(4) === 0) {
      encoder.encodeHeartbeat(writer);
      continue;
    }
    const message = hostileMessage(random);
    // Some go on where the one before ended, which the append stream writes in short.
    if (random.nextBelow(2) === 0)
      Object.assign(message, { type: MessageType.MsgApp, index, term: 3, logTerm: 3 });
    if (message.type < 0) continue;
    encoder.encode(message, writer);
    index = (message.index + message.entries.length) % 2 ** 40;
  }
  return Buffer.from(writer.buffer.subarray(0, writer.position));
}

function readMembers(input: Buffer): void {
  let members: ReturnType<typeof parseMembers> = [];
  if (!accepts(() => (members = parseMembers(input.toString('utf8'))), SyntaxError)) return;
  const body = membersBody(members);
  assert.equal(membersBody(parseMembers(body)), body, 'a list of members is the same after a round trip');
}

const identity = { id: 1n, clusterId: 2n, serverVersion: '3.4.23', peerURLs: [] };

/** `name: value`, one a line. */
function readHeaders(input: Buffer): void {
  const lines = input.toString('latin1').split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(0, colon)).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  refusalOf(headers, identity);
  const sender = senderOf(headers);
  if (sender !== undefined) assert.ok(sender.id >= 0n && sender.id < 2n ** 64n);
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'peer-msgapp',
    run: (input) => readStream(input, (deliver) => new AppendReader(1n, 2n, deliver), new AppendEncoder()),
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    seeds: () => [
      Buffer.from([0, 0, 0]),
      Buffer.from([0, 1, 0, 0, 0, 0, 0, 0x10, 0, 0, 0]),
      Buffer.from([0, 2, 0, 0, 0, 0, 0x20, 0, 0, 0, 8, 3]),
    ],
    generate: (random) => stream(random, new AppendEncoder()),
  },
  {
    name: 'peer-message',
    run: (input) => readStream(input, (deliver) => new PlainReader(deliver), new PlainEncoder()),
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    seeds: () => [Buffer.from([0, 0, 0, 0, 0, 0x20, 0, 0, 0, 8, 8])],
    generate: (random) => stream(random, new PlainEncoder()),
  },
  {
    name: 'peer-members',
    run: readMembers,
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    seeds: () => [
      text(
        '[{"id":10276657743932975437,"peerURLs":["http://a:1"],"name":"a","clientURLs":["http://a:2"]},{"id":1,"peerURLs":[],"isLearner":true}]',
      ),
      text('null'),
    ],
    words: [
      '"id":',
      '"id" : ',
      '18446744073709551616',
      '{"id":1}',
      '"name":"',
      '\\"id\\":1',
      'null',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"peerURLs":["',
    ],
  },
  {
    name: 'peer-headers',
    run: readHeaders,
    maxBytes: 512,
    memoryBytes: 2 << 20,
    seeds: () => [
      text(
        'X-Server-From: 1f\nX-Server-Version: 3.4.23\nX-Min-Cluster-Version: 3.0.0\nX-Etcd-Cluster-ID: 2\nX-PeerURLs: http://a:1,http://b:1',
      ),
    ],
    words: [
      'X-Server-Version: ',
      '3.4.0-rc.1',
      '99999999999999999999.0.0',
      '3.4.23+git',
      '-',
      '.',
      '\n',
      'ffffffffffffffff',
      '10000000000000000',
    ],
  },
];
