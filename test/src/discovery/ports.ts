// Ports that stay free until a member listens on them: below those that the system gives to outgoing connections, of
// which members that look for each other make many.
import { createServer } from 'node:net';

const FIRST = 32_000;
const COUNT = 500;
let next = Math.floor(Math.random() * COUNT);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port of 127.0.0.1; no two calls in a row give the same one. */
export async function quietPort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free from ${FIRST} on`);
}
