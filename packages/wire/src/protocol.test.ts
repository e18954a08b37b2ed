// The server against peers that break the rules or lean on the limits.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { GrpcRouter } from './grpc/router.ts';
import { PREFACE } from './h2/frame.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import type { HeaderField } from './hpack/header-field.ts';
import { createServer, type WireServer } from './server.ts';
import { frame, grpcHeaders, headerBlock, message, RawPeer, uint32 } from './testing/raw-peer.ts';
import type { UnaryCall } from './types.ts';

const DATA = 0;
const HEADERS = 1;
const PRIORITY = 2;
const RST = 3;
const SETTINGS = 4;
const PING = 6;
const WINDOW = 8;
const CONTINUATION = 9;
const END_STREAM = 1;
const END_HEADERS = 4;
const CALM = 11;

let server: WireServer;
let port: number;
const errors: string[] = [];
let cancels = 0;

const router = new GrpcRouter()
  .unary('/t.T/Echo', (call, request) => call.reply(request))
  .unary('/t.T/Big', (call) => call.reply(Buffer.alloc(100_000)))
  .unary('/t.T/Hold', (call: UnaryCall) => {
    call.onCancel = () => {
      cancels++;
    };
  })
  .stream('/t.T/Early', (stream) => stream.end(7, 'no'));

before(async () => {
  server = createServer({
    grpc: router,
    onConnectionError: (error) => errors.push(error.message),
    limits: {
      frameTimeoutMs: 150,
      handshakeTimeoutMs: 200,
      resetBurst: 50,
      resetsPerSecond: 10,
      controlBurst: 50,
      controlsPerSecond: 10,
      maxConcurrentStreams: 20,
      maxHeaderListBytes: 8_192,
    },
  });
  port = (await server.listen({ host: '127.0.0.1', port: 0 })).port;
});

after(() => server.destroy());

async function withPeer(run: (peer: RawPeer) => Promise<void>): Promise<void> {
  const peer = new RawPeer(port).hello();
  try {
    await run(peer);
  } finally {
    peer.destroy();
  }
}

const open = (id: number, path = '/t.T/Hold'): Buffer => frame(HEADERS, END_HEADERS, id, grpcHeaders(path));
const ping = (n: number): Buffer => frame(PING, 0, 0, Buffer.alloc(8, n));

function decodeBlock(block: Buffer): Map<string, string> {
  const decoder = new HpackDecoder({ allowedBytes: 4096, maxListBytes: 65_536 });
  const fields: HeaderField[] = [];
  decoder.decode(block, 0, block.length, fields);
  return new Map(fields.map((field) => [field.name, field.value]));
}

test('a call in raw frames, byte by byte', async () => {
  await withPeer(async (peer) => {
    const bytes = Buffer.concat([
      open(1, '/t.T/Echo'),
      frame(DATA, END_STREAM, 1, message(Buffer.from('abc'))),
    ]);
    for (const byte of bytes) peer.socket.write(Buffer.from([byte]));
    const data = await peer.find((f) => f.type === DATA);
    assert.deepEqual(data?.payload, message(Buffer.from('abc')));
    const trailers = await peer.find((f) => f.type === HEADERS && (f.flags & END_STREAM) !== 0);
    assert.equal(decodeBlock(trailers?.payload as Buffer).get('grpc-status'), '0');
  });
});

test('a header block cut into CONTINUATION frames', async () => {
  await withPeer(async (peer) => {
    const block = grpcHeaders('/t.T/Echo');
    peer.send(frame(HEADERS, 0, 1, block.subarray(0, 10)));
    peer.send(frame(CONTINUATION, 0, 1, block.subarray(10, 11)), frame(CONTINUATION, 0, 1));
    peer.send(frame(CONTINUATION, END_HEADERS, 1, block.subarray(11)));
    peer.send(frame(DATA, END_STREAM, 1, message(Buffer.from('x'))));
    assert.ok(await peer.find((f) => f.type === DATA));
  });
});

