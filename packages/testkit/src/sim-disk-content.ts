// Contents of a simulated file: what a reader sees now, and what would be left after a loss of power.
//
// Model: a write lands in the page cache at once. Until a sync, each 512-byte sector reaches the platter at some moment
// or not at all, so what survives of a sector is its state after some prefix of the writes that touched it, chosen for
// each sector by itself; the file's length likewise survives as of some moment. Sectors that never arrived read as
// before, or as zeros past the old end. After a failed sync nothing more is known about what it was to make durable,
// even if a later sync succeeds.
import type { Random } from '@quorate/base';

export const SIM_SECTOR_BYTES = 512;

/** What a loss of power does to data not synced. */
export type SimLoss = 'lose-all' | 'keep-all' | 'random';

interface PendingWrite {
  readonly kind: 'write';
  readonly sequence: number;
  readonly position: number;
  readonly bytes: Uint8Array;
  /** A sync that included it has failed: no later sync makes it durable. */
  doubtful: boolean;
}

interface PendingTruncate {
  readonly kind: 'truncate';
  readonly sequence: number;
  readonly size: number;
  doubtful: boolean;
}

type Pending = PendingWrite | PendingTruncate;

/** Bytes with a length; what was never written reads as zeros and takes no memory. */
class Extent {
  size = 0;
  #bytes: Buffer = Buffer.alloc(0);

  write(position: number, from: Uint8Array): void {
    const end = position + from.length;
    this.#reserve(end);
    this.#bytes.set(from, position);
    this.size = Math.max(this.size, end);
  }

  truncate(size: number): void {
    if (size < this.#bytes.length) this.#bytes.fill(0, size);
    this.size = size;
  }

  /** Writes without growing the length: bytes past it are not seen until it grows. */
  writeHidden(position: number, from: Uint8Array): void {
    this.#reserve(position + from.length);
    this.#bytes.set(from, position);
  }

  /** Clears what lies past the length. */
  trim(): void {
    if (this.size < this.#bytes.length) this.#bytes.fill(0, this.size);
  }

  read(into: Uint8Array, start: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.size - position));
    const stored = Math.max(0, Math.min(count, this.#bytes.length - position));
    if (stored > 0) into.set(this.#bytes.subarray(position, position + stored), start);
    if (stored < count) into.fill(0, start + stored, start + count);
    return count;
  }

  flip(position: number, mask: number): void {
    const byte = this.#bytes[position];
    if (byte !== undefined) this.#bytes[position] = byte ^ mask;
  }

  /** Bytes that take space. */
  get stored(): number {
    return Math.min(this.size, this.#bytes.length);
  }

  #reserve(end: number): void {
    if (end <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(end, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export class SimContent {
  readonly #live = new Extent();
  readonly #durable = new Extent();
  #pending: Pending[] = [];
  #sequence = 0;

  get size(): number {
    return this.#live.size;
  }

  get stored(): number {
    return this.#live.stored;
  }

  /** Marks the changes so far: those a sync starting now covers. */
  get mark(): number {
    return this.#sequence;
  }

  read(into: Uint8Array, start: number, length: number, position: number): number {
    return this.#live.read(into, start, length, position);
  }

  write(position: number, from: Uint8Array): void {
    const bytes = new Uint8Array(from);
    this.#live.write(position, bytes);
    this.#pending.push({ kind: 'write', sequence: this.#sequence++, position, bytes, doubtful: false });
  }

  truncate(size: number): void {
    this.#live.truncate(size);
    this.#pending.push({ kind: 'truncate', sequence: this.#sequence++, size, doubtful: false });
  }

  /** The medium rots: bits of a byte are other ones from now on, now and after a loss of power. */
  rot(position: number, mask: number): void {
    this.#live.flip(position, mask);
    this.#durable.flip(position, mask);
  }

  /** Makes the changes before `mark` durable, but for those an earlier sync failed on. */
  sync(mark: number): void {
    const rest: Pending[] = [];
    for (const change of this.#pending) {
      if (change.doubtful || change.sequence >= mark) rest.push(change);
      else if (change.kind === 'write') this.#durable.write(change.position, change.bytes);
      else this.#durable.truncate(change.size);
    }
    this.#pending = rest;
  }

  /** A sync of the changes before `mark` failed: none of them will ever be known durable. */
  failSync(mark: number): void {
    for (const change of this.#pending) if (change.sequence < mark) change.doubtful = true;
  }

  /** Loss of power: from now on the file is what happened to reach the platter. */
  crash(loss: SimLoss, random: Random): void {
    const changes = this.#pending;
    this.#pending = [];
    const after = this.#durable;
    const prefix = (): number =>
      loss === 'lose-all' ? 0 : loss === 'keep-all' ? changes.length : random.nextBelow(changes.length + 1);
    const sizeAsOf = prefix();
    const sectorsAsOf = new Map<number, number>();
    let size = after.size;
    changes.forEach((change, order) => {
      if (change.kind === 'truncate') {
        if (order >= sizeAsOf) return;
        after.truncate(change.size);
        size = change.size;
        return;
      }
      for (let at = 0; at < change.bytes.length; ) {
        const position = change.position + at;
        const sector = Math.floor(position / SIM_SECTOR_BYTES);
        const end = Math.min(change.bytes.length, at + SIM_SECTOR_BYTES - (position % SIM_SECTOR_BYTES));
        let asOf = sectorsAsOf.get(sector);
        if (asOf === undefined) {
          asOf = prefix();
          sectorsAsOf.set(sector, asOf);
        }
        if (order < asOf) after.writeHidden(position, change.bytes.subarray(at, end));
        at = end;
      }
      if (order < sizeAsOf) size = Math.max(size, change.position + change.bytes.length);
    });
    after.size = size;
    after.trim();
    this.#live.truncate(0);
    const copy = Buffer.alloc(after.stored);
    after.read(copy, 0, copy.length, 0);
    this.#live.write(0, copy);
    this.#live.truncate(size);
  }
}
