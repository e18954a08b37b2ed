// Random and mutated frames against both roles: nothing may escape, nothing may grow, and every connection is either
// alive at the end or ended with a code the protocol knows. FUZZ_INPUTS and FUZZ_SEED set size and seed.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { seededRandom } from '@quorate/base';
import { ClientCall } from './client/client-call.ts';
import { ClientConnection } from './client/client-connection.ts';
import { DeadlineWheel } from './grpc/deadline-wheel.ts';
import { GrpcRouter } from './grpc/router.ts';
import type { Http2Connection } from './h2/connection.ts';
import { PREFACE } from './h2/frame.ts';
import { DEFAULT_CLIENT_LIMITS, DEFAULT_LIMITS, resolveLimits } from './limits.ts';
import type { ServerContext } from './server/context.ts';
import { ServerConnection } from './server/server-connection.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { frame, grpcHeaders, headerBlock, message, uint32 } from './testing/raw-peer.ts';

const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 4_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261);
/** Neither held input nor output of one connection may exceed this. */
const MEMORY_BOUND = 8 << 20;

/** A socket that takes everything, or nothing. */
class FakeSocket extends EventEmitter {
  destroyed = false;
  writableEnded = false;
  writableLength = 0;
  remoteAddress = '127.0.0.1';
  remotePort = 1;
  written: Buffer[] = [];
  writtenBytes = 0;
  paused = false;
  blocked = false;

  write(bytes: Buffer): boolean {
    this.written.push(Buffer.from(bytes));
    this.writtenBytes += bytes.length;
    if (this.blocked) this.writableLength += bytes.length;
    return !this.blocked;
  }
  end(): void {
    this.writableEnded = true;
  }
  destroy(): void {
    this.destroyed = true;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

const random = seededRandom(SEED);
const below = (limit: number): number => random.nextUint32() % limit;
const chance = (share: number): boolean => random.nextFloat() < share;
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
const randomBytes = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  random.fill(bytes);
  return bytes;
};

const PATHS = ['/t.T/Echo', '/t.T/Hold', '/t.T/Chat', '/t.T/Slow', '/nope', '/x.X/Y'];

/** A plausible frame of a client (or of a server, with response headers). */
function plausible(server: boolean, nextId: () => number): Buffer {
  const id = chance(0.7) ? nextId() : below(40);
  const endStream = chance(0.5) ? 1 : 0;
  switch (below(11)) {
    case 0:
    case 1:
    case 2: {
      const block = server
        ? headerBlock([
            [':status', pick(['200', '100', '404', 'x'])],
            ['content-type', pick(['application/grpc', 'text/html'])],
            ['grpc-status', pick(['0', '5', 'x', '-1'])],
          ])
        : grpcHeaders(
            pick(PATHS),
            chance(0.3) ? [['grpc-timeout', pick(['1m', '5S', 'x', '99999999H'])]] : [],
          );
      return frame(1, 4 | endStream, id, block);
    }
    case 3:
    case 4:
      return frame(0, endStream, id, message(randomBytes(below(200)), chance(0.05) ? below(3) : 0));
    case 5:
      return frame(3, 0, id, uint32(below(16)));
    case 6:
      return frame(8, 0, chance(0.5) ? 0 : id, uint32(chance(0.1) ? random.nextUint32() : below(100_000)));
    case 7:
      return frame(
        4,
        chance(0.3) ? 1 : 0,
        0,
        chance(0.7)
          ? Buffer.concat([
              Buffer.from([0, below(8)]),
              uint32(chance(0.5) ? below(100_000) : random.nextUint32()),
            ])
          : Buffer.alloc(0),
      );
    case 8:
      return frame(6, below(2), 0, Buffer.alloc(8));
    case 9:
      return frame(pick([1, 9]), chance(0.5) ? 4 : 0, id, randomBytes(below(60)));
    default:
      return frame(pick([2, 7, 5, 20]), below(256), chance(0.5) ? 0 : id, randomBytes(below(20)));
  }
}

function mutate(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 1 + below(3); i > 0 && copy.length > 0; i--) copy[below(copy.length)] = below(256);
  return chance(0.2) ? copy.subarray(0, below(copy.length + 1)) : copy;
}

/** Feeds a conversation in random cuts. */
function feed(connection: Http2Connection, socket: FakeSocket, bytes: Buffer, clock: FakeClock): void {
  let at = 0;
  while (at < bytes.length) {
    const next = Math.min(bytes.length, at + 1 + below(chance(0.2) ? 10 : 3_000));
    connection.receive(Buffer.from(bytes.subarray(at, next)));
    at = next;
    if (chance(0.3)) connection.sender.flush();
    if (chance(0.05)) {
      clock.advance(below(3_000));
      connection.sweep(clock.nowMs());
    }
    if (chance(0.05)) {
      socket.blocked = !socket.blocked;
      if (!socket.blocked) {
        socket.writableLength = 0;
        socket.emit('drain');
      }
    }
    assert.ok(connection.bufferedBytes >= 0 && connection.bufferedBytes < MEMORY_BOUND, 'held input');
    let queued = connection.sender.out.length;
    for (const stream of connection.streams.values()) queued += stream.queuedBytes;
    assert.ok(queued < MEMORY_BOUND, 'held output');
  }
  connection.sender.flush();
}