test('answers obey the windows of the peer, and go on as they open', async () => {
  await withPeer(async (peer) => {
    peer.send(frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), uint32(10)])));
    peer.send(open(1, '/t.T/Big'), frame(DATA, END_STREAM, 1, message(Buffer.alloc(1))));
    await peer.find((f) => f.type === DATA);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const sizes = (): number =>
      peer.frames.filter((f) => f.type === DATA).reduce((sum, f) => sum + f.payload.length, 0);
    assert.equal(sizes(), 10);
    peer.send(frame(WINDOW, 0, 1, uint32(90_000)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(sizes(), 65_535);
    peer.send(frame(WINDOW, 0, 0, uint32(1_000_000)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(sizes(), 90_010);
    peer.send(frame(WINDOW, 0, 1, uint32(1_000_000)));
    assert.ok(await peer.find((f) => f.type === HEADERS && (f.flags & END_STREAM) !== 0));
    assert.equal(sizes(), 100_005);
    assert.ok(peer.frames.every((f) => f.payload.length <= 16_384));
  });
});

test('wrong content type, method and path', async () => {
  await withPeer(async (peer) => {
    const head = (method: string, path: string, type: string): Buffer =>
      headerBlock([
        [':method', method],
        [':scheme', 'http'],
        [':path', path],
        ['content-type', type],
      ]);
    const ask = async (id: number, block: Buffer): Promise<Map<string, string>> => {
      peer.send(frame(HEADERS, END_HEADERS | END_STREAM, id, block));
      const reply = await peer.find((f) => f.type === HEADERS && f.id === id);
      return decodeBlock(reply?.payload as Buffer);
    };
    assert.equal((await ask(1, head('POST', '/t.T/Echo', 'application/json'))).get(':status'), '415');
    assert.equal((await ask(3, head('POST', '/t.T/Echo', 'application/grpc-web'))).get(':status'), '415');
    assert.equal((await ask(5, head('GET', '/t.T/Echo', 'application/grpc'))).get(':status'), '405');
    const unknown = await ask(7, head('POST', '/t.T/Nope', 'application/grpc+proto'));
    assert.equal(unknown.get('grpc-status'), '12');
    assert.equal(unknown.get('grpc-message'), 'unknown method Nope for service t.T');
    assert.equal((await ask(9, head('GET', '/other', 'text/plain'))).get(':status'), '404');
  });
});

test('a unary call without a message, with two, or cut off inside one', async () => {
  await withPeer(async (peer) => {
    const status = async (id: number, ...frames: Buffer[]): Promise<string | undefined> => {
      peer.send(open(id, '/t.T/Echo'), ...frames);
      const reply = await peer.find((f) => f.type === HEADERS && f.id === id && (f.flags & END_STREAM) !== 0);
      const map = reply === undefined ? new Map<string, string>() : shared(reply.payload);
      return map.get('grpc-status');
    };
    const decoder = new HpackDecoder({ allowedBytes: 4096, maxListBytes: 65_536 });
    const shared = (block: Buffer): Map<string, string> => {
      const fields: HeaderField[] = [];
      decoder.decode(block, 0, block.length, fields);
      return new Map(fields.map((field) => [field.name, field.value]));
    };
    const m = message(Buffer.from('abc'));
    assert.equal(await status(1, frame(DATA, END_STREAM, 1)), '13');
    assert.equal(await status(3, frame(DATA, END_STREAM, 3, Buffer.concat([m, m]))), '13');
    assert.equal(await status(5, frame(DATA, END_STREAM, 5, m.subarray(0, 7))), '13');
    assert.equal(await status(7, frame(DATA, END_STREAM, 7, Buffer.from([9, 0, 0, 0, 0]))), '13');
    assert.equal(await status(9, frame(DATA, 0, 9, Buffer.from([0, 0xff, 0, 0, 0]))), '8');
    // Answered before its end: the client is asked to stop.
    assert.equal(await peer.resetCode(9), 0);
  });
});

test('a stream that ends early resets what the client still sends, and ignores it', async () => {
  await withPeer(async (peer) => {
    peer.send(open(1, '/t.T/Early'));
    assert.equal(await peer.resetCode(1), 0);
    peer.send(frame(DATA, 0, 1, message(Buffer.alloc(10))), frame(DATA, END_STREAM, 1), ping(1));
    assert.ok(await peer.find((f) => f.type === PING));
    assert.equal(peer.frames.filter((f) => f.type === RST).length, 1);
  });
});

