// The thread that turns the store into a file: it opens the store beside the thread that writes, holds on to one moment
// of it, lays a bbolt file out and hands it over piece by piece.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@quorate/base';
import { planStoreFile, StoreView } from '@quorate/storage';
import type { FileOrder, FileReply, FileWorkerData } from './file-protocol.ts';
import { FILE_PIECE_BYTES } from './limits.ts';

assert(parentPort !== null, 'runs as a worker thread');
const port = parentPort;
const { directory } = workerData as FileWorkerData;
let view: StoreView | undefined;
let chunks: Iterator<Uint8Array, void> | undefined;
/** What was made and not yet handed over. */
let rest: Uint8Array = new Uint8Array(0);

function nextPiece(): Uint8Array<ArrayBuffer> | undefined {
  assert(chunks !== undefined, 'pieces come after the plan');
  const piece = new Uint8Array(FILE_PIECE_BYTES);
  let length = 0;
  while (length < piece.length) {
    if (rest.length === 0) {
      const { done, value } = chunks.next();
      if (done === true) break;
      rest = value;
    }
    const part = rest.subarray(0, piece.length - length);
    piece.set(part, length);
    length += part.length;
    rest = rest.subarray(part.length);
  }
  return length === 0 ? undefined : piece.subarray(0, length);
}

async function answer(order: FileOrder): Promise<FileReply> {
  switch (order.kind) {
    case 'pin': {
      view ??= new StoreView(directory);
      return { kind: 'pinned', ...view.pin() };
    }
    case 'plan': {
      assert(view !== undefined, 'the plan comes after the pin');
      const plan = planStoreFile(view, order.extraMeta);
      chunks = plan.databaseChunks();
      return { kind: 'planned', sizeBytes: plan.databaseBytes };
    }
    case 'next':
      return { kind: 'piece', bytes: nextPiece() };
    case 'close':
      chunks = undefined;
      await view?.close();
      view = undefined;
      return { kind: 'closed' };
  }
}

port.on('message', (order: FileOrder) => {
  answer(order).then(
    (reply) => {
      const isPiece = reply.kind === 'piece' && reply.bytes !== undefined;
      port.postMessage(reply, isPiece ? [(reply.bytes as Uint8Array<ArrayBuffer>).buffer] : []);
    },
    (error: Error) => port.postMessage({ kind: 'failed', message: error.message } satisfies FileReply),
  );
});
