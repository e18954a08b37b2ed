/**
 * Arguments that are not UTF-8. Node replaces bad bytes in process.argv by U+FFFD; where that happened the raw
 * bytes are taken from the kernel, and each bad byte is carried as a lone surrogate U+DC80..U+DCFF until it
 * becomes a byte again. Keys and values thus pass through unharmed.
 */
import { readFileSync } from 'node:fs';

const SURROGATE_BASE = 0xdc00;

/** The bytes of an argument. */
export function argumentBytes(text: string): Buffer {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    const isByte = code >= SURROGATE_BASE + 0x80 && code <= SURROGATE_BASE + 0xff;
    parts.push(isByte ? Buffer.from([code - SURROGATE_BASE]) : Buffer.from(char, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Text that argumentBytes turns back into exactly these bytes. */
export function bytesArgument(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const plain = buffer.toString('utf8');
  if (Buffer.from(plain, 'utf8').equals(buffer)) return plain;
  let text = '';
  let position = 0;
  while (position < buffer.length) {
    const length = validSequence(buffer, position);
    if (length === 0) {
      text += String.fromCharCode(SURROGATE_BASE + (buffer[position] as number));
      position++;
    } else {
      text += buffer.toString('utf8', position, position + length);
      position += length;
    }
  }
  return text;
}

/** Length of the UTF-8 sequence at a position, or 0 if there is none. */
function validSequence(buffer: Buffer, position: number): number {
  const first = buffer[position] as number;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || position + length > buffer.length) return 0;
  const slice = buffer.subarray(position, position + length);
  return Buffer.from(slice.toString('utf8'), 'utf8').equals(slice) ? length : 0;
}

/** The command's arguments, bad bytes preserved. */
export function commandArguments(): string[] {
  const given = process.argv.slice(2);
  if (!given.some((argument) => argument.includes('\ufffd'))) return given;
  try {
    const raw = readFileSync('/proc/self/cmdline');
    const all: string[] = [];
    for (let start = 0; start < raw.length; ) {
      const end = raw.indexOf(0, start);
      all.push(bytesArgument(raw.subarray(start, end)));
      start = end + 1;
    }
    return all.slice(all.length - given.length);
  } catch {
    // Not Linux: what Node gives is all there is.
    return given;
  }
}
