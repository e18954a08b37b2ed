// What HTTP clients of the v2 API send: request targets, forms, media types, JSON bodies; and the saved v2 store.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { V2Error, V2Store } from '@quorate/v2store';
import {
  canonicalPath,
  escapePath,
  parseIndex,
  parseMediaType,
  parseTarget,
  parseUint64,
} from '../../../../packages/server/dist/api/v2/go-url.js';
import { createHandler } from '../../../../packages/server/dist/api/v2/handler.js';
import { parseKeyRequest } from '../../../../packages/server/dist/api/v2/key-request.js';
import { DirectMember } from '../../../../packages/server/dist/api/v2/testing/direct-member.js';
import { FakeRequest, FakeResponse } from '../fake-http.ts';
import { accepts, type FuzzTarget, text } from '../target.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
const method = (input: Buffer): string => METHODS[(input[0] ?? 0) % METHODS.length] as string;

/** Method, request target, body and media type, a line each. */
function readForm(input: Buffer): void {
  const lines = input.toString('latin1').split('\n');
  const target = parseTarget(lines[1] ?? '/');
  parseMediaType(lines[3] ?? '');
  if (target === undefined) return;
  const canonical = canonicalPath(target.path);
  assert.equal(canonicalPath(canonical), canonical, 'a clean path stays as it is');
  assert.ok(parseTarget(escapePath(canonical)) !== undefined, 'an escaped path can be read');
  // Other paths are sent to the clean one.
  const request = parseKeyRequest(
    method(input),
    canonical,
    target.query,
    lines[2] ?? '',
    undefined,
    () => 0n,
  );
  if (request instanceof V2Error) return;
  assert.ok(request.request.path.startsWith('/1'), 'no path leaves the keys');
  assert.ok(!/\/\.\.?(\/|$)/.test(request.request.path), 'no path goes up');
}

function readNumber(input: Buffer): void {
  const digits = input.toString('latin1');
  const exact = parseUint64(digits);
  const index = parseIndex(digits);
  assert.equal(exact === undefined, index === undefined);
  if (exact !== undefined && index !== undefined) assert.ok(index >= 0 && Number.isSafeInteger(index));
}

/** Between requests of one input. */
const NEXT_REQUEST = 0x1e;

let handler: ReturnType<typeof createHandler> | undefined;

/** Whole requests, answered by a member that applies at once. It lives on, since to make one takes longer than to ask it. */
async function serve(input: Buffer): Promise<void> {
  handler ??= createHandler(new DirectMember());
  for (let at = 0; at <= input.length; ) {
    const next = input.indexOf(NEXT_REQUEST, at);
    const end = next < 0 ? input.length : next;
    await answer(handler, input.subarray(at, end));
    at = end + 1;
  }
}

async function reset(): Promise<void> {
  handler = undefined;
}

function join(inputs: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    inputs.flatMap((input, at) => (at === 0 ? [input] : [Buffer.from([NEXT_REQUEST]), input])),
  );
}

async function answer(ask: ReturnType<typeof createHandler>, input: Buffer): Promise<void> {
  const lines = input.toString('latin1').split('\n');
  const url = lines[1] ?? '/';
  const body = Buffer.from(lines.slice(3).join('\n'), 'latin1');
  const request = new FakeRequest(method(input), url.replace(/[\r\n\0 ]/g, ''), {
    'content-type': lines[2] ?? '',
  });
  const response = new FakeResponse();
  if (!ask(request, response)) {
    assert.ok(!response.headersSent, 'what is not ours is not answered');
    return;
  }
  request.deliver(body, 1 + ((input[0] ?? 0) >> 4) * 8);
  // A proposal is applied a turn later.
  for (let turn = 0; turn < 3 && !response.writableEnded; turn++) await new Promise(setImmediate);
  response.emit('close');
  if (response.writableEnded && response.getHeader('content-type') === 'application/json')
    JSON.parse(response.body);
}

const store = readFileSync(
  new URL('../../../../packages/v2store/testdata/go-etcd-3.4.23.store', import.meta.url),
);
const smallStore =
  '{"Root":{"Path":"/","CreatedIndex":0,"ModifiedIndex":0,"ExpireTime":"0001-01-01T00:00:00Z","Value":"","Children":' +
  '{"a":{"Path":"/a","CreatedIndex":1,"ModifiedIndex":2,"ExpireTime":"2030-01-01T00:00:00.5+02:00","Value":"x","Children":null}}},' +
  '"WatcherHub":{"EventHistory":{"Queue":{"Events":[{"action":"set","node":{"key":"/a","value":"x","modifiedIndex":2,"createdIndex":1},' +
  '"prevNode":{"key":"/a","dir":true,"expiration":"2030-01-01T00:00:00Z","ttl":3}},null],"Size":1,"Front":0,"Back":1,"Capacity":2},' +
  '"StartIndex":2,"LastIndex":2}},"CurrentIndex":2,"Stats":{"getsSuccess":1,"watchers":0},"CurrentVersion":2}';

