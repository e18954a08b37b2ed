/** Integers as Go's strconv reads them, with its error texts. */

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** A number that cannot be read; the message is Go's. */
export class NumberError extends Error {
  override readonly name = 'NumberError';
}

function parse(func: string, text: string, base: 10 | 16, least: bigint, most: bigint): bigint {
  const fail = (reason: string): NumberError =>
    new NumberError(`strconv.${func}: parsing ${JSON.stringify(text)}: ${reason}`);
  const sign = least < 0n ? '[+-]?' : '';
  const digits = base === 16 ? '[0-9a-fA-F]+' : '[0-9]+';
  if (!new RegExp(`^${sign}${digits}$`).test(text)) throw fail('invalid syntax');
  const negative = text.startsWith('-');
  const magnitude = text.replace(/^[+-]/, '');
  const value = BigInt(base === 16 ? `0x${magnitude}` : magnitude) * (negative ? -1n : 1n);
  if (value < least || value > most) throw fail('value out of range');
  return value;
}

/** A signed 64-bit integer. Throws NumberError. */
export function parseInt64(text: string, base: 10 | 16 = 10): bigint {
  return parse('ParseInt', text, base, INT64_MIN, INT64_MAX);
}

/** An unsigned 64-bit integer. Throws NumberError. */
export function parseUint64(text: string, base: 10 | 16 = 10): bigint {
  return parse('ParseUint', text, base, 0n, UINT64_MAX);
}

/** Lower-case hexadecimal of the 64 bits, padded with zeros to a width. */
export function hexId(id: bigint, width = 0): string {
  return BigInt.asUintN(64, id).toString(16).padStart(width, '0');
}
