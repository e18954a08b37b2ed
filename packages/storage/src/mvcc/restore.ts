// Rebuilding the index from the stored revisions, in slices, when the store is opened.
import type { Clock } from '@quorate/base';
import type { Backend } from '../backend/index.ts';
import type { KeyIndex } from './key-index.ts';
import { KeyValueReader } from './key-value.ts';
import { restoreSliceRevisions } from './limits.ts';
import type { LeaseAttacher } from './types.ts';

/** What was found. */
export interface Restored {
  /** Main part of the newest revision; 1 when there is none. */
  readonly revision: number;
  readonly revisions: number;
}

export async function restoreIndex(
  backend: Backend,
  index: KeyIndex,
  clock: Clock,
  leases: LeaseAttacher,
  onProgress: (revisions: number) => void,
): Promise<Restored> {
  const reader = new KeyValueReader();
  const { slots } = index;
  let lastMain = 1;
  let lastSub = -1;
  let revisions = 0;
  index.beginBuilding();
  const visit = (main: number, sub: number, tombstone: boolean, value: Uint8Array, length: number): void => {
    reader.parse(value, 0, length);
    const slot = index.restore(
      value,
      reader.keyStart,
      reader.keyEnd,
      main,
      (sub << 1) | (tombstone ? 1 : 0),
      reader.createRevision,
      reader.version,
    );
    slots.setLeaseHalves(slot, reader.leaseLow | 0, reader.leaseHigh | 0);
    lastMain = main;
    lastSub = sub;
  };
  for (;;) {
    const visited = backend.scanRevisions(
      revisions === 0 ? 0 : lastMain,
      revisions === 0 ? 0 : lastSub + 1,
      restoreSliceRevisions,
      visit,
    );
    revisions += visited;
    if (visited > 0) onProgress(revisions);
    if (visited < restoreSliceRevisions) break;
    await new Promise<void>((resolve) => clock.defer(resolve));
  }
  index.finishBuilding();
  for (let slot = 0; slot < slots.capacity; slot++) {
    if (slots.hasLease(slot)) leases.attach(slots.lease(slot), index.keyOf(slot));
  }
  return { revision: lastMain, revisions };
}
