// From a slot or a revision to the encoded record: memory first, then the backend.
import { assert } from '@quorate/base';
import type { Backend } from '../backend/index.ts';
import type { KeyIndex } from './key-index.ts';
import type { RecordArena } from './record-arena.ts';

export class RecordReader {
  private readonly backend: Backend;
  private readonly index: KeyIndex;
  private readonly arena: RecordArena;

  constructor(backend: Backend, index: KeyIndex, arena: RecordArena) {
    this.backend = backend;
    this.index = index;
    this.arena = arena;
  }

  /** The newest record of a live key. */
  current(slot: number, keep: boolean): Uint8Array {
    const held = this.arena.view(slot);
    if (held !== undefined) return held;
    const { slots } = this.index;
    const record = this.stored(slots.modMain(slot), slots.subMark(slot) >> 1);
    if (keep) this.arena.add(slot, record);
    return record;
  }

  /** The record of a put that the index says exists. */
  stored(main: number, sub: number): Uint8Array {
    const record = this.backend.getRevision(main, sub, false);
    assert(record !== undefined, `revision ${main}/${sub} is in the index but not in the backend`);
    return record;
  }
}
