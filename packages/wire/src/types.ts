// The interfaces between the wire layer and those who use it. Bytes only: messages are opaque.

import type { SecureContextOptions, TLSSocket, TlsOptions } from 'node:tls';
import type { Clock } from '@quorate/base';
import type { WireLimits } from './limits.ts';

/**
 * One gRPC message: its bytes, or the parts whose concatenation is the message. Bytes are copied and not retained, but for
 * large parts (limits.KEPT_PART_BYTES and more): they are sent as they are when their turn comes and must not change.
 */
export type MessageBytes = Uint8Array | readonly Uint8Array[];

export interface PeerInfo {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Common name of the verified client certificate, if there is one. */
  readonly tlsCommonName: string | undefined;
}

/** What every server-side call offers: request metadata, deadline, peer, response metadata. */
export interface CallContext {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly peer: PeerInfo;
  /** Clock milliseconds; Infinity without `grpc-timeout`. */
  readonly deadlineMs: number;
  /** True once the peer reset the call, its deadline passed or the connection ended. */
  readonly cancelled: boolean;
  /** Free for the handler. */
  state: unknown;
  /** Called at most once when `cancelled` becomes true before the call was answered. */
  onCancel: (() => void) | undefined;
  /** First value of a request header (lower-case name), undefined if absent. */
  header(name: string): string | undefined;
  /** Decoded value of a `-bin` request header. */
  headerBytes(name: string): Uint8Array | undefined;
  /** All request headers but pseudo-headers, in order. */
  headers(): readonly (readonly [string, string])[];
  /** Response header; only before the first reply, send or sendHeaders. `-bin` values are bytes. */
  setHeader(name: string, value: string | Uint8Array): void;
  /** Response trailer; only before the end. */
  setTrailer(name: string, value: string | Uint8Array): void;
}

/** A unary call. Answer it exactly once, now or in any later turn; answers after a cancel are ignored. */
export interface UnaryCall extends CallContext {
  /** `released` is called once the message's memory is the caller's again, sent or not; until then it must not change. */
  reply(message: MessageBytes, released?: () => void): void;
  /** Ends the call with a gRPC status other than 0. */
  fail(code: number, message: string): void;
}

/** A call with streaming in at least one direction. */
export interface ServerStream extends CallContext {
  /** A received message; a view into the receive buffer. */
  onMessage: ((message: Uint8Array) => void) | undefined;
  /** The client sent its last message. */
  onHalfClose: (() => void) | undefined;
  /** `bufferedBytes` fell below the high-water mark again. */
  onDrain: (() => void) | undefined;
  /** Message bytes queued and not yet given to the socket. */
  readonly bufferedBytes: number;
  /** Queues one message; false: past the high-water mark, wait for onDrain (the message is queued nevertheless). */
  send(message: MessageBytes): boolean;
  /**
   * Queues `count` messages that lie behind each other, each with its gRPC prefix (`writeMessagePrefix`), uncompressed and
   * within the size limit. The bytes are copied. Returns what `send` does.
   */
  sendPacked(messages: Uint8Array, count: number): boolean;
  /** Sends the response headers without waiting for a message. */
  sendHeaders(): void;
  /** Stops onMessage; at most one stream window of further bytes is held back. */
  pause(): void;
  resume(): void;
  /** Ends the stream with a status, after everything queued. */
  end(code?: number, message?: string): void;
}

export type UnaryHandler = (call: UnaryCall, request: Uint8Array) => void;
export type StreamHandler = (stream: ServerStream) => void;

/** The part of node:http's IncomingMessage that HTTP handlers may use. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Lower-case names; list headers joined as node:http does. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly httpVersion: string;
  readonly socket: { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined };
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'aborted' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** The part of node:http's ServerResponse that HTTP handlers may use. */
export interface HttpResponse {
  statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  setHeader(name: string, value: string | number | readonly string[]): unknown;
  getHeader(name: string): string | number | string[] | undefined;
  removeHeader(name: string): void;
  hasHeader(name: string): boolean;
  writeHead(status: number, headers?: Record<string, string | number | string[]>): unknown;
  write(chunk: string | Uint8Array): boolean;
  end(chunk?: string | Uint8Array): unknown;
  flushHeaders(): void;
  /** Hands what was written to the socket now instead of at the end of the turn, where the response can. */
  flush?(): void;
  on(event: 'close' | 'drain' | 'finish', listener: () => void): unknown;
}

export type HttpHandler = (request: HttpRequest, response: HttpResponse) => void;

/** HTTP/1.1 `Upgrade` requests (websockets); without a handler they are answered as plain requests. */
export type UpgradeHandler = (
  request: HttpRequest,
  socket: import('node:stream').Duplex,
  head: Buffer,
) => void;

