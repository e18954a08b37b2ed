// HTTP/2 connections of both roles: conversations of frames, cut anywhere, with sockets that stop taking bytes and time
// that passes. Nothing may escape, nothing may grow, and a connection is alive at the end or ended as the protocol says.
import assert from 'node:assert/strict';
import { type Random, seededRandom } from '@quorate/base';
import { ClientCall } from '../../../../packages/wire/dist/client/client-call.js';
import { ClientConnection } from '../../../../packages/wire/dist/client/client-connection.js';
import { DeadlineWheel } from '../../../../packages/wire/dist/grpc/deadline-wheel.js';
import { GrpcRouter } from '../../../../packages/wire/dist/grpc/router.js';
import type { Http2Connection } from '../../../../packages/wire/dist/h2/connection.js';
import { PREFACE } from '../../../../packages/wire/dist/h2/frame.js';
import {
  DEFAULT_CLIENT_LIMITS,
  DEFAULT_LIMITS,
  resolveLimits,
} from '../../../../packages/wire/dist/limits.js';
import type { ServerContext } from '../../../../packages/wire/dist/server/context.js';
import { ServerConnection } from '../../../../packages/wire/dist/server/server-connection.js';
import { FakeClock } from '../../../../packages/wire/dist/testing/fake-clock.js';
import {
  frame,
  grpcHeaders,
  headerBlock,
  message,
  uint32,
} from '../../../../packages/wire/dist/testing/raw-peer.js';
import { FakeSocket } from '../fake-socket.ts';
import type { FuzzTarget } from '../target.ts';

/** Neither held input nor output of one connection may exceed this. */
const HELD_BYTES = 4 << 20;
/** Under way at the same time. */
const CALLS = 4;
/** What begins an input decides about cuts, time and the peer's reading. */
const COURSE_BYTES = 2;

const serverLimits = resolveLimits(DEFAULT_LIMITS, {
  maxConnectionBufferedBytes: 1 << 20,
  maxConcurrentStreams: 50,
  resetBurst: 100,
  controlBurst: 100,
});
const clientLimits = resolveLimits(DEFAULT_CLIENT_LIMITS, {
  maxConnectionBufferedBytes: 1 << 20,
  resetBurst: 100,
  controlBurst: 100,
});

class Course {
  readonly #random: Random;
  constructor(input: Buffer) {
    this.#random = seededRandom(input.length < COURSE_BYTES ? 0 : input.readUInt16BE(0));
  }
  below(bound: number): number {
    return this.#random.nextBelow(bound);
  }
  oneIn(count: number): boolean {
    return this.#random.nextBelow(count) === 0;
  }
}

/** Feeds a conversation in pieces. */
function feed(
  connection: Http2Connection,
  socket: FakeSocket,
  bytes: Buffer,
  clock: FakeClock,
  course: Course,
): void {
  for (let at = 0; at < bytes.length; ) {
    const next = Math.min(bytes.length, at + 1 + course.below(course.oneIn(5) ? 10 : 3000));
    connection.receive(Buffer.from(bytes.subarray(at, next)));
    at = next;
    if (course.oneIn(3)) connection.sender.flush();
    if (course.oneIn(20)) {
      clock.advance(course.below(3000));
      connection.sweep(clock.nowMs());
    }
    if (course.oneIn(20)) socket.toggleBlocked();
    assert.ok(connection.bufferedBytes >= 0 && connection.bufferedBytes < HELD_BYTES, 'held input');
    let queued = connection.sender.out.length;
    for (const stream of connection.streams.values()) queued += stream.queuedBytes;
    assert.ok(queued < HELD_BYTES, 'held output');
  }
  connection.sender.flush();
}

