// /v2/stats/{store,self,leader} and /v2/machines.
import { expireTimeFromMs, formatExpireTime, jsonString } from '@quorate/v2store';
import type { HttpRequest, HttpResponse } from '@quorate/wire';
import type { FollowerStats, SelfStats } from '../../member/seam.ts';
import type { V2Needs } from './needs.ts';
import { refuseMethod, sendJson, sendMessage, sendNotFound } from './respond.ts';

/** `name`: the path after `/v2/stats/`. */
export function serveStats(needs: V2Needs, request: HttpRequest, response: HttpResponse, name: string): void {
  if (name !== 'store' && name !== 'self' && name !== 'leader') {
    sendNotFound(response);
    return;
  }
  if (refuseMethod(request, response, ['GET'])) return;
  if (name === 'store') {
    sendJson(response, 200, needs.store.statsJson());
  } else if (name === 'self') {
    sendJson(response, 200, selfStatsJson(needs.selfStats(), needs.wallMs()));
  } else {
    const followers = needs.leaderStats();
    if (followers === undefined) sendMessage(response, 403, 'not current leader');
    else sendJson(response, 200, leaderStatsJson(needs.selfStats().id, followers));
  }
}

/** Client URLs of all members. */
export function serveMachines(needs: V2Needs, request: HttpRequest, response: HttpResponse): void {
  if (refuseMethod(request, response, ['GET', 'HEAD'])) return;
  const body = needs.clientURLs().join(', ');
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

function timeJson(unixMs: number): string {
  return `"${formatExpireTime(expireTimeFromMs(unixMs))}"`;
}

function selfStatsJson(stats: SelfStats, nowMs: number): string {
  const uptime = goDuration(Math.max(0, nowMs - stats.leaderSinceMs));
  return (
    `{"name":${jsonString(stats.name)},"id":${jsonString(stats.id)},"state":"${stats.state}"` +
    `,"startTime":${timeJson(stats.startTimeMs)},"leaderInfo":{"leader":${jsonString(stats.leaderId)}` +
    `,"uptime":"${uptime}","startTime":${timeJson(stats.leaderSinceMs)}}` +
    `,"recvAppendRequestCnt":${stats.recvAppendRequests},"sendAppendRequestCnt":${stats.sendAppendRequests}}`
  );
}

function leaderStatsJson(leader: string, followers: readonly FollowerStats[]): string {
  const entries = [...followers]
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .map(({ id, latency, success, fail }) => {
      const { current, average, standardDeviation, minimum, maximum } = latency;
      return (
        `${jsonString(id)}:{"latency":{"current":${current},"average":${average}` +
        `,"standardDeviation":${standardDeviation},"minimum":${minimum},"maximum":${maximum}}` +
        `,"counts":{"fail":${fail},"success":${success}}}`
      );
    });
  return `{"leader":${jsonString(leader)},"followers":{${entries.join(',')}}}`;
}

/** A duration as Go prints it (`1h2m3.5s`, `250ms`). */
export function goDuration(milliseconds: number): string {
  const nanos = Math.round(milliseconds * 1e6);
  if (nanos === 0) return '0s';
  if (nanos < 1e3) return `${nanos}ns`;
  if (nanos < 1e6) return `${nanos / 1e3}µs`;
  if (nanos < 1e9) return `${nanos / 1e6}ms`;
  const minutes = Math.floor(nanos / 60e9);
  const seconds = `${(nanos - minutes * 60e9) / 1e9}s`;
  if (minutes === 0) return seconds;
  if (minutes < 60) return `${minutes}m${seconds}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
