/**
 * Endpoints as users write them: `host:port`, `http://host:port`, `https://host:port`, `unix:///path`,
 * `unixs://…`.
 */
import type { Target } from '@quorate/wire';

/** Where an endpoint is, and whether its scheme asks for TLS. */
export interface Endpoint {
  /** As given. */
  readonly text: string;
  readonly target: Target;
  /** Undefined if the endpoint has no scheme. */
  readonly secure: boolean | undefined;
  /** Host name, for TLS. */
  readonly host: string;
}

/** An endpoint that cannot be understood. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

const DEFAULT_PORT = 2379;

/** Parses one endpoint. Throws EndpointError. */
export function parseEndpoint(text: string): Endpoint {
  const trimmed = text.trim();
  const match = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(trimmed);
  const scheme = match?.[1];
  const rest = match?.[2] ?? '';
  switch (scheme) {
    case 'unix':
    case 'unixs':
      if (rest === '') throw new EndpointError(`endpoint "${text}" names no socket`);
      return { text: trimmed, target: { path: rest }, secure: scheme === 'unixs', host: 'localhost' };
    case undefined:
      return tcp(trimmed, rest, undefined);
    case 'http':
    case 'https':
      return tcp(trimmed, rest.replace(/\/.*$/s, ''), scheme === 'https');
    default:
      throw new EndpointError(`endpoint "${text}" has an unknown scheme`);
  }
}

function tcp(text: string, address: string, secure: boolean | undefined): Endpoint {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^:/[\]\s]*))(?::(\d{1,5}))?$/.exec(address);
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (match === null || address === '' || port > 65535) throw new EndpointError(`bad endpoint "${text}"`);
  const host = match[1] ?? (match[2] === '' ? 'localhost' : (match[2] as string));
  return { text, target: { host, port }, secure, host };
}
