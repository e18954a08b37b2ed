// The store as a bbolt file: the main thread hands a consistent view of the backend over in small portions, a worker
// thread lays the file out and gives it back chunk by chunk.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { assert, type Clock, EtcdError, GrpcCode } from '@quorate/base';
import { type Backend, type BackendSnapshot, ETCD_BUCKETS, type EtcdBucket } from '@quorate/storage';
import { snapshotPortionBytes } from './limits.ts';
import type { SnapshotSource } from './options.ts';
import { packEntries } from './packed-entries.ts';
import type { ExportOrder, ExportReply, ExportWorkerData } from './snapshot-export-protocol.ts';

function workerUrl(): URL {
  // Beside this module in a plain build; beside the commands, one level up, when bundled into chunks.
  const beside = new URL('./snapshot-export-worker.js', import.meta.url);
  return existsSync(fileURLToPath(beside))
    ? beside
    : new URL('../snapshot-export-worker.js', import.meta.url);
}

/**
 * Opens a snapshot of everything written so far. `spoolDirectory` takes an unnamed file of about the store's size.
 * @throws EtcdError (rejects) when the spool cannot be written
 */
export async function openBackendSnapshot(
  backend: Backend,
  clock: Clock,
  version: string,
  spoolDirectory: string,
): Promise<SnapshotSource> {
  const thread = new ExportThread({ directory: spoolDirectory });
  try {
    const view = await backend.snapshot();
    try {
      for (const bucket of ETCD_BUCKETS) await handOver(view, bucket, thread, clock);
    } finally {
      view.close();
    }
    const planned = await thread.ask({ kind: 'finish' });
    assert(planned.kind === 'planned', 'finish is answered with the plan');
    return new ExportedSnapshot(thread, planned.databaseBytes, version);
  } catch (error) {
    thread.close();
    throw error;
  }
}

async function handOver(
  view: BackendSnapshot,
  bucket: EtcdBucket,
  thread: ExportThread,
  clock: Clock,
): Promise<void> {
  let last: Uint8Array | undefined;
  for (;;) {
    const entries = view.read(bucket, last, snapshotPortionBytes);
    const end = entries[entries.length - 1];
    if (end === undefined) return;
    last = end.key;
    const packed = packEntries(entries);
    await thread.ask({ kind: 'entries', bucket, packed }, [packed.buffer]);
    await new Promise<void>((resolve) => clock.defer(resolve));
  }
}

/** The worker, one question at a time. */
class ExportThread {
  readonly #worker: Worker;
  #waiting: { resolve: (reply: ExportReply) => void; reject: (error: Error) => void } | undefined;
  #failure: EtcdError | undefined;

  constructor(data: ExportWorkerData) {
    // Flags of the process (a profiler, an --input-type) are not meant for this thread.
    this.#worker = new Worker(workerUrl(), { workerData: data, name: 'snapshot', execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (reply: ExportReply) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.resolve(reply);
    });
    this.#worker.on('error', (error) => this.#fail(error.message));
    this.#worker.on('exit', () => this.#fail('the thread ended'));
  }

  ask(order: ExportOrder, transfer: readonly ArrayBuffer[] = []): Promise<ExportReply> {
    assert(this.#waiting === undefined, 'one question at a time');
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(order, transfer);
    });
  }

  close(): void {
    void this.#worker.terminate();
  }

  #fail(reason: string): void {
    this.#failure ??= new EtcdError(GrpcCode.Unknown, `etcdserver: snapshot failed: ${reason}`);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#failure);
  }
}

class ExportedSnapshot implements SnapshotSource {
  readonly sizeBytes: number;
  readonly version: string;
  readonly #thread: ExportThread;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(thread: ExportThread, sizeBytes: number, version: string) {
    this.#thread = thread;
    this.sizeBytes = sizeBytes;
    this.version = version;
  }

  async read(maxBytes: number): Promise<Uint8Array> {
    if (this.#chunk.length === 0) {
      const reply = await this.#thread.ask({ kind: 'next' });
      assert(reply.kind === 'chunk', 'next is answered with a chunk');
      this.#chunk = reply.bytes ?? this.#chunk;
    }
    const part = this.#chunk.subarray(0, maxBytes);
    this.#chunk = this.#chunk.subarray(part.length);
    return part;
  }

  close(): void {
    this.#thread.close();
  }
}
