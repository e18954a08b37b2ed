// A socket without a network: takes everything, or nothing for a while.
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

export class FakeSocket extends EventEmitter {
  destroyed = false;
  writableEnded = false;
  writableLength = 0;
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 1;
  readonly written: Buffer[] = [];
  paused = false;
  blocked = false;

  /** As connections take it. */
  get socket(): Socket {
    return this as unknown as Socket;
  }

  write(bytes: Buffer | string): boolean {
    const copy = Buffer.from(bytes as string);
    this.written.push(copy);
    if (this.blocked) this.writableLength += copy.length;
    return !this.blocked;
  }

  end(): void {
    this.writableEnded = true;
  }

  destroy(): void {
    this.destroyed = true;
  }

  destroySoon(): void {
    this.destroyed = true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  /** Stops taking bytes, or takes them again. */
  toggleBlocked(): void {
    this.blocked = !this.blocked;
    if (this.blocked) return;
    this.writableLength = 0;
    this.emit('drain');
  }
}
