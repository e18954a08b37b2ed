// A certificate authority for tests, made with openssl.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateNames {
  readonly commonName: string;
  /** Alternative names as openssl has them: `IP:127.0.0.1`, `DNS:localhost`. */
  readonly alternativeNames: readonly string[];
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class CertificateAuthority {
  readonly cert: string;
  readonly #key: string;
  readonly #directory: string;

  /** Files are made in `directory`, which must be there. */
  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.cert = join(directory, `${name}.pem`);
    this.#key = join(directory, `${name}-key.pem`);
    openssl(
      'req',
      '-x509',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...NEW_KEY,
      '-keyout',
      this.#key,
      '-out',
      this.cert,
    );
  }

  /** Makes, or makes anew, a certificate for both ends of a connection. */
  issue(file: string, { commonName, alternativeNames }: CertificateNames): CertificatePaths {
    const path = (suffix: string): string => join(this.#directory, `${file}${suffix}`);
    openssl(
      'req',
      '-new',
      '-subj',
      `/CN=${commonName}`,
      ...NEW_KEY,
      '-keyout',
      path('-key.pem.new'),
      '-out',
      path('.csr'),
    );
    const usage = 'extendedKeyUsage=serverAuth,clientAuth\n';
    const names = alternativeNames.length === 0 ? '' : `subjectAltName=${alternativeNames.join(',')}\n`;
    writeFileSync(path('.ext'), usage + names);
    openssl(
      ...['x509', '-req', '-days', '2', '-in', path('.csr'), '-extfile', path('.ext'), '-out', path('.pem')],
      ...['-CA', this.cert, '-CAkey', this.#key, '-CAcreateserial'],
    );
    openssl('pkey', '-in', path('-key.pem.new'), '-out', path('-key.pem'));
    return { cert: path('.pem'), key: path('-key.pem') };
  }
}
