// Makes a store out of a file, in a thread of its own.
import { Worker } from 'node:worker_threads';
import type { LoadedFile, StorePosition } from '@quorate/storage';
import type { BuildReply, BuildWorkerData } from './build-protocol.ts';
import { WORKER_YOUNG_GENERATION_MB } from './limits.ts';
import { workerUrl } from './worker-url.ts';

export interface BuildOptions {
  /** The log goes on after this place: a store that claims less is taken to stand here. */
  readonly atLeast?: StorePosition | undefined;
  /** Told now and then how many records are done. */
  readonly onProgress?: (records: number) => void;
}

/**
 * Makes a store in `directory`, where nothing may be, from a bbolt file of etcd's. When this resolves the store is
 * complete and on stable storage; when it rejects the directory is the caller's to remove.
 * @throws Error (rejects) with the reason: not a database of etcd, damaged, no space
 */
export function buildStore(file: string, directory: string, options: BuildOptions = {}): Promise<LoadedFile> {
  return new Promise((resolve, reject) => {
    const data: BuildWorkerData = { file, directory, atLeast: options.atLeast };
    const worker = new Worker(workerUrl('snapshot-build-worker'), {
      workerData: data,
      name: 'snapshot-build',
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_GENERATION_MB },
    });
    let outcome: BuildReply | undefined;
    worker.on('message', (reply: BuildReply) => {
      if (reply.kind === 'progress') options.onProgress?.(reply.records);
      else outcome = reply;
    });
    worker.on('error', reject);
    // Only when the thread has ended is everything that it had open closed.
    worker.on('exit', (code) => {
      if (outcome?.kind === 'done') resolve(outcome.loaded);
      else reject(new Error(outcome?.kind === 'failed' ? outcome.message : `the thread ended with ${code}`));
    });
  });
}
