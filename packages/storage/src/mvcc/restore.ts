// Rebuilding the index from the stored revisions, portion by portion, when the store is opened.
import { type Backend, portionMarks, portionNumbers } from '../backend/index.ts';
import type { KeyIndex } from './key-index.ts';
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
  leases: LeaseAttacher,
  onProgress: (revisions: number) => void,
): Promise<Restored> {
  const { slots } = index;
  let lastMain = 1;
  let revisions = 0;
  index.beginBuilding();
  await backend.readIndex(({ count, numbers, marks, keys }) => {
    let keyStart = 0;
    for (let at = 0; at < count; at++) {
      const number = at * portionNumbers;
      const mark = at * portionMarks;
      const keyEnd = marks[mark + 1] as number;
      lastMain = numbers[number] as number;
      const slot = index.restore(
        keys,
        keyStart,
        keyEnd,
        lastMain,
        marks[mark] as number,
        numbers[number + 1] as number,
        numbers[number + 2] as number,
      );
      slots.setLeaseHalves(slot, marks[mark + 2] as number, marks[mark + 3] as number);
      keyStart = keyEnd;
    }
    revisions += count;
    onProgress(revisions);
  });
  index.finishBuilding();
  for (let slot = 0; slot < slots.capacity; slot++) {
    if (slots.hasLease(slot)) leases.attach(slots.lease(slot), index.keyOf(slot));
  }
  return { revision: lastMain, revisions };
}
