/** Clients as the global flags ask for: endpoints, TLS, credentials. */
import { readFileSync } from 'node:fs';
import { type ClientOptions, EndpointError, EtcdClient } from '@quorate/client';
import type { ClientTlsOptions } from '@quorate/wire';
import { badArgs, ExitCode, ExitError } from '../cli/exit.ts';
import type { Flags } from '../cli/flag-set.ts';
import { askSecret } from '../cli/stdin.ts';

/** Where to find certificates; empty names: none. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly cacert: string;
  readonly serverName: string;
  readonly insecureTransport: boolean;
  readonly insecureSkipVerify: boolean;
}

export interface UserAndPassword {
  readonly username: string;
  readonly password: string;
}

/** Opens a client; its endpoints and TLS settings are those given. Throws ExitError. */
export function openClient(
  endpoints: readonly string[],
  tls: ClientTlsOptions | undefined,
  credentials: UserAndPassword | undefined,
  flags: Flags,
): EtcdClient {
  const options: ClientOptions = {
    endpoints,
    tls,
    dialTimeoutMs: flags.durationMs('dial-timeout'),
    username: credentials?.username,
    password: credentials?.password,
    token: flags.string('auth-jwt-token') || undefined,
  };
  try {
    return new EtcdClient(options);
  } catch (error) {
    if (error instanceof EndpointError) throw badArgs(error.message);
    throw error;
  }
}

/** TLS settings from files; undefined: no TLS. Throws ExitError. */
export function loadTls(files: TlsFiles): ClientTlsOptions | undefined {
  const { cert, key, cacert, serverName } = files;
  const wanted = cert !== '' || key !== '' || cacert !== '' || serverName !== '';
  if (!wanted && files.insecureTransport) return undefined;
  if ((cert === '') !== (key === '')) {
    throw badArgs(`KeyFile and CertFile must both be present[key: ${key}, cert: ${cert}]`);
  }
  return {
    ...(cert !== '' ? { cert: readPem(cert), key: readPem(key) } : {}),
    ...(cacert !== '' ? { ca: readPem(cacert) } : {}),
    ...(serverName !== '' ? { servername: serverName } : {}),
    rejectUnauthorized: !files.insecureSkipVerify,
  };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw badArgs(`open ${file}: ${(error as Error).message}`);
  }
}

/** TLS settings of the global flags. */
export function tlsOf(flags: Flags): ClientTlsOptions | undefined {
  for (const name of ['cert', 'key', 'cacert']) {
    if (flags.changed(name) && flags.string(name) === '') {
      throw badArgs(`empty string is passed to --${name} option`);
    }
  }
  return loadTls({
    cert: flags.string('cert'),
    key: flags.string('key'),
    cacert: flags.string('cacert'),
    serverName: flags.bool('insecure-discovery') ? '' : flags.string('discovery-srv'),
    insecureTransport: flags.bool('insecure-transport'),
    insecureSkipVerify: flags.bool('insecure-skip-tls-verify'),
  });
}

/** User name and password of the global flags; asks for the password if there is none. */
export async function credentialsOf(flags: Flags): Promise<UserAndPassword | undefined> {
  return splitCredentials(flags.string('user'), flags.string('password'), () => askSecret('Password: '));
}

/** Splits `name:password`; `ask` is called if there is no password at all. */
export async function splitCredentials(
  user: string,
  password: string,
  ask: () => Promise<string>,
): Promise<UserAndPassword | undefined> {
  if (user === '') return undefined;
  if (password !== '') return { username: user, password };
  const colon = user.indexOf(':');
  if (colon !== -1) return { username: user.slice(0, colon), password: user.slice(colon + 1) };
  try {
    return { username: user, password: await ask() };
  } catch (error) {
    throw new ExitError(ExitCode.Error, (error as Error).message);
  }
}

/** Endpoints of the global flags: those found by DNS if a domain is given, else the list. */
export async function endpointsOf(flags: Flags): Promise<readonly string[]> {
  const domain = flags.string('discovery-srv');
  if (domain !== '') {
    const { discoverEndpoints } = await import('./discovery.ts');
    const found = await discoverEndpoints(
      domain,
      flags.string('discovery-srv-name'),
      flags.bool('insecure-discovery'),
    );
    if (found.length > 0) return found;
  }
  return flags.list('endpoints').map((endpoint) => endpoint.trim());
}
