// Our client against our server, over real sockets.

import assert from 'node:assert/strict';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connectGrpc } from './client.ts';
import { PREFIX_BYTES, writeMessagePrefix } from './grpc/packed-messages.ts';
import { GrpcRouter } from './grpc/router.ts';
import { OUTPUT_BUFFER_BYTES } from './limits.ts';
import { createServer, type WireServer } from './server.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './testing/test-certificate.ts';
import type { CallStatus, ClientStream, GrpcChannel, GrpcError, ServerStream, UnaryCall } from './types.ts';

const MIB = 1 << 20;
let server: WireServer;
let port: number;
let channel: GrpcChannel;
const cancelled: string[] = [];
const held: UnaryCall[] = [];
let heldStream: ServerStream | undefined;

const router = new GrpcRouter()
  .unary('/t.T/Echo', (call, request) => call.reply(request))
  .unary('/t.T/Later', (call, request) => {
    const copy = Buffer.from(request);
    setTimeout(() => call.reply([copy.subarray(0, 1), copy.subarray(1)]), Math.random() * 10);
  })
  .unary('/t.T/Fail', (call) => call.fail(5, 'käse 100%'))
  .unary('/t.T/Hold', (call) => {
    held.push(call);
    call.onCancel = () => cancelled.push(call.header('name') ?? '?');
  })
  .unary('/t.T/Meta', (call) => {
    call.setHeader('x-header', 'h');
    call.setTrailer('x-trailer-bin', Buffer.from([1, 2, 3]));
    const bytes = call.headerBytes('k-bin');
    call.reply(
      Buffer.from(`${call.header('token')} ${bytes === undefined ? '' : Buffer.from(bytes).toString('hex')}`),
    );
  })
  .unary('/t.T/Parts', (call, request) => {
    const sizes = Buffer.from(request).toString().split(' ').map(Number);
    call.reply(sizes.map((size, at) => Buffer.alloc(size, at)));
  })
  .unary('/t.T/Big', (call, request) => call.reply(Buffer.alloc(Number(Buffer.from(request)), 7)))
  .stream('/t.T/Chat', (stream) => {
    stream.onMessage = (message) => {
      if (!stream.send(message)) {
        stream.pause();
        stream.onDrain = () => stream.resume();
      }
    };
    stream.onHalfClose = () => stream.end();
  })
  .stream('/t.T/Packed', (stream) => {
    // "count size": so many messages of that size, in one piece; the scratch is used again at once.
    stream.onMessage = (request) => {
      const [count, size] = Buffer.from(request).toString().split(' ').map(Number) as [number, number];
      const piece = Buffer.alloc(count * (PREFIX_BYTES + size));
      for (let at = 0, n = 0; n < count; n++) {
        at = writeMessagePrefix(piece, at, size);
        piece.fill(n, at, at + size);
        at += size;
      }
      const open = stream.sendPacked(piece, count);
      piece.fill(0xff);
      if (!open) {
        stream.pause();
        stream.onDrain = () => stream.resume();
      }
    };
    stream.onHalfClose = () => stream.end();
  })
  .stream('/t.T/Count', (stream) => {
    let sum = 0;
    stream.onMessage = (message) => {
      sum += message.length;
    };
    stream.onHalfClose = () => {
      stream.send(Buffer.from(String(sum)));
      stream.end();
    };
  })
  .stream('/t.T/Flood', (stream) => {
    let sent = 0;
    const chunk = Buffer.alloc(10_000, 1);
    stream.onMessage = (message) => {
      const count = Number(Buffer.from(message));
      const more = (): void => {
        while (sent < count) {
          sent++;
          if (!stream.send(chunk)) {
            stream.onDrain = more;
            return;
          }
        }
        stream.end(0, '');
      };
      more();
    };
  })
  .stream('/t.T/HoldStream', (stream) => {
    heldStream = stream;
    stream.sendHeaders();
    stream.onCancel = () => cancelled.push('stream');
  });

before(async () => {
  server = createServer({ grpc: router });
  port = (await server.listen({ host: '127.0.0.1', port: 0 })).port;
  channel = connectGrpc({ host: '127.0.0.1', port });
  await channel.ready();
});

after(() => {
  channel.close({ force: true });
  server.destroy();
});

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: GrpcError) => `${error.code} ${error.message}`,
  );
}

