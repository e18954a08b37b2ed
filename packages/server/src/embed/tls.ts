// TLS settings of the listeners and of connections to peers, from the files that the settings name.
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { FatalError } from '@quorate/base';
import type { ServerTlsOptions } from '@quorate/wire';
import type { ListenUrl, ServerConfig, TlsFiles } from '../config/index.ts';
import type { Logger } from '../ops/logger.ts';
import type { PeerClientTls } from '../peer/http-client.ts';
import { selfSignedKeyPair } from './self-signed.ts';
import { cipherList } from './tls-ciphers.ts';
import { revokedSerials } from './tls-crl.ts';
import { readTlsFile, TlsFileSet, type TlsMaterial } from './tls-files.ts';
import { peerVerifier } from './tls-verify.ts';

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

/** TLS versions and cipher suites, the same for all. */
function protocolOptions(config: ServerConfig): SecureContextOptions {
  const version = (text: string): SecureVersion | undefined =>
    text === '' ? undefined : (text.replace('TLS', 'TLSv') as SecureVersion);
  const [minVersion, maxVersion] = [version(config.tlsMinVersion), version(config.tlsMaxVersion)];
  return {
    ...(config.cipherSuites.length === 0 ? {} : { ciphers: cipherList(config.cipherSuites) }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

function contextOptions(material: TlsMaterial, config: ServerConfig): SecureContextOptions {
  const { cert, key, ca } = material;
  return { cert, key, ...(ca === undefined ? {} : { ca }), ...protocolOptions(config) };
}

/** Refuses at the start what would refuse every connection later. @throws FatalError */
function checkRevocationList(path: string): void {
  const file = readTlsFile('the certificate revocation list', path);
  try {
    revokedSerials(file);
  } catch (error) {
    throw new FatalError(`cannot use the certificate revocation list ${path}: ${(error as Error).message}`);
  }
}

/** Refuses at the start a pair for our own connections that cannot be used. @throws FatalError */
function checkClientPair({ clientCertFile, clientKeyFile }: TlsFiles): void {
  if (clientCertFile === '') return;
  const cert = readTlsFile('the certificate', clientCertFile);
  const key = readTlsFile('the key', clientKeyFile);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new FatalError(`cannot use ${clientCertFile} with ${clientKeyFile}: ${(error as Error).message}`);
  }
}

/**
 * TLS of a group of listeners; undefined when the settings name no certificate. Certificates and CAs are read again when
 * their files change, the revocation list for every connection.
 * @throws FatalError naming the file that cannot be used
 */
export function serverTls(
  files: TlsFiles,
  config: ServerConfig,
  kind: 'client' | 'peer',
  urls: readonly ListenUrl[],
  logger: Logger,
): ServerTlsOptions | undefined {
  if (files.certFile === '' && !files.auto) return undefined;
  checkClientPair(files);
  if (files.crlFile !== '') checkRevocationList(files.crlFile);
  const requestCert = files.clientCertAuth || files.trustedCaFile !== '';
  const verifyPeer = requestCert ? peerVerifier(files, kind) : undefined;
  const shared = {
    requestCert,
    rejectUnauthorized: requestCert,
    ALPNProtocols: ['h2', 'http/1.1'],
    ...(verifyPeer === undefined ? {} : { verifyPeer }),
  };
  if (files.certFile === '') {
    const directory = join(config.dataDir, 'fixtures', kind);
    const pair = selfSignedKeyPair(directory, ownHosts(urls), config.selfSignedCertYears);
    const ca = files.trustedCaFile === '' ? undefined : readTlsFile('the CA bundle', files.trustedCaFile);
    return { ...contextOptions({ ...pair, ca }, config), ...shared };
  }
  const paths = { cert: files.certFile, key: files.keyFile, ca: files.trustedCaFile };
  const set = new TlsFileSet(paths, logger.named('embed/tls'));
  let material = set.material;
  const refresh = (): SecureContextOptions | undefined => {
    const now = set.material;
    if (now === material) return undefined;
    material = now;
    return contextOptions(now, config);
  };
  return { ...contextOptions(material, config), ...shared, refresh };
}

/**
 * TLS of our connections to peers: a certificate shows who we are, and the CA bundle whom we believe. With certificates
 * that members make for themselves nothing can be checked. Undefined when the settings name no certificate.
 */
export function peerClientTls(
  files: TlsFiles,
  config: ServerConfig,
  server: ServerTlsOptions | undefined,
  logger: Logger,
): PeerClientTls | undefined {
  if (server === undefined) return undefined;
  if (files.certFile === '') {
    const { cert, key, ca } = server;
    return {
      cert,
      key,
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca }),
      ...protocolOptions(config),
    };
  }
  const paths = {
    cert: files.clientCertFile || files.certFile,
    key: files.clientKeyFile || files.keyFile,
    ca: files.trustedCaFile,
  };
  const set = new TlsFileSet(paths, logger.named('embed/tls'));
  // Read with every connection: what the files hold then.
  return {
    ...protocolOptions(config),
    rejectUnauthorized: true,
    get cert() {
      return set.material.cert;
    },
    get key() {
      return set.material.key;
    },
    get ca() {
      return set.material.ca;
    },
  };
}
