// The HTTP API against recorded answers of Go etcd 3.4.23 (testing/go-answers.jsonl), over real HTTP.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DirectMember, listenDirect } from './testing/direct-member.ts';
import { type Answer, namesOf, normalise } from './testing/normalise.ts';
import { exchange, type RawRequest } from './testing/raw-http.ts';

const recorded = readFileSync(
  new URL('../../../src/api/v2/testing/go-answers.jsonl', import.meta.url),
  'utf8',
);

test('every recorded request is answered as Go etcd answers it', async () => {
  const { server, port } = await listenDirect(new DirectMember());
  try {
    const names = namesOf(await exchange(port, { method: 'GET', target: '/v2/members' }));
    const differences: unknown[] = [];
    const vectors = recorded.trimEnd().split('\n');
    for (const line of vectors) {
      const { request, answer } = JSON.parse(line) as { request: RawRequest; answer: Answer };
      const ours = normalise(await exchange(port, request), names);
      try {
        assert.deepEqual(ours, answer);
      } catch {
        differences.push({ request, ours, theirs: answer });
      }
    }
    assert.deepEqual(differences, []);
    assert.ok(vectors.length > 300);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
