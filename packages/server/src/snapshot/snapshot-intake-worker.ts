// The thread that takes in a store page by page. When it reports success the store is complete and on stable storage.
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { assert } from '@quorate/base';
import { PagedStore } from '@quorate/storage';
import type { IntakeOrder, IntakeReply, IntakeWorkerData } from './intake-protocol.ts';
import { SUM_BYTES } from './limits.ts';

assert(parentPort !== null, 'runs as a worker thread');
const port = parentPort;
const { directory } = workerData as IntakeWorkerData;

function tell(reply: IntakeReply, memory: ArrayBuffer[] = []): void {
  port.postMessage(reply, memory);
}

const store = new PagedStore(directory, (portion) => {
  const { numbers, marks, keys } = portion;
  tell({ kind: 'portion', portion }, [numbers.buffer, marks.buffer, keys.buffer]);
});
let sum = 0;
let isOver = false;

function take(pages: Buffer): void {
  sum = crc32(pages, sum);
  store.take(pages);
}

async function carryOut(order: Exclude<IntakeOrder, { kind: 'abandon' }>): Promise<void> {
  const bytes = Buffer.from(order.bytes.buffer, order.bytes.byteOffset, order.bytes.length);
  if (order.kind === 'piece') {
    take(bytes);
    const memory = order.bytes.buffer;
    tell({ kind: 'taken', memory }, [memory]);
    return;
  }
  const end = bytes.length - SUM_BYTES;
  if (end < 0) throw new Error('the checksum is missing');
  take(bytes.subarray(0, end));
  if (bytes.readUInt32BE(end) !== sum) throw new Error('the checksum does not match');
  tell({ kind: 'done', result: await store.finish() });
  port.close();
}

async function giveUp(): Promise<void> {
  isOver = true;
  await store.abandon();
  port.close();
}

port.on('message', (order: IntakeOrder) => {
  if (isOver) return;
  if (order.kind === 'abandon') void giveUp();
  else {
    carryOut(order).catch((error: Error) => {
      tell({ kind: 'failed', message: error.message });
      return giveUp();
    });
  }
});
