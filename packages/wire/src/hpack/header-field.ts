// A decoded header field, made once per table entry and shared by every request that refers to it. What the layers
// above ask of a name or a value again and again (which header, is it well-formed) is answered here, once.

/** Names the wire layer acts on. */
export const Kind = {
  other: 0,
  method: 1,
  scheme: 2,
  path: 3,
  authority: 4,
  status: 5,
  /** A pseudo-header that does not exist (RFC 9113 §8.3). */
  unknownPseudo: 6,
  /** A connection-specific header, forbidden in HTTP/2 (RFC 9113 §8.2.2). */
  connectionSpecific: 7,
  te: 8,
  contentType: 9,
  contentLength: 10,
  grpcTimeout: 11,
  grpcEncoding: 12,
  grpcAcceptEncoding: 13,
  grpcStatus: 14,
  grpcMessage: 15,
  host: 16,
  cookie: 17,
  expect: 18,
} as const;

const KINDS = new Map<string, number>([
  [':method', Kind.method],
  [':scheme', Kind.scheme],
  [':path', Kind.path],
  [':authority', Kind.authority],
  [':status', Kind.status],
  ['connection', Kind.connectionSpecific],
  ['proxy-connection', Kind.connectionSpecific],
  ['keep-alive', Kind.connectionSpecific],
  ['transfer-encoding', Kind.connectionSpecific],
  ['upgrade', Kind.connectionSpecific],
  ['te', Kind.te],
  ['content-type', Kind.contentType],
  ['content-length', Kind.contentLength],
  ['grpc-timeout', Kind.grpcTimeout],
  ['grpc-encoding', Kind.grpcEncoding],
  ['grpc-accept-encoding', Kind.grpcAcceptEncoding],
  ['grpc-status', Kind.grpcStatus],
  ['grpc-message', Kind.grpcMessage],
  ['host', Kind.host],
  ['cookie', Kind.cookie],
  ['expect', Kind.expect],
]);

// RFC 9110 §5.6.2 token characters without upper-case letters; ':' only as the first one (pseudo-headers).
const NAME_CHARACTERS = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")
  NAME_CHARACTERS[char.charCodeAt(0)] = 1;

/** True for a name that may stand in an HTTP/2 header list: a lower-case token, or ':' and a token. */
export function isValidName(name: string): boolean {
  const start = name.charCodeAt(0) === 0x3a ? 1 : 0;
  if (name.length <= start) return false;
  for (let i = start; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code > 0xff || NAME_CHARACTERS[code] !== 1) return false;
  }
  return true;
}

/** True for a value without NUL, CR, LF and without white space at its ends (RFC 9113 §8.2.1). */
export function isValidValue(value: string): boolean {
  const length = value.length;
  if (length === 0) return true;
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(length - 1);
  if (first === 0x20 || first === 0x09 || last === 0x20 || last === 0x09) return false;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0 || code === 0x0a || code === 0x0d) return false;
  }
  return true;
}

export class HeaderField {
  readonly name: string;
  readonly value: string;
  /** RFC 7541 §4.1: octets of both plus 32. */
  readonly size: number;
  readonly kind: number;
  readonly nameValid: boolean;
  readonly valid: boolean;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
    this.size = name.length + value.length + 32;
    this.kind = KINDS.get(name) ?? (name.charCodeAt(0) === 0x3a ? Kind.unknownPseudo : Kind.other);
    this.nameValid = this.kind !== Kind.other || isValidName(name);
    this.valid = this.nameValid && isValidValue(value);
  }
}