test('streams beyond the limit are refused, and room is made by resets', async () => {
  await withPeer(async (peer) => {
    for (let i = 0; i < 21; i++) {
      peer.send(open(1 + 2 * i), frame(DATA, END_STREAM, 1 + 2 * i, message(Buffer.alloc(1))));
    }
    assert.equal(await peer.resetCode(41), 7);
    const before = cancels;
    peer.send(frame(RST, 0, 1, uint32(8)), open(43, '/t.T/Echo'));
    peer.send(frame(DATA, END_STREAM, 43, message(Buffer.from('x'))));
    assert.ok(await peer.find((f) => f.type === DATA && f.id === 43));
    assert.equal(cancels, before + 1);
  });
});

test('malformed requests reset their stream only', async () => {
  await withPeer(async (peer) => {
    const base: (readonly [string, string])[] = [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/t.T/Echo'],
    ];
    const bad: (readonly [string, string])[][] = [
      [...base, ['Upper', 'x']],
      [...base, ['connection', 'close']],
      [...base, ['te', 'gzip']],
      [...base, ['x', 'a\nb']],
      [...base, ['x', ' a']],
      [...base, [':method', 'GET']],
      [['x', 'y'], ...base],
      [...base, [':nonsense', 'x']],
      [...base, [':status', '200']],
      [...base, ['content-length', '-1']],
      base.slice(0, 2),
      [[':method', 'CONNECT'], ...base.slice(1)],
      [...base, ['content-type', 'application/grpc'], ['grpc-timeout', '5 seconds']],
    ];
    for (const [i, fields] of bad.entries()) {
      peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 1 + 2 * i, headerBlock(fields)));
      assert.equal(await peer.resetCode(1 + 2 * i), 1, JSON.stringify(fields));
    }
    assert.equal(peer.closed, false);
  });
});

test('header list too large: 431, and the connection lives', async () => {
  await withPeer(async (peer) => {
    peer.send(
      frame(HEADERS, END_HEADERS | END_STREAM, 1, grpcHeaders('/t.T/Echo', [['x', 'y'.repeat(9_000)]])),
    );
    const reply = await peer.find((f) => f.type === HEADERS);
    assert.equal(decodeBlock(reply?.payload as Buffer).get(':status'), '431');
    peer.send(ping(1));
    assert.ok(await peer.find((f) => f.type === PING));
  });
});

const repeat = (count: number, make: (i: number) => Buffer): Buffer[] =>
  Array.from({ length: count }, (_, i) => make(i));

const floods: [name: string, code: number, frames: () => Buffer[]][] = [
  [
    'rapid reset',
    CALM,
    () => repeat(60, (i) => Buffer.concat([open(1 + 2 * i), frame(RST, 0, 1 + 2 * i, uint32(8))])),
  ],
  [
    'server made to reset',
    CALM,
    () => repeat(60, (i) => Buffer.concat([open(1 + 2 * i), frame(WINDOW, 0, 1 + 2 * i, uint32(0))])),
  ],
  ['refused streams', CALM, () => repeat(90, (i) => open(1 + 2 * i))],
  ['SETTINGS', CALM, () => repeat(60, () => frame(SETTINGS, 0, 0))],
  ['SETTINGS acknowledgements', CALM, () => repeat(60, () => frame(SETTINGS, 1, 0))],
  ['PING', CALM, () => repeat(10, ping)],
  ['PING acknowledgements', CALM, () => repeat(60, () => frame(PING, 1, 0, Buffer.alloc(8)))],
  ['PRIORITY', CALM, () => repeat(60, () => frame(PRIORITY, 0, 1, Buffer.alloc(5)))],
  ['empty DATA', CALM, () => [open(1), ...repeat(60, () => frame(DATA, 0, 1))]],
  ['padding only', CALM, () => [open(1), ...repeat(60, () => frame(DATA, 8, 1, Buffer.from([3, 0, 0, 0])))]],
  ['unknown frames', CALM, () => repeat(60, () => frame(77, 0, 1))],
  ['CONTINUATION', CALM, () => [frame(HEADERS, 0, 1), ...repeat(40, () => frame(CONTINUATION, 0, 1))]],
  [
    'long header block',
    CALM,
    () => [frame(HEADERS, 0, 1), ...repeat(8, () => frame(CONTINUATION, 0, 1, Buffer.alloc(16_000)))],
  ],
  ['HPACK rubbish', 9, () => [frame(HEADERS, END_HEADERS, 1, Buffer.alloc(10, 0xff))]],
  ['something inside a header block', 1, () => [frame(HEADERS, 0, 1), ping(1)]],
  ['even stream', 1, () => [open(2)]],
  ['stream id going back', 1, () => [open(5), open(3)]],
  ['PUSH_PROMISE', 1, () => [frame(5, 4, 1, Buffer.alloc(8))]],
  ['frame too large', 6, () => [frame(DATA, 0, 1, Buffer.alloc(16_385))]],
  ['DATA on an idle stream', 1, () => [frame(DATA, 0, 1)]],
  ['window overflow', 3, () => [frame(WINDOW, 0, 0, uint32(0x7fffffff))]],
  ['window of 0', 1, () => [frame(WINDOW, 0, 0, uint32(0))]],
  ['initial window too large', 3, () => [frame(SETTINGS, 0, 0, Buffer.from([0, 4, 0x80, 0, 0, 0]))]],
];
for (const [name, code, frames] of floods) {
  test(`connection error: ${name}`, async () => {
    await withPeer(async (peer) => {
      peer.send(...frames());
      assert.equal(await peer.goAwayCode(), code);
      await peer.untilClosed();
    });
  });
}

