// What a discovery service answers, and the URLs that lead to it.
import assert from 'node:assert/strict';
import {
  DiscoveryFailure,
  RegistryUnavailable,
} from '../../../../packages/server/dist/bootstrap/discovery/failures.js';
import {
  basicAuth,
  parseProxyUrl,
} from '../../../../packages/server/dist/bootstrap/discovery/http-exchange.js';
import {
  errorOf,
  nodeOf,
  parseDiscoveryUrl,
} from '../../../../packages/server/dist/bootstrap/discovery/v2-registry.js';
import { accepts, type FuzzTarget, text } from '../target.ts';

/** The first byte chooses the status. */
function readAnswer(input: Buffer): void {
  const told = {
    status: [200, 201, 404, 412][(input[0] ?? 0) & 3] as number,
    headers: {},
    body: input.toString('utf8', 1),
  };
  accepts(
    () => {
      if (errorOf(told) !== undefined) return;
      for (const { key, value, createdIndex } of nodeOf(told).nodes) {
        assert.ok(typeof key === 'string' && typeof value === 'string' && typeof createdIndex === 'number');
      }
    },
    DiscoveryFailure,
    RegistryUnavailable,
  );
}

function readUrl(input: Buffer): void {
  const url = input.toString('utf8');
  accepts(() => basicAuth(parseDiscoveryUrl(url)), DiscoveryFailure);
  accepts(() => {
    const proxy = parseProxyUrl(url);
    if (proxy !== undefined) basicAuth(proxy);
  }, DiscoveryFailure);
}

/** Deeper than any stack. */
const nested = `{"node":${'{"nodes":['.repeat(3000)}${']}'.repeat(3000)}}`;

export const targets: readonly FuzzTarget[] = [
  {
    name: 'discovery-answer',
    run: readAnswer,
    maxBytes: 65_536,
    memoryBytes: 16 << 20,
    seeds: () => [
      text(
        '\0{"action":"get","node":{"key":"/t","dir":true,"nodes":[{"key":"/t/1f","value":"a=http://a:1","createdIndex":3}]}}',
      ),
      text('\u0002{"errorCode":100,"message":"Key not found","cause":"/t","index":7}'),
      text('\0', nested),
    ],
    words: [
      '"node":',
      '"nodes":[',
      'null',
      '{"key":',
      '"value":',
      '"createdIndex":1e999',
      '"errorCode":',
      '__proto__',
      '[',
      ']',
      '{',
      '}',
    ],
  },
  {
    name: 'discovery-url',
    run: readUrl,
    maxBytes: 512,
    memoryBytes: 4 << 20,
    seeds: () =>
      ['https://u:p@discovery.etcd.io/abc', 'http://%zz:%@h/t', 'proxy:3128', 'http://[::1]:1//a//b?x#y'].map(
        (url) => text(url),
      ),
    words: ['http://', 'https://', '%', '%zz', '@', ':', '[', ']', '//', '?', '#', '\\', 'xn--', '\u{1f600}'],
  },
];
