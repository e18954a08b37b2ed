// The main thread's end of the writer thread: requests with their answers, and its life.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WriterReply, WriterRequest, WriterSettings } from './lmdb-protocol.ts';

export type WriterDone = Extract<WriterReply, { kind: 'done' }>;
/** A request without the id, which is given when it is sent. */
export type UnnumberedRequest = WriterRequest extends infer T
  ? T extends unknown
    ? Omit<T, 'id'>
    : never
  : never;

interface Waiting {
  readonly done: (reply: WriterDone) => void;
  readonly failed: (error: Error) => void;
}

function workerUrl(): URL {
  // Beside this module in a plain build; beside the commands, one level up, when bundled into chunks.
  const beside = new URL('./lmdb-worker.js', import.meta.url);
  return existsSync(fileURLToPath(beside)) ? beside : new URL('../lmdb-worker.js', import.meta.url);
}

export class WriterThread {
  private readonly worker: Worker;
  private readonly requests = new Map<number, Waiting>();
  private nextRequest = 1;
  private refusal: Error | undefined;
  private closing = false;

  /** `onEnd` is told when the thread ends on its own. */
  constructor(settings: WriterSettings, onEnd: (error: Error) => void) {
    // Flags of the process (an --input-type, a profiler) are not meant for this thread.
    this.worker = new Worker(workerUrl(), { workerData: settings, name: 'backend', execArgv: [] });
    this.worker.unref();
    this.worker.on('message', (reply: WriterReply) => this.answered(reply));
    this.worker.on('error', onEnd);
    this.worker.on('exit', (code) => {
      if (!this.closing) onEnd(new Error(`the writer thread ended with code ${code}`));
    });
  }

  /** Sends a request. Rejects with what the writer says went wrong. */
  ask(request: UnnumberedRequest, transfer: ArrayBuffer[] = []): Promise<WriterDone> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const id = this.nextRequest++;
    // The process must not end while something is being committed.
    if (this.requests.size === 0) this.worker.ref();
    return new Promise((resolve, reject) => {
      this.requests.set(id, { done: resolve, failed: reject });
      this.worker.postMessage({ ...request, id }, transfer);
    });
  }

  /** From here on every request is refused, those under way included. */
  refuse(error: Error): void {
    this.refusal = error;
    this.worker.unref();
    for (const [id, waiting] of [...this.requests]) {
      this.requests.delete(id);
      waiting.failed(error);
    }
  }

  /** Ends the thread, in order if it still answers. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.refusal === undefined) await this.ask({ kind: 'close' }).catch(() => {});
    await this.worker.terminate();
  }

  private answered(reply: WriterReply): void {
    const waiting = this.requests.get(reply.id);
    this.requests.delete(reply.id);
    if (this.requests.size === 0) this.worker.unref();
    if (waiting === undefined) return;
    if (reply.kind === 'done') waiting.done(reply);
    else waiting.failed(new Error(reply.message));
  }
}
