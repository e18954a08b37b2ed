// What the thread that takes in a store page by page is started with, is given and tells.
import type { IndexPortion, PagedStoreResult } from '@quorate/storage';

export type IntakeOrder =
  /** The first one: where the store is to be made; nothing may be there. */
  | { readonly kind: 'open'; readonly directory: string }
  /** The next bytes: whole pieces of `pieceBytes`. */
  | { readonly kind: 'piece'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** A portion has been put into the index; its memory comes back. */
  | { readonly kind: 'used'; readonly portion: IndexPortion }
  /** The last bytes, with the checksum behind them. */
  | { readonly kind: 'last'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'abandon' };

export type IntakeReply =
  /** A piece has been taken in; its memory comes back. */
  | { readonly kind: 'taken'; readonly memory: ArrayBuffer }
  /** What the index needs of the next records. */
  | { readonly kind: 'portion'; readonly portion: IndexPortion }
  /** No portion follows. */
  | { readonly kind: 'told' }
  /** The store is complete and on stable storage. */
  | { readonly kind: 'done'; readonly result: PagedStoreResult }
  | { readonly kind: 'failed'; readonly message: string };
