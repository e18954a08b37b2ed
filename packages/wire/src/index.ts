// HTTP/2, HPACK and gRPC on plain and TLS sockets, server and client role. See DESIGN.md.

export { connectGrpc, type Target } from './client.ts';
export { PREFIX_BYTES, packedMessages, writeMessagePrefix } from './grpc/packed-messages.ts';
export { GrpcRouter, type Route, RouteCounters } from './grpc/router.ts';
export { DEFAULT_CLIENT_LIMITS, DEFAULT_LIMITS, type WireLimits } from './limits.ts';
export { createServer, type ServerOptions, type WireServer } from './server.ts';
export * from './types.ts';
