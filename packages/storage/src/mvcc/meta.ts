// The store's bookkeeping in the bucket `meta`, in etcd's form: consistent_index and term as 8 bytes big-endian, the
// two compaction marks as revision keys.
import { type Backend, encodeRevisionKey, mainOf } from '../backend/index.ts';

const consistentIndexKey = Buffer.from('consistent_index');
const termKey = Buffer.from('term');
const scheduledCompactKey = Buffer.from('scheduledCompactRev');
const finishedCompactKey = Buffer.from('finishedCompactRev');

function encodeUint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32), 0);
  bytes.writeUInt32BE(value >>> 0, 4);
  return bytes;
}

function readUint64(backend: Backend, key: Uint8Array): number {
  const bytes = backend.get('meta', key);
  if (bytes === undefined || bytes.length < 8) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(0) * 2 ** 32 + view.getUint32(4);
}

/** What the bookkeeping said when the store was opened; −1: no such mark. */
export interface StoredMeta {
  readonly consistentIndex: number;
  readonly term: number;
  readonly scheduledCompact: number;
  readonly finishedCompact: number;
}

export function readMeta(backend: Backend): StoredMeta {
  const scheduled = backend.get('meta', scheduledCompactKey);
  const finished = backend.get('meta', finishedCompactKey);
  return {
    consistentIndex: readUint64(backend, consistentIndexKey),
    term: readUint64(backend, termKey),
    scheduledCompact: scheduled === undefined ? -1 : mainOf(scheduled),
    finishedCompact: finished === undefined ? -1 : mainOf(finished),
  };
}

export function writeConsistentIndex(backend: Backend, index: number, term: number): void {
  backend.put('meta', consistentIndexKey, encodeUint64(index));
  backend.put('meta', termKey, encodeUint64(term));
}

export function writeScheduledCompact(backend: Backend, revision: number): void {
  backend.put('meta', scheduledCompactKey, encodeRevisionKey(revision, 0, false));
}

export function writeFinishedCompact(backend: Backend, revision: number): void {
  backend.put('meta', finishedCompactKey, encodeRevisionKey(revision, 0, false));
}
