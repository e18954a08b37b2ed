// gRPC calls that come in as HTTP requests: the same handlers serve them, with JSON instead of frames around.
import { GrpcCode } from '@quorate/base';
import type { AnyMethodInfo, MessageType } from '@quorate/proto';
import { toJson } from '@quorate/proto';
import {
  type HttpRequest,
  type HttpResponse,
  type MessageBytes,
  type PeerInfo,
  packedMessages,
  type RouteCounters,
  type ServerStream,
  type UnaryCall,
} from '@quorate/wire';
import { errorBody, httpStatus, streamErrorLine } from './http-status.ts';
import { STREAM_HIGH_WATER_BYTES } from './limits.ts';

/** Headers that are not gRPC metadata but for the token, which HTTP clients send as `Authorization`. */
function metadata(request: HttpRequest, name: string): string | undefined {
  if (name === 'token' || name === 'authorization') {
    const value = request.headers['authorization'];
    return typeof value === 'string' ? value.replace(/^Bearer /, '') : undefined;
  }
  const value = request.headers[`grpc-metadata-${name}`];
  return Array.isArray(value) ? value[0] : value;
}

function oneBuffer(message: MessageBytes): Uint8Array {
  return message instanceof Uint8Array ? message : Buffer.concat(message);
}

/** What unary and streaming calls over HTTP share. */
abstract class HttpCall {
  readonly path: string;
  readonly peer: PeerInfo;
  readonly deadlineMs = Number.POSITIVE_INFINITY;
  cancelled = false;
  state: unknown = undefined;
  onCancel: (() => void) | undefined = undefined;
  protected readonly request: HttpRequest;
  protected readonly response: HttpResponse;
  protected readonly method: AnyMethodInfo;
  protected ended = false;
  protected readonly counters: RouteCounters;
  /** −1 until the handler has the call: what fails before is no call. */
  #startedMs = -1;

  constructor(method: AnyMethodInfo, counters: RouteCounters, request: HttpRequest, response: HttpResponse) {
    this.counters = counters;
    this.path = method.path;
    this.method = method;
    this.request = request;
    this.response = response;
    this.peer = {
      remoteAddress: request.socket.remoteAddress ?? '',
      remotePort: request.socket.remotePort ?? 0,
      tlsCommonName: undefined, // certificates do not name users over the gateway
    };
    response.on('close', () => this.#closed());
  }

  header(name: string): string | undefined {
    return metadata(this.request, name);
  }

  headerBytes(name: string): Uint8Array | undefined {
    const value = metadata(this.request, name);
    return value === undefined ? undefined : Buffer.from(value, 'base64');
  }

  headers(): readonly (readonly [string, string])[] {
    return Object.entries(this.request.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
  }

  setHeader(name: string, value: string | Uint8Array): void {
    const text = typeof value === 'string' ? value : Buffer.from(value).toString('base64');
    this.response.setHeader(`Grpc-Metadata-${name}`, text);
  }

  /** The handler gets the call now. */
  begin(): void {
    this.counters.started++;
    this.#startedMs = performance.now();
  }

  /** The call is over. */
  protected count(code: number): void {
    if (this.#startedMs < 0) return;
    this.counters.ended(code);
    this.counters.onHandled?.(performance.now() - this.#startedMs);
  }

  /** HTTP/1.1 answers of the gateway carry no trailers. */
  setTrailer(): void {}

  protected json(message: MessageBytes): string {
    const type = this.method.response as unknown as MessageType<unknown>;
    return toJson(type, type.decode(oneBuffer(message)));
  }

  #closed(): void {
    if (this.ended || this.cancelled) return;
    this.cancelled = true;
    this.count(GrpcCode.Canceled);
    this.onCancel?.();
  }
}

/** A unary call over HTTP. */
export class HttpUnaryCall extends HttpCall implements UnaryCall {
  reply(message: MessageBytes): void {
    if (this.ended || this.cancelled) return;
    this.counters.messagesSent++;
    this.count(GrpcCode.OK);
    this.#finish(200, this.json(message));
  }

  fail(code: number, message: string): void {
    if (this.ended || this.cancelled) return;
    this.count(code);
    this.#finish(httpStatus(code), errorBody(code, message));
  }

  #finish(status: number, body: string): void {
    this.ended = true;
    this.response.statusCode = status;
    this.response.setHeader('Content-Type', 'application/json');
    if (status === 200) this.response.setHeader('Grpc-Metadata-Content-Type', 'application/grpc');
    this.response.setHeader('Content-Length', Buffer.byteLength(body));
    this.response.end(body);
  }
}

/** A streaming call over HTTP: one JSON object a line, wrapped as `result`. */
export class HttpServerStream extends HttpCall implements ServerStream {
  onMessage: ((message: Uint8Array) => void) | undefined = undefined;
  onHalfClose: (() => void) | undefined = undefined;
  onDrain: (() => void) | undefined = undefined;
  #buffered = 0;
  #paused = false;

  constructor(method: AnyMethodInfo, counters: RouteCounters, request: HttpRequest, response: HttpResponse) {
    super(method, counters, request, response);
    response.on('drain', () => {
      this.#buffered = 0;
      this.onDrain?.();
    });
  }

  get bufferedBytes(): number {
    return this.#buffered;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  send(message: MessageBytes): boolean {
    if (this.ended || this.cancelled) return true;
    this.sendHeaders();
    this.counters.messagesSent++;
    const line = `{"result":${this.json(message)}}\n`;
    if (this.response.write(line)) return true;
    this.#buffered += line.length;
    return this.#buffered < STREAM_HIGH_WATER_BYTES;
  }

  sendPacked(messages: Uint8Array): boolean {
    let open = true;
    for (const message of packedMessages(messages)) open = this.send(message);
    return open;
  }

  sendHeaders(): void {
    if (this.response.headersSent) return;
    this.response.statusCode = 200;
    this.response.setHeader('Content-Type', 'application/json');
    this.response.setHeader('Grpc-Metadata-Content-Type', 'application/grpc');
    this.response.flushHeaders();
  }

  pause(): void {
    this.#paused = true;
    this.request.pause();
  }

  resume(): void {
    this.#paused = false;
    this.request.resume();
  }

  end(code = 0, message = ''): void {
    if (this.ended || this.cancelled) return;
    this.ended = true;
    this.count(code);
    if (code === 0) this.response.end();
    else if (this.response.headersSent) this.response.end(streamErrorLine(code, message));
    else {
      this.response.statusCode = httpStatus(code);
      this.response.setHeader('Content-Type', 'application/json');
      this.response.end(errorBody(code, message));
    }
  }
}
