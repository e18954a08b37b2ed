// HashKV: which stored revisions count at a revision, found out in slices; the sum itself is the backend's work.
//
// etcd's rule: all revisions up to the one asked for, but of those not above the compact revision only the ones that are
// some key's state at the revision asked for; if no key exists at that revision, all that the compaction left.
// Tombstones of exactly the compact revision are left out (older versions removed them, newer ones keep them).
import type { Clock } from '@quorate/base';
import type { Backend } from '../backend/index.ts';
import type { Compaction } from './compaction.ts';
import type { KeyIndex } from './key-index.ts';
import { sliceMs } from './limits.ts';

const CLOCK_SLOTS = 1024;

export interface HashSource {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly index: KeyIndex;
  readonly compaction: Compaction;
  readonly isClosed: () => boolean;
}

/** The hash at `revision` of a store compacted at `compactRevision`; both must be the store's own at this moment. */
export async function hashRevisions(
  source: HashSource,
  revision: number,
  compactRevision: number,
): Promise<number> {
  const { backend, compaction } = source;
  let query: Promise<number>;
  // While the index is walked nothing may be removed; the backend's cut is made in the turn the walk ends.
  compaction.pause();
  try {
    let skip: number[] = [];
    if (compactRevision > 0) {
      const exists = await walk(source, compactRevision, revision, skip);
      if (!exists) {
        skip = [];
        await walk(source, compactRevision, compactRevision, skip);
      }
      compaction.pendingInto(skip);
    }
    query = backend.hashRevisions({ revision, compactRevision, skip: Float64Array.from(skip) });
  } finally {
    compaction.resume();
  }
  return query;
}

/** Looks at all keys. @returns whether any exists at the revision */
function walk(
  source: HashSource,
  compactRevision: number,
  revision: number,
  skip: number[],
): Promise<boolean> {
  const { clock, index } = source;
  let slot = 0;
  let exists = false;
  return new Promise((resolve, reject) => {
    const slice = (): void => {
      const untilMs = clock.nowMs() + sliceMs;
      while (slot < index.slots.capacity) {
        if (!index.slots.isFree(slot) && index.supersededAt(slot, compactRevision, revision, skip))
          exists = true;
        slot++;
        if (slot % CLOCK_SLOTS === 0 && clock.nowMs() >= untilMs) {
          if (source.isClosed()) reject(new Error('the store has been closed'));
          else clock.defer(slice);
          return;
        }
      }
      resolve(exists);
    };
    slice();
  });
}