function collect(stream: ClientStream): Promise<{ messages: Uint8Array[]; status: CallStatus }> {
  const messages: Uint8Array[] = [];
  return new Promise((resolve) => {
    stream.onMessage = (message) => messages.push(message);
    stream.onEnd = (status) => resolve({ messages, status });
  });
}

const until = async (condition: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('condition not met in time');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

test('parts of many sizes arrive as one message, whether they have to wait or not', async () => {
  for (const scale of [1, 10, 300]) {
    const sizes = [3, 100, 5000, 0, 1, 4096, 4095, 20_000, 7].map((size) => size * scale);
    const got = await channel.unary('/t.T/Parts', Buffer.from(sizes.join(' ')));
    assert.deepEqual(Buffer.from(got), Buffer.concat(sizes.map((size, at) => Buffer.alloc(size, at))));
  }
});

test('unary: messages of all sizes come back', async () => {
  for (const size of [0, 1, 5, 1_000, 16_379, 16_380, 65_535, 65_536, MIB, 2 * MIB]) {
    const request = Buffer.alloc(size, size & 0xff);
    assert.ok(request.equals(await channel.unary('/t.T/Echo', request)), String(size));
  }
});

test('unary: many calls in flight, answered in any order', async () => {
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, i) => channel.unary('/t.T/Later', Buffer.from(`call ${i}`))),
  );
  for (const [i, answer] of answers.entries()) assert.equal(Buffer.from(answer).toString(), `call ${i}`);
});

test('unary: status and text', async () => {
  assert.equal(await failure(channel.unary('/t.T/Fail', Buffer.alloc(1))), '5 käse 100%');
});

test('unknown services and methods are UNIMPLEMENTED with grpc-go texts', async () => {
  assert.equal(
    await failure(channel.unary('/t.T/Nope', Buffer.alloc(1))),
    '12 unknown method Nope for service t.T',
  );
  assert.equal(await failure(channel.unary('/x.X/Nope', Buffer.alloc(1))), '12 unknown service x.X');
});

test('metadata both ways, text and bytes', async () => {
  const metadata = Object.freeze({ token: 'secret', 'k-bin': Buffer.from([1, 255]) });
  for (let i = 0; i < 3; i++) {
    const answer = await channel.unary('/t.T/Meta', Buffer.alloc(0), { metadata });
    assert.equal(Buffer.from(answer).toString(), 'secret 01ff');
  }
  const stream = channel.stream('/t.T/Meta', { metadata });
  let headers: ReadonlyMap<string, string> = new Map();
  stream.onHeaders = (seen) => {
    headers = seen;
  };
  const done = collect(stream);
  stream.send(Buffer.alloc(0));
  stream.halfClose();
  const { status } = await done;
  assert.equal(headers.get('x-header'), 'h');
  assert.equal(status.code, 0);
  assert.equal(status.metadata.get('x-trailer-bin'), 'AQID');
  assert.throws(() => channel.stream('/t.T/Meta', { metadata: { ':bad': 'x' } }), TypeError);
});

test('message larger than the maximum: RESOURCE_EXHAUSTED on either side', async () => {
  assert.equal(
    await failure(channel.unary('/t.T/Echo', Buffer.alloc(2 * MIB + 1))),
    '8 grpc: received message larger than max (2097153 vs. 2097152)',
  );
  const small = connectGrpc({ host: '127.0.0.1', port }, { maxReceiveBytes: 100 });
  assert.equal(
    await failure(small.unary('/t.T/Big', Buffer.from('101'))),
    '8 grpc: received message larger than max (101 vs. 100)',
  );
  assert.equal((await small.unary('/t.T/Big', Buffer.from('100'))).length, 100);
  small.close();
});

test('streams: bidirectional, in order, through all windows', async () => {
  const stream = channel.stream('/t.T/Chat');
  const done = collect(stream);
  const sent: Buffer[] = [];
  for (let i = 0; i < 3_000; i++) {
    const message = Buffer.alloc((i * 37) % 3_000, i & 0xff);
    sent.push(message);
    stream.send(message);
  }
  stream.halfClose();
  const { messages, status } = await done;
  assert.equal(status.code, 0);
  assert.equal(messages.length, sent.length);
  for (const [i, message] of messages.entries()) assert.ok((sent[i] as Buffer).equals(message), String(i));
});

