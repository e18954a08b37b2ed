// Nodes of one size in pages of plain memory, given out and taken back by number.
import { lastingMemory } from './lasting-memory.ts';

const PAGE_BITS = 9;
const PAGE_NODES = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_NODES - 1;

export class NodePool {
  readonly pages: Int32Array[] = [];
  private readonly ints: number;
  private used = 0;
  private readonly free: number[] = [];

  constructor(ints: number) {
    this.ints = ints;
  }

  get bytes(): number {
    return this.pages.length * PAGE_NODES * this.ints * 4;
  }

  /** Memory a node lies in, and where in it the node begins. What a node holds when allocated is not defined. */
  page(node: number): Int32Array {
    return this.pages[node >>> PAGE_BITS] as Int32Array;
  }

  base(node: number): number {
    return (node & PAGE_MASK) * this.ints;
  }

  allocate(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    const node = this.used++;
    if ((node & PAGE_MASK) === 0)
      this.pages.push(new Int32Array(lastingMemory(PAGE_NODES * this.ints * Int32Array.BYTES_PER_ELEMENT)));
    return node;
  }

  release(node: number): void {
    this.free.push(node);
  }
}
