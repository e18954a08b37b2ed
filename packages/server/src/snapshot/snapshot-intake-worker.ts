// The thread that takes in a store page by page. When it reports success the store is complete and on stable storage.
import { parentPort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { assert } from '@quorate/base';
import { memoryOfPortion, PagedStore } from '@quorate/storage';
import type { IntakeOrder, IntakeReply } from './intake-protocol.ts';
import { SUM_BYTES } from './limits.ts';

assert(parentPort !== null, 'runs as a worker thread');
const port = parentPort;

function tell(reply: IntakeReply, memory: ArrayBuffer[] = []): void {
  port.postMessage(reply, memory);
}

let store: PagedStore | undefined;
let sum = 0;
let isOver = false;

function open(directory: string): PagedStore {
  return new PagedStore(directory, (portion) => {
    tell({ kind: 'portion', portion }, memoryOfPortion(portion));
  });
}

function take(into: PagedStore, pages: Buffer): void {
  sum = crc32(pages, sum);
  into.take(pages);
}

async function carryOut(order: Exclude<IntakeOrder, { kind: 'abandon' }>): Promise<void> {
  if (order.kind === 'open') {
    store = open(order.directory);
    return;
  }
  assert(store !== undefined, 'the first order opens the store');
  if (order.kind === 'used') {
    store.reuse(order.portion);
    return;
  }
  const bytes = Buffer.from(order.bytes.buffer, order.bytes.byteOffset, order.bytes.length);
  if (order.kind === 'piece') {
    take(store, bytes);
    const memory = order.bytes.buffer;
    tell({ kind: 'taken', memory }, [memory]);
    return;
  }
  const end = bytes.length - SUM_BYTES;
  if (end < 0) throw new Error('the checksum is missing');
  take(store, bytes.subarray(0, end));
  if (bytes.readUInt32BE(end) !== sum) throw new Error('the checksum does not match');
  const result = await store.finish(() => tell({ kind: 'told' }));
  tell({ kind: 'done', result });
  port.close();
}

async function giveUp(): Promise<void> {
  isOver = true;
  await store?.abandon();
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
