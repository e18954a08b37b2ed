/**
 * Output, written synchronously: commands are short, and process.stdout costs start-up time. A reader that went
 * away ends the process as it ends other commands.
 */
import { writeSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;
/** Exit code of a command whose reader closed the pipe (128 + SIGPIPE). */
const BROKEN_PIPE_CODE = 141;

/** Where commands write; replaceable in tests. */
export interface Output {
  write(data: string | Uint8Array): void;
}

class FileOutput implements Output {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    let offset = 0;
    while (offset < bytes.length) {
      try {
        offset += writeSync(this.#fd, bytes, offset);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EPIPE') process.exit(BROKEN_PIPE_CODE);
        // The terminal has gone away; what was begun is finished all the same.
        if (code === 'EIO') return;
        if (code !== 'EAGAIN') throw error;
        // A pipe somebody else made non-blocking is full: wait a little and go on.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
  }
}

export const stdout: Output = new FileOutput(STDOUT);
export const stderr: Output = new FileOutput(STDERR);

/** Output that is kept, for tests. */
export class MemoryOutput implements Output {
  readonly #chunks: Buffer[] = [];

  write(data: string | Uint8Array): void {
    this.#chunks.push(Buffer.from(data as Uint8Array));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }
}