test('early pings are strikes unless answers flow in between', async () => {
  await withPeer(async (peer) => {
    for (let i = 0; i < 12; i++) {
      const id = 1 + 2 * i;
      peer.send(open(id, '/t.T/Echo'), frame(DATA, END_STREAM, id, message(Buffer.alloc(1))));
      assert.ok(await peer.find((f) => f.type === DATA && f.id === id));
      peer.send(ping(i));
      assert.ok(await peer.find((f) => f.type === PING && f.payload[0] === i));
    }
    peer.send(...repeat(4, ping));
    assert.equal(await peer.goAwayCode(), CALM);
    const goAway = await peer.find((f) => f.type === 7);
    assert.equal(goAway?.payload.toString('latin1', 8), 'too_many_pings');
  });
});

test('a peer that sends more than the window', async () => {
  const narrow = createServer({
    grpc: new GrpcRouter().stream('/t.T/Pause', (stream) => stream.pause()),
    limits: { streamWindowBytes: 20_000, connectionWindowBytes: 65_535 },
  });
  const { port: narrowPort } = await narrow.listen({ host: '127.0.0.1', port: 0 });
  const peer = new RawPeer(narrowPort).hello();
  peer.send(
    open(1, '/t.T/Pause'),
    frame(DATA, 0, 1, Buffer.alloc(16_000)),
    frame(DATA, 0, 1, Buffer.alloc(16_000)),
  );
  assert.equal(await peer.resetCode(1), 3);
  peer.send(
    ...[3, 5, 7, 9, 11].map((id) =>
      Buffer.concat([open(id, '/t.T/Pause'), frame(DATA, 0, id, Buffer.alloc(16_000))]),
    ),
  );
  peer.send(ping(1));
  await peer.find((f) => f.type === PING || f.type === 7);
  peer.destroy();
  narrow.destroy();
});

test('connection window exceeded', async () => {
  const narrow = createServer({
    grpc: new GrpcRouter().stream('/t.T/Pause', (stream) => stream.pause()),
    limits: { connectionWindowBytes: 65_535, maxConnectionBufferedBytes: 1 },
  });
  const { port: narrowPort } = await narrow.listen({ host: '127.0.0.1', port: 0 });
  const peer = new RawPeer(narrowPort).hello();
  // The first held bytes end their call; what follows is bounded by the windows.
  peer.send(open(1, '/t.T/Pause'), frame(DATA, 0, 1, Buffer.alloc(16_000)));
  const reply = await peer.find((f) => f.type === HEADERS);
  assert.equal(decodeBlock(reply?.payload as Buffer).get('grpc-status'), '8');
  peer.destroy();
  narrow.destroy();
});

