// The writer thread: the only place that writes to the LMDB environment. It works off what the main thread sends, in
// order, one transaction a message; hashes and the copy of a defragmentation are cut into slices between messages.
import { parentPort, workerData } from 'node:worker_threads';
import type { WriterRequest, WriterSettings } from './lmdb-protocol.ts';
import { LmdbWriter } from './lmdb-writer.ts';

const port = parentPort;
if (port === null) throw new Error('lmdb-worker is the entry of a worker thread');
const writer = new LmdbWriter(workerData as WriterSettings, (reply, memory) =>
  port.postMessage(reply, memory),
);
port.on('message', (request: WriterRequest) => writer.handle(request));
