// Which process holds the other end of a loopback connection, by what Linux tells in /proc. Reading the table of sockets
// takes tens of milliseconds: it is read off the event loop, once for all who ask meanwhile.
import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export class SocketOwners {
  readonly #pids: ReadonlyMap<string, number>;
  /** The reading that those who ask from now on wait for. */
  #next: Promise<ReadonlyMap<number, string>> | undefined;
  #current: Promise<unknown> = Promise.resolve();

  /** @param pids by name; may change */
  constructor(pids: ReadonlyMap<string, number>) {
    this.#pids = pids;
  }

  /** The one of the processes that connected from this port of 127.0.0.1. */
  async ownerOf(port: number): Promise<string | undefined> {
    if (this.#next === undefined) {
      this.#next = this.#current.then(() => {
        this.#next = undefined;
        return this.#read();
      });
      this.#current = this.#next;
    }
    return (await this.#next).get(port);
  }

  /** Names by the ports that they have connected from. */
  async #read(): Promise<ReadonlyMap<number, string>> {
    const table = await readFile('/proc/net/tcp', 'latin1');
    const names = new Map<string, string>();
    for (const [name, pid] of this.#pids) for (const link of linksOf(pid)) names.set(link, name);
    const owners = new Map<number, string>();
    for (const line of table.split('\n')) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      // Connected (01) sockets only: a listening one at this port is another.
      if (!local.startsWith('0100007F:') || state !== '01') continue;
      const name = names.get(`socket:[${inode}]`);
      if (name !== undefined) owners.set(Number.parseInt(local.slice(9), 16), name);
    }
    return owners;
  }
}

/** What the open files of a process point to. */
function linksOf(pid: number): string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) =>
    unlessGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''),
  );
}

/** A process that has ended, and a file closed since the directory was read, have nothing. */
function unlessGone<T>(read: () => T, nothing: T): T {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A process that has ended and was not waited for shows its files to nobody.
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return nothing;
    throw error;
  }
}
