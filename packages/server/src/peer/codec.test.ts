// The codecs of the streams, byte for byte and across chunk borders.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftMessage, Writer } from '@quorate/proto';
import { type Entry, type Message, MessageType, newMessage } from '@quorate/raft';
import { FrameBuffer, type FrameReader } from './frame-buffer.ts';
import { type MessageEncoder, PlainEncoder, PlainReader } from './message-codec.ts';
import { AppendEncoder, AppendReader } from './msgapp-codec.ts';

const LEADER = 0x8e9e05c52164694dn;
const FOLLOWER = 0xfd422379fda50e48n;

function append(term: number, logTerm: number, index: number, sizes: readonly number[]): Message {
  const message = newMessage(MessageType.MsgApp, FOLLOWER);
  message.from = LEADER;
  message.term = term;
  message.logTerm = logTerm;
  message.index = index;
  message.commit = index;
  message.entries = sizes.map(
    (size, at): Entry => ({ type: 0, term, index: index + 1 + at, data: Buffer.alloc(size, at) }),
  );
  return message;
}

function encode(encoder: MessageEncoder, messages: readonly Message[]): Buffer {
  const out = new Writer();
  for (const message of messages) encoder.encode(message, out);
  return out.copy();
}

/** Gives the bytes in chunks of one size. */
function decode(
  make: (deliver: (message: Message) => void) => FrameReader,
  bytes: Buffer,
  chunk: number,
): Message[] {
  const messages: Message[] = [];
  const frames = new FrameBuffer(make((message) => messages.push(message)));
  for (let at = 0; at < bytes.length; at += chunk) {
    frames.push(Buffer.from(bytes.subarray(at, at + chunk)));
  }
  return messages;
}

const same = (a: readonly Message[], b: readonly Message[]): void => {
  assert.deepEqual(
    a.map((message) => Buffer.from(RaftMessage.encode(message)).toString('hex')),
    b.map((message) => Buffer.from(RaftMessage.encode(message)).toString('hex')),
  );
};

const CHUNKS = [1, 2, 7, 8, 9, 100, 4096, 1 << 20];

test('messages come back whatever the chunks are', () => {
  const vote = newMessage(MessageType.MsgVote, FOLLOWER);
  vote.from = LEADER;
  vote.term = 7;
  const messages = [vote, append(7, 6, 41, [10, 0, 5000]), vote];
  const bytes = encode(new PlainEncoder(), messages);
  for (const chunk of CHUNKS)
    same(
      decode((deliver) => new PlainReader(deliver), bytes, chunk),
      messages,
    );
});

test('appends come back whatever the chunks are, those that follow on without their head', () => {
  const messages = [
    append(7, 6, 41, [10, 0]),
    append(7, 7, 43, [3]),
    append(7, 7, 44, []),
    append(7, 7, 44, [70_000, 1]),
    // Not where the last one ended: whole again.
    append(7, 7, 40, [1]),
    append(8, 7, 41, [1]),
    append(8, 8, 42, [1]),
  ];
  const bytes = encode(new AppendEncoder(), messages);
  for (const chunk of CHUNKS) {
    same(
      decode((deliver) => new AppendReader(FOLLOWER, LEADER, deliver), bytes, chunk),
      messages,
    );
  }
});

test('an append that follows on is type 1, count, entries with their lengths, commit', () => {
  const out = new Writer();
  const encoder = new AppendEncoder();
  encoder.encode(append(2, 1, 5, [1]), out);
  assert.equal(out.view()[0], 2);
  out.reset();
  encoder.encode(append(2, 2, 6, [1]), out);
  const hex = out.copy().toString('hex');
  // Entry: Type=0, Term=2, Index=7, Data=00.
  assert.equal(hex, `01${'0000000000000001'}${'0000000000000009'}080010021807220100${'0000000000000006'}`);
});

test('heartbeats of the link are not delivered', () => {
  for (const [encoder, make] of [
    [new PlainEncoder(), (deliver: (message: Message) => void) => new PlainReader(deliver)],
    [
      new AppendEncoder(),
      (deliver: (message: Message) => void) => new AppendReader(FOLLOWER, LEADER, deliver),
    ],
  ] as const) {
    const out = new Writer();
    encoder.encodeHeartbeat(out);
    encoder.encodeHeartbeat(out);
    assert.deepEqual(decode(make, out.copy(), 3), []);
  }
});

test('bytes that are no messages end the stream instead of taking memory', () => {
  const huge = Buffer.from('7fffffffffffffff00', 'hex');
  assert.throws(() => decode((deliver) => new PlainReader(deliver), huge, 9), RangeError);
  const reader = (deliver: (message: Message) => void) => new AppendReader(FOLLOWER, LEADER, deliver);
  assert.throws(() => decode(reader, Buffer.from('07', 'hex'), 1), RangeError);
  assert.throws(() => decode(reader, Buffer.from(`01${'00000000ffffffff'}`, 'hex'), 9), RangeError);
});
