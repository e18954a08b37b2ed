// Makes new inputs out of old ones: bit flips, interesting numbers, cuts, copies, words of the format, splices, and
// length fields that follow what was cut or put in.
import type { Random } from '@quorate/base';

const INTERESTING = [0, 1, 2, 4, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 200, 254, 255];
const INTERESTING_32 = [
  0,
  1,
  255,
  256,
  16_383,
  16_384,
  32_767,
  65_535,
  65_536,
  16_777_216,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];
/** Numbers at which readers of variable-length integers and 64-bit fields change their mind. */
const INTERESTING_64 = [
  0n,
  1n,
  127n,
  128n,
  16_384n,
  2n ** 21n,
  2n ** 28n,
  2n ** 31n,
  2n ** 32n,
  2n ** 35n,
  2n ** 49n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 56n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 2n,
  2n ** 64n - 1n,
];
const DIGITS = [
  '0',
  '1',
  '-1',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551615',
  '1e309',
  '0x10',
  '1.5',
];

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const NUMBER_WORDS: readonly Buffer[] = [
  ...INTERESTING_64.map(varint),
  ...INTERESTING_64.map((value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  }),
  ...INTERESTING_64.map((value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes;
  }),
  ...DIGITS.map((digits) => Buffer.from(digits)),
];

export class Mutator {
  readonly #random: Random;
  readonly #words: readonly Uint8Array[];
  readonly #maxBytes: number;
  /** The input under way, in the first `#length` bytes. */
  readonly #bytes: Buffer;
  #length = 0;

  constructor(random: Random, words: readonly (string | Uint8Array)[], maxBytes: number) {
    this.#random = random;
    this.#words = words.map((word) => (typeof word === 'string' ? Buffer.from(word) : word));
    this.#maxBytes = maxBytes;
    this.#bytes = Buffer.alloc(maxBytes);
  }

  /** Writes a changed copy of `parent` into `into` at `at`; returns its length. `other` is material for splices. */
  mutate(parent: Uint8Array, other: Uint8Array, into: Buffer, at: number): number {
    this.#length = Math.min(parent.length, this.#maxBytes);
    this.#bytes.set(this.#length === parent.length ? parent : parent.subarray(0, this.#length));
    // One change mostly, now and then a pile of them.
    let changes = 1;
    while (changes < 16 && this.#below(3) === 0) changes++;
    for (; changes > 0; changes--) this.#change(other);
    this.#bytes.copy(into, at, 0, this.#length);
    return this.#length;
  }

  #below(bound: number): number {
    return this.#random.nextBelow(bound);
  }

