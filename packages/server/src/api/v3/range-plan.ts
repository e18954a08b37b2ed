// How a RangeRequest is best answered: one key, at once, or in slices.
import { type RangeRequest, SortOrder, SortTarget } from '@quorate/proto';
import type { MvccStore } from '@quorate/storage';
import { rangeAtOnceKeys } from './limits.ts';

/** Whether the request reads the current value of one key, whole and unfiltered. */
export function isPlainGet(request: RangeRequest): boolean {
  return (
    request.rangeEnd.length === 0 &&
    request.revision === 0 &&
    !request.countOnly &&
    !request.keysOnly &&
    !hasFilter(request)
  );
}

/** Whether key-values come out in the store's own order with nothing left out, so that a limit is a limit on reading. */
export function isInKeyOrder(request: RangeRequest): boolean {
  return (
    request.sortTarget === SortTarget.KEY && request.sortOrder !== SortOrder.DESCEND && !hasFilter(request)
  );
}

/** Whether a filter on revisions is set. */
export function hasFilter(request: RangeRequest): boolean {
  return (
    request.minModRevision !== 0 ||
    request.maxModRevision !== 0 ||
    request.minCreateRevision !== 0 ||
    request.maxCreateRevision !== 0
  );
}

/** Whether the range may touch so many keys that it has to be read in slices. */
export function mayBeLarge(request: RangeRequest, store: MvccStore): boolean {
  if (request.rangeEnd.length === 0 || request.countOnly) return false;
  if (isInKeyOrder(request) && request.limit > 0 && request.limit <= rangeAtOnceKeys) return false;
  // The count of another revision is not known without reading it, so only the present one can rule it out.
  if (request.revision !== 0 && request.revision !== store.revision) return true;
  return store.count(request.key, request.rangeEnd) > rangeAtOnceKeys;
}
