// Request ids as etcd makes them: 2 bytes of the member id, 5 bytes of milliseconds at the start, then a counter whose
// low byte is its own. Unique over restarts as long as fewer than 256 ids a millisecond are made on average.
import type { Clock } from '@quorate/base';

const UINT32 = 2 ** 32;

/** Makes ids without bigints: the current id is read from `high` and `low`. */
export class RequestIds {
  /** Upper and lower 32 bits of the id made last. */
  high: number;
  low: number;

  constructor(memberId: bigint, clock: Clock) {
    const prefix = Number(memberId & 0xffffn);
    const suffix = (Math.floor(clock.wallMs()) % 2 ** 40) * 256;
    this.high = prefix * 0x10000 + Math.floor(suffix / UINT32);
    this.low = suffix % UINT32;
  }

  /** Makes the next id. */
  next(): void {
    if (this.low < UINT32 - 1) {
      this.low++;
      return;
    }
    this.low = 0;
    // The prefix stays when the 48-bit suffix runs over.
    const prefix = Math.floor(this.high / 0x10000);
    this.high = prefix * 0x10000 + (((this.high & 0xffff) + 1) & 0xffff);
  }

  nextBigint(): bigint {
    this.next();
    return this.toBigint();
  }

  toBigint(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }
}

/** Length of the 64-bit varint of an id. */
export function idVarintSize(high: number, low: number): number {
  if (high === 0) {
    let size = 1;
    for (let rest = low; rest >= 128; rest = Math.floor(rest / 128)) size++;
    return size;
  }
  let size = 5;
  // 28 bits of `low` fill four bytes; the fifth holds its last 4 bits and 3 of `high`.
  for (let rest = high >>> 3; rest > 0; rest >>>= 7) size++;
  return size;
}

/** Writes the varint of an id; returns the position after it. */
export function writeIdVarint(bytes: Uint8Array, start: number, high: number, low: number): number {
  let at = start;
  let h = high;
  let l = low;
  while (h > 0 || l >= 128) {
    bytes[at++] = (l & 0x7f) | 0x80;
    l = ((l >>> 7) | (h << 25)) >>> 0;
    h >>>= 7;
  }
  bytes[at++] = l;
  return at;
}
