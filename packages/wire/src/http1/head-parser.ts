// Heads of ordinary HTTP/1.1 requests. Strict and deliberately incomplete: whatever is not plain (other versions, transfer
// codings, upgrades, repeated headers, anything malformed) is `unusual` and left to node:http, which knows it all.

export interface Http1Head {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentLength: number;
  /** The client asked to close the connection after the answer. */
  readonly close: boolean;
}

/** The part of a head behind the request line: equal texts share it. */
interface HeaderPart {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentLength: number;
  readonly close: boolean;
}

export type ParseResult = Http1Head | 'incomplete' | 'unusual';

const METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH']);
const LONGEST_METHOD_CHARS = 7;
const END_OF_HEAD = Buffer.from('\r\n\r\n', 'latin1');
const VERSION = ' HTTP/1.1';
/** Control characters, and CR or LF that are no line end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REQUEST_TARGET = /^\/[\x21-\x7e]*$/;
const LENGTH = /^[0-9]{1,15}$/;
/** Headers that mean more than a plain request. */
const UNUSUAL = new Set(['transfer-encoding', 'expect', 'te', 'trailer', 'proxy-connection']);
/** What `Connection` may say; `upgrade` and `http2-settings` only beside an offer of h2c. */
const CONNECTION_OPTIONS = new Set(['keep-alive', 'close', 'upgrade', 'http2-settings']);
/** Header names seen, in lower case; bounded. */
const names = new Map<string, string>();
const REMEMBERED_NAMES = 256;

export class HeadParser {
  /** Position behind the head after a successful parse. */
  end = 0;
  #last: HeaderPart | undefined = undefined;

  /** Parses the head that begins at bytes[start]. */
  parse(bytes: Buffer, start: number): ParseResult {
    const stop = bytes.indexOf(END_OF_HEAD, start);
    if (stop === -1) return mayBecomePlain(bytes, start) ? 'incomplete' : 'unusual';
    const text = bytes.toString('latin1', start, stop + 2);
    this.end = stop + END_OF_HEAD.length;
    const lineEnd = text.indexOf('\r\n');
    const methodEnd = text.indexOf(' ');
    const urlEnd = lineEnd - VERSION.length;
    if (methodEnd < 1 || urlEnd <= methodEnd || !text.startsWith(VERSION, urlEnd)) return 'unusual';
    const method = text.slice(0, methodEnd);
    const url = text.slice(methodEnd + 1, urlEnd);
    if (!METHODS.has(method) || !REQUEST_TARGET.test(url)) return 'unusual';
    const rest = text.slice(lineEnd + 2);
    const part = this.#last !== undefined && this.#last.text === rest ? this.#last : parseHeaders(rest);
    if (part === undefined) return 'unusual';
    this.#last = part;
    return { method, url, headers: part.headers, contentLength: part.contentLength, close: part.close };
  }
}

/** Whether an unfinished head at least begins with one of our methods. */
function mayBecomePlain(bytes: Buffer, start: number): boolean {
  const text = bytes.toString('latin1', start, start + LONGEST_METHOD_CHARS + 1);
  for (const method of METHODS) {
    const expected = `${method} `;
    if (text.length < expected.length ? expected.startsWith(text) : text.startsWith(expected)) return true;
  }
  return false;
}

/** The header lines, each with its line end; undefined if there is anything unusual about them. */
function parseHeaders(text: string): HeaderPart | undefined {
  if (FORBIDDEN.test(text)) return undefined;
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  let contentLength = 0;
  let at = 0;
  while (at < text.length) {
    const lineEnd = text.indexOf('\r\n', at);
    const colon = text.indexOf(':', at);
    if (colon <= at || colon > lineEnd) return undefined;
    const name = lowerName(text.slice(at, colon));
    if (name === undefined || UNUSUAL.has(name) || headers[name] !== undefined) return undefined;
    const value = trim(text, colon + 1, lineEnd);
    headers[name] = value;
    if (name === 'content-length') {
      if (!LENGTH.test(value)) return undefined;
      contentLength = Number(value);
    }
    at = lineEnd + 2;
  }
  if (headers['host'] === undefined) return undefined;
  const options = connectionOptions(headers);
  if (options === undefined) return undefined;
  return { text, headers: Object.freeze(headers), contentLength, close: options.includes('close') };
}

/**
 * Checks `Connection` and `Upgrade`. An offer of h2c (curl --http2) may be ignored (RFC 9110 §7.8), and is: its
 * headers go. Any other upgrade is unusual.
 */
function connectionOptions(headers: Record<string, string>): readonly string[] | undefined {
  const connection = headers['connection'];
  const upgrade = headers['upgrade'];
  const settings = headers['http2-settings'];
  if (connection === undefined && upgrade === undefined && settings === undefined) return NO_OPTIONS;
  const options = (connection ?? '')
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  for (const option of options) if (option !== '' && !CONNECTION_OPTIONS.has(option)) return undefined;
  if (upgrade === undefined) {
    return settings !== undefined || options.includes('upgrade') ? undefined : options;
  }
  if (upgrade.toLowerCase() !== 'h2c') return undefined;
  delete headers['connection'];
  delete headers['upgrade'];
  delete headers['http2-settings'];
  return options;
}

const NO_OPTIONS: readonly string[] = [];

function lowerName(name: string): string | undefined {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (!TOKEN.test(name)) return undefined;
  const lower = name.toLowerCase();
  if (names.size < REMEMBERED_NAMES) names.set(name, lower);
  return lower;
}

function trim(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
