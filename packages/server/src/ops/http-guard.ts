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
      response.setHeader('Access-Control-Allow-Methods', 'POST, GET, OPTIONS, PUT, DELETE');
      response.setHeader('Access-Control-Allow-Origin', anyOrigin ? '*' : String(origin));
      response.setHeader('Access-Control-Allow-Headers', 'accept, content-type, authorization');
    }
    if (request.method !== 'OPTIONS') return false;
    response.statusCode = 200;
    response.end();
    return true;
  };
}
