// What the main thread and the writer thread say to each other. Bytes go over as whole pieces of memory that change
// hands, with tables of numbers that say what lies where; nothing is copied twice and no record becomes an object.
import type { IndexPortion } from './index-portion.ts';
import type { BackendSize, HashRevisionsQuery } from './types.ts';

/** Settings of the writer thread, as workerData. */
export interface WriterSettings {
  readonly directory: string;
  readonly mapSizeBytes: number;
}

/** One transaction. */
export interface CommitRequest {
  readonly kind: 'commit';
  readonly id: number;
  /** Whether the commit must be on stable storage when it is reported. */
  readonly flush: boolean;
  readonly bytes: Uint8Array;
  /** Revisions to append: main, subMark, offset, length. */
  readonly appends: Float64Array;
  /** Revisions to remove, after the appends: main, subMark. */
  readonly removals: Float64Array;
  /** Other records: bucket number, key offset, key length, value offset (−1: remove), value length. */
  readonly changes: Float64Array;
}

export type WriterRequest =
  | CommitRequest
  | { readonly kind: 'hashRevisions'; readonly id: number; readonly query: HashRevisionsQuery }
  | { readonly kind: 'hashAll'; readonly id: number }
  /** The next revisions for the index, or the first ones. */
  | { readonly kind: 'indexPortion'; readonly id: number; readonly first: boolean }
  | { readonly kind: 'defragment'; readonly id: number; readonly directory: string }
  /** Completes the copy. From here on requests wait in the writer until `adopt` or `reopen`. */
  | { readonly kind: 'finishDefragment'; readonly id: number }
  /** The copy has taken the place of the environment. */
  | { readonly kind: 'adopt'; readonly id: number }
  /** Lets go of the environment. From here on requests wait in the writer until `reopen`. */
  | { readonly kind: 'release'; readonly id: number }
  /** Opens the environment again if it was let go, and works off what waits. */
  | { readonly kind: 'reopen'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number };

export type WriterReply =
  | {
      readonly kind: 'done';
      readonly id: number;
      /** Of a hash. */
      readonly hash: number;
      readonly durationMs: number;
      readonly size: BackendSize | undefined;
      readonly portion: IndexPortion | undefined;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
