/** What a v2 command works with: the global flags, its own flags, a client. */
import { readFileSync } from 'node:fs';
import { NoEndpointsError, V2Client, V2ClusterError } from '@quorate/client';
import type { ClientTlsOptions } from '@quorate/wire';
import { ExitError } from '../cli/exit.ts';
import { stderr } from '../cli/output.ts';
import { askSecret } from '../cli/stdin.ts';
import { discoverEndpoints } from '../v3/discovery.ts';
import type { GoFlags } from './go-flags.ts';

/** Exit codes of etcdctl, API 2. */
export const V2Exit = {
  Success: 0,
  BadArgs: 1,
  BadConnection: 2,
  BadAuth: 3,
  ServerError: 4,
  ClusterNotHealthy: 5,
} as const;

const DEFAULT_ENDPOINTS = 'http://127.0.0.1:2379,http://127.0.0.1:4001';

/** Ends the command with a message of its own, without `Error: `. */
export function plainFailure(message: string, code: number = V2Exit.BadArgs): ExitError {
  return new ExitError(code, message, { labelled: false });
}

/** Ends the command as etcdctl does: `Error:  ` and the message, then what each endpoint said. */
export function failure(code: number, error: unknown): ExitError {
  const message = error instanceof Error ? error.message : String(error);
  const details =
    error instanceof V2ClusterError
      ? error.reasons.map((reason, i) => `\nerror #${i}: ${reason}\n`).join('')
      : '';
  return new ExitError(code, `Error:  ${message}${details}`, { labelled: false });
}

export class V2Context {
  readonly global: GoFlags;
  readonly flags: GoFlags;
  readonly args: readonly string[];

  constructor(global: GoFlags, flags: GoFlags, args: readonly string[]) {
    this.global = global;
    this.flags = flags;
    this.args = args;
  }

  get output(): string {
    return this.global.string('output');
  }

  /** A deadline --total-timeout from now. */
  get limited(): { deadlineMs: number } {
    const timeout = this.global.durationMs('total-timeout');
    return { deadlineMs: performance.now() + timeout };
  }

  /** A client of the endpoints given, brought up to date with the member list unless --no-sync. Throws ExitError. */
  async client(): Promise<V2Client> {
    const client = await this.clientWithoutSync();
    const debug = this.global.bool('debug');
    if (!this.global.bool('no-sync')) {
      const given = client.endpoints.join(',');
      if (debug) stderr.write(`start to sync cluster using endpoints(${given})\n`);
      try {
        await client.sync(this.limited);
      } catch (error) {
        if (error instanceof NoEndpointsError) {
          stderr.write(
            `etcd cluster has no published client endpoints.\n` +
              `Try '--no-sync' if you want to access non-published client endpoints(${given}).\n`,
          );
          throw failure(V2Exit.ServerError, error);
        }
        if (error instanceof V2ClusterError && error.unreachable) throw failure(V2Exit.BadConnection, error);
        // Anything else: the endpoints as given may still serve.
      }
      if (debug) stderr.write(`got endpoints(${client.endpoints.join(',')}) after sync\n`);
    }
    if (debug) stderr.write(`Cluster-Endpoints: ${client.endpoints.join(', ')}\n`);
    return client;
  }

  /** A client of the endpoints given. Throws ExitError. */
  async clientWithoutSync(): Promise<V2Client> {
    const endpoints = await this.#endpoints();
    const credentials = await this.#credentials();
    try {
      return new V2Client({
        endpoints,
        tls: this.tls(),
        ...credentials,
        headerTimeoutMs: this.global.durationMs('timeout'),
        onRequest: this.global.bool('debug')
          ? (command) => stderr.write(`cURL Command: ${command}\n`)
          : undefined,
      });
    } catch (error) {
      if (error instanceof ExitError) throw error;
      throw plainFailure((error as Error).message);
    }
  }

  async #endpoints(): Promise<string[]> {
    const domain = this.#setting('discovery-srv', 'ETCDCTL_DISCOVERY_SRV');
    if (domain !== '') {
      const insecure =
        this.global.bool('insecure-discovery') || (process.env['ETCDCTL_INSECURE_DISCOVERY'] ?? '') !== '';
      const found = await discoverEndpoints(
        domain,
        process.env['ETCDCTL_DISCOVERY_SRV_NAME'] ?? '',
        insecure,
      );
      if (found.length > 0) return found;
    }
    const given =
      this.#setting('endpoints', 'ETCDCTL_ENDPOINTS') ||
      this.#setting('endpoint', 'ETCDCTL_ENDPOINT') ||
      this.#setting('peers', 'ETCDCTL_PEERS') ||
      DEFAULT_ENDPOINTS;
    return given.split(',').map((endpoint) => {
      const trimmed = endpoint.trim();
      return trimmed.includes('://') ? trimmed : `http://${trimmed}`;
    });
  }

  /** A flag, or the environment variable that stands in for it. */
  #setting(flag: string, variable: string): string {
    return this.global.string(flag) || (process.env[variable] ?? '');
  }

  /** TLS settings of the certificate flags. Throws ExitError. */
  tls(): ClientTlsOptions | undefined {
    const ca = this.#setting('ca-file', 'ETCDCTL_CA_FILE');
    const cert = this.#setting('cert-file', 'ETCDCTL_CERT_FILE');
    const key = this.#setting('key-file', 'ETCDCTL_KEY_FILE');
    if (ca === '' && cert === '' && key === '') return undefined;
    if ((cert === '') !== (key === '')) {
      throw plainFailure(`KeyFile and CertFile must both be present[key: ${key}, cert: ${cert}]`);
    }
    return {
      ...(ca === '' ? {} : { ca: readPem(ca) }),
      ...(cert === '' ? {} : { cert: readPem(cert), key: readPem(key) }),
    };
  }

  async #credentials(): Promise<{ username?: string; password?: string }> {
    const given = this.#setting('username', 'ETCDCTL_USERNAME');
    return given === '' ? {} : splitUser(given, 'Password: ');
  }
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw plainFailure(`open ${file}: ${(error as Error).message}`);
  }
}

/** Splits `name:password`; asks for a missing password. */
export async function splitUser(
  text: string,
  prompt: string,
): Promise<{ username: string; password: string }> {
  const colon = text.indexOf(':');
  if (colon !== -1) return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  return { username: text, password: await askSecret(prompt) };
}
