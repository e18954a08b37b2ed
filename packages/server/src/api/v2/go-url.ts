// Request targets and forms as Go's net/url and net/http read them: v2 errors quote Go's texts.

/** A request target, path decoded. */
export interface Target {
  readonly path: string;
  /** Raw text after `?`, '' when there is none. */
  readonly query: string;
}

const simplePath = /^\/[\w\-./~:@!$&'()*+,;=]*$/;
const badEscape = /%(?![0-9a-fA-F]{2})/;

/** Splits and decodes a request target; `undefined` when Go would refuse it as malformed. */
export function parseTarget(url: string): Target | undefined {
  let start = 0;
  if (url.charCodeAt(0) !== 0x2f) {
    const authority = /^https?:\/\/[^/?]*/i.exec(url); // absolute form, as sent to proxies
    if (authority === null) return undefined;
    start = authority[0].length;
  }
  const mark = url.indexOf('?', start);
  const rawPath = url.slice(start, mark === -1 ? undefined : mark);
  const query = mark === -1 ? '' : url.slice(mark + 1);
  if (simplePath.test(rawPath)) return { path: rawPath, query };
  if (badEscape.test(rawPath)) return undefined;
  return { path: rawPath === '' ? '/' : decodeEscapes(rawPath, false), query };
}

/** Decodes `%XX` (and `+` in forms) into UTF-8 text; the escapes are known to be well-formed. */
function decodeEscapes(text: string, plusIsSpace: boolean): string {
  const bytes = Buffer.from(text, 'latin1');
  let to = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x25) {
      bytes[to++] = Number.parseInt(text.slice(at + 1, at + 3), 16);
      at += 2;
    } else {
      bytes[to++] = plusIsSpace && byte === 0x2b ? 0x20 : byte;
    }
  }
  return bytes.toString('utf8', 0, to);
}

// Everything but `%`, `+` and what is not ASCII stands for itself.
const plainText = /^[\x20-\x24\x26-\x2a\x2c-\x7e]*$/;

/** Go's QueryUnescape. @returns the text, or Go's error text in `error` */
function unescapeComponent(text: string, errors: FormErrors): string | undefined {
  if (plainText.test(text)) return text;
  const bad = badEscape.exec(text);
  if (bad !== null) {
    errors.first ??= `invalid URL escape ${quote(text.slice(bad.index, bad.index + 3))}`;
    return undefined;
  }
  return decodeEscapes(text, true);
}

function quote(text: string): string {
  return JSON.stringify(Buffer.from(text, 'latin1').toString('utf8'));
}

/** The first thing that was wrong with a form. */
export interface FormErrors {
  first: string | undefined;
}

/** Receives the fields of a form in order. */
export type FieldSink = (name: string, value: string) => void;

/** Go's ParseQuery: goes on after an error, whose text it leaves in `errors`. `text` holds one char a byte. */
export function parseForm(text: string, errors: FormErrors, sink: FieldSink): void {
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('&', at);
    if (end === -1) end = text.length;
    const piece = text.slice(at, end);
    at = end + 1;
    if (piece === '') continue;
    if (piece.includes(';')) {
      errors.first = 'invalid semicolon separator in query'; // Go lets it take the place of an earlier error
      continue;
    }
    const equals = piece.indexOf('=');
    const name = unescapeComponent(equals === -1 ? piece : piece.slice(0, equals), errors);
    if (name === undefined) continue;
    const value = equals === -1 ? '' : unescapeComponent(piece.slice(equals + 1), errors);
    if (value !== undefined) sink(name, value);
  }
}

const tokenPattern = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const mediaParameters = new RegExp(
  `^(?:\\s*;\\s*${tokenPattern}=(?:${tokenPattern}|"(?:[^"\\\\]|\\\\.)*"))*\\s*;?\\s*$`,
);
const token = new RegExp(`^${tokenPattern}$`);

/** Go's mime.ParseMediaType, as far as a form's type needs it. */
export function parseMediaType(text: string): { readonly type: string; readonly error: string | undefined } {
  const semicolon = text.indexOf(';');
  const type = (semicolon === -1 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const slash = type.indexOf('/');
  const main = slash === -1 ? type : type.slice(0, slash);
  if (!token.test(main)) return { type: '', error: 'mime: no media type' };
  if (slash === -1) return plainOrError(type, text, semicolon);
  const rest = type.slice(slash + 1);
  const sub = /^[!#$%&'*+\-.^_`|~0-9a-z]*/.exec(rest)?.[0] ?? '';
  if (sub === '') return { type: '', error: 'mime: expected token after slash' };
  if (sub !== rest) return { type: '', error: 'mime: unexpected content after media subtype' };
  return plainOrError(type, text, semicolon);
}

function plainOrError(
  type: string,
  text: string,
  semicolon: number,
): { type: string; error: string | undefined } {
  if (semicolon === -1 || mediaParameters.test(text.slice(semicolon))) return { type, error: undefined };
  return { type, error: 'mime: invalid media parameter' };
}

/** Go's ParseBool; `undefined` for other text. */
export function parseGoBool(text: string): boolean | undefined {
  switch (text) {
    case 'true':
    case '1':
    case 't':
    case 'T':
    case 'TRUE':
    case 'True':
      return true;
    case 'false':
    case '0':
    case 'f':
    case 'F':
    case 'FALSE':
    case 'False':
      return false;
    default:
      return undefined;
  }
}

const maxUint64 = 2n ** 64n - 1n;

/** Go's ParseUint(text, 10, 64); `undefined` for other text. */
export function parseUint64(text: string): bigint | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = BigInt(text.length > 40 ? text.replace(/^0+(?=\d)/, '').slice(0, 40) : text);
  return value > maxUint64 ? undefined : value;
}

/** As parseUint64, as a number: beyond 2^53 − 1 that value, which no index reaches. */
export function parseIndex(text: string): number | undefined {
  if (text.length <= 15) {
    return /^\d+$/.test(text) ? Number(text) : undefined;
  }
  const value = parseUint64(text);
  if (value === undefined) return undefined;
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

/** Path without empty and dot segments; a slash at the end stays. Go's mux sends other paths to this one. */
export function canonicalPath(path: string): string {
  if (path.indexOf('//') < 0 && path.indexOf('/.') < 0) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(segment);
  }
  const clean = `/${kept.join('/')}`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

/** A path as Go's URL.String writes it. */
export function escapePath(path: string): string {
  return encodeURI(path).replace(/[!'()*?#]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
