// Ports for members that are started and stopped often. Odd ones only: Linux gives outgoing connections even ones as long
// as there are any, so that a member that is down for a moment does not lose its port to somebody's connection.
import { createServer } from 'node:net';

export class Ports {
  #next: number;

  constructor(first: number) {
    this.#next = first | 1;
  }

  /** A port of 127.0.0.1 where nobody listens. */
  async next(): Promise<number> {
    for (;;) {
      const port = this.#next;
      this.#next += 2;
      if (port > 65535) throw new Error('no free port is left');
      if (await isFree(port)) return port;
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
