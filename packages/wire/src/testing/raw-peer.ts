// A peer that speaks raw frames, for tests of what no well-behaved library would send.

import { connect, type Socket } from 'node:net';
import { PREFACE } from '../h2/frame.ts';

export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

export function frame(
  type: number,
  flags: number,
  id: number,
  payload: Uint8Array = new Uint8Array(0),
): Buffer {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(id, 5);
  bytes.set(payload, 9);
  return bytes;
}

/** A gRPC message with its prefix. */
export function message(content: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(content.length, 1);
  return Buffer.concat([prefix, content]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Header block of literals only, without Huffman coding. */
export function headerBlock(fields: readonly (readonly [string, string])[]): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of fields) {
    parts.push(Buffer.from([0, name.length]), Buffer.from(name, 'latin1'));
    if (value.length >= 127) parts.push(Buffer.from([127]), varint(value.length - 127));
    else parts.push(Buffer.from([value.length]));
    parts.push(Buffer.from(value, 'latin1'));
  }
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

export function grpcHeaders(path: string, more: readonly (readonly [string, string])[] = []): Buffer {
  return headerBlock([
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'test'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ...more,
  ]);
}

export class RawPeer {
  readonly socket: Socket;
  readonly frames: RawFrame[] = [];
  closed = false;
  #buffer: Buffer = Buffer.alloc(0);
  #waiters: (() => void)[] = [];

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    this.socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      while (this.#buffer.length >= 9) {
        const length = this.#buffer.readUIntBE(0, 3);
        if (this.#buffer.length < 9 + length) break;
        this.frames.push({
          type: this.#buffer[3] as number,
          flags: this.#buffer[4] as number,
          id: this.#buffer.readUInt32BE(5),
          payload: Buffer.from(this.#buffer.subarray(9, 9 + length)),
        });
        this.#buffer = this.#buffer.subarray(9 + length);
      }
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Preface and empty SETTINGS. */
  hello(): this {
    this.socket.write(Buffer.concat([PREFACE, frame(4, 0, 0)]));
    return this;
  }

  send(...frames: readonly Uint8Array[]): this {
    this.socket.write(Buffer.concat(frames));
    return this;
  }

  /** Waits until a frame satisfies the condition; undefined when the connection closed without one. */
  async find(condition: (frame: RawFrame) => boolean): Promise<RawFrame | undefined> {
    for (;;) {
      const found = this.frames.find(condition);
      if (found !== undefined || this.closed) return found;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Error code of the GOAWAY that ends the connection; -1 if it ends without one. */
  async goAwayCode(): Promise<number> {
    const found = await this.find((f) => f.type === 7 && f.payload.readUInt32BE(4) !== 0);
    return found?.payload.readUInt32BE(4) ?? -1;
  }

  async resetCode(id: number): Promise<number> {
    const found = await this.find((f) => f.type === 3 && f.id === id);
    return found?.payload.readUInt32BE(0) ?? -1;
  }

  async untilClosed(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  destroy(): void {
    this.socket.destroy();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
