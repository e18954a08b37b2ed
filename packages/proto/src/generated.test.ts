import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { services } from './index.ts';

const genDir = new URL('../src/gen/', import.meta.url);

test('the committed codecs are what the generator writes from proto/', async () => {
  const script = new URL('../scripts/generate.mjs', import.meta.url).href;
  const { generate } = (await import(script)) as { generate: () => Map<string, string> };
  const expected = generate();
  assert.deepEqual(readdirSync(genDir).sort(), [...expected.keys()].sort());
  for (const [name, text] of expected) {
    assert.ok(readFileSync(new URL(name, genDir), 'utf8') === text, `${name} is stale: run npm run generate`);
  }
});

test('every method has a path of its own and a request and response type', () => {
  const paths = new Set<string>();
  const gateway = new Set<string>();
  for (const [service, methods] of Object.entries(services)) {
    for (const [name, method] of Object.entries(methods)) {
      assert.match(method.path, new RegExp(`^/[\\w.]+\\.${service}/${name}$`));
      assert.ok(method.request.typeName.length > 0 && method.response.typeName.length > 0);
      assert.ok(!paths.has(method.path));
      paths.add(method.path);
      for (const path of method.http) {
        assert.ok(!gateway.has(path), path);
        gateway.add(path);
      }
    }
  }
  assert.equal(paths.size, 6 + 1 + 5 + 5 + 8 + 17 + 2 + 5 + 2);
  assert.equal(services.Watch.Watch.clientStreaming && services.Watch.Watch.serverStreaming, true);
  assert.equal(services.Maintenance.Snapshot.clientStreaming, false);
  assert.equal(services.Maintenance.Snapshot.serverStreaming, true);
});