/** A store that is recovered and saved is recovered and saved again alike. */
function recoverAndSave(input: Buffer): void {
  const recovered = new V2Store();
  if (!accepts(() => recovered.recover(input), RangeError)) return;
  const saved = recovered.save();
  const again = new V2Store();
  again.recover(saved);
  assert.ok(
    Buffer.from(again.save()).equals(Buffer.from(saved)),
    'a saved store is the same after a round trip',
  );
}

const formWords = [
  ...[
    '%2e',
    '%2F',
    '%',
    '%zz',
    '../',
    '/./',
    '//',
    '&',
    '=',
    ';',
    '+',
    '?',
    '\n',
    '"',
    '\\',
    '\t',
    ' ',
    '18446744073709551616',
  ],
  ...[
    'prevIndex=',
    'prevValue=',
    'prevExist=',
    'ttl=',
    'refresh=true',
    'wait=true',
    'waitIndex=',
    'value=',
    'quorum=true',
  ],
  ...['dir=true', 'recursive=true', 'sorted=true', 'stream=true', 'noValueOnSuccess=true'],
];

export const targets: readonly FuzzTarget[] = [
  {
    name: 'v2-form',
    run: readForm,
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('A\n/v2/keys/a/b?recursive=true&sorted=true\n\n'),
      text(
        'B\n/v2/keys/a?prevExist=false&ttl=5\nvalue=a+b%20c&dir=false\napplication/x-www-form-urlencoded; charset=utf-8',
      ),
      text(
        'C\nhttp://h:1/v2/keys/../x/./y//z?wait=1&waitIndex=18446744073709551615\nprevValue=1&prevIndex=7\ntext/plain; a="b\\"c"',
      ),
      text('B\n/v2/keys/%2e%2e/%C3%A9?refresh=true&ttl=1&;bad\nnoValueOnSuccess=t\nmultipart/form-data'),
    ],
    words: formWords,
  },
  {
    name: 'v2-number',
    run: readNumber,
    maxBytes: 4096,
    memoryBytes: 2 << 20,
    seeds: () =>
      ['0', '18446744073709551615', '18446744073709551616', '000000000000000000000000001', '-1'].map(
        (number) => text(number),
      ),
    words: ['0', '9', '18446744073709551615', '+', '-', ' '],
  },
  {
    name: 'v2-http',
    run: serve,
    chain: { reset, join },
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('A\n/v2/keys/a?recursive=true\n\n'),
      text('B\n/v2/keys/a?prevExist=false\napplication/x-www-form-urlencoded\nvalue=x&ttl=5'),
      text('C\n/v2/keys/dir\napplication/x-www-form-urlencoded\ndir=true'),
      text('C\n/v2/members\napplication/json\n{"peerURLs":["http://10.0.0.1:2380"]}'),
      text('D\n/v2/members/dead\n\n'),
      text(
        'B\n/v2/members/8e9e05c52164694d\napplication/json\n{"peerURLs":["http://10.0.0.2:2380","unix://a:1"]}',
      ),
      text('A\n/v2/members/leader\n\n'),
      text('A\n/v2/stats/self\n\n'),
      text('A\n/v2/stats/store\n\n'),
      text('A\n/v2/machines\n\n'),
      text('A\n/v2/keys/a?wait=true&waitIndex=1\n\n'),
    ],
    words: [
      ...formWords,
      '/v2/members',
      '/v2/stats/leader',
      '{"peerURLs":',
      '[',
      ']',
      'http://a:1',
      'application/json',
    ],
  },
  {
    name: 'v2-recover',
    run: recoverAndSave,
    maxBytes: 4096,
    memoryBytes: 8 << 20,
    seeds: () => [text(smallStore), store],
    words: [
      ...[
        'null',
        '{}',
        '[]',
        '"Children":',
        '"Value":""',
        '"Children":{}',
        '"a":',
        '"__proto__":',
        '"constructor":',
        '"dir":true',
      ],
      ...[
        '0001-01-01T00:00:00Z',
        '9999-12-31T23:59:59.999999999-23:59',
        '0000-00-00T99:99:99+99:99',
        '1e400',
        '-1',
      ],
      ...['\\u0000', '\\ud800', '/', '"Path":"/b"', '"hidden":true'],
    ],
  },
];
