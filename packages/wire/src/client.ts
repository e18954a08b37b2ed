// The dialling side: a socket, one HTTP/2 connection, gRPC calls over it.

import { connect as connectNet, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, GrpcCode, systemClock, type Timer } from '@quorate/base';
import { ClientCall } from './client/client-call.ts';
import { ClientConnection } from './client/client-connection.ts';
import { DeadlineWheel } from './grpc/deadline-wheel.ts';
import { encodeMetadata } from './grpc/metadata.ts';
import { DEFAULT_CLIENT_LIMITS, resolveLimits, SWEEP_INTERVAL_MS } from './limits.ts';
import {
  type CallOptions,
  type ChannelState,
  type ClientCallHandle,
  type ClientStream,
  type ConnectOptions,
  type GrpcChannel,
  GrpcError,
  type MessageBytes,
  type UnaryCallback,
} from './types.ts';

export type Target = { readonly host: string; readonly port: number } | { readonly path: string };

const DEFAULT_USER_AGENT = 'grpc-quorate/0.1';
const CONNECT_TIMEOUT_MS = 20_000;

/** Starts connecting; calls may be made at once and leave when the connection is up. */
export function connectGrpc(target: Target, options: ConnectOptions = {}): GrpcChannel {
  return new Channel(target, options);
}

/** One wheel for all channels of a clock. */
const wheels = new WeakMap<Clock, DeadlineWheel>();

function wheelOf(clock: Clock): DeadlineWheel {
  let wheel = wheels.get(clock);
  if (wheel === undefined) {
    wheel = new DeadlineWheel(clock);
    wheels.set(clock, wheel);
  }
  return wheel;
}

const NO_OPTIONS: CallOptions = Object.freeze({});

class Channel implements GrpcChannel {
  state: ChannelState = 'connecting';
  onClose: ((reason: GrpcError) => void) | undefined = undefined;
  readonly #clock: Clock;
  readonly #connection: ClientConnection;
  readonly #socket: Socket;
  readonly #target: string;
  #connected = false;
  #closeReason: GrpcError | undefined;
  #readyWaiters: { resolve: () => void; reject: (error: GrpcError) => void }[] = [];
  #sweepTimer: Timer | undefined;
  /** Runs until the server's SETTINGS arrived: a listener that says nothing is no server. */
  #connectTimer: Timer | undefined;

