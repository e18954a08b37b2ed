// Which handler answers which gRPC method. Filled once at start, looked up once per distinct header block.

import { GrpcCode } from '@quorate/base';
import type { StreamHandler, UnaryHandler } from '../types.ts';

/** The highest status code that gRPC defines. */
const LAST_GRPC_CODE = GrpcCode.Unauthenticated;

/** What happened on one method so far: plain numbers, read by whoever makes metrics of them. */
export class RouteCounters {
  started = 0;
  messagesReceived = 0;
  messagesSent = 0;
  /** Ended calls by status code. */
  readonly handled: number[] = new Array<number>(LAST_GRPC_CODE + 1).fill(0);
  /** Told how long each call took, if anybody wants to know: only then is time taken. */
  onHandled: ((durationMs: number) => void) | undefined = undefined;

  ended(code: number): void {
    const known = code >= 0 && code <= LAST_GRPC_CODE ? code : GrpcCode.Unknown;
    this.handled[known] = (this.handled[known] as number) + 1;
  }
}

/** One registered method: exactly one of the handlers is set. */
export interface Route {
  readonly path: string;
  readonly counters: RouteCounters;
  readonly unary: UnaryHandler | undefined;
  readonly stream: StreamHandler | undefined;
}

/** Maps `/package.Service/Method` to handlers. */
export class GrpcRouter {
  readonly #routes = new Map<string, Route>();
  readonly #services = new Set<string>();
  #unknown: Route | undefined;

  /** One request message, one response message. @throws Error if the path is taken or malformed. */
  unary(path: string, handler: UnaryHandler): this {
    this.#add({ path, counters: new RouteCounters(), unary: handler, stream: undefined });
    return this;
  }

  /** Streaming in either or both directions. @throws Error if the path is taken or malformed. */
  stream(path: string, handler: StreamHandler): this {
    this.#add({ path, counters: new RouteCounters(), unary: undefined, stream: handler });
    return this;
  }

  /** Takes every call to an unregistered path (a proxy); without it they end with UNIMPLEMENTED. */
  setUnknown(handler: StreamHandler): this {
    this.#unknown = { path: '', counters: new RouteCounters(), unary: undefined, stream: handler };
    return this;
  }

  find(path: string): Route | undefined {
    return this.#routes.get(path) ?? this.#unknown;
  }

  /** All registered methods. */
  routes(): Iterable<Route> {
    return this.#routes.values();
  }

  /** True if the path itself (not just the catch-all) is registered. */
  has(path: string): boolean {
    return this.#routes.has(path);
  }

  /** The status text for a path without route, as grpc-go words it. */
  describeUnknown(path: string): string {
    const slash = path.lastIndexOf('/');
    if (path.charCodeAt(0) !== 0x2f || slash < 1) return `malformed method name: ${JSON.stringify(path)}`;
    const service = path.slice(1, slash);
    const method = path.slice(slash + 1);
    return this.#services.has(service)
      ? `unknown method ${method} for service ${service}`
      : `unknown service ${service}`;
  }

  #add(route: Route): void {
    const slash = route.path.lastIndexOf('/');
    if (route.path.charCodeAt(0) !== 0x2f || slash < 1 || slash === route.path.length - 1) {
      throw new Error(`malformed gRPC method path ${JSON.stringify(route.path)}`);
    }
    if (this.#routes.has(route.path)) throw new Error(`gRPC method ${route.path} is registered twice`);
    this.#routes.set(route.path, route);
    this.#services.add(route.path.slice(1, slash));
  }
}
