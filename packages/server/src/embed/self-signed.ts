// Certificates made by the member itself for --auto-tls and --peer-auto-tls: a self-signed X.509 v3 certificate
// (RFC 5280) on a P-256 key, kept in the data directory so that it stays the same over restarts.
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { FatalError } from '@quorate/base';

/** DER (X.690): tag, length, content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length, ...length), body]);
}

const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.of(unused), content);

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function generalizedTime(time: Date): Buffer {
  return der(0x18, Buffer.from(`${time.toISOString().replace(/[-:T]|\.\d+/g, '')}`, 'latin1'));
}

function ipBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, Buffer.of(0xff))] : []), octets(value));
}

/** Makes a certificate for these hosts, signed with its own key. */
export function makeCertificate(
  hosts: readonly string[],
  privateKey: KeyObject,
  publicKey: KeyObject,
  validity: { readonly from: Date; readonly to: Date },
  organization = 'etcd',
): string {
  const ecdsaSha256 = sequence(oid('1.2.840.10045.4.3.2'));
  const name = sequence(der(0x31, sequence(oid('2.5.4.10'), der(0x0c, Buffer.from(organization)))));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x01; // positive and without leading zeros
  const names = hosts.map((host) =>
    isIP(host) === 0 ? der(0x82, Buffer.from(host, 'latin1')) : der(0x87, ipBytes(host)),
  );
  const keyUsage = bits(Buffer.of(0xa4), 2); // digitalSignature, keyEncipherment, keyCertSign
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    ecdsaSha256,
    name,
    sequence(generalizedTime(validity.from), generalizedTime(validity.to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('2.5.29.15', true, keyUsage),
        extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
        extension('2.5.29.19', true, sequence(der(0x01, Buffer.of(0xff)))),
        extension('2.5.29.17', false, sequence(...names)),
      ),
    ),
  );
  const certificate = sequence(body, ecdsaSha256, bits(sign('sha256', body, privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Certificate and key in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads the pair kept in `directory`, or makes one for `hosts` that is valid for so many years.
 * @throws FatalError when the directory cannot be used
 */
export function selfSignedKeyPair(directory: string, hosts: readonly string[], years: number): KeyPair {
  const [certPath, keyPath] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  try {
    if (existsSync(certPath) && existsSync(keyPath)) {
      const pair = { cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
      if (new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))) return pair;
    }
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const from = new Date();
    const to = new Date(from);
    to.setUTCFullYear(to.getUTCFullYear() + years);
    const pair = {
      cert: makeCertificate([...new Set(hosts)], privateKey, publicKey, { from, to }),
      key: privateKey.export({ type: 'sec1', format: 'pem' }) as string,
    };
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(certPath, pair.cert, { mode: 0o600 });
    writeFileSync(keyPath, pair.key, { mode: 0o600 });
    return pair;
  } catch (error) {
    throw new FatalError(`cannot make a certificate in ${directory}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
