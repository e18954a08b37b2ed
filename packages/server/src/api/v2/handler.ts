// The v2 API's paths, as Go's mux routes them.
import type { HttpRequest, HttpResponse } from '@quorate/wire';
import { canonicalPath, escapePath, parseTarget } from './go-url.ts';
import { KeysApi } from './keys.ts';
import { MembersApi } from './members.ts';
import type { V2Needs } from './needs.ts';
import { sendMessage, sendNotFound, sendTextError, setHeaders } from './respond.ts';
import { serveMachines, serveStats } from './stats.ts';

/** Serves a request; false when its path is not below /v2, and nothing was sent. */
export type V2Handler = (request: HttpRequest, response: HttpResponse) => boolean;

const keysPath = '/v2/keys';
const membersPath = '/v2/members';
const statsPath = '/v2/stats/';
const authPath = '/v2/auth/';

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/** Makes the handler of everything below /v2. */
export function createHandler(needs: V2Needs): V2Handler {
  const keys = new KeysApi(needs);
  const members = new MembersApi(needs);

  const route = (request: HttpRequest, response: HttpResponse, path: string, query: string): void => {
    if (path.startsWith(keysPath) && (path.length === 8 || path.charCodeAt(8) === 0x2f)) {
      keys.serve(request, response, path.slice(keysPath.length), query);
      return;
    }
    setHeaders(response, needs.commonHeaders);
    if (path === membersPath || path.startsWith(`${membersPath}/`)) {
      members.serve(request, response, path.slice(membersPath.length + 1));
    } else if (path.startsWith(statsPath)) {
      serveStats(needs, request, response, path.slice(statsPath.length));
    } else if (path === '/v2/machines') {
      serveMachines(needs, request, response);
    } else if (path.startsWith(authPath)) {
      if (needs.auth === undefined) sendMessage(response, 501, 'v2 auth is not available in this version');
      else needs.auth.handler(request, response);
    } else {
      sendNotFound(response);
    }
  };

  return (request, response) => {
    const url = request.url ?? '/';
    const target = parseTarget(url);
    if (target === undefined) {
      if (!url.includes('/v2/')) return false;
      setHeaders(response, needs.commonHeaders);
      sendTextError(response, 400, '400 Bad Request: malformed request target');
      return true;
    }
    const { path, query } = target;
    const canonical = canonicalPath(path);
    if (canonical !== '/v2' && !canonical.startsWith('/v2/')) return false;
    if (canonical === path) route(request, response, path, query);
    else redirect(needs, request, response, `${escapePath(canonical)}${query === '' ? '' : `?${query}`}`);
    return true;
  };
}

/** Go's mux sends a path with empty or dot segments to the clean one. */
function redirect(needs: V2Needs, request: HttpRequest, response: HttpResponse, location: string): void {
  request.resume();
  setHeaders(response, needs.commonHeaders);
  const headers: Record<string, string | number> = { Location: location };
  let body = '';
  if (request.method === 'GET' || request.method === 'HEAD') {
    headers['Content-Type'] = 'text/html; charset=utf-8';
    const escaped = location.replace(/[&<>"']/g, (char) => htmlEscapes[char] as string);
    body = request.method === 'GET' ? `<a href="${escaped}">Moved Permanently</a>.\n\n` : '';
  }
  headers['Content-Length'] = Buffer.byteLength(body);
  response.writeHead(301, headers);
  response.end(body);
}
