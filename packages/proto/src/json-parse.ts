/**
 * A JSON parser that keeps large integers exact: a number that is no safe integer comes back as a JsonNumber
 * holding its text. (JSON.parse rounds 64-bit ids.) It also finds where a value ends, for streams of values.
 */
import { MAX_DECODE_DEPTH } from './limits.ts';

/** Text that is not JSON, or JSON that does not fit the message asked for. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** A number as written, where a double would lose digits. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What parseJson returns. Objects are Maps, so that a key named `__proto__` is a key. */
export type JsonValue = null | boolean | number | string | JsonNumber | JsonValue[] | Map<string, JsonValue>;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

/** Parses exactly one value; anything but white space after it is an error. */
export function parseJson(text: string): JsonValue {
  const parser = new Parser(text, 0);
  const value = parser.value(0);
  parser.skipSpace();
  if (parser.position !== text.length) throw parser.unexpected();
  return value;
}

/** Parses the value that begins at `start` (after white space); undefined if there is nothing but white space. */
export function parseJsonAt(text: string, start: number): { value: JsonValue; end: number } | undefined {
  const parser = new Parser(text, start);
  parser.skipSpace();
  if (parser.position === text.length) return undefined;
  const value = parser.value(0);
  return { value, end: parser.position };
}

/**
 * Where the object or array that begins at `start` (after white space) ends, or -1 if the text stops before that.
 * Brackets are counted, strings skipped; the content is not checked. A value of another kind ends at once.
 */
export function findJsonEnd(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) inString = false;
      if (!inString && depth === 0) return i + 1;
    } else if (char === 0x22) {
      inString = true;
    } else if (char === 0x7b || char === 0x5b) {
      depth++;
    } else if (char === 0x7d || char === 0x5d) {
      depth--;
      if (depth <= 0) return i + 1;
    } else if (depth === 0 && char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09) {
      return i + 1;
    }
  }
  return -1;
}

class Parser {
  readonly text: string;
  position: number;

  constructor(text: string, position: number) {
    this.text = text;
    this.position = position;
  }

  skipSpace(): void {
    SPACE.lastIndex = this.position;
    SPACE.test(this.text);
    this.position = SPACE.lastIndex;
  }

  unexpected(): JsonError {
    if (this.position >= this.text.length) return new JsonError('unexpected end of JSON input');
    const char = String.fromCodePoint(this.text.codePointAt(this.position) as number);
    return new JsonError(
      `invalid character ${JSON.stringify(char)} at position ${this.position} of JSON input`,
    );
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DECODE_DEPTH) throw new JsonError('JSON input nests too deeply');
    this.skipSpace();
    switch (this.text[this.position]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private word(word: string, value: boolean | null): boolean | null {
    if (!this.text.startsWith(word, this.position)) throw this.unexpected();
    this.position += word.length;
    return value;
  }

  private number(): number | JsonNumber {
    NUMBER.lastIndex = this.position;
    const match = NUMBER.exec(this.text);
    if (match === null) throw this.unexpected();
    this.position = NUMBER.lastIndex;
    const value = Number(match[0]);
    return Number.isSafeInteger(value) && String(value) === match[0] ? value : new JsonNumber(match[0]);
  }

  private string(): string {
    let end = this.position + 1;
    for (; end < this.text.length; end++) {
      const char = this.text.charCodeAt(end);
      if (char === 0x5c) end++;
      else if (char === 0x22) break;
    }
    const literal = this.text.slice(this.position, end + 1);
    this.position = Math.min(end + 1, this.text.length);
    try {
      return JSON.parse(literal) as string;
    } catch {
      throw new JsonError('invalid or unterminated string in JSON input');
    }
  }

  private array(depth: number): JsonValue[] {
    this.position++;
    const items: JsonValue[] = [];
    this.skipSpace();
    if (this.text[this.position] === ']') {
      this.position++;
      return items;
    }
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.separator(']')) return items;
    }
  }

  private object(depth: number): Map<string, JsonValue> {
    this.position++;
    const members = new Map<string, JsonValue>();
    this.skipSpace();
    if (this.text[this.position] === '}') {
      this.position++;
      return members;
    }
    for (;;) {
      this.skipSpace();
      if (this.text[this.position] !== '"') throw this.unexpected();
      const key = this.string();
      this.skipSpace();
      if (this.text[this.position] !== ':') throw this.unexpected();
      this.position++;
      members.set(key, this.value(depth + 1));
      if (this.separator('}')) return members;
    }
  }

  /** Consumes a comma (false) or the closing bracket (true). */
  private separator(closing: string): boolean {
    this.skipSpace();
    const char = this.text[this.position];
    if (char !== ',' && char !== closing) throw this.unexpected();
    this.position++;
    return char === closing;
  }
}
