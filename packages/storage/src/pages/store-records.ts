// What is taken note of while the records of a store come: where it stands, and what the index needs of each revision.
import { type IndexPortion, IndexPortionWriter } from '../backend/index-portion.ts';
import { indexPortionRecords } from '../backend/limits.ts';
import { readPosition, type StorePosition } from '../interchange/position.ts';
import { RevisionOrder } from '../interchange/revision-order.ts';
import type { RecordVisitor } from './checker.ts';
import { PageError } from './errors.ts';

export class StoreRecords {
  readonly #tell: (portion: IndexPortion) => void;
  readonly #order = new RevisionOrder();
  readonly #meta = new Map<string, Uint8Array>();
  /** Portions that have been told and used. */
  readonly #spare: IndexPortion[] = [];
  #portion = new IndexPortionWriter(indexPortionRecords);
  #revisions = 0;

  /** @param tell is given what the index needs of the next revisions */
  constructor(tell: (portion: IndexPortion) => void) {
    this.#tell = tell;
  }

  /** Takes a portion that was told back: fresh memory for each is work for the collector. */
  reuse(portion: IndexPortion): void {
    this.#spare.push(portion);
  }

  get revisions(): number {
    return this.#revisions;
  }

  /** For a PageChecker. @throws PageError when a revision is out of order, or has no key-value */
  readonly visit: RecordVisitor = (bucket, page, keyStart, keyEnd, bytes, start, end) => {
    if (bucket === 'key') this.#revision(page, keyStart, keyEnd, bytes, start, end);
    else if (bucket === 'meta') {
      this.#meta.set(page.toString('latin1', keyStart, keyEnd), Buffer.from(bytes.subarray(start, end)));
    }
  };

  /** All records have come. @returns where the store stands */
  finish(): StorePosition {
    if (this.#portion.count > 0) this.#tell(this.#portion.finish());
    return readPosition((key) => this.#meta.get(Buffer.from(key).toString('latin1')));
  }

  #revision(page: Buffer, keyStart: number, keyEnd: number, bytes: Buffer, start: number, end: number): void {
    const order = this.#order;
    const wrong = order.take(page, keyStart, keyEnd);
    if (wrong !== undefined) throw new PageError(wrong);
    try {
      this.#portion.add(order.main, order.sub, order.tombstone, bytes, start, end);
    } catch (error) {
      const what = order.tombstone ? 'tombstone' : 'key-value';
      throw new PageError(`${what} of revision ${order.main}.${order.sub}: ${(error as Error).message}`);
    }
    this.#revisions++;
    if (this.#portion.count < indexPortionRecords) return;
    this.#tell(this.#portion.finish());
    this.#portion = new IndexPortionWriter(indexPortionRecords, this.#spare.pop());
  }
}
