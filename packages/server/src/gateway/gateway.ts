// The JSON gateway of the v3 API: POST /v3/… with JSON, served by the very handlers of the gRPC API.
import { GrpcCode } from '@quorate/base';
import { type AnyMethodInfo, fromJson, type MessageType } from '@quorate/proto';
import type { GrpcRouter, HttpRequest, HttpResponse, Route, ServerStream } from '@quorate/wire';
import { HttpServerStream, HttpUnaryCall } from './http-call.ts';
import { errorBody, httpStatus } from './http-status.ts';
import { JsonSplitter } from './json-splitter.ts';
import { JSON_BYTES_PER_MESSAGE_BYTE } from './limits.ts';
import { isGatewayPath, methodAt } from './methods.ts';
import { Slots } from './slots.ts';

/** Settings of the gateway. */
export interface GatewayOptions {
  /** `--max-request-bytes`. */
  readonly maxRequestBytes: number;
  /** `--max-concurrent-streams`: calls of the gateway at a time, as if it were one client; more wait. */
  readonly maxConcurrentStreams: number;
}

/** The bytes of a request given as JSON. @throws Error saying what is wrong with it */
function encodeRequest(method: AnyMethodInfo, text: string): Uint8Array {
  const type = method.request as unknown as MessageType<unknown>;
  return type.encode(fromJson(type, text));
}

function refuse(response: HttpResponse, code: number, message: string, status = httpStatus(code)): void {
  const body = errorBody(code, message);
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

/** Makes the gateway; its handler is false when the path is none of its own. */
export function createGateway(
  router: GrpcRouter,
  options: GatewayOptions,
): (request: HttpRequest, response: HttpResponse) => boolean {
  const maxBytes = options.maxRequestBytes * JSON_BYTES_PER_MESSAGE_BYTE;

  const slots = new Slots(options.maxConcurrentStreams);

  const serveUnary = (
    method: AnyMethodInfo,
    route: Route,
    request: HttpRequest,
    response: HttpResponse,
  ): void => {
    const call = new HttpUnaryCall(method, route.counters, request, response);
    const chunks: Buffer[] = [];
    let size = 0;
    let refused = false;
    request.on('data', (chunk) => {
      size += chunk.length;
      if (refused) return;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        refused = true;
        call.fail(GrpcCode.ResourceExhausted, 'request body too large');
      }
    });
    request.on('end', () => {
      if (refused) return;
      let message: Uint8Array;
      try {
        message = encodeRequest(method, Buffer.concat(chunks).toString('utf8'));
      } catch (error) {
        call.fail(GrpcCode.InvalidArgument, (error as Error).message);
        return;
      }
      call.begin();
      route.counters.messagesReceived++;
      route.unary?.(call, message);
    });
  };

  const serveStream = (
    method: AnyMethodInfo,
    route: Route,
    request: HttpRequest,
    response: HttpResponse,
  ): void => {
    const stream = new HttpServerStream(method, route.counters, request, response);
    stream.begin();
    route.stream?.(stream);
    feed(method, route, request, stream, new JsonSplitter(maxBytes));
  };

  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] as string;
    if (!isGatewayPath(path)) return false;
    const method = methodAt(path);
    const route = method === undefined ? undefined : router.find(method.path);
    if (method === undefined || route === undefined) {
      refuse(response, GrpcCode.NotFound, 'Not Found');
    } else if (request.method !== 'POST') {
      refuse(response, GrpcCode.Unimplemented, 'Method Not Allowed', 405);
    } else {
      slots.take(response, () =>
        route.unary !== undefined
          ? serveUnary(method, route, request, response)
          : serveStream(method, route, request, response),
      );
    }
    return true;
  };
}

/** Gives a stream's handler the values of a body as they come. */
function feed(
  method: AnyMethodInfo,
  route: Route,
  request: HttpRequest,
  stream: ServerStream,
  splitter: JsonSplitter,
): void {
  let failed = false;
  const take = (text: string): void => {
    try {
      const message = encodeRequest(method, text);
      route.counters.messagesReceived++;
      stream.onMessage?.(message);
    } catch (error) {
      failed = true;
      stream.end(GrpcCode.InvalidArgument, (error as Error).message);
    }
  };
  request.on('data', (chunk) => {
    if (failed) return;
    let values: string[];
    try {
      values = splitter.push(chunk);
    } catch (error) {
      failed = true;
      stream.end(GrpcCode.ResourceExhausted, (error as Error).message);
      return;
    }
    for (const text of values) if (!failed) take(text);
  });
  request.on('end', () => {
    if (failed) return;
    if (splitter.rest === '') stream.onHalfClose?.();
    else stream.end(GrpcCode.InvalidArgument, 'unexpected EOF');
  });
}
