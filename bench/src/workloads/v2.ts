// The v2 workloads: HTTP/1.1 with kept-alive connections.
import { httpLoad, type LoadResult } from '../load.ts';
import type { Figure, Workload } from '../workload.ts';

const CONNECTIONS = 64;
const BODY = `value=${'v'.repeat(128)}`;

function putRequest(key: number): string {
  return `PUT /v2/keys/bench/${key} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
}

function figures(result: LoadResult): Figure[] {
  if (result.errors > 0)
    throw new Error(`${result.errors} of ${result.requests} requests failed: ${result.firstError}`);
  return [
    { name: 'throughput', unit: '/s', value: result.perSecond },
    { name: 'p99', unit: 'ms', value: result.p99 },
  ];
}

export const v2Put: Workload = {
  name: 'v2 PUT',
  what: '64 connections, random keys out of 1000, 128-byte values',
  goals: { throughput: '>=1.5' },
  run: async ({ port }, seconds) =>
    figures(
      await httpLoad(port, () => putRequest(Math.floor(Math.random() * 1000)), {
        connections: CONNECTIONS,
        inFlight: 1,
        seconds,
      }),
    ),
};

export const v2Get: Workload = {
  name: 'v2 GET',
  what: '64 connections, one existing key',
  goals: { throughput: '>=1.2' },
  run: async ({ port }, seconds) => {
    await httpLoad(port, () => putRequest(1), { connections: 1, inFlight: 1, seconds: 0.1 });
    const request = 'GET /v2/keys/bench/1 HTTP/1.1\r\nHost: localhost\r\n\r\n';
    return figures(await httpLoad(port, () => request, { connections: CONNECTIONS, inFlight: 1, seconds }));
  },
};
