// Certificate revocation lists (RFC 5280 §5): which serial numbers are revoked. Like etcd we look at nothing else, and
// take a list whose next update is overdue; OpenSSL's own check would refuse every connection then.

/** A DER value: where its content begins and ends. */
interface Value {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const INTEGER = 0x02;
const SEQUENCE = 0x30;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

const PEM_BLOCK = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g;

function readValue(bytes: Buffer, at: number, limit: number): Value {
  const bad = new Error('the revocation list is malformed');
  if (at + 2 > limit) throw bad;
  const tag = bytes[at] as number;
  let length = bytes[at + 1] as number;
  let start = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4 || start + count > limit) throw bad;
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  if (start + length > limit) throw bad;
  return { tag, start, end: start + length };
}

function expectTag(value: Value, tag: number): Value {
  if (value.tag !== tag) throw new Error('the revocation list is malformed');
  return value;
}

/** A serial number as it is compared: upper-case hex without leading zeros. */
export function serialText(hex: string): string {
  return hex.toUpperCase().replace(/^0+(?=.)/, '');
}

function addSerials(der: Buffer, serials: Set<string>): void {
  const list = expectTag(readValue(der, 0, der.length), SEQUENCE);
  const body = expectTag(readValue(der, list.start, list.end), SEQUENCE);
  let at = body.start;
  const next = (): Value | undefined => (at < body.end ? readValue(der, at, body.end) : undefined);
  const skip = (tag: number, isOptional: boolean): void => {
    const value = next();
    if (value?.tag === tag) at = value.end;
    else if (!isOptional) throw new Error('the revocation list is malformed');
  };
  skip(INTEGER, true); // version
  skip(SEQUENCE, false); // signature algorithm
  skip(SEQUENCE, false); // issuer
  skip(next()?.tag === UTC_TIME ? UTC_TIME : GENERALIZED_TIME, false); // this update
  const due = next()?.tag;
  if (due === UTC_TIME || due === GENERALIZED_TIME) skip(due, false); // next update
  const revoked = next();
  if (revoked?.tag !== SEQUENCE) return; // none
  for (let entryAt = revoked.start; entryAt < revoked.end; ) {
    const entry = expectTag(readValue(der, entryAt, revoked.end), SEQUENCE);
    const serial = expectTag(readValue(der, entry.start, entry.end), INTEGER);
    serials.add(serialText(der.toString('hex', serial.start, serial.end)));
    entryAt = entry.end;
  }
}

/** The revoked serial numbers of a file in PEM or DER. @throws Error it is no revocation list */
export function revokedSerials(file: Buffer): Set<string> {
  const serials = new Set<string>();
  if (!file.includes('-----BEGIN')) {
    addSerials(file, serials);
    return serials;
  }
  const blocks = [...file.toString('latin1').matchAll(PEM_BLOCK)];
  if (blocks.length === 0) throw new Error('the file holds no revocation list');
  for (const [, base64] of blocks) addSerials(Buffer.from(base64 as string, 'base64'), serials);
  return serials;
}
