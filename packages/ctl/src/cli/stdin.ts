/** Standard input: whole, by lines, by words, and passwords without echo. */
import { readSync } from 'node:fs';
import { MAX_STDIN_BYTES } from '../limits.ts';
import { stdout } from './output.ts';

const STDIN = 0;
const CHUNK_BYTES = 64 * 1024;

/** Everything up to the end of input. */
export function readAllStdin(): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readBlocking(chunk);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    if (total > MAX_STDIN_BYTES) throw new Error('standard input is too large for a value');
    chunks.push(chunk.subarray(0, count));
  }
}

/** One read that waits for data; 0 at the end of input. */
function readBlocking(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(STDIN, chunk);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Lines of an input stream, without their newline. */
export class LineReader {
  readonly #stream: NodeJS.ReadableStream;
  #buffer: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(stream: NodeJS.ReadableStream = process.stdin) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    stream.on('end', end);
    // A terminal that went away reads as the end of input.
    stream.on('error', end);
  }

  /** The next line; undefined at the end of input (an unfinished last line is not returned). */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const newline = this.#buffer.indexOf(0x0a);
      if (newline !== -1) {
        const line = this.#buffer.subarray(0, newline);
        this.#buffer = this.#buffer.subarray(newline + 1);
        return line;
      }
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** What is left of an unfinished last line. */
  get rest(): Buffer {
    return this.#buffer;
  }

  /** Stops reading, so that the process may end. */
  close(): void {
    this.#stream.pause();
    this.#stream.removeAllListeners('data');
  }
}

/** The first word of the next line of input; empty if there is none. */
export async function readWord(): Promise<string> {
  const reader = new LineReader();
  const line = (await reader.next()) ?? reader.rest;
  reader.close();
  return /^\s*(\S*)/.exec(line.toString('utf8'))?.[1] ?? '';
}

const CTRL_C = 3;
const CTRL_D = 4;
const BACKSPACE = 8;
const CTRL_U = 21;
const DELETE = 127;

/** Asks for a secret: without echo on a terminal, a plain line otherwise. Rejects when interrupted. */
export async function askSecret(prompt: string): Promise<string> {
  const input = process.stdin;
  stdout.write(prompt);
  if (!input.isTTY) {
    const reader = new LineReader();
    const line = (await reader.next()) ?? reader.rest;
    reader.close();
    return line.toString('utf8').replace(/\r$/, '');
  }
  input.setRawMode(true);
  try {
    return await readSecret(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    stdout.write('\n');
  }
}

function readSecret(input: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: number[] = [];
    const finish = (then: () => void, unread: Buffer): void => {
      input.off('data', receive);
      input.off('end', ended);
      if (unread.length > 0) input.unshift(unread);
      then();
    };
    const ended = (): void => finish(() => reject(new Error('unexpected end of input')), Buffer.alloc(0));
    const receive = (chunk: Buffer): void => {
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i] as number;
        if (byte === 10 || byte === 13 || (byte === CTRL_D && typed.length > 0)) {
          const secret = Buffer.from(typed).toString('utf8');
          finish(() => resolve(secret), chunk.subarray(i + 1));
          return;
        }
        if (byte === CTRL_C || byte === CTRL_D) {
          finish(() => reject(new Error('interrupted')), Buffer.alloc(0));
          return;
        }
        if (byte === BACKSPACE || byte === DELETE) dropCharacter(typed);
        else if (byte === CTRL_U) typed.length = 0;
        else typed.push(byte);
      }
    };
    input.on('data', receive);
    input.on('end', ended);
    input.resume();
  });
}

/** Removes the last UTF-8 character. */
function dropCharacter(typed: number[]): void {
  let last = typed.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = typed.pop();
}
