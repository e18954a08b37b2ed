/** Quoted strings as Go's %q writes and reads them. */
import { argumentBytes, bytesArgument } from '../cli/argument-bytes.ts';

const ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** %q of a string or of bytes. */
export function quote(value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : bytesArgument(value);
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    const named = ESCAPES[code];
    if (named !== undefined) quoted += named;
    else if (code >= 0xdc80 && code <= 0xdcff) quoted += `\\x${(code - 0xdc00).toString(16)}`;
    else if (PRINTABLE.test(char)) quoted += char;
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, '0')}`;
    else quoted += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${quoted}"`;
}

const UNESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "'": 39,
  '\\': 92,
};

const QUOTED =
  /"((?:[^"\\\n]|\\(?:[abfnrtv\\"']|x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))*)"|`([^`]*)`/y;

/**
 * Reads the quoted string that begins at a position: its value (as an argument, bad bytes kept) and where it ends;
 * undefined if there is none.
 */
export function unquoteAt(text: string, start: number): { value: string; end: number } | undefined {
  QUOTED.lastIndex = start;
  const match = QUOTED.exec(text);
  if (match === null) return undefined;
  const end = QUOTED.lastIndex;
  if (match[2] !== undefined) return { value: match[2], end };
  const parts: Buffer[] = [];
  const body = match[1] as string;
  const piece = /\\x([0-9a-fA-F]{2})|\\([0-7]{3})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|[^\\]+/gs;
  for (const [whole, hex, octal, short, long, simple] of body.matchAll(piece)) {
    if (hex !== undefined) parts.push(Buffer.from([Number.parseInt(hex, 16)]));
    else if (octal !== undefined) parts.push(Buffer.from([Number.parseInt(octal, 8) & 0xff]));
    else if (short !== undefined || long !== undefined) {
      const code = Number.parseInt((short ?? long) as string, 16);
      if (code > 0x10ffff) return undefined;
      parts.push(Buffer.from(String.fromCodePoint(code), 'utf8'));
    } else if (simple !== undefined) parts.push(Buffer.from([UNESCAPES[simple] as number]));
    else parts.push(argumentBytes(whole));
  }
  return { value: bytesArgument(Buffer.concat(parts)), end };
}

/** Bytes as `\x61\x62`. */
export function hexEscaped(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += `\\x${byte.toString(16).padStart(2, '0')}`;
  return text;
}