test('slow writers: preface, header block and frame must be finished in time', async () => {
  const silent = new RawPeer(port);
  const halfPreface = new RawPeer(port).send(PREFACE.subarray(0, 10));
  const noSettings = new RawPeer(port).send(PREFACE);
  const halfBlock = new RawPeer(port).hello().send(frame(HEADERS, 0, 1, Buffer.alloc(1, 0x82)));
  const halfFrame = new RawPeer(port).hello().send(open(1).subarray(0, 20));
  const drip = setInterval(() => halfFrame.send(Buffer.from([0x82])), 40);
  assert.equal(await halfBlock.goAwayCode(), CALM);
  assert.equal(await halfFrame.goAwayCode(), CALM);
  clearInterval(drip);
  for (const peer of [silent, halfPreface, noSettings, halfBlock, halfFrame]) await peer.untilClosed();
});

test('a bad preface after its first bytes', async () => {
  const peer = new RawPeer(port).send(Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'));
  assert.equal(await peer.goAwayCode(), 1);
  peer.destroy();
});

test('keepalive: a silent peer is asked, and cut when it does not answer', async () => {
  const alive = createServer({ grpc: router, limits: { keepaliveIntervalMs: 60, keepaliveTimeoutMs: 60 } });
  const { port: alivePort } = await alive.listen({ host: '127.0.0.1', port: 0 });
  const mute = new RawPeer(alivePort).hello();
  const answering = new RawPeer(alivePort).hello();
  const echo = setInterval(() => {
    const asked = answering.frames.filter((f) => f.type === PING && f.flags === 0);
    answering.frames.length = 0;
    for (const { payload } of asked) answering.send(frame(PING, 1, 0, payload));
  }, 5);
  await mute.untilClosed();
  assert.ok(mute.frames.some((f) => f.type === PING));
  assert.equal(answering.closed, false);
  clearInterval(echo);
  answering.destroy();
  alive.destroy();
});

test('a client that does not read is not read from either', async () => {
  const peer = connect({ host: '127.0.0.1', port });
  peer.on('error', () => undefined);
  await new Promise<void>((resolve) => peer.once('connect', resolve));
  peer.pause();
  peer.write(
    Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, 4]), uint32(0x7fffffff)]))]),
  );
  peer.write(frame(WINDOW, 0, 0, uint32(0x7fff0000 - 65_535)));
  let id = 1;
  const asked = server.stats().callsStarted;
  for (let i = 0; i < 3_000; i++) {
    peer.write(Buffer.concat([open(id, '/t.T/Big'), frame(DATA, END_STREAM, id, message(Buffer.alloc(1)))]));
    id += 2;
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  // Without the brake 3000 answers of 100 kB would be queued by now.
  const started = server.stats().callsStarted - asked;
  assert.ok(started < 300, `${started} calls were started`);
  peer.destroy();
});

test('GOAWAY drain, as seen on the wire: announced, then final, then closed', async () => {
  const draining = createServer({ grpc: router });
  const { port: drainPort } = await draining.listen({ host: '127.0.0.1', port: 0 });
  const peer = new RawPeer(drainPort).hello();
  peer.send(open(1, '/t.T/Hold'));
  await peer.find((f) => f.type === SETTINGS && f.flags === 1);
  const finished = draining.closeGracefully(5_000);
  const first = await peer.find((f) => f.type === 7);
  assert.equal(first?.payload.readUInt32BE(0), 0x7fffffff);
  const asked = await peer.find((f) => f.type === PING && f.flags === 0);
  // A call on its way while the announcement travels is still served.
  peer.send(open(3, '/t.T/Echo'), frame(DATA, END_STREAM, 3, message(Buffer.from('x'))));
  peer.send(frame(PING, 1, 0, asked?.payload));
  const last = await peer.find((f) => f.type === 7 && f.payload.readUInt32BE(0) === 3);
  assert.equal(last?.payload.readUInt32BE(4), 0);
  assert.ok(await peer.find((f) => f.type === DATA && f.id === 3));
  peer.send(open(5, '/t.T/Echo'));
  assert.equal(await peer.resetCode(5), 7);
  peer.send(frame(RST, 0, 1, uint32(8)));
  await finished;
  await peer.untilClosed();
});

test('errors of peers are reported', () => {
  assert.ok(errors.includes('ENHANCE_YOUR_CALM: too_many_pings'));
  assert.ok(errors.includes('ENHANCE_YOUR_CALM: header block too long'));
});
