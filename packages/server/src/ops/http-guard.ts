// What stands before every HTTP handler of the client port: cross-origin rules and the host whitelist.
import type { HttpRequest, HttpResponse } from '@quorate/wire';
import { respond } from './ops-http.ts';

/** Who may use the HTTP APIs. */
export interface GuardOptions {
  /** Allowed origins; empty or `*` allows all. */
  readonly cors: readonly string[];
  /** Allowed host names of plain-HTTP requests; empty or `*` allows all. */
  readonly hostWhitelist: readonly string[];
}

function crossOriginHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    'Access-Control-Allow-Methods': 'POST, GET, OPTIONS, PUT, DELETE',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Headers': 'accept, content-type, authorization',
  };
}

/**
 * The headers that every answer carries when nobody is kept out, so that a handler can write them with its own and
 * go without the guard (but for OPTIONS); undefined when somebody may have to be refused.
 */
export function openAccessHeaders(options: GuardOptions): Readonly<Record<string, string>> | undefined {
  const open = [options.cors, options.hostWhitelist].every((list) => list.length === 0 || list.includes('*'));
  return open ? crossOriginHeaders('*') : undefined;
}

/** Makes the guard: true when it has answered the request itself. */
export function createGuard(
  options: GuardOptions,
): (request: HttpRequest, response: HttpResponse) => boolean {
  const anyOrigin = options.cors.length === 0 || options.cors.includes('*');
  const anyHost = options.hostWhitelist.length === 0 || options.hostWhitelist.includes('*');
  const origins = new Set(options.cors);
  const hosts = new Set(options.hostWhitelist);

  return (request, response) => {
    if (!anyHost) {
      const host = String(request.headers['host'] ?? '').replace(/:\d+$/, '');
      if (!hosts.has(host)) {
        respond(
          response,
          421,
          'text/plain; charset=utf-8',
          `host "${host}" is not allowed; add it to --host-whitelist (guards against DNS rebinding, CVE-2018-5702)\n`,
        );
        return true;
      }
    }
    const origin = request.headers['origin'];
    if (anyOrigin || (typeof origin === 'string' && origins.has(origin))) {
      const headers = crossOriginHeaders(anyOrigin ? '*' : String(origin));
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
    if (request.method !== 'OPTIONS') return false;
    response.statusCode = 200;
    response.end();
    return true;
  };
}
