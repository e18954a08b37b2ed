// A TCP proxy in front of one member. Each connection carries two directed links, of which each can be cut (bytes wait, as
// TCP would retransmit them), delayed, lossy (a lost segment holds up what is behind it for a retransmission timeout) or
// narrow. A connection asked for while a link is cut waits, as its SYN would.
import { createServer, type Server, Socket } from 'node:net';
import type { Impairment } from './network.ts';

/** What TCP waits before it sends a lost segment again: Linux's smallest timeout. */
const RETRANSMISSION_MS = 200;
const SEGMENT_BYTES = 1448;
/** More than this on its way stops the sender. */
const WINDOW_BYTES = 1 << 20;

export interface Link {
  readonly isCut: () => boolean;
  readonly impairment: () => Impairment;
}

/** Links of a connection, told by who dialled it; undefined: nobody known. */
export type Links = (dialler: {
  readonly port: number;
}) => Promise<{ readonly to: Link; readonly from: Link } | undefined>;

interface Item {
  /** Undefined: the end. */
  readonly bytes: Buffer | undefined;
  readonly dueMs: number;
}

/** One direction of one connection. */
class Pipe {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #link: Link;
  readonly #random: () => number;
  #queue: Item[] = [];
  #queuedBytes = 0;
  #lineFreeMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, target: Socket, link: Link, random: () => number) {
    this.#source = source;
    this.#target = target;
    this.#link = link;
    this.#random = random;
    source.on('data', (bytes: Buffer) => this.#take(bytes));
    source.on('end', () => this.#take(undefined));
  }

  #take(bytes: Buffer | undefined): void {
    const { delayMs, loss, bytesPerSecond } = this.#link.impairment();
    const size = bytes?.length ?? 0;
    const segments = Math.max(1, Math.ceil(size / SEGMENT_BYTES));
    const isLost = loss > 0 && this.#random() < 1 - (1 - loss) ** segments;
    const startMs = Math.max(performance.now(), this.#lineFreeMs);
    this.#lineFreeMs = startMs + (size / bytesPerSecond) * 1000;
    const beforeMs = this.#queue.at(-1)?.dueMs ?? 0;
    const dueMs = Math.max(beforeMs, this.#lineFreeMs + delayMs + (isLost ? RETRANSMISSION_MS : 0));
    this.#queue.push({ bytes, dueMs });
    this.#queuedBytes += size;
    if (this.#queuedBytes > WINDOW_BYTES) this.#source.pause();
    this.flush();
  }

  /** Passes on what is due. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#link.isCut()) return;
    for (let item = this.#queue[0]; item !== undefined; item = this.#queue[0]) {
      const waitMs = item.dueMs - performance.now();
      if (waitMs > 0.5) {
        this.#timer = setTimeout(() => this.flush(), waitMs);
        return;
      }
      this.#queue.shift();
      if (item.bytes === undefined) this.#target.end();
      else {
        this.#queuedBytes -= item.bytes.length;
        this.#target.write(item.bytes);
        if (this.#queuedBytes <= WINDOW_BYTES) this.#source.resume();
      }
    }
  }

  drop(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
  }
}

/** A connection from its acceptance on. */
class Relay {
  readonly #near: Socket;
  readonly #targetPort: number;
  readonly #to: Link;
  readonly #from: Link;
  readonly #random: () => number;
  readonly #onEnd: () => void;
  #far: Socket | undefined;
  #pipes: Pipe[] = [];
  #isOver = false;

  constructor(
    near: Socket,
    targetPort: number,
    links: { readonly to: Link; readonly from: Link },
    random: () => number,
    onEnd: () => void,
  ) {
    this.#near = near;
    this.#targetPort = targetPort;
    this.#to = links.to;
    this.#from = links.from;
    this.#random = random;
    this.#onEnd = onEnd;
    near.on('error', () => this.#gone());
    near.on('close', () => this.#gone());
    this.changed();
  }

  /** Links have changed. */
  changed(): void {
    if (this.#to.isCut() || this.#from.isCut()) {
      // One of them may have been mended.
      for (const pipe of this.#pipes) pipe.flush();
      return;
    }
    if (this.#isOver) {
      this.#end();
      return;
    }
    if (this.#far !== undefined) {
      for (const pipe of this.#pipes) pipe.flush();
      return;
    }
    const far = new Socket({ allowHalfOpen: true });
    this.#far = far;
    far.on('error', () => this.#gone());
    far.on('close', () => this.#gone());
    far.setNoDelay(true);
    this.#pipes = [
      new Pipe(this.#near, far, this.#to, this.#random),
      new Pipe(far, this.#near, this.#from, this.#random),
    ];
    far.connect(this.#targetPort, '127.0.0.1');
    this.#near.resume();
  }

  /** One end is gone. Nobody hears of it over a link that is cut. */
  #gone(): void {
    this.#isOver = true;
    if (!this.#to.isCut() && !this.#from.isCut()) this.#end();
  }

  #end(): void {
    this.drop();
    this.#onEnd();
  }

  drop(): void {
    for (const pipe of this.#pipes) pipe.drop();
    this.#near.destroy();
    this.#far?.destroy();
  }
}

export class FaultProxy {
  readonly #server: Server;
  readonly #relays = new Set<Relay>();

  constructor(targetPort: number, links: Links, random: () => number) {
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (near) => {
      // Until it is known whose it is.
      near.on('error', () => near.destroy());
      links({ port: near.remotePort ?? 0 }).then(
        (found) => {
          if (found === undefined || near.destroyed) {
            near.destroy();
            return;
          }
          const relay = new Relay(near, targetPort, found, random, () => this.#relays.delete(relay));
          this.#relays.add(relay);
        },
        (error: unknown) => near.destroy(error as Error),
      );
    });
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  /** Links have changed. */
  changed(): void {
    for (const relay of this.#relays) relay.changed();
  }

  close(): void {
    this.#server.close();
    for (const relay of this.#relays) relay.drop();
  }
}