/** What was sent is whole frames, and the last word of an ended connection is a GOAWAY with a known code. */
function checkOutput(connection: Http2Connection, socket: FakeSocket, skip: number): void {
  const bytes = Buffer.concat(socket.written).subarray(skip);
  let at = 0;
  let goAway = -1;
  while (at < bytes.length) {
    assert.ok(at + 9 <= bytes.length, 'frame header cut off');
    const length = bytes.readUIntBE(at, 3);
    assert.ok(at + 9 + length <= bytes.length, 'frame cut off');
    const type = bytes[at + 3] as number;
    assert.ok(type <= 9, 'frame of an unknown type');
    if (type === 7) goAway = bytes.readUInt32BE(at + 13);
    if (type === 3) assert.ok(bytes.readUInt32BE(at + 9) <= 13, 'reset with an unknown code');
    at += 9 + length;
  }
  if (connection.closed && !socket.destroyed) assert.ok(goAway >= 0 && goAway <= 13, `GOAWAY code ${goAway}`);
  if (connection.closed) {
    assert.equal(connection.streams.size, 0);
    assert.equal(connection.bufferedBytes, 0);
  }
}

function end(connection: Http2Connection, socket: FakeSocket): void {
  if (connection.closed) return;
  connection.socketClosed(new Error('end of input'));
  socket.destroyed = true;
}

function runServer(input: Buffer): void {
  const course = new Course(input);
  const clock = new FakeClock();
  const router = new GrpcRouter()
    .unary('/t.T/Echo', (call, request) => call.reply(request))
    .unary('/t.T/Hold', (call) => {
      call.onCancel = () => call.reply(Buffer.alloc(1));
    })
    .stream('/t.T/Chat', (stream) => {
      stream.onMessage = (bytes) => stream.send([bytes, bytes]);
      stream.onHalfClose = () => stream.end(3, 'done');
    })
    .stream('/t.T/Slow', (stream) => {
      stream.pause();
      stream.sendHeaders();
      stream.onMessage = () => {
        if (course.oneIn(2)) stream.pause();
      };
      stream.onHalfClose = () => stream.end();
      if (course.oneIn(2)) stream.resume();
    });
  const context: ServerContext = {
    router,
    http: (request, response) => {
      request.resume();
      const answer = course.below(4);
      if (answer === 0) response.end('x');
      else if (answer === 1) request.on('end', () => response.end(Buffer.alloc(course.below(100_000))));
      else if (answer === 2) response.write('part');
    },
    limits: serverLimits,
    clock,
    wheel: new DeadlineWheel(clock),
    counters: {
      connectionsAccepted: 0,
      callsStarted: 0,
      grpcBytesReceived: 0,
      grpcBytesSent: 0,
      bytesReceived: 0,
      bytesSent: 0,
    },
  };
  const socket = new FakeSocket();
  let ends = 0;
  const connection = new ServerConnection(
    socket.socket,
    { context, onConnectionClosed: () => ends++ },
    'all',
  );
  feed(connection, socket, Buffer.concat([PREFACE, input.subarray(COURSE_BYTES)]), clock, course);
  end(connection, socket);
  assert.equal(ends, 1, 'a connection ends once');
  checkOutput(connection, socket, 0);
  assert.equal(context.wheel.size, 0, 'no deadline is left');
}

function runClient(input: Buffer): void {
  const course = new Course(input);
  const clock = new FakeClock();
  const wheel = new DeadlineWheel(clock);
  const socket = new FakeSocket();
  let ends = 0;
  const connection = new ClientConnection(socket.socket, {
    limits: clientLimits,
    clock,
    wheel,
    scheme: 'http',
    authority: 'a',
    userAgent: 'u',
    gzip: false,
    onReady: () => undefined,
    onDraining: () => undefined,
    onClosed: () => ends++,
  });
  let answered = 0;
  const calls: ClientCall[] = [];
  for (let number = 0; number < CALLS; number++) {
    const deadlineMs = course.oneIn(3) ? clock.nowMs() + course.below(5000) : Number.POSITIVE_INFINITY;
    const isUnary = !course.oneIn(3);
    const call = new ClientCall(
      connection,
      '/t.T/Echo',
      undefined,
      deadlineMs,
      isUnary ? () => answered++ : undefined,
    );
    call.onEnd = () => answered++;
    calls.push(call);
    assert.ok(connection.open(call));
    if (deadlineMs !== Number.POSITIVE_INFINITY) wheel.add(call);
    call.sendLast(Buffer.alloc(course.below(50)), isUnary);
    if (!isUnary && course.oneIn(3)) call.pause();
  }
  feed(connection, socket, input.subarray(COURSE_BYTES), clock, course);
  for (const call of calls) if (!call.ended && course.oneIn(3)) call.resume();
  connection.sender.flush();
  end(connection, socket);
  for (const call of calls) if (!call.ended) call.resume();
  assert.equal(ends, 1, 'a connection ends once');
  assert.equal(answered, calls.length, 'every call ends exactly once');
  assert.equal(wheel.size, 0, 'no deadline is left');
  checkOutput(connection, socket, PREFACE.length);
}

