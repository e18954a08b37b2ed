// Where a member's URL leads: `http://host:port`, `https://…`, `unix://…` or `unixs://…`.
import { connect as connectNet, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PeerClientTls } from './http-client.ts';

const MAX_PORT = 65_535;

export interface PeerAddress {
  readonly secure: boolean;
  /** What the `Host` header says. */
  readonly authority: string;
  readonly host: string;
  readonly port: number;
  /** A socket in the file system, which stands instead of host and port. */
  readonly socketPath: string | undefined;
}

export function addressOf(url: string): PeerAddress {
  const [, scheme = '', authority = ''] = /^([a-z]+):\/\/([^/]*)/i.exec(url) ?? [];
  const secure = scheme === 'https' || scheme === 'unixs';
  if (scheme.startsWith('unix')) {
    return { secure, authority: 'localhost', host: 'localhost', port: 0, socketPath: authority };
  }
  const [, host = authority, port = secure ? '443' : '80'] = /^(.*):([0-9]+)$/.exec(authority) ?? [];
  return {
    secure,
    authority,
    host: host.replace(/^\[|\]$/g, ''),
    // At port 0 nobody answers, as at one that there is not.
    port: Number(port) <= MAX_PORT ? Number(port) : 0,
    socketPath: undefined,
  };
}

/** Opens a connection that HTTP/1.1 is to be spoken on. */
export function dial(
  { secure, host, port, socketPath }: PeerAddress,
  tls: PeerClientTls | undefined,
): Socket {
  const target = socketPath === undefined ? { host, port } : { path: socketPath };
  const socket = secure
    ? connectTls({
        ...target,
        ALPNProtocols: ['http/1.1'],
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...tls,
      })
    : connectNet(target);
  socket.setNoDelay(true);
  return socket;
}
