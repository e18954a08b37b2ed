// The config file (YAML or JSON): its keys are the flags' names but for a few nested groups.
import { parse } from 'yaml';
import { flagByName } from './flag-table.ts';
import { Settings, SettingsError } from './settings.ts';

/** Nested groups of the file, and the flags that their keys stand for. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'client-transport-security': {
    'cert-file': 'cert-file',
    'key-file': 'key-file',
    'client-cert-file': 'client-cert-file',
    'client-key-file': 'client-key-file',
    'client-cert-auth': 'client-cert-auth',
    'trusted-ca-file': 'trusted-ca-file',
    'ca-file': 'trusted-ca-file',
    'auto-tls': 'auto-tls',
    'client-crl-file': 'client-crl-file',
    'allowed-hostname': 'client-cert-allowed-hostname',
  },
  'peer-transport-security': {
    'cert-file': 'peer-cert-file',
    'key-file': 'peer-key-file',
    'client-cert-file': 'peer-client-cert-file',
    'client-key-file': 'peer-client-key-file',
    'client-cert-auth': 'peer-client-cert-auth',
    'trusted-ca-file': 'peer-trusted-ca-file',
    'ca-file': 'peer-trusted-ca-file',
    'auto-tls': 'peer-auto-tls',
    'allowed-cn': 'peer-cert-allowed-cn',
    'allowed-hostname': 'peer-cert-allowed-hostname',
    'skip-client-san-verification': 'peer-skip-client-san-verification',
  },
  'discovery-config': {
    token: 'discovery-token',
    endpoints: 'discovery-endpoints',
    'dial-timeout': 'discovery-dial-timeout',
    'request-timeout': 'discovery-request-timeout',
    'keepalive-time': 'discovery-keepalive-time',
    'keepalive-timeout': 'discovery-keepalive-timeout',
    'insecure-transport': 'discovery-insecure-transport',
    'insecure-skip-tls-verify': 'discovery-insecure-skip-tls-verify',
    cert: 'discovery-cert',
    key: 'discovery-key',
    cacert: 'discovery-cacert',
    user: 'discovery-user',
    password: 'discovery-password',
  },
  'socket-options': { 'reuse-port': 'socket-reuse-port', 'reuse-address': 'socket-reuse-address' },
};

/** Reads the settings of a config file. @throws SettingsError naming the key */
export function readConfigFile(path: string, text: string): Settings {
  let document: unknown;
  try {
    // What a warning would be about is refused below, or is text.
    document = parse(text, { logLevel: 'error' });
  } catch (error) {
    throw new SettingsError(`error parsing config file ${path}: ${(error as Error).message}`);
  }
  const settings = new Settings();
  if (document === null || document === undefined) return settings;
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new SettingsError(`error parsing config file ${path}: expected a mapping of settings`);
  }
  for (const [key, value] of Object.entries(document)) {
    const group = GROUPS[key];
    if (group === undefined) {
      take(settings, path, key, key, value);
      continue;
    }
    if (value === null) continue;
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new SettingsError(`error parsing config file ${path}: "${key}" must be a mapping`);
    }
    for (const [inner, innerValue] of Object.entries(value as object)) {
      const name = group[inner];
      if (name === undefined)
        throw new SettingsError(`unknown setting "${key}.${inner}" in config file ${path}`);
      take(settings, path, `${key}.${inner}`, name, innerValue);
    }
  }
  return settings;
}

function take(settings: Settings, path: string, key: string, name: string, value: unknown): void {
  const spec = flagByName.get(name);
  if (spec === undefined) throw new SettingsError(`unknown setting "${key}" in config file ${path}`);
  if (value === null || value === undefined) return;
  let text: string;
  if (Array.isArray(value)) {
    if (value.some((item) => typeof item === 'object' && item !== null))
      throw new SettingsError(`invalid value for "${key}" in config file ${path}: expected plain values`);
    text = value.join(',');
  } else if (typeof value === 'object') {
    throw new SettingsError(`invalid value for "${key}" in config file ${path}: expected a plain value`);
  } else if (spec.kind.type === 'duration' && typeof value === 'number') {
    text = `${value}ns`; // a bare number is nanoseconds, as Go decodes it
  } else text = String(value);
  try {
    settings.set(spec, text);
  } catch (error) {
    throw new SettingsError(
      `invalid value ${JSON.stringify(text)} for "${key}" in config file ${path}: ${(error as Error).message}`,
    );
  }
}