test('streams: client streaming', async () => {
  const stream = channel.stream('/t.T/Count');
  const done = collect(stream);
  for (let i = 0; i < 200; i++) stream.send(Buffer.alloc(50_000));
  stream.halfClose();
  const { messages, status } = await done;
  assert.equal(status.code, 0);
  assert.equal(Buffer.from(messages[0] as Uint8Array).toString(), String(200 * 50_000));
});

test('a reader that pauses holds the writer back within the windows', async () => {
  const stream = channel.stream('/t.T/Flood');
  let received = 0;
  stream.onMessage = () => {
    received++;
  };
  const ended = new Promise<CallStatus>((resolve) => {
    stream.onEnd = resolve;
  });
  stream.pause();
  stream.send(Buffer.from('1000'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(received, 0);
  // One stream window on the way, one high-water mark in the server's queue, no more.
  const outstanding = server.stats().grpcBytesSent;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(server.stats().grpcBytesSent, outstanding);
  // Other calls on the connection are not held up.
  assert.equal((await channel.unary('/t.T/Echo', Buffer.alloc(9))).length, 9);
  stream.resume();
  assert.equal((await ended).code, 0);
  assert.equal(received, 1000);
});

test('a slow handler holds the client back', async () => {
  const stream = channel.stream('/t.T/HoldStream');
  await until(() => heldStream !== undefined);
  (heldStream as ServerStream).pause();
  let accepted = 0;
  while (stream.send(Buffer.alloc(10_000)) && accepted < 10_000) accepted++;
  await new Promise((resolve) => setTimeout(resolve, 50));
  while (stream.send(Buffer.alloc(10_000)) && accepted < 10_000) accepted++;
  assert.ok(accepted < 400, `${accepted} messages`);
  let drained = false;
  stream.onDrain = () => {
    drained = true;
  };
  let got = 0;
  (heldStream as ServerStream).onMessage = () => {
    got++;
  };
  (heldStream as ServerStream).resume();
  await until(() => drained && got > accepted);
  stream.cancel();
  await until(() => cancelled.includes('stream'));
  heldStream = undefined;
});

test('cancellation reaches the handler; late answers are ignored', async () => {
  const abort = new AbortController();
  const pending = failure(
    channel.unary('/t.T/Hold', Buffer.alloc(0), { metadata: { name: 'aborted' }, signal: abort.signal }),
  );
  await until(() => held.length > 0);
  abort.abort();
  assert.equal(await pending, '1 context canceled');
  await until(() => cancelled.includes('aborted'));
  const call = held.pop() as UnaryCall;
  assert.equal(call.cancelled, true);
  call.reply(Buffer.alloc(3));
  call.fail(3, 'x');
  assert.equal((await channel.unary('/t.T/Echo', Buffer.alloc(3))).length, 3);
});

test("an answer's memory comes back once, when it is sent or dropped, and not before", async () => {
  const parts = [Buffer.alloc(3, 1), Buffer.alloc(3 * MIB, 2), Buffer.alloc(100, 3), Buffer.alloc(MIB, 4)];
  const expected = Buffer.concat(parts);
  let released = 0;
  const reuse = (): void => {
    released++;
    for (const part of parts) part.fill(0xff);
  };
  const answered = channel.unary('/t.T/Hold', Buffer.alloc(0));
  await until(() => held.length > 0);
  (held.pop() as UnaryCall).reply(parts, reuse);
  assert.equal(released, 0, 'more than the stream window is still queued');
  assert.ok(expected.equals(Buffer.from(await answered)));
  assert.equal(released, 1);

  const small = channel.unary('/t.T/Hold', Buffer.alloc(0));
  await until(() => held.length > 0);
  (held.pop() as UnaryCall).reply(Buffer.from('small'), () => released++);
  assert.equal(released, 2);
  assert.equal(Buffer.from(await small).toString(), 'small');

  const leaving = connectGrpc({ host: '127.0.0.1', port });
  const cut = failure(leaving.unary('/t.T/Hold', Buffer.alloc(0), { metadata: { name: 'cut' } }));
  await until(() => held.length > 0);
  const call = held.pop() as UnaryCall;
  call.reply([Buffer.alloc(8 * MIB)], () => released++);
  assert.equal(released, 2);
  leaving.close({ force: true });
  await cut;
  await until(() => released === 3);
  call.reply(Buffer.alloc(1), () => released++);
  assert.equal(released, 4, 'an answer that is too late is dropped at once');
});

test('a large answer leaves a buffer or so in each turn of the loop, however much room there is', async () => {
  let done = false;
  const answered = channel.unary('/t.T/Big', Buffer.from(String(12 * MIB))).then((message) => {
    done = true;
    return message;
  });
  let before = server.stats().bytesSent;
  let most = 0;
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    const { bytesSent } = server.stats();
    most = Math.max(most, bytesSent - before);
    before = bytesSent;
  }
  assert.equal((await answered).length, 12 * MIB);
  assert.ok(most <= 4 * OUTPUT_BUFFER_BYTES, `${most} bytes in one turn`);
});

test('deadlines: the client gives up in time, and the server on its own', async () => {
  const started = performance.now();
  assert.equal(
    await failure(
      channel.unary('/t.T/Hold', Buffer.alloc(0), { timeoutMs: 60, metadata: { name: 'timed' } }),
    ),
    '4 context deadline exceeded',
  );
  const took = performance.now() - started;
  assert.ok(took >= 59 && took < 500, `${took}`);
  await until(() => cancelled.includes('timed'));
  assert.ok((held.pop() as UnaryCall).deadlineMs < Number.POSITIVE_INFINITY);
});

test('gzip both ways', async () => {
  const zipped = connectGrpc({ host: '127.0.0.1', port }, { gzip: true });
  const request = Buffer.alloc(500_000, 'compressible ');
  const before = server.stats().bytesReceived;
  assert.ok(request.equals(await zipped.unary('/t.T/Echo', request)));
  assert.ok(server.stats().bytesReceived - before < 50_000);
  assert.equal((await zipped.unary('/t.T/Echo', Buffer.from('small'))).length, 5);
  assert.match(
    await failure(zipped.unary('/t.T/Echo', Buffer.alloc(3 * MIB))),
    /^8 grpc: received message after/,
  );
  zipped.close();
});

test('messages that are sent in one piece arrive one by one, compressed or not, whatever their size', async () => {
  for (const gzip of [false, true]) {
    const client = connectGrpc({ host: '127.0.0.1', port }, { gzip });
    for (const [count, size] of [
      [1, 0],
      [100, 135],
      [300, 1000],
      [40, 20_000],
      [3, 700_000],
    ] as const) {
      const stream = client.stream('/t.T/Packed');
      const result = collect(stream);
      for (let round = 0; round < 3; round++) stream.send(Buffer.from(`${count} ${size}`));
      stream.halfClose();
      const { messages, status } = await result;
      assert.equal(status.code, 0);
      assert.equal(messages.length, 3 * count);
      for (const [n, message] of messages.entries()) {
        assert.ok(Buffer.alloc(size, n % count).equals(message), `${n} of ${count} of ${size} bytes`);
      }
    }
    client.close();
  }
});

test('calls beyond the server stream limit wait for their turn', async () => {
  const narrow = createServer({ grpc: router, limits: { maxConcurrentStreams: 4 } });
  const { port: narrowPort } = await narrow.listen({ host: '127.0.0.1', port: 0 });
  const client = connectGrpc({ host: '127.0.0.1', port: narrowPort });
  await client.ready();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => client.unary('/t.T/Later', Buffer.from(`${i}`))),
  );
  for (const [i, answer] of answers.entries()) assert.equal(Buffer.from(answer).toString(), `${i}`);
  const streams = Array.from({ length: 10 }, () => client.stream('/t.T/Chat'));
  const results = streams.map(collect);
  for (const stream of streams) {
    stream.send(Buffer.from('x'));
    stream.halfClose();
  }
  for (const { messages, status } of await Promise.all(results)) {
    assert.equal(status.code, 0);
    assert.equal(messages.length, 1);
  }
  client.close();
  narrow.destroy();
});

