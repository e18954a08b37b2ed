// TLS settings of the listeners, read from the files that the settings name.
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { FatalError } from '@quorate/base';
import type { ServerTlsOptions } from '@quorate/wire';
import type { ListenUrl, ServerConfig, TlsFiles } from '../config/index.ts';
import type { PeerClientTls } from '../peer/http-client.ts';
import { selfSignedKeyPair } from './self-signed.ts';

/** OpenSSL's names of the cipher suites, by Go's. TLS 1.3 suites have the same name in both. */
const CIPHERS: Readonly<Record<string, string>> = {
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
  TLS_RSA_WITH_AES_128_CBC_SHA256: 'AES128-SHA256',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256: 'ECDHE-ECDSA-AES128-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256: 'ECDHE-RSA-AES128-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
};

function cipherList(names: readonly string[]): string {
  return names
    .map((name) => {
      const cipher = CIPHERS[name];
      if (cipher === undefined) throw new FatalError(`unexpected TLS cipher suite ${JSON.stringify(name)}`);
      return cipher;
    })
    .join(':');
}

function read(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FatalError(`cannot read ${what} ${path}: ${(error as Error).message}`);
  }
}

/** A revocation list in PEM, which is also what a DER file is turned into. */
function revocationList(path: string): string {
  const bytes = read('the certificate revocation list', path);
  if (bytes.includes('-----BEGIN')) return bytes.toString('latin1');
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN X509 CRL-----\n${lines.join('\n')}\n-----END X509 CRL-----\n`;
}

/** Addresses of this machine, which a certificate of its own should name. */
function ownHosts(urls: readonly ListenUrl[]): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address),
  );
  const named = urls
    .map(({ host }) => host)
    .filter((host) => host !== '' && host !== '0.0.0.0' && host !== '::');
  return ['localhost', '127.0.0.1', ...named, ...addresses.filter((address) => !address.includes('%'))];
}

/**
 * TLS of a group of listeners; undefined when the settings name no certificate.
 * @throws FatalError naming the file that cannot be used
 */
export function serverTls(
  files: TlsFiles,
  config: ServerConfig,
  kind: 'client' | 'peer',
  urls: readonly ListenUrl[],
): ServerTlsOptions | undefined {
  if (files.certFile === '' && !files.auto) return undefined;
  const version = (text: string): SecureVersion | undefined =>
    text === '' ? undefined : (text.replace('TLS', 'TLSv') as SecureVersion);
  const [minVersion, maxVersion] = [version(config.tlsMinVersion), version(config.tlsMaxVersion)];
  const pair =
    files.certFile === ''
      ? selfSignedKeyPair(join(config.dataDir, 'fixtures', kind), ownHosts(urls), config.selfSignedCertYears)
      : { cert: read('the certificate', files.certFile), key: read('the key', files.keyFile) };
  const requestCert = files.clientCertAuth || files.trustedCaFile !== '';
  return {
    ...pair,
    ...(files.trustedCaFile === '' ? {} : { ca: read('the CA bundle', files.trustedCaFile) }),
    ...(files.crlFile === '' ? {} : { crl: revocationList(files.crlFile) }),
    ...(config.cipherSuites.length === 0 ? {} : { ciphers: cipherList(config.cipherSuites) }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    requestCert,
    rejectUnauthorized: requestCert,
    ALPNProtocols: ['h2', 'http/1.1'],
  };
}

/**
 * TLS of our connections to peers: the listeners' certificate shows who we are, and the CA bundle whom we believe. With
 * certificates that members make for themselves nothing can be checked. Undefined when the settings name no certificate.
 */
export function peerClientTls(
  files: TlsFiles,
  server: ServerTlsOptions | undefined,
): PeerClientTls | undefined {
  if (server === undefined) return undefined;
  const { cert, key, ca, ciphers, minVersion, maxVersion } = server;
  return {
    cert,
    key,
    rejectUnauthorized: files.certFile !== '',
    ...(ca === undefined ? {} : { ca }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}
