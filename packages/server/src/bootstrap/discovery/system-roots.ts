// The certificate authorities that this system trusts, in addition to those that Node.js brings along: the operator's
// own are among them.
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Where distributions keep the bundle. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined; // another distribution
  }
}

/** PEM texts; `SSL_CERT_FILE` takes the place of the system's bundle, as in Go. */
export function systemRoots(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const named = env['SSL_CERT_FILE'];
  const paths = named === undefined || named === '' ? BUNDLES : [named];
  for (const path of paths) {
    const text = textOf(path);
    if (text !== undefined) return [...rootCertificates, text];
  }
  return [...rootCertificates];
}
