// What the main thread and the thread that turns the store into a file say to each other: one question at a time, one
// answer each.
import type { ExtraMeta } from '@quorate/storage';

/** What the thread is started with. */
export interface FileWorkerData {
  readonly directory: string;
}

export type FileOrder =
  /** From now on the file is that of the moment in which this is answered. */
  | { readonly kind: 'pin' }
  /** Lays a bbolt file out. */
  | { readonly kind: 'plan'; readonly extraMeta: ExtraMeta }
  /** The pieces are those of the store's pages, and their CRC-32 at the end. */
  | { readonly kind: 'planPages' }
  /** The next piece of it; `memory` of an earlier piece of pages may be used again. */
  | { readonly kind: 'next'; readonly memory?: ArrayBuffer }
  | { readonly kind: 'close' };

export type FileReply =
  | { readonly kind: 'pinned'; readonly index: number; readonly term: number }
  | { readonly kind: 'planned'; readonly sizeBytes: number }
  | { readonly kind: 'piece'; readonly bytes: Uint8Array }
  /** The file is over; the SHA-256 of a bbolt file. */
  | { readonly kind: 'end'; readonly digest: Uint8Array }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly message: string };
