// Byte strings: order, equality, and the latin-1 string form in which keys are held and compared.

/** The empty byte string. */
export const emptyBytes: Uint8Array = new Uint8Array(0);

/** A Buffer view over the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Lexicographic order of bytes: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** Whether two byte strings hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** One new byte string out of many. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

/** UTF-8 bytes of a string. */
export function utf8Bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** Text of UTF-8 bytes; malformed sequences become U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('utf8');
}

/** A key as a one-char-a-byte string: compares and hashes natively in the order of its bytes. */
export function latin1Key(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}

/** The bytes of a latin-1 key string. */
export function keyFromLatin1(key: string): Uint8Array {
  return Buffer.from(key, 'latin1');
}

/**
 * The smallest key greater than every key with this prefix; `\0` ("from the key on") when there is none,
 * as etcd's clients ask for it.
 */
export function prefixRangeEnd(prefix: Uint8Array): Uint8Array {
  for (let at = prefix.length - 1; at >= 0; at--) {
    if ((prefix[at] as number) < 0xff) {
      const end = Uint8Array.prototype.slice.call(prefix, 0, at + 1);
      end[at] = (end[at] as number) + 1;
      return end;
    }
  }
  return new Uint8Array(1);
}

/** An unsigned 64-bit id in hexadecimal without padding, as etcd prints ids. */
export function hex64(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16);
}