test('graceful shutdown: open calls finish, new ones are refused, the connection ends', async () => {
  const closing = createServer({ grpc: router });
  const { port: closingPort } = await closing.listen({ host: '127.0.0.1', port: 0 });
  const client = connectGrpc({ host: '127.0.0.1', port: closingPort });
  await client.ready();
  const open = client.unary('/t.T/Hold', Buffer.alloc(0));
  await until(() => held.length > 0);
  const closed = new Promise<GrpcError>((resolve) => {
    client.onClose = resolve;
  });
  const finished = closing.closeGracefully(5_000);
  await until(() => client.state === 'draining');
  assert.match(await failure(client.unary('/t.T/Echo', Buffer.alloc(1))), /^14 the connection is draining/);
  (held.pop() as UnaryCall).reply(Buffer.from('done'));
  assert.equal(Buffer.from(await open).toString(), 'done');
  await finished;
  assert.equal((await closed).code, 14);
  assert.equal(client.state, 'closed');
});

test('graceful shutdown: what does not end is cut after the timeout', async () => {
  const closing = createServer({ grpc: router });
  const { port: closingPort } = await closing.listen({ host: '127.0.0.1', port: 0 });
  const client = connectGrpc({ host: '127.0.0.1', port: closingPort });
  const open = failure(client.unary('/t.T/Hold', Buffer.alloc(0), { metadata: { name: 'cut' } }));
  await until(() => held.length > 0);
  await closing.closeGracefully(100);
  assert.match(await open, /^14 /);
  await until(() => cancelled.includes('cut'));
  held.pop();
});

