// Merge sort in small steps, so that sorting a large range never holds the loop. What is sorted are the numbers of rows.
import { sortStepItems } from './limits.ts';

/** Compares two rows; never 0 for two different ones. */
export type RowOrder = (a: number, b: number) => number;

/** Sorts the rows 0 … count−1 in bounded steps. */
export class SlicedSort {
  #from: Uint32Array;
  #to: Uint32Array;
  readonly #compare: RowOrder;
  /** Length of the sorted runs that exist so far; 0 while the first runs are being made. */
  #run = 0;
  /** Start of the pair of runs being merged, and the three positions of that merge. */
  #start = 0;
  #left = 0;
  #right = 0;
  #out = 0;

  constructor(count: number, compare: RowOrder) {
    this.#from = new Uint32Array(count);
    this.#to = new Uint32Array(count);
    this.#compare = compare;
  }

  /** One step; false when everything is sorted. */
  step(): boolean {
    if (this.#run === 0) return this.#sortNextRun();
    if (this.#run >= this.#from.length) return false;
    this.#mergeSome(sortStepItems);
    return this.#run < this.#from.length;
  }

  /** The rows in order, once `step` has returned false. */
  get sorted(): Uint32Array {
    return this.#from;
  }

  #sortNextRun(): boolean {
    const from = this.#from;
    const end = Math.min(this.#start + sortStepItems, from.length);
    for (let row = this.#start; row < end; row++) from[row] = row;
    from.subarray(this.#start, end).sort(this.#compare);
    this.#start = end;
    if (end < from.length) return true;
    this.#run = sortStepItems;
    this.#beginPair(0);
    return this.#run < from.length;
  }

  #beginPair(start: number): void {
    this.#start = start;
    this.#left = start;
    this.#right = Math.min(start + this.#run, this.#from.length);
    this.#out = start;
  }

  #mergeSome(budget: number): void {
    const from = this.#from;
    const to = this.#to;
    const leftEnd = Math.min(this.#start + this.#run, from.length);
    const rightEnd = Math.min(leftEnd + this.#run, from.length);
    for (let done = 0; done < budget && this.#out < rightEnd; done++) {
      const takeLeft =
        this.#left < leftEnd &&
        (this.#right >= rightEnd ||
          this.#compare(from[this.#left] as number, from[this.#right] as number) < 0);
      to[this.#out++] = from[takeLeft ? this.#left++ : this.#right++] as number;
    }
    if (this.#out < rightEnd) return;
    if (rightEnd < from.length) {
      this.#beginPair(rightEnd);
      return;
    }
    this.#from = to;
    this.#to = from;
    this.#run *= 2;
    this.#beginPair(0);
  }
}
