import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../harness/process.ts';
import { SocketOwners } from './socket-owners.ts';

test('a connection is known by the process that made it', async (t) => {
  const owners = new SocketOwners(new Map([['me', process.pid]]));
  const strangers = new SocketOwners(new Map([['nobody', 2 ** 22]]));
  const port = await freePort();
  const server = createServer();
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  assert.equal(await owners.ownerOf(socket.localPort ?? 0), 'me');
  assert.equal(await strangers.ownerOf(socket.localPort ?? 0), undefined);
  assert.equal(await owners.ownerOf(1), undefined, 'nobody connected from there');
});
