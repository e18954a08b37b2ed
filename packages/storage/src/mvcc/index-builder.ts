// The index of a store that is not open yet: made out of the stored revisions, portion by portion.
import type { Random } from '@quorate/base';
import { type IndexPortion, portionMarks, portionNumbers } from '../backend/index.ts';
import { KeyIndex } from './key-index.ts';
import type { LeaseAttacher } from './types.ts';

export class IndexBuilder {
  readonly index: KeyIndex;
  #revision = 1;
  #revisions = 0;
  /** What is left of putting the keys in order, once that has begun. */
  #ordering: Generator<undefined, void> | undefined;

  constructor(random: Random) {
    this.index = new KeyIndex(random);
    this.index.beginBuilding();
  }

  /** Main part of the newest revision; 1 when there is none. */
  get revision(): number {
    return this.#revision;
  }

  /** Revisions taken in. */
  get revisions(): number {
    return this.#revisions;
  }

  /** Takes in the next revisions, ascending. None come once `orderStep` has been called. */
  add({ count, numbers, marks, keys }: IndexPortion): void {
    const { index } = this;
    const { slots } = index;
    let keyStart = 0;
    let main = this.#revision;
    for (let at = 0; at < count; at++) {
      const number = at * portionNumbers;
      const mark = at * portionMarks;
      const keyEnd = marks[mark + 1] as number;
      main = numbers[number] as number;
      const slot = index.restore(
        keys,
        keyStart,
        keyEnd,
        main,
        marks[mark] as number,
        numbers[number + 1] as number,
        numbers[number + 2] as number,
      );
      slots.setLeaseHalves(slot, marks[mark + 2] as number, marks[mark + 3] as number);
      keyStart = keyEnd;
    }
    this.#revision = main;
    this.#revisions += count;
  }

  /** Does some of what `finish` would have to do, while there is time. @returns whether there is more of it */
  orderStep(): boolean {
    this.#ordering ??= this.index.finishSteps();
    return this.#ordering.next().done !== true;
  }

  /** Puts the keys in order; nothing is added afterwards. */
  finish(leases: LeaseAttacher): void {
    const { index } = this;
    const { slots } = index;
    while (this.orderStep());
    for (let slot = 0; slot < slots.capacity; slot++) {
      if (slots.hasLease(slot)) leases.attach(slots.lease(slot), index.keyOf(slot));
    }
  }
}
