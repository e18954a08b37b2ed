// What the thread that makes a store out of a file is started with, and what it tells.
import type { LoadedFile, StorePosition } from '@quorate/storage';

export interface BuildWorkerData {
  readonly file: string;
  /** Where the store is to be made; nothing may be there. */
  readonly directory: string;
  /** See LoadOptions. */
  readonly atLeast: StorePosition | undefined;
}

export type BuildReply =
  | { readonly kind: 'progress'; readonly records: number }
  | { readonly kind: 'done'; readonly loaded: LoadedFile }
  | { readonly kind: 'failed'; readonly message: string };