test('a lost connection fails open calls, tells handlers, and closes the channel', async () => {
  const client = connectGrpc({ host: '127.0.0.1', port });
  const open = failure(client.unary('/t.T/Hold', Buffer.alloc(0), { metadata: { name: 'lost' } }));
  await until(() => held.length > 0);
  client.close({ force: true });
  assert.match(await open, /^14 /);
  await until(() => cancelled.includes('lost'));
  assert.match(await failure(client.unary('/t.T/Echo', Buffer.alloc(0))), /^14 /);
  held.pop();
});

test('nobody listening: UNAVAILABLE with the dial error', async () => {
  const client = connectGrpc({ host: '127.0.0.1', port: 21_999 });
  const expected =
    'connection error: desc = "transport: Error while dialing dial tcp 127.0.0.1:21999: connect: connection refused"';
  assert.equal(await failure(client.unary('/t.T/Echo', Buffer.alloc(0))), `14 ${expected}`);
  await assert.rejects(client.ready(), { message: expected });
  assert.equal(client.state, 'closed');
});

test('a listener that says nothing, and one that speaks something else', async () => {
  const silent = createNetServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const silentPort = (silent.address() as AddressInfo).port;
  const waiting = connectGrpc({ host: '127.0.0.1', port: silentPort }, { connectTimeoutMs: 80 });
  assert.equal(
    await failure(waiting.unary('/t.T/Echo', Buffer.alloc(0))),
    '14 connection error: desc = "error reading server preface: i/o timeout"',
  );
  silent.close();
  const other = createNetServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const confused = connectGrpc({ host: '127.0.0.1', port: (other.address() as AddressInfo).port });
  assert.match(await failure(confused.unary('/t.T/Echo', Buffer.alloc(0))), /^14 /);
  other.close();
});

test('TLS with ALPN, and a Unix socket', async () => {
  const secure = createServer({ grpc: router, tls: { cert: TEST_CERTIFICATE, key: TEST_KEY } });
  const { port: tlsPort } = await secure.listen({ host: '127.0.0.1', port: 0 });
  const client = connectGrpc({ host: '127.0.0.1', port: tlsPort }, { tls: { ca: TEST_CERTIFICATE } });
  const request = Buffer.alloc(300_000, 3);
  assert.ok(request.equals(await client.unary('/t.T/Echo', request)));
  client.close();
  const distrust = connectGrpc({ host: '127.0.0.1', port: tlsPort }, { tls: {} });
  assert.match(await failure(distrust.unary('/t.T/Echo', request)), /^14 .*certificate/);
  const path = join(tmpdir(), `quorate-wire-${process.pid}.sock`);
  await secure.listen({ path, tls: false });
  const local = connectGrpc({ path });
  assert.ok(request.equals(await local.unary('/t.T/Echo', request)));
  local.close();
  secure.destroy();
});
