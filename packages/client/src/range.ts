/** Keys, prefixes and range ends. */

/** A key or value: text is taken as UTF-8. */
export type Bytes = Uint8Array | string;

/** The bytes of a key or value. */
export function toBytes(value: Bytes): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}

/** Range end that means "every key from the first on"; as a key, the first key there can be. */
export const ZERO_KEY: Uint8Array = Buffer.from([0]);

/** The first key after all keys that begin with the prefix; ZERO_KEY if there is none. */
export function prefixEnd(prefix: Bytes): Uint8Array {
  const end = Buffer.from(toBytes(prefix));
  for (let i = end.length - 1; i >= 0; i--) {
    const byte = end[i] as number;
    if (byte < 0xff) {
      end[i] = byte + 1;
      return end.subarray(0, i + 1);
    }
  }
  return ZERO_KEY;
}

/** Key and range end of all keys that begin with the prefix; the empty prefix covers every key. */
export function prefixRange(prefix: Bytes): { key: Uint8Array; rangeEnd: Uint8Array } {
  const key = toBytes(prefix);
  return key.length === 0 ? { key: ZERO_KEY, rangeEnd: ZERO_KEY } : { key, rangeEnd: prefixEnd(key) };
}

/** Key and range end of all keys not below the one given. */
export function fromKeyRange(first: Bytes): { key: Uint8Array; rangeEnd: Uint8Array } {
  const key = toBytes(first);
  return { key: key.length === 0 ? ZERO_KEY : key, rangeEnd: ZERO_KEY };
}
