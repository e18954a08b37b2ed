// Certificate, key and CA bundle of a group of listeners, read again when the files change: certificates that are
// renewed while the member runs hold for the next connection.
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { FatalError } from '@quorate/base';
import type { Logger } from '../ops/logger.ts';

/** What TLS is set up with. */
export interface TlsMaterial {
  readonly cert: Buffer | string;
  readonly key: Buffer | string;
  readonly ca: Buffer | undefined;
}

/** Paths; an empty one of the CA bundle means none. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Reads a file of the settings. @throws FatalError saying what cannot be read */
export function readTlsFile(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FatalError(`cannot read ${what} ${path}: ${(error as Error).message}`);
  }
}

function readMaterial({ cert, key, ca }: TlsPaths): TlsMaterial {
  return {
    cert: readTlsFile('the certificate', cert),
    key: readTlsFile('the key', key),
    ca: ca === '' ? undefined : readTlsFile('the CA bundle', ca),
  };
}

/** Changes whenever one of the files is written or replaced. */
function signature(paths: TlsPaths): string {
  return [paths.cert, paths.key, paths.ca]
    .map((path) => {
      if (path === '') return '';
      const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
      return stats === undefined ? 'gone' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
    })
    .join('/');
}

export class TlsFileSet {
  readonly #paths: TlsPaths;
  readonly #logger: Logger;
  #material: TlsMaterial;
  #signature: string;

  /** @throws FatalError when a file cannot be read */
  constructor(paths: TlsPaths, logger: Logger) {
    this.#paths = paths;
    this.#logger = logger;
    this.#signature = signature(paths);
    this.#material = readMaterial(paths);
  }

  /** What holds now. Files that cannot be used (half written, key of another certificate) leave it as it was. */
  get material(): TlsMaterial {
    const now = signature(this.#paths);
    if (now === this.#signature) return this.#material;
    this.#signature = now;
    try {
      const fresh = readMaterial(this.#paths);
      createSecureContext({ cert: fresh.cert, key: fresh.key, ca: fresh.ca });
      this.#material = fresh;
      this.#logger.info('reloaded TLS certificates', { 'cert-file': this.#paths.cert });
    } catch (error) {
      this.#logger.warn('failed to reload TLS certificates; those from before stay in use', {
        'cert-file': this.#paths.cert,
        error: (error as Error).message,
      });
    }
    return this.#material;
  }
}
