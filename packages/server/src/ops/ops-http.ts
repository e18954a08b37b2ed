// The HTTP pages of operations: /version, /health, /livez, /readyz, /metrics, /debug/vars.
import { API_LEVEL } from '@quorate/base';
import type { HttpRequest, HttpResponse } from '@quorate/wire';
import type { MemberApi } from '../member/seam.ts';
import { type Check, checkHealth, livezChecks, readyzChecks } from './health.ts';
import type { Logger } from './logger.ts';
import type { HealthCounters } from './metrics/health-counters.ts';

/** What the pages need beside the member. */
export interface OpsOptions {
  readonly logger: Logger;
  /** Renders the metrics page. */
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Counts the answers of the health pages. */
  readonly counters: HealthCounters;
}

/** Sends a whole answer. */
export function respond(response: HttpResponse, status: number, contentType: string, body: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';

function refuseMethod(request: HttpRequest, response: HttpResponse, allowed: readonly string[]): boolean {
  if (allowed.includes(request.method ?? '')) return false;
  response.setHeader('Allow', allowed.join(', '));
  respond(response, 405, TEXT, 'Method Not Allowed\n');
  return true;
}

/** Handles the pages of operations; false when the path is none of them. */
export function createOpsHandler(
  member: MemberApi,
  options: OpsOptions,
): (request: HttpRequest, response: HttpResponse) => boolean {
  const groups: Readonly<Record<string, readonly Check[]>> = {
    '/livez': livezChecks(member),
    '/readyz': readyzChecks(member),
  };

  const health = async (url: URL, response: HttpResponse): Promise<void> => {
    const { healthy, reason } = await checkHealth(member, {
      serializable: url.searchParams.get('serializable') === 'true',
      exclude: new Set(url.searchParams.getAll('exclude')),
    });
    options.counters.health(healthy);
    if (!healthy) options.logger.warn('serving /health false', { reason });
    respond(response, healthy ? 200 : 503, JSON_TYPE, JSON.stringify({ health: String(healthy), reason }));
  };

  const checks = async (group: string, url: URL, response: HttpResponse): Promise<void> => {
    const only = url.pathname.slice(group.length + 1);
    const excluded = new Set(url.searchParams.getAll('exclude').filter((name) => name !== ''));
    const selected = (groups[group] as readonly Check[]).filter(
      ({ name }) => (only === '' || name === only) && !excluded.has(name),
    );
    if (only !== '' && selected.length === 0) {
      respond(response, 404, TEXT, '404 page not found\n');
      return;
    }
    const lines: string[] = [];
    let failed = false;
    for (const check of selected) {
      const reason = await check.run();
      options.counters.check(group === '/livez' ? 'livez' : 'readyz', check.name, reason === undefined);
      if (reason !== undefined) failed = true;
      lines.push(reason === undefined ? `[+]${check.name} ok\n` : `[-]${check.name} failed: ${reason}\n`);
    }
    if (failed) {
      options.logger.warn(`serving ${group} false`, { checks: lines.join('').trim() });
      respond(response, 503, TEXT, lines.join(''));
    } else {
      respond(response, 200, TEXT, url.searchParams.has('verbose') ? `${lines.join('')}ok\n` : 'ok\n');
    }
  };

  const answer = (response: HttpResponse, work: Promise<void>): void => {
    work.catch((error: unknown) => {
      options.logger.error('failed to answer a request', { error: String(error) });
      if (!response.headersSent) respond(response, 500, TEXT, 'Internal Server Error\n');
    });
  };

  return (request, response) => {
    const target = request.url ?? '/';
    const path = target.split('?', 1)[0] as string;
    const group = Object.keys(groups).find((name) => path === name || path.startsWith(`${name}/`));
    if (group !== undefined) {
      if (!refuseMethod(request, response, ['GET'])) {
        answer(response, checks(group, new URL(target, 'http://localhost'), response));
      }
      return true;
    }
    switch (path) {
      case '/version':
        if (!refuseMethod(request, response, ['GET'])) respond(response, 200, JSON_TYPE, versionBody(member));
        return true;
      case '/health':
        if (!refuseMethod(request, response, ['GET'])) {
          answer(response, health(new URL(target, 'http://localhost'), response));
        }
        return true;
      case '/metrics':
        answer(
          response,
          options.metrics().then(({ contentType, body }) => respond(response, 200, contentType, body)),
        );
        return true;
      case '/debug/vars':
        respond(response, 200, `${JSON_TYPE}; charset=utf-8`, debugVars(member));
        return true;
      default:
        return false;
    }
  };
}

/** The body of /version, on the client and on the peer port. */
export function versionBody(member: MemberApi): string {
  return JSON.stringify({
    etcdserver: API_LEVEL,
    etcdcluster: member.membership.clusterVersion() ?? 'not_decided',
    storage: member.status().storageVersion,
  });
}

function debugVars(member: MemberApi): string {
  const memory = process.memoryUsage();
  return `${JSON.stringify({
    cmdline: process.argv,
    memstats: { Sys: memory.rss, HeapAlloc: memory.heapUsed, HeapSys: memory.heapTotal },
    'raft.status': {
      id: member.memberId.toString(16),
      term: member.term(),
      commit: member.committedIndex(),
      applied: member.appliedIndex(),
      lead: member.leaderId().toString(16),
    },
  })}\n`;
}
