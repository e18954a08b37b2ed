// The listening side: sockets, TLS, the choice between HTTP/2 and HTTP/1.1, graceful shutdown.

import type { Clock } from '@quorate/base';
import type { GrpcRouter } from './grpc/router.ts';
import type { WireLimits } from './limits.ts';
import type {
  HttpHandler,
  ListenAddress,
  Listener,
  ServerStats,
  ServerTlsOptions,
  UpgradeHandler,
} from './types.ts';

export interface ServerOptions {
  readonly grpc?: GrpcRouter;
  readonly http?: HttpHandler;
  /** HTTP/1.1 Upgrade requests. */
  readonly upgrade?: UpgradeHandler;
  readonly limits?: Partial<WireLimits>;
  readonly clock?: Clock;
  /** Default TLS for all listeners. */
  readonly tls?: ServerTlsOptions;
  /** Told of connections that ended by the peer's fault (protocol errors, floods, TLS failures). */
  readonly onConnectionError?: (error: Error, remoteAddress: string) => void;
}

export interface WireServer {
  listen(address: ListenAddress): Promise<Listener>;
  /** Stops listening, drains (GOAWAY), and cuts what is left after `timeoutMs`. */
  closeGracefully(timeoutMs: number): Promise<void>;
  destroy(): void;
  stats(): ServerStats;
}

export declare function createServer(options: ServerOptions): WireServer;
