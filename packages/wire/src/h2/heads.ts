// Header lists checked and sorted (RFC 9113 §8.2, §8.3): what a request, response or trailer list says. Heads are
// immutable and shared between all calls whose header blocks are equal.

import type { Route } from '../grpc/router.ts';
import { type HeaderField, Kind } from '../hpack/header-field.ts';

export class RequestHead {
  readonly method: string;
  readonly scheme: string;
  readonly path: string;
  readonly authority: string;
  readonly contentType: string;
  /** -1 if absent. */
  readonly contentLength: number;
  /** grpc-timeout in milliseconds; Infinity if absent, NaN if malformed. */
  readonly timeoutMs: number;
  readonly grpcEncoding: string;
  readonly acceptsGzip: boolean;
  readonly expectContinue: boolean;
  /** Regular fields, in order. */
  readonly fields: readonly HeaderField[];
  /** Set by the server when it first routes the head. */
  route: Route | undefined = undefined;
  /** How the server treats it: see server-connection.ts. */
  disposition = 0;

  constructor(pseudo: PseudoFields, fields: readonly HeaderField[]) {
    this.method = pseudo.method ?? '';
    this.scheme = pseudo.scheme ?? '';
    this.path = pseudo.path ?? '';
    this.authority = pseudo.authority ?? firstValue(fields, Kind.host) ?? '';
    this.contentType = firstValue(fields, Kind.contentType) ?? '';
    const length = firstValue(fields, Kind.contentLength);
    this.contentLength = length === undefined ? -1 : Number(length);
    const timeout = firstValue(fields, Kind.grpcTimeout);
    this.timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : parseTimeout(timeout);
    this.grpcEncoding = firstValue(fields, Kind.grpcEncoding) ?? '';
    const accepts = firstValue(fields, Kind.grpcAcceptEncoding);
    this.acceptsGzip = accepts?.split(',').some((name) => name.trim() === 'gzip') ?? false;
    this.expectContinue = firstValue(fields, Kind.expect)?.toLowerCase() === '100-continue';
    this.fields = fields;
  }
}

interface PseudoFields {
  method: string | undefined;
  scheme: string | undefined;
  path: string | undefined;
  authority: string | undefined;
}

/** First value of a known name. */
export function firstValue(fields: readonly HeaderField[], kind: number): string | undefined {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as HeaderField;
    if (field.kind === kind) return field.value;
  }
  return undefined;
}

/** The head of a request; a string says what is malformed about it (RFC 9113 §8.1.1). */
export function parseRequestHead(list: readonly HeaderField[]): RequestHead | string {
  const pseudo: PseudoFields = {
    method: undefined,
    scheme: undefined,
    path: undefined,
    authority: undefined,
  };
  const fields: HeaderField[] = [];
  for (let i = 0; i < list.length; i++) {
    const field = list[i] as HeaderField;
    if (!field.valid) return `malformed header ${JSON.stringify(field.name)}`;
    if (field.kind >= Kind.method && field.kind <= Kind.authority) {
      if (fields.length > 0) return 'pseudo-header after a regular header';
      const name = PSEUDO_NAMES[field.kind] as keyof PseudoFields;
      if (pseudo[name] !== undefined) return `repeated ${field.name}`;
      pseudo[name] = field.value;
      continue;
    }
    const wrong = checkRegular(field);
    if (wrong !== undefined) return wrong;
    fields.push(field);
  }
  if (pseudo.method === undefined || pseudo.method === '') return 'no :method';
  if (pseudo.method === 'CONNECT') {
    if (pseudo.authority === undefined || pseudo.path !== undefined || pseudo.scheme !== undefined) {
      return 'malformed CONNECT';
    }
  } else {
    if (pseudo.scheme === undefined || pseudo.scheme === '') return 'no :scheme';
    if (pseudo.path === undefined || pseudo.path === '') return 'no :path';
  }
  return new RequestHead(pseudo, fields);
}

const PSEUDO_NAMES: Readonly<Record<number, keyof PseudoFields>> = {
  [Kind.method]: 'method',
  [Kind.scheme]: 'scheme',
  [Kind.path]: 'path',
  [Kind.authority]: 'authority',
};

function checkRegular(field: HeaderField): string | undefined {
  switch (field.kind) {
    case Kind.other:
      return undefined;
    case Kind.status:
    case Kind.unknownPseudo:
      return `unexpected pseudo-header ${field.name}`;
    case Kind.connectionSpecific:
      return `connection-specific header ${field.name}`;
    case Kind.te:
      return field.value === 'trailers' ? undefined : 'te other than trailers';
    case Kind.contentLength:
      return /^[0-9]{1,15}$/.test(field.value) ? undefined : 'malformed content-length';
    default:
      return undefined;
  }
}

