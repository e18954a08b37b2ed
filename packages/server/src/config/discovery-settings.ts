// The settings of cluster discovery: which of its ways to take, if any.
import { type Settings, SettingsError } from './settings.ts';

export interface V2DiscoverySettings {
  readonly kind: 'v2';
  /** The service's URL, with the token as its path; the whole text is the cluster token as well. */
  readonly url: string;
  /** HTTP proxy on the way there; empty for none. */
  readonly proxy: string;
  /** What to do when the cluster is full without this member. */
  readonly fallback: 'exit' | 'proxy';
}

export interface V3DiscoverySettings {
  readonly kind: 'v3';
  readonly token: string;
  readonly endpoints: readonly string[];
  readonly dialTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly insecureTransport: boolean;
  readonly insecureSkipVerify: boolean;
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
}

export interface SrvDiscoverySettings {
  readonly kind: 'srv';
  readonly domain: string;
  readonly serviceName: string;
}

export type DiscoverySettings =
  | { readonly kind: 'none' }
  | V2DiscoverySettings
  | V3DiscoverySettings
  | SrvDiscoverySettings;

const V3_ONLY = ['token', 'endpoints', 'cert', 'key', 'cacert', 'user', 'password'];

/** @throws SettingsError with etcd's words: more than one way to a cluster, half of a way */
export function discoverySettings(settings: Settings): DiscoverySettings {
  const text = (name: string): string => settings.text(name).trim();
  const ways = ['initial-cluster', 'discovery', 'discovery-endpoints', 'discovery-srv'];
  if (ways.filter((name) => text(name) !== '').length > 1) {
    throw new SettingsError(
      'multiple discovery or bootstrap flags are set. Choose one of "initial-cluster", "discovery", "discovery-endpoints" or "discovery-srv"',
    );
  }
  const usesV2 = text('discovery') !== '' || text('discovery-proxy') !== '';
  if (usesV2 && V3_ONLY.some((name) => text(`discovery-${name}`) !== '')) {
    throw new SettingsError(
      'both v2 discovery settings (discovery, discovery-proxy) and v3 discovery settings (discovery-token, discovery-endpoints, discovery-cert, discovery-key, discovery-cacert, discovery-user, discovery-password) are set',
    );
  }
  if ((text('discovery-token') === '') !== (text('discovery-endpoints') === '')) {
    throw new SettingsError('both --discovery-token and --discovery-endpoints must be set');
  }
  if (text('discovery') !== '') {
    return {
      kind: 'v2',
      url: text('discovery'),
      proxy: text('discovery-proxy'),
      fallback: settings.text('discovery-fallback') as 'exit' | 'proxy',
    };
  }
  if (text('discovery-endpoints') !== '') return v3Settings(settings);
  if (text('discovery-srv') !== '') {
    return { kind: 'srv', domain: text('discovery-srv'), serviceName: text('discovery-srv-name') };
  }
  return { kind: 'none' };
}

function v3Settings(settings: Settings): V3DiscoverySettings {
  const endpoints = settings.list('discovery-endpoints');
  if (endpoints.includes('')) {
    throw new SettingsError('--discovery-endpoints must not contain empty endpoints');
  }
  const certFile = settings.text('discovery-cert');
  const keyFile = settings.text('discovery-key');
  if ((certFile === '') !== (keyFile === '')) {
    throw new SettingsError('--discovery-cert and --discovery-key must be given together');
  }
  const positive = (name: string): number => {
    const ms = settings.durationMs(name);
    if (ms <= 0) throw new SettingsError(`--${name} must be greater than 0`);
    return ms;
  };
  return {
    kind: 'v3',
    token: settings.text('discovery-token').trim(),
    endpoints,
    dialTimeoutMs: positive('discovery-dial-timeout'),
    requestTimeoutMs: positive('discovery-request-timeout'),
    keepaliveTimeMs: positive('discovery-keepalive-time'),
    keepaliveTimeoutMs: positive('discovery-keepalive-timeout'),
    insecureTransport: settings.bool('discovery-insecure-transport'),
    insecureSkipVerify: settings.bool('discovery-insecure-skip-tls-verify'),
    certFile,
    keyFile,
    caFile: settings.text('discovery-cacert'),
    ...credentials(settings),
  };
}

/** `name:password` in one flag, or each in its own. */
function credentials(settings: Settings): { readonly user: string; readonly password: string } {
  const user = settings.text('discovery-user');
  const password = settings.text('discovery-password');
  const colon = user.indexOf(':');
  if (password === '' && colon >= 0) return { user: user.slice(0, colon), password: user.slice(colon + 1) };
  if (user === '' && password !== '') {
    throw new SettingsError('--discovery-password needs --discovery-user');
  }
  return { user, password };
}