// ------------------------------------------------------------------------------------------- plausible conversations

const PATHS = ['/t.T/Echo', '/t.T/Hold', '/t.T/Chat', '/t.T/Slow', '/nope', '/x.X/Y'];

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.nextBelow(values.length)] as T;
}

/** A plausible frame of a client (or of a server, with response headers). */
function plausible(random: Random, fromServer: boolean, nextId: () => number): Buffer {
  const below = (bound: number): number => random.nextBelow(bound);
  const id = below(10) < 7 ? nextId() : below(40);
  const endStream = below(2);
  switch (below(11)) {
    case 0:
    case 1:
    case 2: {
      const block = fromServer
        ? headerBlock([
            [':status', pick(random, ['200', '100', '404', 'x'])],
            ['content-type', pick(random, ['application/grpc', 'text/html'])],
            ['grpc-status', pick(random, ['0', '5', 'x', '-1'])],
          ])
        : grpcHeaders(
            pick(random, PATHS),
            below(3) === 0 ? [['grpc-timeout', pick(random, ['1m', '5S', 'x', '99999999H'])]] : [],
          );
      return frame(1, 4 | endStream, id, block);
    }
    case 3:
    case 4:
      return frame(
        0,
        endStream,
        id,
        message(random.fill(Buffer.alloc(below(100))), below(20) === 0 ? below(3) : 0),
      );
    case 5:
      return frame(3, 0, id, uint32(below(16)));
    case 6:
      return frame(8, 0, below(2) * id, uint32(below(10) === 0 ? random.nextUint32() : below(100_000)));
    case 7: {
      const setting = Buffer.concat([
        Buffer.from([0, below(8)]),
        uint32(below(2) === 0 ? below(100_000) : random.nextUint32()),
      ]);
      return frame(4, below(3) === 0 ? 1 : 0, 0, below(3) === 0 ? Buffer.alloc(0) : setting);
    }
    case 8:
      return frame(6, below(2), 0, Buffer.alloc(8));
    case 9:
      return frame(pick(random, [1, 9]), below(2) * 4, id, random.fill(Buffer.alloc(below(40))));
    default:
      return frame(
        pick(random, [2, 7, 5, 20]),
        below(256),
        below(2) * id,
        random.fill(Buffer.alloc(below(20))),
      );
  }
}

function conversation(random: Random, fromServer: boolean): Buffer {
  let id = -1;
  const nextId = (): number => {
    if (!fromServer || (id < 11 && random.nextBelow(3) > 0)) id += 2;
    return Math.max(1, id);
  };
  const parts: Buffer[] = [random.fill(Buffer.alloc(COURSE_BYTES)) as Buffer, frame(4, 0, 0)];
  for (let left = random.nextBelow(20); left >= 0; left--) parts.push(plausible(random, fromServer, nextId));
  return Buffer.concat(parts);
}

const words = [
  frame(4, 1, 0),
  frame(4, 0, 0),
  frame(6, 0, 0, Buffer.alloc(8)),
  frame(3, 0, 1, uint32(8)),
  frame(0, 1, 1),
];
const common = { maxBytes: 4096, memoryBytes: 16 << 20, words, seeds: () => [] };

export const targets: readonly FuzzTarget[] = [
  { ...common, name: 'h2-server', run: runServer, generate: (random) => conversation(random, false) },
  { ...common, name: 'h2-client', run: runClient, generate: (random) => conversation(random, true) },
];
