// What the main thread and the thread that lays out a snapshot tell each other.
import type { EtcdBucket } from '@quorate/storage';

/** To the thread. Buckets come whole, one after the other, then `finish`; after that `next` as often as chunks are wanted. */
export type ExportOrder =
  | { readonly kind: 'entries'; readonly bucket: EtcdBucket; readonly packed: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'finish' }
  | { readonly kind: 'next' };

/** From the thread: `taken` for every `entries`, `planned` for `finish`, `chunk` for every `next` (undefined: the end). */
export type ExportReply =
  | { readonly kind: 'taken' }
  | { readonly kind: 'planned'; readonly databaseBytes: number }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array | undefined };

/** What the thread is started with. */
export interface ExportWorkerData {
  /** Where the spool file may lie; it is unlinked as soon as it is open. */
  readonly directory: string;
}
