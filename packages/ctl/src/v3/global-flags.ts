/** The flags every v3 command has, and their ETCDCTL_* environment variables. */

import { ExitCode, ExitError } from '../cli/exit.ts';
import type { FlagDefinition, Flags } from '../cli/flag-set.ts';
import { FlagError } from '../cli/flag-set.ts';
import { stderr } from '../cli/output.ts';
import { formatDuration } from '../go/duration.ts';
import {
  DEFAULT_COMMAND_TIMEOUT_NS,
  DEFAULT_DIAL_TIMEOUT_NS,
  DEFAULT_ENDPOINT,
  DEFAULT_KEEPALIVE_TIME_NS,
  DEFAULT_KEEPALIVE_TIMEOUT_NS,
} from '../limits.ts';

const ENV_PREFIX = 'ETCDCTL_';

const duration = (name: string, ns: bigint, usage: string): FlagDefinition => ({
  name,
  kind: 'duration',
  defaultText: formatDuration(ns),
  usage,
});

/** Flags shared by all commands. */
export const globalFlags: readonly FlagDefinition[] = [
  {
    name: 'endpoints',
    kind: 'list',
    defaultText: DEFAULT_ENDPOINT,
    usage: 'gRPC endpoints, separated by commas',
  },
  { name: 'debug', kind: 'bool', usage: 'print the settings in effect to standard error' },
  {
    name: 'write-out',
    short: 'w',
    kind: 'string',
    defaultText: 'simple',
    usage: 'output format: fields, json, protobuf, simple or table',
  },
  { name: 'hex', kind: 'bool', usage: 'print keys and values as \\x61\\x62 (simple format)' },
  duration('dial-timeout', DEFAULT_DIAL_TIMEOUT_NS, 'time to connect to one endpoint'),
  duration(
    'command-timeout',
    DEFAULT_COMMAND_TIMEOUT_NS,
    'time for a short command, connecting not included',
  ),
  duration('keepalive-time', DEFAULT_KEEPALIVE_TIME_NS, 'idle time after which a connection is probed'),
  duration('keepalive-timeout', DEFAULT_KEEPALIVE_TIMEOUT_NS, 'time a probed connection has to answer'),
  {
    name: 'insecure-transport',
    kind: 'bool',
    defaultText: 'true',
    usage: 'connect without TLS unless certificates are given',
  },
  {
    name: 'insecure-discovery',
    kind: 'bool',
    defaultText: 'true',
    usage: 'accept SRV records of endpoints without TLS',
  },
  {
    name: 'insecure-skip-tls-verify',
    kind: 'bool',
    usage: 'do not verify the server certificate (for tests only)',
  },
  { name: 'cert', kind: 'string', usage: 'client certificate file' },
  { name: 'key', kind: 'string', usage: 'key file of the client certificate' },
  { name: 'cacert', kind: 'string', usage: 'file of certificate authorities that servers are verified with' },
  {
    name: 'user',
    kind: 'string',
    usage: 'name[:password] to authenticate with; asks for a missing password',
  },
  {
    name: 'password',
    kind: 'string',
    usage: 'password to authenticate with; --user then holds the name alone',
  },
  { name: 'auth-jwt-token', kind: 'string', usage: 'token to authenticate with, instead of a user name' },
  { name: 'discovery-srv', short: 'd', kind: 'string', usage: 'domain whose SRV records list the endpoints' },
  { name: 'discovery-srv-name', kind: 'string', usage: 'service name in those SRV records' },
];

const IGNORED_VARIABLES = new Set(['ETCDCTL_API', 'ETCDCTL_WATCH_KEY', 'ETCDCTL_WATCH_RANGE_END']);

/** The environment variable of a flag. */
export function variableOf(flag: string): string {
  return ENV_PREFIX + flag.toUpperCase().replaceAll('-', '_');
}

/**
 * Fills flags that were not given from the environment. A flag that is both given and in the environment ends the
 * command; unknown variables are reported. Throws ExitError.
 */
export function applyEnvironment(
  flags: Flags,
  shared: readonly FlagDefinition[],
  env: NodeJS.ProcessEnv,
): void {
  const known = new Set<string>();
  for (const { name } of shared) {
    const variable = variableOf(name);
    known.add(variable);
    const value = env[variable];
    if (value === undefined) continue;
    if (flags.changed(name)) {
      throw new ExitError(
        ExitCode.Error,
        `conflicting environment variable "${variable}" is shadowed by corresponding command-line flag (either unset environment variable or disable flag)`,
      );
    }
    if (value === '') continue;
    try {
      flags.setDefault(name, value);
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      throw new ExitError(
        ExitCode.BadArgs,
        `invalid value ${JSON.stringify(value)} for ${variable}: ${error.message}`,
      );
    }
  }
  for (const [variable, value] of Object.entries(env)) {
    if (variable.startsWith(ENV_PREFIX) && !known.has(variable) && !IGNORED_VARIABLES.has(variable)) {
      stderr.write(`warning: unrecognized environment variable ${variable}=${value ?? ''}\n`);
    }
  }
  if (flags.bool('debug')) {
    for (const name of shared.map((flag) => flag.name).sort()) {
      stderr.write(`${variableOf(name)}=${flags.text(name)}\n`);
    }
  }
}
