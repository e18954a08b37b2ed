import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createServer, type WireServer } from '@quorate/wire';
import { createMetrics, type Metrics } from './metrics.ts';
import { respond } from './ops-http.ts';
import { StartPages } from './start-pages.ts';

let server: WireServer;
let url = '';
let pages: StartPages;
let metrics: Metrics;

beforeEach(async () => {
  metrics = createMetrics();
  pages = new StartPages(metrics);
  server = createServer({ http: pages.handler });
  url = `http://127.0.0.1:${(await server.listen({ host: '127.0.0.1', port: 0 })).port}`;
});
afterEach(() => server.destroy());

async function get(path: string): Promise<string> {
  const response = await fetch(url + path);
  return `${response.status} ${await response.text()}`;
}

test('a member that restores its store is alive but not ready', async () => {
  assert.equal(await get('/livez'), '200 ok\n');
  assert.equal(await get('/readyz?verbose'), '503 [-]restore failed: 0 revisions read\n');
  metrics.memberObserver.restoring?.(20_000);
  assert.equal(await get('/readyz'), '503 [-]restore failed: 20000 revisions read\n');
  assert.equal(await get('/health'), '503 {"health":"false","reason":"STARTING:20000 revisions read"}');
  assert.match(await get('/metrics'), /^200 [\s\S]*\nprocess_start_time_seconds \d/);
  assert.equal(await get('/v2/keys'), '404 404 page not found\n');
});

test('the pages of the member take over', async () => {
  pages.ready((request, response) => {
    if (request.url !== '/readyz') return false;
    respond(response, 200, 'text/plain', 'ok\n');
    return true;
  });
  assert.equal(await get('/readyz'), '200 ok\n');
  assert.equal(await get('/livez'), '404 404 page not found\n');
});
