// The thread that makes a store out of a file that came from elsewhere. When it reports success the store is complete
// and on stable storage.
import { parentPort, workerData } from 'node:worker_threads';
import { assert, nodeDisk } from '@quorate/base';
import { type LoadedFile, loadStoreFile, readEtcdSnapshot, StoreBuilder } from '@quorate/storage';
import type { BuildReply, BuildWorkerData } from './build-protocol.ts';
import { BUILD_PROGRESS_RECORDS } from './limits.ts';

assert(parentPort !== null, 'runs as a worker thread');
const port = parentPort;

function tell(reply: BuildReply): void {
  port.postMessage(reply);
}

async function build({ file, directory, atLeast }: BuildWorkerData): Promise<LoadedFile> {
  const snapshot = readEtcdSnapshot(nodeDisk, file);
  try {
    const builder = new StoreBuilder(directory);
    try {
      const steps = loadStoreFile(snapshot, builder, atLeast === undefined ? {} : { atLeast });
      for (;;) {
        const step = steps.next();
        if (step.done === true) {
          await builder.finish();
          return step.value;
        }
        if (step.value % BUILD_PROGRESS_RECORDS === 0) tell({ kind: 'progress', records: step.value });
      }
    } catch (error) {
      await builder.abandon();
      throw error;
    }
  } finally {
    snapshot.close();
  }
}

build(workerData as BuildWorkerData).then(
  (loaded) => tell({ kind: 'done', loaded }),
  (error: Error) => tell({ kind: 'failed', message: error.message }),
);
