// Encoded records of recent writes and reads, in pieces of memory: where a put writes its record before the backend
// takes it, and where current values are found without asking the backend. A piece that is dropped is never written
// again, so views handed out stay good as long as anybody holds them.
//
// Each record has a header of 8 bytes in front: its slot and its length.
import { recordSegmentBytes } from './limits.ts';
import { none, type SlotTable } from './slot-table.ts';

const HEADER_BYTES = 8;

export class RecordArena {
  /** Memory being filled; a put encodes into it between `begin` and `finish`. */
  buffer: Buffer;
  private words: Int32Array;
  private at = 0;
  private readonly slots: SlotTable;
  private readonly maxBytes: number;
  private readonly segments: Buffer[] = [];
  private readonly segmentWords: Int32Array[] = [];
  private readonly segmentEnds: number[] = [];
  private firstSegment = 0;
  private bytes = 0;

  constructor(slots: SlotTable, maxBytes: number) {
    this.slots = slots;
    this.maxBytes = maxBytes;
    this.buffer = Buffer.alloc(0);
    this.words = new Int32Array(0);
    this.addSegment(0);
  }

  /** Makes room for a record of up to `bound` bytes. @returns where in `buffer` it begins */
  begin(bound: number): number {
    const start = ((this.at + 3) & ~3) + HEADER_BYTES;
    if (start + bound <= this.buffer.length) return start;
    this.addSegment(bound);
    return HEADER_BYTES;
  }

  /** Ends the record begun last. With a slot it becomes the slot's newest record; with none it is only stored. */
  finish(start: number, end: number, slot: number): void {
    const header = (start - HEADER_BYTES) >> 2;
    this.words[header] = slot;
    this.words[header + 1] = end - start;
    this.at = end;
    if (slot !== none) this.slots.setRecord(slot, this.firstSegment + this.segments.length - 1, start);
  }

  /** A copy of a record read from elsewhere becomes the slot's newest record. */
  add(slot: number, record: Uint8Array): void {
    const start = this.begin(record.length);
    this.buffer.set(record, start);
    this.finish(start, start + record.length, slot);
  }

  /** The slot's newest record, or undefined when it is not here. */
  view(slot: number): Uint8Array | undefined {
    const segment = this.slots.segment(slot);
    if (segment === none) return undefined;
    const index = segment - this.firstSegment;
    const start = this.slots.offset(slot);
    const length = (this.segmentWords[index] as Int32Array)[(start >> 2) - 1] as number;
    return (this.segments[index] as Buffer).subarray(start, start + length);
  }

  private addSegment(bound: number): void {
    if (this.segments.length > 0) this.segmentEnds[this.segments.length - 1] = this.at;
    const bytes = Math.max(recordSegmentBytes, bound + HEADER_BYTES);
    // Not from the shared pool: a view of it must not keep strangers' memory alive, and words need alignment.
    this.buffer = Buffer.allocUnsafeSlow((bytes + 3) & ~3);
    this.words = new Int32Array(this.buffer.buffer);
    this.at = 0;
    this.segments.push(this.buffer);
    this.segmentWords.push(this.words);
    this.segmentEnds.push(0);
    this.bytes += this.buffer.length;
    while (this.bytes > this.maxBytes && this.segments.length > 1) this.dropOldest();
  }

  private dropOldest(): void {
    const buffer = this.segments.shift() as Buffer;
    const words = this.segmentWords.shift() as Int32Array;
    const end = this.segmentEnds.shift() as number;
    const { slots } = this;
    for (let at = 0; at < end; ) {
      const slot = words[at >> 2] as number;
      const length = words[(at >> 2) + 1] as number;
      const start = at + HEADER_BYTES;
      if (slot !== none && slots.segment(slot) === this.firstSegment && slots.offset(slot) === start) {
        slots.setRecord(slot, none, 0);
      }
      at = (start + length + 3) & ~3;
    }
    this.firstSegment++;
    this.bytes -= buffer.length;
  }
}
