// Whole answers: headers and bodies as Go etcd's v2 API sends them.
import { jsonString, type V2Error } from '@quorate/v2store';
import type { HttpRequest, HttpResponse } from '@quorate/wire';

const jsonType = 'application/json';
const textType = 'text/plain; charset=utf-8';

type Headers = Record<string, string | number>;

function send(response: HttpResponse, status: number, headers: Headers, body: string): void {
  headers['Content-Length'] = Buffer.byteLength(body);
  response.writeHead(status, headers);
  response.end(body);
}

/** Sets headers that are the same for all answers. */
export function setHeaders(response: HttpResponse, headers: Readonly<Record<string, string>>): void {
  for (const name in headers) response.setHeader(name, headers[name] as string);
}

/** A JSON document. */
export function sendJson(response: HttpResponse, status: number, body: string, clusterId?: string): void {
  const headers: Headers = { 'Content-Type': jsonType };
  if (clusterId !== undefined) headers['X-Etcd-Cluster-Id'] = clusterId;
  send(response, status, headers, body);
}

/** `{"message":…}`: errors of everything but keys. */
export function sendMessage(
  response: HttpResponse,
  status: number,
  message: string,
  clusterId?: string,
): void {
  sendJson(response, status, `{"message":${jsonString(message)}}`, clusterId);
}

/** Go's http.Error. */
export function sendTextError(
  response: HttpResponse,
  status: number,
  text: string,
  extra: Headers = {},
): void {
  const headers: Headers = { ...extra, 'Content-Type': textType, 'X-Content-Type-Options': 'nosniff' };
  send(response, status, headers, `${text}\n`);
}

/** 404 for a path that nothing serves. */
export function sendNotFound(response: HttpResponse): void {
  sendTextError(response, 404, '404 page not found');
}

/** 405 unless the method is one of those allowed. @returns whether it was refused */
export function refuseMethod(
  request: HttpRequest,
  response: HttpResponse,
  allowed: readonly string[],
): boolean {
  if (allowed.includes(request.method ?? '')) return false;
  sendTextError(response, 405, 'Method Not Allowed', { Allow: allowed.join(',') });
  return true;
}

/** JSON of a v2 error, without newline. `trim`: left out where the cause begins with it. */
export function keyErrorJson(error: V2Error, trim: string): string {
  const cause = error.cause.startsWith(trim) ? error.cause.slice(trim.length) : error.cause;
  const causeField = cause === '' ? '' : `,"cause":${jsonString(cause)}`;
  return `{"errorCode":${error.errorCode},"message":"${error.message}"${causeField},"index":${error.index}}`;
}

/** 204. */
export function sendNoContent(response: HttpResponse, clusterId: string): void {
  response.writeHead(204, { 'X-Etcd-Cluster-Id': clusterId });
  response.end();
}
