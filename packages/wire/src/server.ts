// The listening side: sockets, TLS, the choice between HTTP/2 and HTTP/1.1, graceful shutdown.

import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { type Clock, systemClock, type Timer } from '@quorate/base';
import { DeadlineWheel } from './grpc/deadline-wheel.ts';
import { GrpcRouter } from './grpc/router.ts';
import { ConnectionError } from './h2/frame.ts';
import { Http1Connection, type Http1Owner } from './http1/http1-connection.ts';
import {
  DEFAULT_LIMITS,
  HTTP1_CHECK_INTERVAL_MS,
  resolveLimits,
  SWEEP_INTERVAL_MS,
  type WireLimits,
} from './limits.ts';
import type { ServerContext } from './server/context.ts';
import { ServerConnection } from './server/server-connection.ts';
import { sniff } from './server/sniff.ts';
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
  /** Everything that is not gRPC, over HTTP/1.1 and HTTP/2; default: 404. */
  readonly http?: HttpHandler;
  /** HTTP/1.1 Upgrade requests. */
  readonly upgrade?: UpgradeHandler;
  readonly limits?: Partial<WireLimits>;
  readonly clock?: Clock;
  /** Which HTTP/1.1 implementation serves plain requests; `node` leaves all of them to node:http. Default `lean`. */
  readonly http1?: 'lean' | 'node';
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

/** A server without listeners; `listen` opens them. @throws RangeError for limits that contradict each other */
export function createServer(options: ServerOptions): WireServer {
  return new Server(options);
}

/** First byte of a TLS connection. */
const TLS_HANDSHAKE_RECORD = 22;

const NO_H2C = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nupgrade to h2c is not supported\n';

const notFound: HttpHandler = (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('404 page not found\n');
};

