// From what ended a stream to a gRPC status: the mappings of the gRPC-over-HTTP/2 protocol, with grpc-go's texts.

import { STATUS_CODES } from 'node:http';
import { GrpcCode } from '@quorate/base';
import { ErrorCode, errorCodeName } from '../h2/frame.ts';

/** Status for an HTTP response that is not gRPC's. */
export function codeOfHttpStatus(status: number): number {
  switch (status) {
    case 400:
      return GrpcCode.Internal;
    case 401:
      return GrpcCode.Unauthenticated;
    case 403:
      return GrpcCode.PermissionDenied;
    case 404:
      return GrpcCode.Unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return GrpcCode.Unavailable;
    default:
      return GrpcCode.Unknown;
  }
}

export function textOfHttpStatus(status: number): string {
  return `unexpected HTTP status code received from server: ${status} (${STATUS_CODES[status] ?? ''})`;
}

/** Status for a stream ended by RST_STREAM. */
export function codeOfReset(code: number): number {
  switch (code) {
    case ErrorCode.refusedStream:
      return GrpcCode.Unavailable;
    case ErrorCode.cancel:
      return GrpcCode.Canceled;
    case ErrorCode.enhanceYourCalm:
      return GrpcCode.ResourceExhausted;
    case ErrorCode.inadequateSecurity:
      return GrpcCode.PermissionDenied;
    default:
      return GrpcCode.Internal;
  }
}

export function textOfReset(code: number): string {
  return `stream terminated by RST_STREAM with error code: ${errorCodeName(code)}`;
}
