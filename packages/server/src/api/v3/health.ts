// grpc.health.v1.Health, for the server as a whole (service name empty), as etcd registers it.
import { GrpcCode } from '@quorate/base';
import { HealthCheckRequest, HealthCheckResponse, ServingStatus, services } from '@quorate/proto';
import type { GrpcRouter, ServerStream } from '@quorate/wire';
import { decodeUnary, type V3Context } from './context.ts';
import { undecodable } from './status.ts';

/** Registers the health service. Returns the function that reports NOT_SERVING to all watchers and ends them. */
export function registerHealth(router: GrpcRouter, context: V3Context): () => void {
  const watching = new Map<ServerStream, boolean>();
  const statusNow = (): ServingStatus =>
    context.member.isStopping() ? ServingStatus.NOT_SERVING : ServingStatus.SERVING;

  router.unary(services.Health.Check.path, (call, bytes) => {
    const request = decodeUnary(HealthCheckRequest, call, bytes);
    if (request === undefined) return;
    // As etcd: only the server as a whole has a status.
    if (request.service !== '') return call.fail(GrpcCode.NotFound, 'unknown service');
    call.reply(encodeStatus(statusNow()));
  });

  router.stream(services.Health.Watch.path, (stream) => {
    stream.onHalfClose = () => {};
    stream.onCancel = () => {
      watching.delete(stream);
    };
    stream.onMessage = (bytes) => {
      if (watching.has(stream)) return;
      let request: HealthCheckRequest;
      try {
        request = HealthCheckRequest.decode(bytes);
      } catch (thrown) {
        const error = undecodable(thrown, 'stream');
        return stream.end(error.code, error.message);
      }
      const known = request.service === '';
      watching.set(stream, known);
      stream.send(encodeStatus(known ? statusNow() : ServingStatus.SERVICE_UNKNOWN));
    };
  });

  return () => {
    for (const [stream, known] of watching) {
      if (known) stream.send(encodeStatus(ServingStatus.NOT_SERVING));
      stream.end(GrpcCode.Unavailable, 'etcdserver: server stopped');
    }
    watching.clear();
  };
}

function encodeStatus(status: ServingStatus): Uint8Array {
  return HealthCheckResponse.encode(HealthCheckResponse.create({ status }));
}
