// Slow and failing syncs of a running process, by strace's tampering with its fsync and fdatasync calls: it works on any
// file system and on a member that knows nothing of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCommands } from './commands.ts';

export const canTraceSyncs = hasCommands('strace');

export class SyncTracer {
  readonly #directory = mkdtempSync(join(tmpdir(), 'quorate-strace-'));
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(pid: number, injection: string) {
    const args = [
      '-f',
      '-qq',
      '-p',
      String(pid),
      '-e',
      'trace=fsync,fdatasync',
      '-o',
      join(this.#directory, 'calls'),
    ];
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

  /** Lets the process go. @returns how many syncs were tampered with */
  async stop(): Promise<number> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    await this.#ended;
    return this.#tampered();
  }

  #tampered(): number {
    try {
      return (
        readFileSync(join(this.#directory, 'calls'), 'latin1').split(/\((?:INJECTED|DELAYED)/).length - 1
      );
    } catch (error) {
      // It could not be started, or was not allowed to trace.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    } finally {
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }
}
