// Every bound of the wire layer, by name. Peers are hostile until proven otherwise: whatever a peer can make us
// hold, repeat or wait for has its limit here. Callers override single values through `WireLimits`.

/** Parts of a message that are at least so large are not copied while they wait to be sent. */
export const KEPT_PART_BYTES = 4096;

/** Bounds one server (or client channel) runs under. All sizes in bytes, all times in milliseconds. */
export interface WireLimits {
  /** SETTINGS_MAX_CONCURRENT_STREAMS we announce; streams beyond it are refused (REFUSED_STREAM). */
  readonly maxConcurrentStreams: number;
  /** Largest gRPC message accepted, after decompression; larger ones end with RESOURCE_EXHAUSTED. */
  readonly maxReceiveMessageBytes: number;
  /** Largest gRPC message sent; larger ones end with RESOURCE_EXHAUSTED. */
  readonly maxSendMessageBytes: number;
  /** SETTINGS_INITIAL_WINDOW_SIZE we announce: what one stream may send ahead of its reader. */
  readonly streamWindowBytes: number;
  /** Connection-level receive window. */
  readonly connectionWindowBytes: number;
  /** Received but not yet delivered message bytes one connection may make us hold. */
  readonly maxConnectionBufferedBytes: number;
  /** SETTINGS_MAX_HEADER_LIST_SIZE: decoded size (RFC 7541 §4.1) of one header list. */
  readonly maxHeaderListBytes: number;
  /** Encoded size of one header block over HEADERS and all its CONTINUATION frames. */
  readonly maxHeaderBlockBytes: number;
  /** CONTINUATION frames allowed in one header block. */
  readonly maxContinuationFrames: number;
  /** Largest HPACK dynamic table the peer's encoder may use (SETTINGS_HEADER_TABLE_SIZE). */
  readonly headerTableBytes: number;
  /** Time from accept to a complete connection preface or HTTP/1.1 first bytes (TLS handshake included). */
  readonly handshakeTimeoutMs: number;
  /** Time a started header block or frame may stay incomplete without the peer finishing it. */
  readonly frameTimeoutMs: number;
  /** Time a peer may take no byte of unsent output before the connection is cut. */
  readonly writeStallTimeoutMs: number;
  /** Unsent output at which we stop reading from the connection. */
  readonly outputHighWaterBytes: number;
  /** Bytes queued on one stream at which `send` returns false. */
  readonly streamHighWaterBytes: number;
  /** Token bucket of RST_STREAM frames a peer may send: burst and refill per second. */
  readonly resetBurst: number;
  readonly resetsPerSecond: number;
  /** Token bucket of frames that carry nothing (empty DATA, PRIORITY, SETTINGS, strays): burst and refill. */
  readonly controlBurst: number;
  readonly controlsPerSecond: number;
  /** Smallest interval between a client's pings (grpc-keepalive-min-time); see `maxPingStrikes`. */
  readonly keepaliveMinTimeMs: number;
  /** Pings sent too early before GOAWAY ENHANCE_YOUR_CALM "too_many_pings". */
  readonly maxPingStrikes: number;
  /** Silence after which the server pings the client (grpc-keepalive-interval). */
  readonly keepaliveIntervalMs: number;
  /** Time for an answer to that ping (grpc-keepalive-timeout). */
  readonly keepaliveTimeoutMs: number;
  /** Connections one server accepts at a time. */
  readonly maxConnections: number;
  /** HTTP/1.1: time for a complete request head, and for keeping an idle connection. */
  readonly http1HeadersTimeoutMs: number;
  readonly http1KeepAliveTimeoutMs: number;
  /** HTTP/1.1: size of a request head. */
  readonly http1MaxHeaderBytes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_LIMITS: WireLimits = Object.freeze({
  maxConcurrentStreams: 10_000,
  maxReceiveMessageBytes: 2 * MIB,
  maxSendMessageBytes: 0x7fffffff,
  streamWindowBytes: MIB,
  connectionWindowBytes: 16 * MIB,
  maxConnectionBufferedBytes: 64 * MIB,
  maxHeaderListBytes: 64 * KIB,
  maxHeaderBlockBytes: 64 * KIB,
  maxContinuationFrames: 16,
  headerTableBytes: 4 * KIB,
  handshakeTimeoutMs: 30_000,
  frameTimeoutMs: 20_000,
  writeStallTimeoutMs: 60_000,
  outputHighWaterBytes: MIB,
  streamHighWaterBytes: 256 * KIB,
  resetBurst: 10_000,
  resetsPerSecond: 5_000,
  controlBurst: 2_000,
  controlsPerSecond: 500,
  keepaliveMinTimeMs: 5_000,
  maxPingStrikes: 2,
  keepaliveIntervalMs: 2 * 3600 * 1000,
  keepaliveTimeoutMs: 20_000,
  maxConnections: 65_536,
  http1HeadersTimeoutMs: 300_000,
  http1KeepAliveTimeoutMs: 600_000,
  http1MaxHeaderBytes: 64 * KIB,
});

/** Defaults of the client role: servers answer with whole ranges, so received messages are not bounded by 2 MiB. */
export const DEFAULT_CLIENT_LIMITS: WireLimits = Object.freeze({
  ...DEFAULT_LIMITS,
  maxReceiveMessageBytes: 0x7fffffff,
  maxConnectionBufferedBytes: 0x7fffffff,
  keepaliveIntervalMs: Number.POSITIVE_INFINITY,
  // grpc-go servers ping once a round trip to measure the bandwidth: thousands a second on loopback.
  controlBurst: 100_000,
  controlsPerSecond: 100_000,
});

/** Size of the pooled output buffers; bigger turns get a buffer of their own. */
export const OUTPUT_BUFFER_BYTES = 64 * KIB;
/** Pooled output buffers kept for reuse over all connections of the process. */
export const OUTPUT_POOL_BUFFERS = 64;
/** SETTINGS_MAX_FRAME_SIZE we announce (the protocol's smallest, RFC 9113 §6.5.2). */
export const RECEIVE_FRAME_BYTES = 16_384;
/** Largest HPACK table our encoder uses whatever the peer allows. */
export const ENCODER_TABLE_BYTES = 4 * KIB;
/** Decoded header blocks remembered per connection. */
export const HEADER_CACHE_ENTRIES = 8;
/** Longest header block that is remembered. */
export const HEADER_CACHE_BLOCK_BYTES = 256;
/** Messages smaller than this are never compressed. */
export const GZIP_MIN_BYTES = 1_024;
/** HTTP/1.1: bytes of further requests read while one is being answered. */
export const HTTP1_PIPELINE_BYTES = 64 * KIB;
/** HTTP/1.1: body bytes held for a handler that does not take them. */
export const HTTP1_BODY_HELD_BYTES = 64 * KIB;
/** How often node:http looks for requests whose head takes too long. */
export const HTTP1_CHECK_INTERVAL_MS = 5_000;
/** How often connections are swept for timeouts. */
export const SWEEP_INTERVAL_MS = 1_000;
/** Resolution and size of the deadline wheel. */
export const DEADLINE_TICK_MS = 5;
export const DEADLINE_BUCKETS = 2_048;
/** Pings without open streams are expected no more often than this (as grpc-go). */
export const IDLE_PING_INTERVAL_MS = 2 * 3600 * 1000;
/** Calls a client channel holds back while the server's stream limit is reached. */
export const CLIENT_WAITING_CALLS = 100_000;
/** Time between the two GOAWAY frames of a graceful shutdown when the peer does not answer our ping. */
export const DRAIN_PING_TIMEOUT_MS = 1_000;
/** Time a peer gets to close after our last GOAWAY before the socket is destroyed. */
export const LINGER_TIMEOUT_MS = 1_000;

/** Checks the relations between limits; a wrong set is a programming error of the embedder. */
export function resolveLimits(base: WireLimits, overrides: Partial<WireLimits> | undefined): WireLimits {
  const limits = { ...base, ...overrides };
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value !== 'number' || Number.isNaN(value) || value < 0) {
      throw new RangeError(`wire limit ${name} must be a number ≥ 0, got ${String(value)}`);
    }
  }
  if (limits.streamWindowBytes > 0x7fffffff || limits.connectionWindowBytes > 0x7fffffff) {
    throw new RangeError('wire limits: flow-control windows are at most 2^31-1 bytes (RFC 9113 §6.9.1)');
  }
  if (limits.streamWindowBytes < 1 || limits.connectionWindowBytes < 65_535) {
    throw new RangeError('wire limits: stream window ≥ 1 byte, connection window ≥ 65535 bytes');
  }
  if (limits.headerTableBytes > limits.maxHeaderListBytes) {
    throw new RangeError('wire limits: headerTableBytes must not exceed maxHeaderListBytes');
  }
  return limits;
}
