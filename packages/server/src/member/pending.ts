// Requests that are in the log and not yet answered, found by the index of their entry without a lookup by id.
import type { InternalOp } from '../apply/internal-op.ts';
import type { RaftOp, ResultSink } from './seam.ts';

/** One request on its way. */
export class Proposal {
  op: RaftOp | InternalOp;
  sink: ResultSink | undefined;
  readonly deadlineMs: number;
  /** Wall-independent time of `propose`. */
  readonly startedMs: number;
  /** Request id, for proposals that travel through another leader; 0n otherwise. */
  id = 0n;
  /** Made by the member itself: limits of clients do not apply. */
  isInternal = false;
  /** Place in the log once proposed here. */
  index = 0;
  term = 0;

  constructor(op: RaftOp | InternalOp, sink: ResultSink, startedMs: number, deadlineMs: number) {
    this.op = op;
    this.sink = sink;
    this.startedMs = startedMs;
    this.deadlineMs = deadlineMs;
  }
}

/** Proposals by index in a ring; gaps are fine. */
export class PendingRing {
  #slots: (Proposal | undefined)[] = new Array(1024);
  /** Everything pending has first ≤ index < end. */
  #first = 0;
  #end = 0;
  #count = 0;

  get length(): number {
    return this.#count;
  }

  /** What was at the index or beyond has been replaced in the log: it goes to `lost`. */
  add(proposal: Proposal, lost: (proposal: Proposal) => void): void {
    const { index } = proposal;
    if (index < this.#end) this.takeFrom(index, lost);
    if (this.#count === 0) this.#first = index;
    this.#end = index + 1;
    while (this.#end - this.#first > this.#slots.length) this.#grow();
    this.#slots[index & (this.#slots.length - 1)] = proposal;
    this.#count++;
  }

  /** Takes the proposal at an index, if there is one. Lower ones are dropped into `lost`. */
  take(index: number, lost: (proposal: Proposal) => void): Proposal | undefined {
    if (this.#count === 0 || index < this.#first) return undefined;
    while (this.#first < index && this.#count > 0) {
      const skipped = this.#remove(this.#first++);
      if (skipped !== undefined) lost(skipped);
    }
    if (this.#count === 0 || index >= this.#end) return undefined;
    this.#first = index + 1;
    return this.#remove(index);
  }

  /** Takes proposals from an index on (their entries were replaced or dropped). */
  takeFrom(index: number, visit: (proposal: Proposal) => void): void {
    for (let at = Math.max(index, this.#first); at < this.#end; at++) {
      const proposal = this.#remove(at);
      if (proposal !== undefined) visit(proposal);
    }
    if (index < this.#end) this.#end = Math.max(index, this.#first);
  }

  /** Looks at the oldest proposals until `visit` returns false. */
  visitOldest(visit: (proposal: Proposal) => boolean): void {
    for (let at = this.#first; at < this.#end; at++) {
      const proposal = this.#slots[at & (this.#slots.length - 1)];
      if (proposal !== undefined && !visit(proposal)) return;
    }
  }

  takeAll(visit: (proposal: Proposal) => void): void {
    this.takeFrom(this.#first, visit);
  }

  #remove(index: number): Proposal | undefined {
    const slot = index & (this.#slots.length - 1);
    const proposal = this.#slots[slot];
    if (proposal === undefined) return undefined;
    this.#slots[slot] = undefined;
    this.#count--;
    return proposal;
  }

  #grow(): void {
    const old = this.#slots;
    const slots: (Proposal | undefined)[] = new Array(old.length * 2);
    for (const proposal of old) {
      if (proposal !== undefined) slots[proposal.index & (slots.length - 1)] = proposal;
    }
    this.#slots = slots;
  }
}
