// Merge sort in small steps, stable, so that sorting a large range never holds the loop.
import { sortStepItems } from './limits.ts';

/** Sorts `items` (in place, through one buffer of the same length) in bounded steps. */
export class SlicedSort<T> {
  #from: T[];
  #to: T[];
  readonly #compare: (a: T, b: T) => number;
  /** Length of the sorted runs that exist so far; 0 while the first runs are being made. */
  #run = 0;
  /** Start of the pair of runs being merged, and the three positions of that merge. */
  #start = 0;
  #left = 0;
  #right = 0;
  #out = 0;

  constructor(items: T[], compare: (a: T, b: T) => number) {
    this.#from = items;
    this.#to = new Array<T>(items.length);
    this.#compare = compare;
  }

  /** One step; false when everything is sorted. */
  step(): boolean {
    if (this.#run === 0) return this.#sortNextRun();
    if (this.#run >= this.#from.length) return false;
    this.#mergeSome(sortStepItems);
    return this.#run < this.#from.length;
  }

  /** The sorted items, once `step` has returned false. */
  get sorted(): T[] {
    return this.#from;
  }

  #sortNextRun(): boolean {
    const end = Math.min(this.#start + sortStepItems, this.#from.length);
    const run = this.#from.slice(this.#start, end).sort(this.#compare);
    for (let i = 0; i < run.length; i++) this.#from[this.#start + i] = run[i] as T;
    this.#start = end;
    if (end < this.#from.length) return true;
    this.#run = sortStepItems;
    this.#beginPair(0);
    return this.#run < this.#from.length;
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
        (this.#right >= rightEnd || this.#compare(from[this.#left] as T, from[this.#right] as T) <= 0);
      to[this.#out++] = from[takeLeft ? this.#left++ : this.#right++] as T;
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
