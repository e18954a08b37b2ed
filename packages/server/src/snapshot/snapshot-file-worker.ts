// The thread that turns the store into a file: it opens the store beside the thread that writes, holds on to one moment
// of it, lays a file out and hands it over piece by piece.
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { assert } from '@quorate/base';
import { type PagePacker, pieceBytes, planStoreFile, StoreView } from '@quorate/storage';
import type { FileOrder, FileReply, FileWorkerData } from './file-protocol.ts';
import { SUM_BYTES } from './limits.ts';

assert(parentPort !== null, 'runs as a worker thread');
const port = parentPort;
const { directory } = workerData as FileWorkerData;
let view: StoreView | undefined;
let chunks: Iterator<Uint8Array, void> | undefined;
const digest = createHash('sha256');
/** Pieces that have been sent. */
const spare: Buffer[] = [];

function* pagesAndSum(packer: PagePacker): Generator<Uint8Array, void> {
  let sum = 0;
  for (let piece = packer.next(); piece !== undefined; piece = packer.next()) {
    sum = crc32(piece, sum);
    yield piece;
  }
  const trailer = Buffer.allocUnsafeSlow(SUM_BYTES);
  trailer.writeUInt32BE(sum);
  yield trailer;
}

function* digested(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  for (const piece of pieces) {
    digest.update(piece);
    yield piece;
  }
}

function nextPiece(): FileReply {
  assert(chunks !== undefined, 'pieces come after the plan');
  const { done, value } = chunks.next();
  if (done === true) return { kind: 'end', digest: digest.digest() };
  return { kind: 'piece', bytes: value };
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
      chunks = digested(plan.databaseChunks());
      return { kind: 'planned', sizeBytes: plan.databaseBytes };
    }
    case 'planPages': {
      assert(view !== undefined, 'the plan comes after the pin');
      const packer = view.pages(() => spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes));
      chunks = pagesAndSum(packer);
      return { kind: 'planned', sizeBytes: packer.sizeBytes + SUM_BYTES };
    }
    case 'next':
      if (order.memory !== undefined) spare.push(Buffer.from(order.memory));
      return nextPiece();
    case 'close':
      chunks = undefined;
      await view?.close();
      view = undefined;
      return { kind: 'closed' };
  }
}

port.on('message', (order: FileOrder) => {
  answer(order).then(
    // A piece has memory of its own, which goes along.
    (reply) => port.postMessage(reply, reply.kind === 'piece' ? [reply.bytes.buffer as ArrayBuffer] : []),
    (error: Error) => port.postMessage({ kind: 'failed', message: error.message } satisfies FileReply),
  );
});
