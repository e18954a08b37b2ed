// The thread that makes a bbolt file out of the store's entries. A bbolt file has to be laid out before its first byte
// is known, so the entries are spooled to a file without a name and read twice from there; memory stays small.
import { randomUUID } from 'node:crypto';
import { openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@quorate/base';
import { type EtcdBucket, writeEtcdSnapshot } from '@quorate/storage';
import { spoolBufferBytes } from './limits.ts';
import { unpackEntries } from './packed-entries.ts';
import type { ExportOrder, ExportReply, ExportWorkerData } from './snapshot-export-protocol.ts';

assert(parentPort !== null, 'runs as a worker thread');
const port = parentPort;
const { directory } = workerData as ExportWorkerData;
const path = join(directory, `quorate-snapshot-${randomUUID()}`);
const file = openSync(path, 'wx+', 0o600);
unlinkSync(path);

/** Where each bucket's entries lie in the spool. */
const extents = new Map<EtcdBucket, { start: number; end: number }>();
let spooled = 0;
let chunks: Iterator<Uint8Array> | undefined;

function append(bucket: EtcdBucket, packed: Uint8Array): void {
  const extent = extents.get(bucket) ?? { start: spooled, end: spooled };
  assert(extent.end === spooled, 'a bucket comes in one piece');
  for (let at = 0; at < packed.length; ) {
    at += writeSync(file, packed, at, packed.length - at, spooled + at);
  }
  spooled += packed.length;
  extents.set(bucket, { start: extent.start, end: spooled });
}

function readAt(target: Uint8Array, length: number, position: number): boolean {
  for (let at = 0; at < length; ) {
    const count = readSync(file, target, at, length - at, position + at);
    if (count === 0) return false;
    at += count;
  }
  return true;
}

function reply(message: ExportReply): void {
  port.postMessage(message);
}

port.on('message', (order: ExportOrder) => {
  switch (order.kind) {
    case 'entries':
      append(order.bucket, order.packed);
      reply({ kind: 'taken' });
      break;
    case 'finish': {
      const plan = writeEtcdSnapshot((bucket) => {
        const { start, end } = extents.get(bucket) ?? { start: 0, end: 0 };
        return unpackEntries(readAt, start, end, spoolBufferBytes);
      });
      chunks = plan.databaseChunks();
      reply({ kind: 'planned', databaseBytes: plan.databaseBytes });
      break;
    }
    case 'next': {
      assert(chunks !== undefined, 'chunks come after the plan');
      const { done, value } = chunks.next();
      reply({ kind: 'chunk', bytes: done ? undefined : value });
      break;
    }
  }
});
