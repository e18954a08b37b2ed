// Ranges for the api: the store's answer with the store's errors turned into etcd's.
import { type EtcdError, errors } from '@quorate/base';
import { type RangeRequest, SortOrder, SortTarget } from '@quorate/proto';
import { MvccError, MvccErrorKind, type MvccStore } from '@quorate/storage';
import type { RangeOutcome } from '../member/seam.ts';

/** Whether both values are ones of their enums. */
export function isKnownSort(sortOrder: number, sortTarget: number): boolean {
  return (
    sortOrder >= SortOrder.NONE &&
    sortOrder <= SortOrder.DESCEND &&
    sortTarget >= SortTarget.KEY &&
    sortTarget <= SortTarget.VALUE
  );
}

/** The error a client sees for an error of the store. Anything else is a bug and is thrown on. */
export function toEtcdError(error: unknown): EtcdError {
  if (!(error instanceof MvccError)) throw error;
  switch (error.kind) {
    case MvccErrorKind.compacted:
      return errors.compacted;
    case MvccErrorKind.futureRevision:
      return errors.futureRevision;
    case MvccErrorKind.invalidSort:
      return errors.invalidSortOption;
    case MvccErrorKind.closed:
      return errors.stopped;
    case MvccErrorKind.emptyWatchRange:
      throw error;
  }
}

/** Reads a range now. @throws EtcdError compacted, futureRevision, invalidSortOption */
export function runRange(store: MvccStore, request: RangeRequest): RangeOutcome {
  try {
    return store.range(request);
  } catch (error) {
    throw toEtcdError(error);
  }
}
