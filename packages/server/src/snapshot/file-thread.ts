// The main thread's side of the thread that turns the store into a file.
import { Worker } from 'node:worker_threads';
import { assert } from '@quorate/base';
import type { FileOrder, FileReply, FileWorkerData } from './file-protocol.ts';
import { WORKER_YOUNG_GENERATION_MB } from './limits.ts';
import { workerUrl } from './worker-url.ts';

interface Waiting {
  readonly resolve: (reply: FileReply) => void;
  readonly reject: (error: Error) => void;
}

/** Answers arrive in the order of the questions. */
export class FileThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;

  constructor(data: FileWorkerData) {
    // Flags of the process (a profiler, an --input-type) are not meant for this thread.
    this.#worker = new Worker(workerUrl('snapshot-file-worker'), {
      workerData: data,
      name: 'snapshot',
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_GENERATION_MB },
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: FileReply) => this.#answered(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread ended')));
  }

  /** Memory that the order brings along changes hands. @throws Error (rejects) when the order failed or the thread is gone */
  ask<K extends FileReply['kind']>(
    order: FileOrder,
    ...kinds: K[]
  ): Promise<Extract<FileReply, { kind: K }>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      // The process must not end while somebody waits for an answer.
      if (this.#waiting.length === 0) this.#worker.ref();
      this.#waiting.push({
        resolve: (reply) => {
          assert(
            kinds.some((kind) => kind === reply.kind),
            'an answer fits its question',
          );
          resolve(reply as Extract<FileReply, { kind: K }>);
        },
        reject,
      });
      const memory = order.kind === 'next' ? order.memory : undefined;
      this.#worker.postMessage(order, memory === undefined ? [] : [memory]);
    });
  }

  /** Lets go of the store and ends the thread. */
  async close(): Promise<void> {
    try {
      await this.ask({ kind: 'close' }, 'closed');
    } catch {
      // A thread that failed has nothing open any more: its environment goes with it.
    }
    this.#failure ??= new Error('the snapshot is closed');
    await this.#worker.terminate();
  }

  #answered(reply: FileReply): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker.unref();
    if (reply.kind === 'failed') waiting?.reject(new Error(reply.message));
    else waiting?.resolve(reply);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure);
  }
}