/** Trailers: no pseudo-headers. A string says what is malformed. */
export function checkTrailers(list: readonly HeaderField[]): string | undefined {
  for (const field of list) {
    if (!field.valid) return `malformed trailer ${JSON.stringify(field.name)}`;
    if (field.kind >= Kind.method && field.kind <= Kind.unknownPseudo) return 'pseudo-header in trailers';
    if (field.kind === Kind.connectionSpecific) return `connection-specific header ${field.name}`;
  }
  return undefined;
}

/** Response headers or trailers as the client sees them. */
export class ResponseHead {
  /** 0 for trailers. */
  readonly status: number;
  readonly contentType: string;
  /** -1 if absent, NaN if malformed. */
  readonly grpcStatus: number;
  readonly grpcMessage: string;
  readonly grpcEncoding: string;
  readonly fields: readonly HeaderField[];
  #map: ReadonlyMap<string, string> | undefined;

  constructor(status: number, fields: readonly HeaderField[]) {
    this.status = status;
    this.contentType = firstValue(fields, Kind.contentType) ?? '';
    const grpcStatus = firstValue(fields, Kind.grpcStatus);
    this.grpcStatus = grpcStatus === undefined ? -1 : /^\d{1,9}$/.test(grpcStatus) ? Number(grpcStatus) : NaN;
    this.grpcMessage = decodeGrpcMessage(firstValue(fields, Kind.grpcMessage) ?? '');
    this.grpcEncoding = firstValue(fields, Kind.grpcEncoding) ?? '';
    this.fields = fields;
  }

  /** Names and values; values of a repeated name are joined with a comma. */
  map(): ReadonlyMap<string, string> {
    if (this.#map === undefined) {
      const map = new Map<string, string>();
      for (const { name, value } of this.fields) {
        const before = map.get(name);
        map.set(name, before === undefined ? value : `${before},${value}`);
      }
      this.#map = map;
    }
    return this.#map;
  }
}

/** A response head or trailers (no :status); a string says what is malformed. */
export function parseResponseHead(list: readonly HeaderField[]): ResponseHead | string {
  let status = 0;
  const fields: HeaderField[] = [];
  for (const field of list) {
    if (!field.valid) return `malformed header ${JSON.stringify(field.name)}`;
    if (field.kind === Kind.status) {
      if (status !== 0 || fields.length > 0 || !/^[1-9][0-9]{2}$/.test(field.value))
        return 'malformed :status';
      status = Number(field.value);
    } else if (field.kind >= Kind.method && field.kind <= Kind.unknownPseudo) {
      return `unexpected pseudo-header ${field.name}`;
    } else if (field.kind === Kind.connectionSpecific) {
      return `connection-specific header ${field.name}`;
    } else {
      fields.push(field);
    }
  }
  return new ResponseHead(status, fields);
}

const TIMEOUT_UNITS_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** `grpc-timeout` (at most eight digits and a unit) in milliseconds; NaN if malformed. */
export function parseTimeout(text: string): number {
  const unit = TIMEOUT_UNITS_MS[text.charAt(text.length - 1)];
  const digits = text.length - 1;
  if (unit === undefined || digits < 1 || digits > 8) return Number.NaN;
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value * unit;
}

/** A timeout as `grpc-timeout` writes it, rounded up to its unit. */
export function formatTimeout(timeoutMs: number): string {
  const micros = Math.max(0, Math.ceil(timeoutMs * 1000));
  if (micros < 1e8) return `${micros}u`;
  const millis = Math.ceil(timeoutMs);
  if (millis < 1e8) return `${millis}m`;
  const seconds = Math.ceil(timeoutMs / 1000);
  if (seconds < 1e8) return `${seconds}S`;
  return `${Math.min(99_999_999, Math.ceil(seconds / 3600))}H`;
}

/** `grpc-message`: UTF-8, everything but printable ASCII and '%' itself percent-encoded. */
export function encodeGrpcMessage(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text) && !/^ | $/.test(text)) return text;
  let encoded = '';
  const bytes = Buffer.from(text, 'utf8');
  for (const [i, byte] of bytes.entries()) {
    const edge = byte === 0x20 && (i === 0 || i === bytes.length - 1);
    if (byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && !edge) encoded += String.fromCharCode(byte);
    else encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** Reverses `encodeGrpcMessage`; malformed escapes stay as they are. */
export function decodeGrpcMessage(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text.slice(i + 1, i + 3);
    if (text[i] === '%' && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(text.charCodeAt(i) & 0xff);
    }
  }
  return Buffer.from(bytes).toString('utf8');
}
