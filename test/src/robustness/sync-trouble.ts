// Slow and failing syncs of a running process, by strace's tampering with its fsync and fdatasync calls: it works on any
// file system and on a member that knows nothing of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { hasCommands } from './commands.ts';

export const canTraceSyncs = hasCommands('strace');

export class SyncTracer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(pid: number, injection: string) {
    const args = ['-f', '-qq', '-p', String(pid), '-e', 'trace=fsync,fdatasync', '-o', '/dev/null'];
    this.#child = spawn('strace', [...args, '-e', `inject=fsync,fdatasync:${injection}`], {
      stdio: 'ignore',
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('exit', () => resolve());
    });
  }

  /** Every sync takes this much longer. */
  static slow(pid: number, delayMs: number): SyncTracer {
    return new SyncTracer(pid, `delay_enter=${Math.round(delayMs * 1000)}`);
  }

  /** Every sync fails with EIO. */
  static failing(pid: number): SyncTracer {
    return new SyncTracer(pid, 'error=EIO');
  }

  /** Lets the process go. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    await this.#ended;
  }
}
