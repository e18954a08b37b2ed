// What all connections of one server share: handlers, limits, the deadline wheel, counters.

import type { Clock } from '@quorate/base';
import type { DeadlineWheel } from '../grpc/deadline-wheel.ts';
import type { GrpcRouter } from '../grpc/router.ts';
import type { WireLimits } from '../limits.ts';
import type { HttpHandler } from '../types.ts';

export interface Counters {
  connectionsAccepted: number;
  callsStarted: number;
  grpcBytesReceived: number;
  grpcBytesSent: number;
  /** Of connections that are gone. */
  bytesReceived: number;
  bytesSent: number;
}

export interface ServerContext {
  readonly router: GrpcRouter;
  readonly http: HttpHandler;
  readonly limits: WireLimits;
  readonly clock: Clock;
  readonly wheel: DeadlineWheel;
  readonly counters: Counters;
}
