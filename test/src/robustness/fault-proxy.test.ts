import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { freePort } from '../harness/process.ts';
import { FaultProxy } from './fault-proxy.ts';
import { type Impairment, UNIMPAIRED } from './network.ts';

interface Setup {
  readonly proxy: FaultProxy;
  /** Bytes that the server has got. */
  readonly got: () => string;
  dial(): Socket;
  readonly state: { toIsCut: boolean; fromIsCut: boolean; impairment: Impairment };
}

/** An echo server behind a proxy. */
async function setUp(t: TestContext): Promise<Setup> {
  const state = { toIsCut: false, fromIsCut: false, impairment: UNIMPAIRED };
  let got = '';
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => {
      got += bytes.toString();
      socket.write(bytes);
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const links = {
    to: { isCut: () => state.toIsCut, impairment: () => state.impairment },
    from: { isCut: () => state.fromIsCut, impairment: () => UNIMPAIRED },
  };
  const proxy = new FaultProxy(
    port,
    async () => links,
    () => 0.5,
  );
  const proxyPort = await freePort();
  await proxy.listen(proxyPort);
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    server.close();
  });
  const dial = (): Socket => {
    const socket = connect(proxyPort, '127.0.0.1');
    sockets.push(socket);
    return socket;
  };
  return { proxy, got: () => got, dial, state };
}

function received(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = '';
    socket.on('data', (bytes: Buffer) => {
      all += bytes.toString();
      if (all.length >= text.length) resolve();
    });
    socket.once('error', reject);
  });
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a link that is cut in one direction carries the other, and what waited when it is mended', async (t) => {
  const { proxy, got, dial, state } = await setUp(t);
  const socket = dial();
  const first = received(socket, 'a');
  socket.write('a');
  await first;
  state.fromIsCut = true;
  proxy.changed();
  let answered = false;
  const second = received(socket, 'b').then(() => {
    answered = true;
  });
  socket.write('b');
  await until(() => got() === 'ab');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(answered, false, 'the answer does not get through');
  state.fromIsCut = false;
  proxy.changed();
  await second;
});

test('a connection asked for over a link that is cut is made when it is mended', async (t) => {
  const { proxy, got, dial, state } = await setUp(t);
  state.toIsCut = true;
  const socket = dial();
  const answer = received(socket, 'x');
  socket.write('x');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(got(), '');
  state.toIsCut = false;
  proxy.changed();
  await answer;
});

test('nobody hears of an end over a link that is cut', async (t) => {
  const { proxy, dial, state } = await setUp(t);
  const socket = dial();
  const first = received(socket, 'a');
  socket.write('a');
  await first;
  let ended = false;
  socket.once('close', () => {
    ended = true;
  });
  state.toIsCut = true;
  proxy.changed();
  socket.end();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(ended, false);
  state.toIsCut = false;
  proxy.changed();
  await until(() => ended);
});

test('delay and a narrow link hold bytes back, in order', async (t) => {
  const { dial, state } = await setUp(t);
  state.impairment = { delayMs: 100, loss: 0, bytesPerSecond: 10_000 };
  const socket = dial();
  const begunMs = performance.now();
  const text = 'x'.repeat(2000);
  const all = received(socket, text);
  socket.write(text);
  await all;
  assert.ok(performance.now() - begunMs >= 295, '200 ms on the line and 100 ms on the way');
});