  constructor(target: Target, options: ConnectOptions) {
    this.#clock = options.clock ?? systemClock;
    const overrides = { ...options.limits };
    if (options.maxReceiveBytes !== undefined) {
      Object.assign(overrides, { maxReceiveMessageBytes: options.maxReceiveBytes });
    }
    const limits = resolveLimits(DEFAULT_CLIENT_LIMITS, overrides);
    const hostPort = 'path' in target ? 'localhost' : formatHostPort(target.host, target.port);
    this.#target = 'path' in target ? `unix ${target.path}` : `tcp ${hostPort}`;
    this.#socket = dial(target, options);
    this.#connection = new ClientConnection(this.#socket, {
      limits,
      clock: this.#clock,
      wheel: wheelOf(this.#clock),
      scheme: options.tls === undefined ? 'http' : 'https',
      authority: options.authority ?? hostPort,
      userAgent: options.userAgent ?? DEFAULT_USER_AGENT,
      gzip: options.gzip ?? false,
      onReady: () => this.#onReady(),
      onDraining: () => {
        if (this.state !== 'closed') this.state = 'draining';
      },
      onClosed: (error) => this.#onClosed(error),
    });
    this.#listen(options);
    this.#armSweep(limits.keepaliveIntervalMs, limits.keepaliveTimeoutMs);
  }

  get openCalls(): number {
    return this.#connection.openCalls;
  }

  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closeReason !== undefined) reject(this.#closeReason);
      else if (this.state === 'connecting') this.#readyWaiters.push({ resolve, reject });
      else resolve();
    });
  }

  unary(path: string, request: MessageBytes, options?: CallOptions): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.call(
        path,
        request,
        (error, message) => {
          if (error !== null) reject(error);
          else resolve(message as Uint8Array);
        },
        options,
      );
    });
  }

  call(
    path: string,
    request: MessageBytes,
    callback: UnaryCallback,
    options: CallOptions = NO_OPTIONS,
  ): ClientCallHandle {
    const call = this.#create(path, options, callback);
    call.sendLast(request, true);
    return call;
  }

  stream(path: string, options: CallOptions = NO_OPTIONS): ClientStream {
    return this.#create(path, options, undefined);
  }

  close(options: { readonly force?: boolean } = {}): void {
    if (this.state === 'closed') return;
    this.state = 'draining';
    if (options.force === true || (!this.#connected && this.openCalls === 0)) {
      this.#connection.end(new Error('the client connection is closing'));
      this.#socket.destroy();
    } else {
      this.#connection.shutdown();
    }
  }

  #create(path: string, options: CallOptions, callback: UnaryCallback | undefined): ClientCall {
    let deadlineMs = options.deadlineMs ?? Number.POSITIVE_INFINITY;
    if (options.timeoutMs !== undefined) {
      deadlineMs = Math.min(deadlineMs, this.#clock.nowMs() + options.timeoutMs);
    }
    // Bad metadata is the caller's error: thrown here, before anything is sent.
    if (options.metadata !== undefined) encodeMetadata(options.metadata);
    const connection = this.#connection;
    const call = new ClientCall(connection, path, options.metadata, deadlineMs, callback);
    const refusal =
      this.#closeReason ??
      (connection.draining || connection.closed || this.state === 'draining'
        ? new GrpcError(GrpcCode.Unavailable, 'the connection is draining')
        : undefined);
    if (refusal !== undefined || !connection.open(call)) {
      // In a later turn, as every other end of a call.
      process.nextTick(() =>
        refusal === undefined
          ? call.abort(GrpcCode.ResourceExhausted, 'too many calls are waiting for a stream')
          : call.abort(refusal.code, refusal.message),
      );
      return call;
    }
    if (deadlineMs !== Number.POSITIVE_INFINITY) connection.wheel.add(call);
    if (options.signal !== undefined) call.watch(options.signal);
    return call;
  }

  #listen(options: ConnectOptions): void {
    const socket = this.#socket;
    const connection = this.#connection;
    let failure: Error | undefined;
    const timer = this.#clock.setTimer(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, () => {
      failure = this.#connected
        ? new Error('connection error: desc = "error reading server preface: i/o timeout"')
        : new Error('i/o timeout');
      socket.destroy();
    });
    this.#connectTimer = timer;
    socket.on(options.tls === undefined ? 'connect' : 'secureConnect', () => {
      this.#connected = true;
    });
    socket.on('data', (chunk: Buffer) => connection.receive(chunk));
    socket.on('error', (error) => {
      failure ??= error;
    });
    socket.on('close', () => {
      timer.cancel();
      connection.socketClosed(this.#describe(failure));
    });
    socket.on('end', () => connection.socketClosed(this.#describe(failure)));
  }

  #onReady(): void {
    this.#connectTimer?.cancel();
    if (this.state === 'connecting') this.state = 'ready';
    for (const { resolve } of this.#readyWaiters) resolve();
    this.#readyWaiters = [];
  }

  #onClosed(error: Error): void {
    this.state = 'closed';
    this.#connectTimer?.cancel();
    this.#sweepTimer?.cancel();
    this.#closeReason = new GrpcError(GrpcCode.Unavailable, error.message);
    for (const { reject } of this.#readyWaiters) reject(this.#closeReason);
    this.#readyWaiters = [];
    this.onClose?.(this.#closeReason);
  }

  /** Status text for calls that a broken connection ends, in grpc-go's words where it has some. */
  #describe(failure: Error | undefined): Error {
    const error = failure ?? new Error('transport is closing');
    if (this.#connected) return error;
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'ECONNREFUSED'
        ? 'connect: connection refused'
        : code === 'ETIMEDOUT'
          ? 'i/o timeout'
          : code === 'ENOENT'
            ? 'connect: no such file or directory'
            : error.message;
    return new Error(
      `connection error: desc = "transport: Error while dialing dial ${this.#target}: ${reason}"`,
    );
  }

  #armSweep(keepaliveIntervalMs: number, keepaliveTimeoutMs: number): void {
    const every = Math.max(10, Math.min(SWEEP_INTERVAL_MS, keepaliveIntervalMs / 4, keepaliveTimeoutMs / 4));
    const next = (): void => {
      this.#sweepTimer = this.#clock.setTimer(every, () => {
        this.#connection.sweep(this.#clock.nowMs());
        if (this.state !== 'closed') next();
      });
    };
    next();
  }
}

function dial(target: Target, options: ConnectOptions): Socket {
  const socket =
    options.tls === undefined
      ? connectNet(target)
      : connectTls({ ...target, ALPNProtocols: ['h2'], ...serverName(target, options), ...options.tls });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  return socket;
}

function serverName(target: Target, options: ConnectOptions): { servername?: string } {
  if (options.tls?.servername !== undefined || 'path' in target) return {};
  // RFC 6066 §3: no addresses as server names.
  return /^[0-9.]+$|:/.test(target.host) ? {} : { servername: target.host };
}

function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