class Server implements WireServer, Http1Owner {
  readonly context: ServerContext;
  readonly http: HttpHandler;
  readonly limits: WireLimits;
  readonly clock: Clock;
  readonly #options: ServerOptions;
  readonly #http: HttpServer;
  readonly #listeners = new Set<NetServer>();
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<ServerConnection>();
  readonly #lean = new Set<Http1Connection>();
  /** Accepted sockets whose protocol is not known yet, and since when. */
  readonly #pending = new Map<Socket, number>();
  #sweepTimer: Timer | undefined;
  readonly #sweepIntervalMs: number;
  closing = false;
  #onAllClosed: (() => void) | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.limits = resolveLimits(DEFAULT_LIMITS, options.limits);
    this.clock = options.clock ?? systemClock;
    const limits = this.limits;
    this.http = options.http ?? notFound;
    this.context = {
      router: options.grpc ?? new GrpcRouter(),
      http: this.http,
      limits,
      clock: this.clock,
      wheel: new DeadlineWheel(this.clock),
      counters: {
        connectionsAccepted: 0,
        callsStarted: 0,
        grpcBytesReceived: 0,
        grpcBytesSent: 0,
        bytesReceived: 0,
        bytesSent: 0,
      },
    };
    this.#sweepIntervalMs = Math.max(
      10,
      Math.min(
        SWEEP_INTERVAL_MS,
        limits.frameTimeoutMs / 4,
        limits.handshakeTimeoutMs / 4,
        limits.keepaliveIntervalMs / 4,
        limits.keepaliveTimeoutMs / 4,
        limits.writeStallTimeoutMs / 4,
        limits.http1HeadersTimeoutMs / 4,
        limits.http1KeepAliveTimeoutMs / 4,
      ),
    );
    this.#http = this.#createHttp1();
  }

  #createHttp1(): HttpServer {
    const { http1HeadersTimeoutMs, http1KeepAliveTimeoutMs, http1MaxHeaderBytes } = this.limits;
    const server = createHttpServer({
      maxHeaderSize: http1MaxHeaderBytes,
      headersTimeout: http1HeadersTimeoutMs,
      keepAliveTimeout: http1KeepAliveTimeoutMs,
      // Bodies may be long-lived streams (peer messages, watches): no time limit for a whole request.
      requestTimeout: 0,
      noDelay: true,
      connectionsCheckingInterval: Math.max(10, Math.min(HTTP1_CHECK_INTERVAL_MS, http1HeadersTimeoutMs / 4)),
    });
    server.timeout = 0;
    // This server never listens itself, but only then does it watch over its timeouts.
    server.emit('listening');
    server.on('request', (request, response) => {
      if (this.closing) response.setHeader('connection', 'close');
      this.context.http(request, response);
    });
    const { upgrade } = this.#options;
    if (upgrade !== undefined) {
      server.on('upgrade', (request, socket, head) => {
        // Offers of h2c are ignored where the request is plain; in the rare other ones they cannot be.
        if (request.headers.upgrade?.toLowerCase() === 'h2c') socket.end(NO_H2C);
        else upgrade(request, socket, head);
      });
    }
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#options.onConnectionError?.(error, (socket as Socket).remoteAddress ?? '');
      // Whoever does not begin with a method does not speak HTTP/1.1 and could not read an answer in it.
      const alien = error.code === 'HPE_INVALID_METHOD' || error.code === 'HPE_INVALID_CONSTANT';
      if (!socket.writable || error.code === 'ECONNRESET' || alien) {
        socket.destroy();
        return;
      }
      const status =
        error.code === 'HPE_HEADER_OVERFLOW'
          ? '431 Request Header Fields Too Large'
          : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
            ? '408 Request Timeout'
            : '400 Bad Request';
      socket.end(
        `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`,
      );
    });
    return server;
  }

  listen(address: ListenAddress): Promise<Listener> {
    const tls = address.tls ?? this.#options.tls ?? false;
    const serve = address.serve ?? 'all';
    const secure = tls === false ? undefined : this.#createTls(tls, serve);
    const server: NetServer =
      secure === undefined || address.plainToo === true
        ? createNetServer({ noDelay: true, keepAlive: true }, (socket) => {
            if (secure === undefined) this.#accept(socket, serve);
            else this.#acceptEither(socket, serve, secure);
          })
        : secure;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(
        address.path !== undefined
          ? { path: address.path }
          : { host: address.host ?? '0.0.0.0', port: address.port ?? 0 },
        () => {
          server.off('error', reject);
          server.on('error', (error) => this.#options.onConnectionError?.(error, ''));
          this.#listeners.add(server);
          resolve(describe(server, secure, address));
        },
      );
    });
  }

  #createTls(tls: ServerTlsOptions, serve: 'all' | 'grpc' | 'http'): TlsServer {
    const { refresh, verifyPeer, ...options } = tls;
    const server = createTlsServer(
      {
        ALPNProtocols: serve === 'grpc' ? ['h2'] : ['h2', 'http/1.1'],
        handshakeTimeout: this.limits.handshakeTimeoutMs,
        ...options,
      },
      (socket) => {
        if (verifyPeer === undefined) this.#acceptTls(socket, serve);
        else this.#verify(socket, verifyPeer, () => this.#acceptTls(socket, serve));
      },
    );
    if (refresh !== undefined) {
      server.prependListener('connection', () => {
        const context = refresh();
        if (context !== undefined) server.setSecureContext(context);
      });
    }
    // Raw sockets count from the beginning, so that handshakes cannot pile up.
    server.on('connection', (socket: Socket) => {
      if (!this.#sockets.has(socket)) this.#register(socket);
    });
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      this.#options.onConnectionError?.(error, socket.remoteAddress ?? '');
      socket.destroy();
    });
    return server;
  }

  /** Goes on with a connection if its owner takes the certificate. Meanwhile nothing of it is read. */
  #verify(
    socket: TLSSocket,
    verifyPeer: NonNullable<ServerTlsOptions['verifyPeer']>,
    accepted: () => void,
  ): void {
    const decide = (reason: string | undefined): void => {
      if (reason === undefined) {
        accepted();
        return;
      }
      this.#options.onConnectionError?.(new Error(reason), socket.remoteAddress ?? '');
      socket.destroy();
    };
    const reason = verifyPeer(socket);
    if (!(reason instanceof Promise)) {
      decide(reason);
      return;
    }
    const onError = (): void => {
      socket.destroy();
    };
    socket.on('error', onError);
    this.#pending.set(socket, this.clock.nowMs());
    reason.then(
      (text) => {
        this.#pending.delete(socket);
        socket.off('error', onError);
        if (!socket.destroyed) decide(text);
      },
      (error: Error) => decide(error.message),
    );
  }

  /** A TLS handshake begins with the byte 22 (RFC 8446 §5.1), which no plain request does. */
  #acceptEither(socket: Socket, serve: 'all' | 'grpc' | 'http', secure: NetServer): void {
    if (!this.#register(socket)) return;
    this.#pending.set(socket, this.clock.nowMs());
    const onError = (): void => {
      socket.destroy();
    };
    socket.on('error', onError);
    socket.once('data', (chunk: Buffer) => {
      socket.off('error', onError);
      this.#pending.delete(socket);
      socket.pause();
      socket.unshift(chunk);
      if (chunk[0] === TLS_HANDSHAKE_RECORD) secure.emit('connection', socket);
      else {
        this.#sniff(socket, serve);
        socket.resume();
      }
    });
  }

  closeGracefully(timeoutMs: number): Promise<void> {
    this.closing = true;
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
    for (const socket of this.#pending.keys()) socket.destroy();
    for (const connection of [...this.#connections]) connection.drain();
    this.#http.closeIdleConnections();
    for (const connection of [...this.#lean]) if (connection.idle) connection.socket.destroySoon();
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(timeoutMs, () => this.destroy());
      this.#onAllClosed = () => {
        timer.cancel();
        this.#sweepTimer?.cancel();
        this.#http.close();
        this.#onAllClosed = undefined;
        resolve();
      };
      if (this.#sockets.size === 0) this.#onAllClosed();
    });
  }

  destroy(): void {
    this.closing = true;
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
    this.#sweepTimer?.cancel();
    this.#http.close();
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  stats(): ServerStats {
    const { counters } = this.context;
    let { bytesReceived, bytesSent } = counters;
    let openStreams = 0;
    for (const connection of this.#connections) {
      openStreams += connection.streams.size;
      bytesReceived += connection.bytesReceived;
      bytesSent += connection.sender.out.bytesSent;
    }
    for (const connection of this.#lean) {
      bytesReceived += connection.bytesReceived;
      bytesSent += connection.out.bytesSent;
    }
    return {
      connections: this.#sockets.size,
      openStreams,
      connectionsAccepted: counters.connectionsAccepted,
      callsStarted: counters.callsStarted,
      bytesReceived,
      bytesSent,
      grpcBytesReceived: counters.grpcBytesReceived,
      grpcBytesSent: counters.grpcBytesSent,
    };
  }

  onConnectionClosed(connection: ServerConnection, error: Error): void {
    this.#connections.delete(connection);
    this.context.counters.bytesReceived += connection.bytesReceived;
    this.context.counters.bytesSent += connection.sender.out.bytesSent;
    if (error instanceof ConnectionError) {
      this.#options.onConnectionError?.(error, connection.peer.remoteAddress);
    }
  }

  /** Counts a socket until it closes; false if it was refused. */
  #register(socket: Socket): boolean {
    if (this.closing || this.#sockets.size >= this.limits.maxConnections) {
      socket.destroy();
      return false;
    }
    this.context.counters.connectionsAccepted++;
    this.#sockets.add(socket);
    this.#sweepTimer ??= this.#armSweep();
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#pending.delete(socket);
      if (this.closing && this.#sockets.size === 0) this.#onAllClosed?.();
    });
    return true;
  }

  #acceptTls(socket: TLSSocket, serve: 'all' | 'grpc' | 'http'): void {
    socket.setNoDelay(true);
    if (socket.alpnProtocol === 'h2') this.#startHttp2(socket, serve, undefined);
    else if (socket.alpnProtocol === 'http/1.1') this.#startHttp1(socket, undefined);
    else this.#sniff(socket, serve);
  }

  #accept(socket: Socket, serve: 'all' | 'grpc' | 'http'): void {
    if (this.#register(socket)) this.#sniff(socket, serve);
  }

  #sniff(socket: Socket, serve: 'all' | 'grpc' | 'http'): void {
    this.#pending.set(socket, this.clock.nowMs());
    let seen: Buffer | undefined;
    const onError = (): void => {
      socket.destroy();
    };
    const onEnd = (): void => {
      socket.destroy();
    };
    const onData = (chunk: Buffer): void => {
      seen = seen === undefined ? chunk : Buffer.concat([seen, chunk]);
      const protocol = sniff(seen);
      if (protocol === 'undecided') return;
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.off('error', onError);
      this.#pending.delete(socket);
      if (protocol === 'http2') this.#startHttp2(socket, serve, seen);
      else this.#startHttp1(socket, seen);
    };
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('error', onError);
  }

  #startHttp2(socket: Socket, serve: 'all' | 'grpc' | 'http', first: Buffer | undefined): void {
    const connection = new ServerConnection(socket, this, serve);
    this.#connections.add(connection);
    let failure = new Error('connection closed by peer');
    socket.on('data', (chunk: Buffer) => connection.receive(chunk));
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('end', () => connection.socketClosed(failure));
    socket.on('close', () => connection.socketClosed(failure));
    if (this.closing) connection.drain();
    if (first !== undefined) connection.receive(first);
  }

  #startHttp1(socket: Socket, first: Buffer | undefined): void {
    if (this.#options.http1 === 'node') {
      this.#giveToNode(socket, first);
      return;
    }
    // Registered before its first bytes run: they may make it leave again at once.
    const connection = new Http1Connection(socket, this);
    this.#lean.add(connection);
    if (first !== undefined) connection.receive(first);
  }

  handOver(connection: Http1Connection, socket: Socket, unread: Buffer): void {
    this.onHttp1Closed(connection);
    this.#giveToNode(socket, unread);
  }

  onHttp1Closed(connection: Http1Connection): void {
    this.#lean.delete(connection);
    this.context.counters.bytesReceived += connection.bytesReceived;
    this.context.counters.bytesSent += connection.out.bytesSent;
  }

  #giveToNode(socket: Socket, first: Buffer | undefined): void {
    if (first !== undefined) {
      socket.pause();
      socket.unshift(first);
    }
    this.#http.emit('connection', socket);
    if (first !== undefined) socket.resume();
  }

  /** Looks at the connections from time to time, as long as there are any. */
  #armSweep(): Timer {
    return this.clock.setTimer(this.#sweepIntervalMs, () => {
      this.#sweep();
      this.#sweepTimer = this.#sockets.size > 0 ? this.#armSweep() : undefined;
    });
  }

  #sweep(): void {
    const now = this.clock.nowMs();
    for (const [socket, sinceMs] of this.#pending) {
      if (now - sinceMs > this.limits.handshakeTimeoutMs) socket.destroy();
    }
    for (const connection of [...this.#connections]) connection.sweep(now);
    for (const connection of [...this.#lean]) connection.sweep(now);
  }
}

function describe(server: NetServer, secure: TlsServer | undefined, address: ListenAddress): Listener {
  const bound = server.address() as AddressInfo | string | null;
  const onSocket = bound !== null && typeof bound === 'object';
  return {
    host: onSocket ? bound.address : '',
    port: onSocket ? bound.port : 0,
    path: address.path,
    updateTls: (context: SecureContextOptions) => secure?.setSecureContext(context),
    close: () =>
      new Promise((resolve) => {
        // Only stops listening; open connections go on.
        server.close();
        resolve();
      }),
  };
}
