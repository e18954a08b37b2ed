// An HTTP/1.1 response (RFC 9112), read from the bytes of its connection: the head, then the body as it comes. For answers
// that go on for as long as the connection lasts, and one response a connection.
import type { Headers } from './headers.ts';
import { MAX_RESPONSE_HEAD_BYTES } from './limits.ts';

export interface ResponseEvents {
  /** The head has come; told once. */
  answered(status: number, headers: Headers): void;
  /** Bytes of the body. */
  received(bytes: Buffer): void;
  /** The body is complete; told at most once. */
  ended(): void;
}

/** The bytes are no response. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
}

const CR = 13;
const LF = 10;
const END_OF_HEAD = Buffer.from('\r\n\r\n', 'latin1');
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9][0-9]{2})(?: |$)/;
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/;
const MAX_CHUNK_DIGITS = 12;

type State =
  | 'head'
  | 'to-length'
  | 'to-close'
  | 'chunk-size'
  | 'chunk-extension'
  | 'chunk'
  | 'chunk-end'
  | 'trailer'
  | 'over';

export class ResponseReader {
  readonly #events: ResponseEvents;
  #state: State = 'head';
  /** What has come of the head. */
  #head: Buffer = Buffer.alloc(0);
  /** Bytes that are left of the body, or of the chunk. */
  #left = 0;
  #digits = 0;
  /** Bytes of the present line of the trailer, without its end. */
  #lineBytes = 0;

  constructor(events: ResponseEvents) {
    this.#events = events;
  }

  /** @throws ResponseError */
  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      switch (this.#state) {
        case 'head':
          at = this.#readHead(bytes, at);
          break;
        case 'to-close':
          this.#events.received(at === 0 ? bytes : bytes.subarray(at));
          return;
        case 'to-length':
        case 'chunk':
          at = this.#readBody(bytes, at);
          break;
        case 'over':
          return;
        default:
          this.#readFraming(bytes[at++] as number);
      }
    }
  }

  /** The connection has ended: a body that nothing else delimits is complete with it. */
  closed(): void {
    if (this.#state === 'to-close') this.#end();
  }

  /** @returns where what follows the head begins */
  #readHead(bytes: Buffer, at: number): number {
    const before = this.#head.length;
    const head = Buffer.concat([this.#head, at === 0 ? bytes : bytes.subarray(at)]);
    const stop = head.indexOf(END_OF_HEAD, Math.max(0, before - END_OF_HEAD.length));
    if (stop > MAX_RESPONSE_HEAD_BYTES || (stop === -1 && head.length > MAX_RESPONSE_HEAD_BYTES)) {
      throw new ResponseError('the head of the response is too large');
    }
    this.#head = head;
    if (stop === -1) return bytes.length;
    this.#head = Buffer.alloc(0);
    this.#takeHead(head.toString('latin1', 0, stop));
    return at + stop + END_OF_HEAD.length - before;
  }

  #takeHead(text: string): void {
    const [statusLine = '', ...lines] = text.split('\r\n');
    const status = Number(STATUS_LINE.exec(statusLine)?.[1] ?? 0);
    if (status === 0) throw new ResponseError('malformed HTTP response');
    // Interim responses come before the one that counts.
    if (status < 200) return;
    const headers: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const line of lines) {
      const [, name, value] = HEADER_LINE.exec(line) ?? [];
      if (name === undefined || value === undefined)
        throw new ResponseError('malformed header in a response');
      const key = name.toLowerCase();
      headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
    }
    this.#chooseBody(status, headers);
    this.#events.answered(status, headers);
    if (this.#state === 'to-length' && this.#left === 0) this.#end();
  }

  #chooseBody(status: number, headers: Readonly<Record<string, string>>): void {
    const { 'transfer-encoding': coding, 'content-length': length } = headers;
    if (status === 204 || status === 304) this.#state = 'to-length';
    else if (coding !== undefined) {
      if (coding.toLowerCase() !== 'chunked') throw new ResponseError(`unknown transfer coding ${coding}`);
      this.#state = 'chunk-size';
    } else if (length !== undefined) {
      if (!/^[0-9]{1,15}$/.test(length)) throw new ResponseError('malformed Content-Length');
      this.#left = Number(length);
      this.#state = 'to-length';
    } else this.#state = 'to-close';
  }

  #readBody(bytes: Buffer, at: number): number {
    const stop = Math.min(bytes.length, at + this.#left);
    this.#left -= stop - at;
    const isLast = this.#left === 0;
    if (isLast) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'over';
    this.#events.received(at === 0 && stop === bytes.length ? bytes : bytes.subarray(at, stop));
    if (isLast && this.#state === 'over') this.#events.ended();
    return stop;
  }

  /** One byte between the contents of chunks. A line ends with LF; the CR before it is no part of it. */
  #readFraming(byte: number): void {
    switch (this.#state) {
      case 'chunk-size': {
        const digit = hexDigit(byte);
        if (digit >= 0) {
          if (++this.#digits > MAX_CHUNK_DIGITS) throw new ResponseError('a chunk is too large');
          this.#left = this.#left * 16 + digit;
        } else if (this.#digits === 0) throw new ResponseError('malformed chunk');
        else if (byte === LF) this.#beginChunk();
        else if (byte === CR || byte === 0x3b || byte === 0x20 || byte === 0x09)
          this.#state = 'chunk-extension';
        else throw new ResponseError('malformed chunk');
        break;
      }
      case 'chunk-extension':
        if (byte === LF) this.#beginChunk();
        break;
      case 'chunk-end':
        if (byte === LF) this.#state = 'chunk-size';
        else if (byte !== CR) throw new ResponseError('malformed end of a chunk');
        break;
      default:
        // The trailer, which nobody reads: up to an empty line.
        if (byte === LF) {
          if (this.#lineBytes === 0) this.#end();
          this.#lineBytes = 0;
        } else if (byte !== CR) this.#lineBytes++;
    }
  }

  #beginChunk(): void {
    this.#digits = 0;
    this.#state = this.#left === 0 ? 'trailer' : 'chunk';
  }

  #end(): void {
    this.#state = 'over';
    this.#events.ended();
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