/** TLS of a listener, which may change while it is open, and what is asked of clients beyond a valid chain. */
export interface ServerTlsOptions extends TlsOptions {
  /** Asked before every handshake: certificates and CAs that hold from this one on, or undefined when nothing changed. */
  readonly refresh?: () => SecureContextOptions | undefined;
  /** After the handshake: why the connection is refused, or undefined. */
  readonly verifyPeer?: (socket: TLSSocket) => string | undefined | Promise<string | undefined>;
}

export interface ListenAddress {
  readonly host?: string;
  readonly port?: number;
  /** Unix socket path, instead of host and port. */
  readonly path?: string;
  /** TLS for this listener. Absent: plain sockets, unless the server has `tls`. */
  readonly tls?: ServerTlsOptions | false;
  /** With TLS: serve plain connections on the same port, too; the first byte tells them apart. */
  readonly plainToo?: boolean;
  /** Which protocols the listener serves; default both. A gRPC request on an http-only listener goes to `http`. */
  readonly serve?: 'all' | 'grpc' | 'http';
}

/** An open listening socket. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly path: string | undefined;
  /** New certificates for the handshakes to come. Without effect on a plain listener. @throws Error they are unusable */
  updateTls(context: SecureContextOptions): void;
  close(): Promise<void>;
}

export interface ServerStats {
  readonly connections: number;
  readonly openStreams: number;
  readonly connectionsAccepted: number;
  readonly callsStarted: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** gRPC message bytes without framing (etcd_network_client_grpc_*_bytes_total). */
  readonly grpcBytesReceived: number;
  readonly grpcBytesSent: number;
}

export interface ClientTlsOptions extends SecureContextOptions {
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export type Metadata = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>;

export interface CallOptions {
  /** A frozen object used for many calls is encoded once; any other is encoded with every call. */
  readonly metadata?: Metadata | undefined;
  /** Absolute, on the channel's clock. */
  readonly deadlineMs?: number | undefined;
  /** Relative to now; the earlier of the two holds. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ConnectOptions {
  readonly tls?: ClientTlsOptions | undefined;
  readonly clock?: Clock | undefined;
  /** `:authority`; default host:port. */
  readonly authority?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly maxReceiveBytes?: number | undefined;
  /** Compress requests with gzip. */
  readonly gzip?: boolean | undefined;
  /** Time for TCP and TLS to come up. */
  readonly connectTimeoutMs?: number | undefined;
  readonly limits?: Partial<WireLimits> | undefined;
}

export type ChannelState = 'connecting' | 'ready' | 'draining' | 'closed';

export interface CallStatus {
  readonly code: number;
  readonly message: string;
  /** Trailers (and, for trailers-only answers, headers). */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A client-side stream. */
export interface ClientStream {
  onHeaders: ((headers: ReadonlyMap<string, string>) => void) | undefined;
  onMessage: ((message: Uint8Array) => void) | undefined;
  /** Called exactly once. */
  onEnd: ((status: CallStatus) => void) | undefined;
  onDrain: (() => void) | undefined;
  readonly bufferedBytes: number;
  readonly ended: boolean;
  /** False: past the high-water mark, wait for onDrain. Ignored once the stream ended. */
  send(message: MessageBytes): boolean;
  halfClose(): void;
  /** RST_STREAM CANCEL; onEnd follows with CANCELLED. */
  cancel(): void;
  pause(): void;
  resume(): void;
}

/** What travels in a rejected or failed client call. */
export class GrpcError extends Error {
  readonly code: number;
  readonly metadata: ReadonlyMap<string, string>;
  constructor(code: number, message: string, metadata: ReadonlyMap<string, string> = new Map()) {
    super(message);
    this.name = 'GrpcError';
    this.code = code;
    this.metadata = metadata;
  }
}

export type UnaryCallback = (error: GrpcError | null, message: Uint8Array | null) => void;

/** One HTTP/2 connection to a gRPC server. Does not reconnect: make a new channel after onClose. */
export interface GrpcChannel {
  readonly state: ChannelState;
  /** Called once, when no further calls are possible on this channel. */
  onClose: ((reason: GrpcError) => void) | undefined;
  /** Resolves when the server's SETTINGS arrived; rejects with the GrpcError that ended the attempt. */
  ready(): Promise<void>;
  unary(path: string, request: MessageBytes, options?: CallOptions): Promise<Uint8Array>;
  /** Callback form of `unary`; returns a function that cancels the call. */
  call(path: string, request: MessageBytes, callback: UnaryCallback, options?: CallOptions): ClientCallHandle;
  stream(path: string, options?: CallOptions): ClientStream;
  /** Calls open on this channel. */
  readonly openCalls: number;
  /** Graceful: open calls finish, then the connection ends. `force` cuts them (UNAVAILABLE). */
  close(options?: { readonly force?: boolean }): void;
}

export interface ClientCallHandle {
  cancel(): void;
}