  #change(other: Uint8Array): void {
    const bytes = this.#bytes;
    const length = this.#length;
    if (length === 0) {
      this.#insert(0, this.#word());
      return;
    }
    const at = this.#below(length);
    switch (this.#below(16)) {
      case 0:
      case 1:
        bytes[at] = (bytes[at] as number) ^ (1 << this.#below(8));
        break;
      case 2:
        bytes[at] = this.#below(256);
        break;
      case 3:
        bytes[at] = INTERESTING[this.#below(INTERESTING.length)] as number;
        break;
      case 4:
        bytes[at] = (bytes[at] as number) + this.#below(33) - 16;
        break;
      case 5:
        this.#setNumber(at);
        break;
      case 6:
      case 7:
        this.#remove(at, 1 + this.#below(Math.min(length - at, this.#below(8) === 0 ? length : 16)));
        break;
      case 8: {
        // A part once more, somewhere.
        const size = 1 + this.#below(Math.min(length - at, 64));
        this.#insert(this.#below(length + 1), Buffer.from(bytes.subarray(at, at + size)));
        break;
      }
      case 9:
      case 10:
        this.#insert(this.#below(length + 1), this.#word());
        break;
      case 11: {
        const word = this.#word();
        const size = Math.min(word.length, length - at);
        for (let i = 0; i < size; i++) bytes[at + i] = word[i] as number;
        break;
      }
      case 12: {
        if (other.length === 0) break;
        const from = this.#below(other.length);
        this.#insert(at, other.subarray(from, from + 1 + this.#below(Math.min(other.length - from, 256))));
        break;
      }
      case 13: {
        // Head of the one, tail of the other.
        if (other.length === 0) break;
        const from = this.#below(other.length);
        const tail = Math.min(other.length - from, this.#maxBytes - at);
        bytes.set(other.subarray(from, from + tail), at);
        this.#length = at + tail;
        break;
      }
      case 14: {
        const size = 1 + this.#below(Math.min(length - at, 32));
        const to = this.#below(length - size + 1);
        bytes.copyWithin(to, at, at + size);
        break;
      }
      default:
        if (this.#below(64) === 0) this.#repeat(at);
        else this.#length = at + 1;
    }
  }

  /** Number fields of four bytes or two, either way round. */
  #setNumber(at: number): void {
    const left = this.#length - at;
    const value = INTERESTING_32[this.#below(INTERESTING_32.length)] as number;
    const near = this.#below(2) === 0 ? value : Math.max(0, left - 8 + this.#below(12));
    if (left >= 4 && this.#below(2) === 0) {
      if (this.#below(2) === 0) this.#bytes.writeUInt32BE(near, at);
      else this.#bytes.writeUInt32LE(near, at);
    } else if (left >= 2) {
      if (this.#below(2) === 0) this.#bytes.writeUInt16BE(near & 0xffff, at);
      else this.#bytes.writeUInt16LE(near & 0xffff, at);
    } else this.#bytes[at] = near & 0xff;
  }

  #word(): Uint8Array {
    if (this.#words.length > 0 && this.#below(4) !== 0)
      return this.#words[this.#below(this.#words.length)] as Uint8Array;
    if (this.#below(2) === 0) return NUMBER_WORDS[this.#below(NUMBER_WORDS.length)] as Uint8Array;
    const bytes = Buffer.allocUnsafe(1 + this.#below(8));
    for (let at = 0; at < bytes.length; at++) bytes[at] = this.#below(256);
    return bytes;
  }

  /** Fills up with copies of a short part: what takes more than linear time shows with these. */
  #repeat(at: number): void {
    const size = 1 + this.#below(Math.min(this.#length - at, 8));
    const room = this.#below(8) === 0 ? this.#maxBytes : Math.min(this.#maxBytes, this.#length + 512);
    for (let to = at + size; to < room; to++) this.#bytes[to] = this.#bytes[to - size] as number;
    this.#length = Math.max(this.#length, room);
  }

  #insert(at: number, part: Uint8Array): void {
    const size = Math.min(part.length, this.#maxBytes - this.#length);
    if (size <= 0) return;
    this.#bytes.copyWithin(at + size, at, this.#length);
    for (let i = 0; i < size; i++) this.#bytes[at + i] = part[i] as number;
    this.#follow(at, size);
    this.#length += size;
  }

  #remove(at: number, size: number): void {
    this.#bytes.copyWithin(at, at + size, this.#length);
    this.#follow(at, -size);
    this.#length -= size;
  }

  /** Half of the time: lengths in front of `at` that reach exactly to the end of the input go on doing so. */
  #follow(at: number, growth: number): void {
    if (this.#below(2) === 0) return;
    const bytes = this.#bytes;
    for (let field = Math.max(0, at - 64); field < at; field++) {
      const rest = this.#length - field;
      const grown = rest + growth;
      if (bytes[field] === rest - 1 && grown - 1 >= 0 && grown - 1 < 128) bytes[field] = grown - 1;
      else if (field + 4 <= at && rest > 131 && grown >= 4 && bytes.readUInt32BE(field) === rest - 4)
        bytes.writeUInt32BE(grown - 4, field);
    }
  }
}
