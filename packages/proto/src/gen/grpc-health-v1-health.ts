// Generated from proto/grpc/health/health.proto by scripts/generate.mjs. Do not edit.
import { MessageType, enumInfo, fieldInfo, type EnumInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readInt32, readLength, readString, readTag, skipField, wrongWireType } from '../runtime/reader.ts';
import { int64Size, stringSize, varintSize, writeInt64, writeString } from '../runtime/writer.ts';

export const ServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
  SERVICE_UNKNOWN: 3,
} as const;
export type ServingStatus = number;
export const ServingStatusInfo: EnumInfo = /*#__PURE__*/ enumInfo('grpc.health.v1.HealthCheckResponse.ServingStatus', ServingStatus);
export const ServingStatusNames: Readonly<Record<number, string>> = ServingStatusInfo.names;

export interface HealthCheckRequest {
  service: string;
}

export function emptyHealthCheckRequest(): HealthCheckRequest {
  return {
    service: '',
  };
}

function assignHealthCheckRequest(m: HealthCheckRequest, init: Partial<HealthCheckRequest>): void {
  if (init.service !== undefined) m.service = init.service;
}

export function sizeHealthCheckRequest(m: HealthCheckRequest): number {
  let n = 0;
  if (m.service.length !== 0) {
    const length = stringSize(m.service);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeHealthCheckRequest(m: HealthCheckRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.service.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.service);
  }
  return p;
}

export function readHealthCheckRequest(m: HealthCheckRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.service = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'grpc.health.v1.HealthCheckRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('grpc.health.v1.HealthCheckRequest');
}

export const HealthCheckRequest: MessageType<HealthCheckRequest> = /*#__PURE__*/ new MessageType<HealthCheckRequest>('grpc.health.v1.HealthCheckRequest', {
  empty: emptyHealthCheckRequest,
  assign: assignHealthCheckRequest,
  size: sizeHealthCheckRequest,
  write: writeHealthCheckRequest,
  read: readHealthCheckRequest,
  fields: () => [
    fieldInfo('service', 'service', 1, 'string'),
  ],
});

export interface HealthCheckResponse {
  status: ServingStatus;
}

export function emptyHealthCheckResponse(): HealthCheckResponse {
  return {
    status: 0,
  };
}

function assignHealthCheckResponse(m: HealthCheckResponse, init: Partial<HealthCheckResponse>): void {
  if (init.status !== undefined) m.status = init.status;
}

export function sizeHealthCheckResponse(m: HealthCheckResponse): number {
  let n = 0;
  if (m.status !== 0) {
    n += 1 + int64Size(m.status);
  }
  return n;
}

export function writeHealthCheckResponse(m: HealthCheckResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.status !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.status);
  }
  return p;
}

export function readHealthCheckResponse(m: HealthCheckResponse, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.status = v;
          p++;
        } else {
          m.status = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'grpc.health.v1.HealthCheckResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('grpc.health.v1.HealthCheckResponse');
}

export const HealthCheckResponse: MessageType<HealthCheckResponse> = /*#__PURE__*/ new MessageType<HealthCheckResponse>('grpc.health.v1.HealthCheckResponse', {
  empty: emptyHealthCheckResponse,
  assign: assignHealthCheckResponse,
  size: sizeHealthCheckResponse,
  write: writeHealthCheckResponse,
  read: readHealthCheckResponse,
  fields: () => [
    fieldInfo('status', 'status', 1, 'enum', 0, undefined, ServingStatusInfo),
  ],
});