/** Everything we sent is whole frames, and the last word of an ended connection is a GOAWAY with a known code. */
function checkOutput(connection: Http2Connection, socket: FakeSocket, skip: number): void {
  const bytes = Buffer.concat(socket.written).subarray(skip);
  let at = 0;
  let goAway = -1;
  while (at < bytes.length) {
    assert.ok(at + 9 <= bytes.length, 'frame header cut off');
    const length = bytes.readUIntBE(at, 3);
    assert.ok(at + 9 + length <= bytes.length, 'frame cut off');
    const type = bytes[at + 3] as number;
    assert.ok(type <= 9);
    if (type === 7) goAway = bytes.readUInt32BE(at + 13);
    if (type === 3) assert.ok(bytes.readUInt32BE(at + 9) <= 13);
    at += 9 + length;
  }
  if (connection.closed && !socket.destroyed) assert.ok(goAway >= 0 && goAway <= 13, `GOAWAY code ${goAway}`);
  if (connection.closed) assert.equal(connection.streams.size, 0);
  if (connection.closed) assert.equal(connection.bufferedBytes, 0);
}

test(`fuzz: server, seed ${SEED}`, () => {
  const limits = resolveLimits(DEFAULT_LIMITS, {
    maxConnectionBufferedBytes: 1 << 20,
    maxConcurrentStreams: 50,
    resetBurst: 100,
    controlBurst: 100,
  });
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
        if (chance(0.5)) stream.pause();
      };
      stream.onHalfClose = () => stream.end();
      if (chance(0.5)) process.nextTick(() => stream.resume());
    });
  for (let input = 0; input < INPUTS; input++) {
    const clock = new FakeClock();
    const context: ServerContext = {
      router,
      http: (request, response) => {
        request.resume();
        const course = below(4);
        if (course === 0) response.end('x');
        else if (course === 1) request.on('end', () => response.end(Buffer.alloc(below(100_000))));
        else if (course === 2) response.write('part');
      },
      limits,
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
      socket as unknown as Socket,
      { context, onConnectionClosed: () => ends++ },
      'all',
    );
    let id = -1;
    const nextId = (): number => {
      id += 2;
      return id;
    };
    const parts: Buffer[] = [PREFACE, frame(4, 0, 0)];
    for (let i = below(30); i >= 0; i--) {
      const part = plausible(false, nextId);
      if (chance(0.1)) parts.push(mutate(part));
      else parts.push(part);
      if (chance(0.02)) parts.push(randomBytes(below(100)));
    }
    const all = Buffer.concat(parts);
    feed(connection, socket, chance(0.1) ? mutate(all) : all, clock);
    if (!connection.closed) {
      connection.socketClosed(new Error('end of input'));
      socket.destroyed = true;
    }
    assert.equal(ends, 1);
    checkOutput(connection, socket, 0);
    assert.equal(context.wheel.size, 0);
  }
});

test(`fuzz: client, seed ${SEED}`, () => {
  const limits = resolveLimits(DEFAULT_CLIENT_LIMITS, {
    maxConnectionBufferedBytes: 1 << 20,
    resetBurst: 100,
    controlBurst: 100,
  });
  for (let input = 0; input < INPUTS / 2; input++) {
    const clock = new FakeClock();
    const wheel = new DeadlineWheel(clock);
    const socket = new FakeSocket();
    let ends = 0;
    const connection = new ClientConnection(socket as unknown as Socket, {
      limits,
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
    for (let i = 0; i < 10; i++) {
      const deadlineMs = chance(0.3) ? clock.nowMs() + below(5_000) : Number.POSITIVE_INFINITY;
      const unary = chance(0.6);
      const call = new ClientCall(
        connection,
        '/t.T/Echo',
        undefined,
        deadlineMs,
        unary ? () => answered++ : undefined,
      );
      call.onEnd = () => answered++;
      calls.push(call);
      assert.ok(connection.open(call));
      if (deadlineMs !== Number.POSITIVE_INFINITY) wheel.add(call);
      call.sendLast(randomBytes(below(50)), unary);
      if (!unary && chance(0.3)) call.pause();
    }
    let id = -1;
    const nextId = (): number => {
      id = id >= 19 || chance(0.3) ? id : id + 2;
      return Math.max(1, id);
    };
    const parts: Buffer[] = [frame(4, 0, 0)];
    for (let i = below(40); i >= 0; i--) {
      const part = plausible(true, nextId);
      parts.push(chance(0.08) ? mutate(part) : part);
    }
    feed(connection, socket, Buffer.concat(parts), clock);
    for (const call of calls) if (!call.ended && chance(0.3)) call.resume();
    connection.sender.flush();
    if (!connection.closed) {
      connection.socketClosed(new Error('end of input'));
      socket.destroyed = true;
    }
    for (const call of calls) if (!call.ended) call.resume();
    assert.equal(ends, 1);
    assert.equal(answered, calls.length, 'every call ends exactly once');
    assert.equal(wheel.size, 0);
    checkOutput(connection, socket, PREFACE.length);
  }
});
