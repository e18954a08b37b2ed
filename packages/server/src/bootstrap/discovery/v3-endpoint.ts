// Endpoints of a v3 discovery service, in the forms that etcd's client takes.
import type { Target } from '@quorate/wire';
import { DiscoveryFailure } from './failures.ts';

export interface Endpoint {
  readonly text: string;
  readonly target: Target;
  /** Undefined: as the other settings say. */
  readonly secure: boolean | undefined;
}

const DEFAULT_PORT = 2379;

/** `host:port`, `http://…`, `https://…`, `unix://path`, `unixs://path`. @throws DiscoveryFailure */
export function parseEndpoint(text: string): Endpoint {
  const refused = new DiscoveryFailure(`discovery: ${JSON.stringify(text)} is no endpoint`);
  const match = /^(?:([a-z]+):\/\/)?(.+)$/.exec(text.trim());
  if (match === null) throw refused;
  const [, scheme, rest] = match as unknown as [string, string | undefined, string];
  if (scheme === 'unix' || scheme === 'unixs') {
    return { text, target: { path: rest }, secure: scheme === 'unixs' };
  }
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') throw refused;
  const address = /^(\[[0-9a-fA-F:.%]+\]|[^:/[\]]+)(?::(\d{1,5}))?\/?$/.exec(rest);
  if (address === null) throw refused;
  const [, host, port] = address as unknown as [string, string, string | undefined];
  return {
    text,
    target: {
      host: host.replace(/^\[|\]$/g, ''),
      port: port === undefined ? DEFAULT_PORT : Number(port),
    },
    secure: scheme === undefined ? undefined : scheme === 'https',
  };
}
