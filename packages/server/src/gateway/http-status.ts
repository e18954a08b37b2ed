// gRPC status codes as the gateway turns them into HTTP.
import { GrpcCode } from '@quorate/base';
import { jsonString } from '@quorate/proto';

const HTTP_STATUS: Readonly<Record<number, number>> = {
  [GrpcCode.OK]: 200,
  [GrpcCode.Canceled]: 499,
  [GrpcCode.Unknown]: 500,
  [GrpcCode.InvalidArgument]: 400,
  [GrpcCode.DeadlineExceeded]: 504,
  [GrpcCode.NotFound]: 404,
  [GrpcCode.AlreadyExists]: 409,
  [GrpcCode.PermissionDenied]: 403,
  [GrpcCode.ResourceExhausted]: 429,
  [GrpcCode.FailedPrecondition]: 400,
  [GrpcCode.Aborted]: 409,
  [GrpcCode.OutOfRange]: 400,
  [GrpcCode.Unimplemented]: 501,
  [GrpcCode.Internal]: 500,
  [GrpcCode.Unavailable]: 503,
  [GrpcCode.DataLoss]: 500,
  [GrpcCode.Unauthenticated]: 401,
};

/** The HTTP status of a gRPC code. */
export function httpStatus(code: number): number {
  return HTTP_STATUS[code] ?? 500;
}

/** Body of a failed unary call, in the form that clients of every etcd release read. */
export function errorBody(code: number, message: string): string {
  const text = jsonString(message);
  return `{"error":${text},"message":${text},"code":${code}}`;
}

/** Line of a stream that failed after it had begun. */
export function streamErrorLine(code: number, message: string): string {
  const status = httpStatus(code);
  return `{"error":{"grpc_code":${code},"http_code":${status},"message":${jsonString(message)},"http_status":${jsonString(statusText(status))}}}\n`;
}

function statusText(status: number): string {
  const texts: Readonly<Record<number, string>> = {
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
    429: 'Too Many Requests',
    500: 'Internal Server Error',
    501: 'Not Implemented',
    503: 'Service Unavailable',
    504: 'Gateway Timeout',
  };
  return texts[status] ?? '';
}
